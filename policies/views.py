"""Policies as everybody may read them: the list with its filters and search, one policy, its published versions."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.models import Enterprise
from enterprises.queries import chosen, memberships_of
from policies import presenting
from policies.alerts.following import follows
from policies.alerts.saved_searches import words_of
from policies.attachments.showing import shown
from policies.checkup.stacking import rivals_of
from policies.checkup.term_words import clause_of, term_words
from policies.consultation.queries import of_policy as consultation_of
from policies.content import apply_content
from policies.eligibility.matching import facts_of
from policies.eligibility.naming import codes_in, codes_of, names_of
from policies.enums import RevisionState
from policies.figures.counting import saw
from policies.figures.rules import sees_figures
from policies.interpretation.showing import listed, of_policy
from policies.models import Policy, Revision
from policies.publishing.comparing import comparison_of
from policies.questions.texts import shown_of
from policies.search.filtering import filters
from policies.search.nothing_found import help_for
from policies.search.queries import page_of, wanted_from
from policies.standing import standing_of
from portal.core.calendar import local_day


@require_safe
@login_not_required
def policy_list(request: HttpRequest) -> HttpResponse:
    """Policies in force by default; filters, search and order come from the address."""
    day = local_day()
    wanted = wanted_from(request.GET)
    page = page_of(wanted, day)
    context = {
        "rows": presenting.rows_of(page.rows, day, wanted.marked),
        "page": page,
        "wanted": wanted,
        "search_name": words_of(wanted),
        **filters(wanted, page.counts(wanted)),
        **({} if page.rows else {"helps": help_for(wanted, page)}),
    }
    return render(request, "policies/list.html", context)


def published_or_404(slug: str) -> Policy:
    policies = Policy.objects.published().select_related("department", "replaced_by").defer("search")
    return get_object_or_404(policies, slug=slug)


@require_safe
@login_not_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One policy; for people of an enterprise also how each condition stands."""
    policy = published_or_404(slug)
    numbers = Revision.objects.filter(policy=policy, state=RevisionState.PUBLISHED).order_by("-number")
    versions = list(numbers.values("number", "decided_at"))
    enterprise = _own_enterprise(request)
    context = _page_of(policy, enterprise) | {"versions": versions, "follows": follows(request.user, policy)}
    context |= {"interpretations": listed(of_policy(policy), policy)}
    context |= {"answered": shown_of(policy), "sees_figures": sees_figures(request.user)}
    context |= {"consultation": consultation_of(policy.pk)}
    saw(request, policy)
    return render(request, "policies/detail.html", context)


def _own_enterprise(request: HttpRequest) -> Enterprise | None:
    if not request.user.is_authenticated or request.user.is_official:
        return None
    return chosen(request, memberships_of(request.user))


def _page_of(policy: Policy, enterprise: Enterprise | None = None) -> dict[str, Any]:
    """What the page of a policy, or of an old version of it, shows."""
    day = local_day()
    facts = facts_of(enterprise, day) if enterprise else {}
    names = names_of(codes_in(policy.criteria) | codes_of(facts))
    conditions = presenting.conditions_for(policy.criteria, facts, names) if enterprise else None
    return {
        "policy": policy,
        "texts": presenting.texts_of(policy),
        "enterprise": enterprise,
        "validity": presenting.validity_word(policy, day),
        "standing": standing_of(policy, day),
        "window": presenting.window_word(policy, day),
        "note": presenting.source_note(policy),
        "terms": [(term_words(term), clause_of(term)) for term in policy.terms],
        "rivals": rivals_of(policy),
        "attachments": shown({"attachments": policy.attachments}),
        "conditions": conditions or presenting.conditions_of(policy.criteria, names),
        "crumbs": [(_("Policies"), reverse("policies:list"))],
    }


@require_safe
@login_not_required
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was published as that version; read only, marked as old where it is, with what it changed."""
    policy = published_or_404(slug)
    published = Revision.objects.filter(policy=policy, state=RevisionState.PUBLISHED)
    revision = get_object_or_404(published, number=number)
    before = published.filter(number__lt=number).order_by("-number").first()
    old = Policy(slug=slug, replaced_by=policy.replaced_by, repealed_on=policy.repealed_on, stale=revision.stale)
    apply_content(old, revision.content)
    context = _page_of(old) | {
        "revision": revision,
        "current": policy,
        "before": before,
        "comparison": comparison_of(before.content, revision.content) if before else None,
        "standing": standing_of(policy, local_day()),
    }
    context["crumbs"].append((presenting.text_of(policy, "title").text, reverse("policies:detail", args=[slug])))
    return render(request, "policies/version.html", context)
