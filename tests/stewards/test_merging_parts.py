"""What a merge does to the parts of departments and to dates, and that taking it apart gives everything back."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.models import HelpRequest, RequestPart, Watch
from stewards.parts import verbs
from stewards.relations import merging, promises, rules
from stewards.relations.merging import merge, unmerge
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.parts import RequestPartFactory, done, taken
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
PART = ("request_id", "department_id", "handler_id", "state", "due_on", "reason", "answer", "round", "final")
WHOLE = ("state", "due_on", "due_provisional", "promised_days", "waiting_since", "steward_id", "handler_id")


def working(ahead: int) -> date:
    """The working day that is so many ahead."""
    return calendar.current().add_working_days(local_day(), ahead)


class Pair:
    """Two requests of one enterprise and one steward; the first has ten working days, the second twelve."""

    def __init__(self) -> None:
        membership = MembershipFactory(user__name_en="Olive")
        self.owner, self.enterprise = membership.user, membership.enterprise
        self.steward, self.handler = StewardFactory(name_en="Stella"), HandlerFactory(name_en="Hanna")
        self.gone, self.goal = self.asked(10), self.asked(12)

    def asked(self, ahead: int, **fields: Any) -> HelpRequest:
        facts = {"enterprise": self.enterprise, "asker": self.owner, "due_on": working(ahead), **fields}
        return accepted(self.steward, promised_days=ahead, **facts)

    def merge(self) -> HelpRequest:
        return merge(fresh(self.gone), into=fresh(self.goal), by=self.steward)

    def undo(self, request: HelpRequest | None = None) -> HelpRequest:
        return unmerge(fresh(request or self.gone), by=self.steward)


def fresh(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


def facts(*requests: HelpRequest) -> list[Any]:
    """Everything of the requests and their parts that a merge may touch and its undoing gives back."""
    rows = HelpRequest.objects.filter(pk__in=[each.pk for each in requests]).order_by("pk").values_list(*WHOLE)
    return [*rows, *RequestPart.objects.order_by("pk").values_list(*PART)]


def due_of(part: RequestPart) -> date:
    return RequestPart.objects.values_list("due_on", flat=True).get(pk=part.pk)


def last(person: Any) -> Any:
    return person.messages_received.order_by("pk").last()


def subjects(person: Any) -> list[str]:
    return [str(m.subject).rsplit(" (", 1)[0] for m in person.messages_received.order_by("pk")]


@pytest.fixture
def pair(db: None) -> Pair:
    return Pair()


# --- parts of the one that is folded away --------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["open", "accepted", "centre"])
def test_a_live_part_ends_with_it_and_comes_back_as_it_was(pair: Pair, state: str) -> None:
    fields: dict[str, Any] = {
        "department": pair.handler.department,
        "state": state,
        "reason": "As said.",
        "final": True,
    }
    fields |= {} if state == "open" else {"handler": pair.handler}
    part, over = RequestPartFactory(request=pair.gone, **fields), done(pair.gone, HandlerFactory())
    before = facts(pair.gone, pair.goal)
    pair.merge()
    assert RequestPart.objects.get(pk=part.pk).state == "withdrawn"
    assert RequestPart.objects.get(pk=over.pk).state == "answered"
    pair.undo()
    assert facts(pair.gone, pair.goal) == before
    assert RequestPart.objects.get(pk=part.pk).lock_version == part.lock_version + 2  # an older page says so


def test_its_handler_is_told_both_times(pair: Pair) -> None:
    part = taken(pair.gone, pair.handler)
    other = HandlerFactory()
    nobodys = RequestPartFactory(request=pair.gone, department=other.department)
    pair.merge()
    told = last(pair.handler)
    assert f"asked of you anew, for {pair.goal.number}" in told.body
    assert told.url.endswith(f"/desk/parts/{part.pk}/")
    assert last(other).url.endswith("/desk/parts/")  # what nobody accepted is no longer on their desk
    pair.undo()
    assert subjects(pair.handler) == subjects(other) == ["A request is over", "A part is needed after all"]
    assert (last(pair.handler).state, last(other).state) == ("queued", "queued")
    assert last(other).url.endswith(f"/desk/parts/{nobodys.pk}/")
    assert part.asked in last(pair.handler).body


def test_the_service_centre_hears_of_what_it_has_to_decide_again(pair: Pair) -> None:
    admin = UserFactory(roles=["admin"])
    RequestPartFactory(request=pair.gone, department=pair.handler.department, handler=pair.handler, state="centre")
    pair.merge()
    pair.undo()
    assert subjects(admin) == ["A part that no department takes"]
    assert subjects(pair.handler) == ["A request is over"]


def test_what_the_steward_withdrew_before_stays_withdrawn(pair: Pair) -> None:
    part = verbs.withdraw(taken(pair.gone, pair.handler), by=pair.steward, reason="Known.")
    pair.merge()
    pair.undo()
    assert RequestPart.objects.get(pk=part.pk).state == "withdrawn"


def test_a_second_undoing_revives_nothing(pair: Pair) -> None:
    part = taken(pair.gone, pair.handler)
    pair.merge()
    pair.undo()
    verbs.withdraw(RequestPart.objects.get(pk=part.pk), by=pair.steward, reason="Known.")
    with pytest.raises(Refused, match="accepted and not answered"):
        pair.undo()
    pair.merge()
    pair.undo()
    assert RequestPart.objects.get(pk=part.pk).state == "withdrawn"


def test_of_a_handler_who_has_left_the_department_is_told(pair: Pair) -> None:
    colleague = HandlerFactory(department=pair.handler.department)
    taken(pair.gone, pair.handler)
    type(pair.handler).objects.filter(pk=pair.handler.pk).update(is_active=False)
    pair.merge()
    pair.undo()
    assert subjects(pair.handler) == []
    assert len(subjects(colleague)) == 2


def test_nothing_is_done_to_a_part_of_a_merged_request(pair: Pair) -> None:
    part, closed = taken(pair.gone, pair.handler), done(pair.gone, HandlerFactory())
    pair.merge()
    for act in (
        lambda: verbs.answer(part, by=pair.handler, text="Late."),
        lambda: verbs.give_back(part, by=pair.handler, reason="No."),
        lambda: verbs.send_back(closed, by=pair.steward, reason="More.", due_on=working(2)),
        lambda: verbs.add(
            fresh(pair.gone), by=pair.steward, department=pair.handler.department, asked="x", due_on=working(1)
        ),
    ):
        with pytest.raises(Refused):
            act()


def test_without_parts_nobody_of_them_is_told(pair: Pair) -> None:
    done(pair.gone, pair.handler)
    pair.merge()
    pair.undo()
    assert subjects(pair.handler) == []


# --- parts of the one that goes on ---------------------------------------------------------------------------------


def test_its_parts_become_due_with_it_and_get_their_day_back(pair: Pair) -> None:
    part = taken(pair.goal, pair.handler, due_on=working(11))
    early = RequestPartFactory(request=pair.goal, due_on=working(3))
    pair.merge()
    assert (due_of(part), due_of(early)) == (working(10), working(3))
    assert subjects(pair.handler) == ["A part has a new due date"]
    pair.undo()
    assert (due_of(part), due_of(early)) == (working(11), working(3))
    assert subjects(pair.handler) == ["A part has a new due date"] * 2


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["first-first", "last-first"])
def test_several_merges_give_it_back_step_by_step(pair: Pair, order: tuple[int, int]) -> None:
    part, third = taken(pair.goal, pair.handler, due_on=working(12)), pair.asked(4)
    pair.merge()
    merge(third, into=fresh(pair.goal), by=pair.steward)
    assert due_of(part) == working(4)
    both = [pair.gone, third]
    pair.undo(both[order[0]])
    assert due_of(part) == working((4, 10)[order[0]])
    pair.undo(both[order[1]])
    assert due_of(part) == fresh(pair.goal).due_on == working(12)


def test_a_day_that_the_steward_set_meanwhile_stays(pair: Pair) -> None:
    part = taken(pair.goal, pair.handler, due_on=working(11))
    pair.merge()
    verbs.move(RequestPart.objects.get(pk=part.pk), by=pair.steward, due_on=working(2), reason="Sooner.")
    pair.undo()
    assert due_of(part) == working(2)


def test_an_answered_part_keeps_its_day(pair: Pair) -> None:
    part = done(pair.goal, pair.handler, due_on=working(11))
    pair.merge()
    assert due_of(part) == working(11)


# --- dates ---------------------------------------------------------------------------------------------------------


def asked_back(request: HelpRequest, days: int) -> None:
    """The enterprise has been asked for so many days."""
    HelpRequest.objects.filter(pk=request.pk).update(
        state="waiting", waiting_since=timezone.now() - timedelta(days=days)
    )


@pytest.mark.parametrize("days", [0, 3, 14])
def test_while_the_enterprise_is_asked_the_earlier_promise_holds_all_the_same(pair: Pair, days: int) -> None:
    """The goal's clock stands still: after the reply it is due on the day that the other one was promised for."""
    asked_back(pair.goal, days)
    waited = calendar.current().working_days_between(local_day(fresh(pair.goal).waiting_since), local_day())
    pair.merge()
    workflow.reply(fresh(pair.goal), by=pair.owner, text="Since May.")
    assert fresh(pair.goal).due_on == working(10)
    pair.undo()
    assert fresh(pair.goal).due_on == working(12 + waited)


