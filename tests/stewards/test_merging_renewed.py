"""A late request that was given a new date, merged: what the enterprise was told is not lost, whichever goes on."""

from collections.abc import Callable
from datetime import date
from itertools import permutations
from typing import Any

import pytest

from stewards.models import HelpRequest
from stewards.relations.merging import merge, unmerge
from stewards.relations.renewals import together
from tests.stewards.test_merging import Pair, day, fresh

pytestmark = pytest.mark.django_db
Dates = tuple[int, int | None]  # the promised day and the new one, counted from today


@pytest.fixture
def pair(db: None) -> Pair:
    return Pair()


def given(request: HelpRequest, dates: Dates) -> None:
    due, new = dates
    HelpRequest.objects.filter(pk=request.pk).update(due_on=day(due), renewed_due_on=None if new is None else day(new))


def dates(request: HelpRequest) -> Dates:
    found = fresh(request)
    assert found.due_on
    new = found.renewed_due_on
    return (found.due_on - day(0)).days, None if new is None else (new - day(0)).days


CASES: dict[str, tuple[Dates, Dates, Dates]] = {  # the one that ends, the one that goes on, and what that has then
    "its new date comes first": ((-3, 6), (9, None), (-3, 6)),
    "the other's promise comes first": ((-3, 12), (9, None), (-3, 9)),
    "the other has a later new date": ((-3, 6), (-5, 8), (-5, 6)),
    "the other has an earlier one": ((-3, 8), (-5, 6), (-5, 6)),
    "a promise that stands is kept": ((4, None), (-5, 8), (-5, 4)),
    "a broken one without a new date adds none": ((-3, None), (-5, 8), (-5, 8)),
    "a new date that has passed as well": ((-5, -2), (9, None), (-5, 9)),
    "nothing is ahead": ((-5, -2), (-4, None), (-5, -2)),
    "nobody gave a new one": ((-3, None), (9, None), (-3, None)),
    "a new one that replaces nothing": ((3, 8), (2, None), (2, None)),
}


@pytest.mark.parametrize("name", CASES)
def test_what_was_told_is_kept_and_given_back(pair: Pair, name: str) -> None:
    ends, goes_on, then = CASES[name]
    given(pair.gone, ends)
    given(pair.goal, goes_on)
    for _time in range(2):
        merge(fresh(pair.gone), into=fresh(pair.goal), by=pair.steward)
        assert dates(pair.goal) == then
        unmerge(fresh(pair.gone), by=pair.steward)
        assert (dates(pair.gone), dates(pair.goal)) == (ends, goes_on)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_several_come_out_in_any_order(pair: Pair, order: tuple[int, ...]) -> None:
    asked = [pair.gone, pair.asked(), pair.asked()]
    told: list[Dates] = [(-3, 6), (-4, 5), (7, None)]
    for request, each in zip([*asked, pair.goal], [*told, (9, None)], strict=True):
        given(request, each)
    for request in asked:
        merge(fresh(request), into=fresh(pair.goal), by=pair.steward)
    assert dates(pair.goal) == (-4, 5)
    left = list(range(3))
    for out in order:
        unmerge(fresh(asked[out]), by=pair.steward)
        left.remove(out)
        said = [told[each] for each in left]
        new = min([new or due for due, new in [*said, (9, None)]]) if any(new for _due, new in said) else None
        assert dates(pair.goal) == (min([9, *(due for due, _new in said)]), new)
    assert [dates(each) for each in asked] == told


@pytest.mark.parametrize("new", [10, None])
def test_a_date_that_was_given_since_stays(pair: Pair, new: int | None) -> None:
    given(pair.gone, (-3, 6))
    pair.merge()
    HelpRequest.objects.filter(pk=pair.goal.pk).update(renewed_due_on=None if new is None else day(new))
    unmerge(fresh(pair.gone), by=pair.steward)
    assert dates(pair.goal) == (9, new)


@pytest.mark.parametrize(
    ("told", "words"), [((-3, 6), "The new date is"), ((5, None), "Answer due by")], ids=["late", "in time"]
)
def test_the_message_and_the_page_name_it(pair: Pair, as_user: Callable[[Any], Any], told: Dates, words: str) -> None:
    given(pair.gone, told)
    pair.merge()
    assert words in pair.owner.messages_received.latest("pk").body
    page = as_user(pair.owner).get(f"/en/requests/{pair.goal.number}/").content.decode()
    assert ("New date for the answer" in page) is (told[1] is not None)
    unmerge(fresh(pair.gone), by=pair.steward)
    assert words in pair.owner.messages_received.latest("pk").body


def test_merges_from_before_this_was_kept_are_undone_too(pair: Pair) -> None:
    pair.merge()
    for event in pair.goal.events.all():
        event.data.pop("renewed", None)
        event.save(update_fields=["data"])
    unmerge(fresh(pair.gone), by=pair.steward)
    assert dates(pair.goal) == (9, None)


def test_the_day_of_today_is_still_ahead() -> None:
    today = date(2026, 6, 10)
    said = [(date(2026, 6, 1), today), (date(2026, 6, 20), None)]
    assert together(said, today) == today
    assert together(said, date(2026, 6, 11)) == date(2026, 6, 20)
