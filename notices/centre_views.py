"""The outbox as the service centre sees it: every message the portal sent, or could not send."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from notices.forms import OutboxFilter
from notices.models import Message, State
from notices.rules import may_resend
from notices.workflow import resend, resend_all
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate

MOST_PEOPLE = 50
MOST_CONTENTS = 50


@require_safe
@roles_required(Role.ADMIN)
def outbox(request: SignedInRequest) -> HttpResponse:
    """Newest first, by state and receiver."""
    form = OutboxFilter(request.GET)
    asked = form.asked()
    found = Message.objects.select_related("recipient").defer("body")
    if asked["state"]:
        found = found.filter(state=asked["state"])
    if asked["recipient"]:
        found = found.filter(_received_by(asked["recipient"]))
    page = paginate(found, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    context = {"page": page, "form": form, "filtered": any(asked.values()), "given_up": asked["state"] == State.FAILED}
    return render(request, "notices/outbox.html", context)


@require_safe
@roles_required(Role.ADMIN)
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One message with its way through the outbox, and what a digest holds."""
    message = get_object_or_404(Message.objects.select_related("recipient", "digest"), pk=pk)
    context = {
        "message": message,
        "contents": message.contents.order_by("pk").defer("body")[:MOST_CONTENTS],
        "deliveries": message.deliveries.select_related("endpoint").order_by("pk"),
        "may_resend": may_resend(request.user, message),
    }
    return render(request, "notices/outbox_detail.html", context)


@require_POST
@roles_required(Role.ADMIN)
def send_all_again(request: SignedInRequest) -> HttpResponse:
    """Everything that was given up, after a day on which the mail server refused."""
    try:
        count = resend_all(by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(count)s message is on its way again.", "%(count)s messages are on their way again.", count)
        messages.success(request, words % {"count": count})
    return redirect("outbox:list")


@require_POST
@roles_required(Role.ADMIN)
def send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a message that was given up all its attempts again."""
    message = get_object_or_404(Message, pk=pk)
    try:
        resend(message, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The message is on its way again."))
    return redirect("outbox:detail", pk)


def _received_by(words: str) -> Q:
    """People by name or address; a whole address also finds mail to somebody without an account."""
    found = Q(recipient__in=list(User.objects.called(words).values_list("pk", flat=True)[:MOST_PEOPLE]))
    return found | Q(recipient__isnull=True, email__iexact=words) if "@" in words else found
