"""Two records become one and two again: what moves, what stays, which facts hold, what is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from accounts.enums import Role
from engagement.models import CalendarFeed, NotNow
from enterprises import credit_code, workflow
from enterprises.models import Enterprise, Membership, MergeRecord, TierProposal, TitleGrant
from enterprises.queries import memberships_of
from enterprises.records import facts, merging, moving
from policies.models import ProfileChange
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import Stewardship
from stewards.queries import steward_of
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.engagement import visit as visited
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    MembershipFactory,
    SubdistrictFactory,
    TitleFactory,
    TitleGrantFactory,
)
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
CODES = [credit_code.make(n) for n in range(1, 4)]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def admin() -> Any:
    return UserFactory(roles=[Role.ADMIN])


@pytest.fixture
def keep() -> Enterprise:
    row: Enterprise = EnterpriseFactory(name_en="Stars Ltd", credit_code=CODES[0], employees=10)
    return row


@pytest.fixture
def drop() -> Enterprise:
    row: Enterprise = EnterpriseFactory(name_en="Stars Shanghai Ltd", employees=12, tax_district="310109")
    return row


def merge(keep: Enterprise, drop: Enterprise, by: Any, take: Any = (), reason: str = "One licence") -> MergeRecord:
    return merging.merge(keep, drop, by=by, reason=reason, take=take)


def test_every_app_with_a_key_to_an_enterprise_is_known() -> None:
    found = {column.key for column in moving.columns()}
    some = {
        *("stewards.helprequest.enterprise", "stewards.stewardship.enterprise", "engagement.visit.enterprise"),
        *("enterprises.membership.enterprise", "enterprises.titlegrant.enterprise", "enterprises.enterprise.head"),
        *("policies.package.enterprise", "outreach.registration.enterprise", "investment.need.enterprise"),
    }
    assert some <= found
    assert not found & {"enterprises.membershipevent.enterprise", "enterprises.enterpriseevent.head"}
    assert "enterprises.mergerecord.keep" not in found
    assert [column.key for column in moving.columns()] == sorted(found)


def test_what_hangs_on_it_moves_and_comes_back(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    asked, stays = accepted(enterprise=drop), accepted(enterprise=keep)
    visit = visited(drop, StewardFactory())
    member = MembershipFactory(enterprise=drop)
    wish = NotNow.objects.create(enterprise=drop, first=local_day(), last=local_day(), by=member.user)
    branch = EnterpriseFactory(head=drop, head_as="branch")
    record = merge(keep, drop, admin)
    for row, name in ((asked, "enterprise"), (visit, "enterprise"), (member, "enterprise"), (wish, "enterprise")):
        row.refresh_from_db()
        assert getattr(row, name) == keep
    branch.refresh_from_db()
    drop.refresh_from_db()
    assert (branch.head, drop.merged_into) == (keep, keep)
    assert record.moved["stewards.helprequest.enterprise"] == [asked.pk]
    assert not record.left
    assert merging.split(record, by=admin) == {}
    for row in (asked, visit, member, wish):
        row.refresh_from_db()
        assert row.enterprise == drop
    for row in (branch, drop, stays, record):
        row.refresh_from_db()
    assert (branch.head, drop.merged_into, stays.enterprise) == (drop, None, keep)
    assert (record.undone_by, record.undone_at is not None) == (admin, True)


def test_only_those_rows_come_back(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    """What came later belongs to the record that was kept; what has gone elsewhere stays there."""
    first, second = accepted(enterprise=drop), accepted(enterprise=drop)
    record = merge(keep, drop, admin)
    later, third = accepted(enterprise=keep), EnterpriseFactory()
    second.__class__.objects.filter(pk=second.pk).update(enterprise=third)
    merging.split(record, by=admin)
    for row in (first, second, later):
        row.refresh_from_db()
    assert (first.enterprise, second.enterprise, later.enterprise) == (drop, third, keep)


def test_what_a_unique_constraint_forbids_stays_and_is_named(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    title, other = TitleFactory(), TitleFactory(code="srdi")
    TitleGrantFactory(enterprise=keep, title=title, expires_on=date(2030, 1, 1))
    equal = TitleGrantFactory(enterprise=drop, title=title)
    moving_on = TitleGrantFactory(enterprise=drop, title=other)
    for row in (keep, drop):
        Stewardship.objects.create(steward=StewardFactory(), enterprise=row, starts_on=local_day())
    preview = merging.preview(keep, drop)
    counts = {each["label"]: (each["moved"], each["left"]) for each in preview.tables}
    assert counts == {"Titles of enterprises": (1, 1), "Stewardships": (0, 1)}
    record = merge(keep, drop, admin)
    assert record.left["enterprises.titlegrant.enterprise"] == [equal.pk]
    assert record.moved == {"enterprises.titlegrant.enterprise": [moving_on.pk]}
    assert set(TitleGrant.objects.filter(enterprise=keep).values_list("title", flat=True)) == {title.pk, other.pk}
    assert steward_of(keep) is not None


def test_rows_that_their_table_keeps_stay_and_the_others_move(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    """A trigger refuses one row: the rest of its table moves all the same."""
    kept, free = (TitleGrantFactory(enterprise=drop, title=TitleFactory(code=f"t-{n}")) for n in (1, 2))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'it stays'; END $$;"
            "CREATE TRIGGER stays BEFORE UPDATE ON enterprises_titlegrant FOR EACH ROW"
            f" WHEN (OLD.id = {kept.pk}) EXECUTE FUNCTION stays()"
        )
    record = merge(keep, drop, admin)
    assert record.moved == {"enterprises.titlegrant.enterprise": [free.pk]}
    assert record.left == {"enterprises.titlegrant.enterprise": [kept.pk]}
    assert merging.split(record, by=admin) == {}


def test_what_has_taken_its_place_is_named_when_it_is_undone(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    grant = TitleGrantFactory(enterprise=drop)
    record = merge(keep, drop, admin)
    TitleGrantFactory(enterprise=drop, title=grant.title)
    assert merging.split(record, by=admin) == {"enterprises.titlegrant.enterprise": [grant.pk]}
    grant.refresh_from_db()
    assert grant.enterprise == keep


def test_who_acts_for_both_keeps_acting_once(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    person = UserFactory()
    MembershipFactory(enterprise=keep, user=person)
    twice = MembershipFactory(enterprise=drop, user=person)
    claimed = MembershipFactory(enterprise=drop, user=UserFactory(), state="claimed")
    record = merge(keep, drop, admin)
    assert [m.enterprise for m in memberships_of(person)] == [keep]
    twice.refresh_from_db()
    claimed.refresh_from_db()
    assert (twice.state, claimed.state, claimed.enterprise) == ("ended", "claimed", keep)
    merging.split(record, by=admin)
    twice.refresh_from_db()
    assert twice.state == "active"
    assert Membership.objects.active().filter(user=person).count() == 2


class TestFacts:
    def test_which_differ(self, keep: Enterprise, drop: Enterprise) -> None:
        found = {each.field: each for each in facts.differences(keep, drop)}
        assert set(found) == {"name_zh_hans", "name_en", "employees", "tax_district"}
        assert (found["employees"].kept, found["employees"].dropped, found["employees"].filled) == ("10", "12", False)
        assert (found["tax_district"].kept, found["tax_district"].filled) == (None, True)
        assert found["tax_district"].dropped == "Hongkou District"
        assert found["employees"].label == "Employees"

    def test_the_chosen_ones_are_taken_with_their_source_and_given_back(
        self, keep: Enterprise, drop: Enterprise, admin: Any
    ) -> None:
        drop.industry, drop.subdistrict = IndustryFactory(), SubdistrictFactory()
        drop.founded_on, drop.rd_expense_ratio, drop.annual_revenue_cny = date(2001, 2, 3), Decimal("0.05"), 600_000
        drop.sources = {"employees": {"source": "verified", "on": "2026-01-05"}}
        drop.save()
        keep.sources = {"employees": {"source": "declared", "on": "2025-01-05"}}
        keep.save()
        names = ["employees", "industry", "subdistrict", "founded_on", "rd_expense_ratio", "annual_revenue_cny"]
        record = merge(keep, drop, admin, take=names)
        keep.refresh_from_db()
        assert (keep.employees, keep.industry_id, keep.founded_on) == (12, "I65", date(2001, 2, 3))
        assert (keep.rd_expense_ratio, keep.subdistrict) == (Decimal("0.05"), drop.subdistrict)
        assert keep.sources["employees"]["source"] == "verified"
        assert (keep.name_en, keep.tax_district) == ("Stars Ltd", "")
        assert keep.size == "small"
        merging.split(record, by=admin)
        keep.refresh_from_db()
        assert (keep.employees, keep.industry_id, keep.founded_on, keep.rd_expense_ratio) == (10, None, None, None)
        assert (keep.sources, keep.size, keep.subdistrict) == (
            {"employees": {"source": "declared", "on": "2025-01-05"}},
            "",
            None,
        )

    def test_what_was_changed_since_stays(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        record = merge(keep, drop, admin, take=["employees", "tax_district"])
        Enterprise.objects.filter(pk=keep.pk).update(employees=99)
        merging.split(record, by=admin)
        keep.refresh_from_db()
        assert (keep.employees, keep.tax_district) == (99, "")

    def test_what_does_not_differ_or_is_no_fact_is_not_taken(
        self, keep: Enterprise, drop: Enterprise, admin: Any
    ) -> None:
        record = merge(keep, drop, admin, take=["district", "verified_at", "standing", "nonsense"])
        assert record.facts["taken"] == {}

    def test_the_only_code_is_taken_over_and_leads_to_the_kept_record(self, admin: Any) -> None:
        keep, drop = EnterpriseFactory(), EnterpriseFactory(credit_code=CODES[1])
        record = merge(keep, drop, admin, take=["credit_code"])
        keep.refresh_from_db()
        drop.refresh_from_db()
        assert (keep.credit_code, drop.credit_code) == (CODES[1], None)
        merging.split(record, by=admin)
        keep.refresh_from_db()
        drop.refresh_from_db()
        assert (keep.credit_code, drop.credit_code) == (None, CODES[1])

    def test_codes_are_exchanged(self, keep: Enterprise, admin: Any) -> None:
        drop = EnterpriseFactory(credit_code=CODES[1])
        record = merge(keep, drop, admin, take=["credit_code"])
        keep.refresh_from_db()
        drop.refresh_from_db()
        assert (keep.credit_code, drop.credit_code) == (CODES[1], CODES[0])
        assert Enterprise.objects.of_code(CODES[0]) == keep
        merging.split(record, by=admin)
        keep.refresh_from_db()
        drop.refresh_from_db()
        assert (keep.credit_code, drop.credit_code) == (CODES[0], CODES[1])

    def test_that_it_is_verified_counts_for_both(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        Enterprise.objects.filter(pk=drop.pk).update(verified_at=timezone.now())
        record = merge(keep, drop, admin)
        keep.refresh_from_db()
        assert keep.verified_at is not None
        merging.split(record, by=admin)
        keep.refresh_from_db()
        assert keep.verified_at is None


class TestRefused:
    @pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
    def test_by_whom(self, keep: Enterprise, drop: Enterprise, admin: Any, role: str) -> None:
        person = UserFactory(roles=[role])
        with pytest.raises(Refused, match="kept by the service centre"):
            merge(keep, drop, person)
        with pytest.raises(Refused, match="kept by the service centre"):
            merging.split(merge(keep, drop, admin), by=person)

    def test_with_itself_without_a_reason_or_twice(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        with pytest.raises(Refused, match="Say how you know"):
            merge(keep, drop, admin, reason=" ")
        merge(keep, drop, admin)
        with pytest.raises(Refused, match="merged into another record already"):
            merge(keep, drop, admin)
        with pytest.raises(Refused, match="merged into another record already"):
            merge(drop, EnterpriseFactory(), admin)
        assert MergeRecord.objects.count() == 1

    def test_while_the_other_is_its_head(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        Enterprise.objects.filter(pk=keep.pk).update(head=drop, head_as="branch")
        with pytest.raises(Refused, match="named as the head"):
            merge(keep, drop, admin)

    def test_to_undo_twice_or_out_of_order(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        first = merge(keep, drop, admin)
        second = merge(keep, third := EnterpriseFactory(name_en="Third"), admin)
        with pytest.raises(Refused, match="Third was merged into this record later"):
            merging.split(first, by=admin)
        outer = merge(EnterpriseFactory(), keep, admin)
        with pytest.raises(Refused, match="itself merged later"):
            merging.split(second, by=admin)
        for record in (outer, second, first):
            merging.split(record, by=admin)
        with pytest.raises(Refused, match="undone already"):
            merging.split(first, by=admin)
        assert not Enterprise.objects.exclude(merged_into=None).exists()
        assert Enterprise.objects.filter(pk=third.pk).operating().exists()

    def test_the_database_keeps_one_merge_of_a_record(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        merge(keep, drop, admin)
        with pytest.raises(IntegrityError), transaction.atomic():
            MergeRecord.objects.create(keep=EnterpriseFactory(), drop=drop, by=admin, reason="x")


class TestHidden:
    def test_from_search_lists_and_claims(self, keep: Enterprise, admin: Any) -> None:
        drop = EnterpriseFactory(name_en="Comet Ltd", credit_code=CODES[1], tier="district")
        record = merge(keep, drop, admin)
        assert not Enterprise.objects.found_by("Comet").exists()
        assert list(Enterprise.objects.found_by("Comet", merged=True)) == [drop]
        assert drop not in Enterprise.objects.visible_to(admin)
        assert not Enterprise.objects.operating().filter(pk=drop.pk).exists()
        claim = workflow.claim(by=UserFactory(), credit_code=CODES[1], names={}, evidence="Director")
        assert claim.enterprise == keep
        merging.split(record, by=admin)
        assert list(Enterprise.objects.found_by("Comet")) == [drop]

    def test_a_chain_of_merges_leads_to_the_last(self, keep: Enterprise, admin: Any) -> None:
        drop, last = EnterpriseFactory(credit_code=CODES[1]), EnterpriseFactory()
        merge(keep, drop, admin)
        merge(last, keep, admin)
        assert Enterprise.objects.of_code(CODES[1]) == Enterprise.objects.of_code(CODES[0]) == last
        assert Enterprise.objects.of_code("none") is None

    def test_matches_of_both_are_looked_at_again(self, keep: Enterprise, drop: Enterprise, admin: Any) -> None:
        ProfileChange.objects.all().delete()
        merge(keep, drop, admin)
        assert {keep.pk, drop.pk} <= set(ProfileChange.objects.values_list("enterprise", flat=True))


def test_the_trail_tells_who_merged_what(keep: Enterprise, drop: Enterprise, admin: Any) -> None:
    record: Any = merge(keep, drop, admin)
    merging.split(record, by=admin)
    assert list(record.audit_rows.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "update"]
    trail: Any = drop
    seen = list(trail.audit_rows.order_by("pgh_id").values_list("merged_into", flat=True))
    assert seen[-2:] == [keep.pk, None]


def test_a_preview_costs_the_same_however_many_rows(
    keep: Enterprise, drop: Enterprise, django_assert_max_num_queries: Any
) -> None:
    for _n in range(30):
        MembershipFactory(enterprise=drop)
    with django_assert_max_num_queries(2 * len(moving.columns()) + 4):
        preview = merging.preview(keep, drop)
    assert [(each["label"], each["moved"]) for each in preview.tables] == [("Memberships", 30)]
    assert not TierProposal.objects.exists()
    assert not CalendarFeed.objects.exists()
