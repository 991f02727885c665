"""Public questions and answers of one policy, as everybody reads them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from policies import presenting
from policies.models import Policy, PolicyQuestion
from policies.questions.enums import QuestionState
from policies.questions.texts import OVER
from policies.standing import standing_of
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate

PUBLIC_ORDER = [Order("published_at", desc=True, nulls_last=True), Order("id", desc=True)]


@require_safe
@login_not_required
def of_policy(request: HttpRequest, slug: str) -> HttpResponse:
    """All published questions about one policy."""
    policy = get_object_or_404(Policy.objects.published().select_related("replaced_by").defer("search"), slug=slug)
    rows = PolicyQuestion.objects.filter(state=QuestionState.PUBLISHED, policy=policy)
    page = paginate(rows, order=PUBLIC_ORDER, cursor=request.GET.get("cursor"))
    title = presenting.text_of(policy, "title")
    context = {
        "policy": policy,
        "title": title,
        "page": page,
        "over": policy.validity in OVER,
        "standing": standing_of(policy, local_day()),
        "crumbs": [
            (_("Policies"), reverse("policies:list")),
            (title.text, reverse("policies:detail", args=[slug])),
        ],
    }
    return render(request, "policies/questions.html", context)
