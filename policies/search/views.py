"""For officials: words with the same meaning, and searches that found nothing."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies import rules
from policies.models import MissedSearch, SynonymGroup
from policies.publishing.views import attempt
from policies.search import synonyms
from policies.search.forms import SynonymForm
from policies.search.misses import LONGEST
from portal.core.access import roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version

MISSED_ORDER = [Order("count", desc=True), Order("id", desc=True)]


@require_safe
@roles_required(*rules.KEEPERS)
def groups(request: SignedInRequest) -> HttpResponse:
    order = [Order("changed_at", desc=True), Order("id", desc=True)]
    page = paginate(SynonymGroup.objects.all(), order=order, cursor=request.GET.get("cursor"))
    return render(request, "publishing/synonyms.html", {"page": page})


@roles_required(*rules.KEEPERS)
def new(request: SignedInRequest) -> HttpResponse:
    """Begins with the words of a search that found nothing, when it comes from there."""
    word = " ".join(request.GET.get("word", "").split())[:LONGEST]
    form = SynonymForm(request.POST if request.method == "POST" else None, word=word)
    if request.method == "POST" and form.is_valid():
        done = _("Saved. From now on, a search for one of these words finds the others too.")
        if attempt(request, lambda: synonyms.add(by=request.user, **form.values()), done=done):
            return redirect("publishing:synonyms")
    return render(request, "publishing/synonym.html", {"form": form})


@roles_required(*rules.KEEPERS)
def group(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SynonymGroup, pk=pk)
    form = SynonymForm(request.POST if request.method == "POST" else None, group=found)
    if request.method == "POST" and form.is_valid():
        done = _("Saved. From now on, a search for one of these words finds the others too.")
        seen = _seen(form.cleaned_data.get("seen"))
        if attempt(request, lambda: synonyms.change(found, by=request.user, seen=seen, **form.values()), done=done):
            return redirect("publishing:synonyms")
    return render(request, "publishing/synonym.html", {"form": form, "group": found})


@require_POST
@roles_required(*rules.KEEPERS)
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(SynonymGroup, pk=pk)
    done = _("Removed. Each of these words is searched for by itself again.")
    if attempt(request, lambda: synonyms.remove(found, by=request.user, seen=seen_version(request)), done=done):
        return redirect("publishing:synonyms")
    return redirect("publishing:synonym", pk=pk)


@require_safe
@roles_required(*rules.READERS)
def searches(request: SignedInRequest) -> HttpResponse:
    page = paginate(MissedSearch.objects.all(), order=MISSED_ORDER, cursor=request.GET.get("cursor"))
    context = {"page": page, "rows": [_row(each) for each in page], "keeps": rules.may_keep_synonyms(request.user)}
    return render(request, "publishing/searches.html", context)


def _row(missed: MissedSearch) -> dict[str, Any]:
    url = reverse("publishing:synonym-new")
    return {"missed": missed, "url": f"{url}?{urlencode({'word': missed.words})}"}


@require_POST
@roles_required(*rules.KEEPERS)
def set_aside(request: SignedInRequest, pk: int) -> HttpResponse:
    missed = get_object_or_404(MissedSearch, pk=pk)
    attempt(request, lambda: synonyms.set_aside(missed, by=request.user), done=_("Taken off the list."))
    return redirect("publishing:searches")


def _seen(value: int | None) -> int:
    return -1 if value is None else value
