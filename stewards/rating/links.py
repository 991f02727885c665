"""The signed link by which an answer is rated without signing in: one request, one round, one person, so many days."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from notices.delivery import absolute
from stewards import rules
from stewards.deskwork.callers import NO_ACCOUNT
from stewards.models import HelpRequest
from stewards.transitions import Verb

SALT = "stewards.rating.link"
LONGEST = 200
TRIES, MINUTES = 20, 15  # of one address; a person needs one


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


def too_often(request: HttpRequest) -> bool:
    """Counts this time too, by the person who has signed in, else by a fingerprint of the address. While Valkey is
    away nobody is kept out: the signature, not the count, is what protects a rating."""
    try:
        signed_in = request.user.is_authenticated
        address = f"person {request.user.pk}" if signed_in else get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # behind a proxy that does not tell
        address = ""
    key = f"rating-link:{sha256(f'{settings.SECRET_KEY}{address}'.encode()).hexdigest()[:32]}"
    cache.add(key, 0, MINUTES * 60)
    try:
        return bool(cache.incr(key) > TRIES)
    except ValueError:  # forgotten between the two
        return False
