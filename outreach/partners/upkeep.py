"""What time does to memoranda and invitations; may run late, twice or never without harm."""

from django.db import transaction
from django.db.models import Q

from outreach.enums import MemorandumState
from outreach.models import Memorandum
from outreach.partners import memoranda, messages, workflow
from portal.core.calendar import local_day

MARKS = (0, 30, 90)  # days before the end
S = MemorandumState


def keep() -> int:
    """All of it; returns how many were let in, ended or written to."""
    return workflow.link_known() + expire() + remind_of_end() + remind_of_review()


def expire() -> int:
    """What has had its last day has ended, and both sides are told."""
    over = Memorandum.objects.filter(state=S.SIGNED, ends_on__lt=local_day())
    return sum(memoranda.expire(row) for row in over)


def remind_of_end() -> int:
    """90 and 30 days before and on the last day, once each; of marks that were missed only the last. What has been
    renewed needs none."""
    today, told = local_day(), 0
    running = Memorandum.objects.filter(state=S.SIGNED, ends_on__gte=today)
    for row in running.exclude(renewed_by__state=S.SIGNED).select_related("steward"):
        left = (row.ends_on - today).days if row.ends_on else MARKS[-1] + 1
        mark = next((mark for mark in MARKS if left <= mark), None)
        if mark is not None:
            with transaction.atomic():
                told += messages.ending(row, days=mark, left=left)
    return told


def remind_of_review() -> int:
    """Of the year that is over, where nobody has said what came of it; once."""
    year, told = local_day().year - 1, 0
    held = Memorandum.objects.filter(state__in=(S.SIGNED, S.ENDED), begins_on__year__lte=year)
    held = held.filter(Q(ends_on__isnull=True) | Q(ends_on__year__gte=year)).exclude(reviews__year=year)
    for row in held.select_related("steward"):
        with transaction.atomic():
            told += messages.review_due(row, year)
    return told
