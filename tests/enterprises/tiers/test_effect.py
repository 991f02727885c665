"""An approved round takes effect: on its day, a batch at a time, once; and who hears of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone, translation

from enterprises.models import Enterprise, TierProposal, TierRound
from enterprises.tiers import effect, workflow
from notices.models import Message
from portal.core.calendar import local_day
from stewards import tiering
from stewards.centre.overview import key_enterprises, without_steward
from stewards.tasks import adjust_tiers
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory, ParkFactory
from tests.factories.stewards import StewardshipFactory
from tests.factories.tiers import admin, approved, earning, in_review, opened, proposal_of, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def tiers() -> list[str]:
    return list(Enterprise.objects.order_by("pk").values_list("tier", flat=True))


def nobody(*_args: Any) -> None:
    """Nobody above is told."""


class TestOnItsDay:
    def test_each_gets_what_was_approved(self) -> None:
        for wan, tier in ((20_000, ""), (20_000, "subdistrict"), (2_000, "district"), (1, "municipal"), (5, "")):
            earning(wan, tier=tier)
        row = approved()
        assert tiers() == ["", "subdistrict", "district", "municipal", ""]
        assert adjust_tiers() == 4
        assert tiers() == ["district", "district", "subdistrict", "", ""]
        row.refresh_from_db()
        assert row.state == "effective"
        assert row.done_at
        assert not row.proposals.filter(done_at=None).exists()

    def test_the_fact_says_where_it_comes_from(self) -> None:
        one = earning(20_000, sources={"employees": {"source": "declared", "on": "2026-01-01"}})
        approved()
        adjust_tiers()
        one.refresh_from_db()
        assert one.sources == {
            "employees": {"source": "declared", "on": "2026-01-01"},
            "tier": {"source": "verified", "on": local_day().isoformat()},
        }

    def test_it_is_in_the_audit_trail(self) -> None:
        one = earning(20_000)
        approved()
        adjust_tiers()
        trail: Any = apps.get_model("enterprises", "EnterpriseEvent")
        assert list(trail.objects.filter(pgh_obj=one.pk).order_by("pgh_id").values_list("tier", flat=True)) == [
            "",
            "district",
        ]

    @pytest.mark.parametrize(("days", "changed"), [(-3, 1), (0, 1), (1, 0), (30, 0)])
    def test_not_before_it_but_also_late(self, days: int, changed: int) -> None:
        earning(20_000)
        row = approved(days=days)
        assert adjust_tiers() == changed
        row.refresh_from_db()
        assert row.state == ("effective" if changed else "approved")

    @pytest.mark.parametrize("make", [opened, in_review])
    def test_nothing_that_nobody_has_approved(self, make: Any) -> None:
        earning(20_000)
        make()
        assert adjust_tiers() == 0
        assert tiers() == [""]

    def test_who_is_kept_out_stays(self) -> None:
        one, two = earning(20_000), earning(1, tier="municipal")
        row = opened()
        workflow.propose(proposal_of(row, two), by=row.opened_by, tier="keep", note="Moving in")
        workflow.send(row, by=row.opened_by)
        workflow.approve(row, by=reviewer(), day=local_day())
        assert adjust_tiers() == 1
        assert tiers() == ["district", "municipal"]
        assert "tier" not in Enterprise.objects.get(pk=two.pk).sources
        assert one.pk < two.pk

    def test_what_was_decided_by_hand_counts(self) -> None:
        one = earning(20_000)
        row = opened()
        workflow.propose(proposal_of(row, one), by=row.opened_by, tier="municipal", note="Headquarters")
        workflow.send(row, by=row.opened_by)
        workflow.approve(row, by=reviewer(), day=local_day())
        adjust_tiers()
        assert tiers() == ["municipal"]

    def test_twice_changes_nothing(self) -> None:
        MembershipFactory(enterprise=earning(20_000))
        admin()
        approved()
        assert [adjust_tiers(), adjust_tiers()] == [1, 0]
        assert Message.objects.filter(kind="other.tier").count() == 1
        changed = Enterprise.objects.get()
        Enterprise.objects.filter(pk=changed.pk).update(tier="")
        assert adjust_tiers() == 0
        assert tiers() == [""]


class TestInBatches:
    @pytest.fixture(autouse=True)
    def _small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(effect, "BATCH", 2)

    def test_all_of_them(self) -> None:
        for _n in range(5):
            earning(20_000)
        approved()
        batches: list[int] = []
        done = effect.carry_out(tell=lambda _row, rows: batches.append(len(rows)), finish=nobody)
        assert (done, batches) == (5, [2, 2, 1])
        assert set(tiers()) == {"district"}

    def test_what_fails_is_taken_up_where_it_stopped(self) -> None:
        for _n in range(5):
            MembershipFactory(enterprise=earning(20_000))
        row = approved()
        calls: list[int] = []

        def broken(_row: TierRound, rows: list[TierProposal]) -> None:
            calls.append(len(rows))
            if len(calls) == 2:
                raise RuntimeError("killed")

        with pytest.raises(RuntimeError):
            effect.carry_out(tell=broken, finish=nobody)
        assert tiers().count("district") == 2
        assert row.proposals.filter(done_at__isnull=False).count() == 2
        assert Message.objects.filter(kind="other.tier").count() == 2
        ended: list[TierRound] = []
        assert effect.carry_out(tell=nobody, finish=ended.append) == 3
        assert tiers().count("district") == 5
        assert Message.objects.filter(kind="other.tier").count() == 5
        assert ended == [row]

    def test_the_end_is_told_again_if_that_fails(self) -> None:
        earning(20_000)
        row = approved()

        def broken(_row: TierRound) -> None:
            raise RuntimeError("killed")

        with pytest.raises(RuntimeError):
            effect.carry_out(tell=nobody, finish=broken)
        row.refresh_from_db()
        assert (row.state, tiers()) == ("approved", ["district"])
        ended: list[TierRound] = []
        assert effect.carry_out(tell=nobody, finish=ended.append) == 0
        assert ended == [row]

    def test_the_same_number_of_queries_for_one_and_for_all(self, django_assert_num_queries: Any) -> None:
        monkey = pytest.MonkeyPatch()
        monkey.setattr(effect, "BATCH", 100)
        for count in (1, 3, 30):
            for _n in range(count):
                earning(20_000)
            row = approved()
            with django_assert_num_queries(8):  # savepoint, round, rows, lock, tier, done, owners, release
                effect._batch(row.pk, nobody, nobody)
            TierRound.objects.filter(pk=row.pk).update(state="effective", done_at=timezone.now())
        monkey.undo()


class TestOwners:
    def test_hear_of_it_in_their_digest_and_language(self) -> None:
        one = earning(20_000, name_en="Star Ltd", name_zh_hans="星辰公司")
        english = MembershipFactory(enterprise=one, user=UserFactory(language="en")).user
        chinese = MembershipFactory(enterprise=one, user=UserFactory(language="zh-hans")).user
        MembershipFactory(enterprise=one, role="member")
        MembershipFactory(enterprise=one, user=UserFactory(is_active=False))
        MembershipFactory(enterprise=one, state="ended")
        approved()
        adjust_tiers()
        told = {message.recipient: message for message in Message.objects.filter(kind="other.tier")}
        assert set(told) == {english, chinese}
        assert told[english].subject.startswith("Star Ltd: District key enterprise from ")
        assert "please correct it" in told[english].body
        assert "星辰公司" in told[chinese].subject
        assert {message.state for message in told.values()} == {"held"}

    def test_who_leaves_is_told_so(self) -> None:
        one = earning(1, tier="district", name_en="Star Ltd")
        MembershipFactory(enterprise=one)
        approved()
        adjust_tiers()
        assert "Star Ltd is no longer a key enterprise" in Message.objects.get(kind="other.tier").subject


class TestStewards:
    def test_one_message_for_all_of_theirs(self) -> None:
        park, steward = ParkFactory(), StewardFactory(language="en")
        StewardshipFactory(enterprise=None, park=park, scope="park", steward=steward)
        own = StewardshipFactory(enterprise=earning(1, tier="district", name_en="Own Ltd")).steward
        for n in range(3):
            earning(20_000, park=park, name_en=f"Park {n} Ltd")
        approved()
        adjust_tiers()
        message = Message.objects.get(recipient=steward)
        assert message.subject.startswith("The tiers of 3 enterprises that you look after change on ")
        assert message.body.splitlines() == [
            f"Park {n} Ltd: not a key enterprise → District key enterprise" for n in range(3)
        ]
        other = Message.objects.get(recipient=own)
        assert other.subject.startswith("The tier of an enterprise that you look after changes on ")
        assert other.body == "Own Ltd: District key enterprise → not a key enterprise"

    @pytest.mark.parametrize(("count", "last"), [(20, "№ 19"), (21, "and 1 more"), (25, "and 5 more")])
    def test_a_long_list_is_cut(self, count: int, last: str) -> None:
        park, steward = ParkFactory(), StewardFactory()
        StewardshipFactory(enterprise=None, park=park, scope="park", steward=steward)
        for n in range(count):
            earning(20_000, park=park, name_en=f"№ {n}")
        approved()
        adjust_tiers()
        lines = Message.objects.get(recipient=steward).body.splitlines()
        assert lines[-1].startswith(last)
        assert len(lines) == min(count, 20) + (count > 20)

    def test_nobody_where_nobody_looks_after_it(self) -> None:
        earning(20_000)
        approved()
        assert adjust_tiers() == 1
        assert not Message.objects.filter(key__startswith="tiers-of").exists()


class TestTheCentre:
    def test_hears_how_many_are_without_a_steward(self) -> None:
        covered = earning(20_000)
        StewardshipFactory(enterprise=covered)
        earning(20_000)
        earning(20_000)
        here = {admin(), admin()}
        row = approved()
        assert not key_enterprises().filter(without_steward()).exists()
        adjust_tiers()
        assert key_enterprises().filter(without_steward()).count() == 2
        told = Message.objects.filter(key__startswith="tiers-done")
        assert {message.recipient for message in told} == here | {row.opened_by}
        assert {message.body for message in told} == {
            "Key enterprises without a steward now: 2. They are listed under “Stewards”."
        }
        assert {message.url for message in told} == {"/en/centre/stewards/?show=missing"}

    def test_hears_that_everybody_has_one(self) -> None:
        StewardshipFactory(enterprise=earning(20_000))
        row = approved()
        adjust_tiers()
        message = Message.objects.get(key__startswith="tiers-done")
        assert (message.body, message.url) == ("Every key enterprise has a steward.", f"/en/centre/tiers/{row.pk}/")

    def test_they_are_on_the_list_that_was_there_before(self, as_user: Any, admin_user: Any) -> None:
        earning(20_000, name_en="Nobodys Ltd")
        approved()
        client = as_user(admin_user)
        assert "Nobodys Ltd" not in client.get("/en/centre/stewards/?show=missing").content.decode()
        tiering.take_effect()
        assert "Nobodys Ltd" in client.get("/en/centre/stewards/?show=missing").content.decode()


def test_two_rounds_that_are_due_cannot_be() -> None:
    """One runs at a time; a late one is carried out before the next can be opened."""
    earning(20_000)
    approved(days=-9)
    adjust_tiers()
    Enterprise.objects.update(annual_revenue_cny=1)
    later = approved(year=2027)
    assert later.effective_on == local_day() + timedelta(0)
    adjust_tiers()
    assert tiers() == [""]
