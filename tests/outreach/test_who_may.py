"""Every verb of the rooms refuses whoever it is not for, and writes nothing then; nobody publishes their own work."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from outreach import calling_off
from outreach.bulletins import workflow as bulletins
from outreach.enums import Publication
from outreach.events import inviting, questions
from outreach.events import workflow as events
from outreach.models import Bulletin, Feedback, Place, Question
from outreach.observers import observing
from outreach.observers import workflow as observers
from outreach.packages import workflow as packages
from outreach.partners import memoranda
from outreach.partners import workflow as partners
from outreach.points import workflow as points
from outreach.reception import workflow as reception
from outreach.rules import observes_now
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.outreach_rooms import observers as watching
from tests.factories.outreach_rooms import packages as packs
from tests.factories.outreach_rooms import partners as agreed

pytestmark = pytest.mark.django_db
Verb = Callable[[Any], Any]
P = Publication
WHY = make.both(why="Nobody can come")
HOURS = [(0, time(9), time(17))]
WRITES = ("INSERT", "UPDATE", "DELETE")


def issue(state: str = P.DRAFT, **fields: Any) -> Bulletin:
    day = local_day()
    known = {"slug": f"{day.year}-9", "year": day.year, "issue": 9, "day": day, "author": make.organiser()}
    if state == P.PUBLISHED:
        known |= {"reviewer": make.reviewer(), "published_at": timezone.now()}
    return Bulletin.objects.create(**{**known, **make.both(title="Issue", words="Words"), "state": state, **fields})


def question(**fields: Any) -> Question:
    return Question.objects.create(occasion=make.event().occasion, text="When?", **fields)


def feedback() -> Feedback:
    return Feedback.objects.create(place=make.place(), text="No sign at the door")


def of_issue(act: Callable[[Bulletin, Any], Any], state: str = P.DRAFT) -> Verb:
    row = issue(state)
    return lambda by: act(row, by)


def of_package(act: Callable[[Any, Any], Any], state: str = P.DRAFT) -> Verb:
    row = packs.version(state)
    return lambda by: act(row, by)


def of_memorandum(act: Callable[[Any, Any], Any], **fields: Any) -> Verb:
    row = agreed.memorandum(make.partner(), **fields)
    return lambda by: act(row, by)


def of_task() -> Verb:
    row = agreed.task(agreed.memorandum(make.partner()))
    return lambda by: memoranda.move_task(row, by=by, progress=50)


def of_event(act: Callable[[Any, Any], Any], **fields: Any) -> Verb:
    row = make.event(**fields).occasion
    return lambda by: act(row, by)


def of_question(act: Callable[[Question, Any], Any]) -> Verb:
    row = question()
    return lambda by: act(row, by)


def of_sitting(act: Callable[[Any, Any], Any]) -> Verb:
    row = make.sitting().occasion
    return lambda by: act(row, by)


def of_batch(act: Callable[[Any, Any], Any], **fields: Any) -> Verb:
    row = watching.batch(**fields)
    return lambda by: act(row, by)


def of_candidate(act: Callable[[Any, Any], Any]) -> Verb:
    row = watching.candidate()
    return lambda by: act(row, by)


def of_observation(act: Callable[[Any, Any], Any], made: Callable[[], Any]) -> Verb:
    row = made()
    return lambda by: act(row, by)


def of_point(act: Callable[[Any, Any], Any], made: Callable[[], Any]) -> Verb:
    row = made()
    return lambda by: act(row, by)


def end_term() -> Verb:
    row = watching.observer()
    return lambda by: observers.end_term(row, by=by, how="resigned", on=local_day(), why="Moved away")


def take_assignment_back() -> Verb:
    row = watching.assignment()
    return lambda by: observers.take_back(row, by=by)


def end_contact() -> Verb:
    row = make.contact(make.partner())
    return lambda by: partners.end_contact(row, by=by)


def hand_over() -> Verb:
    row, partner = packs.version(P.PUBLISHED), make.partner()
    return lambda by: packages.hand_over(row, [partner], by=by)


def give_memorandum() -> Verb:
    row, other = agreed.memorandum(make.partner()), make.organiser()
    return lambda by: memoranda.hand_over(row, by=by, to=other)


def appoint() -> Verb:
    row, person = make.sitting().occasion, make.organiser()
    return lambda by: reception.appoint(row, [person], by=by)


def to_invite() -> Verb:
    partner = make.partner()
    return lambda by: partners.invite(partner, by=by, email="new@example.com", name="New")


VERBS: dict[str, Callable[[], Verb]] = {
    "begin an issue": lambda: lambda by: bulletins.begin(by=by, content=make.both(title="New")),
    "rewrite an issue": lambda: of_issue(
        lambda row, by: bulletins.rewrite(row, by=by, content=make.both(title="Other"))
    ),
    "add words to an issue": lambda: of_issue(
        lambda row, by: bulletins.add(row, by=by, own=make.both(heading="Note", words="Words"))
    ),
    "send an issue": lambda: of_issue(lambda row, by: bulletins.send(row, by=by)),
    "take an issue back": lambda: of_issue(lambda row, by: bulletins.take_back(row, by=by), P.IN_REVIEW),
    "publish an issue": lambda: of_issue(lambda row, by: bulletins.publish(row, by=by), P.IN_REVIEW),
    "correct an issue": lambda: of_issue(
        lambda row, by: bulletins.correct(row, by=by, text=make.both(text="It is 3")), P.PUBLISHED
    ),
    "begin a package": lambda: lambda by: packages.begin(by=by, content=make.both(title="New")),
    "rewrite a package": lambda: of_package(
        lambda row, by: packages.rewrite(row, by=by, content=make.both(title="Other"))
    ),
    "send a package": lambda: of_package(lambda row, by: packages.send(row, by=by)),
    "take a package back": lambda: of_package(lambda row, by: packages.take_back(row, by=by), P.IN_REVIEW),
    "publish a package": lambda: of_package(lambda row, by: packages.publish(row, by=by), P.IN_REVIEW),
    "withdraw a package": lambda: of_package(lambda row, by: packages.withdraw(row, by=by, reason=WHY), P.PUBLISHED),
    "renew a package": lambda: of_package(lambda row, by: packages.renew(row, by=by), P.PUBLISHED),
    "discard a package": lambda: of_package(lambda row, by: packages.discard(row, by=by)),
    "hand a package over": hand_over,
    "write a partner": lambda: lambda by: partners.write(None, by=by, facts=make.both(name="New")),
    "invite a contact": to_invite,
    "end a contact": end_contact,
    "sign a memorandum": lambda: of_memorandum(
        lambda row, by: memoranda.sign(row, by=by, on=local_day()), state="draft"
    ),
    "end a memorandum": lambda: of_memorandum(lambda row, by: memoranda.end_early(row, by=by, on=local_day(), why=WHY)),
    "renew a memorandum": lambda: of_memorandum(lambda row, by: memoranda.renew(row, by=by)),
    "give a memorandum to somebody": give_memorandum,
    "add a joint task": lambda: of_memorandum(
        lambda row, by: memoranda.add_task(row, by=by, titles=make.both(title="Visit"), due_on=None)
    ),
    "move a joint task": of_task,
    "review a year": lambda: of_memorandum(
        lambda row, by: memoranda.review(row, by=by, year=local_day().year, texts=make.both(text="Good"))
    ),
    "publish an event": lambda: of_event(lambda row, by: events.publish(row, by=by), state="draft"),
    "discard an event": lambda: of_event(lambda row, by: events.discard(row, by=by), state="draft"),
    "call an event off": lambda: of_event(lambda row, by: calling_off.call_off(row, by=by, why=WHY)),
    "invite to an event": lambda: of_event(lambda row, by: inviting.invite(row, by=by)),
    "answer a question": lambda: of_question(lambda row, by: questions.answer(row, by=by, text="At nine")),
    "hide a question": lambda: of_question(lambda row, by: questions.hide(row, by=by)),
    "call a session off": lambda: of_sitting(lambda row, by: reception.call_off(row, by=by, why=WHY)),
    "appoint to a session": appoint,
    "keep a recording": lambda: of_sitting(lambda row, by: reception.keep_recording(row, None, by=by)),
    "write a batch": lambda: lambda by: observers.write(None, by=by, facts=make.both(name="Batch")),
    "publish a batch": lambda: of_batch(lambda row, by: observers.publish(row, by=by), published_at=None),
    "appoint an observer": lambda: of_candidate(lambda row, by: observers.appoint(row, by=by)),
    "decline a candidate": lambda: of_candidate(lambda row, by: observers.decline(row, by=by, reason="Full")),
    "end a term": end_term,
    "take an assignment back": take_assignment_back,
    "reply to an observation": lambda: of_observation(
        lambda row, by: observing.reply(row, by=by, texts=make.both(said="This", did="That"), seen=row.lock_version),
        watching.sent,
    ),
    "publish a reply": lambda: of_observation(
        lambda row, by: observing.publish(row, by=by, seen=row.lock_version), watching.replied
    ),
    "keep a place": lambda: (
        lambda by: points.keep_place(Place(**make.both(name="New", address="Here")), by=by, hours=HOURS)
    ),
    "withdraw a guide": lambda: of_point(lambda row, by: points.withdraw(row, by=by), make.material),
    "settle a remark": lambda: of_point(lambda row, by: points.settle(row, by=by), feedback),
    "make a request of a remark": lambda: of_point(lambda row, by: points.make_request(row, by=by), feedback),
}


def outsiders() -> dict[str, Any]:
    """People of the portal who have another part in it."""
    return {
        "enterprise": MembershipFactory().user,
        "partner": make.contact(make.partner()).user,
        "observer": watching.observer().user,
        "steward": UserFactory(roles=["steward"]),
        "handler": UserFactory(roles=["handler"], department=DepartmentFactory()),
        "translator": UserFactory(roles=["translator"]),
        "leader": UserFactory(roles=["leader"]),
        "auditor": UserFactory(roles=["auditor"]),
    }


@pytest.mark.parametrize("name", VERBS)
def test_others_are_refused_and_nothing_is_written(name: str) -> None:
    verb = VERBS[name]()
    for who, person in outsiders().items():
        with CaptureQueriesContext(connection) as asked, pytest.raises(Refused) as refused:
            verb(person)
        assert str(refused.value), who
        written = [query["sql"] for query in asked if (query["sql"] or "").lstrip().upper().startswith(WRITES)]
        assert written == [], who


OWN: dict[str, Callable[[Any], Verb]] = {
    "issue": lambda me: (lambda row: lambda by: bulletins.publish(row, by=by))(issue(P.IN_REVIEW, author=me)),
    "package": lambda me: (lambda row: lambda by: packages.publish(row, by=by))(packs.version(P.IN_REVIEW, author=me)),
    "batch": lambda me: (lambda row: lambda by: observers.publish(row, by=by))(
        watching.batch(published_at=None, author=me)
    ),
}


@pytest.mark.parametrize("role", ["reviewer", "admin"])
@pytest.mark.parametrize("what", OWN)
def test_nobody_publishes_their_own_work_whatever_their_role(what: str, role: str) -> None:
    me = UserFactory(roles=[role])
    with pytest.raises(Refused, match="somebody else has to publish it"):
        OWN[what](me)(me)


@pytest.mark.parametrize("role", ["editor", "translator"])
@pytest.mark.parametrize("what", OWN)
def test_who_writes_does_not_publish_what_others_wrote_either(what: str, role: str) -> None:
    with pytest.raises(Refused, match="Only a reviewer or the service centre"):
        OWN[what](make.organiser())(UserFactory(roles=[role]))


@pytest.mark.parametrize(
    ("begins", "ends", "ended", "now"),
    [(-5, 5, None, True), (0, 0, None, True), (1, 5, None, False), (-5, -1, None, False), (-5, 5, -1, False)],
)
def test_an_observer_is_one_while_the_term_runs(begins: int, ends: int, ended: int | None, now: bool) -> None:
    day = local_day()
    of = watching.batch(term_begins=day + timedelta(days=begins), term_ends=day + timedelta(days=ends))
    fields = {} if ended is None else {"ended_on": day + timedelta(days=ended), "ended_how": "resigned"}
    assert observes_now(watching.observer(of, **fields).user) is now
    assert not observes_now(UserFactory())
