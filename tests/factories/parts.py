from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from stewards.models import RequestPart
from stewards.parts import dates
from tests.factories.accounts import HandlerFactory
from tests.factories.stewards import accepted


class RequestPartFactory(DjangoModelFactory):
    """A part that nobody in the department has accepted yet, due a working day before the answer."""

    class Meta:
        model = RequestPart

    request = factory.LazyFunction(accepted)
    department = factory.LazyFunction(lambda: HandlerFactory().department)
    asked = "Does the company owe any taxes?"
    due_on = factory.LazyAttribute(lambda part: dates.proposed(part.request))


def taken(request: Any, handler: Any, **fields: Any) -> RequestPart:
    """A part that the handler has accepted."""
    fields = {"state": "accepted", "handler": handler, "department": handler.department, **fields}
    return RequestPartFactory(request=request, accepted_at=timezone.now(), **fields)


def done(request: Any, handler: Any, answer: str = "It owes nothing.", **fields: Any) -> RequestPart:
    return taken(request, handler, state="answered", answer=answer, answered_at=timezone.now(), **fields)


def late(request: Any, handler: Any, days: int = 5, **fields: Any) -> RequestPart:
    return taken(request, handler, due_on=timezone.localdate() - timedelta(days=days), **fields)
