"""Who hears of a request without having it: watchers and the mentioned; its checklist; who else has it open."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone, translation

from notices.models import Message
from portal.core.access import Refused
from stewards import timeline, workflow
from stewards.desk.forms import NoteForm
from stewards.models import HelpRequest, RequestPart, Step, UsualSteps, Watch
from stewards.relations import checklist, mentions, presence, rules, watching
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella Steward", name_zh="施红")


@pytest.fixture
def asked(steward: Any) -> HelpRequest:
    return accepted(steward)


@pytest.fixture
def colleague(steward: Any) -> Any:
    return HandlerFactory(name_en="Carl", name_zh="高飞", department=steward.department)


def mails(person: Any) -> list[tuple[str, str]]:
    return list(person.messages_received.order_by("pk").values_list("subject", "state"))


# --- watching ------------------------------------------------------------------------------------------------------


def test_watchers_hear_of_notes_and_the_answer_in_their_digest(
    asked: HelpRequest, steward: Any, colleague: Any
) -> None:
    for _time in range(2):
        watching.watch(asked, by=colleague)
    workflow.note(asked, by=steward, text="Ask the tax office.")
    workflow.contact(asked, by=steward, text="Good morning.")
    workflow.answer(asked, by=steward, text="Apply online.")
    assert mails(colleague) == [
        (f"A note on a request you watch ({asked.number})", "held"),
        (f"A request you watch was answered ({asked.number})", "held"),
    ]
    watching.unwatch(asked, by=colleague)
    workflow.note(asked, by=steward, text="Done.")
    assert len(mails(colleague)) == 2


def test_whoever_acts_is_not_told_of_it(asked: HelpRequest, steward: Any) -> None:
    watching.watch(asked, by=steward)
    workflow.note(asked, by=steward, text="Mine.")
    assert mails(steward) == []


def test_what_left_their_desk_is_not_told_to_them(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    watching.watch(asked, by=colleague)
    HelpRequest.objects.filter(pk=asked.pk).update(department=DepartmentFactory())
    workflow.note(asked, by=steward, text="Secret.")
    HelpRequest.objects.filter(pk=asked.pk).update(department=steward.department)
    type(colleague).objects.filter(pk=colleague.pk).update(is_active=False)
    workflow.note(asked, by=steward, text="Secret.")
    assert mails(colleague) == []


def test_only_what_is_on_their_desk_can_be_watched(asked: HelpRequest) -> None:
    for person in (StewardFactory(department=DepartmentFactory()), UserFactory(roles=["leader"]), asked.asker):
        with pytest.raises(Refused):
            watching.watch(asked, by=person)
    assert not Watch.objects.exists()


def test_who_has_but_a_part_is_told_nothing_of_the_whole(asked: HelpRequest) -> None:
    handler = HandlerFactory()
    RequestPart.objects.create(request=asked, department=handler.department, asked="Tax", due_on=asked.due_on)
    assert not rules.may_see(handler, asked)
    with pytest.raises(Refused, match="who have the whole request"):
        watching.watch(asked, by=handler)


@pytest.mark.parametrize(("state", "told"), [("in_progress", 1), ("waiting", 0), ("answered", 0), ("merged", 0)])
def test_lateness_is_told_once_for_each_date(asked: HelpRequest, colleague: Any, state: str, told: int) -> None:
    watching.watch(asked, by=colleague)
    day, now = timezone.localdate(), timezone.now()
    noon = timezone.localtime().replace(hour=12)
    waiting = now if state == "waiting" else None
    late = HelpRequest.objects.filter(pk=asked.pk)
    late.update(state=state, due_on=day - timedelta(days=1), waiting_since=waiting)
    assert [watching.tell_lateness(noon) for _time in range(3)] == [told, 0, 0]
    assert [subject for subject, _state in mails(colleague)] == [
        f"A request you watch is overdue ({asked.number})"
    ] * told
    late.update(due_on=day - timedelta(days=2))
    assert watching.tell_lateness(noon) == told
    late.update(due_on=day)
    assert watching.tell_lateness(noon) == 0


def test_lateness_in_batches(steward: Any, colleague: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "BATCH", 2)
    late = timezone.localdate() - timedelta(days=3)
    for _n in range(3):
        watching.watch(accepted(steward, due_on=late), by=colleague)
    watching.watch(accepted(HandlerFactory(), due_on=late), by=UserFactory(roles=["admin"]))
    Watch.objects.create(request=accepted(HandlerFactory(), due_on=late), person=colleague)  # not theirs any more
    assert watching.tell_lateness() == 4
    assert not Watch.objects.filter(late_told_for=None).exists()
    assert {message.state for message in Message.objects.filter(kind="request.watched_late")} == {"held"}


# --- mentions ------------------------------------------------------------------------------------------------------


def test_who_can_be_told_are_those_who_see_it(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    people = [steward, colleague, HandlerFactory(), StewardFactory(department=DepartmentFactory()), asked.asker]
    people += [UserFactory(roles=[role]) for role in ("admin", "leader", "editor")]
    HandlerFactory(department=steward.department, is_active=False)
    seen = {person.pk for person in people if rules.may_see(person, asked)}
    assert set(mentions.who_may_see(asked).values_list("pk", flat=True)) == seen
    assert len(seen) == 3
    free = HelpRequestFactory()
    seen = {person.pk for person in people if rules.may_see(person, free)}
    assert set(mentions.who_may_see(free).values_list("pk", flat=True)) == seen


def test_the_mentioned_get_a_message(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    watching.watch(asked, by=colleague)
    workflow.note(asked, by=steward, text="Please look.", also=[colleague, steward])
    assert mails(colleague) == [(f"You are mentioned in a note ({asked.number})", "held")]  # once, though they watch
    assert "Stella Steward mentioned you in a note:" in colleague.messages_received.get().body
    entry = timeline.entries(asked, internal=True)[0]
    assert entry.facts == "Also told: Carl"
    with translation.override("zh-hans"):
        assert "高飞" in timeline.entries(asked, internal=True)[0].facts


def test_nobody_is_told_who_may_not_see_it(asked: HelpRequest, steward: Any) -> None:
    stranger = HandlerFactory(name_en="Sam")
    with pytest.raises(Refused, match="Sam does not see this request"):
        workflow.note(asked, by=steward, text="Look.", also=[stranger])
    assert not asked.events.exists()


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("@Carl, please", ["Carl"]),
        ("请 @高飞 看一下", ["Carl"]),
        ("请＠高飞看一下 @Carl", ["Carl"]),
        ("@Carla Long and Carl", ["Carla Long"]),
        ("@Carla Long @Carl", ["Carl", "Carla Long"]),
        ("carl@example.org", []),
        ("@Nobody", []),
        ("", []),
    ],
)
def test_names_after_an_at(asked: HelpRequest, steward: Any, colleague: Any, text: str, who: list[str]) -> None:
    longer = HandlerFactory(name_en="Carla Long", name_zh="", department=steward.department)
    named = {colleague.pk: "Carl", longer.pk: "Carla Long"}
    assert sorted(named[pk] for pk in mentions.named_in(text, asked)) == who


def test_the_note_s_form_offers_and_understands_names(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    admin = UserFactory(roles=["admin"], name_en="Ada")
    form = NoteForm({"text": "@Ada see above", "also": [colleague.pk]}, verb="note", request=asked)
    assert form.is_valid()
    assert set(form.act()["also"]) == {admin, colleague}
    stranger = HandlerFactory()
    assert not NoteForm({"text": "x", "also": [stranger.pk]}, verb="note", request=asked).is_valid()
    bare = NoteForm({"text": "No names"}, verb="note", request=asked)
    assert bare.is_valid()
    assert bare.act() == {"text": "No names", "also": [], "files": []}


# --- the checklist -------------------------------------------------------------------------------------------------


def test_steps_are_done_by_somebody(asked: HelpRequest, steward: Any, colleague: Any) -> None:
    first, second = checklist.add(asked, "Call the owner\n\n 核对材料 ", by=steward)
    assert (first.text_en, first.text_zh_hans, second.text_zh_hans) == ("Call the owner", None, "核对材料")
    for _time in range(2):  # who ticks first did it
        checklist.tick(asked, first.pk, by=colleague if not _time else steward, done=True)
    first.refresh_from_db()
    assert first.done_by == colleague
    assert first.done_at is not None
    with pytest.raises(Refused, match="stays on the list"):
        checklist.remove(asked, first.pk, by=steward)
    assert checklist.tick(asked, first.pk, by=steward, done=False).done_by is None
    checklist.remove(asked, first.pk, by=steward)
    assert list(asked.steps.all()) == [second]


def test_steps_of_another_request_are_out_of_reach(asked: HelpRequest, steward: Any) -> None:
    other = accepted(HandlerFactory())
    step = Step.objects.create(request=other, by=steward, text_en="Theirs")
    for act in (
        lambda: checklist.tick(asked, step.pk, by=steward, done=True),
        lambda: checklist.remove(asked, step.pk, by=steward),
    ):
        with pytest.raises(Refused, match="no longer on the list"):
            act()
    for act in (
        lambda: checklist.tick(other, step.pk, by=steward, done=True),
        lambda: checklist.remove(other, step.pk, by=steward),
        lambda: checklist.add(other, "x", by=steward),
    ):
        with pytest.raises(Refused, match="not on your desk"):
            act()


@pytest.mark.parametrize(
    ("text", "words"), [(" \n ", "Write the step"), ("x" * 201, "200 characters"), ("x\n" * 41, "at most 40 steps")]
)
def test_steps_that_are_none(asked: HelpRequest, steward: Any, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        checklist.add(asked, text, by=steward)
    assert not asked.steps.exists()


def test_the_usual_steps_come_once(asked: HelpRequest, steward: Any) -> None:
    with pytest.raises(Refused, match="No usual steps"):
        checklist.use_usual(asked, by=steward)
    UsualSteps.objects.create(type="help", steps_zh_hans="致电\n核对", steps_en="Call\nCheck")
    UsualSteps.objects.create(type="complaint", steps_zh_hans="道歉", steps_en="Apologise")
    for _time in range(2):
        checklist.use_usual(asked, by=steward)
    assert [(step.text_zh_hans, step.text_en) for step in asked.steps.order_by("pk")] == [
        ("致电", "Call"), ("核对", "Check"),
    ]  # fmt: skip


# --- who else has it open ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("fresh_cache")
def test_two_people_see_each_other(asked: HelpRequest, steward: Any, colleague: Any, monkeypatch: Any) -> None:
    assert presence.look(asked, steward) == []
    (found,) = presence.look(asked, colleague)
    assert found.name == "Stella Steward"
    with translation.override("zh-hans"):
        assert presence.look(asked, colleague)[0].name == "施红"
    since = presence.look(asked, steward)[0].since
    assert presence.look(asked, colleague)[0].since == found.since  # who goes on looking is there since the beginning
    assert since > found.since
    assert presence.look(accepted(steward), colleague) == []
    monkeypatch.setattr(presence, "GONE_AFTER", 0)
    assert presence.look(asked, colleague) == []


def test_without_valkey_nobody_is_seen(asked: HelpRequest, steward: Any, colleague: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(cache._breaker, "_until", 10.0**12)  # as after a server that did not answer
    assert presence.look(asked, steward) == presence.look(asked, colleague) == []
