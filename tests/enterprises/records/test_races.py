"""Two people of the service centre, or two workers, at the same moment; each with a connection of their own."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import ErasureRequest
from enterprises.models import Enterprise, MergeRecord, TitleNotice
from enterprises.records import merging, standing, titles
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.home.personal import workflow
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, TitleGrantFactory
from tests.factories.records import merged
from tests.stewards.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(results: list[Any], kind: type) -> tuple[int, list[str]]:
    """How many came through, and what the others were told; anything else is a failure of the test."""
    done = [each for each in results if isinstance(each, kind)]
    told = [str(each) for each in results if isinstance(each, Refused)]
    assert len(done) + len(told) == len(results), results
    return len(done), told


def test_records_merged_into_each_other_become_one_and_nobody_waits_for_ever() -> None:
    admin = UserFactory(roles=["admin"])
    one, other = EnterpriseFactory(), EnterpriseFactory()
    for row in (one, other):
        MembershipFactory(enterprise=row)
    results = at_once(
        lambda: merging.merge(one, other, by=admin, reason="x"),
        lambda: merging.merge(other, one, by=admin, reason="x"),
    )
    count, told = outcome(results, MergeRecord)
    assert (count, len(told)) == (1, 1)
    assert "merged into another record already" in told[0]
    kept = MergeRecord.objects.get().keep
    assert kept.memberships.count() == 2
    assert Enterprise.objects.operating().count() == 1


def test_a_merge_is_undone_once() -> None:
    admin = UserFactory(roles=["admin"])
    record = merged(by=admin)
    count, told = outcome(at_once(*[lambda: merging.split(record, by=admin)] * 3), dict)
    assert (count, told) == (1, ["This merge was undone already."] * 2)


def test_a_standing_said_twice_is_told_once() -> None:
    admin, other = (UserFactory(roles=["admin"]) for _n in range(2))
    row, day = EnterpriseFactory(), local_day()
    acts = [lambda: standing.change(row, by=admin, standing="left", on=day, reason="x")] * 2
    count, told = outcome(at_once(*acts), Enterprise)
    assert (count, told) == (1, ["The record says so already."])
    assert Message.objects.filter(recipient=other, kind="standing").count() == 1


def test_a_title_is_told_of_once_by_two_workers() -> None:
    grant = TitleGrantFactory(expires_on=local_day() + timedelta(days=10))
    MembershipFactory(enterprise=grant.enterprise)
    assert sum(at_once(*[titles.remind] * 3)) == 1
    assert (TitleNotice.objects.count(), Message.objects.filter(kind="title").count()) == (1, 1)


def test_an_erasure_is_asked_for_once_and_decided_once() -> None:
    person, admin = UserFactory(), UserFactory(roles=["admin"])
    count, told = outcome(at_once(*[lambda: workflow.ask(by=person)] * 2), ErasureRequest)
    assert (count, told) == (1, ["Your request is with the service centre already."])
    row = ErasureRequest.objects.get()
    acts = (lambda: workflow.carry_out(row, by=admin), lambda: workflow.refuse(row, by=admin, reason="x"))
    count, told = outcome(at_once(*acts), ErasureRequest)
    assert (count, told) == (1, ["This request is decided already."])
