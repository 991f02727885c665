"""The verbs on visits: who may, when, what is told to whom, and that the guard stands in front of every booking."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from engagement import rules, workflow
from engagement.acts import GuardRefused
from engagement.booking import book_of, books_of
from engagement.enums import Side, Verb, VisitState
from engagement.models import GuardLimit, NotNow, QuietPeriod, Visit
from engagement.words import timeline, when_of
from engagement.workflow import Wanted
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories.accounts import HandlerFactory, UserFactory
from tests.factories.engagement import Scene, ahead, at, wanted, working
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory


def told(person: Any) -> list[str]:
    return list(Message.objects.filter(recipient=person).order_by("pk").values_list("subject", flat=True))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return str(error.value)


class TestPlanning:
    def test_a_plan_is_booked_and_the_enterprise_hears_nothing(self, scene: Scene) -> None:
        visit = workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted())
        assert (visit.state, visit.counted, visit.turn, visit.told_at) == ("planned", True, "", None)
        assert [(e.kind, e.actor) for e in visit.entries.all()] == [("plan", scene.steward)]
        assert [p.person for p in visit.participants.all()] == [scene.steward]
        assert told(scene.owner) == []
        assert not Visit.objects.of_member(scene.owner).exists()

    def test_asked_at_once(self, scene: Scene) -> None:
        visit = workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(), ask=True)
        assert (visit.state, visit.turn) == ("requested", "enterprise")
        assert told(scene.owner) == ["We would like to visit you: Talent policies"]
        assert Message.objects.get().state == "held"
        assert Visit.objects.of_member(scene.owner).get() == visit

    def test_the_same_plan_twice_is_one_visit(self, scene: Scene) -> None:
        first = workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(), ask=True)
        assert workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(), ask=True) == first
        assert len(told(scene.owner)) == 1

    def test_a_second_one_in_the_week_is_refused_with_an_offer(self, scene: Scene) -> None:
        first = scene.visit()
        with pytest.raises(GuardRefused) as error:
            workflow.plan(scene.enterprise, by=scene.handler, wanted=wanted(purpose="Tax"))
        assert error.value.verdict.join
        assert error.value.verdict.join.key == first.pk
        assert "At most one visit a week" in str(error.value)
        assert Visit.objects.count() == 1

    @pytest.mark.parametrize("state", ["declined", "cancelled", "merged"])
    def test_what_does_not_take_place_frees_its_week(self, scene: Scene, state: str) -> None:
        GuardLimit.objects.create(code="days_after_no", value=0, valid_from=local_day() - timedelta(days=1))
        into = scene.visit(day=ahead(20)) if state == "merged" else None
        scene.visit(state, day=ahead(), merged_into=into)
        assert workflow.plan(scene.enterprise, by=scene.handler, wanted=wanted()).counted

    @pytest.mark.parametrize("kind", ["enterprise", "enforcement"])
    def test_what_is_not_counted_stands_in_nobodys_way(self, scene: Scene, kind: str) -> None:
        scene.visit(asked_by=kind)
        assert workflow.plan(scene.enterprise, by=scene.handler, wanted=wanted()).counted

    def test_quiet_periods_and_not_now(self, scene: Scene) -> None:
        day = ahead()
        QuietPeriod.objects.create(name_en="Fair", name_zh_hans="博览会", first=day, last=day)
        assert "Fair" in refused(lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted()))
        NotNow.objects.create(enterprise=scene.enterprise, by=scene.owner, first=local_day(), last=ahead(5))
        later = wanted(ahead(4))
        assert "asked for quiet" in refused(lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=later))

    def test_after_a_no_the_enterprise_is_left_in_peace(self, scene: Scene) -> None:
        scene.visit("declined", day=ahead())
        soon = wanted(working(local_day() + timedelta(days=7)))
        assert "has declined" in refused(lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=soon))
        assert workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(ahead(4)))

    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"purpose": "  "}, "Say what the visit is for"),
            ({"place": ""}, "where it takes place"),
            ({"day": local_day() - timedelta(days=3)}, "This time is over."),
            ({"day": local_day() + timedelta(days=900)}, "within the coming year"),
        ],
        ids=["no purpose", "no place", "past", "far away"],
    )
    def test_what_cannot_be_planned(self, scene: Scene, fields: dict[str, Any], reason: str) -> None:
        assert reason in refused(lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(**fields)))

    @pytest.mark.parametrize("hours", [0, -1, 9])
    def test_a_visit_has_a_length(self, scene: Scene, hours: int) -> None:
        start = at(ahead())
        odd = Wanted("Tax", "Here", start, start + timedelta(hours=hours))
        assert "within eight hours" in refused(lambda: workflow.plan(scene.enterprise, by=scene.steward, wanted=odd))

    def test_who_may_plan(self, scene: Scene) -> None:
        for person in (scene.owner, scene.outsider, UserFactory(roles=["leader"])):
            reason = refused(lambda by=person: workflow.plan(scene.enterprise, by=by, wanted=wanted()))
            assert reason == "Only stewards, handlers and the service centre plan visits."

    def test_an_occasion_must_be_on_ones_own_desk(self, scene: Scene) -> None:
        complaint = HelpRequestFactory(type="complaint", steward=scene.steward, state="assigned")
        occasion = wanted(occasion=complaint)
        assert "cannot see" in refused(lambda: workflow.plan(scene.enterprise, by=scene.handler, wanted=occasion))
        assert workflow.plan(scene.enterprise, by=scene.steward, wanted=occasion).occasion == complaint


class TestAnswering:
    def test_yes(self, scene: Scene) -> None:
        visit = scene.visit("requested")
        done = workflow.confirm(visit, by=scene.owner, side=Side.ENTERPRISE, text="Coffee is ready.", seen=0)
        assert (done.state, done.turn, done.lock_version) == ("confirmed", "", 1)
        assert told(scene.steward) == ["The visit is confirmed: Talent policies"]

    def test_no_without_a_reason(self, scene: Scene) -> None:
        done = workflow.decline(scene.visit("requested"), by=scene.owner, side=Side.ENTERPRISE)
        assert (done.state, done.counted) == ("declined", False)
        assert told(scene.steward) == ["The enterprise has declined the visit: Talent policies"]

    def test_another_time_goes_back_and_forth(self, scene: Scene) -> None:
        scene.visit("confirmed", day=ahead(8))
        visit, day = scene.visit("requested"), ahead(8)
        moved = workflow.move(
            visit, by=scene.owner, starts_at=at(day), ends_at=at(day, "11:00"), side=Side.ENTERPRISE
        )  # in a week that is taken: what the enterprise wants is not held against the guard
        assert (moved.state, moved.turn, moved.day) == ("moved", "government", day)
        waiting = refused(lambda: workflow.confirm(moved, by=scene.owner, side=Side.ENTERPRISE))
        assert waiting == "The government has to answer first."
        assert workflow.confirm(moved, by=scene.steward).state == "confirmed"
        assert told(scene.owner) == ["Your visit is confirmed: Talent policies"]

    def test_the_government_moves_under_the_guard(self, scene: Scene) -> None:
        scene.visit("confirmed", day=ahead(8))
        visit, near, far = scene.visit("confirmed"), ahead(8), ahead(12)
        times = {"starts_at": at(near, "15:00"), "ends_at": at(near, "16:00")}
        assert "At most one visit a week" in refused(lambda: workflow.move(visit, by=scene.steward, **times))
        free = {"starts_at": at(far), "ends_at": at(far, "11:00")}
        moved = workflow.move(visit, by=scene.steward, **free)
        assert (moved.state, moved.turn) == ("moved", "enterprise")
        same_week = {"starts_at": at(far, "13:00"), "ends_at": at(far, "14:00")}
        assert workflow.move(moved, by=scene.steward, **same_week).day == far  # its own booking is not in its way

    def test_a_plan_that_nobody_knows_moves_quietly(self, scene: Scene) -> None:
        visit, day = scene.visit("planned"), ahead(6)
        moved = workflow.move(visit, by=scene.steward, starts_at=at(day), ends_at=at(day, "11:00"))
        assert (moved.state, moved.turn, told(scene.owner)) == ("planned", "", [])

    def test_staff_say_why(self, scene: Scene) -> None:
        asked = scene.visit("requested", asked_by="enterprise", turn="government")
        for verb in (workflow.decline, workflow.cancel):
            assert refused(lambda act=verb: act(asked, by=scene.steward)) == "Say why: the enterprise reads it."
        done = workflow.decline(asked, by=scene.steward, text="We are closed that week.")
        assert done.state == "declined"
        assert "We are closed" in Message.objects.get(recipient=scene.owner).body

    def test_cancelling_a_plan_needs_no_word(self, scene: Scene) -> None:
        assert workflow.cancel(scene.visit("planned"), by=scene.steward).state == "cancelled"
        assert told(scene.owner) == []

    def test_the_enterprise_takes_back_what_it_asked_for(self, scene: Scene) -> None:
        own = scene.visit("requested", asked_by="enterprise", turn="government")
        assert workflow.cancel(own, by=scene.owner, side=Side.ENTERPRISE).state == "cancelled"
        ours = scene.visit("confirmed")
        reason = refused(lambda: workflow.cancel(ours, by=scene.owner, side=Side.ENTERPRISE))
        assert reason == "Only the people who visit can do this."

    def test_nobody_there_has_an_account(self, scene: Scene) -> None:
        absent = scene.visit("requested")
        assert refused(lambda: workflow.confirm(absent, by=scene.steward)) == "The enterprise has to answer first."
        scene.enterprise.memberships.all().delete()
        assert workflow.confirm(absent, by=scene.steward, text="Ms Wu, by telephone").state == "confirmed"

    def test_an_old_page_changes_nothing(self, scene: Scene) -> None:
        visit = scene.visit("requested", lock_version=3)
        reason = refused(lambda: workflow.confirm(visit, by=scene.owner, side=Side.ENTERPRISE, seen=2))
        assert reason.startswith("The visit has changed since you opened it")
        visit.refresh_from_db()
        assert visit.state == "requested"

    @pytest.mark.parametrize(("days", "state"), [(0, "queued"), (2, "queued"), (6, "held")])
    def test_only_what_changes_within_two_days_is_told_at_once(self, scene: Scene, days: int, state: str) -> None:
        visit = scene.visit("confirmed", day=local_day() + timedelta(days=days), clock="23:50")
        workflow.cancel(visit, by=scene.steward, text="Illness")
        assert Message.objects.get(recipient=scene.owner).state == state

    def test_without_an_enterprise_owner_everybody_there_is_told(self, scene: Scene) -> None:
        scene.enterprise.memberships.update(role="member")
        workflow.request(scene.visit("planned"), by=scene.steward)
        assert len(told(scene.owner)) == 1

    def test_who_has_left_is_not_told(self, scene: Scene) -> None:
        visit = scene.visit("requested", organiser=HandlerFactory(is_active=False))
        workflow.decline(visit, by=scene.owner, side=Side.ENTERPRISE)
        assert len(told(scene.steward)) == 1


class TestMerging:
    def test_the_second_department_joins_and_the_enterprise_is_asked_nothing(self, scene: Scene) -> None:
        visit = scene.visit("requested")
        done = workflow.join(visit, by=scene.handler, topic="Trade rules")
        assert [p.topic for p in done.participants.all()] == ["Talent policies", "Trade rules"]
        assert (done.state, done.turn) == ("requested", "enterprise")
        merged = Visit.objects.get(state="merged")
        assert (merged.merged_into, merged.organiser, merged.counted) == (done, scene.handler, False)
        assert told(scene.owner) == ["Another department joins the visit: Talent policies"]
        assert told(scene.steward) == ["Another department joins your visit: Talent policies"]
        assert len(book_of(scene.enterprise).booked) == 1

    def test_nobody_joins_twice_or_for_nothing(self, scene: Scene) -> None:
        visit = scene.visit()
        assert refused(lambda: workflow.join(visit, by=scene.handler, topic=" ")) == "Say what you come for."
        workflow.join(visit, by=scene.handler, topic="Trade rules")
        reason = refused(lambda: workflow.join(visit, by=scene.handler, topic="Trade rules"))
        assert reason == "You take part in this visit already."
        assert Visit.objects.filter(state="merged").count() == 1

    def test_a_plan_is_joined_quietly_and_shown_with_it(self, scene: Scene) -> None:
        visit = workflow.join(scene.visit("planned"), by=scene.handler, topic="Trade rules")
        assert told(scene.owner) == []
        assert not Visit.objects.of_member(scene.owner).exists()
        workflow.request(visit, by=scene.steward)
        assert Visit.objects.of_member(scene.owner).count() == 2

    def test_two_visits_become_one(self, scene: Scene) -> None:
        first, second = scene.visit(), scene.visit("requested", organiser=scene.handler, day=ahead(9))
        into = workflow.merge(second, into=first, by=scene.handler)
        second.refresh_from_db()
        assert (second.state, second.merged_into, second.turn, second.counted) == ("merged", first, "", False)
        assert {p.person for p in into.participants.all()} == {scene.steward, scene.handler}
        assert len(told(scene.owner)) == 1

    def test_what_cannot_be_merged(self, scene: Scene) -> None:
        visit, planned = scene.visit("requested"), scene.visit("planned", day=ahead(9))
        elsewhere = Scene().visit()
        for into in (visit, elsewhere):
            reason = refused(lambda other=into: workflow.merge(visit, into=other, by=scene.steward))
            assert reason == "Only visits to the same enterprise can be merged."
        reason = refused(lambda: workflow.merge(visit, into=planned, by=scene.steward))
        assert reason == "Ask the enterprise for the other visit first."
        assert not Visit.objects.filter(state="merged").exists()


class TestLawEnforcement:
    def test_it_is_recorded_whatever_the_guard_says_and_told_afterwards(self, scene: Scene) -> None:
        NotNow.objects.create(enterprise=scene.enterprise, by=scene.owner, first=local_day(), last=ahead(9))
        past = wanted(local_day() - timedelta(days=1), purpose="Fire safety")
        visit = workflow.record_enforcement(scene.enterprise, by=scene.handler, wanted=past)
        assert (visit.state, visit.counted, visit.told_at) == ("confirmed", False, None)
        assert not Visit.objects.of_member(scene.owner).exists()
        workflow.hold(visit, by=scene.handler)
        assert told(scene.owner) == ["A visit was recorded: Fire safety"]
        assert Visit.objects.of_member(scene.owner).get() == visit
        assert book_of(scene.enterprise).booked == ()

    def test_twice_is_once(self, scene: Scene) -> None:
        past = wanted(local_day() - timedelta(days=1))
        first = workflow.record_enforcement(scene.enterprise, by=scene.handler, wanted=past)
        assert workflow.record_enforcement(scene.enterprise, by=scene.handler, wanted=past) == first

    @pytest.mark.parametrize("verb", ["confirm", "decline", "move", "cancel"])
    def test_the_enterprise_can_do_nothing_about_it(self, scene: Scene, verb: str) -> None:
        visit = scene.visit(asked_by="enforcement", organiser=scene.handler)
        verdict = rules.may(scene.owner, verb, visit, side=Side.ENTERPRISE)
        assert not verdict
        if verb != "confirm":
            assert "Law enforcement is only recorded" in str(verdict.reason)

    def test_nobody_joins_it(self, scene: Scene) -> None:
        visit = scene.visit(asked_by="enforcement", organiser=scene.handler)
        reason = refused(lambda: workflow.join(visit, by=scene.steward, topic="Tax"))
        assert reason == "Law enforcement is kept apart from other visits."


class TestTheEnterprisesOwnWish:
    def test_its_steward_answers(self, scene: Scene) -> None:
        NotNow.objects.create(enterprise=scene.enterprise, by=scene.owner, first=local_day(), last=ahead(9))
        scene.visit()
        visit = workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted())
        assert (visit.state, visit.turn, visit.counted) == ("requested", "government", False)
        assert visit.organiser == scene.steward
        assert told(scene.steward) == ["An enterprise asks for a visit: Talent policies"]
        assert workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted()) == visit
        assert workflow.confirm(visit, by=scene.steward).state == "confirmed"

    def test_without_a_steward_the_service_centre_answers(self, scene: Scene) -> None:
        scene.enterprise.stewardships.all().delete()
        visit = workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted())
        assert visit.organiser is None
        assert len(told(scene.admin)) == 1
        assert workflow.confirm(visit, by=scene.admin).organiser == scene.admin

    def test_not_without_end_and_not_for_others(self, scene: Scene) -> None:
        assert "do not act" in refused(lambda: workflow.ask_for(scene.enterprise, by=scene.outsider, wanted=wanted()))
        for hour in (9, 10, 11):
            workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted(clock=f"{hour:02}:00"))
        assert "several visits already" in refused(
            lambda: workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted(clock="12:00"))
        )


ENTERPRISE_MAY = {
    "planned": "", "requested": "confirm decline move", "moved": "confirm decline move",
    "confirmed": "decline move", "held": "", "written_up": "", "declined": "", "merged": "", "cancelled": "",
}  # fmt: skip
STAFF_MAY = {
    "planned": "request move merge join cancel", "requested": "move merge join cancel",
    "moved": "move merge join cancel", "confirmed": "move join cancel",
    "held": "write_up promise", "written_up": "promise", "declined": "", "merged": "", "cancelled": "",
}  # fmt: skip


def test_every_state_and_every_verb(scene: Scene) -> None:
    """Written out by hand: the tables of the code must agree."""
    other = scene.visit("confirmed", day=ahead(20))
    found: dict[str, dict[str, str]] = {"owner": {}, "steward": {}}
    for state in VisitState.values:
        visit = scene.visit(state, merged_into=other if state == "merged" else None)
        for name, person, side in (
            ("owner", scene.owner, Side.ENTERPRISE),
            ("steward", scene.steward, Side.GOVERNMENT),
        ):
            verdicts = rules.verdicts(person, visit, side=side)
            found[name][state] = " ".join(verb for verb in rules.STATES if verdicts[verb])
            assert all(str(v.reason) for v in verdicts.values() if not v)
    assert {s: set(v.split()) for s, v in found["owner"].items()} == {
        s: set(v.split()) for s, v in ENTERPRISE_MAY.items()
    }
    assert {s: set(v.split()) for s, v in found["steward"].items()} == {s: set(v.split()) for s, v in STAFF_MAY.items()}


def test_who_is_in_charge(scene: Scene) -> None:
    visit = scene.visit()
    colleague = UserFactory(roles=["handler"], department=scene.steward.department)
    may = {
        name: bool(rules.may(person, Verb.CANCEL, visit))
        for name, person in {
            "organiser": scene.steward, "colleague": colleague, "admin": scene.admin, "other": scene.handler,
            "editor": UserFactory(roles=["editor"], department=scene.steward.department), "owner": scene.owner,
        }.items()
    }  # fmt: skip
    assert may == {
        "organiser": True, "colleague": True, "admin": True, "other": False, "editor": False, "owner": False,
    }  # fmt: skip


def test_who_comes_along_writes_up_and_does_not_cancel(scene: Scene) -> None:
    visit = scene.visit(day=local_day() - timedelta(days=1))
    visit.participants.create(person=scene.handler, topic="Tax")
    assert rules.may(scene.handler, Verb.WRITE_UP, visit)
    assert rules.may(scene.handler, Verb.HOLD, visit)
    assert not rules.may(scene.handler, Verb.CANCEL, visit)


def test_nothing_is_held_before_it_begins(scene: Scene) -> None:
    assert refused(lambda: workflow.hold(scene.visit(), by=scene.steward)) == "The visit has not begun yet."


def test_who_sees_a_visit(scene: Scene) -> None:
    """Organiser, those who come along, both departments, who looks after the enterprise, the centre, leaders."""
    visit = scene.visit(organiser=scene.handler)
    along = HandlerFactory()
    visit.participants.create(person=along, department=along.department, topic="Tax")
    seen = {
        "organiser": scene.handler,
        "department": UserFactory(roles=["handler"], department=scene.handler.department),
        "along": along,
        "along's department": UserFactory(roles=["handler"], department=along.department),
        "steward": scene.steward,
        "admin": scene.admin,
        "leader": UserFactory(roles=["leader"]),
    }
    unseen = {
        "stranger": HandlerFactory(),
        "editor": UserFactory(roles=["editor"], department=along.department),
        "leader of another": UserFactory(roles=["leader"], department=HandlerFactory().department),
        "owner": scene.owner,
    }
    assert {n for n, p in {**seen, **unseen}.items() if Visit.objects.readable_by(p).exists()} == set(seen)


def test_books_of_many_cost_the_same(scene: Scene, django_assert_num_queries: Any) -> None:
    scene.visit()
    others = [EnterpriseFactory() for _n in range(5)]
    book_of(scene.enterprise)
    for enterprises in ([scene.enterprise], [scene.enterprise, *others]):
        with django_assert_num_queries(5):
            books_of(enterprises)


def test_timeline_and_times(scene: Scene) -> None:
    visit = workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted(), ask=True)
    workflow.confirm(visit, by=scene.owner, side=Side.ENTERPRISE, text="Welcome")
    assert [line.title for line in timeline(visit)] == [
        "Stella Steward planned the visit",
        "Stella Steward asked for the visit",
        "Olive Owner confirmed the visit",
    ]
    assert [line.text for line in timeline(visit, of_enterprise=True)] == ["", "Welcome"]
    assert when_of(visit).endswith("10:00 to 11:00")
    assert timezone.localtime(visit.starts_at).hour == 10
