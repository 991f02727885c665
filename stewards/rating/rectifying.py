"""Putting a dissatisfied rating right: opened by the rating, called back, closed with what was done.

Every verb locks the request's row first, as all verbs on requests do, then reads the rectification again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from portal.core.calendar import local_day
from portal.core.workdays import Deadline
from stewards.acts import Act, lock, needed
from stewards.enums import EventKind
from stewards.models import CallBack, HelpRequest, Rating, Rectification
from stewards.queries import asking_people
from stewards.rating import messages
from stewards.standard.counting import due_from
from stewards.standard.table import terms
from stewards.transitions import Verb

BAD_SCORE = 2  # this and below: the enterprise is called back
LONGEST = 2_000


def is_needed(rating: Rating) -> bool:
    return rating.score <= BAD_SCORE or (settings.RECTIFY_UNSOLVED and not rating.solved)


def open_on(act: Act, rating: Rating) -> Rectification:
    """In the transaction of the rating; the enterprise is told that its word has a consequence."""
    due = _due(act.request, act.now)
    opened = Rectification.objects.create(
        rating=rating, request=act.request, opened_at=act.now, due_on=due.day, due_provisional=due.provisional
    )
    act.record(EventKind.RECTIFYING, data={"due_on": due.day.isoformat()})
    if rating.rated_by.is_active:  # else a caller without an account, who is called back
        act.confirm(rating.rated_by, messages.taken_seriously(opened))
    return opened


def visible_to(user: Any) -> QuerySet[Rectification]:
    """The service centre sees all, a steward those of the requests they are responsible for."""
    rows = Rectification.objects.select_related("request__enterprise", "request__steward", "rating")
    rows = rows.defer("request__search", "request__body")
    if user.has_role(Role.ADMIN):
        return rows
    return rows.filter(request__steward=user) if user.has_role(Role.STEWARD) else rows.none()


def overdue(rows: QuerySet[Rectification]) -> QuerySet[Rectification]:
    return rows.filter(closed_at__isnull=True, due_on__lt=local_day())


def may_work_on(user: Any, rectification: Rectification, request: HelpRequest) -> Verdict:
    """Its steward, or the service centre, until it is closed."""
    steward = user.has_role(Role.STEWARD) and user.pk == request.steward_id
    if not (steward or user.has_role(Role.ADMIN)):
        return Denied(_("Only the responsible steward and the service centre can put this rating right."))
    if rectification.closed_at is not None:
        return Denied(_("This rating has been put right already."))
    return Allowed()


def may_close(user: Any, rectification: Rectification, request: HelpRequest) -> Verdict:
    """Never without a call-back; and what the enterprise is still not content with, not by the steward alone."""
    verdict = may_work_on(user, rectification, request)
    if not verdict:
        return verdict
    calls = list(rectification.calls.all())
    reached = [call for call in calls if call.reached]
    if reached:
        if reached[-1].content or user.has_role(Role.ADMIN):
            return Allowed()
        return Denied(_("The enterprise is not content yet: only the service centre can close this."))
    left = settings.RECTIFY_TRIES - len({local_day(call.called_at) for call in calls})
    if left <= 0:
        return Allowed()
    words = ngettext(
        "Call the enterprise back first. If nobody is reached, try on one more day.",
        "Call the enterprise back first. If nobody is reached, try on %(count)s more days.",
        left,
    )
    return Denied(words % {"count": left})


def call_back(
    rectification: Rectification,
    *,
    by: Any,
    reached: bool,
    content: bool | None = None,
    words: str = "",
    called_at: datetime | None = None,
    seen: int | None = None,
) -> CallBack:
    """Keep a call to the enterprise: who, when, reached or not, what was said, whether it is content now."""
    words = words.strip()[:LONGEST]
    if reached and content is None:
        raise Refused(_("Say whether the enterprise is content now."))
    if reached:
        needed(words, _("Write what the enterprise said."))
    with _working(rectification, by, seen) as (act, row):
        when = called_at or act.now
        earliest = row.opened_at.replace(second=0, microsecond=0)  # times typed by people have no seconds
        if not earliest <= when <= act.now:
            raise Refused(_("The call lies between the rating and now."))
        made = CallBack.objects.create(
            rectification=row, by=by, called_at=when, reached=reached, content=content if reached else None, words=words
        )
        act.record(EventKind.CALLED_BACK, data={"reached": reached})
        if reached:
            row.content = content
            if not content:
                act.tell(User.objects.with_role(Role.ADMIN), messages.still_discontent)
    return made


def close(rectification: Rectification, *, by: Any, done: str, seen: int | None = None) -> Rectification:
    """What was done, in words that the enterprise reads; only after a call-back."""
    done = needed(done, _("Write what was done."))[:LONGEST]
    with _working(rectification, by, seen) as (act, row):
        require(may_close(by, row, act.request))
        row.done, row.closed_at, row.closed_by = done, act.now, by
        act.record(EventKind.RECTIFIED, text=done)
        act.tell(asking_people(act.request), messages.put_right)
    return row


def settle_provisional() -> int:
    """Count due dates anew whose calendar has been published meanwhile; returns how many are settled."""
    waiting = Rectification.objects.filter(closed_at__isnull=True, due_provisional=True).order_by("pk")
    waiting = waiting.select_related("request__category")
    settled = 0
    for row in waiting:
        due = _due(row.request, row.opened_at)
        if not due.provisional:
            still = Rectification.objects.filter(pk=row.pk, due_provisional=True, closed_at__isnull=True)
            settled += still.update(due_on=due.day, due_provisional=False)
    return settled


def _due(request: HelpRequest, opened: datetime) -> Deadline:
    """By the service standard that was in force when it was opened."""
    day = local_day(opened)
    return due_from(day, terms(request.type, day, request.category).rectify)


@contextmanager
def _working(rectification: Rectification, by: Any, seen: int | None) -> Iterator[tuple[Act, Rectification]]:
    """The request locked, the rectification as it is now; what the verb changed in it is saved at the end."""
    with transaction.atomic():
        request = lock(HelpRequest(pk=rectification.request_id))
        row = Rectification.objects.get(pk=rectification.pk)
        require(may_work_on(by, row, request))
        if seen is not None and seen != row.lock_version:
            raise Refused(_("Somebody has worked on this meanwhile. Please look again and decide anew."))
        act = Act(Verb.NOTE, request, by)
        row.lock_version += 1
        yield act, row
        row.save(update_fields=["lock_version", "done", "content", "closed_at", "closed_by"])
