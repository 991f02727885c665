"""Write-ups: every promise becomes a request with a date, once, or nothing is kept; what is missing is chased."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from engagement import chasing, writing
from engagement.models import Promise, Visit
from engagement.writing import Notes
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.schedule import PERIODIC
from stewards.models import HelpRequest
from tests.factories.accounts import HandlerFactory
from tests.factories.engagement import Scene

NOTES = Notes(present="Ms Wu, director\nMr Li", heard="They look for engineers.", questions="Housing?")


def held(scene: Scene, **fields: Any) -> Visit:
    return scene.visit("held", **fields)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return str(error.value)


def test_promises_become_requests_with_a_date(scene: Scene) -> None:
    day = local_day() + timedelta(days=20)
    said = [("Send the talent list", None), ("Ask about housing", day)]
    visit = writing.write_up(held(scene), by=scene.steward, notes=NOTES, promises=said)
    assert (visit.state, visit.present, visit.questions) == ("written_up", NOTES.present, "Housing?")
    first, second = (promise.request for promise in visit.promises.all())
    assert (first.subject, first.channel, first.type) == ("Send the talent list", "visit", "help")
    assert (first.asker, first.recorded_by, first.enterprise) == (scene.owner, scene.steward, scene.enterprise)
    assert (first.state, first.steward, first.caller) == ("assigned", scene.steward, "Ms Wu, director")
    assert (first.promised_days, second.due_on, second.due_provisional) == (5, day, False)
    assert "Promised on the visit of" in first.body
    assert first.number in visit.entries.filter(kind="promise").first().text  # type: ignore[union-attr]
    subjects = Message.objects.filter(recipient=scene.owner).values_list("subject", flat=True)
    assert sum("We have recorded a request" in subject for subject in subjects) == 2


def test_a_visit_without_promises(scene: Scene) -> None:
    visit = scene.visit(day=local_day() - timedelta(days=1))
    done = writing.write_up(visit, by=scene.steward, notes=NOTES)
    assert [entry.kind for entry in done.entries.all()] == ["hold", "write_up"]
    assert done.written_at
    assert not HelpRequest.objects.exists()


def test_notes_are_kept_without_making_requests(scene: Scene) -> None:
    visit = scene.visit(day=local_day() - timedelta(days=1))
    draft = writing.write_up(visit, by=scene.steward, notes=Notes(heard="…"), promises=[("A", None)], finish=False)
    assert (draft.state, draft.heard) == ("held", "…")
    again = writing.write_up(draft, by=scene.steward, notes=NOTES, promises=[("B", None)], finish=False, seen=1)
    assert [(p.text, p.request) for p in again.promises.all()] == [("B", None)]
    done = writing.write_up(again, by=scene.steward, notes=NOTES, promises=[("B", None)])
    assert [p.request.subject for p in done.promises.all()] == ["B"]


def test_an_enterprise_without_an_account_gets_its_request_too(scene: Scene) -> None:
    scene.enterprise.memberships.all().delete()
    visit = writing.write_up(held(scene), by=scene.steward, notes=NOTES, promises=[("A list", None)])
    request = visit.promises.get().request
    assert request.caller == "Ms Wu, director"
    assert not request.asker.is_active
    assert not Message.objects.filter(recipient=request.asker).exists()


@pytest.mark.parametrize(
    ("notes", "promises", "reason"),
    [
        (Notes(present="Ms Wu"), [], "Write down who was there and what was said."),
        (NOTES, [("A", None), (" ", None)], "Write each promise in one sentence"),
        (NOTES, [("x" * 501, None)], "Write each promise in one sentence"),
        (NOTES, [("A", date(2020, 1, 1))], "lies ahead"),
    ],
    ids=["nothing heard", "blank", "too long", "past"],
)
def test_all_or_nothing(scene: Scene, notes: Notes, promises: Any, reason: str) -> None:
    visit = held(scene)
    assert reason in refused(lambda: writing.write_up(visit, by=scene.steward, notes=notes, promises=promises))
    visit.refresh_from_db()
    assert (visit.state, visit.heard) == ("held", "")
    assert not Promise.objects.exists()
    assert not HelpRequest.objects.exists()


def test_who_was_not_there_writes_nothing(scene: Scene) -> None:
    visit = held(scene)
    for person in (scene.handler, scene.owner, HandlerFactory()):
        reason = refused(lambda by=person: writing.write_up(visit, by=by, notes=NOTES))
        assert reason == "Only the people who visit can do this."


def test_a_written_visit_is_not_written_again_and_an_old_page_is_refused(scene: Scene) -> None:
    visit = held(scene, lock_version=4)
    assert "has changed" in refused(lambda: writing.write_up(visit, by=scene.steward, notes=NOTES, seen=3))
    writing.write_up(visit, by=scene.steward, notes=NOTES, promises=[("A", None)], seen=4)
    again = refused(lambda: writing.write_up(visit, by=scene.steward, notes=NOTES, promises=[("A", None)]))
    assert again == "This visit is “Written up” now."
    assert HelpRequest.objects.count() == 1


def test_a_late_promise_is_a_request_at_once_and_once(scene: Scene) -> None:
    visit = scene.visit("written_up", present="Ms Wu")
    first = writing.add_promise(visit, by=scene.steward, text="A map")
    assert writing.add_promise(visit, by=scene.steward, text=" A map ") == first
    assert writing.record_promise(Promise.objects.get(), by=scene.admin) == first
    assert HelpRequest.objects.count() == 1


class TestChasing:
    NOON = timezone.make_aware(datetime.combine(local_day(), datetime.min.time())) + timedelta(hours=12)

    def sweep(self) -> int:
        return chasing.sweep(self.NOON)

    def titles(self, person: Any) -> list[str]:
        found = Message.objects.filter(recipient=person, kind="visit.chase").order_by("pk")
        return list(found.values_list("subject", flat=True))

    def promise(self, scene: Scene, hours: int = 25) -> Promise:
        made_at = self.NOON - timedelta(hours=hours)
        visit = held(scene, chased_at=self.NOON)
        return Promise.objects.create(visit=visit, text="A list", made_by=scene.steward, made_at=made_at)

    def test_a_promise_without_a_request_is_chased_once(self, scene: Scene) -> None:
        self.promise(scene)
        assert (self.sweep(), self.sweep()) == (1, 0)
        assert self.titles(scene.steward) == ["A promise without a request: Talent policies"]
        message = Message.objects.get(kind="visit.chase")
        assert "“A list” was promised and is no request yet" in message.body
        assert message.state == "held"

    def test_not_within_the_first_day_and_not_once_it_is_a_request(self, scene: Scene) -> None:
        self.promise(scene, hours=23)
        done = self.promise(scene)
        writing.record_promise(done, by=scene.steward)
        assert self.sweep() == 0

    def test_a_missing_write_up_is_chased_once(self, scene: Scene) -> None:
        scene.visit(day=local_day() - timedelta(days=2))
        held(scene)
        for state in ("written_up", "requested", "cancelled", "planned"):
            scene.visit(state, day=local_day() - timedelta(days=3))
        scene.visit(day=local_day())
        assert (self.sweep(), self.sweep()) == (2, 0)
        assert self.titles(scene.steward) == ["A visit is not written up yet: Talent policies"] * 2

    def test_whoever_left_is_not_chased(self, scene: Scene) -> None:
        held(scene, organiser=HandlerFactory(is_active=False))
        self.sweep()
        assert len(self.titles(scene.steward)) == 1

    def test_nobody_is_woken_up(self, scene: Scene) -> None:
        self.promise(scene)
        assert chasing.sweep(self.NOON - timedelta(hours=6)) == 0
        assert self.sweep() == 1

    def test_more_than_a_batch(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(chasing, "BATCH", 2)
        for _n in range(5):
            self.promise(scene)
        assert self.sweep() == 5

    def test_beat_knows_it(self) -> None:
        assert ("visits", "engagement.tasks.chase_visits", 600.0) in PERIODIC
