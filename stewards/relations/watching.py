"""Watchers: told of answers, notes and lateness in their digest, never at once."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from notices import workflow as notices
from portal.core.access import require
from stewards.enums import WORKING_STATES
from stewards.models import HelpRequest, Watch
from stewards.relations import mentions, messages, rules
from stewards.reminding.due import reminder_day

BATCH = 500


def watch(request: HelpRequest, *, by: Any) -> None:
    """Watching twice is watching."""
    require(rules.may_arrange(by, request))
    Watch.objects.bulk_create([Watch(request=request, person=by, since=timezone.now())], ignore_conflicts=True)


def unwatch(request: HelpRequest, *, by: Any) -> None:
    Watch.objects.filter(request=request, person=by).delete()


def watchers_of(request: HelpRequest) -> list[User]:
    """Those who still may see the request: what left somebody's desk is no longer told to them. One query."""
    watching = Watch.objects.filter(request=request).values("person")
    return list(mentions.who_may_see(request).filter(pk__in=watching))


def tell_lateness(now: datetime | None = None) -> int:
    """Once for each due date that passes; run twice or late it tells nothing twice. Returns how many."""
    day = reminder_day(now)
    late = Q(request__state__in=WORKING_STATES, request__due_on__lt=day)
    news = Q(late_told_for__isnull=True) | ~Q(late_told_for=F("request__due_on"))
    told = 0
    while True:
        with transaction.atomic():
            rows = Watch.objects.filter(late & news).select_related("request", "person").order_by("pk")
            found = list(rows.select_for_update(of=("self",), skip_locked=True)[:BATCH])
            posts = [_late(each) for each in found if rules.may_see(each.person, each.request)]
            notices.post_all(posts)
            for each in found:
                each.late_told_for = each.request.due_on
            Watch.objects.bulk_update(found, ["late_told_for"])
        told += len(posts)
        if len(found) < BATCH:
            return told


def _late(watch: Watch) -> Any:
    request = watch.request
    return notices.compose(
        watch.person,
        key=f"watch:{request.pk}:{request.due_on}:{watch.person_id}",
        kind="request.watched_late",
        text=partial(messages.watched_late, request),
    )
