"""What each reminder says, and why somebody gets it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from notices.workflow import Text
from portal.core.templatetags.ui import day_plain
from stewards.models import HelpRequest
from stewards.rating.messages import invitation
from stewards.reminding.told import Told


@dataclass(frozen=True)
class Wording:
    """`name` for lists; subject and body for the message; `why` ends the message and explains the ledger's row."""

    name: Promise
    subject: Promise
    body: Promise
    why: Promise
    page: str


MOST_OF_PART = 300
ASKED_FOR_DATE = ("overdue-admin", "overdue-leader")
NEW_DATE_FOR = ("overdue", "overdue-enterprise", *ASKED_FOR_DATE)
DESK, OWN = "desk:request", "requests:detail"

WORDINGS: dict[str, Wording] = {
    "unaccepted": Wording(
        gettext_lazy("Not accepted yet"),
        gettext_lazy("Please accept: %(number)s “%(subject)s”"),
        gettext_lazy(
            "The request of %(enterprise)s has been waiting since %(since)s for somebody to accept it. Please accept "
            "it and get in touch with the enterprise, or hand it on to somebody who can."
        ),
        gettext_lazy(
            "It is yours to accept or to assign, and the time for that is over: whoever receives a request first sees "
            "it through."
        ),
        DESK,
    ),
    "due-tomorrow": Wording(
        gettext_lazy("Due soon"),
        gettext_lazy("Due on %(due)s: %(number)s “%(subject)s”"),
        gettext_lazy(
            "%(enterprise)s was promised an answer by %(due)s. If something is missing, ask the enterprise: the clock "
            "stands still while it is their turn."
        ),
        gettext_lazy("You handle this request or are its steward, and the last day for the answer is near."),
        DESK,
    ),
    "overdue": Wording(
        gettext_lazy("Overdue"),
        gettext_lazy("Overdue: %(number)s “%(subject)s”"),
        gettext_lazy(
            "%(enterprise)s was promised an answer by %(due)s and is still waiting. Please answer today, or set a "
            "new date with the reason on the request's page: the enterprise is told of it at once."
        ),
        gettext_lazy("You handle this request or are its steward, and its last day has passed without an answer."),
        DESK,
    ),
    "part-overdue": Wording(
        gettext_lazy("Part of a department overdue"),
        gettext_lazy("A part is overdue: %(number)s “%(subject)s”"),
        gettext_lazy(
            "A department's part of the request of %(enterprise)s is late; the enterprise was promised its answer by "
            "%(due)s. Please finish the part today, or agree on another day with the steward: %(responsible)s."
        ),
        gettext_lazy("The part is yours or your department's, or you are the steward of the request."),
        DESK,
    ),
    "overdue-admin": Wording(
        gettext_lazy("Overdue: to the service centre"),
        gettext_lazy("Overdue since %(due)s: %(number)s “%(subject)s”"),
        gettext_lazy(
            "%(enterprise)s was promised an answer by %(due)s. Responsible: %(responsible)s. Please see what holds it "
            "up, and assign it anew if needed."
        ),
        gettext_lazy("You are in charge of the service centre, and this request has been overdue for several days."),
        DESK,
    ),
    "overdue-leader": Wording(
        gettext_lazy("Overdue: to the linked leader"),
        gettext_lazy("Overdue since %(due)s: %(number)s “%(subject)s”"),
        gettext_lazy(
            "%(enterprise)s was promised an answer by %(due)s and has none yet. Responsible: %(responsible)s. The "
            "service centre knows; the enterprise has been told that the district is late."
        ),
        gettext_lazy(
            "You are a linked leader, or in charge of the service centre while no leader is linked here, and this "
            "request has been overdue for many days."
        ),
        DESK,
    ),
    "late-enterprise": Wording(
        gettext_lazy("Overdue without a new date: to the enterprise"),
        gettext_lazy("Your answer is late: %(number)s “%(subject)s”"),
        gettext_lazy(
            "We promised you an answer by %(due)s and it is not there. We are sorry. %(responsible)s was asked at the "
            "same time to give you a new date; you are told as soon as there is one. You need not do anything."
        ),
        gettext_lazy("The promised day has passed without an answer, and you should hear that from us first."),
        OWN,
    ),
    "renewed": Wording(
        gettext_lazy("New date missed"),
        gettext_lazy("The new date has passed: %(number)s “%(subject)s”"),
        gettext_lazy(
            "%(enterprise)s was promised an answer by %(due)s, then by %(renewed)s, and is still waiting. Please "
            "answer today, or call the enterprise and set a date that holds."
        ),
        gettext_lazy("You handle this request or are its steward, and the new date has passed without an answer."),
        DESK,
    ),
    "renewed-enterprise": Wording(
        gettext_lazy("New date missed: to the enterprise"),
        gettext_lazy("We have missed the new date too: %(number)s “%(subject)s”"),
        gettext_lazy(
            "We told you that the answer comes by %(renewed)s, and it has not come. We are sorry. You can reach "
            "%(responsible)s about it at any time; the request's page has a button if nobody gets in touch."
        ),
        gettext_lazy("The new date that we gave you has passed without an answer."),
        OWN,
    ),
    "unreported": Wording(
        gettext_lazy("Instruction without a report"),
        gettext_lazy("A leader waits for your report: %(number)s “%(subject)s”"),
        gettext_lazy(
            "A linked leader gave an instruction on the request of %(enterprise)s on %(since)s. Please report on the "
            "request's page what was done."
        ),
        gettext_lazy("You handle this request or are its steward, and an instruction on it has no report yet."),
        DESK,
    ),
    "overdue-enterprise": Wording(
        gettext_lazy("Overdue: to the enterprise"),
        gettext_lazy("We are late with your request %(number)s “%(subject)s”"),
        gettext_lazy(
            "We promised you an answer by %(due)s and have not kept that promise. We are sorry. Your request is not "
            "lost: those in charge of the service have been told. You can reach %(responsible)s about it at any time."
        ),
        gettext_lazy("Your request has been overdue for many days, and you have a right to know."),
        OWN,
    ),
    "waiting": Wording(
        gettext_lazy("Waiting for the enterprise"),
        gettext_lazy("Your turn: %(number)s “%(subject)s”"),
        gettext_lazy(
            "We asked you something on %(since)s and cannot go on without your reply. The days we have promised stand "
            "still until then. A short reply on the request's page is enough."
        ),
        gettext_lazy("It is your turn in your own request, and we have not heard from you for some days."),
        OWN,
    ),
    "waiting-again": Wording(
        gettext_lazy("Waiting for the enterprise, again"),
        gettext_lazy("Still your turn: %(number)s “%(subject)s”"),
        gettext_lazy(
            "We asked you something on %(since)s and are still waiting for your reply. If you no longer need an "
            "answer, you can withdraw the request on its page. This is our last reminder of this question."
        ),
        gettext_lazy("It is your turn in your own request, and we have not heard from you for a good while."),
        OWN,
    ),
    "unrated": Wording(
        gettext_lazy("Answered, not rated"),
        gettext_lazy("Did our answer help? %(number)s “%(subject)s”"),
        gettext_lazy(
            "We answered your request on %(since)s. Please tell us whether it is solved: it takes less than a "
            "minute. If it is not, you can open the request again. We ask this once only."
        ),
        gettext_lazy("Your request was answered some days ago and you have not rated the answer."),
        OWN,
    ),
    "lasting": Wording(
        gettext_lazy("Did it last?"),
        gettext_lazy("Did the solution last? %(number)s “%(subject)s”"),
        gettext_lazy(
            "Your request was closed on %(since)s. One click on its page is enough to tell us: yes, it has lasted; or "
            "no, and the request is open again without explaining everything a second time."
        ),
        gettext_lazy("Your request was closed some days ago, and we want to know whether the solution holds."),
        OWN,
    ),
}

