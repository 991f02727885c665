"""What everybody reads of one request is the same and true: new dates, who was told, why something is not possible."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from stewards import rules
from stewards.deskwork import board, recording
from stewards.enums import RequestState
from stewards.models import HelpRequest
from stewards.relations import merging
from stewards.standard.deadlines import explain
from stewards.transitions import Verb
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.stewards.scene import Scene

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
DUE, NEW, UNPUBLISHED = date(2026, 11, 16), date(2026, 11, 25), date(2027, 1, 15)


@pytest.fixture(autouse=True)
def _late_in_november() -> Any:
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


def late(scene: Scene, **fields: Any) -> HelpRequest:
    staff = {"steward": scene.steward, "handler": scene.steward, "department": scene.steward.department}
    facts = {"state": "in_progress", "due_on": DUE, "promised_days": 5, "renewed_due_on": NEW, **staff, **fields}
    return HelpRequestFactory(enterprise=scene.enterprise, asker=scene.owner, **facts)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_the_new_date_is_part_of_the_words_that_everybody_reads(scene: Scene) -> None:
    words = explain(late(scene))
    assert words[1:3] == [
        "New date for the answer: Wednesday 25 November 2026.",
        "The first promise is still counted as ours to keep.",
    ]
    assert not any("provisional" in each or "New date" in each for each in explain(late(scene, renewed_due_on=None)))
    assert not any("provisional" in each for each in words)
    [provisional] = [each for each in explain(late(scene, renewed_due_on=UNPUBLISHED)) if "provisional" in each]
    assert "2027" in provisional
    answered = late(scene, state="answered", answered_at=datetime(2026, 11, 20, tzinfo=ZoneInfo("Asia/Shanghai")))
    assert not any("New date" in each for each in explain(answered))


def test_enterprise_desk_queue_board_and_calendar_name_the_new_date(scene: Scene, as_user: AsUser) -> None:
    asked = late(scene)
    said = "New date for the answer: Wednesday 25 November 2026."
    pages = {"enterprise": text(as_user(scene.owner).get(f"/en/requests/{asked.number}/"))}
    desk = as_user(scene.steward)
    pages["desk"] = text(desk.get(f"/en/desk/{asked.number}/"))
    assert {name: page.count(said) for name, page in pages.items()} == {"enterprise": 1, "desk": 1}
    for page in ("/en/requests/", "/en/package/"):
        assert "(new date <time" in text(as_user(scene.owner).get(page)), page
    desk = as_user(scene.steward)
    assert "(new date <time" in text(desk.get(f"/en/desk/enterprises/{scene.enterprise.pk}/brief/"))
    short = "5 working days overdue, new date 25 November 2026"
    assert short in text(desk.get("/en/desk/"))
    assert short in text(desk.get(f"/en/desk/?tab=mine&type={asked.type}"))
    [card] = [card for column in board.columns(scene.steward) for card in column.cards]
    assert (card.due, card.due_tone) == (short, "bad")
    assert "(new date <time" in text(desk.get("/en/desk/calendar/"))


def test_without_a_new_date_the_queue_says_nothing_of_one(scene: Scene, as_user: AsUser) -> None:
    late(scene, renewed_due_on=None)
    page = text(as_user(scene.steward).get("/en/desk/"))
    assert "5 working days overdue" in page
    assert "new date" not in page


@pytest.mark.parametrize("state", ["merged", "withdrawn", "not_accepted"])
def test_what_is_over_is_not_called_accepted(scene: Scene, state: str) -> None:
    """The handler's name stays in the row; nobody accepted it, and who looks is not told so."""
    asked = scene.request()
    fields = {"merged_into": scene.goal(asked)} if state == "merged" else {}
    HelpRequest.objects.filter(pk=asked.pk).update(state=state, handler=scene.steward, **fields)
    asked.refresh_from_db()
    for person in (scene.steward, scene.second, scene.admin):
        said = str(rules.may(person, Verb.ACCEPT, asked).reason)
        assert "already accepted" not in said, said
        assert said == str(rules._STATE_REASONS[RequestState(state)])


def test_nobody_is_said_to_be_told_who_cannot_be_reached(scene: Scene, as_user: AsUser) -> None:
    """Whoever telephoned and has no account reads no message: the desk is asked to call."""
    said: dict[str, Any] = {"channel": "phone", "subject": "Dust", "body": "At night.", "caller": "Ms Fictional · 0000"}
    asked = recording.record(by=scene.steward, enterprise=None, type="complaint", **said)
    HelpRequest.objects.filter(pk=asked.pk).update(
        state="accepted", steward=scene.steward, handler=scene.steward, department=scene.steward.department,
        due_on=date(2026, 11, 24),
    )  # fmt: skip
    desk, where = as_user(scene.steward), f"/en/desk/{asked.number}/"
    part = {"department": scene.tax.pk, "asked": "What is the rate?", "due_on": "2026-11-24"}
    ways = {
        "parts": part, "contact": {"text": "On it."}, "renew": {"day": "2026-12-02", "reason": "The crane."},
        "answer": {"text": "It is quiet now."},
    }  # fmt: skip
    for way, facts in ways.items():
        if way == "answer":
            HelpRequest.objects.get(pk=asked.pk).parts.update(state="withdrawn")
        version = HelpRequest.objects.get(pk=asked.pk).lock_version
        page = text(desk.post(f"{where}{way}/", {**facts, "seen": version}, follow=True))
        assert "please call and tell them" in page, way
        assert "was told that it works" not in page, way
        assert "was sent." not in page, way


def test_who_can_be_reached_is_told_as_before(scene: Scene, as_user: AsUser) -> None:
    asked = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    facts = {"text": "On it.", "seen": asked.lock_version}
    page = text(as_user(scene.steward).post(f"/en/desk/{asked.number}/contact/", facts, follow=True))
    assert "The message was sent." in page
    assert "please call" not in page


def test_an_undone_merge_stands_in_the_story(scene: Scene, as_user: AsUser) -> None:
    asked = scene.request("accepted")
    goal = scene.goal(asked)
    gone = merging.merge(asked, into=goal, by=scene.steward)
    page = text(as_user(scene.steward).get(f"/en/desk/enterprises/{scene.enterprise.pk}/"))
    assert f"merged the request into {goal.number}" in page
    merging.unmerge(gone, by=scene.steward)
    page = text(as_user(scene.steward).get(f"/en/desk/enterprises/{scene.enterprise.pk}/"))
    assert f"took the request out of {goal.number} again" in page
