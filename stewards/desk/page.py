"""What the request page of the desk shows, read in a constant number of queries."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.kinds import keys_of, kind_of, somebody
from portal.core.prepared import KEY, OTHERS, TEXT, kept
from portal.core.templatetags.ui import day_plain
from stewards import timeline
from stewards.assignment.presenting import why_on
from stewards.desk.acts import offers
from stewards.desk.forms import ActForm
from stewards.desk.rows import TONES
from stewards.enums import OPEN_STATES, EventKind, RequestState
from stewards.models import HelpRequest, HelpRequestQuerySet
from stewards.parts import standing
from stewards.parts.presenting import section
from stewards.queries import steward_of
from stewards.standard import beside as standard
from stewards.standard import deadlines
from stewards.timewords import when_words
from stewards.transitions import Verb

MOST_OTHERS = 10


def whole(requests: HelpRequestQuerySet) -> HelpRequestQuerySet:
    """With everything that stands beside a request on its page."""
    return (
        requests.defer("search")
        .select_related(
            *("asker", "policy", "department", "steward", "handler", "recorded_by", "category__parent", "merged_into"),
            *("enterprise__industry", "enterprise__subdistrict", "enterprise__park"),
        )
        .prefetch_related(standing.WITH_PARTS)
    )


def context_of(request: HelpRequest, user: Any, sent: ActForm | None = None) -> dict[str, Any]:
    """`sent` is the form of an act that was refused or filled in wrongly: it comes back as it was typed."""
    possible, refused = offers(user, request, sent)
    lost = sent is not None and sent.verb not in {offer.verb for offer in possible}
    entries = timeline.entries(request, internal=True, reads=standing.reader(user, request))
    promised = standard.beside_request(request, user, entries)
    if promised["ask"] is not None:
        possible = [offer for offer in possible if offer.verb != Verb.ASK_TIME or offer.form is sent]
    accept = next((offer for offer in possible if offer.verb == Verb.ACCEPT), None)
    due, due_tone = _due(request)
    stewardship = steward_of(request.enterprise)
    return {
        "asked": request,
        "tone": TONES.get(RequestState(request.state), "quiet"),
        "entries": [_without_the_request(entry) for entry in entries],
        "files": next((entry.attachments for entry in entries if entry.kind == EventKind.SUBMITTED), []),
        "due": due,
        "due_tone": due_tone,
        "clock": _clock(request),
        "holder": _holder(request),
        "provisional": _provisional(request),
        "enterprise_steward": stewardship.steward if stewardship else None,
        "others": _others(request, user),
        "why": why_on(entries),
        "shows_others": user.has_role(Role.ADMIN),
        "parts": section(request, user),
        **promised,
        "accept": accept,
        "offers": [offer for offer in possible if offer is not accept],
        "refused": refused,
        "sent_verb": sent.verb if sent else "",
        "kept": sent.typed if sent and lost else "",
    }


def _without_the_request(entry: timeline.Entry) -> timeline.Entry:
    """The first entry repeats what stands at the top of the page."""
    return replace(entry, text="", attachments=[]) if entry.kind == EventKind.SUBMITTED else entry


def _due(request: HelpRequest) -> tuple[str, str]:
    """How the due date stands, as in the queue."""
    if request.due_on is None or request.state not in OPEN_STATES:
        return "", "quiet"
    stands = deadlines.standing_of(request)
    return ("", "quiet") if request.waiting_since and not stands.is_late else (str(stands), stands.tone)


def _holder(request: HelpRequest) -> str:
    if request.state == RequestState.SUBMITTED:
        return _("Nobody has taken it yet.")
    return deadlines.holder_words(request) if request.is_open else ""


def _provisional(request: HelpRequest) -> str:
    return deadlines.provisional_words(request.due_on) if request.due_provisional and request.due_on else ""


def _clock(request: HelpRequest) -> str:
    """Whether the clock runs, and why not."""
    if request.waiting_since:
        return _("The clock stands still since %(when)s: it is the enterprise's turn.") % {
            "when": when_words(request.waiting_since)
        }
    if request.is_open:
        return _("The clock runs.")
    if request.answered_at:
        return _("Answered on %(day)s.") % {"day": day_plain(request.answered_at)}
    return _("The clock has stopped.")


def _others(request: HelpRequest, user: Any) -> list[HelpRequest]:
    """Other open requests of the enterprise that the person may see."""
    if request.enterprise_id is None:
        return []
    facts = keys_of(user) | {KEY: request.pk, OTHERS[0]: request.enterprise_id}
    return kept(_others_of, *kind_of(user)).all(facts)


def _others_of(*kind: Any) -> HelpRequestQuerySet:
    desk = HelpRequest.objects.readable_by(somebody(*kind)).open().filter(enterprise=OTHERS[0])
    return desk.exclude(pk=KEY).only("number", "subject", "state").order_by("-pk")[:MOST_OTHERS]


def on_desk(user: Any, number: str) -> HelpRequest | None:
    """The request of that number with everything that stands beside it, if the person may read it."""
    found = kept(_on_desk_of, *kind_of(user)).all(keys_of(user) | {TEXT: number})
    return found[0] if found else None


def _on_desk_of(*kind: Any) -> HelpRequestQuerySet:
    return whole(HelpRequest.objects.readable_by(somebody(*kind)).filter(number=TEXT))