def test_a_reply_in_between_does_not_make_the_date_final(pair: Pair) -> None:
    """Two weeks of waiting after the merge: both dates have moved on when it is undone."""
    part = taken(pair.goal, pair.handler, due_on=working(12))
    pair.merge()
    asked_back(pair.goal, 14)
    waited = calendar.current().working_days_between(local_day(fresh(pair.goal).waiting_since), local_day())
    workflow.reply(fresh(pair.goal), by=pair.owner, text="Since May.")
    assert fresh(pair.goal).due_on == working(10 + waited)
    pair.undo()
    assert fresh(pair.goal).due_on == due_of(part) == working(12 + waited)


def test_a_third_that_is_left_keeps_its_promise_over_a_wait(pair: Pair) -> None:
    third = pair.asked(11)
    pair.merge()
    merge(third, into=fresh(pair.goal), by=pair.steward)
    asked_back(pair.goal, 7)
    waited = calendar.current().working_days_between(local_day(fresh(pair.goal).waiting_since), local_day())
    workflow.reply(fresh(pair.goal), by=pair.owner, text="Since May.")
    pair.undo()
    assert fresh(pair.goal).due_on == working(11 + waited)


def test_its_days_are_counted_as_the_goal_counts(pair: Pair) -> None:
    """So that a calendar that is loaded later finds the same day, not one counted from another receipt."""
    week = timezone.now() - timedelta(days=7)
    HelpRequest.objects.filter(pk=pair.gone.pk).update(submitted_at=week, promised_days=5)
    pair.merge()
    goal = fresh(pair.goal)
    assert (goal.due_on, goal.promised_days) == (working(10), 10)
    assert promises.round_of(goal).due(goal.promised_days, calendar.current()).day == goal.due_on


