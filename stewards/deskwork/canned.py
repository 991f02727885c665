"""Answers and questions that are sent often: kept by stewards and the service centre, filled in for a request in its
language.

`{enterprise}` and the like stand for what the request knows. Others are refused when the text is kept, with their
place; one that a request cannot fill in stays as it is, and is refused when the message is sent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import User
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from portal.core.templatetags.ui import day_plain
from stewards.enums import RequestType
from stewards.models import CannedAnswer, HelpRequest, RequestCategory
from stewards.transitions import Verb

TAKING = (Verb.CONTACT, Verb.ASK_BACK, Verb.ANSWER)
MOST = 200
WORDS: dict[str, str | Promise] = {
    "enterprise": gettext_lazy("the enterprise's name"),
    "number": gettext_lazy("the number of the request"),
    "steward": gettext_lazy("the responsible steward"),
    "phone": gettext_lazy("the steward's telephone"),
    "policy": gettext_lazy("the policy that the request is about"),
    "due": gettext_lazy("the day on which the answer is due"),
}
_BRACED = re.compile(r"\{[^{}\n]*\}|[{}]")


def faults(text: str) -> list[str]:
    """A sentence for each placeholder that does not exist, with its place."""
    return [_fault(text, found) for found in _BRACED.finditer(text) if found[0][1:-1] not in WORDS]


def _fault(text: str, found: re.Match[str]) -> str:
    line = text.count("\n", 0, found.start()) + 1
    place = {"what": found[0], "line": line, "place": found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1}
    if len(found[0]) == 1:
        return _("Line %(line)d, character %(place)d: “%(what)s” stands alone.") % place
    return _("Line %(line)d, character %(place)d: there is no placeholder “%(what)s”.") % place


def unfilled(text: str) -> list[str]:
    """Placeholders that are still in a text somebody is about to send."""
    return [found for found in dict.fromkeys(_BRACED.findall(text)) if found[1:-1] in WORDS]


def filled(canned: CannedAnswer, request: HelpRequest) -> str:
    """The text in the language of the request's answer, with what the request knows in its places."""
    with bilingual.speaking(request.language):
        known = _known(request)
        return _BRACED.sub(lambda found: known.get(found[0][1:-1]) or found[0], canned.text)


def _known(request: HelpRequest) -> dict[str, str]:
    steward = request.steward
    return {
        "enterprise": request.enterprise.name if request.enterprise else "",
        "number": request.number or "",
        "steward": steward.name if steward else "",
        "phone": steward.phone if steward else "",
        "policy": str(request.policy) if request.policy else "",
        "due": day_plain(request.due_on),
    }


@dataclass(frozen=True)
class Group:
    """Some of the list to choose from, under a heading."""

    label: str
    rows: list[CannedAnswer]


@dataclass(frozen=True)
class Offered:
    """What is offered on a request's page: what was written for such requests comes first."""

    answers: list[Group]
    questions: list[Group]

    def __bool__(self) -> bool:
        return bool(self.answers or self.questions)


def offered(request: HelpRequest) -> Offered:
    """Those in use, for the list to choose from; one query."""
    names = ("title_zh_hans", "title_en", "title", "use", "type", "category")
    found = list(CannedAnswer.objects.filter(active=True).only(*names)[:MOST])
    answers, questions = ([each for each in found if each.use == use] for use in CannedAnswer.Use)
    behind = [Group(str(_("Answers and messages")), answers)] if answers else []
    return Offered(groups(answers, request), groups(questions, request) + behind)


def groups(rows: list[CannedAnswer], request: HelpRequest) -> list[Group]:
    """For the request's category, for its type, for all, for others: those that hold something."""
    category = request.category
    near = {category.pk, category.parent_id} - {None} if category else set()
    sorted_in: dict[str, list[CannedAnswer]] = {"category": [], "type": [], "all": [], "other": []}
    for each in rows:
        sorted_in[_place(each, request.type, near)].append(each)
    labels = {
        "category": str(category or ""),
        "type": str(request.get_type_display()),
        "all": _("For all requests"),
        "other": _("For other requests"),
    }
    return [Group(labels[name], found) for name, found in sorted_in.items() if found]


def _place(canned: CannedAnswer, type: str, near: set[Any]) -> str:
    if canned.type not in ("", type) or (canned.category_id and canned.category_id not in near):
        return "other"
    if canned.category_id:
        return "category"
    return "type" if canned.type else "all"


def inserted(typed: str, chosen: str, request: HelpRequest) -> str:
    """What was typed, and after it the chosen text."""
    key = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0
    canned = CannedAnswer.objects.filter(active=True, pk=key).first()
    return "\n\n".join(filter(None, (typed.strip(), filled(canned, request) if canned else "")))


def may_keep(user: User) -> Verdict:
    if user.has_role(Role.STEWARD, Role.ADMIN):
        return Allowed()
    return Denied(_("Stewards and the service centre keep the canned answers."))


def keep(
    canned: CannedAnswer | None,
    *,
    by: User,
    words: Mapping[str, str],
    use: str = CannedAnswer.Use.ANSWER,
    type: str = "",
    category: RequestCategory | None = None,
    active: bool = True,
) -> CannedAnswer:
    """Write a new one or change one. `words`: title_zh_hans, title_en, text_zh_hans, text_en."""
    require(may_keep(by))
    if use not in CannedAnswer.Use.values or type not in ("", *RequestType.values):
        raise Refused(_("Say what it is for."))
    for text in words.values():
        if not text.strip() or faults(text):
            raise Refused(" ".join(faults(text)) or _("A canned answer has a name and a text in both languages."))
    facts: dict[str, Any] = {**words, "use": use, "type": type, "category": category, "active": active}
    facts |= {"changed_by": by, "changed_at": timezone.now()}
    if canned is None:
        return CannedAnswer.objects.create(**facts)
    with transaction.atomic():
        locked = CannedAnswer.objects.select_for_update(of=("self",)).get(pk=canned.pk)
        for name, value in facts.items():
            setattr(locked, name, value)
        locked.save(update_fields=list(facts))
    return locked