_SINCE: dict[str, Callable[[HelpRequest | Told], datetime | None]] = {
    "unaccepted": lambda request: request.assigned_at or request.submitted_at,
    "unreported": lambda request: request.attention_at,
    "waiting": lambda request: request.waiting_since,
    "waiting-again": lambda request: request.waiting_since,
    "unrated": lambda request: request.answered_at,
    "lasting": lambda request: request.closed_at,
}


@dataclass(frozen=True)
class _Said:
    """A wording in one language, with the names of the values that it asks for."""

    subject: str
    body: str
    names: frozenset[str]
    why: str
    address: str  # of a page about a request, without its number


@cache
def _said(code: str, _language: str | None) -> _Said:
    wording = WORDINGS[code]
    subject, body = str(wording.subject), str(wording.body)
    why = _("Why you get this: %(why)s") % {"why": wording.why}
    address = reverse(wording.page, args=["-"]).removesuffix("-/")
    return _Said(subject, body, frozenset(_NAMES.findall(subject + body)), why, address)


_NAMES = re.compile(r"%\((\w+)\)s")


@lru_cache(1_000)
def _day(value: date | None, _language: str | None) -> str:
    return day_plain(value)


_VALUES: dict[str, Callable[[str, HelpRequest | Told, str | None], Any]] = {  # of a rule, a request, in a language
    "number": lambda _code, request, _language: request.number,
    "subject": lambda _code, request, _language: request.subject,
    "enterprise": lambda _code, request, _language: (
        request.enterprise or _("A founder whose enterprise is not registered yet")
    ),
    "due": lambda _code, request, language: _day(request.due_on, language),
    "renewed": lambda _code, request, language: _day(request.renewed_due_on, language),
    "since": lambda code, request, _language: day_plain(_SINCE[code](request)),
    "responsible": lambda _code, request, _language: _responsible(request),
}


def text(code: str, request: HelpRequest | Told, recipient: Any = None) -> Text:
    """The message of a rule about a request, in the active language; who is asked to rate gets a link for that."""
    language = get_language()
    said = _said(code, language)
    values = {name: _VALUES[name](code, request, language) for name in said.names}
    link = invitation(request, recipient) if recipient and code == "unrated" else ""
    told = _new_date(code, request.renewed_due_on, language) if code in NEW_DATE_FOR else ""
    body = "\n\n".join(filter(None, [said.body % values, _late_part(request), told, link, said.why]))
    return Text(said.subject % values, body, f"{said.address}{request.number}/")


def _late_part(request: HelpRequest | Told) -> str:
    """Which department's part a reminder is about, where it is about one."""
    part = getattr(request, "late_part", None)
    if part is None:
        return ""
    facts = {"department": part.department, "day": day_plain(part.due_on), "asked": part.asked[:MOST_OF_PART]}
    return _("%(department)s, due on %(day)s: %(asked)s") % facts


@lru_cache(1_000)
def _new_date(code: str, renewed: date | None, _language: str | None) -> str:
    """What the enterprise was told since the promise was broken, so that no two messages contradict each other."""
    if renewed is None:
        return _("The enterprise has not been given a new date yet.") if code in ASKED_FOR_DATE else ""
    day = {"day": day_plain(renewed)}
    if code == "overdue-enterprise":
        return _("The new date that we gave you is %(day)s.") % day
    return _("The enterprise has been told a new date: %(day)s.") % day


def _responsible(request: HelpRequest | Told) -> str:
    """The steward with the telephone number; before there is one, the service centre."""
    steward = request.steward
    if steward is None:
        return _("the service centre")
    return " ".join(part for part in (steward.name, steward.phone) if part)
