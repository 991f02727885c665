"""Leave: who may enter it, what is handed over and back, and the task that does so late, twice, or two at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.assignment import leaves, queries, verbs
from stewards.models import HelpRequest, Leave, StandIn
from stewards.standard import deadlines
from stewards.tasks import keep_leaves
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.enterprises import EnterpriseFactory, ParkFactory, SubdistrictFactory
from tests.factories.stewards import StewardshipFactory, accepted
from tests.stewards.scene import Scene, last_mail, mails
from tests.stewards.test_concurrency import at_once

pytestmark = pytest.mark.django_db


def day(offset: int) -> date:
    return local_day() + timedelta(days=offset)


def enter(scene: Scene, starts: int = 0, ends: int = 5, **facts: Any) -> Leave:
    by = facts.pop("by", scene.steward)
    given = {"substitute": scene.second, **facts}
    return leaves.enter(scene.steward, by=by, starts_on=day(starts), ends_on=day(ends), **given)


def holders() -> list[str]:
    return [each.handler.name if each.handler else "" for each in HelpRequest.objects.order_by("pk")]


class TestEntering:
    @pytest.mark.parametrize(
        ("starts", "ends", "reason"),
        [
            (3, 2, "ends on the day it begins or later"),
            (-5, -1, "over already"),
            (-32, 5, "at most a month ago"),
            (367, 368, "within a year"),
            (0, 367, "a year at the longest"),
        ],
    )
    def test_days_that_cannot_be(self, scene: Scene, starts: int, ends: int, reason: str) -> None:
        with pytest.raises(Refused, match=reason):
            enter(scene, starts, ends)

    @pytest.mark.parametrize(("starts", "ends"), [(0, 0), (-31, 0), (366, 366), (-1, 365)])
    def test_days_that_can_be(self, scene: Scene, starts: int, ends: int) -> None:
        assert enter(scene, starts, ends).ends_on == day(ends)

    @pytest.mark.parametrize("who", ["second", "handler", "owner", "outsider"])
    def test_others_do_not_enter_it(self, scene: Scene, who: str) -> None:
        with pytest.raises(Refused, match="by the person or by the service centre"):
            enter(scene, by=getattr(scene, who))

    def test_only_people_of_the_desk_have_it(self, scene: Scene) -> None:
        with pytest.raises(Refused, match="neither a service steward nor a handler"):
            leaves.enter(scene.owner, by=scene.admin, starts_on=day(0), ends_on=day(1))

    @pytest.mark.parametrize(
        ("named", "reason"),
        [
            ({"substitute": "steward"}, "Nobody stands in for themselves"),
            ({"substitute": "handler"}, "not a service steward"),
            ({"second": "second"}, "two different"),
            ({"substitute": None, "hand_over": True}, "Name the substitute"),
        ],
    )
    def test_who_cannot_stand_in(self, scene: Scene, named: dict[str, Any], reason: str) -> None:
        people = {key: getattr(scene, value) if isinstance(value, str) else value for key, value in named.items()}
        with pytest.raises(Refused, match=reason):
            enter(scene, **people)
        assert not Leave.objects.exists()

    def test_two_do_not_stand_in_for_each_other(self, scene: Scene) -> None:
        LeaveFactory(person=scene.second, substitute=scene.steward, starts_on=day(0), ends_on=day(9))
        with pytest.raises(Refused, match="Sam Second is away in these days, too"):
            enter(scene, 2, 5)
        assert enter(scene, 2, 12).substitute == scene.second  # away for a part only: then the service centre

    @pytest.mark.parametrize(("starts", "ends", "free"), [(-3, 0, 0), (5, 9, 0), (2, 3, 0), (6, 9, 1)])
    def test_one_leave_at_a_time(self, scene: Scene, starts: int, ends: int, free: int) -> None:
        enter(scene, 0, 5)
        if free:
            assert enter(scene, starts, ends)
        else:
            with pytest.raises(Refused, match="entered for these days already"):
                enter(scene, starts, ends)

    def test_everybody_is_told_but_who_entered_it(self, scene: Scene) -> None:
        third = StewardFactory(name_en="Thea Third")
        enter(scene, 3, 5, by=scene.admin, second=third, hand_over=True)
        assert [len(mails(each)) for each in (scene.steward, scene.second, third, scene.admin)] == [1, 1, 1, 0]
        assert "You are the substitute" in last_mail(scene.second).body
        assert "handed over to you when the leave begins" in last_mail(scene.second).body
        assert "second substitute" in last_mail(third).body
        assert last_mail(third).state == "held"  # three days are enough for the digest

    def test_a_lone_second_substitute_is_the_substitute(self, scene: Scene) -> None:
        assert enter(scene, substitute=None, second=scene.second).substitute == scene.second


class TestHandingOver:
    def test_what_is_open_goes_to_the_substitute_if_the_steward_says_so(self, scene: Scene) -> None:
        states = ["assigned", "in_progress", "waiting", "answered"]
        asked = [scene.request(state) for state in states]
        referred = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
        enter(scene, hand_over=True)
        assert holders() == ["Sam Second", "Sam Second", "Sam Second", "Stella Steward", ""]
        first = HelpRequest.objects.get(pk=asked[0].pk)
        assert (first.steward, first.state, first.department) == (scene.steward, "assigned", scene.second.department)
        taken_over = HelpRequest.objects.get(pk=asked[1].pk)
        assert deadlines.holder_words(taken_over).startswith("Sam Second has been working on it since")
        assert taken_over.assigned_at > taken_over.accepted_at
        event = first.events.get(kind="handed_over")
        assert (event.internal, event.actor) == (False, scene.steward)
        assert "Sam Second answers" in last_mail(scene.owner).body
        assert "3 open requests of Stella Steward were handed over" in last_mail(scene.second).body
        assert HelpRequest.objects.get(pk=referred.pk).handler is None
        assert StandIn.objects.filter(until=None).count() == 3

    def test_else_it_stays(self, scene: Scene) -> None:
        scene.request("accepted")
        enter(scene)
        assert (keep_leaves(), holders()) == (0, ["Stella Steward"])

    def test_it_waits_for_the_first_day(self, scene: Scene) -> None:
        scene.request("accepted")
        leave = enter(scene, 2, 5, hand_over=True)
        assert (keep_leaves(), holders()) == (0, ["Stella Steward"])
        Leave.objects.filter(pk=leave.pk).update(starts_on=day(-1))  # the task comes a day late
        assert (keep_leaves(), holders()) == (1, ["Sam Second"])
        before = len(mails(scene.second))
        assert (keep_leaves(), len(mails(scene.second))) == (0, before)

    def test_with_nobody_there_the_service_centre_hears_of_it_once(self, scene: Scene) -> None:
        scene.request("accepted")
        leave = LeaveFactory(person=scene.steward, substitute=scene.second, hand_over=True)
        away = LeaveFactory(person=scene.second, substitute=scene.steward)
        assert [keep_leaves(), keep_leaves(), holders()] == [0, 0, ["Stella Steward"]]
        told = [each for each in mails(scene.admin) if each[0] == "leave.nobody_stands_in"]
        assert told == [("leave.nobody_stands_in", "queued")] * 2  # for each of the two who are away
        leaves.end(away, by=scene.second)
        assert (keep_leaves(), holders()) == (1, ["Sam Second"])
        assert Leave.objects.get(pk=leave.pk).begun_at

    def test_a_substitute_who_goes_away_is_followed_by_the_second(self, scene: Scene) -> None:
        third = StewardFactory(name_en="Thea Third")
        scene.request("accepted")
        enter(scene, second=third, hand_over=True)
        LeaveFactory(person=scene.second)
        assert (keep_leaves(), holders()) == (1, ["Thea Third"])
        assert list(StandIn.objects.filter(until=None).values_list("person", flat=True)) == [third.pk]
        assert keep_leaves() == 0

    def test_to_a_steward_who_has_not_got_it_yet(self, scene: Scene) -> None:
        asked, leave = scene.request("accepted"), LeaveFactory(person=scene.steward)
        with pytest.raises(Refused, match="Hanna Handler cannot stand in for"):
            verbs.hand_over(asked, to=scene.handler, leave=leave, by=scene.steward)
        with pytest.raises(Refused, match="has this request already"):
            verbs.hand_over(asked, to=scene.steward, leave=leave, by=scene.steward)


class TestHandingBack:
    def over(self, leave: Leave) -> None:
        Leave.objects.filter(pk=leave.pk).update(starts_on=day(-9), ends_on=day(-1))

    def test_everything_comes_back_and_both_are_told(self, scene: Scene) -> None:
        scene.request("in_progress")
        leave = enter(scene, hand_over=True)
        fresh = workflow.accept(workflow.submit(scene.draft(), by=scene.owner), by=scene.second)
        self.over(leave)
        assert (keep_leaves(), holders()) == (2, ["Stella Steward"] * 2)
        stored = HelpRequest.objects.get(pk=fresh.pk)
        assert (stored.state, stored.department) == ("accepted", scene.steward.department)
        for person in (scene.steward, scene.second):
            assert last_mail(person).subject == "Stella Steward is back"
            assert "2 requests are with Stella Steward again." in last_mail(person).body
        assert "is back and works on your request again" in last_mail(scene.owner).body
        assert stored.events.filter(kind="handed_back", internal=False).count() == 1
        workflow.answer(stored, by=scene.steward, text="Yes.")

    def test_twice_and_late_is_once(self, scene: Scene) -> None:
        scene.request("in_progress")
        self.over(enter(scene, hand_over=True))
        assert [keep_leaves(), keep_leaves()] == [1, 0]
        assert [kind for kind, _state in mails(scene.second)].count("leave.handed_back") == 1

    def test_what_was_answered_is_the_stewards_again_without_a_word_to_the_enterprise(self, scene: Scene) -> None:
        asked = scene.request("in_progress")
        leave = enter(scene, hand_over=True)
        workflow.answer(asked, by=scene.second, text="Yes.")
        before = len(mails(scene.owner))
        self.over(leave)
        assert (keep_leaves(), holders(), len(mails(scene.owner))) == (1, ["Stella Steward"], before)
        assert asked.events.get(kind="handed_back").internal

    def test_what_went_somewhere_else_stays_there(self, scene: Scene) -> None:
        asked = [scene.request("accepted") for _n in range(3)]
        leave = enter(scene, hand_over=True)
        workflow.refer(asked[0], by=scene.second, department=scene.tax, reason="Tax.")
        workflow.withdraw(asked[1], by=scene.owner)
        workflow.assign(asked[2], steward=scene.second, by=scene.admin)
        self.over(leave)
        assert (keep_leaves(), holders()) == (0, ["", "Sam Second", "Sam Second"])
        assert not StandIn.objects.filter(until=None).exists()

    def test_a_request_that_came_in_the_last_moment_comes_back_too(self, scene: Scene) -> None:
        leave = enter(scene)
        asked = workflow.submit(scene.draft(), by=scene.owner)
        Leave.objects.filter(pk=leave.pk).update(ended_at=leave.person.date_joined)
        assert (keep_leaves(), HelpRequest.objects.get(pk=asked.pk).handler) == (1, scene.steward)


class TestEnding:
    def test_back_early(self, scene: Scene) -> None:
        scene.request("accepted")
        leave = enter(scene, -3, 5, hand_over=True)
        leaves.end(leave, by=scene.steward)
        stored = Leave.objects.get()
        assert (stored.ends_on, holders()) == (day(-1), ["Stella Steward"])
        assert queries.leave_of(scene.steward.pk) is None
        with pytest.raises(Refused, match="over"):
            leaves.end(leave, by=scene.steward)

    def test_on_its_first_day(self, scene: Scene) -> None:
        leave = enter(scene)
        leaves.end(leave, by=scene.admin)
        assert queries.leave_of(scene.steward.pk) is None
        assert enter(scene, 0, 3)  # and again from today

    def test_one_that_has_not_begun_is_taken_out(self, scene: Scene) -> None:
        leave = enter(scene, 2, 5)
        leaves.end(leave, by=scene.steward)
        assert not Leave.objects.exists()
        assert last_mail(scene.second).kind == "leave.cancelled"

    @pytest.mark.parametrize("who", ["second", "owner"])
    def test_nobody_else_ends_it(self, scene: Scene, who: str) -> None:
        with pytest.raises(Refused, match="by the person or by the service centre"):
            leaves.end(enter(scene), by=getattr(scene, who))


class TestTerms:
    @pytest.mark.parametrize(("ends", "told"), [(0, 1), (30, 1), (31, 0), (-1, 0)])
    def test_a_term_that_ends_is_told_to_the_service_centre_once(self, scene: Scene, ends: int, told: int) -> None:
        scene.enterprise.stewardships.update(ends_on=day(ends))
        keep_leaves()
        keep_leaves()
        found = scene.admin.messages_received.filter(kind="stewardship.ends")
        assert list(found.values_list("state", flat=True)) == ["held"] * told

    @pytest.mark.parametrize(
        ("cover", "sole"),
        [
            ({"scope": "enterprise"}, False),
            ({"scope": "park"}, False),
            ({"scope": "subdistrict"}, False),
            ({"scope": "subdistrict", "ends_on": 10}, True),
            ({"scope": "enterprise", "person": "left"}, True),
            ({}, True),
        ],
    )
    def test_only_where_nobody_comes_after(self, cover: dict[str, Any], sole: bool) -> None:
        places: dict[str, Any] = {"park": ParkFactory(), "subdistrict": SubdistrictFactory()}
        places["enterprise"] = EnterpriseFactory(**places)
        ending = StewardshipFactory(enterprise=places["enterprise"], ends_on=day(10))
        if cover:
            scope, last = cover["scope"], cover.get("ends_on")
            StewardshipFactory(
                scope=scope,
                **{"enterprise": None, scope: places[scope]},
                starts_on=day(11) if scope == "enterprise" else day(-9),
                ends_on=day(last) if last else None,
                steward=StewardFactory(is_active=cover.get("person") != "left"),
            )
        assert (ending in queries.ending_terms()) == sole


@pytest.mark.django_db(transaction=True)
def test_two_workers_hand_back_once() -> None:
    steward, second = StewardFactory(), StewardFactory()
    leave = LeaveFactory(person=steward, substitute=second, starts_on=day(-9), ends_on=day(-1))
    for _n in range(3):
        request = accepted(steward=steward, asker=UserFactory())
        HelpRequest.objects.filter(pk=request.pk).update(handler=second)
        StandIn.objects.create(request=request, leave=leave, person=second)
    assert sorted(at_once(leaves.keep, leaves.keep)) == [0, 3]
    assert {each.handler_id for each in HelpRequest.objects.all()} == {steward.pk}
    assert steward.messages_received.filter(kind="leave.handed_back").count() == 1
