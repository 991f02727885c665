"""The calculator of one policy: an estimate in the address, nothing stored."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from policies import presenting
from policies.checkup.calculator_forms import CalculatorForm
from policies.checkup.calculator_words import lines_of
from policies.checkup.stacking import rivals_of
from policies.models import Policy
from policies.standing import standing_of
from portal.core.calendar import local_day


@require_safe
@login_not_required
def calculator(request: HttpRequest, slug: str) -> HttpResponse:
    """404 for a policy whose amount cannot be worked out by rules."""
    policies = Policy.objects.published().select_related("replaced_by").defer("search")
    policy = get_object_or_404(policies, slug=slug)
    if not policy.terms:
        raise Http404
    day = local_day()
    form = CalculatorForm(request.GET, terms=policy.terms)
    estimate = form.worked_out(policy.max_amount_cny)
    title = presenting.text_of(policy, "title")
    context = {
        "policy": policy,
        "title": title,
        "form": form,
        "estimate": estimate,
        "lines": lines_of(estimate) if estimate else [],
        "benefit": presenting.text_of(policy, "benefit"),
        "standing": standing_of(policy, day),
        "window": presenting.window_word(policy, day),
        "rivals": rivals_of(policy),
        "crumbs": [(_("Policies"), reverse("policies:list")), (title.text, reverse("policies:detail", args=[slug]))],
    }
    return render(request, "policies/calculator.html", context)
