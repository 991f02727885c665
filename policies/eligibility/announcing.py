"""Telling the owners of enterprises that a new or changed policy fits them, in their daily digest.

Publishing leaves an `Announcement`. A worker goes through the enterprises that the new version reaches and the one
before it did not, in batches, each with its messages and the place it has come to in one transaction. So it may be
killed, run twice, late, or by two workers at once: it goes on where it stopped, and nobody is told the same twice.
"""

import time
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.enums import MemberRole, MembershipState
from enterprises.models import Membership
from notices.models import Message
from notices.workflow import Text, compose, post_all
from policies.eligibility.fields import Condition
from policies.eligibility.reach import newly_matching
from policies.enums import RevisionState
from policies.models import Announcement, Revision
from policies.tasks import tell_reached
from portal.core.calendar import local_day
from portal.core.queue import enqueue

BATCH = 500  # enterprises in one transaction
SECONDS_A_RUN = 240.0


def announce(revision: Revision) -> None:
    """Note that there is something to tell. Call it in the transaction that publishes the version."""
    Announcement.objects.get_or_create(revision=revision)
    enqueue(tell_reached, revision.pk)


def tell_due(day: date | None = None) -> int:
    """Tell of every version that somebody still has to hear of; returns how many messages were posted."""
    waiting = Announcement.objects.due(day or local_day()).order_by("pk").values_list("revision", flat=True)
    return sum(tell(key, day=day) for key in list(waiting))


def tell(revision: int, *, day: date | None = None, size: int = BATCH, seconds: float = SECONDS_A_RUN) -> int:
    """Tell of one version until all have been told or the time is up; returns how many messages were posted."""
    until, told = time.monotonic() + seconds, 0
    while True:
        posted = _tell_some(revision, day or local_day(), size)
        told += posted or 0
        if posted is None or time.monotonic() >= until:
            return told


def previous_criteria(revision: Revision) -> Sequence[Condition] | None:
    """The criteria of the last version before it that all were told of; None where there is none."""
    before = Revision.objects.filter(
        Q(announcement=None) | Q(announcement__told_at__isnull=False),
        policy=revision.policy_id,
        state=RevisionState.PUBLISHED,
        number__lt=revision.number,
    )
    last = before.order_by("number").last()
    return None if last is None else last.content.get("criteria") or []


def _tell_some(revision: int, day: date, size: int) -> int | None:
    """One batch; None where nothing is left to do, or another worker has it in its hands."""
    with transaction.atomic():
        due = Announcement.objects.due(day).select_related("revision__policy").filter(revision=revision)
        locked = due.select_for_update(of=("self",), skip_locked=True).first()
        if locked is None:
            return None
        keys = _next_enterprises(locked, day, size)
        owners = _owners().filter(enterprise__in=keys).select_related("user", "enterprise").order_by("enterprise", "pk")
        messages = {message.key: message for message in (_message(locked.revision, owner) for owner in owners)}
        post_all(list(messages.values()))
        locked.told_up_to = max(keys, default=locked.told_up_to)
        locked.told_at = timezone.now() if len(keys) < size else None
        locked.save(update_fields=["told_up_to", "told_at"])
    return len(messages)


def _next_enterprises(announcement: Announcement, day: date, size: int) -> list[int]:
    """The next of those that are newly reached and have somebody to tell."""
    revision = announcement.revision
    reached = newly_matching(revision, previous_criteria(revision), day)
    return list(reached.filter(pk__gt=announcement.told_up_to, pk__in=_owners().values("enterprise"))[:size])


def _owners() -> "QuerySet[Membership]":
    return Membership.objects.filter(role=MemberRole.OWNER, state=MembershipState.ACTIVE, user__is_active=True)


def _message(revision: Revision, owner: Membership) -> Message:
    key = f"reach:{revision.policy_id}:{revision.number}:{owner.user_id}"
    return compose(owner.user, key=key, kind="policy_match", text=lambda: _text(revision, owner))


def _text(revision: Revision, owner: Membership) -> Text:
    fits = _("By what the portal knows, %(enterprise)s meets all conditions of this policy.")
    now_fits = _("This policy has changed. By what the portal knows, %(enterprise)s now meets all its conditions.")
    return Text(
        _("A policy that may fit you: %(title)s") % {"title": revision.policy},
        (fits if revision.number == 1 else now_fits) % {"enterprise": owner.enterprise},
        reverse("policies:detail", args=[revision.policy.slug]),
    )
