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
from stewards.centre.forms import LedgerFilter, TryRuleForm
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding import rules as reminder_rules
from stewards.reminding.replay import TooMuch, replay
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
    """Change one rule's days, or take it out of use; before that, try the change on the months behind us."""
    found = get_object_or_404(ReminderRule, code=code)
    form = TryRuleForm(request.POST or None, initial={"days": abs(found.days), "active": found.active, "months": 3})
    tried: dict[str, Any] = {"tried": None}
    if request.method == "POST" and form.is_valid() and "try" in request.POST:
        tried = _tried(found, form)
    elif request.method == "POST" and form.is_valid():
        try:
            reminder_rules.change(found, by=request.user, **form.rule())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The rule is changed. It counts from the next sweep on."))
            return redirect("centre:rules")
    return render(request, "centre/rule.html", {"form": form, **tried, **_row(found)})


def _tried(found: ReminderRule, form: TryRuleForm) -> dict[str, Any]:
    """What the next sweep would send with these numbers, and what the last months would have brought."""
    numbers = form.rule()
    tried = reminder_rules.would_send(found, days=numbers["days"]) if numbers["active"] else 0
    try:
        return {"tried": tried, "replay": replay(found, **numbers, months=form.cleaned_data["months"])}
    except TooMuch:
        form.add_error("months", _("That took too long. Please try fewer months."))
        return {"tried": tried}


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
