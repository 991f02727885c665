"""A person's own messages."""

import pytest

from notices.models import Message
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db

INBOX = "/en/messages/"


@pytest.fixture
def person():
    return UserFactory()


def test_newest_first_with_what_they_are_about(as_user, person):
    for subject in ("First", "Second"):
        MessageFactory(recipient=person, subject=subject)
    page = as_user(person).get(INBOX).content.decode()
    assert page.index("Second") < page.index("First")
    assert "Requests ·" in page


def test_held_messages_are_there_and_say_so(as_user, person):
    MessageFactory(recipient=person, state="held")
    assert "comes with the next digest" in as_user(person).get(INBOX).content.decode()


def test_digests_account_mail_and_other_peoples_messages_are_not(as_user, person):
    MessageFactory(recipient=person, kind="digest", subject="The digest")
    MessageFactory(recipient=person, key="account:1", subject="Reset link")
    other = MessageFactory(subject="Somebody else's")
    client = as_user(person)
    page = client.get(INBOX).content.decode()
    assert "No messages yet" in page
    for message in Message.objects.all():
        assert client.get(f"{INBOX}{message.pk}/").status_code == 404
    assert as_user(other.recipient).get(f"{INBOX}{other.pk}/").status_code == 200


def test_pages_through_many_in_a_fixed_number_of_queries(as_user, person, django_assert_num_queries):
    client = as_user(person)
    MessageFactory.create_batch(35, recipient=person)
    client.get(INBOX)
    with django_assert_num_queries(3):
        page = client.get(INBOX)
    assert len(page.context["page"].rows) == 30
    following = client.get(INBOX, {"cursor": page.context["page"].next_cursor})
    assert len(following.context["page"].rows) == 5
    assert client.get(INBOX, {"cursor": "nonsense"}).status_code == 200


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("sent", "sent by e-mail"),
        ("in_digest", "in your daily digest"),
        ("held", "comes with the next digest"),
        ("queued", "being sent by e-mail"),
        ("failed", "could not be sent by e-mail"),
    ],
)
def test_a_message_says_how_it_travels(as_user, person, state, words):
    message = MessageFactory(recipient=person, state=state)
    page = as_user(person).get(f"{INBOX}{message.pk}/").content.decode()
    assert words in page
    assert message.body in page


def test_the_way_on_is_in_the_language_of_the_page(as_user, person):
    message = MessageFactory(recipient=person, url="/en/messages/", language="en")
    page = as_user(person).get(f"/zh-hans/messages/{message.pk}/").content.decode()
    assert '<a class="button" href="/zh-hans/messages/">' in page
    assert '<h1 lang="en">' in page


def test_script_in_a_message_is_only_text(as_user, person):
    text = {"subject": "<script>x</script>", "body": "<b>bold</b>", "url": "javascript:alert(1)"}
    message = MessageFactory(recipient=person, **text)
    page = as_user(person).get(f"{INBOX}{message.pk}/").content.decode()
    assert "<script>x" not in page
    assert "&lt;b&gt;bold" in page
    assert "javascript:" not in page


def test_signed_out_people_are_asked_to_sign_in(client):
    response = client.get(INBOX)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("path", [INBOX, f"{INBOX}1/"])
def test_reading_only(as_user, person, path):
    assert as_user(person).post(path).status_code == 405
