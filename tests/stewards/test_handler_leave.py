"""A handler's leave: what lies with them goes to a colleague, or back to the department, and returns by itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.assignment import leaves, queries, verbs
from stewards.models import HelpRequest, Leave, RequestPart, StandIn
from stewards.parts import dates
from stewards.parts import verbs as parts
from stewards.tasks import keep_leaves
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.parts import done, taken
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene, last_mail, mails

AsUser = Callable[[Any], Client]
pytestmark = pytest.mark.django_db


def day(offset: int) -> date:
    return local_day() + timedelta(days=offset)


@pytest.fixture
def mate(scene: Scene) -> Any:
    """A colleague of the handler's department."""
    return HandlerFactory(department=scene.tax, name_en="Max Mate")


def enter(scene: Scene, substitute: Any, starts: int = 0, ends: int = 5, **facts: Any) -> Leave:
    given = {"by": scene.handler, "hand_over": True, **facts}
    return leaves.enter(scene.handler, starts_on=day(starts), ends_on=day(ends), substitute=substitute, **given)


def referred(scene: Scene, state: str = "accepted") -> HelpRequest:
    """A whole request that the handler has; its steward stays responsible."""
    found = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    HelpRequest.objects.filter(pk=found.pk).update(state=state, handler=scene.handler, department=scene.tax)
    return HelpRequest.objects.get(pk=found.pk)


def part_of(scene: Scene, **fields: Any) -> RequestPart:
    request = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    return taken(request, scene.handler, **fields)


def now(found: Any) -> Any:
    return type(found)._base_manager.get(pk=found.pk)


def over(leave: Leave) -> int:
    Leave.objects.filter(pk=leave.pk).update(starts_on=day(-9), ends_on=day(-1))
    return keep_leaves()


class TestEntering:
    def test_only_a_colleague_stands_in(self, scene: Scene, mate: Any, subtests: pytest.Subtests) -> None:
        people = {
            "a steward of another department": scene.steward,
            "a handler of another department": HandlerFactory(),
            "no handler": UserFactory(roles=["editor"], department=scene.tax),
            "somebody who left": HandlerFactory(department=scene.tax, is_active=False),
        }
        for name, person in people.items():
            with subtests.test(name), pytest.raises(Refused, match="takes no requests in this department"):
                enter(scene, person)
        with pytest.raises(Refused, match="Nobody stands in for themselves"):
            enter(scene, scene.handler)
        with pytest.raises(Refused, match="two different"):
            enter(scene, mate, second=mate)
        assert not Leave.objects.exists()

    def test_a_steward_of_the_department_can(self, scene: Scene) -> None:
        assert enter(scene, StewardFactory(department=scene.tax)).substitute_id

    def test_a_handler_cannot_stand_in_for_a_steward(self, scene: Scene, mate: Any) -> None:
        with pytest.raises(Refused, match="Max Mate is not a service steward"):
            leaves.enter(scene.steward, by=scene.steward, starts_on=day(0), ends_on=day(1), substitute=mate)

    def test_the_substitute_is_told_what_it_means(self, scene: Scene, mate: Any) -> None:
        enter(scene, mate, 3, 5)
        assert "what your department has been asked and Hanna Handler would do is yours" in last_mail(mate).body
        assert "handed over to you when the leave begins" in last_mail(mate).body

    def test_nobody_enters_it_for_them(self, scene: Scene) -> None:
        for who in (scene.steward, scene.second, scene.owner):
            with pytest.raises(Refused, match="by the person or by the service centre"):
                enter(scene, None, by=who)


