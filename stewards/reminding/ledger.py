"""“Why did I get this?”: every reminder of one request, for those who may see the request."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import DESK_ROLES
from accounts.http import SignedInRequest
from portal.core.access import roles_required
from portal.core.keyset import Order, paginate
from portal.core.templatetags.ui import day_plain
from stewards.enums import Audience
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding import rules as reminder_rules
from stewards.reminding.texts import WORDINGS


@require_safe
@roles_required(*DESK_ROLES)
def of_desk(request: SignedInRequest, number: str) -> HttpResponse:
    """All reminders of a request."""
    found = get_object_or_404(HelpRequest.objects.readable_by(request.user).only("number", "subject"), number=number)
    return _page(request, found, Reminder.objects.all(), "desk")


@require_safe
def of_enterprise(request: HttpRequest, number: str) -> HttpResponse:
    """Those that went to the enterprise."""
    mine = HelpRequest.objects.of_member(request.user).submitted().only("number", "subject")
    found = get_object_or_404(mine, number=number)
    return _page(request, found, Reminder.objects.filter(rule__audience=Audience.ENTERPRISE), "requests")


@require_safe
def why(request: SignedInRequest, pk: int) -> HttpResponse:
    """From one of the person's messages to its place in the ledger."""
    entry = get_object_or_404(Reminder.objects.select_related("request"), message=pk, recipient=request.user)
    number = entry.request.number or ""
    if HelpRequest.objects.of_member(request.user).filter(pk=entry.request_id).exists():
        place = redirect("requests:reminders", number)
    elif HelpRequest.objects.readable_by(request.user).filter(pk=entry.request_id).exists():
        place = redirect("desk:reminders", number)
    else:
        raise Http404
    place["Location"] += f"#r{entry.pk}"
    return place


def _page(request: HttpRequest, found: HelpRequest, sent: Any, room: str) -> HttpResponse:
    sent = sent.filter(request=found.pk).select_related("rule", "recipient", "message").defer("message__body")
    page = paginate(sent, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    rows = [
        {
            "entry": entry,
            "wording": WORDINGS[entry.rule.code],
            "when": reminder_rules.when(entry.rule),
            "cycle": cycle_words(entry.rule, entry.cycle),
            "mine": entry.recipient_id == request.user.pk,
        }
        for entry in page.rows
    ]
    context = {"found": found, "page": page, "rows": rows, "room": room, "back": f"{room}:{_DETAIL[room]}"}
    return render(request, "escalation/ledger.html", context)


_DETAIL = {"desk": "request", "requests": "detail"}


def cycle_words(rule: ReminderRule, cycle: str) -> str:
    """What the reminder was about, so that the next one is another: a due date, a moment, a round."""
    if cycle.startswith("part "):
        return _("a department's part, due on %(day)s") % {"day": day_plain(date.fromisoformat(cycle.split()[-1]))}
    if cycle.isdecimal():
        return _("round %(number)s") % {"number": cycle}
    try:
        moment = datetime.fromisoformat(cycle if "T" not in cycle else f"{cycle}+00:00")
    except ValueError:
        return cycle
    return day_plain(moment if "T" in cycle else moment.date())
