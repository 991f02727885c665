"""Telling the owners of an enterprise, in their daily digest, that policies newly fit it: its record was changed, or a
day has passed.

What a new version of a policy reaches is told by `eligibility.announcing`. A new match waits until that is done, and is
told to those who have not heard of that version yet. `NewMatch` keeps what was told, so nobody hears of it twice.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.enums import MemberRole, MembershipState
from enterprises.models import Enterprise, Membership
from notices.models import Message
from notices.workflow import Text, compose, post_all
from policies.eligibility.matching import match
from policies.matches.bitmaps import Rule
from policies.matches.bits import SHARD, places_in, set_of
from policies.models import Announcement, NewMatch, Policy
from portal.core import bilingual
from portal.core.calendar import local_day

SETTLE = timedelta(minutes=30)  # a profile is filled in step by step: what comes of it is told in one message
SECONDS_A_RUN = 120.0
MOST_LISTED = 10


def note(shard: int, gained: Mapping[Rule, int]) -> None:
    """Keep what there is to tell of a shard: policy → enterprises that newly meet it. Without an owner, nothing."""
    if not gained:
        return
    first = shard * SHARD
    keys = owners().filter(enterprise__gte=first, enterprise__lt=first + SHARD).values_list("enterprise", flat=True)
    owned = set_of(key - first for key in keys)
    found = [
        NewMatch(enterprise_id=first + place, policy_id=rule.policy, version=rule.version)
        for rule, places in gained.items()
        for place in places_in(places & owned)
    ]
    NewMatch.objects.bulk_create(found, ignore_conflicts=True, batch_size=1000)


def tell(now: datetime | None = None, *, seconds: float = SECONDS_A_RUN) -> int:
    """Tell of what has come to rest, an enterprise at a time, until the time is up; returns how many messages."""
    now, until, told = now or timezone.now(), time.monotonic() + seconds, 0
    waiting = NewMatch.objects.filter(told_at=None).values("enterprise").annotate(newest=Max("found_at"))
    keys = waiting.filter(newest__lte=now - SETTLE).order_by("enterprise").values_list("enterprise", flat=True)
    for key in list(keys):
        if time.monotonic() < until:
            told += _tell_of(key, now)
    return told


def _tell_of(enterprise: int, now: datetime) -> int:
    """One enterprise's news; what no longer holds is forgotten, so that it can be news again."""
    day = local_day(now)
    with transaction.atomic():
        untold = NewMatch.objects.select_for_update(of=("self",), skip_locked=True).filter(told_at=None)
        rows = list(untold.filter(enterprise=enterprise).select_related("enterprise", "policy").defer("policy__search"))
        if not rows:
            return 0
        met = set(match(rows[0].enterprise, day).met) if _is_matched(rows[0].enterprise) else set()
        being_told = _being_told([row.policy_id for row in rows], day)
        holding = [row for row in rows if row.policy_id in met and row.policy_id not in being_told]
        NewMatch.objects.filter(pk__in=[row.pk for row in rows if row.policy_id not in met]).delete()
        messages = list(_messages(holding))
        post_all(messages)
        NewMatch.objects.filter(pk__in=[row.pk for row in holding]).update(told_at=now)
    return len(messages)


def _is_matched(enterprise: Enterprise) -> bool:
    return enterprise.is_operating and enterprise.verified_at is not None


def _being_told(policies: Sequence[int], day: date) -> set[int]:
    """Of these policies, those whose present version is still being announced."""
    announced = Announcement.objects.due(day).filter(revision__policy__in=policies)
    return set(announced.values_list("revision__policy", flat=True))


def _messages(rows: Sequence[NewMatch]) -> Iterator[Message]:
    """One to each owner, with the policies that the owner has not heard of."""
    if not rows:
        return
    people = list(owners().filter(enterprise=rows[0].enterprise_id).select_related("user", "enterprise").order_by("pk"))
    keys = [_announced_as(row, owner) for row in rows for owner in people]
    heard = dict(Message.objects.filter(key__in=keys).values_list("key", "body"))
    for owner in people:
        policies = [row.policy for row in rows if not _names(heard.get(_announced_as(row, owner)), owner.enterprise)]
        if policies:
            yield _message(owner, policies, rows)


def _announced_as(row: NewMatch, owner: Membership) -> str:
    """The key of the message by which `eligibility.announcing` tells of the policy's present version."""
    return f"reach:{row.policy_id}:{row.policy.version}:{owner.user_id}"


def _names(body: str | None, enterprise: Enterprise) -> bool:
    """Whether what an owner was told is about this enterprise: of several one is named, and the others may meet it
    later."""
    if body is None:
        return False
    names = [getattr(enterprise, column) for column in bilingual.columns("name")]
    return any(name in body for name in (*names, enterprise.credit_code) if name)


def _message(owner: Membership, policies: Sequence[Policy], rows: Sequence[NewMatch]) -> Message:
    key = f"matches:{owner.enterprise_id}:{max(row.pk for row in rows)}:{owner.user_id}"
    return compose(owner.user, key=key, kind="policy_match", text=lambda: _text(owner.enterprise, policies))


def _text(enterprise: Enterprise, policies: Sequence[Policy]) -> Text:
    """One policy as `eligibility.announcing` says it; of several, the first by name, and the way to all."""
    names = {"title": policies[0], "enterprise": enterprise, "count": len(policies)}
    if len(policies) == 1:
        return Text(
            _("A policy that may fit you: %(title)s") % names,
            _("By what the portal knows today, %(enterprise)s now meets all conditions of this policy.") % names,
            reverse("policies:detail", args=[policies[0].slug]),
        )
    count = len(policies)
    lines = [
        _("By what the portal knows today, %(enterprise)s now meets all conditions of these policies:") % names,
        *(f"- {policy}" for policy in policies[:MOST_LISTED]),
    ]
    if count > MOST_LISTED:
        more = count - MOST_LISTED
        lines.append(ngettext("and one more.", "and %(more)d more.", more) % {"more": more})
    subject = _("%(count)d policies now fit %(enterprise)s") % names
    return Text(subject, "\n".join(lines), f"{reverse('home:package')}?enterprise={enterprise.pk}")


def owners() -> "QuerySet[Membership]":
    return Membership.objects.filter(role=MemberRole.OWNER, state=MembershipState.ACTIVE, user__is_active=True)
