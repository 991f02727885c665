"""What has become of a policy since it was published: how often it is read, asked about, followed and met."""

import csv
from typing import cast

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from policies import presenting
from policies.figures.rules import FIGURE_READERS
from policies.figures.views_of import daily, views_of
from policies.matches.figures import Share, matches_of
from policies.models import Following, Policy, PolicyQuestion
from policies.questions.enums import QuestionState
from policies.rules import READERS
from portal.core import bilingual
from portal.core.access import roles_required
from stewards.figures import FEW, asked_about


@require_safe
@roles_required(*FIGURE_READERS)
def figures(request: HttpRequest, slug: str) -> HttpResponse:
    policy = _policy_or_404(slug)
    title = presenting.text_of(policy, "title")
    counts = Q(state=QuestionState.PUBLISHED), ~Q(state__in=(QuestionState.PUBLISHED, QuestionState.WITHDRAWN))
    matches = matches_of(policy)
    context = {
        "policy": policy,
        "title": title,
        "publishes": cast(User, request.user).has_role(*READERS),
        "views": views_of(policy),
        "asked": asked_about(policy),
        "few": FEW,
        "questions": PolicyQuestion.objects.filter(policy=policy).aggregate(
            published=Count("pk", filter=counts[0]), waiting=Count("pk", filter=counts[1])
        ),
        "followers": Following.objects.filter(policy=policy).count(),
        "matches": matches,
        "breakdowns": [
            (_("Matches by industry"), _("Industry"), _named(matches.by_industry)),
            (_("Matches by subdistrict"), _("Subdistrict"), _named(matches.by_subdistrict)),
        ],
        "crumbs": [(_("Policies"), reverse("policies:list")), (title.text, reverse("policies:detail", args=[slug]))],
    }
    return render(request, "home/figures.html", context)


@require_safe
@roles_required(*FIGURE_READERS)
def views_file(request: HttpRequest, slug: str) -> HttpResponse:
    """Every day on which the policy was read, for a spreadsheet."""
    policy = _policy_or_404(slug)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="views-{policy.slug}.csv"'
    writer = csv.writer(response)
    writer.writerow([_("Day"), _("Chinese page"), _("English page"), _("Together")])
    writer.writerows([span.first.isoformat(), span.zh, span.en, span.total] for span in daily(policy))
    return response


def _policy_or_404(slug: str) -> Policy:
    return get_object_or_404(Policy.objects.published().defer("search"), slug=slug)


def _named(shares: list[Share]) -> list[tuple[str, int | None]]:
    chinese = bilingual.current() == "zh-hans"
    return [((share.name_zh if chinese else share.name_en) or _("not known"), share.count) for share in shares]
