"""Two at the same moment at one round: one decision, one effect, one message."""

from functools import partial
from typing import Any

import pytest

from enterprises.models import Enterprise, TierRound
from enterprises.tiers import workflow
from notices.models import Message
from portal.core.calendar import local_day
from stewards.tasks import adjust_tiers
from tests.factories.enterprises import MembershipFactory
from tests.factories.tiers import approved, earning, in_review, reviewer
from tests.races import Racer, gate, outcome, race

pytestmark = pytest.mark.django_db(transaction=True)


def row_of(row: TierRound) -> Any:
    return TierRound.objects.filter(pk=row.pk)


def test_of_two_decisions_one_counts() -> None:
    earning(20_000)
    row = in_review()
    acts = [
        partial(workflow.approve, row, by=reviewer(), day=local_day()),
        partial(workflow.send_back, row, by=reviewer(), reason="Look again"),
    ]
    won, told = outcome(race(row_of(row), *acts))
    assert (len(won), len(told)) in ((1, 1), (2, 0))  # an approval can be taken back: then both happened, in order
    row.refresh_from_db()
    assert row.state in ("approved", "open")


def test_of_two_approvals_one_counts() -> None:
    earning(20_000)
    row = in_review()
    acts = [partial(workflow.approve, row, by=reviewer(), day=local_day()) for _n in range(2)]
    won, told = outcome(race(row_of(row), *acts))
    assert (len(won), len(told)) == (1, 1)
    assert Message.objects.filter(recipient=row.opened_by).count() == 1


def test_a_second_worker_passes_a_round_that_is_being_carried_out() -> None:
    """It does not wait for the first, and finds nothing to do."""
    MembershipFactory(enterprise=earning(20_000))
    row = approved()
    with gate(row_of(row)):
        second = Racer(adjust_tiers)
        second.join(20)
        assert second.result == 0
    assert adjust_tiers() == 1
    assert Message.objects.filter(kind="other.tier").count() == 1


def test_two_workers_one_after_the_other_at_the_enterprise() -> None:
    one = earning(20_000)
    MembershipFactory(enterprise=one)
    approved()
    results = race(Enterprise.objects.filter(pk=one.pk), adjust_tiers)
    assert (results, adjust_tiers()) == ([1], 0)
    assert Message.objects.filter(kind="other.tier").count() == 1
