"""One act on several requests: each by its own verb under its own lock, each with its outcome; and taking it back.

What can be taken back is who holds a request: within ten minutes, by the person who did it, if nobody acted since.
Messages that went out stay out, so whoever was told is told again.
"""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from portal.core.access import Refused
from stewards import messages as told
from stewards import workflow
from stewards.acts import Act, acting, lock
from stewards.desk.queue import just_taken
from stewards.deskwork import messages
from stewards.enums import EventKind
from stewards.models import BulkAct, BulkItem, HelpRequest
from stewards.queries import asking_people, handlers_of
from stewards.transitions import Verb

VERBS = (Verb.ACCEPT, Verb.ASSIGN, Verb.REFER, Verb.NOTE)
UNDONE_WITHIN = timedelta(minutes=10)
MOST = 60
_HOLDER = ("state", "steward_id", "handler_id", "department_id")
_MOMENTS = ("assigned_at", "accepted_at")


def perform(*, by: User, verb: str, picks: Mapping[str, int], form_key: uuid.UUID, **facts: Any) -> BulkAct:
    """The verb on each of the requests, `picks` being the numbers with the version that the page showed.

    What is not on the person's desk is left out. The same form gives the same act back.
    """
    if verb not in VERBS or not picks:
        raise Refused(_("Tick the requests first, and choose what to do with them."))
    if len(picks) > MOST:
        raise Refused(_("At most %(most)d requests at a time.") % {"most": MOST})
    try:
        with transaction.atomic():
            bulk = BulkAct.objects.create(by=by, verb=verb, form_key=form_key, at=timezone.now())
    except IntegrityError:
        return _done_before(by, form_key)
    for request in just_taken(by).filter(number__in=list(picks)).order_by("pk"):
        _one(bulk, request, picks[request.number or ""], facts)
    return bulk


def _done_before(by: User, form_key: uuid.UUID) -> BulkAct:
    bulk = BulkAct.objects.get(form_key=form_key)
    if bulk.by_id != by.pk:
        raise Refused(_("This form was used already. Please open a new one."))
    return bulk


def _one(bulk: BulkAct, request: HelpRequest, seen: int, facts: Mapping[str, Any]) -> None:
    version = {} if bulk.verb == Verb.NOTE else {"seen": seen}
    try:
        with transaction.atomic():
            before = _snapshot(lock(request))
            done: HelpRequest = getattr(workflow, bulk.verb)(request, by=bulk.by, **version, **facts)
            BulkItem.objects.create(act=bulk, request=request, before=before, version=done.lock_version)
    except Refused as refused:
        BulkItem.objects.create(act=bulk, request=request, refusal=str(refused)[:500])


def _snapshot(request: HelpRequest) -> dict[str, Any]:
    moments = {name: getattr(request, name) for name in _MOMENTS}
    return {
        **{name: getattr(request, name) for name in _HOLDER},
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def can_undo(bulk: BulkAct, item: BulkItem) -> bool:
    """Whether it is worth a button; whether nobody acted since is decided under the lock."""
    young = timezone.now() - bulk.at < UNDONE_WITHIN
    return young and bulk.verb != Verb.NOTE and not item.refusal and item.undone_at is None


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
    if bulk.verb == Verb.NOTE:
        raise Refused(_("A note stays in the timeline."))
    if timezone.now() - bulk.at >= UNDONE_WITHIN:
        raise Refused(_("It can be taken back within ten minutes only."))
    with transaction.atomic():
        locked = BulkItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
        if locked.undone_at is None:
            take_back(item.request, by=by, before=item.before, version=item.version)
            locked.undone_at = timezone.now()
            locked.save(update_fields=["undone_at"])


def take_back(request: HelpRequest, *, by: User, before: Mapping[str, Any], version: int) -> HelpRequest:
    """Give the request back to whoever held it before the last act on it."""
    with acting(Verb.UNDO, request, by=by, seen=version) as act:
        held = _holders(act.request)
        moments = {name: parse_datetime(before[name]) if before[name] else None for name in _MOMENTS}
        act.change(**{name: before[name] for name in _HOLDER}, **moments)
        act.record(EventKind.UNDONE)
        _tell(act, held)
    return act.request


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
