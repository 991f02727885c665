"""The policy check-up: over the own record for people of an enterprise, over a profile in the address for others."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from enterprises.queries import chosen, memberships_of
from policies.checkup.checkup import TABS, CheckUp, check_up
from policies.checkup.profile_forms import ProfileForm, is_typed
from policies.eligibility.matching import facts_of
from portal.core.calendar import local_day


@require_safe
@login_not_required
def check_up_page(request: HttpRequest) -> HttpResponse:
    """Nothing is stored, whoever asks: a visitor's answers live in the address alone."""
    enterprise = None if is_typed(request.GET) else _own_enterprise(request)
    form = None if enterprise else ProfileForm(request.GET if _is_sent(request) else None)
    result = _result(request, enterprise, form)
    context: dict[str, Any] = {
        "enterprise": enterprise,
        "form": form,
        "result": result,
        "tabs": _tabs(request, result) if result else [],
        "crumbs": [(_("Policies"), reverse("policies:list"))],
    }
    if form:
        asked = result.question.missing.field if result and result.question else "district"
        context["asked"], context["rest"] = form.asked_first(asked)
    return render(request, "policies/checkup.html", context)


def _is_sent(request: HttpRequest) -> bool:
    return any(name != "try" for name in request.GET) and is_typed(request.GET)


def _own_enterprise(request: HttpRequest) -> Enterprise | None:
    if not request.user.is_authenticated or request.user.is_official:
        return None
    return chosen(request, memberships_of(request.user))


def _result(request: HttpRequest, enterprise: Enterprise | None, form: ProfileForm | None) -> CheckUp | None:
    day = local_day()
    if enterprise:
        facts = facts_of(enterprise, day)
    elif form and form.is_valid():
        facts = form.facts()
    else:
        return None
    return check_up(facts, day, request.GET.get("show", ""), request.GET.get("page", ""))


def _tabs(request: HttpRequest, result: CheckUp) -> list[dict[str, Any]]:
    tabs = []
    for name, label in TABS.items():
        params = request.GET.copy()
        params.pop("page", None)
        params["show"] = name
        url = f"?{params.urlencode()}#list"
        tabs.append({"label": label, "url": url, "current": name == result.show, "count": result.counts[name]})
    return tabs
