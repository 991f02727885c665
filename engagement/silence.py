"""Reminding stewards of key enterprises that nobody has been in touch with for long (90 days by default).

Contact is what the enterprise's contact record holds: visits, and words written to it on a request. Nobody is reminded
while the guard keeps the enterprise in peace or a visit is booked; once that is over the reminder is still due. Each
silence is told once, and again after as many days more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from engagement.booking import books_of
from engagement.enums import AHEAD, Contact
from engagement.guard import Verdict, judge
from engagement.models import Visit
from engagement.queries import contact_days, silent
from enterprises.models import Enterprise
from notices.models import Message
from notices.workflow import Text, compose, post_all
from portal.core.calendar import current, local_day
from portal.core.templatetags.ui import day_plain
from stewards.queries import current_stewardships

BATCH = 100
PEACE = {"quiet", "not_now", "declined"}


def sweep(now: datetime | None = None) -> int:
    """Post what is due and not yet told; returns how many. A missed run loses nothing, a second adds none."""
    now = now or timezone.now()
    today = local_day(now)
    days = contact_days(today)
    if not days or timezone.localtime(now).hour < settings.REMINDER_HOUR or not current().is_working(today):
        return 0
    told, last, stewards = 0, 0, Stewards.now(today)
    booked = Visit.objects.filter(enterprise=OuterRef("pk"), state__in=AHEAD, day__gte=today)
    waiting = silent(today).filter(~Exists(booked.exclude(asked_by=Contact.ENFORCEMENT))).order_by("pk")
    while batch := list(waiting.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        told += _tell([Silence(each, since_of(each), days) for each in batch], stewards, today)
    return told


@dataclass(frozen=True)
class Silence:
    """An enterprise and the day since which nobody has been in touch with it."""

    enterprise: Enterprise
    since: date
    days: int

    def lasts(self, today: date) -> int:
        return (today - self.since).days

    def key(self, today: date, person: User) -> str:
        """Another one after as many days more, for somebody else, or after a contact in between."""
        turn = self.lasts(today) // self.days
        return f"visit:silent:{self.enterprise.pk}:{self.since}:{turn}:{person.pk}"


def since_of(enterprise: Any) -> date:
    """The last contact; where there was none, since the portal knows the enterprise."""
    written = enterprise.last_written and local_day(enterprise.last_written)
    contacts = [day for day in (enterprise.last_visit, written) if day]
    return max(contacts) if contacts else local_day(enterprise.created_at)


@dataclass(frozen=True)
class Stewards:
    """Who looks after which place today, read once a sweep."""

    of: dict[tuple[str, Any], User]
    admins: list[User]

    @classmethod
    def now(cls, today: date) -> "Stewards":
        rows = current_stewardships(today).select_related("steward").order_by("starts_on", "pk")
        places = {(row.scope, getattr(row, f"{row.scope}_id")): row.steward for row in rows}
        return cls(places, list(User.objects.with_role(Role.ADMIN)))

    def __call__(self, enterprise: Enterprise) -> list[User]:
        """The narrowest; the service centre where there is none."""
        places = [
            ("enterprise", enterprise.pk),
            ("park", enterprise.park_id),
            ("subdistrict", enterprise.subdistrict_id),
        ]
        found = next((self.of[place] for place in places if place in self.of), None)
        return [found] if found else self.admins


def _tell(silences: Iterable[Silence], stewards: Stewards, today: date) -> int:
    due = [each for each in silences if each.lasts(today) > each.days]
    keys = {each.key(today, person): (each, person) for each in due for person in stewards(each.enterprise)}
    told = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = {key: found for key, found in keys.items() if key not in told}
    messages = list(_messages(fresh, today))
    post_all(messages)
    return len(messages)


def _messages(fresh: dict[str, tuple[Silence, User]], today: date) -> Iterator[Message]:
    books = books_of([silence.enterprise for silence, _person in fresh.values()]) if fresh else {}
    for key, (silence, person) in fresh.items():
        verdict = judge(Contact.GOVERNMENT, today, books[silence.enterprise.pk], today)
        if not PEACE & {reason.code for reason in verdict.reasons}:
            yield compose(
                person,
                key=key,
                kind="visit.silent",
                text=lambda s=silence, p=person, v=verdict: _text(s, p, v, today),  # type: ignore[misc]
            )


def _text(silence: Silence, person: User, verdict: Verdict, today: date) -> Text:
    enterprise, count = silence.enterprise, silence.lasts(today)
    subject = ngettext("No contact for %(count)s day: %(name)s", "No contact for %(count)s days: %(name)s", count)
    free = today if verdict else verdict.first_free
    when = (
        _("The contact guard allows a visit from %(day)s on; a call counts as well.") % {"day": day_plain(free)}
        if free
        else _("The contact guard allows no more visits for now: please call instead.")
    )
    why = (
        _("Why you get this: the service centre has no steward for this key enterprise.")
        if person.has_role(Role.ADMIN)
        else _("Why you get this: you are the steward of this key enterprise.")
    )
    facts = {"count": count, "name": enterprise.name, "since": day_plain(silence.since)}
    body = _("Nobody has visited %(name)s or written to it since %(since)s.") % facts
    url = reverse("visits:no-contact") if person.has_role(Role.ADMIN) else reverse("visits:plan", args=[enterprise.pk])
    return Text(subject % facts, f"{body} {when}\n\n{why}", url)