class TestToTheSubstitute:
    @pytest.mark.parametrize("state", ["assigned", "waiting"])
    def test_a_whole_request(self, scene: Scene, mate: Any, state: str) -> None:
        if state == "waiting":
            asked = workflow.ask_back(referred(scene), by=scene.handler, text="Since when?")
        else:
            asked = referred(scene, state)
        enter(scene, mate)
        found = now(asked)
        assert (found.handler, found.department, found.steward, found.state) == (mate, scene.tax, scene.steward, state)
        event = asked.events.get(kind="handed_over")
        assert (event.internal, event.actor) == (False, scene.handler)
        assert "Hanna Handler is away until" in last_mail(scene.owner).body
        assert "Meanwhile Max Mate answers" in last_mail(scene.owner).body
        assert "One open request of Hanna Handler was handed over" in last_mail(mate).body

    def test_and_back_when_it_ends(self, scene: Scene, mate: Any) -> None:
        asked = referred(scene)
        leave = enter(scene, mate)
        assert over(leave) == 1
        assert now(asked).handler == scene.handler
        assert "Hanna Handler is back and works on your request again." in last_mail(scene.owner).body
        assert last_mail(scene.owner).subject.startswith("Hanna Handler is back")
        assert not StandIn.objects.filter(until=None).exists()
        assert keep_leaves() == 0

    @pytest.mark.parametrize(
        "meanwhile",
        [
            lambda s, r, m: workflow.refer(r, by=m, department=s.second.department, reason="Yours."),
            lambda s, r, m: workflow.accept(r, by=s.steward),
            lambda s, r, m: workflow.assign(r, steward=s.second, by=s.admin),
            lambda s, r, m: workflow.give_back(r, by=m, reason="Not ours."),
        ],
        ids=["referred on", "taken back", "assigned anew", "returned"],
    )
    def test_what_went_elsewhere_stays_there(self, scene: Scene, mate: Any, meanwhile: Any) -> None:
        asked = referred(scene)
        leave = enter(scene, mate)
        meanwhile(scene, now(asked), mate)
        holder = now(asked).handler
        assert (over(leave), now(asked).handler) == (0, holder)
        assert not StandIn.objects.filter(until=None).exists()

    def test_a_part_quietly(self, scene: Scene, mate: Any) -> None:
        part = part_of(scene)
        before = len(mails(scene.owner))
        leave = enter(scene, mate)
        found = now(part)
        assert (found.handler, found.state, found.lock_version) == (mate, "accepted", part.lock_version + 1)
        assert now(part.request).handler == scene.steward, "the whole stays where it was"
        event = part.request.events.get(kind="handed_over")
        assert (event.internal, event.data["part"], len(mails(scene.owner))) == (True, part.pk, before)
        bodies = [mail.body for mail in mate.messages_received.order_by("pk")]
        assert any("Does the company owe any taxes?" in body for body in bodies)
        assert bodies[-1] == "One part of a request was handed over."
        assert (over(leave), now(part).handler) == (1, scene.handler)
        assert last_mail(scene.handler).body.endswith("One part of a request is with Hanna Handler again.")
        parts.answer(now(part), by=scene.handler, text="It owes nothing.")

    @pytest.mark.parametrize(
        ("act", "state"),
        [
            (lambda p, m, s: parts.answer(p, by=m, text="Nothing."), "answered"),
            (lambda p, m, s: parts.give_back(p, by=m, reason="Not ours."), "returned"),
            (lambda p, m, s: parts.withdraw(p, by=s.steward, reason="Settled."), "withdrawn"),
            (lambda p, m, s: workflow.withdraw(p.request, by=s.owner), "withdrawn"),
        ],
        ids=["answered", "returned", "withdrawn", "whole withdrawn"],
    )
    def test_a_part_that_is_over_stays_over(self, scene: Scene, mate: Any, act: Any, state: str) -> None:
        part = part_of(scene)
        leave = enter(scene, mate)
        act(now(part), mate, scene)
        assert (over(leave), now(part).state, now(part).handler) == (0, state, mate)
        assert not StandIn.objects.filter(until=None).exists()

    def test_the_second_follows_and_then_the_department(self, scene: Scene, mate: Any) -> None:
        second = HandlerFactory(department=scene.tax, name_en="Sara Second")
        asked, part = referred(scene), part_of(scene)
        leave = enter(scene, mate, second=second)
        LeaveFactory(person=mate)
        assert keep_leaves() == 2
        assert (now(asked).handler, now(part).handler) == (second, second)
        LeaveFactory(person=second)
        HandlerFactory(department=scene.tax)
        assert keep_leaves() == 2
        assert (now(asked).handler, now(asked).state, now(part).handler) == (None, "assigned", None)
        assert over(leave) == 0

    def test_what_one_has_for_somebody_else_is_not_handed_on(self, scene: Scene, mate: Any) -> None:
        asked, part = referred(scene), part_of(scene)
        enter(scene, mate)
        third = HandlerFactory(department=scene.tax)
        leaves.enter(mate, by=mate, starts_on=day(1), ends_on=day(2), substitute=third, hand_over=True)
        Leave.objects.filter(person=mate).update(starts_on=day(0))
        assert keep_leaves() == 2, "it goes back to the department of the first leave"
        assert (now(asked).handler, now(part).handler) == (None, None)
        assert not StandIn.objects.filter(person=third).exists()


