"""For officials: the glossary, and the terms of a text as it is typed."""

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from policies import rules
from policies.content import TEXTS
from policies.glossary import terms
from policies.glossary.forms import GlossaryForm
from policies.models import GlossaryTerm
from policies.publishing.views import attempt
from portal.core import bilingual
from portal.core.access import roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import seen_version


@require_safe
@roles_required(*rules.READERS)
def glossary(request: SignedInRequest) -> HttpResponse:
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:60]
    known = GlossaryTerm.objects.filter(Q(chinese__icontains=words) | Q(english__icontains=words))
    page = paginate(known, order=[Order("english"), Order("id")], cursor=request.GET.get("cursor"))
    context = {"page": page, "q": words, "keeps": rules.may_keep_synonyms(request.user)}
    return render(request, "publishing/glossary.html", context)


@roles_required(*rules.KEEPERS)
def new(request: SignedInRequest) -> HttpResponse:
    form = GlossaryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        done = _("Saved. Whoever translates is offered this wording from now on.")
        if attempt(request, lambda: terms.add(by=request.user, **form.values()), done=done):
            return redirect("publishing:glossary")
    return render(request, "publishing/glossary_term.html", {"form": form})


@roles_required(*rules.KEEPERS)
def term(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(GlossaryTerm, pk=pk)
    kept = GlossaryTerm(pk=found.pk)
    form = GlossaryForm(request.POST if request.method == "POST" else None, term=found)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data.get("seen")
        done = _("Saved. Whoever translates is offered this wording from now on.")
        verb = lambda: terms.change(kept, by=request.user, seen=-1 if seen is None else seen, **form.values())  # noqa: E731
        if attempt(request, verb, done=done):
            return redirect("publishing:glossary")
    return render(request, "publishing/glossary_term.html", {"form": form, "term": found})


@require_POST
@roles_required(*rules.KEEPERS)
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(GlossaryTerm, pk=pk)
    done = _("Removed from the glossary.")
    if attempt(request, lambda: terms.remove(found, by=request.user, seen=seen_version(request)), done=done):
        return redirect("publishing:glossary")
    return redirect("publishing:glossary-term", pk=pk)


@require_POST
@roles_required(*rules.READERS)
def hints(request: SignedInRequest, field: str) -> HttpResponse:
    """The terms of one pair of texts as they are being typed; a fragment, writes nothing."""
    if field not in TEXTS:
        raise Http404
    chinese, english = (request.POST.get(column, "") for column in bilingual.columns(field))
    context = {"field": field, "hints": terms.hints(chinese, english)}
    return render(request, "publishing/_glossary.html", context)
