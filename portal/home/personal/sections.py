"""What the portal keeps of a person, app by app: each has a section in this list.

A section is read for the person and nobody else; values are plain, so that they make a page and a JSON file alike.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from enterprises.models import Membership
from outreach.models import Candidate, Registration, Subscriber
from policies.models import ConsultationComment, Following, SavedSearch
from portal.core.templatetags.ui import day_plain
from stewards.models import HelpRequest, Rating

Row = Mapping[str, Any]
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Source:
    """key: its name in the file. labels: what its columns are called on the page."""

    key: str
    title: str | Promise
    labels: Mapping[str, str | Promise]
    read: Callable[[User], Iterable[Row]]


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    rows: list[list[tuple[str, str, str]]]  # label, value and its language; what is empty left out


def _account(person: User) -> Iterable[Row]:
    names = ("email", "name_zh", "name_en", "title_zh", "title_en", "phone", "date_joined", "last_login")
    row = {name: getattr(person, name) for name in names}
    roles = [str(label) for value, label in person._meta.get_field("roles").base_field.choices if value in person.roles]  # type: ignore[union-attr]
    yield {**row, "language": person.get_language_display(), "roles": ", ".join(roles)}


def _memberships(person: User) -> Iterable[Row]:
    for row in Membership.objects.filter(user=person).select_related("enterprise").order_by("pk"):
        yield {
            "enterprise": str(row.enterprise),
            "role": row.get_role_display(),
            "state": row.get_state_display(),
            "evidence": row.evidence,
            "until": row.until,
            "at": row.created_at,
        }


def _requests(person: User) -> Iterable[Row]:
    for row in HelpRequest.objects.filter(asker=person).select_related("enterprise").defer("search").order_by("pk"):
        yield {
            "number": row.number,
            "subject": row.subject,
            "text": row.body,
            "enterprise": str(row.enterprise or ""),
            "state": row.get_state_display(),
            "at": row.submitted_at or row.created_at,
        }


def _ratings(person: User) -> Iterable[Row]:
    for row in Rating.objects.filter(rated_by=person).select_related("request").order_by("pk"):
        yield {"number": row.request.number, "score": row.score, "text": row.comment, "at": row.created_at}


def _comments(person: User) -> Iterable[Row]:
    rows = ConsultationComment.objects.filter(submission__author=person)
    for row in rows.select_related("submission__consultation").order_by("pk"):
        yield {
            "about": str(row.submission.consultation),
            "text": row.text,
            "at": row.submission.created_at,
        }


def _registrations(person: User) -> Iterable[Row]:
    for row in Registration.objects.of_user(person).select_related("occasion").order_by("pk"):
        yield {
            "about": row.occasion.title,
            "day": row.occasion.day,
            "name": row.name,
            "email": row.email,
            "phone": row.phone,
            "text": "\n".join(filter(None, (row.needs, row.matter))),
            "state": row.get_state_display(),
        }


def _applications(person: User) -> Iterable[Row]:
    for row in Candidate.objects.filter(user=person).order_by("pk"):
        yield {
            "name": row.name,
            "phone": row.phone,
            "text": "\n".join(filter(None, (row.background, row.languages, row.motivation))),
            "state": row.get_state_display(),
            "at": row.created_at,
        }


def _subscriptions(person: User) -> Iterable[Row]:
    for row in Subscriber.objects.filter(email__iexact=person.email, ended_at=None).order_by("pk"):
        yield {"about": str(_("Bulletin by e-mail")), "email": row.email, "at": row.asked_at}
    for follow in Following.objects.filter(person=person).select_related("policy").order_by("pk"):
        yield {"about": str(follow.policy), "at": follow.since}
    for search in SavedSearch.objects.filter(person=person).order_by("pk"):
        words = search.name or ", ".join(f"{name}: {value}" for name, value in search.query.items())
        yield {"about": words, "at": search.since}


LABELS: Mapping[str, str | Promise] = {
    "email": _("E-mail address"),
    "name": _("Name"),
    "name_zh": _("Name in Chinese"),
    "name_en": _("Name in Latin letters"),
    "title_zh": _("Position in Chinese"),
    "title_en": _("Position in English"),
    "phone": _("Telephone"),
    "language": _("Language of messages"),
    "roles": _("Roles"),
    "date_joined": _("Account since"),
    "last_login": _("Last sign-in"),
    "enterprise": _("Enterprise"),
    "role": _("Role"),
    "state": _("State"),
    "evidence": _("How you act for it"),
    "until": _("Mandate until"),
    "number": _("Number"),
    "subject": _("Subject"),
    "text": _("What you wrote"),
    "score": _("Satisfaction, of five"),
    "about": pgettext_lazy("personal data", "About"),
    "day": _("Day"),
    "at": pgettext_lazy("personal data", "When"),
}
SOURCES = (
    Source("account", _("Account"), LABELS, _account),
    Source("memberships", _("Enterprises you act for"), LABELS, _memberships),
    Source("requests", _("Requests you asked"), LABELS, _requests),
    Source("ratings", _("Ratings you gave"), LABELS, _ratings),
    Source("comments", _("Comments on drafts"), LABELS, _comments),
    Source("registrations", _("Registrations"), LABELS, _registrations),
    Source("applications", _("Applications as an observer"), LABELS, _applications),
    Source("subscriptions", _("What you follow"), LABELS, _subscriptions),
)


def sections_of(person: User) -> list[Section]:
    """For the page: in words, in the active language."""
    return [
        Section(source.key, str(source.title), [_words(source, row) for row in source.read(person)])
        for source in SOURCES
    ]


def _words(source: Source, row: Row) -> list[tuple[str, str, str]]:
    said = ((name, _said(value)) for name, value in row.items() if value not in (None, ""))
    return [(str(source.labels[name]), words, tongue_of(words)) for name, words in said]


def tongue_of(words: str) -> str:
    """As people wrote it, whatever the page speaks."""
    return "zh-Hans" if _HAN.search(words) else "en"


def _said(value: Any) -> str:
    return day_plain(value) if isinstance(value, date) else str(value)


def file_of(person: User) -> dict[str, Any]:
    """For the file: the same rows by the names of their columns."""
    found = {source.key: [_plain(row) for row in source.read(person)] for source in SOURCES}
    return {"made_at": timezone.now().isoformat(), **found}


def _plain(row: Row) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date | datetime) else value for name, value in row.items()}
