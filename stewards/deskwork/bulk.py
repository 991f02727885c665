"""One act on several requests: each by its own verb under its own lock, each with its outcome; and taking it back.

What can be taken back is who holds a request, that it is closed, its tags, and a note: within ten minutes, by the
person who did it, if nobody acted since. Messages that went out stay out, so whoever was told is told again. Answers
and refusals leave at once and stay: the page says so before.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pghistory
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import unsaid
from portal.core.access import Refused
from stewards import messages as told
from stewards import workflow
from stewards.acts import Act, acting, lock
from stewards.desk.queue import just_taken
from stewards.deskwork import canned as canning
from stewards.deskwork import messages, tagging
from stewards.enums import EventKind
from stewards.models import BulkAct, BulkItem, CannedAnswer, HelpRequest
from stewards.queries import asking_people, handlers_of
from stewards.transitions import Verb

UNDOABLE = (Verb.ACCEPT, Verb.ASSIGN, Verb.REFER, Verb.NOTE, Verb.CLOSE, *tagging.ACTS)
VERBS = (*UNDOABLE, Verb.ANSWER, Verb.DECLINE)
UNDONE_WITHIN = timedelta(minutes=10)
MOST = 60
_HOLDER = ("state", "steward_id", "handler_id", "department_id")
_MOMENTS = ("assigned_at", "accepted_at", "closed_at")


def perform(*, by: User, verb: str, picks: Mapping[str, int], form_key: uuid.UUID, **facts: Any) -> BulkAct:
    """The verb on each of the requests, `picks` being the numbers with the version that the page showed.

    What is not on the person's desk is left out. The same form sent again, with the same words on the same requests,
    goes on where it was stopped, if it was, and gives the same act back.
    """
    if verb not in VERBS or not picks:
        raise Refused(_("Tick the requests first, and choose what to do with them."))
    if len(picks) > MOST:
        raise Refused(_("At most %(most)d requests at a time.") % {"most": MOST})
    said = [(name, getattr(value, "pk", value)) for name, value in sorted(facts.items())]
    key = uuid.uuid5(form_key, repr((by.pk, str(verb), sorted(picks.items()), said)))
    bulk, _new = BulkAct.objects.get_or_create(form_key=key, defaults={"by": by, "verb": verb, "at": timezone.now()})
    for request in just_taken(by).filter(number__in=list(picks)).exclude(pk__in=done_on(bulk)).order_by("pk"):
        _one(bulk, request, picks[request.number or ""], facts)
    return bulk


def done_on(bulk: BulkAct) -> QuerySet[BulkItem, int]:
    return bulk.items.values_list("request", flat=True)


def _one(bulk: BulkAct, request: HelpRequest, seen: int, facts: Mapping[str, Any]) -> None:
    refusal = ""
    try:
        with transaction.atomic():
            locked = lock(request)
            if not done_on(bulk).filter(request=request).exists():  # else the same form, sent twice at once, was here
                before, version = _act(bulk, locked, seen, facts)
                BulkItem.objects.create(act=bulk, request=request, before=before, version=version)
    except Refused as refused:
        refusal = str(refused)[:500]
    if refusal:
        BulkItem.objects.bulk_create([BulkItem(act=bulk, request=request, refusal=refusal)], ignore_conflicts=True)


def _act(bulk: BulkAct, request: HelpRequest, seen: int, facts: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """What to go back to, and the version that the act made."""
    if bulk.verb in tagging.ACTS:
        return tagging.ACTS[bulk.verb](request, by=bulk.by, **facts), request.lock_version
    if bulk.verb == Verb.NOTE:
        noted = workflow.note(request, by=bulk.by, **facts)
        last = noted.events.filter(kind=EventKind.NOTE, actor=bulk.by).order_by("pk").last()
        return {"note": last.pk if last else 0}, noted.lock_version
    if bulk.verb == Verb.ANSWER:
        facts = {"text": answer_of(request, **facts)}
    before = _snapshot(request)
    done: HelpRequest = getattr(workflow, bulk.verb)(request, by=bulk.by, seen=seen, **facts)
    return before, done.lock_version


def answer_of(request: HelpRequest, canned: CannedAnswer) -> str:
    """What the request is answered with, in its own language; Refused where something in it stays open."""
    text = canning.filled(canned, request)
    left = canning.unfilled(text)
    if left:
        raise Refused(_("Nothing stands for %(left)s in this request: answer it by itself.") % {"left": " ".join(left)})
    return text


def _snapshot(request: HelpRequest) -> dict[str, Any]:
    moments = {name: getattr(request, name) for name in _MOMENTS}
    return {
        **{name: getattr(request, name) for name in _HOLDER},
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def can_undo(bulk: BulkAct, item: BulkItem) -> bool:
    """Whether it is worth a button; whether nobody acted since is decided under the lock."""
    young = timezone.now() - bulk.at < UNDONE_WITHIN
    return young and bulk.verb in UNDOABLE and not item.refusal and item.undone_at is None


def undo(bulk: BulkAct, *, by: User, only: int | None = None) -> list[str]:
    """Take back what can be, of one item or of all; the reasons for those that stay as they are."""
    refusals = []
    for item in bulk.items.select_related("request").order_by("pk"):
        if item.refusal or item.undone_at or only not in (None, item.pk):
            continue
        try:
            _undo_one(bulk, item, by)
        except Refused as refused:
            refusals.append(f"{item.request.number}: {refused}")
    return refusals


def _undo_one(bulk: BulkAct, item: BulkItem, by: User) -> None:
    if bulk.by_id != by.pk:
        raise Refused(_("Only the person who did this can take it back."))
    if bulk.verb not in UNDOABLE:
        raise Refused(_("The enterprise was told at once: this stays."))
    if timezone.now() - bulk.at >= UNDONE_WITHIN:
        raise Refused(_("It can be taken back within ten minutes only."))
    with transaction.atomic():
        locked = BulkItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        if locked.undone_at is None:
            if bulk.verb in tagging.ACTS:
                tagging.take_back(lock(item.request), by=by, verb=bulk.verb, **item.before)
            elif bulk.verb == Verb.NOTE:
                unsay(item.request, by=by, note=item.before.get("note", 0))
            else:
                take_back(item.request, by=by, before=item.before, version=item.version)
            locked.undone_at = timezone.now()
            locked.save(update_fields=["undone_at"])


def take_back(request: HelpRequest, *, by: User, before: Mapping[str, Any], version: int) -> HelpRequest:
    """Give the request back to whoever held it before the last act on it."""
    with acting(Verb.UNDO, request, by=by, seen=version) as act:
        held = _holders(act.request)
        moments = {name: before.get(name) for name in _MOMENTS}
        act.change(**{name: before[name] for name in _HOLDER})
        act.change(**{name: parse_datetime(at) if at else None for name, at in moments.items()})
        act.record(EventKind.UNDONE)
        _tell(act, held)
    return act.request


def unsay(request: HelpRequest, *, by: User, note: int) -> None:
    """Take a note out of the conversation, and out of digests that have not gone yet; the audit trail keeps it."""
    locked = lock(request)
    found = locked.events.filter(pk=note, kind=EventKind.NOTE, actor=by).first()
    if found is None:
        raise Refused(_("This note is not there any more."))
    pghistory.create_event(found, label="taken_back")
    unsaid(f"request:{locked.pk}:{found.pk}:")
    found.delete()


def _holders(request: HelpRequest) -> set[User]:
    people = {request.steward, request.handler} - {None}
    if request.handler_id is None:
        people |= set(handlers_of(request.department_id))
    return people  # type: ignore[return-value]


def _tell(act: Act, held: set[User]) -> None:
    """Those who have it no longer, those who have it again, and whoever asked."""
    keys = [key for key in (act.request.steward_id, act.request.handler_id) if key]
    again = set(User.objects.filter(pk__in=keys))
    act.tell(held - again, told.taken_away)
    act.tell(again - held, messages.given_back)
    act.tell(asking_people(act.request), messages.undone)
