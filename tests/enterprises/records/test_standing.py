"""Leaving, closing, coming back, and heads: who may, what is refused, who hears, what is no more done."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from accounts.enums import Role
from engagement.booking import book_of
from engagement.enums import Contact
from engagement.guard import judge
from enterprises.enums import Standing
from enterprises.models import Enterprise
from enterprises.records import standing
from insights.rollups import _NOW
from policies.eligibility.sql import matching
from policies.matches.storing import due, refresh_enterprise
from policies.models import NewMatch, ProfileChange
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import Stewardship
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
TODAY = local_day


def admin(**fields: Any) -> Any:
    return UserFactory(roles=[Role.ADMIN], **fields)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def change(
    row: Enterprise, to: str, *, by: Any = None, on: date | None = None, reason: str = "Moved to Minhang"
) -> Any:
    return standing.change(row, by=by or admin(), standing=to, on=on or TODAY(), reason=reason)


@pytest.mark.parametrize("to", [Standing.LEAVING, Standing.LEFT, Standing.CLOSED])
def test_what_is_recorded(to: str) -> None:
    row = change(EnterpriseFactory(), to, on=TODAY() - timedelta(days=3), reason="  Lease ended ")
    row.refresh_from_db()
    assert (row.standing, row.standing_on, row.standing_reason) == (to, TODAY() - timedelta(days=3), "Lease ended")
    assert row.sources["standing"] == {"source": "verified", "on": TODAY().isoformat()}
    assert row.audit_rows.order_by("-pgh_id").first().standing == to


def test_one_that_closed_can_operate_again() -> None:
    row = change(EnterpriseFactory(), Standing.CLOSED)
    assert not row.is_operating
    back = change(row, Standing.ACTIVE, reason="The closing was a mistake")
    assert back.is_operating
    assert list(Enterprise.objects.operating()) == [back]


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_the_service_centre_says_so(role: str) -> None:
    with pytest.raises(Refused, match="kept by the service centre"):
        change(EnterpriseFactory(), Standing.LEFT, by=UserFactory(roles=[role]))


@pytest.mark.parametrize(
    ("to", "on", "reason", "why"),
    [
        (Standing.ACTIVE, timedelta(), "x", "says so already"),
        (Standing.LEFT, timedelta(days=1), "x", "lies ahead"),
        (Standing.CLOSED, timedelta(days=1), "x", "lies ahead"),
        (Standing.LEAVING, timedelta(days=900), "x", "check the year"),
        (Standing.LEFT, -timedelta(days=40_000), "x", "check the year"),
        (Standing.LEFT, timedelta(), "   ", "Say why"),
    ],
)
def test_refused(to: str, on: timedelta, reason: str, why: str) -> None:
    row = EnterpriseFactory()
    with pytest.raises(Refused, match=why):
        change(row, to, on=TODAY() + on, reason=reason)
    row.refresh_from_db()
    assert (row.standing, row.sources) == (Standing.ACTIVE, {})


def test_a_plan_may_lie_ahead_and_a_day_is_needed() -> None:
    assert change(EnterpriseFactory(), Standing.LEAVING, on=TODAY() + timedelta(days=90)).is_operating
    with pytest.raises(Refused, match="on which day"):
        standing.change(EnterpriseFactory(), by=admin(), standing=Standing.LEFT, on=None, reason="x")


def test_a_merged_record_is_left_alone() -> None:
    row = EnterpriseFactory(merged_into=EnterpriseFactory())
    with pytest.raises(Refused, match="merged into another one"):
        change(row, Standing.LEFT)


def test_admins_and_stewards_hear_once_in_their_language_and_the_one_who_did_it_does_not() -> None:
    park = ParkFactory()
    row = EnterpriseFactory(park=park, name_en="Stars Ltd")
    by, other = admin(), admin(language="en")
    own, of_park, elsewhere = (StewardFactory(language="en") for _n in range(3))
    Stewardship.objects.create(steward=own, enterprise=row, starts_on=TODAY())
    Stewardship.objects.create(steward=of_park, scope="park", park=park, starts_on=TODAY())
    change(row, Standing.LEFT, by=by)
    told = {person: list(person.messages_received.all()) for person in (by, other, own, of_park, elsewhere)}
    assert [len(told[person]) for person in (by, other, own, of_park, elsewhere)] == [0, 1, 1, 1, 0]
    message = told[own][0]
    assert message.subject == "Stars Ltd has moved away"
    assert "Moved to Minhang" in message.body
    assert "Open requests stay open" in message.body
    assert message.url.endswith(f"/desk/enterprises/{row.pk}/")
    assert f"/centre/records/{row.pk}/" in told[other][0].url
    change(row, Standing.ACTIVE, by=by, reason="Came back")
    assert [m.subject for m in own.messages_received.order_by("pk")][1] == "Stars Ltd operates again"


def test_requests_stay_open_and_people_keep_reading() -> None:
    asked = accepted()
    before = asked.state
    change(asked.enterprise, Standing.CLOSED)
    asked.refresh_from_db()
    assert asked.state == before
    member = MembershipFactory(enterprise=asked.enterprise)
    assert list(Enterprise.objects.of_member(member.user)) == [asked.enterprise]


@pytest.mark.parametrize("to", [Standing.LEFT, Standing.CLOSED])
def test_the_guard_lets_nobody_visit_or_invite(to: str) -> None:
    row = change(EnterpriseFactory(), to, on=TODAY() - timedelta(days=9))
    for contact in (Contact.GOVERNMENT, Contact.SURVEY, Contact.EVENT):
        verdict = judge(contact, TODAY() + timedelta(days=7), book_of(row), TODAY())
        assert not verdict
        assert "gone" in [each.code for each in verdict.reasons]
        assert verdict.first_free is None
    assert judge(Contact.ENTERPRISE, TODAY(), book_of(row), TODAY())


def test_who_only_plans_to_leave_is_still_visited() -> None:
    row = change(EnterpriseFactory(), Standing.LEAVING)
    reasons = judge(Contact.EVENT, TODAY(), book_of(row), TODAY()).reasons
    assert "gone" not in [each.code for each in reasons]


def test_matching_looks_again_and_leaves_it_out_until_it_comes_back() -> None:
    row = EnterpriseFactory(verified_at=timezone.now())
    policy = PolicyFactory(criteria=[{"field": "district", "op": "in", "value": ["310109"]}])
    refresh_enterprise(row)
    assert not due(TODAY()).exists()
    NewMatch.objects.create(enterprise=row, policy=policy, version=1)
    row = change(row, Standing.CLOSED)
    assert due(TODAY()).exists()
    assert ProfileChange.objects.filter(enterprise=row.pk).exists()
    assert not NewMatch.objects.exists()
    assert list(matching(policy.criteria, TODAY())) == []
    change(row, Standing.ACTIVE)
    assert list(matching(policy.criteria, TODAY())) == [row]


def test_told_matches_are_history_and_stay() -> None:
    row = EnterpriseFactory(verified_at=timezone.now())
    NewMatch.objects.create(enterprise=row, policy=PolicyFactory(), version=1, told_at=timezone.now())
    change(row, Standing.LEFT)
    assert NewMatch.objects.count() == 1


def test_figures_leave_it_out() -> None:
    from django.db import connection

    here, gone = EnterpriseFactory(), EnterpriseFactory()
    change(gone, Standing.LEFT)
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        assert [row[0] for row in cursor.fetchall()] == [here.pk]


class TestHeads:
    def test_a_branch_and_its_head(self) -> None:
        head, row = EnterpriseFactory(), EnterpriseFactory()
        row = standing.depend(row, by=admin(), head=head, head_as="branch")
        assert (row.head, row.get_head_as_display()) == (head, "Branch")
        assert list(head.dependants.all()) == [row]
        row = standing.depend(row, by=admin(), head=None)
        assert (row.head, row.head_as) == (None, "")

    def test_refused(self) -> None:
        row, head = EnterpriseFactory(), EnterpriseFactory()
        with pytest.raises(Refused, match="not its own head"):
            standing.depend(row, by=admin(), head=row, head_as="branch")
        with pytest.raises(Refused, match="branch or a subsidiary"):
            standing.depend(row, by=admin(), head=head)
        with pytest.raises(Refused, match="kept by the service centre"):
            standing.depend(row, by=UserFactory(roles=[Role.STEWARD]), head=head, head_as="branch")
        merged = EnterpriseFactory(merged_into=head)
        with pytest.raises(Refused, match="merged into another one"):
            standing.depend(row, by=admin(), head=merged, head_as="branch")

    def test_no_circles_however_long(self) -> None:
        first, second, third = (EnterpriseFactory() for _n in range(3))
        standing.depend(second, by=admin(), head=first, head_as="subsidiary")
        standing.depend(third, by=admin(), head=second, head_as="branch")
        with pytest.raises(Refused, match="depends on this enterprise itself"):
            standing.depend(first, by=admin(), head=third, head_as="branch")

    @pytest.mark.parametrize("facts", [{"head_as": "branch"}, {"itself": True}, {"merged": True}, {"as": "x"}])
    def test_the_database_keeps_it_too(self, facts: dict[str, Any]) -> None:
        row, head = EnterpriseFactory(), EnterpriseFactory()
        wrong: dict[str, Any] = {"head_as": "branch"}
        if "itself" in facts:
            wrong["head"] = row
        if "merged" in facts:
            wrong = {"merged_into": row}
        if "as" in facts:
            wrong = {"head": head, "head_as": ""}
        with pytest.raises(IntegrityError), transaction.atomic():
            Enterprise.objects.filter(pk=row.pk).update(**wrong)


def test_a_row_of_plain_sql_has_a_standing() -> None:
    """What goes in by COPY names no column of these."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO enterprises_enterprise (name, ownership, size, district, address, titles_known, tier, sources,"
            " created_at) VALUES ('x', '', '', '', '', false, '', '{}', now()) RETURNING id"
        )
        (key,) = cursor.fetchone()
    row = Enterprise.objects.get(pk=key)
    assert (row.standing, row.head_as, row.tax_district, row.is_operating) == ("active", "", "", True)