class TestToTheDepartment:
    def test_without_a_substitute_colleagues_take_it(self, scene: Scene, mate: Any) -> None:
        asked, part = referred(scene, "in_progress"), part_of(scene)
        leave = enter(scene, None)
        found = now(asked)
        assert (found.handler, found.department, found.state, found.accepted_at) == (None, scene.tax, "assigned", None)
        assert (now(part).state, now(part).handler) == ("open", None)
        assert {kind for kind, _state in mails(mate)} == {"request.handed_over"}
        assert "Please take it on: who accepts it first has it." in mate.messages_received.first().body
        workflow.accept(found, by=mate)
        parts.accept(now(part), by=mate)
        assert over(leave) == 0, "who took it on keeps it"
        assert (now(asked).handler, now(part).handler) == (mate, mate)

    def test_what_waits_for_the_enterprise_goes_on_waiting(self, scene: Scene, mate: Any) -> None:
        asked = workflow.ask_back(referred(scene), by=scene.handler, text="Since when?")
        enter(scene, None)
        assert (now(asked).state, now(asked).handler, now(asked).waiting_since) == (
            "waiting",
            None,
            asked.waiting_since,
        )
        replied = workflow.reply(now(asked), by=scene.owner, text="Since May.")
        assert workflow.accept(replied, by=mate).handler == mate

    def test_unless_nobody_else_is_there(self, scene: Scene) -> None:
        asked = referred(scene)
        enter(scene, None)
        assert now(asked).handler == scene.handler
        keep_leaves()
        told = list(scene.admin.messages_received.filter(kind="leave.nobody_stands_in"))
        assert ["Nobody else in the department takes requests" in mail.body for mail in told] == [True]
        assert told[0].url == f"/en/centre/stewards/profiles/{scene.handler.pk}/leave/"
        HandlerFactory(department=scene.tax)
        assert (keep_leaves(), now(asked).handler) == (1, None)

    @pytest.mark.parametrize("hand_over", [True, False])
    def test_only_if_they_say_so(self, scene: Scene, mate: Any, hand_over: bool) -> None:
        asked = referred(scene)
        enter(scene, mate, hand_over=hand_over)
        assert now(asked).handler == (mate if hand_over else scene.handler)


class TestWhileAway:
    def test_opened_again_it_is_the_substitutes(self, scene: Scene, mate: Any) -> None:
        asked = workflow.answer(referred(scene), by=scene.handler, text="Apply online.")
        enter(scene, mate, hand_over=False)
        again = workflow.reopen(asked, by=scene.owner, reason="Not settled.")
        assert (again.handler, again.steward) == (mate, scene.steward)
        assert last_mail(mate).kind == "request.reopened"

    def test_opened_again_without_one_it_is_the_departments(self, scene: Scene, mate: Any) -> None:
        asked = workflow.answer(referred(scene), by=scene.handler, text="Apply online.")
        enter(scene, None)
        again = workflow.reopen(asked, by=scene.owner, reason="Not settled.")
        assert (again.handler, again.department) == (None, scene.tax)
        assert workflow.accept(again, by=mate).handler == mate

    @pytest.mark.parametrize("away", [True, False])
    def test_a_part_that_is_not_enough(self, scene: Scene, mate: Any, away: bool) -> None:
        part = done(accepted(scene.steward), scene.handler)
        if away:
            enter(scene, mate)
        back = parts.send_back(part, by=scene.steward, reason="Since when?", due_on=dates.earliest())
        assert (back.handler, back.state) == ((None, "open") if away else (scene.handler, "accepted"))

    def test_a_whole_request_returned_to_a_steward_who_is_away(self, scene: Scene) -> None:
        LeaveFactory(person=scene.steward, substitute=scene.second)
        back = workflow.give_back(referred(scene), by=scene.handler, reason="Not ours.")
        assert (back.steward, back.handler) == (scene.steward, scene.second)
        assert last_mail(scene.second).kind == "request.given_back"

    def test_assigned_to_a_steward_who_is_away(self, scene: Scene) -> None:
        LeaveFactory(person=scene.steward, substitute=scene.second)
        found = workflow.assign(scene.request("submitted"), steward=scene.steward, by=scene.admin)
        assert (found.steward, found.handler, found.state) == (scene.steward, scene.second, "assigned")
        assert [last_mail(each).kind for each in (scene.steward, scene.second)] == ["request.assigned"] * 2


class TestBothAtOnce:
    """Somebody who is steward and handler: a steward stands in, and what is the department's stays in it."""

    @pytest.fixture
    def both(self, scene: Scene) -> Any:
        scene.handler.roles = ["steward", "handler"]
        scene.handler.save(update_fields=["roles"])
        return scene.handler

    @pytest.mark.parametrize("same", [True, False])
    def test_each_where_it_belongs(self, scene: Scene, both: Any, mate: Any, same: bool) -> None:
        own, asked, part = accepted(both), referred(scene), part_of(scene)
        substitute = StewardFactory(**({"department": scene.tax} if same else {}))
        enter(scene, substitute)
        assert now(own).handler == substitute
        assert now(asked).handler == now(part).handler == (substitute if same else None)

    def test_without_a_substitute_nothing_moves(self, scene: Scene, both: Any, mate: Any) -> None:
        with pytest.raises(Refused, match="Name the substitute"):
            enter(scene, None)