@pytest.mark.parametrize(("ahead", "days"), [(0, 0), (1, 1), (7, 7), (-5, 0)])
def test_days_until_a_promise_of_another_request(pair: Pair, ahead: int, days: int) -> None:
    due = working(ahead) if ahead >= 0 else local_day() + timedelta(days=ahead)
    found = promises.counted(pair.goal, {"due_on": due.isoformat(), "promised_days": 99})
    assert found == {"due_on": due.isoformat(), "promised_days": days}


def test_a_goal_that_is_due_earlier_keeps_everything(pair: Pair) -> None:
    before = facts(pair.gone)
    merge(pair.goal, into=pair.gone, by=pair.steward)
    assert facts(pair.gone) == before


# --- who holds it afterwards ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gone", "holds"), [("steward", "goal"), ("handler", "own"), ("nobody", "as it was")], ids=lambda each: each
)
def test_it_comes_back_to_somebody_who_is_there(pair: Pair, gone: str, holds: str) -> None:
    former, handler = StewardFactory(), HandlerFactory()
    HelpRequest.objects.filter(pk=pair.gone.pk).update(steward=former, handler=handler, department=handler.department)
    merge(fresh(pair.gone), into=pair.goal, by=UserFactory(roles=["admin"]))
    left = {"steward": former, "handler": handler}.get(gone)
    if left:
        type(left).objects.filter(pk=left.pk).update(is_active=False)
    back = unmerge(fresh(pair.gone), by=UserFactory(roles=["admin"]))
    expected = {
        "goal": (pair.steward, pair.steward, pair.steward.department),
        "own": (former, former, handler.department),
        "as it was": (former, handler, handler.department),
    }[holds]
    assert (back.steward, back.handler, back.department) == expected


def test_watchers_of_either_are_told(pair: Pair) -> None:
    watcher, stranger = HandlerFactory(department=pair.steward.department), HandlerFactory()
    for person in (watcher, stranger):
        Watch.objects.create(request=pair.gone, person=person)
    pair.merge()
    pair.undo()
    assert subjects(watcher) == ["Two requests were put together or apart"] * 2
    assert subjects(stranger) == []


