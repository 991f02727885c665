"""What the asking side does: drafts, sending, replying, rating, opening again, withdrawing."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Enterprise
from policies.models import Policy
from portal.core import calendar
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards import files, messages, rules
from stewards.acts import Act, acting, lock, needed, resume
from stewards.assignment.finding import cover, place
from stewards.enums import EventKind, RequestState, RequestType
from stewards.models import HelpRequest, RequestCategory, RequestEvent
from stewards.numbers import next_number
from stewards.parts import messages as part_messages
from stewards.queries import asking_people, search_words
from stewards.relations import messages as relation_messages
from stewards.standard import deadlines
from stewards.timeline import both_names
from stewards.transitions import Verb

MAX_SUBJECT = 200
MAX_BODY = 10_000


def save_draft(
    *,
    by: Any,
    enterprise: Enterprise | None,
    draft: HelpRequest | None = None,
    policy: Policy | None = None,
    type: str = RequestType.CONSULTATION,
    category: RequestCategory | None = None,
    subject: str = "",
    body: str = "",
    language: str = "zh-hans",
    form_key: uuid.UUID | None = None,
    uploads: Iterable[files.Upload] = (),
) -> HelpRequest:
    """Keep what somebody has written so far. The same `form_key` always finds the same draft."""
    if type not in RequestType.values or len(subject) > MAX_SUBJECT or len(body) > MAX_BODY:
        raise Refused(_("The draft cannot be kept as it is: its subject or text is too long."))
    words = {"type": type, "subject": subject, "body": body, "language": language}
    about = {"enterprise": enterprise, "policy": policy, "category": category}
    with transaction.atomic():
        kept = lock(draft) if draft is not None else _draft_of(by, form_key)
        if kept.asker_id != by.pk:
            raise Refused(_("This draft belongs to somebody else."))
        if kept.state != RequestState.DRAFT:
            return kept  # a late autosave after the request was sent
        if kept.enterprise_id is None or enterprise != kept.enterprise:  # what was begun can be kept, not sent
            require(rules.may_write_for(by, enterprise))
        for name, value in {**words, **about, "changed_at": timezone.now()}.items():
            setattr(kept, name, value)
        kept.save(update_fields=[*words, *about, "changed_at"])
        files.attach(kept, None, uploads, by)
    return kept


def discard(draft: HelpRequest, *, by: Any) -> None:
    """Throw a draft away, with its files."""
    with transaction.atomic():
        locked = lock(draft)
        if locked.state != RequestState.DRAFT or locked.asker_id != by.pk:
            raise Refused(_("Only your own drafts can be discarded."))
        files.remove_stored(locked.attachments.all())
        locked.delete()


def drop_file(draft: HelpRequest, *, by: Any, key: uuid.UUID) -> None:
    """Take one file off a draft."""
    with transaction.atomic():
        locked = lock(draft)
        if locked.state != RequestState.DRAFT or locked.asker_id != by.pk:
            raise Refused(_("Files can be removed from your own drafts only."))
        chosen = locked.attachments.filter(key=key)
        files.remove_stored(chosen)
        chosen.delete()


def link(request: HelpRequest, *, by: Any, enterprise: Enterprise) -> HelpRequest:
    """What somebody asked before their enterprise was known here becomes the enterprise's own request.

    If nobody has it yet, it goes to the enterprise's steward."""
    require(rules.may_write_for(by, enterprise))
    with transaction.atomic():
        locked = lock(request)
        require(rules.may_link(by, locked))
        act = Act(Verb.ASSIGN, locked, by)
        act.change(enterprise=enterprise, changed_at=act.now, lock_version=locked.lock_version + 1)
        locked.merged.filter(enterprise=None).update(enterprise=enterprise)  # what continues in it belongs to it
        if locked.state == RequestState.SUBMITTED and (found := place(act)):
            act.change(state=RequestState.ASSIGNED)
            act.record(EventKind.ASSIGNED, data={"steward": both_names(locked.steward), **found.data})
            act.tell([locked.handler], messages.new_on_desk, urgent=True)
            act.confirm(by, messages.assigned, urgent=True)
        act.save()
    return locked


