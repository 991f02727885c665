"""What stands beside a request: for the desk who looks at it from above, for the enterprise what it can say."""

from datetime import date
from typing import Any

from stewards.enums import OPEN_STATES, EventKind, RequestState
from stewards.escalation.rules import TELLING, unheard_now
from stewards.models import HelpRequest
from stewards.timeline import Entry


def of_desk(request: HelpRequest) -> dict[str, Any]:
    """Open instructions and the running supervision; no query where there is neither."""
    instructions = supervision = None
    if request.attention_at:
        instructions = list(request.instructions.filter(reported_at=None).select_related("leader"))
    if request.supervised_at:
        supervision = request.supervisions.filter(ended_at=None).select_related("ordered_by").first()
    return {"instructions": instructions, "supervision": supervision, "new_date": new_date(request)}


def of_asking(request: HelpRequest, entries: list[Entry]) -> dict[str, Any]:
    """What the enterprise's page adds, from the timeline that the page has read anyway."""
    told = [(entry.kind, entry.at, entry.data) for entry in entries if entry.kind in TELLING]
    known = request.state in (*OPEN_STATES, *(RequestState.ANSWERED, RequestState.RATED, RequestState.CLOSED))
    latest = [entry.kind for entry in entries if entry.kind in (EventKind.CLOSED, EventKind.LASTED)]
    return {
        "may_be_unheard": known and request.state != RequestState.WAITING and bool(unheard_now(request, told)),
        "was_unheard": any(kind == EventKind.UNHEARD for kind, _at, _data in told) and request.is_open,
        "asks_whether_it_lasted": request.state == RequestState.CLOSED and latest[-1:] != [EventKind.LASTED],
    }


def new_date(request: HelpRequest) -> date | None:
    """The date that replaced a promise which could not be kept, while the answer is still awaited."""
    return request.renewed_due_on if request.is_open else None
