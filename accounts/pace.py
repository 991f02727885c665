"""How often somebody may send what stands open to everybody.

Counted in Valkey, for each purpose apart: by the person who has signed in, else by a fingerprint of the address. An
address may be that of a whole office or of a hall full of guests. While Valkey is away nobody is kept out.
"""

from hashlib import sha256

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import ngettext

MINUTES = 15
MOST = 60
GUESSES = 20  # of addresses that open nothing; who has a letter needs none
CODE = "too-often"


def address_of(request: HttpRequest) -> str:
    """Where the visitor asks from; nothing behind a proxy that does not tell."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def too_often(request: HttpRequest, what: str, most: int = MOST) -> bool:
    """Whether it is once too often, this time included. `what`: a word for the purpose."""
    who = f"person {request.user.pk}" if request.user.is_authenticated else address_of(request)
    key = f"pace:{what}:{sha256(f'{settings.SECRET_KEY}{who}'.encode()).hexdigest()[:32]}"
    cache.add(key, 0, MINUTES * 60)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # forgotten between the two
        return False


def held_back(request: HttpRequest, form: BaseForm, what: str) -> bool:
    """The same of a form that could be taken; the form then says so, and keeps what was typed."""
    if not too_often(request, what):
        return False
    words = ngettext(
        "A lot was sent from here in a short time. Your text is kept: please send it again in %(count)s minute.",
        "A lot was sent from here in a short time. Your text is kept: please send it again in %(count)s minutes.",
        MINUTES,
    )
    form.add_error(None, ValidationError(words % {"count": MINUTES}, code=CODE))
    return True


def status_of(form: BaseForm) -> int:
    """Of the page that shows the form: taken or not yet sent, to be mended, or to be sent later."""
    if form.is_bound and form.has_error(NON_FIELD_ERRORS, CODE):
        return 429
    return 422 if form.errors else 200
