"""Acts on several requests at once: each by its verb, each with its outcome, and what can be taken back."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.core.access import Refused
from stewards import workflow
from stewards.deskwork import bulk, bulk_pages
from stewards.models import BulkAct, HelpRequest
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.stewards.scene import mails

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
PAGE = "/en/desk/bulk/"


def waiting(count: int = 2) -> list[HelpRequest]:
    member = MembershipFactory()
    return [HelpRequestFactory(asker=member.user, enterprise=member.enterprise) for _each in range(count)]


def run(by: Any, verb: str, requests: list[HelpRequest], **facts: Any) -> BulkAct:
    picks = {request.number or "": request.lock_version for request in requests}
    return bulk.perform(by=by, verb=verb, picks=picks, form_key=facts.pop("key", uuid.uuid4()), **facts)


def now(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


def holding(request: HelpRequest) -> tuple[Any, ...]:
    fresh = now(request)
    return (
        *(fresh.state, fresh.steward_id, fresh.handler_id, fresh.department_id),
        *(fresh.assigned_at, fresh.accepted_at),
    )


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_each_request_has_its_own_outcome() -> None:
    me, first = StewardFactory(), StewardFactory()
    one, taken, foreign = *waiting(2), accepted(StewardFactory(department=DepartmentFactory()))
    HelpRequest.objects.filter(pk=foreign.pk).update(accepted_at=timezone.now() - timedelta(days=3), assigned_at=None)
    workflow.accept(taken, by=first)
    done = run(me, "accept", [one, taken, foreign])
    outcomes = {item.request_id: item.refusal for item in done.items.all()}
    assert outcomes.pop(one.pk) == ""
    assert now(one).handler == me
    assert first.name in outcomes.pop(taken.pk)
    assert outcomes == {}, "what is not on the desk is left out"
    assert now(taken).handler == first
    assert now(foreign).handler != me


def test_the_same_form_twice_acts_once() -> None:
    me, key, [one, two] = StewardFactory(), uuid.uuid4(), waiting()
    done = run(me, "accept", [one], key=key)
    assert run(me, "accept", [one], key=key).pk == done.pk
    assert one.events.count() == done.items.count() == 1
    assert run(StewardFactory(), "accept", [one], key=key).items.get().refusal
    assert now(two).state == "submitted"


@pytest.mark.parametrize(("verb", "count", "why"), [("reopen", 1, "Tick"), ("accept", 0, "Tick"), ("note", 61, "60")])
def test_what_is_refused(verb: str, count: int, why: str) -> None:
    picks = {f"HK-{n}": 0 for n in range(count)}
    with pytest.raises(Refused, match=why):
        bulk.perform(by=StewardFactory(), verb=verb, picks=picks, form_key=uuid.uuid4())
    assert not BulkAct.objects.exists()


@pytest.mark.parametrize("verb", ["accept", "assign", "refer"])
def test_taking_back_leaves_everything_as_it_was(verb: str) -> None:
    admin, steward, other = UserFactory(roles=["admin"]), StewardFactory(), StewardFactory()
    handler = HandlerFactory()
    requests = waiting() if verb == "accept" else [accepted(steward, asker=UserFactory(), enterprise=None)]
    facts = {"assign": {"steward": other}, "refer": {"department": handler.department, "reason": "Tax."}}.get(verb, {})
    by = admin if verb == "assign" else steward
    before = [holding(request) for request in requests]
    done = run(by, verb, requests, **facts)
    assert [holding(request) for request in requests] != before
    assert bulk.undo(done, by=by) == []
    assert [holding(request) for request in requests] == before
    kinds = list(requests[0].events.values_list("kind", flat=True))
    assert kinds[-1] == "undone"
    assert len(kinds) == 2
    receiver = {"accept": requests[0].asker, "assign": other, "refer": handler}[verb]
    assert mails(receiver)[-1][0] == "request.undone"
    assert bulk.undo(done, by=by) == []
    assert requests[0].events.count() == 2, "once"


def test_not_when_somebody_acted_since_not_too_late_not_by_others() -> None:
    me, [one, two] = StewardFactory(), waiting()
    done = run(me, "accept", [one, two])
    with pytest.raises(Refused, match="Only the person who did this"):
        bulk._undo_one(done, done.items.first(), StewardFactory())
    workflow.contact(one, by=me, text="Good morning.")
    workflow.note(two, by=me, text="A note changes nothing.")
    [refusal] = bulk.undo(done, by=me)
    assert refusal.startswith(f"{one.number}: ")
    assert now(one).state == "in_progress"
    assert now(two).state == "submitted"
    late = run(me, "accept", [now(two)])
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "within ten minutes" in bulk.undo(late, by=me)[0]
        assert not bulk.can_undo(late, late.items.get())
    assert now(two).state == "accepted"


def test_one_of_several() -> None:
    me, [one, two] = StewardFactory(), waiting()
    done = run(me, "accept", [one, two])
    assert bulk.undo(done, by=me, only=done.items.get(request=two).pk) == []
    assert (now(one).state, now(two).state) == ("accepted", "submitted")


# --- pages --------------------------------------------------------------------------------------------------------


def picks(*requests: HelpRequest) -> list[str]:
    return [f"{request.number}:{request.lock_version}" for request in requests]


def test_from_the_queue_to_the_result_and_back(as_user: AsUser) -> None:
    me, [one, two] = StewardFactory(), waiting()
    client = as_user(me)
    page = text(client.get("/en/desk/?tab=unassigned"))
    assert f'name="pick" value="{one.number}:0"' in page
    assert 'value="accept">Accept<' in page
    assert "Assign to a steward" not in page
    workflow.accept(two, by=StewardFactory())
    data = {"act": "accept", "pick": picks(one, two), "key": uuid.uuid4()}
    page = text(client.post(PAGE, data, follow=True))
    assert one.number in page
    assert "Done" in page
    assert "Not done" in page
    assert "Take all of them back" in page
    done = BulkAct.objects.get()
    page = text(client.post(f"{PAGE}{done.pk}/undo/", {"item": done.items.get(request=one).pk}, follow=True))
    assert "1 request is as it was before." in page
    assert "Taken back" in page
    assert "Take all" not in page


def test_what_is_still_to_be_said_comes_first(as_user: AsUser) -> None:
    me, [one, _two] = StewardFactory(), waiting()
    mine = accepted(me)
    client, key = as_user(me), uuid.uuid4()
    data = {"act": "refer", "pick": [*picks(mine), "odd", f"{one.number}:x"], "key": key}
    page = text(client.post(PAGE, data))
    assert "Refer to a department: 1 request" in page
    assert mine.subject in page
    assert "attention" not in page
    page = text(client.post(PAGE, {**data, "said": "yes", "reason": "Kept"}))
    assert "needs your attention" in page
    assert "Kept</textarea>" in page
    assert not BulkAct.objects.exists()
    department = DepartmentFactory(code="tax")
    client.post(PAGE, {**data, "said": "yes", "reason": "Tax.", "department": department.pk})
    assert now(mine).department == department
    page = text(client.post(PAGE, {"act": "note", "pick": [], "key": key, "said": "yes", "text": "x"}, follow=True))
    assert "Tick the requests first" in page


def test_others_requests_are_not_named(as_user: AsUser) -> None:
    foreign = accepted(StewardFactory(department=DepartmentFactory()), subject="Secret matter")
    client = as_user(HandlerFactory())
    page = text(client.post(PAGE, {"act": "note", "pick": picks(foreign)}))
    assert "Secret matter" not in page
    assert "Tick the requests first" in page
    data = {"act": "note", "pick": picks(foreign), "said": "yes", "text": "x", "key": uuid.uuid4()}
    page = text(client.post(PAGE, data, follow=True))
    assert "None of these requests is on your desk any more." in page
    assert not foreign.events.exists()


def test_results_are_ones_own(as_user: AsUser) -> None:
    me, [one, _two] = StewardFactory(), waiting()
    done = run(me, "accept", [one])
    for person in (StewardFactory(), UserFactory(roles=["admin"])):
        assert as_user(person).get(f"{PAGE}{done.pk}/").status_code == 404
        assert as_user(person).post(f"{PAGE}{done.pk}/undo/").status_code == 404
    assert as_user(me).get(PAGE)["Location"] == "/en/desk/"
    assert as_user(me).post(PAGE, {"act": "reopen", "pick": picks(one)})["Location"] == "/en/desk/"
    assert as_user(UserFactory(roles=["leader"])).post(PAGE).status_code == 404


def test_who_is_offered_what() -> None:
    offered = {role: [verb for verb, _name in bulk_pages.verbs_for(UserFactory(roles=[role]))] for role in ROLES}
    assert offered == {
        "steward": ["accept", "refer", "answer", "close", "decline", "note", "tag", "untag"],
        "handler": ["accept", "refer", "answer", "note", "tag", "untag"],
        "admin": ["assign", "close", "decline", "note", "tag", "untag"],
    }


ROLES = ("steward", "handler", "admin")
