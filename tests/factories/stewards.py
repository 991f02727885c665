import itertools
from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from portal.core.calendar import current, local_day
from stewards.models import HelpRequest, Stewardship
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory

_numbers = itertools.count(1)


class StewardshipFactory(DjangoModelFactory):
    class Meta:
        model = Stewardship

    steward = factory.SubFactory(StewardFactory)
    enterprise = factory.SubFactory(EnterpriseFactory)
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))


class HelpRequestFactory(DjangoModelFactory):
    """A submitted request that nobody has taken yet."""

    class Meta:
        model = HelpRequest

    number = factory.LazyFunction(lambda: f"T-{next(_numbers):06d}")
    enterprise = factory.SubFactory(EnterpriseFactory)
    asker = factory.SubFactory(UserFactory)
    type = "help"
    subject = factory.Sequence(lambda n: f"Fictional question {n}")
    body = "We would like to know."
    state = "submitted"
    language = "en"
    submitted_at = factory.LazyFunction(timezone.now)
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=7))


def accepted(steward: Any = None, **fields: Any) -> HelpRequest:
    """A request that its steward has accepted."""
    steward = steward or StewardFactory()
    return HelpRequestFactory(
        state="accepted",
        steward=steward,
        handler=steward,
        department=steward.department,
        assigned_at=timezone.now(),
        accepted_at=timezone.now(),
        **fields,
    )


def overdue_requests(count: int, prefix: str = "P") -> None:
    """So many requests, each overdue for so long that its people are reminded, and nobody else yet."""
    steward, asker, enterprise = StewardFactory(), UserFactory(), EnterpriseFactory()
    days, last = current(), local_day()
    due_on = next(d for n in range(20) if days.working_days_between(d := last - timedelta(days=n), last) == 3)
    now = timezone.now()
    HelpRequest.objects.bulk_create(
        HelpRequest(
            number=f"{prefix}-{n:06d}",
            state="in_progress",
            subject="Fictional",
            steward=steward,
            handler=steward,
            asker=asker,
            enterprise=enterprise,
            submitted_at=now,
            due_on=due_on,
            renewed_due_on=last + timedelta(days=30),  # so the enterprise is not told today
        )
        for n in range(count)
    )