def submit(request: HelpRequest, *, by: Any, seen: int | None = None) -> HelpRequest:
    """Send the draft: number, steward, due date, confirmation. Sending it twice gives the same request back."""
    with transaction.atomic():
        current = lock(request)
        if current.number and current.asker_id == by.pk:
            return current
        subject = needed(current.subject, _("Write a subject."))
        body = needed(current.body, _("Write what you need."))
        require(rules.may_write_for(by, current.enterprise))
        require(rules.may_send_more(by, timezone.now()))
        with acting(Verb.SUBMIT, current, by=by, seen=seen) as act:
            event = receive(act, subject, body)
            act.request.attachments.filter(event=None).update(event=event)
            act.confirm(by, messages.received, urgent=True)
    return act.request


def receive(act: Act, subject: str, body: str, *, due_on: date | None = None, **data: str) -> RequestEvent:
    """What every request gets when it comes in: number, due date, steward; the desk is told."""
    number = next_number(local_day(act.now))
    act.change(number=number, subject=subject, body=body, submitted_at=act.now)
    act.change(search=search_words(number, subject, body))
    promise = _promise(act)
    if due_on is not None:  # promised for that day, so this is the day
        days = calendar.current().working_days_between(local_day(act.now), due_on)
        act.change(due_on=due_on, due_provisional=False, promised_days=max(days, 0))
    found = place(act)
    if not found:
        act.change(state=RequestState.SUBMITTED)
    event = act.record(EventKind.SUBMITTED, text=body, data={**promise.kept(due_on), **data, **found.data})
    if found:
        act.tell([act.request.handler], messages.new_on_desk, urgent=True)
    else:
        act.tell(User.objects.with_role(Role.ADMIN), messages.unassigned, urgent=True)
    return event


def reply(
    request: HelpRequest, *, by: Any, text: str, files: Iterable[files.Upload] = (), seen: int | None = None
) -> HelpRequest:
    """The enterprise writes: the reply to a question, which sets the clock going again, or an addition."""
    text = needed(text, _("Write your reply."))
    with acting(Verb.REPLY, request, by=by, seen=seen) as act:
        paused = resume(act)
        act.record(EventKind.REPLIED, text=text, uploads=files, data=paused)
        act.tell([act.request.handler or act.request.steward], messages.replied, urgent=bool(paused))
    return act.request


def reopen(request: HelpRequest, *, by: Any, reason: str, seen: int | None = None) -> HelpRequest:
    """The answer did not settle it: a new round with a new due date; the steward is told at once."""
    reason = needed(reason, _("Say what is still open."))
    with acting(Verb.REOPEN, request, by=by, seen=seen) as act:
        now = act.request
        act.change(round=now.round + 1, answered_at=None, closed_at=None, handler=now.handler or now.steward)
        act.change(renewed_due_on=None)
        promise = _promise(act)
        due = promise.deadline.day
        away = cover(act, local_day(act.now))
        data = {"round": now.round, "due_on": due.isoformat(), **promise.kept(), **away}
        act.record(EventKind.REOPENED, text=reason, data=data)
        act.tell([now.steward, now.handler], messages.reopened, urgent=True)
    return act.request


def withdraw(request: HelpRequest, *, by: Any, reason: str = "", seen: int | None = None) -> HelpRequest:
    """The enterprise no longer needs it."""
    with acting(Verb.WITHDRAW, request, by=by, seen=seen) as act:
        act.change(waiting_since=None)
        act.record(EventKind.WITHDRAWN, text=reason.strip())
        act.tell([act.request.steward, act.request.handler], messages.withdrawn)
        act.tell(asking_people(act.request), relation_messages.no_longer_needed)
        part_messages.tell_over(act)
    return act.request


def _draft_of(by: Any, form_key: uuid.UUID | None) -> HelpRequest:
    """The draft that this form wrote before, or a new one; two at once end in the same row."""
    if form_key is not None:
        HelpRequest.objects.bulk_create([HelpRequest(asker=by, form_key=form_key)], ignore_conflicts=True)
        return lock(HelpRequest.objects.get(form_key=form_key))
    return HelpRequest.objects.create(asker=by)


def _promise(act: Act) -> deadlines.Promise:
    """Set the due date by the service standard of today."""
    promise = deadlines.promise(act.request.type, act.now, act.request.category)
    due = promise.deadline
    act.change(due_on=due.day, due_provisional=due.provisional, promised_days=promise.days, complex=False)
    return promise