# --- those who called without an account ---------------------------------------------------------------------------


@pytest.mark.parametrize(("caller", "same"), [("Mr Qian, 5555 0102", True), ("Ms Sun, 5555 0103", False)])
def test_two_who_called_are_not_one(caller: str, same: bool) -> None:
    """All of them have the one account that stands for people without; their words tell them apart."""
    steward, nobody = StewardFactory(), UserFactory(is_active=False)
    first, second = (
        accepted(steward, enterprise=None, asker=nobody, caller=who, recorded_by=steward, channel="phone")
        for who in ("Mr Qian, 5555 0102", caller)
    )
    assert rules.of_same_asker(first, second) is same
    if same:
        assert merge(first, into=second, by=steward).state == "merged"
    else:
        with pytest.raises(Refused, match="same enterprise"):
            merge(first, into=second, by=steward)


def test_the_caller_of_a_merged_one_is_shown_to_the_desk_alone(pair: Pair, as_user: Any) -> None:
    HelpRequest.objects.filter(pk=pair.gone.pk).update(caller="Mr Qian, 5555 0102", recorded_by=pair.steward)
    taken(pair.goal, pair.handler)
    pair.merge()
    url = f"desk/{pair.goal.number}/"
    assert "Mr Qian, 5555 0102" in as_user(pair.steward).get(f"/en/{url}").content.decode()
    assert "Mr Qian" not in as_user(pair.handler).get(f"/en/{url}").content.decode()
    assert "Mr Qian" not in as_user(pair.owner).get(f"/en/requests/{pair.goal.number}/").content.decode()


# --- the page ------------------------------------------------------------------------------------------------------


def test_the_page_says_which_departments_stop(pair: Pair, as_user: Any) -> None:
    taken(pair.gone, pair.handler)
    page = as_user(pair.steward).get(f"/en/desk/{pair.gone.number}/merge/", {"number": pair.goal.number})
    words = " ".join(page.content.decode().split())
    assert words.count("The parts of ") == 1
    assert (
        f"The parts of {pair.gone.number} end with it, and their departments are told: {pair.handler.department}"
        in words
    )
    assert [way["due_on"] for way in page.context["ways"]] == [working(10)] * 2
    chinese = as_user(pair.steward).get(f"/zh-hans/desk/{pair.gone.number}/merge/", {"number": pair.goal.number})
    assert chinese.context["ways"][1]["ending"] == [] or chinese.context["ways"][0]["ending"] == []


def test_the_words_are_in_the_receiver_s_language(pair: Pair) -> None:
    pair.handler.language = "zh-hans"
    pair.handler.save()
    taken(pair.gone, pair.handler)
    with translation.override("en"):
        pair.merge()
    assert "请求" in last(pair.handler).subject or "诉求" in last(pair.handler).subject


def test_a_chain_and_a_circle_are_refused_whatever_the_order(pair: Pair) -> None:
    third = pair.asked(8)
    merge(third, into=pair.gone, by=pair.steward)
    for gone, goal in ((pair.gone, pair.goal), (pair.gone, third), (third, pair.goal), (pair.goal, third)):
        with pytest.raises(Refused):
            merge(fresh(gone), into=fresh(goal), by=pair.steward)
    assert list(HelpRequest.objects.filter(state="merged")) == [third]
    assert merging.merge(pair.goal, into=fresh(pair.gone), by=pair.steward).merged_into == pair.gone


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_a_draft_is_never_merged_and_what_nobody_has_is_no_goal(pair: Pair, state: str) -> None:
    other = HelpRequestFactory(enterprise=pair.enterprise, state=state)
    with pytest.raises(Refused):
        merge(pair.gone, into=other, by=pair.steward)
    if state == "draft":
        with pytest.raises(Refused, match="draft"):
            merge(other, into=pair.goal, by=pair.steward)
    else:
        assert merge(other, into=pair.goal, by=pair.steward).steward == pair.steward
        assert unmerge(fresh(other), by=pair.steward).steward is None


def test_across_enterprises_even_by_the_service_centre(pair: Pair) -> None:
    foreign = accepted(pair.steward, enterprise=MembershipFactory().enterprise)
    founder = accepted(pair.steward, enterprise=None, asker=pair.owner)
    for other in (foreign, founder):
        for gone, goal in ((pair.gone, other), (other, pair.gone)):
            with pytest.raises(Refused, match="same enterprise"):
                merge(gone, into=goal, by=UserFactory(roles=["admin"]))
