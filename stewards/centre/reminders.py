"""The reminder ledger, which answers “why did I get this?”, and the rules behind it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards.centre.forms import LedgerFilter, RuleForm
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding import rules as reminder_rules
from stewards.reminding.texts import WORDINGS

in_centre = roles_required(Role.ADMIN)
MOST_PEOPLE = 50


@require_safe
@in_centre
def ledger(request: SignedInRequest) -> HttpResponse:
    """Every reminder that went out, newest first, and the rules that sent it."""
    form = LedgerFilter(request.GET, rules=[(code, wording.name) for code, wording in WORDINGS.items()])
    asked = form.asked()
    sent = (
        _matching(asked)
        .select_related("request", "rule", "recipient", "message")
        .defer("request__body", "request__search", "message__body")
    )
    page = paginate(sent, order=[Order("id", desc=True)], cursor=request.GET.get("cursor"))
    for reminder in page.rows:
        reminder.wording = WORDINGS[reminder.rule.code]
    return render(request, "centre/reminders.html", {"page": page, "form": form, "filtered": any(asked.values())})


@require_safe
@in_centre
def rules(request: SignedInRequest) -> HttpResponse:
    """What is reminded of when."""
    shown = [_row(rule) for rule in ReminderRule.objects.order_by("pk")]
    return render(request, "centre/rules.html", {"rules": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def rule(request: SignedInRequest, code: str) -> HttpResponse:
    """Change one rule's days, or take it out of use; before that, try what the change would send."""
    found = get_object_or_404(ReminderRule, code=code)
    form = RuleForm(request.POST or None, initial={"days": abs(found.days), "active": found.active})
    tried = None
    if request.method == "POST" and form.is_valid() and "try" in request.POST:
        tried = reminder_rules.would_send(found, days=form.cleaned_data["days"])
    elif request.method == "POST" and form.is_valid():
        try:
            reminder_rules.change(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The rule is changed. It counts from the next sweep on."))
            return redirect("centre:rules")
    return render(request, "centre/rule.html", {"form": form, "tried": tried, **_row(found)})


def _row(found: ReminderRule) -> dict[str, Any]:
    return {"rule": found, "wording": WORDINGS[found.code], "when": reminder_rules.when(found)}


def _matching(asked: dict[str, str]) -> Any:
    sent = Reminder.objects.all()
    if asked["rule"]:
        sent = sent.filter(rule__code=asked["rule"])
    if asked["number"]:
        about = HelpRequest.objects.filter(number=asked["number"].strip().upper())
        sent = sent.filter(request__in=list(about.values_list("pk", flat=True)))
    if asked["recipient"]:
        people = User.objects.called(asked["recipient"]).values_list("pk", flat=True)
        sent = sent.filter(recipient__in=list(people[:MOST_PEOPLE]))
    return sent