class TestPages:
    URL = "/en/desk/leave/"

    def typed(self, **more: Any) -> dict[str, Any]:
        return {"starts_on": day(0).isoformat(), "ends_on": day(4).isoformat(), "hand_over": "on", **more}

    def test_entered_and_ended_by_the_handler(self, scene: Scene, mate: Any, as_user: AsUser) -> None:
        client, asked = as_user(scene.handler), referred(scene)
        assert 'href="/en/desk/leave/"' in client.get("/en/desk/").content.decode()
        page = client.get(self.URL).content.decode()
        assert "Nobody: it falls to the department" in page
        assert "Max Mate" in page
        assert "Stella Steward" not in page, "no steward of another department"
        assert "Languages I write in" not in page
        page = client.post(self.URL, self.typed(substitute=mate.pk), follow=True).content.decode()
        assert "The leave of Hanna Handler is entered." in page
        assert "Hanna Handler" in as_user(mate).get(self.URL).content.decode()
        page = client.post(f"{self.URL}{Leave.objects.get().pk}/end/", follow=True).content.decode()
        assert "What was handed over is with Hanna Handler again." in page
        assert now(asked).handler == scene.handler

    def test_entered_by_the_service_centre(self, scene: Scene, mate: Any, as_user: AsUser) -> None:
        client = as_user(scene.admin)
        url = f"/en/centre/stewards/profiles/{scene.handler.pk}/leave/"
        assert f'href="{url}"' in client.get(f"/en/centre/people/{scene.handler.pk}/").content.decode()
        assert client.post(url, self.typed(substitute=mate.pk)).headers["Location"] == url
        shown = client.get(url).content.decode()
        assert "are handed over" in shown
        assert f'href="{url}"' in client.get("/en/centre/").content.decode(), "away today"
        end = client.post(f"{self.URL}{Leave.objects.get().pk}/end/")
        assert end.headers["Location"] == url

    def test_a_stranger_as_substitute_comes_back(self, scene: Scene, as_user: AsUser) -> None:
        response = as_user(scene.handler).post(self.URL, self.typed(substitute=scene.second.pk))
        assert "Select a valid choice" in response.content.decode()
        assert not Leave.objects.exists()

    def test_languages_are_for_stewards(self, scene: Scene, as_user: AsUser) -> None:
        assert as_user(scene.handler).post(f"{self.URL}languages/", {"languages": ["en"]}).status_code == 404

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", "Max Mate does the part of {} while Hanna Handler is away"),
            ("zh-hans", "休假期间，{}的分办事项由"),
        ],
    )
    def test_the_timeline_says_who_does_the_part(
        self, scene: Scene, mate: Any, as_user: AsUser, language: str, words: str
    ) -> None:
        part = part_of(scene)
        enter(scene, mate)
        page = as_user(scene.steward).get(f"/{language}/desk/{part.request.number}/").content.decode()
        with translation.override(language):
            assert words.format(scene.tax.name) in page

    def test_the_desk_does_not_take_a_part_for_the_whole(self, scene: Scene, mate: Any, as_user: AsUser) -> None:
        part = part_of(scene)
        part.request.events.create(kind="submitted", data={"choice": {"reasons": [["enterprise", {}]], "passed": []}})
        enter(scene, mate)
        page = as_user(scene.steward).get(f"/en/desk/{part.request.number}/").content.decode()
        assert "Service steward of this enterprise." in page


def test_handing_over_takes_few_queries_for_each(scene: Scene, mate: Any, django_assert_max_num_queries: Any) -> None:
    for _n in range(3):
        part_of(scene)
    with django_assert_max_num_queries(45 * 3):
        enter(scene, mate)
    assert RequestPart.objects.filter(handler=mate).count() == 3


def test_only_of_the_department(scene: Scene, mate: Any) -> None:
    part, leave = part_of(scene), LeaveFactory(person=scene.handler)
    for stranger in (scene.steward, scene.owner, HandlerFactory()):
        with pytest.raises(Refused, match="department"):
            verbs.hand_part(part, to=mate, leave=leave, by=stranger)
    assert queries.colleagues(scene.handler).get() == mate
    scene.handler.department = None
    assert not queries.colleagues(scene.handler).exists()
