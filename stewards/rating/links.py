"""The signed link by which an answer is rated without signing in: one request, one round, one person, so many days."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from notices.delivery import absolute
from stewards import rules
from stewards.deskwork.callers import NO_ACCOUNT
from stewards.models import HelpRequest
from stewards.transitions import Verb

SALT = "stewards.rating.link"
LONGEST = 200


class Why(StrEnum):
    """Why a link opens nothing any more."""

    WRONG = "wrong"
    EXPIRED = "expired"
    USED = "used"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that holds: what may be rated, and in whose name."""

    request: HelpRequest
    person: User


def days() -> int:
    return int(settings.RATING_LINK_DAYS)


class Round(Protocol):
    """A request, as far as its rating asks."""

    @property
    def pk(self) -> int: ...

    @property
    def round(self) -> int: ...


def token_of(request: Round, person: User) -> str:
    return signing.dumps([request.pk, request.round, person.pk], salt=SALT)


def address_of(request: Round, person: User) -> str:
    """Absolute, in the active language."""
    return absolute(reverse("rating:link", args=[token_of(request, person)]))


def open_link(token: str) -> Opened | Why:
    """What the link stands for, or why it no longer does. Reads only."""
    try:
        if len(token) > LONGEST:
            return Why.WRONG
        pk, round_, who = signing.loads(token, salt=SALT, max_age=timedelta(days=days()))
    except signing.SignatureExpired:
        return Why.EXPIRED
    except (signing.BadSignature, ValueError, TypeError):
        return Why.WRONG
    request = HelpRequest.objects.defer("search", "body").filter(pk=pk).first()
    person = User.objects.filter(Q(is_active=True) | Q(email=NO_ACCOUNT), pk=who).first()
    if request is None or person is None:
        return Why.PAST
    if request.ratings.filter(round=round_).exists():
        return Why.USED
    if request.round != round_ or not rules.may(person, Verb.RATE, request):
        return Why.PAST
    return Opened(request, person)
