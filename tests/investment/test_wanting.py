"""Needs, what is made of resources for them, and interest: requests, viewings, both sides."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from investment import viewings, wanting
from investment.models import Mark, Need, Resource, Viewing
from investment.naming import all_names
from investment.recommending import recommended
from investment.tasks import note_view
from notices.models import Message
from portal.core.access import Refused
from stewards.models import HelpRequest
from tests.factories import investment as make
from tests.factories.accounts import UserFactory
from tests.races import outcome, race

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {"area_from": 150, "area_to": 250, "budget": 5, "subdistricts": []}


def soon(days: int = 2, hour: int = 10) -> datetime:
    return (timezone.localtime() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def asked(**more: Any) -> tuple[Viewing, Any, Any]:
    """A viewing, who asked, and the keeper of the other side."""
    row, person = make.resource(), make.member()
    keeper = make.keeper(row.provider)
    facts = {"slots": [soon()], "words": "Is there a lift?", "need": None, **more}
    return viewings.ask(row, by=person, enterprise=person.enterprise, **facts), person, keeper


# --- needs --------------------------------------------------------------------------------------------------------


def test_a_need_said_twice_is_one() -> None:
    person = make.member()
    first, again = (wanting.state_need(person.enterprise, by=person, kind="premises", facts=FACTS) for _n in range(2))
    assert first == again
    assert first.budget_day == 5
    other = wanting.state_need(person.enterprise, by=person, kind="premises", facts={**FACTS, "area_to": 300})
    assert other != first


def test_a_rent_by_the_month_is_a_budget_by_the_day() -> None:
    person = make.member()
    facts = {**FACTS, "budget": Decimal(152), "budget_unit": "month"}
    need = wanting.state_need(person.enterprise, by=person, kind="premises", facts=facts)
    assert float(need.budget_day or 0) == pytest.approx(4.9973)


def test_others_neither_state_nor_change_nor_close() -> None:
    need, other = make.need(), make.member()
    row = make.resource()
    acts: list[Callable[[], object]] = [
        lambda: wanting.state_need(need.enterprise, by=other, kind="premises", facts=FACTS),
        lambda: wanting.change(need, by=other, facts=FACTS),
        lambda: wanting.close(need, by=other),
        lambda: wanting.shortlist(need, row, by=other),
        lambda: wanting.decline(need, row, by=make.official(), why="place"),
        lambda: viewings.ask(row, by=other, enterprise=need.enterprise, slots=[soon()], words="", need=None),
    ]
    for act in acts:
        with pytest.raises(Refused, match="Only people who act for this enterprise"):
            act()
    assert (Need.objects.count(), Mark.objects.count(), Viewing.objects.count()) == (1, 0, 0)


def test_twenty_open_needs_are_enough() -> None:
    person = make.member()
    for area in range(20):
        make.need(person, area_from=area + 1)
    with pytest.raises(Refused, match="20 open needs"):
        wanting.state_need(person.enterprise, by=person, kind="loan", facts={"amount": 10})
    wanting.close(Need.objects.all()[0], by=person)
    wanting.state_need(person.enterprise, by=person, kind="loan", facts={"amount": 10})


def test_what_was_closed_changes_no_more() -> None:
    person = make.member()
    need, row = make.need(person), make.resource()
    wanting.close(need, by=person)
    wanting.close(need, by=person)
    for act in (
        lambda: wanting.change(need, by=person, facts=FACTS),
        lambda: wanting.shortlist(need, row, by=person),
    ):
        with pytest.raises(Refused, match="was closed"):
            act()
    note_view(need.pk, row.pk)
    assert not Mark.objects.exists()


# --- what is made of resources ------------------------------------------------------------------------------------


def test_marks_are_one_row_however_often_one_clicks() -> None:
    person = make.member()
    need, row = make.need(person), make.resource()
    note_view(need.pk, row.pk)
    note_view(need.pk, row.pk)
    for _n in range(2):
        wanting.shortlist(need, row, by=person)
    mark = Mark.objects.get()
    assert None not in (mark.viewed_at, mark.shortlisted_at)
    assert mark.declined_at is None
    wanting.decline(need, row, by=person, why="price")
    wanting.decline(need, row, by=person, why="place")
    mark.refresh_from_db()
    assert (mark.shortlisted_at, mark.why) == (None, "place")
    wanting.shortlist(need, row, by=person)
    mark.refresh_from_db()
    assert (mark.declined_at, mark.why) == (None, "")
    wanting.unlist(need, row, by=person)
    wanting.undecline(need, row, by=person)
    assert Mark.objects.count() == 1


@pytest.mark.parametrize("why", ["", "dear", "<script>"])
def test_a_reason_that_is_none_declines_nothing(why: str) -> None:
    person = make.member()
    with pytest.raises(Refused, match="Say why"):
        wanting.decline(make.need(person), make.resource(), by=person, why=why)
    assert not Mark.objects.exists()


def test_a_view_of_what_is_not_shown_or_not_there_is_not_noted() -> None:
    need = make.need()
    note_view(need.pk, make.resource(state="draft").pk)
    note_view(need.pk, 10**9)
    note_view(10**9, make.resource().pk)
    assert not Mark.objects.exists()


def titles(rows: list[Any]) -> list[str]:
    return [told.resource.title for told in rows]


def test_what_is_recommended_follows_what_was_made_of_it() -> None:
    person = make.member()
    need = make.need(person)
    provider = make.provider()
    kept = [make.resource(provider, fitout="bare", **make.both(title=f"Bare {n}", about="№")) for n in range(3)]
    fine = make.resource(make.provider(), rent=6, rent_day=6, fitout="basic", **make.both(title="Basic", about="№"))
    small = make.resource(area_m2=20, **make.both(title="Small", about="№"))
    make.resource(kind="fund", **make.both(title="Fund", about="№"))
    make.resource(state="stale", **make.both(title="Stale", about="№"))
    found = recommended(need, all_names())
    assert titles(found.best) == ["Bare 2", "Bare 1", "Bare 0", "Basic"]
    assert titles(found.others) == ["Small"]
    assert found.others[0].ruled_out == ["It has only 20 m²; you need 150 m²."]
    assert "The rent is above your budget by 20%." in found.best[3].cons
    for row in kept[:2]:
        wanting.decline(need, row, by=person, why="fitout")
    wanting.shortlist(need, fine, by=person)
    found = recommended(need, all_names())
    assert titles(found.best) == ["Bare 2"]
    assert titles(found.declined) == ["Bare 1", "Bare 0"]
    assert titles(found.shortlist) == ["Basic"]
    assert "You declined something like it (same fit-out), so it stands lower." in found.best[0].cons
    wanting.shortlist(need, small, by=person)
    assert small not in [told.resource for told in recommended(need, all_names()).best]


def test_what_one_enterprise_declined_changes_nothing_for_another() -> None:
    person, row = make.member(), make.resource(fitout="bare")
    wanting.decline(make.need(person), row, by=person, why="other")
    told = recommended(make.need(), {}).best[0]
    assert (told.resource, told.mark) == (row, None)
    assert not any("declined" in text for text in told.cons)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_recommendation_costs_the_same_queries(count: int, django_assert_num_queries: Any) -> None:
    person = make.member()
    need = make.need(person)
    for n in range(count):
        wanting.shortlist(need, make.resource(), by=person)
        make.resource(area_m2=20 + n)
        wanting.decline(need, make.resource(), by=person, why="place")
    with django_assert_num_queries(3):
        recommended(need, {})


# --- interest -----------------------------------------------------------------------------------------------------


def test_interest_opens_a_request_and_a_viewing_once() -> None:
    row, person = make.resource(**make.both(title="Office", about="№")), make.member()
    keeper, need = make.keeper(row.provider), make.need(person)
    facts: dict[str, Any] = {"slots": [soon(3), soon(2)], "words": "Is there a lift?", "need": need}
    viewing = viewings.ask(row, by=person, enterprise=person.enterprise, **facts)
    assert viewings.ask(row, by=person, enterprise=person.enterprise, **facts) == viewing
    request = HelpRequest.objects.get()
    assert (viewing.request, request.number != "", request.enterprise) == (request, True, person.enterprise)
    assert request.subject == "Interest in: Office"
    assert "Is there a lift?" in request.body
    assert viewing.slots == [soon(2), soon(3)]
    assert Mark.objects.get(need=need).shortlisted_at
    told = Message.objects.get(recipient=keeper, kind="viewing.asked")
    assert person.enterprise.name in told.body
    for private in (person.email, person.name, "lift"):
        assert private not in told.body + told.subject


@pytest.mark.parametrize(
    ("slots", "words"),
    [
        ([], "one to three"),
        ([soon(1), soon(2), soon(3), soon(4)], "one to three"),
        ([soon(-1)], "over already"),
        ([soon(61)], "within the next 60 days"),
    ],
)
def test_times_that_cannot_be(slots: list[datetime], words: str) -> None:
    with pytest.raises(Refused, match=words):
        asked(slots=slots)
    assert not HelpRequest.objects.exclude(number=None).exists()


@pytest.mark.parametrize("state", ["draft", "stale", "withdrawn"])
def test_nobody_is_interested_in_what_is_not_shown(state: str) -> None:
    row, person = make.resource(state=state), make.member()
    with pytest.raises(Refused, match="no longer available"):
        viewings.ask(row, by=person, enterprise=person.enterprise, slots=[soon()], words="", need=None)
    assert not HelpRequest.objects.exists()


def test_another_enterprises_need_is_none_of_ours() -> None:
    with pytest.raises(Refused, match="another enterprise's"):
        asked(need=make.need())


def test_both_sides_agree_on_a_time_and_it_takes_place() -> None:
    need_of = make.member()
    row = make.resource()
    keeper = make.keeper(row.provider)
    need = make.need(need_of)
    facts: dict[str, Any] = {"enterprise": need_of.enterprise, "slots": [soon()], "words": "", "need": need}
    viewing = viewings.ask(row, by=need_of, **facts)
    with pytest.raises(Refused, match="The other side chooses"):
        viewings.agree(viewing, by=need_of, side="enterprise", at=soon())
    with pytest.raises(Refused, match="one of the proposed times"):
        viewings.agree(viewing, by=keeper, side="provider", at=soon(5))
    viewings.propose(viewing, by=keeper, side="provider", slots=[soon(4)])
    assert Message.objects.filter(recipient=need_of, kind="viewing.offered").count() == 1
    for _n in range(2):
        viewings.agree(viewing, by=need_of, side="enterprise", at=soon(4))
    for person in (need_of, keeper):
        assert Message.objects.filter(recipient=person, kind="viewing.agreed").count() == 1
    with pytest.raises(Refused, match="on its day, and after"):
        viewings.hold(viewing, by=keeper, side="provider")
    Viewing.objects.update(at=timezone.now())
    for _n in range(2):
        viewings.hold(viewing, by=keeper, side="provider")
    assert Viewing.objects.get().state == "held"
    assert Mark.objects.get(need=need, resource=row).visited_at
    for act in (
        lambda: viewings.propose(viewing, by=keeper, side="provider", slots=[soon()]),
        lambda: viewings.cancel(viewing, by=keeper, side="provider"),
    ):
        with pytest.raises(Refused, match="over or was called off"):
            act()


def test_either_side_calls_it_off_and_the_other_is_told_why() -> None:
    for side in ("enterprise", "provider"):
        viewing, person, keeper = asked()
        by, other = (person, keeper) if side == "enterprise" else (keeper, person)
        for _n in range(2):
            viewings.cancel(viewing, by=by, side=side, note="We have moved.")
        told = Message.objects.filter(kind="viewing.cancelled", recipient=other)
        assert [each.body for each in told] == ["The meeting was called off. We have moved."]
        assert not Message.objects.filter(kind="viewing.cancelled", recipient=by).exists()


def test_after_one_was_called_off_one_can_ask_again() -> None:
    viewing, person, _keeper = asked()
    viewings.cancel(viewing, by=person, side="enterprise")
    again = viewings.ask(viewing.resource, by=person, enterprise=person.enterprise, slots=[soon()], words="", need=None)
    assert again != viewing
    assert again.request != viewing.request


def test_strangers_and_other_sides_do_nothing_with_a_viewing() -> None:
    viewing, person, keeper = asked()
    for by, side in (
        *((make.member(), side) for side in ("enterprise", "provider")),
        (make.keeper(make.provider()), "provider"),
        (person, "provider"),
        (keeper, "enterprise"),
        (UserFactory(), ""),
    ):
        with pytest.raises(Refused, match="Only the two sides"):
            viewings.cancel(viewing, by=by, side=side)


def test_for_a_provider_without_a_keeper_the_district_agrees(admin_user: Any) -> None:
    row, person, official = make.resource(), make.member(), make.official()
    viewing = viewings.ask(row, by=person, enterprise=person.enterprise, slots=[soon()], words="", need=None)
    assert Message.objects.filter(recipient=admin_user, kind="viewing.asked").count() == 1
    with pytest.raises(Refused, match="Only the two sides"):
        viewings.agree(viewing, by=make.official("steward"), side="provider", at=soon())
    viewings.agree(viewing, by=official, side="provider", at=soon())
    make.keeper(row.provider)
    with pytest.raises(Refused, match="Only the two sides"):
        viewings.cancel(viewing, by=official, side="provider")


def test_an_old_page_agrees_on_nothing() -> None:
    viewing, _person, keeper = asked()
    viewings.propose(viewing, by=keeper, side="provider", slots=[soon(5)])
    with pytest.raises(Refused, match="Read it once more"):
        viewings.cancel(viewing, by=keeper, side="provider", seen=0)


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_are_one_viewing_and_one_request() -> None:
    row, person = make.resource(), make.member()
    colleague = make.member(person.enterprise)

    def ask(by: Any) -> Callable[[], Viewing]:
        return lambda: viewings.ask(row, by=by, enterprise=person.enterprise, slots=[soon()], words="", need=None)

    won, told = outcome(race(Resource.objects.filter(pk=row.pk), ask(person), ask(colleague)))
    assert (len({viewing.pk for viewing in won}), told) == (1, [])
    assert HelpRequest.objects.count() == 1
    connection.close()
