from datetime import timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from portal.core.calendar import local_day
from stewards.models import Leave, StewardProfile
from tests.factories.accounts import StewardFactory


class StewardProfileFactory(DjangoModelFactory):
    class Meta:
        model = StewardProfile

    person = factory.SubFactory(StewardFactory)
    languages = factory.LazyFunction(lambda: ["zh-hans", "en"])


class LeaveFactory(DjangoModelFactory):
    """A leave that runs: since yesterday, until next week."""

    class Meta:
        model = Leave

    person = factory.SubFactory(StewardFactory)
    starts_on = factory.LazyFunction(lambda: local_day() - timedelta(days=1))
    ends_on = factory.LazyFunction(lambda: local_day() + timedelta(days=7))


def rotation(count: int, **fields: Any) -> list[Any]:
    """So many stewards in the rotation."""
    return [StewardProfileFactory(**fields).person for _ in range(count)]
