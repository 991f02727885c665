"""The contact guard as pure arithmetic: each rule by example, and all of them at once as properties."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.enums import Contact, Limit
from engagement.guard import Book, Booked, Quiet, first_free, judge, monday
from engagement.weeks import SHOWN, weeks

TODAY = date(2026, 11, 23)  # a Monday
GOVERNMENT = Contact.GOVERNMENT
few = settings(max_examples=40, deadline=None)


def book(*visits: Booked, quiet: tuple[Quiet, ...] = (), **limits: int) -> Book:
    """Limits in force since long ago."""
    return Book(visits, quiet, ((date(2026, 1, 1), limits),) if limits else ())


def visit(day: date, key: int = 1, **fields: Any) -> Booked:
    return Booked(key, day, **fields)


def codes(contact: str, day: date, of: Book, today: date = TODAY) -> list[str]:
    return [reason.code for reason in judge(contact, day, of, today).reasons]


def test_a_free_day_says_which_visit_of_the_year_it_is() -> None:
    verdict = judge(GOVERNMENT, TODAY, book(visit(date(2026, 3, 2))), TODAY)
    assert verdict.allowed
    assert verdict.counted
    assert verdict.reasons[0].text == "Free. Visits a year: this is number 2 of at most 6 in 2026."
    assert (verdict.join, verdict.first_free) == (None, None)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (date(2026, 11, 23), "week"),
        (date(2026, 11, 27), "week"),
        (date(2026, 11, 30), "between"),
        (date(2026, 12, 8), "between"),
        (date(2026, 12, 9), "free"),
    ],
)
def test_one_visit_a_week_and_quiet_days_around_it(wanted: date, expected: str) -> None:
    assert codes(GOVERNMENT, wanted, book(visit(date(2026, 11, 25)))) == [expected]


def test_a_refusal_offers_the_visit_that_is_booked_and_the_first_free_day() -> None:
    booked = visit(date(2026, 11, 25), key=7, who="Commerce")
    verdict = judge(GOVERNMENT, date(2026, 11, 24), book(booked), TODAY)
    assert not verdict
    assert (verdict.join, verdict.first_free) == (booked, date(2026, 12, 9))
    assert verdict.reasons[0].text == "At most one visit a week: there is one on 25 November 2026 (Commerce)."
    assert judge(GOVERNMENT, date(2026, 11, 24), book(booked), TODAY, search=False).first_free is None


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        ([visit(date(2026, 11, 25), open=False)], None),
        ([visit(date(2026, 11, 25), contact=Contact.SURVEY)], None),
        ([visit(date(2026, 11, 16), key=1), visit(date(2026, 11, 27), key=2)], 2),
        ([visit(date(2026, 11, 23), key=1), visit(date(2026, 11, 25), key=2)], 1),
    ],
    ids=["held", "survey", "past", "nearest"],
)
def test_one_joins_a_visit_to_come_and_no_other(booked: list[Booked], expected: int | None) -> None:
    verdict = judge(GOVERNMENT, date(2026, 11, 24), book(*booked), TODAY)
    assert (verdict.join.key if verdict.join else None) == expected


def test_two_visits_a_week_where_the_district_says_so() -> None:
    monday_, tuesday = visit(date(2026, 11, 23), key=1), visit(date(2026, 11, 24), key=2)
    assert codes(GOVERNMENT, date(2026, 11, 26), book(monday_, a_week=2, days_between=0)) == ["free"]
    refused = judge(GOVERNMENT, date(2026, 11, 26), book(monday_, tuesday, a_week=2, days_between=0), TODAY)
    assert refused.reasons[0].text == "At most 2 visits a week: there are visits on 23 November 2026, 24 November 2026."


def test_the_years_cap_ends_with_the_year() -> None:
    taken = [visit(date(2026, month, 2), key=month) for month in (3, 5, 7)]
    verdict = judge(GOVERNMENT, date(2026, 12, 28), book(*taken, a_year=3), TODAY)
    assert [reason.text for reason in verdict.reasons] == ["Visits a year: 3 of at most 3 in 2026 are taken."]
    assert verdict.first_free == date(2027, 1, 1)
    assert codes(GOVERNMENT, date(2027, 1, 4), book(*taken, a_year=3)) == ["free"]


def test_a_number_holds_from_its_day_on() -> None:
    changing = Book(limits=((date(2026, 12, 1), {"a_year": 0}), (date(2026, 1, 1), {"a_year": 2, "a_week": 3})))
    assert changing.limit(Limit.A_YEAR, date(2026, 11, 30)) == 2
    assert changing.limit(Limit.A_YEAR, date(2026, 12, 1)) == 0
    assert changing.limit(Limit.A_WEEK, date(2026, 12, 1)) == 3
    assert changing.limit(Limit.A_WEEK, date(2025, 12, 31)) == 1
    assert judge(GOVERNMENT, date(2026, 12, 1), changing, TODAY).first_free is None


@pytest.mark.parametrize(
    ("quiet", "code", "text"),
    [
        (
            Quiet(date(2026, 11, 20), date(2026, 11, 30), "district", "Fair"),
            "quiet",
            "Quiet period of the district (Fair): 20 November 2026 to 30 November 2026.",
        ),
        (
            Quiet(date(2026, 11, 20), date(2026, 11, 30), "not_now"),
            "not_now",
            "The enterprise has asked for quiet until 30 November 2026.",
        ),
        (
            Quiet(date(2026, 11, 20), date(2026, 11, 30), "declined"),
            "declined",
            "The enterprise has declined a visit: it is left in peace until 30 November 2026.",
        ),
    ],
    ids=["district", "not-now", "declined"],
)
def test_quiet_days_bind_the_district_and_never_the_enterprise(quiet: Quiet, code: str, text: str) -> None:
    of = book(quiet=(quiet,))
    for contact in (GOVERNMENT, Contact.EVENT, Contact.SURVEY):
        verdict = judge(contact, date(2026, 11, 30), of, TODAY)
        assert (verdict.reasons[0].code, verdict.reasons[0].text) == (code, text)
        assert verdict.first_free == date(2026, 12, 1)
        assert codes(contact, date(2026, 12, 1), of) != [code]
    assert judge(Contact.ENTERPRISE, date(2026, 11, 30), of, TODAY).allowed


@pytest.mark.parametrize(("day", "code"), [(date(2026, 11, 20), "past"), (date(2026, 11, 28), "day_off")])
def test_days_that_are_none(day: date, code: str) -> None:
    assert codes(GOVERNMENT, day, book()) == [code]


def test_make_up_days_are_working_days() -> None:
    of = Book(is_working=lambda day: day == date(2026, 11, 28))
    assert judge(GOVERNMENT, TODAY, of, TODAY).first_free == date(2026, 11, 28)


def test_surveys_have_a_cap_of_their_own_and_invitations_none() -> None:
    asked = [visit(date(2026, month, 2), key=month, contact=Contact.SURVEY) for month in (3, 5)]
    assert codes(Contact.SURVEY, TODAY, book(*asked)) == ["cap"]
    assert codes(Contact.SURVEY, TODAY, book(asked[0])) == ["free"]
    assert codes(GOVERNMENT, TODAY, book(*asked)) == ["free"]
    event = judge(Contact.EVENT, TODAY, book(visit(TODAY)), TODAY)
    assert (event.allowed, event.counted, event.reasons[0].code) == (True, False, "event")


@pytest.mark.parametrize(("contact", "code"), [(Contact.ENTERPRISE, "asked"), (Contact.ENFORCEMENT, "enforcement")])
def test_what_is_never_refused_is_never_counted(contact: str, code: str) -> None:
    full = book(visit(TODAY), quiet=(Quiet(TODAY, TODAY, "not_now"),), a_year=0)
    verdict = judge(contact, TODAY, full, TODAY)
    assert (verdict.allowed, verdict.counted, [reason.code for reason in verdict.reasons]) == (True, False, [code])


def test_weeks_show_free_days_and_each_reason_once() -> None:
    booked = visit(date(2026, 11, 25), key=7)
    shown = weeks(book(booked), date(2026, 11, 26), TODAY)
    assert len(shown) == SHOWN
    assert (shown[0].free, [r.code for r in shown[0].reasons], shown[0].join) == ([], ["week"], booked)
    assert [reason.code for reason in shown[1].reasons] == ["between"]
    assert shown[1].join is None
    assert shown[2].free == [date(2026, 12, 9), date(2026, 12, 10), date(2026, 12, 11)]
    assert shown[3].reasons == []


def test_a_week_that_is_over_but_for_its_days_off_is_not_shown() -> None:
    assert weeks(book(), date(2026, 11, 28), date(2026, 11, 28))[0].first == date(2026, 11, 30)
    assert weeks(book(), date(2026, 11, 27), date(2026, 11, 27))[0].first == date(2026, 11, 23)


def test_days_that_are_over_are_not_shown() -> None:
    assert weeks(book(), TODAY, date(2026, 11, 26))[0].free == [date(2026, 11, 26), date(2026, 11, 27)]


days = st.integers(min_value=-60, max_value=400).map(lambda n: TODAY + timedelta(days=n))
contacts = st.sampled_from([GOVERNMENT, Contact.EVENT, Contact.SURVEY, Contact.ENTERPRISE, Contact.ENFORCEMENT])
booked_visits = st.builds(
    Booked,
    st.integers(1, 99),
    days,
    st.sampled_from([GOVERNMENT, Contact.ENTERPRISE, Contact.ENFORCEMENT, Contact.SURVEY]),
    st.booleans(),
)
quiet_times = st.builds(
    lambda day, n, kind: Quiet(day, day + timedelta(days=n), kind),
    days,
    st.integers(0, 60),
    st.sampled_from(["district", "not_now", "declined"]),
)
numbers = st.fixed_dictionaries(
    {Limit.A_WEEK: st.integers(0, 3), Limit.A_YEAR: st.integers(0, 8), Limit.DAYS_BETWEEN: st.integers(0, 40)}
)
books = st.builds(
    lambda visits, quiet, limits, since: Book(tuple(visits), tuple(quiet), ((since, limits),)),
    st.lists(booked_visits, max_size=8),
    st.lists(quiet_times, max_size=3),
    numbers,
    days,
)


@few
@given(contacts, days, books)
def test_every_verdict_has_a_reason_and_no_offer_is_empty(contact: str, day: date, of: Book) -> None:
    verdict = judge(contact, day, of, TODAY)
    assert verdict.reasons
    assert all(reason.text for reason in verdict.reasons)
    if verdict:
        assert (verdict.join, verdict.first_free) == (None, None)
    else:
        assert not verdict.counted
        assert contact not in (Contact.ENTERPRISE, Contact.ENFORCEMENT)
    if verdict.first_free:
        assert verdict.first_free > day or day < TODAY
        assert judge(contact, verdict.first_free, of, TODAY)
    if verdict.join:
        assert verdict.join.open
        assert verdict.join.day >= TODAY


@few
@given(days, books)
def test_what_is_allowed_keeps_every_rule(day: date, of: Book) -> None:
    if not judge(GOVERNMENT, day, of, TODAY):
        return
    visits = [each for each in of.booked if each.contact == GOVERNMENT]
    assert day >= TODAY
    assert day.weekday() < 5
    assert not any(quiet.first <= day <= quiet.last for quiet in of.quiet)
    assert sum(monday(each.day) == monday(day) for each in visits) < of.limit(Limit.A_WEEK, day)
    assert sum(each.day.year == day.year for each in visits) < of.limit(Limit.A_YEAR, day)
    apart = of.limit(Limit.DAYS_BETWEEN, day)
    assert all(monday(e.day) == monday(day) or abs((e.day - day).days) >= apart for e in visits)


@few
@given(days, books, st.integers(100, 200))
def test_one_visit_more_never_frees_a_day(day: date, of: Book, key: int) -> None:
    fuller = Book((*of.booked, Booked(key, day)), of.quiet, of.limits)
    free = first_free(GOVERNMENT, TODAY, of, TODAY)
    later = first_free(GOVERNMENT, TODAY, fuller, TODAY)
    assert later is None or (free is not None and later >= free)
    assert judge(Contact.ENFORCEMENT, day, fuller, TODAY)


@few
@given(days, books)
def test_what_does_not_count_changes_nothing(day: date, of: Book) -> None:
    uncounted = (Booked(500, day, Contact.ENTERPRISE), Booked(501, day, Contact.ENFORCEMENT))
    fuller = Book((*of.booked, *uncounted), of.quiet, of.limits)
    assert judge(GOVERNMENT, day, fuller, TODAY) == judge(GOVERNMENT, day, of, TODAY)
