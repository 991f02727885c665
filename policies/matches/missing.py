"""Telling the owners of an enterprise, in their digest, which fact that nobody has filled in settles the most policies.

One line, once for each field and month, and none for who does not wish it. The enterprises are gone through once a
month, a piece at a time; where the cache has forgotten how far that was, the messages' keys still keep it to once.
"""

import time
from datetime import date, datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Enterprise, Membership
from notices.models import Message, Wish
from notices.workflow import Text, compose, post_all
from policies.checkup.questions import Missing
from policies.eligibility.matching import match, most_useful_field
from policies.matches.news import owners
from portal.core.calendar import local_day

BATCH = 50
SECONDS_A_RUN = 60.0
KEPT = 32 * 24 * 3600


def tell(now: datetime | None = None, *, seconds: float = SECONDS_A_RUN) -> int:
    """The next pieces, until all were looked at this month or the time is up; returns how many were told."""
    day, until, told = local_day(now), time.monotonic() + seconds, 0
    place = f"missing:{day:%Y-%m}"
    while time.monotonic() < until:
        after = cache.get(place, 0)
        waiting = Enterprise.objects.operating().filter(pk__gt=after, pk__in=_wished().values("enterprise"))
        batch = list(waiting.order_by("pk")[:BATCH])
        if not batch:
            break
        told += _tell(batch, day)
        cache.set(place, batch[-1].pk, KEPT)
    return told


def _wished() -> Any:
    return owners().exclude(user__in=Wish.objects.filter(hints=False).values("user"))


@transaction.atomic
def _tell(batch: list[Enterprise], day: date) -> int:
    found = {each.pk: most_useful_field(match(each, day)) for each in batch}
    wished = _wished().filter(enterprise__in=[key for key, best in found.items() if best])
    messages = []
    for owner in wished.select_related("user", "enterprise").order_by("pk"):
        best = found[owner.enterprise_id]
        assert best
        messages.append(_message(owner, Missing(*best), day))
    told = set(Message.objects.filter(key__in=[each.key for each in messages]).values_list("key", flat=True))
    fresh = [each for each in messages if each.key not in told]
    post_all(fresh)
    return len(fresh)


def _message(owner: Membership, missing: Missing, day: date) -> Message:
    key = f"missing:{owner.enterprise_id}:{missing.field}:{day:%Y-%m}:{owner.user_id}"
    return compose(owner.user, key=key, kind="policy_missing", text=lambda: _text(owner.enterprise, missing))


def _text(enterprise: Enterprise, missing: Missing) -> Text:
    facts = {"field": missing.label, "count": missing.count, "enterprise": enterprise}
    subject = ngettext(
        "“%(field)s” of %(enterprise)s is not filled in: %(count)s policy waits for it",
        "“%(field)s” of %(enterprise)s is not filled in: %(count)s policies wait for it",
        missing.count,
    )
    body = _("Nothing else speaks against them. You can switch this hint off under “How we write to you”.")
    return Text(subject % facts, body, reverse("enterprises:step", args=[missing.step]))
