"""Two at the same moment: one of them wins, the other is told or changes nothing more."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from enterprises.models import Enterprise
from investment import upkeep, viewings, wanting, workflow
from investment.models import Keeper, Mark, Need, Provider, Resource, Viewing
from notices.models import Message
from tests.factories import investment as make
from tests.factories.enterprises import SubdistrictFactory
from tests.races import outcome, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_reviewers_publish_once() -> None:
    row = make.resource(state="in_review", subdistrict=SubdistrictFactory())
    keeper = make.keeper(row.provider)
    acts = [lambda by=by: workflow.publish(row, by=by, seen=0) for by in (make.official(), make.official())]
    won, told = outcome(race(Resource.objects.filter(pk=row.pk), *acts))
    assert (len(won), len(told)) == (1, 1)
    assert Message.objects.filter(recipient=keeper, kind="resource.published").count() == 1


def test_a_change_and_a_publication_do_not_pass_each_other_by() -> None:
    """Whatever comes first, nobody publishes what they have not read."""
    row = make.resource(subdistrict=SubdistrictFactory())
    keeper = make.keeper(row.provider)
    texts = make.both(title="One", about="№")
    workflow.rewrite(row, by=keeper, facts=texts)
    seen = Resource.objects.get().lock_version
    official, other = make.official(), make.both(title="Two", about="№")
    won, told = outcome(
        race(
            Resource.objects.filter(pk=row.pk),
            lambda: workflow.rewrite(row, by=keeper, facts=other, seen=seen),
            lambda: workflow.publish(row, by=official, seen=seen),
        )
    )
    assert (len(won), len(told)) == (1, 1)
    now = Resource.objects.get()
    assert (now.title_en == "One") == (now.proposal is None)  # type: ignore[attr-defined]


def test_two_workers_remind_once() -> None:
    rows = [make.resource(days=90) for _n in range(3)]
    keeper = make.keeper(rows[0].provider)
    assert sum(race(Resource.objects.filter(pk=rows[0].pk), upkeep.remind, upkeep.remind)) <= 4
    upkeep.keep()
    assert Message.objects.filter(recipient=keeper, kind="resource.confirm").count() == 1
    assert not Resource.objects.filter(reminded_at=None).exists()


def test_a_need_said_by_two_colleagues_is_one() -> None:
    person = make.member()
    colleague = make.member(person.enterprise)
    facts = {"amount": 1_000_000, "stage": "seed"}

    def say(by: Any) -> Any:
        return lambda: wanting.state_need(person.enterprise, by=by, kind="fund", facts=facts)

    won, told = outcome(race(Enterprise.objects.filter(pk=person.enterprise.pk), say(person), say(colleague)))
    assert (len({need.pk for need in won}), told) == (1, [])
    assert Need.objects.count() == 1


def test_two_clicks_on_the_short_list_are_one_mark() -> None:
    person, row = make.member(), make.resource()
    need = make.need(person)
    acts = [lambda: wanting.shortlist(need, row, by=person), lambda: wanting.decline(need, row, by=person, why="place")]
    _won, told = outcome(race(Need.objects.filter(pk=need.pk), *acts))
    assert told == []
    mark = Mark.objects.get()
    assert (mark.shortlisted_at is None) != (mark.declined_at is None)


def test_two_keepers_agree_on_one_time() -> None:
    of, person = make.provider(), make.member()
    slots = [timezone.now() + timedelta(days=days) for days in (2, 3)]
    viewing = make.viewing(make.resource(of), person, slots=slots)

    def agree(by: Any, at: Any) -> Any:
        return lambda: viewings.agree(viewing, by=by, side="provider", at=at, seen=0)

    acts = [agree(make.keeper(of), at) for at in Viewing.objects.get().slots]
    won, told = outcome(race(Viewing.objects.filter(pk=viewing.pk), *acts))
    assert (len(won), len(told)) == (1, 1)
    assert Message.objects.filter(recipient=person, kind="viewing.agreed").count() == 1


def test_the_same_keeper_appointed_twice_is_one() -> None:
    of = make.provider()
    acts = [
        lambda by=by: workflow.appoint(of, by=by, email="kim@example.org", name="Kim")
        for by in (make.official(), make.official())
    ]
    won, told = outcome(race(Provider.objects.filter(pk=of.pk), *acts))
    assert (len({keeper.pk for keeper in won}), told) == (1, [])
    assert Keeper.objects.count() == 1
