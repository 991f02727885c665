"""A round's way: who may do what in which state, changes by hand, four eyes, and what everybody is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import translation

from accounts.enums import Role
from enterprises.enums import RoundState
from enterprises.models import TierProposal, TierRound
from enterprises.tiers import workflow
from enterprises.tiers.rules import FROM, may
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.tiers import (
    RULES,
    admin,
    approved,
    earning,
    effective,
    in_review,
    opened,
    proposal_of,
    reviewer,
)

pytestmark = pytest.mark.django_db
S = RoundState


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def in_state(state: str) -> TierRound:
    """With one enterprise that enters."""
    earning(20_000)
    if state == S.DROPPED:
        row = opened()
        return workflow.drop(row, by=row.opened_by)
    made = {S.OPEN: opened, S.IN_REVIEW: in_review, S.APPROVED: approved, S.EFFECTIVE: effective}[S(state)]
    return made()


def perform(verb: str, row: TierRound, by: Any) -> Any:
    if verb == "rewrite":
        return workflow.rewrite(row, by=by, rules=RULES)
    if verb == "propose":
        return workflow.propose(row.proposals.all()[0], by=by, tier="keep", note="Why")
    if verb == "send":
        return workflow.send(row, by=by)
    if verb == "approve":
        return workflow.approve(row, by=by, day=local_day())
    if verb == "return":
        return workflow.send_back(row, by=by, reason="Look again")
    return workflow.drop(row, by=by)


AFTER = {"send": S.IN_REVIEW, "approve": S.APPROVED, "return": S.OPEN, "drop": S.DROPPED}
REVIEWS = ("approve", "return")


@pytest.mark.parametrize("state", S.values)
@pytest.mark.parametrize("verb", FROM)
def test_each_verb_in_each_state(verb: str, state: str) -> None:
    row = in_state(state)
    by = reviewer() if verb in REVIEWS else row.opened_by
    if state in FROM[verb]:
        assert may(by, verb, row)
        perform(verb, row, by)
        row.refresh_from_db()
        assert row.state == AFTER.get(verb, state)
        return
    with pytest.raises(Refused, match="This round is “"):
        perform(verb, row, by)
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("role", [*Role.values, ""])
@pytest.mark.parametrize("verb", FROM)
def test_each_verb_for_each_role(verb: str, role: str) -> None:
    row = in_state(FROM[verb][0])
    person = UserFactory(roles=[role] if role else [])
    allowed = {Role.ADMIN, Role.REVIEWER} if verb in REVIEWS else {Role.ADMIN}
    if role in allowed:
        perform(verb, row, person)
        return
    with pytest.raises(Refused, match="Only"):
        perform(verb, row, person)


class TestFourEyes:
    @pytest.mark.parametrize("verb", REVIEWS)
    def test_never_ones_own(self, verb: str) -> None:
        row = in_state(S.IN_REVIEW)
        with pytest.raises(Refused, match="somebody else has to decide"):
            perform(verb, row, row.opened_by)

    def test_nor_with_two_roles(self) -> None:
        both = UserFactory(roles=[Role.ADMIN, Role.REVIEWER])
        earning(20_000)
        with pytest.raises(Refused, match="somebody else"):
            workflow.approve(in_review(both), by=both, day=local_day())

    def test_another_admin_may(self) -> None:
        row = workflow.approve(in_state(S.IN_REVIEW), by=(other := admin()), day=local_day())
        assert (row.decided_by, row.state) == (other, S.APPROVED)
        assert row.decided_at

    def test_the_database_knows_it_too(self) -> None:
        row = in_state(S.IN_REVIEW)
        with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
            TierRound.objects.filter(pk=row.pk).update(
                state="approved", decided_by=row.opened_by_id, effective_on=local_day()
            )
        with pytest.raises(IntegrityError, match="somebody_else"), transaction.atomic():
            TierRound.objects.filter(pk=row.pk).update(state="approved", decided_by=reviewer())


class TestOpening:
    @pytest.mark.parametrize("state", [S.OPEN, S.IN_REVIEW, S.APPROVED])
    def test_one_at_a_time(self, state: str) -> None:
        in_state(state)
        with pytest.raises(Refused, match="one at a time"):
            opened()
        assert TierRound.objects.count() == 1

    @pytest.mark.parametrize("state", [S.EFFECTIVE, S.DROPPED])
    def test_the_next_one_after_it(self, state: str) -> None:
        first = in_state(state)
        assert opened(year=2027).pk != first.pk
        assert [row.year for row in TierRound.objects.all()] == [2027, 2026]

    @pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.STEWARD])
    def test_by_the_service_centre_alone(self, role: str) -> None:
        with pytest.raises(Refused, match="Only the service centre"):
            opened(UserFactory(roles=[role]))

    def test_the_database_refuses_a_second_one(self) -> None:
        opened()
        with pytest.raises(IntegrityError, match="one_round"), transaction.atomic():
            TierRound.objects.create(year=2030, opened_by=admin())


class TestByHand:
    @pytest.fixture
    def row(self) -> TierRound:
        for wan, tier in ((20_000, ""), (20_000, "subdistrict"), (2_000, "district"), (1, "municipal")):
            earning(wan, tier=tier)
        return opened()

    def changes(self, row: TierRound) -> list[str]:
        return list(row.proposals.order_by("enterprise").values_list("change", flat=True))

    def test_as_the_rules_give(self, row: TierRound) -> None:
        assert self.changes(row) == ["enters", "up", "down", "leaves"]

    @pytest.mark.parametrize(
        ("tier", "expected"),
        [
            ("keep", ["stays"] * 4),
            ("municipal", ["enters", "up", "up", "stays"]),
            ("district", ["enters", "up", "stays", "down"]),
            ("subdistrict", ["enters", "stays", "down", "down"]),
            ("", ["stays", "leaves", "leaves", "leaves"]),
        ],
    )
    def test_for_each_tier(self, row: TierRound, tier: str, expected: list[str]) -> None:
        for found in row.proposals.all():
            workflow.propose(found, by=row.opened_by, tier=tier, note=" Why ")
        assert self.changes(row) == expected
        notes = {(p.note, p.by_id) for p in row.proposals.all() if p.by_hand}
        assert notes <= {("Why", row.opened_by_id)}

    @pytest.mark.parametrize("tier", ["keep", "municipal", "district", "subdistrict", ""])
    def test_all_at_once_is_the_same(self, row: TierRound, tier: str) -> None:
        assert workflow.propose_all(row, row.proposals.all(), by=row.opened_by, what=tier, note="Why") == 4
        together = self.changes(row)
        for found in row.proposals.all():
            workflow.propose(found, by=row.opened_by, tier=tier, note="Why")
        assert self.changes(row) == together

    def test_back_to_the_rules(self, row: TierRound) -> None:
        workflow.propose_all(row, row.proposals.all(), by=row.opened_by, what="keep", note="Why")
        assert workflow.propose_all(row, row.proposals.all(), by=row.opened_by, what="rules", note="x") == 4
        assert self.changes(row) == ["enters", "up", "down", "leaves"]
        assert {(p.note, p.by_id, p.by_hand) for p in row.proposals.all()} == {("", None, False)}

    def test_a_filter_that_the_change_itself_empties(self, row: TierRound) -> None:
        found: QuerySet[TierProposal] = row.proposals.filter(change__in=["up", "enters"])
        assert workflow.propose_all(row, found, by=row.opened_by, what="keep", note="Why") == 2
        assert self.changes(row) == ["stays", "stays", "down", "leaves"]
        assert not found.exists()

    def test_nothing_found_changes_nothing(self, row: TierRound) -> None:
        assert workflow.propose_all(row, row.proposals.none(), by=row.opened_by, what="keep", note="Why") == 0

    def test_never_another_rounds(self, row: TierRound) -> None:
        workflow.drop(row, by=row.opened_by)
        second = opened()
        assert workflow.propose_all(second, row.proposals.all(), by=second.opened_by, what="keep", note="Why") == 0

    @pytest.mark.parametrize("note", ["", "   "])
    def test_without_a_reason(self, row: TierRound, note: str) -> None:
        with pytest.raises(Refused, match="Say why"):
            workflow.propose_all(row, row.proposals.all(), by=row.opened_by, what="keep", note=note)

    @pytest.mark.parametrize("tier", ["national", "none", "'; --"])
    def test_no_such_tier(self, row: TierRound, tier: str) -> None:
        with pytest.raises(Refused, match="no such tier"):
            workflow.propose(row.proposals.all()[0], by=row.opened_by, tier=tier, note="Why")

    def test_the_database_wants_a_reason(self, row: TierRound) -> None:
        with pytest.raises(IntegrityError, match="says_why"), transaction.atomic():
            row.proposals.filter(change="enters").update(proposed="municipal")

    def test_it_is_in_the_audit_trail(self, row: TierRound) -> None:
        found = row.proposals.all()[0]
        workflow.propose(found, by=row.opened_by, tier="keep", note="Why")
        trail: Any = TierProposal._meta.get_field("audit_rows").related_model
        kept = trail.objects.filter(pgh_obj=found.pk)
        assert [(each.pgh_label, each.note) for each in kept] == [("update", "Why")]


class TestReview:
    def test_nothing_to_review(self) -> None:
        row = opened()
        with pytest.raises(Refused, match="Nothing would change"):
            workflow.send(row, by=row.opened_by)

    def test_nor_where_everybody_is_kept_out(self) -> None:
        one = earning(20_000)
        row = opened()
        workflow.propose(proposal_of(row, one), by=row.opened_by, tier="keep", note="Why")
        with pytest.raises(Refused, match="Nothing would change"):
            workflow.send(row, by=row.opened_by)

    @pytest.mark.parametrize("days", [-1, 367, 5_000])
    def test_the_day_lies_within_a_year(self, days: int) -> None:
        with pytest.raises(Refused, match="within a year"):
            workflow.approve(in_state(S.IN_REVIEW), by=reviewer(), day=local_day() + timedelta(days=days))

    @pytest.mark.parametrize("days", [0, 1, 366])
    def test_today_or_later(self, days: int) -> None:
        day = local_day() + timedelta(days=days)
        assert workflow.approve(in_state(S.IN_REVIEW), by=reviewer(), day=day).effective_on == day

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_sent_back_with_a_reason(self, reason: str) -> None:
        with pytest.raises(Refused, match="put right"):
            workflow.send_back(in_state(S.IN_REVIEW), by=reviewer(), reason=reason)

    def test_sent_back_and_sent_again(self) -> None:
        row = workflow.send_back(in_state(S.IN_REVIEW), by=reviewer(), reason=" Two are missing ")
        assert (row.state, row.reason, row.effective_on) == (S.OPEN, "Two are missing", None)
        assert workflow.send(row, by=row.opened_by).reason == ""

    def test_an_approval_is_taken_back_before_it_takes_effect(self) -> None:
        row = in_state(S.APPROVED)
        assert workflow.send_back(row, by=reviewer(), reason="Wait").state == S.OPEN

    def test_but_not_once_it_has_begun(self) -> None:
        earning(20_000)
        row = in_state(S.APPROVED)
        TierProposal.objects.filter(pk=row.proposals.all()[0].pk).update(done_at=row.opened_at)
        with pytest.raises(Refused, match="taking effect already"):
            workflow.send_back(row, by=reviewer(), reason="Wait")

    @pytest.mark.parametrize("verb", ["send", "approve", "return", "drop"])
    def test_an_old_page_decides_nothing(self, verb: str) -> None:
        row = in_state(FROM[verb][0])
        how: dict[str, Any] = {"by": row.opened_by, "seen": row.lock_version - 1}
        if verb in REVIEWS:
            how |= {"by": reviewer(), **({"day": local_day()} if verb == "approve" else {"reason": "x"})}
        verbs: dict[str, Any] = {"send": workflow.send, "approve": workflow.approve, "return": workflow.send_back}
        with pytest.raises(Refused, match="look again"):
            verbs.get(verb, workflow.drop)(row, **how)


class TestWhoIsTold:
    def test_those_who_can_review_but_not_who_opened_it(self) -> None:
        others = {admin(language="en"), reviewer(language="zh-hans")}
        UserFactory(roles=[Role.LEADER])
        UserFactory(roles=[Role.ADMIN], is_active=False)
        row = in_state(S.IN_REVIEW)
        told = {message.recipient: message for message in Message.objects.filter(kind="other.tiers")}
        assert set(told) == others
        assert {message.state for message in told.values()} == {"held"}
        assert {message.url for message in told.values() if message.language == "en"} == {f"/en/centre/tiers/{row.pk}/"}

    def test_who_opened_it_hears_of_the_decision(self) -> None:
        row = in_state(S.IN_REVIEW)
        workflow.send_back(row, by=reviewer(), reason="Two are missing")
        (message,) = Message.objects.filter(recipient=row.opened_by)
        assert (message.subject, message.body) == ("Sent back: tiers of key enterprises 2026", "Two are missing")
        workflow.send(row, by=row.opened_by)
        workflow.approve(row, by=reviewer(name_en="Rita Reviewer"), day=local_day())
        last = Message.objects.filter(recipient=row.opened_by).latest("pk")
        assert "Rita Reviewer has approved the list." in last.body
