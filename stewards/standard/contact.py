"""First contact: by when a person of the district is in touch with the enterprise, and when somebody was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from portal.core.calendar import local_day
from stewards.enums import IN_TOUCH, Channel, EventKind
from stewards.models import HelpRequest, HelpRequestQuerySet, RequestEvent
from stewards.standard.counting import due_after
from stewards.timeline import Entry
from stewards.timewords import day_words, when_words

# An open request that was spoken about has moved on from these, unless it was assigned anew or referred since.
UNTOUCHED_STATES = ("submitted", "assigned", "accepted")


@dataclass(frozen=True, slots=True)
class Contact:
    """by when it was promised; at: when it happened, and who it was."""

    promised: date
    at: datetime | None = None
    name: str = ""

    @property
    def is_kept(self) -> bool:
        return self.at is not None and local_day(self.at) <= self.promised

    def is_late(self, today: date) -> bool:
        return self.at is None and today > self.promised

    def words(self, today: date) -> str:
        """One sentence, the same for the enterprise and for the desk."""
        day = {"day": day_words(self.promised)}
        if self.at is None:
            if self.is_late(today):
                return _("The first contact was promised by %(day)s and has not happened yet.") % day
            return _("A person gets in touch by %(day)s at the latest.") % day
        facts = {"name": self.name, "when": when_words(self.at), **day}
        if self.is_kept:
            return _("First contact by %(name)s: %(when)s, as promised.") % facts
        return _("First contact by %(name)s: %(when)s, later than promised (%(day)s).") % facts


def promised_by(request: HelpRequest, data: dict[str, Any]) -> date | None:
    """The last day for the first contact, by what the event kept that the request came in with."""
    if request.submitted_at is None or "contact_days" not in data:
        return None
    counts = bool(data.get("receipt_counts"))
    return due_after(local_day(request.submitted_at), data["contact_days"], receipt_counts=counts).day


def first_contact(request: HelpRequest, entries: Iterable[Entry]) -> Contact | None:
    """From the timeline that the page shows anyway. Who took it down by telephone was in touch already."""
    if request.submitted_at is None:
        return None
    entries = list(entries)
    sent = next((entry for entry in entries if entry.kind == EventKind.SUBMITTED), None)
    data = {"contact_days": 1, **(sent.data if sent else {})}
    due = promised_by(request, data)
    assert due
    touched = next((entry for entry in entries if entry.kind in IN_TOUCH), None)
    if sent is not None and request.channel != Channel.ONLINE and request.recorded_by_id:
        touched = sent
    return Contact(due, touched.at, touched.by) if touched else Contact(due)


def not_contacted(requests: HelpRequestQuerySet) -> HelpRequestQuerySet:
    """Open ones of the portal's own channel on which nobody was in touch yet."""
    touched = RequestEvent.objects.filter(request=OuterRef("pk"), kind__in=IN_TOUCH)
    waiting = requests.filter(state__in=UNTOUCHED_STATES, recorded_by__isnull=True)
    return waiting.filter(~Exists(touched))
