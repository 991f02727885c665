"""What was published of a policy and when: all versions, one of them, and any two held against each other."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from policies import presenting
from policies.models import Policy
from policies.publishing.comparing import Asked, asked_for, comparison_of, published_versions, versions_page
from policies.views import published_or_404


@require_safe
@login_not_required
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """All published versions, newest first, and a form to compare two."""
    policy = published_or_404(slug)
    page, rows = versions_page(policy, request.GET.get("cursor"))
    choices = _choices(policy)
    context = _frame(policy) | {"page": page, "rows": rows, "choices": choices}
    context["chosen"] = asked_for(request.GET, [each["number"] for each in choices])
    return render(request, "policies/versions.html", context)


@require_safe
@login_not_required
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two versions, the older one first. What can't be compared is said, and the form stays."""
    policy = published_or_404(slug)
    choices = _choices(policy)
    asked = asked_for(request.GET, [each["number"] for each in choices])
    context = _frame(policy) | {"choices": choices, "chosen": asked}
    context["crumbs"].append((_("Versions"), reverse("policies:versions", args=[slug])))
    return render(request, "policies/compare.html", context | _compared(policy, asked))


def _compared(policy: Policy, asked: Asked) -> dict[str, Any]:
    if not asked.both:
        return {}
    before, after = published_versions(policy).filter(number__in=[asked.older, asked.newer]).order_by("number")
    return {"before": before, "after": after, "comparison": comparison_of(before.content, after.content)}


def _choices(policy: Policy) -> list[Any]:
    return list(published_versions(policy).order_by("-number").values("number", "decided_at"))


def _frame(policy: Policy) -> dict[str, Any]:
    title = presenting.text_of(policy, "title")
    return {
        "policy": policy,
        "title": title,
        "crumbs": [
            (_("Policies"), reverse("policies:list")),
            (title.text, reverse("policies:detail", args=[policy.slug])),
        ],
    }
