"""The demo's people, clock and terminal: what needs no demo to run (tests/deploy/test_demo_mode.py has that)."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from accounts.enums import Role
from accounts.models import User
from portal.core import calendar
from portal.demo.cast import GROUPS, email_of, figures, read, seeded
from portal.demo.clock import Clock, months_from
from portal.demo.management.commands.demo_people import _both_languages, _padded, _width
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory

PEOPLE: list[dict[str, Any]] = read("people.json")["people"]
TEXTS = ("name_zh", "name_en", "does_zh", "does_en")


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person["key"])
def test_each_person_is_told_of_in_both_languages(person: dict[str, Any]) -> None:
    assert all(person[name].strip() for name in TEXTS)
    for name in ("name", "does"):
        assert any("\u4e00" <= char <= "\u9fff" for char in person[f"{name}_zh"])
        assert not any("\u4e00" <= char <= "\u9fff" for char in person[f"{name}_en"])
    assert person["group"] in GROUPS
    assert person["language"] in {"zh-hans", "en"}
    assert set(person.get("roles", [])) <= set(Role.values)


@pytest.mark.parametrize("what", ["key", "name_en", "name_zh"])
def test_nobody_is_mistaken_for_another(what: str) -> None:
    assert Counter(person[what] for person in PEOPLE).most_common(1)[0][1] == 1


def test_no_address_can_receive_mail() -> None:
    addresses = [email_of(person) for person in PEOPLE]
    assert len(set(addresses)) == len(addresses)
    assert all(address.endswith("@demo.example") and " " not in address for address in addresses)
    assert email_of({"name_en": "Lin Xiao"}) == "lin.xiao@demo.example"


def test_telephones_belong_to_nobody() -> None:
    assert all("0000" in person["phone"] for person in PEOPLE if person.get("phone"))


def test_every_group_has_somebody() -> None:
    assert {person["group"] for person in PEOPLE} == set(GROUPS)


# --- those who exist ----------------------------------------------------------------------------------------------


def made(n: int, **facts: Any) -> User:
    person = PEOPLE[n]
    return UserFactory(email=email_of(person), name_en=person["name_en"], **facts)


@pytest.mark.django_db
class TestFigures:
    def test_only_people_of_the_file_who_are_active(self) -> None:
        known = made(0)
        made(1, is_active=False)
        UserFactory(email="somebody@demo.example")
        assert [figure.user for figure in figures()] == [known]
        assert list(seeded()) == [known]

    def test_in_the_order_of_the_file(self) -> None:
        later, earlier = made(5), made(2)
        assert [figure.user for figure in figures()] == [earlier, later]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_told_in_the_readers_language(self, language: str) -> None:
        made(0)
        with override(language):
            (figure,) = figures()
        assert figure.does == PEOPLE[0]["does_zh" if language == "zh-hans" else "does_en"]

    def test_a_place_is_the_department_or_else_the_enterprise(self) -> None:
        made(0, department=DepartmentFactory(name_en="Fictional Finance Bureau"))
        member, claims = made(1), made(2)
        MembershipFactory(user=member, enterprise=EnterpriseFactory(name_en="Fictional Stars"))
        MembershipFactory(user=claims, state="claimed")
        assert [figure.place for figure in figures()] == ["Fictional Finance Bureau", "Fictional Stars", ""]

    def test_as_many_queries_for_all_as_for_one(self, django_assert_num_queries: Any) -> None:
        for n in range(6):
            MembershipFactory(user=made(n))
        with django_assert_num_queries(3):
            assert len(list(figures())) == 6


# --- the terminal -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "width"), [("", 0), ("Lin", 3), ("林晓", 4), ("Lin 林", 6), ("（演示）", 8)])
def test_chinese_takes_two_columns(text: str, width: int) -> None:
    assert _width(text) == width
    assert _width(_padded(text, 12)) == 12


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_named_in_both_languages(group: str) -> None:
    text = _both_languages(group)
    english, _sign, chinese = text.rpartition(" ")
    assert english.isascii()
    assert not chinese.isascii()


# --- the clock ----------------------------------------------------------------------------------------------------


def shanghai(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.mark.django_db
class TestClock:
    @pytest.mark.parametrize(
        ("now", "day"),
        [
            ("2026-11-20T10:00", date(2026, 11, 20)),  # a Friday
            ("2026-11-20T09:59", date(2026, 11, 19)),  # its work has hardly begun
            ("2026-11-22T15:00", date(2026, 11, 20)),  # Sunday
            ("2026-11-23T08:00", date(2026, 11, 20)),  # early on Monday
            ("2026-02-14T12:00", date(2026, 2, 14)),  # a Saturday that is worked
            ("2026-02-20T12:00", date(2026, 2, 14)),  # Spring Festival
        ],
    )
    def test_starts_on_the_last_working_day_that_has_begun(self, now: str, day: date) -> None:
        with time_machine.travel(shanghai(now), tick=False):
            assert Clock().day(0) == day

    @pytest.mark.parametrize("ago", [0, 1, 5, 20, 120])
    def test_counts_back_as_the_calendar_counts_forward(self, ago: int) -> None:
        with time_machine.travel(shanghai("2026-11-20T12:00"), tick=False):
            day = Clock().day(ago)
        assert calendar.current().add_working_days(day, ago) == date(2026, 11, 20)

    def test_a_moment_is_the_districts(self) -> None:
        with time_machine.travel(shanghai("2026-11-20T12:00"), tick=False):
            assert Clock().moment(1, "09:30") == shanghai("2026-11-19T09:30")

    def test_two_things_never_happen_at_the_same_moment(self) -> None:
        clock = Clock()
        then = clock.moment(3, "10:00")
        with clock.at(then) as first:
            pass
        with clock.at(then) as second, clock.at(then - timedelta(days=9)) as third:
            pass
        assert first < second < third


@pytest.mark.parametrize(
    ("months", "day"), [("-20", date(2025, 3, 30)), ("0", date(2026, 11, 20)), ("+2", date(2027, 1, 19)), (None, None)]
)
def test_months_are_counted_roughly(months: str | None, day: date | None) -> None:
    assert months_from(shanghai("2026-11-20T12:00"), months) == day


@pytest.mark.parametrize("months", ["", "soon"])
def test_months_that_are_no_number(months: str) -> None:
    if months:
        with pytest.raises(ValueError):
            months_from(timezone.now(), months)
    else:
        assert months_from(timezone.now(), months) is None
