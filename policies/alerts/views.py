"""What a person follows: the button of a policy, saved searches, and the page that shows both. Only one's own."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies.alerts import following as verbs
from policies.alerts.saved_searches import address_of, called, counts_for, wanted_of, words_of
from policies.models import Following, Policy, SavedSearch
from policies.presenting import row_of
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate

PAGE = "policies:following"


@require_safe
def following(request: SignedInRequest) -> HttpResponse:
    """Followed policies, the latest first, and saved searches with what they find."""
    day = local_day()
    followed = Following.objects.filter(person=request.user, policy__published_at__isnull=False)
    page = paginate(
        followed.select_related("policy").defer("policy__search"),
        order=[Order("id", desc=True)],
        cursor=request.GET.get("cursor"),
    )
    context = {
        "page": page,
        "rows": [(each, row_of(each.policy, day)) for each in page],
        "stopped": _stopped(request),
        "searches": _searches(request),
        "most": verbs.MOST_SEARCHES,
    }
    return render(request, "policies/following.html", context)


def _searches(request: SignedInRequest) -> list[dict[str, object]]:
    searches = list(SavedSearch.objects.filter(person=request.user).order_by("-pk"))
    counts = counts_for(searches, local_day())
    rows = []
    for search in searches:
        found, new = counts.get(search.pk, (0, 0))
        words, url = words_of(wanted_of(search.query)), address_of(search.query)
        name = search.name or words
        rows.append({"search": search, "name": name, "words": words, "url": url, "found": found, "new": new})
    return rows


def _stopped(request: SignedInRequest) -> Policy | None:
    """The policy that has just been let go, so that it can be taken back."""
    slug = request.GET.get("stopped", "")
    if not slug:
        return None
    left = Policy.objects.published().exclude(followings__person=request.user).defer("search")
    return left.filter(slug=slug[:100]).first()


@require_POST
def follow(request: SignedInRequest, slug: str) -> HttpResponse:
    """Follow, or stop: the button says which, so that a second click changes nothing."""
    policy = get_object_or_404(Policy.objects.published().defer("search"), slug=slug)
    on_page = request.POST.get("from") == "following"
    match request.POST.get("act"):
        case "follow":
            verbs.follow(policy, by=request.user)
            messages.success(request, _("You follow this policy. What changes reaches you in your daily digest."))
            return redirect(PAGE) if on_page else redirect("policies:detail", slug=slug)
        case "stop":
            verbs.stop(policy, by=request.user)
            if on_page:
                return redirect(f"{reverse(PAGE)}?stopped={slug}")
            messages.success(request, _("You no longer follow this policy."))
            return redirect("policies:detail", slug=slug)
    raise Http404


@require_POST
def save_search(request: SignedInRequest) -> HttpResponse:
    """Keep what the list was asked for; `query` is the list's address without the path."""
    params = QueryDict(request.POST.get("query", "")[:4_000])
    if any("\0" in value for value in params.values()):
        raise BadRequest("NUL in the search")
    try:
        search, new = verbs.keep_search(params, by=request.user, name=request.POST.get("name", ""))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(f"{reverse('policies:list')}?{params.urlencode()}")
    named = {"name": called(search)}
    if new:
        messages.success(request, _("Saved as “%(name)s”. New policies reach you in your daily digest.") % named)
    else:
        messages.info(request, _("You have saved this search already, as “%(name)s”.") % named)
    return redirect(f"{reverse(PAGE)}#searches")


@require_POST
def rename_search(request: SignedInRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch, pk=pk, person=request.user)
    try:
        verbs.rename(search, by=request.user, name=request.POST.get("name", ""))
        messages.success(request, _("The search has its new name."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse(PAGE)}#searches")


@require_POST
def remove_search(request: SignedInRequest, pk: int) -> HttpResponse:
    search = get_object_or_404(SavedSearch, pk=pk, person=request.user)
    verbs.give_up(search, by=request.user)
    messages.success(request, _("Removed: “%(name)s”.") % {"name": called(search)})
    return redirect(f"{reverse(PAGE)}#searches")
