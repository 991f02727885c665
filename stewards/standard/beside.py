"""What the request page of the desk shows of the promise: the same reckoning as the enterprise's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.calendar import local_day
from stewards.models import HelpRequest
from stewards.standard import deadlines
from stewards.standard.asks import pending_of
from stewards.standard.contact import first_contact
from stewards.standard.rules import may_decide
from stewards.timeline import Entry


@dataclass(frozen=True, slots=True)
class Promise:
    """contact: a sentence; given: entries of the timeline that gave more time; told: what the enterprise reads."""

    contact: str
    contact_late: bool
    given: list[Entry]
    told: list[str]


def beside_request(request: HelpRequest, user: Any, entries: Sequence[Entry]) -> dict[str, Any]:
    """One query at most, none once the request is over."""
    today = local_day()
    contact = first_contact(request, entries)
    told = deadlines.explain(request, today, [entry for entry in entries if not entry.internal])
    ask = pending_of(request)
    return {
        "promise": Promise(
            contact.words(today) if contact and (request.is_open or contact.at) else "",
            bool(contact and request.is_open and contact.is_late(today)),
            deadlines.extensions(entries),
            told if request.is_open else [],
        ),
        "ask": ask,
        "decides": bool(ask and may_decide(user, request)),
    }
