"""Tells followers what has changed, that applications close soon, and what saved searches have found since.

Due is what has not been told: each row holds up to where its person has been told, and moves on in the transaction that
posts the message. Two runs at once share the rows by locking them; a run that comes late, or twice, finds what is left.
Everything waits for the person's digest.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.workflow import Text, compose, post_all
from policies import presenting
from policies.alerts import search_news
from policies.alerts.change_words import Content, changes_told, end_told
from policies.alerts.following import end_of
from policies.content import content_of
from policies.eligibility.naming import codes_in, names_of
from policies.eligibility.words import Names
from policies.enums import RevisionState
from policies.models import Following, Policy, Revision
from portal.core import bilingual, calendar
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

BATCH = 200
CLOSING_DAYS = 10  # working days before the last one on which applications are taken
Known = dict[tuple[int, int], Content]


def tell_followers(now: datetime | None = None) -> int:
    """Post what is due to people who follow policies or have saved searches; returns how many messages."""
    moment = now or timezone.now()
    told = _in_batches(_tell_changes, BATCH)
    told += _in_batches(lambda: _tell_closing(local_day(moment)), BATCH)
    until = moment - search_news.SETTLED
    if newest := search_news.latest_news(until):
        told += _in_batches(lambda: search_news.tell_searches(newest, until), search_news.BATCH)
    return told


def _in_batches(step: Callable[[], tuple[int, int]], size: int) -> int:
    """Repeat until a batch is not full. step: → rows it took, messages it posted."""
    posted, taken = 0, size
    while taken == size:
        with transaction.atomic():
            taken, new = step()
        posted += new
    return posted


# --- changes ------------------------------------------------------------------------------------------------------


def _tell_changes() -> tuple[int, int]:
    changed = Following.objects.filter(policy__published_at__isnull=False, policy__changed_at__gt=F("seen_at"))
    rows = _locked(changed.select_related("person", "policy", "policy__replaced_by"))
    known = _contents({(row.policy_id, row.told_version) for row in rows})
    said = _Changes(rows, known)
    messages = []
    for row in rows:
        if text := said.about(row):
            key = f"policy:followed:{row.policy_id}:{row.person_id}:{row.policy.changed_at:%Y%m%d%H%M%S%f}"
            messages.append(compose(row.person, key=key, kind="policy_followed", text=_saying(text)))
        row.seen_at, row.told_version, row.told_end = row.policy.changed_at, row.policy.version, end_of(row.policy)
    post_all(messages)
    Following.objects.bulk_update(rows, ["seen_at", "told_version", "told_end"])
    return len(rows), len(messages)


def _locked(due: "QuerySet[Following]") -> list[Following]:
    rows = due.filter(person__is_active=True).defer("policy__search", "policy__replaced_by__search")
    return list(rows.select_for_update(of=("self",), skip_locked=True, no_key=True).order_by("pk")[:BATCH])


def _contents(versions: set[tuple[int, int]]) -> Known:
    """What was published as each (policy, version); nothing of versions that were not kept."""
    kept = Revision.objects.filter(state=RevisionState.PUBLISHED, policy__in={policy for policy, _number in versions})
    rows = kept.filter(number__in={number for _policy, number in versions}).values_list("policy", "number", "content")
    return {(policy, number): content for policy, number, content in rows if number is not None}


def _saying(text: Text) -> Callable[[], Text]:
    return lambda: text


class _Changes:
    """The messages of one batch: each text is made once for a language, whoever receives it."""

    def __init__(self, rows: list[Following], known: Known) -> None:
        self.known = known
        self.now = {row.policy_id: content_of(row.policy) for row in rows}
        conditions = [content.get("criteria") or [] for content in (*known.values(), *self.now.values())]
        self.codes = {code for criteria in conditions for code in codes_in(criteria)}
        self.names: dict[str, Names] = {}
        self.made: dict[tuple[int, int, str, str], Text | None] = {}

    def about(self, row: Following) -> Text | None:
        """What the row's person is told; None where nothing has changed that anybody is told of."""
        language = row.person.language
        about = (row.policy_id, row.told_version, row.told_end, language)
        if about not in self.made:
            with bilingual.speaking(language):
                if language not in self.names:
                    self.names[language] = names_of(self.codes)
                self.made[about] = self._text(row, self.names[language])
        return self.made[about]

    def _text(self, row: Following, names: Names) -> Text | None:
        policy, ended = row.policy, end_of(row.policy) != row.told_end
        lines = end_told(policy) if ended else []
        url = reverse("policies:detail", args=[policy.slug])
        if policy.version > row.told_version:
            before = self.known.get((policy.pk, row.told_version))
            if before is None:
                lines.append(_("A new version has been published."))
            else:
                lines += changes_told(before, self.now[policy.pk], names)
                url = f"{reverse('policies:compare', args=[policy.slug])}?from={row.told_version}&to={policy.version}"
        return Text(_subject(policy, ended), "\n".join(lines), url) if lines else None


def _subject(policy: Policy, ended: bool) -> str:
    subject = _("A policy you follow has changed: %(title)s")
    if ended:
        subject = _("Its validity ends: %(title)s") if end_of(policy) else _("It applies again: %(title)s")
    return subject % {"title": presenting.text_of(policy, "title")}


# --- closing windows ----------------------------------------------------------------------------------------------


def _tell_closing(day: date) -> tuple[int, int]:
    days = calendar.current()
    last = days.add_working_days(day, CLOSING_DAYS)
    closing = Policy.objects.in_force(day).filter(window_closes__gt=day, window_closes__lte=last)
    new = Q(told_closing__isnull=True) | ~Q(told_closing=F("policy__window_closes"))
    rows = _locked(Following.objects.filter(new, policy__in=closing).select_related("person", "policy"))
    messages = []
    for row in rows:
        closes = row.told_closing = row.policy.window_closes
        key = f"policy:closing:{row.policy_id}:{row.person_id}:{closes}"
        left = days.working_days_between(day, closes or day)
        text = partial(_closing_text, row.policy, left)
        messages.append(compose(row.person, key=key, kind="policy_closing", text=text))
    post_all(messages)
    Following.objects.bulk_update(rows, ["told_closing"])
    return len(rows), len(messages)


def _closing_text(policy: Policy, left: int) -> Text:
    words = ngettext(
        "Applications close on %(day)s, in %(count)d working day.",
        "Applications close on %(day)s, in %(count)d working days.",
        left,
    )
    return Text(
        _("Applications close soon: %(title)s") % {"title": presenting.text_of(policy, "title")},
        words % {"day": day_plain(policy.window_closes), "count": left},
        reverse("policies:detail", args=[policy.slug]),
    )
