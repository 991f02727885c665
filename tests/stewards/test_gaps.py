"""Gaps of the coverage board: told once each when they open, and again only after they were closed."""

from datetime import timedelta
from typing import Any

import pytest

from notices.models import Message
from portal.core.calendar import local_day
from portal.schedule import PERIODIC
from stewards import tasks
from stewards.assignment import gaps
from stewards.enums import RequestType
from stewards.models import CoverageGap, StewardProfile
from tests.factories.accounts import UserFactory
from tests.factories.assignment import LeaveFactory, StewardProfileFactory
from tests.factories.enterprises import IndustryFactory, SubdistrictFactory
from tests.factories.stewards import StewardshipFactory

pytestmark = pytest.mark.django_db

EAST = "310109014"
TYPES = len(RequestType.choices)


@pytest.fixture
def east(admin_user: Any) -> Any:
    for code in ("I", "J"):
        IndustryFactory(code=code, name_en=f"Industry {code}", name_zh_hans=f"行业{code}")
    return SubdistrictFactory(code=EAST, name_en="East", name_zh_hans="东街道")


def told(person: Any) -> list[str]:
    found = Message.objects.filter(recipient=person, kind="stewardship.gaps").order_by("pk")
    return [f"{each.subject}\n{each.body}" for each in found]


def test_once_when_it_opens_not_while_it_stands_and_again_when_it_opens_anew(east: Any, admin_user: Any) -> None:
    profile = StewardProfileFactory()
    assert (gaps.watch(), told(admin_user)) == (0, [])
    narrowed = StewardProfile.objects.filter(pk=profile.pk)
    narrowed.update(industries=["I"])
    assert (gaps.watch(), gaps.watch(), gaps.watch()) == (TYPES, 0, 0)
    assert len(told(admin_user)) == 1
    assert "Gap in the coverage: East" in told(admin_user)[0]
    assert "East, Help: nobody for Industry J" in told(admin_user)[0]
    assert "Industry I" not in told(admin_user)[0]
    narrowed.update(industries=[])
    assert gaps.watch() == 0
    assert not CoverageGap.objects.filter(closed_at=None).exists()
    narrowed.update(industries=["I"])
    assert (gaps.watch(), gaps.watch(), len(told(admin_user))) == (TYPES, 0, 2)


def test_a_second_gap_is_told_alone(east: Any, admin_user: Any) -> None:
    StewardProfileFactory(types=["help"], industries=["I"])
    rest = StewardProfileFactory(types=[key for key, _label in RequestType.choices if key != "help"])
    assert gaps.watch() == 1
    StewardProfile.objects.filter(pk=rest.pk).update(in_rotation=False)
    assert gaps.watch() == 2 * (TYPES - 1)
    first, second = told(admin_user)
    assert "Help" in first
    assert "Help" not in second
    assert "Complaint: nobody\n" in f"{second}\n"


@pytest.mark.parametrize(
    ("ends", "covered"), [(None, True), (3, True), (-1, False)], ids=["named", "for three days more", "ended"]
)
def test_a_place_with_a_steward_of_its_own_is_covered(east: Any, ends: int | None, covered: bool) -> None:
    day = local_day()
    ends_on = None if ends is None else day + timedelta(ends)
    StewardshipFactory(
        scope="subdistrict", subdistrict=east, enterprise=None, starts_on=day - timedelta(90), ends_on=ends_on
    )
    assert gaps.watch() == (0 if covered else 2 * TYPES)


def test_who_is_away_today_still_covers_and_who_has_left_does_not(east: Any) -> None:
    person = LeaveFactory(person=StewardProfileFactory().person).person
    assert gaps.watch() == 0
    person.is_active = False
    person.save()
    assert gaps.watch() == 2 * TYPES


def test_each_in_their_language_the_service_centre_alone_and_in_the_digest(east: Any, admin_user: Any) -> None:
    chinese, other = UserFactory(roles=["admin"], language="zh-hans"), UserFactory(roles=["steward"])
    assert tasks.watch_coverage() == 2 * TYPES
    assert (len(told(admin_user)), len(told(chinese)), told(other)) == (1, 1, [])
    assert "东街道" in told(chinese)[0]
    assert set(Message.objects.values_list("state", flat=True)) == {"held"}


def test_many_are_cut_and_counted(admin_user: Any) -> None:
    for n in range(5):
        SubdistrictFactory(code=f"31010901{n}", name_en=f"Place {n}")
    assert gaps.watch() == 5 * TYPES
    assert "Place 0; Place 1; Place 2…" in told(admin_user)[0]
    assert f"{5 * TYPES - 20} more on the coverage board" in told(admin_user)[0]


def test_one_that_another_worker_writes_at_the_same_time_is_not_told_twice(east: Any, monkeypatch: Any) -> None:
    """It was not there when this worker looked: the other has written and told it since."""
    found = gaps.gaps()

    def and_another_is_faster() -> Any:
        monkeypatch.setattr(gaps, "gaps", lambda: found)
        assert gaps.watch() == len(found)
        return found

    monkeypatch.setattr(gaps, "gaps", and_another_is_faster)
    assert gaps.watch() == 0


def test_it_is_on_the_schedule() -> None:
    assert "stewards.tasks.watch_coverage" in {task for _name, task, _seconds in PERIODIC}
