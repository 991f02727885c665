"""A messenger to try the channel with: it takes what the portal sends, checks who is speaking, and shows it.

It stands for the district's own messenger, and checks a message as docs/operations.md tells its makers to.
"""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.enums import Role
from accounts.http import SignedInRequest
from notices.models import Endpoint
from portal.core.access import roles_required

NAME = "演示即时通讯 Demo messenger"
TAKEN = "demo:messenger"
MOST, LONGEST, TOO_OLD = 30, 20_000, 300


def address() -> str:
    """Where this demonstration takes messages itself."""
    with override("en"):
        return f"{settings.SITE_URL}{reverse('demo:messenger-take')}"


def connect() -> Endpoint:
    """The demo's own endpoint, at the address of this demonstration."""
    endpoint, _made = Endpoint.objects.update_or_create(name=NAME, defaults={"url": address(), "active": True})
    return endpoint


@csrf_exempt
@require_POST
@login_not_required
def take(request: HttpRequest) -> HttpResponse:
    """What the portal calls. 401: not signed by the portal; 204: taken, or had been taken before."""
    endpoint = Endpoint.objects.filter(name=NAME, active=True).first()
    if endpoint is None or len(request.body) > LONGEST:
        return HttpResponse(status=413 if endpoint else 410)
    if not signed(endpoint.secret, request.headers.get("X-Portal-Signature", ""), request.body, time.time()):
        return HttpResponse(status=401)
    facts = _read(request.body)
    if facts is None:
        return HttpResponse(status=400)
    seen = cache.get(TAKEN, [])
    if not any(each["id"] == facts["id"] for each in seen):
        cache.set(TAKEN, [{**facts, "taken_at": timezone.now()}, *seen][:MOST], None)
    return HttpResponse(status=204)


def signed(secret: str, header: str, body: bytes, now: float) -> bool:
    """As docs/operations.md shows it: the portal's signature, not older than five minutes."""
    at, given = ([*(part.partition("=")[2] for part in header.split(",")), "", ""])[:2]
    if not (at.isascii() and at.isdecimal() and given.isascii() and len(at) < 12):
        return False
    expected = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, given) and abs(now - int(at)) < TOO_OLD


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        facts = json.loads(body)
        UUID(facts["id"])
        read = {name: str(facts[name]) for name in ("id", "to", "language", "subject", "text", "url")}
        return read | {"url": read["url"] if read["url"].startswith(f"{settings.SITE_URL}/") else ""}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@roles_required(Role.ADMIN)
def messenger(request: SignedInRequest) -> HttpResponse:
    """What came; POST connects the portal to it, at the address of today."""
    if request.method == "POST":
        connect()
        messages.success(request, _("Connected. Send yourself a test message on the channel's page."))
        return redirect("demo:messenger")
    endpoint = Endpoint.objects.filter(name=NAME).first()
    connected = endpoint is not None and endpoint.active and endpoint.url == address()
    context = {"taken": cache.get(TAKEN, []), "endpoint": endpoint, "connected": connected}
    return render(request, "demo/messenger.html", context)
