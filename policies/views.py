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
from policies.content import apply_content
from policies.enums import RevisionState
from policies.matching import facts_of
from policies.models import Policy, Revision
from policies.naming import codes_in, codes_of, names_of
from policies.queries import OPTIONS, Wanted, page_of, wanted_from
from portal.core.calendar import local_day
from portal.core.templatetags.ui import cny


@require_safe
@login_not_required
def policy_list(request: HttpRequest) -> HttpResponse:
    """Policies in force by default; filters, search and order come from the address."""
    day = local_day()
    wanted = wanted_from(request.GET)
    page = page_of(wanted, day)
    context = {
        "rows": presenting.rows_of(page.rows, day, wanted.words),
        "page": page,
        "wanted": wanted,
        "selects": _selects(wanted),
        "sorts": _options("sort", wanted),
    }
    return render(request, "policies/list.html", context)


def _selects(wanted: Wanted) -> list[dict[str, Any]]:
    """The filters as the form shows them: name, label, the word for no choice, options."""
    words = (
        ("category", _("Category"), _("All")),
        ("level", _("Level"), _("All")),
        ("support", _("Support type"), _("All")),
        ("amount", _("Highest amount"), _("Any")),
        ("validity", _("Validity"), _("In force")),
    )
    return [{"name": n, "label": label, "empty": empty, "options": _options(n, wanted)} for n, label, empty in words]


def _options(name: str, wanted: Wanted) -> list[tuple[str, str, bool]]:
    current = wanted.sort if name == "sort" else wanted.values.get(name)
    options = []
    for value, label in OPTIONS[name]:
        if value != "relevance" or wanted.words:
            word = str(label) or _("%(amount)s or more") % {"amount": cny(int(value))}
            options.append((value, word, value == current))
    return options


def _published(slug: str) -> Policy:
    policies = Policy.objects.published().select_related("department", "replaced_by").defer("search")
    return get_object_or_404(policies, slug=slug)


@require_safe
@login_not_required
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One policy; for people of an enterprise also how each condition stands."""
    policy = _published(slug)
    numbers = Revision.objects.filter(policy=policy, state=RevisionState.PUBLISHED).order_by("-number")
    versions = list(numbers.values("number", "decided_at"))
    enterprise = _own_enterprise(request)
    context = _page_of(policy, enterprise) | {"versions": versions}
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
        "window": presenting.window_word(policy, day),
        "note": presenting.source_note(policy),
        "conditions": conditions or presenting.conditions_of(policy.criteria, names),
        "crumbs": [(_("Policies"), reverse("policies:list"))],
    }


@require_safe
@login_not_required
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What was published as that version; read only, marked as old where it is, with what it changed."""
    policy = _published(slug)
    published = Revision.objects.filter(policy=policy, state=RevisionState.PUBLISHED)
    revision = get_object_or_404(published, number=number)
    before = published.filter(number__lt=number).order_by("-number").first()
    old = Policy(slug=slug, replaced_by=policy.replaced_by, repealed_on=policy.repealed_on, stale=revision.stale)
    apply_content(old, revision.content)
    context = _page_of(old) | {
        "revision": revision,
        "current": policy,
        "changes": presenting.changes_between(before.content, revision.content) if before else [],
    }
    context["crumbs"].append((presenting.text_of(policy, "title").text, reverse("policies:detail", args=[slug])))
    return render(request, "policies/version.html", context)
