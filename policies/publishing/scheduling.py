"""Publishing on a day to come: a reviewer decides today, the portal publishes when the day has begun.

What waits is `scheduled`: officials read it, the public does not. The rules are those of publishing by hand, asked when
it is scheduled and asked again when it is due; what they refuse then goes back to review, and people are told why.
"""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules
from policies.enums import Act, RevisionState
from policies.models import Policy, Revision
from policies.notices import tell_author, tell_called_off
from policies.publishing.drafts import check
from policies.workflow import locked_for, log, move, release
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day

logger = logging.getLogger(__name__)
SCHEDULED = RevisionState.SCHEDULED


def schedule(revision: Revision, *, on: date, by: User, seen: int) -> Revision:
    """Approve what is in review, to be published on that day. `seen`: the lock_version that was read."""
    require(rules.can_wait(on, local_day()))
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_publish)
        if locked.lock_version != seen:
            raise Refused(_("The text has changed since you opened this page. Please read it again."))
        check(locked.content)
        move(locked, SCHEDULED, reviewer=by, decided_at=timezone.now(), publish_on=on)
        log(locked, by, Act.SCHEDULED, on.isoformat())
        tell_author(locked, by)
    return locked


def call_off(revision: Revision, *, by: User, text: str) -> Revision:
    """Back to review, with the reason."""
    if not text.strip():
        raise Refused(_("Say why the publication is called off."))
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_call_off)
        _back_to_review(locked, by, text.strip())
    return locked


def publish_due(day: date | None = None) -> int:
    """Publish what is due by that day; returns how many. May run twice, late, or in two workers at once."""
    due = Revision.objects.filter(state=SCHEDULED, publish_on__lte=day or local_day()).order_by("publish_on", "pk")
    published = 0
    for key in list(due.values_list("pk", flat=True)):
        try:
            published += publish_scheduled(key, day or local_day()) is not None
        except Exception:  # one that fails must not keep the others from their day; the next run tries it again
            logger.exception("revision %s is due and could not be published", key)
    return published


def publish_scheduled(key: int, day: date) -> Policy | None:
    """Publish one if it is still due; None where another worker has it, it was called off, or the rules refuse it."""
    with transaction.atomic():
        rows = Revision.objects.select_for_update(of=("self", "policy"), skip_locked=True)
        due = rows.filter(state=SCHEDULED, publish_on__lte=day).select_related("policy", "author", "reviewer")
        locked = due.filter(pk=key).first()
        if locked is None or locked.reviewer is None:
            return None
        why = _hindrance(locked, locked.reviewer)
        if why:
            _back_to_review(locked, None, why)
            return None
        return release(locked, locked.reviewer)


def _hindrance(revision: Revision, by: User) -> str:
    """Why it cannot be published any more, in both languages; nothing where it can."""
    reasons = []
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            try:
                require(rules.may_publish(by, revision, SCHEDULED))
                check(revision.content)
            except Refused as refused:
                reasons.append(str(refused))
    return "\n".join(reasons)


def _back_to_review(locked: Revision, by: User | None, why: str) -> None:
    decided_by = locked.reviewer
    move(locked, RevisionState.IN_REVIEW, reviewer=None, decided_at=None, publish_on=None)
    log(locked, by, Act.CALLED_OFF, why)
    tell_called_off(locked, decided_by, by, why)
