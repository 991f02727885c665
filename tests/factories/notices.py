import factory
from factory.django import DjangoModelFactory

from notices.models import Message
from tests.factories.accounts import UserFactory


class MessageFactory(DjangoModelFactory):
    """A message to a person, to be sent at once."""

    class Meta:
        model = Message

    key = factory.Sequence(lambda n: f"test:{n}")
    recipient = factory.SubFactory(UserFactory)
    email = factory.LazyAttribute(lambda o: o.recipient.email)
    kind = "request.answered"
    language = "en"
    subject = factory.Sequence(lambda n: f"Fictional subject {n}")
    body = "A fictional text."
    url = "/en/requests/T-000001/"
