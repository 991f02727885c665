"""Picking a person without a password, and reading the mail the portal sent. Installed in the demo alone."""

from itertools import groupby
from uuid import UUID

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from notices.models import Message, State
from portal.core.keyset import Order, paginate
from portal.demo.cast import GROUPS, figures, seeded
from portal.demo.links import paragraphs

BACKEND = "accounts.backends.Backend"


@login_not_required
def people(request: HttpRequest) -> HttpResponse:
    groups = [
        {"name": GROUPS[group], "key": group, "figures": list(members)}
        for group, members in groupby(figures(), key=lambda figure: figure.group)
    ]
    return render(request, "demo/people.html", {"groups": groups})


@require_POST
@login_not_required
def sign_in(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people, in the language of the page."""
    chosen = request.POST.get("user", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        raise Http404
    login(request, get_object_or_404(seeded(), pk=int(chosen)), backend=BACKEND)
    return redirect("home:landing")


@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """Everything that was sent, the newest first; `?to=` looks for an address."""
    to = request.GET.get("to", "").strip()[:254]
    sent = Message.objects.filter(state=State.SENT).only("uuid", "email", "subject", "language", "sent_at")
    if to:
        sent = sent.filter(email__icontains=to)
    order = [Order("sent_at", desc=True, nulls_last=True), Order("id", desc=True)]
    page = paginate(sent, order=order, cursor=request.GET.get("cursor"), size=25)
    return render(request, "demo/mailbox.html", {"page": page, "to": to})


@login_not_required
def mail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    message = get_object_or_404(Message, uuid=uuid, state=State.SENT)
    context = {"message": message, "paragraphs": paragraphs(message.body, request.get_host())}
    return render(request, "demo/mail.html", context)
