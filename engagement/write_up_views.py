"""The page on which a visit is written up."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from engagement import rules, writing
from engagement.deskside import my_visit, seen, visitors
from engagement.enums import Verb
from engagement.forms import NotesForm, PromiseFormSet
from engagement.models import Visit
from engagement.words import when_of
from portal.core.access import Refused


@require_http_methods(["GET", "HEAD", "POST"])
@visitors
def write_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who was there, what was asked, what was promised; kept as notes, or finished."""
    visit = my_visit(request, pk)
    if not rules.is_visitor(request.user, visit):
        raise Http404
    if request.method != "POST":
        verdict = rules.may(request.user, Verb.WRITE_UP, visit)
        if not verdict:
            messages.error(request, str(verdict.reason))
            return redirect("visits:detail", pk)
        return _page(request, visit, _notes(visit), PromiseFormSet(initial=_kept(visit), prefix="promise"))
    form, promises = NotesForm(request.POST), PromiseFormSet(request.POST, prefix="promise")
    if not (form.is_valid() and promises.is_valid()):
        return _page(request, visit, form, promises, status=422)
    finish = "finish" in request.POST
    try:
        done = writing.write_up(
            visit,
            by=request.user,
            notes=writing.Notes(**form.cleaned_data),
            promises=[(row["text"], row["due_on"]) for row in promises.cleaned_data if row],
            finish=finish,
            seen=seen(request),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, visit, form, promises, status=409)
    messages.success(request, _finished(done) if finish else _("Your notes are kept. They are not finished yet."))
    return redirect("visits:detail", pk)


def _page(request: SignedInRequest, visit: Visit, form: Any, promises: Any, status: int = 200) -> HttpResponse:
    context = {"visit": visit, "when": when_of(visit), "form": form, "promises": promises}
    return render(request, "visits/write_up.html", context, status=status)


def _notes(visit: Visit) -> NotesForm:
    return NotesForm(initial={name: getattr(visit, name) for name in NotesForm.base_fields})


def _kept(visit: Visit) -> list[dict[str, Any]]:
    return [dict(row) for row in visit.promises.filter(request=None).values("text", "due_on")]


def _finished(visit: Visit) -> str:
    count = visit.promises.count()
    if not count:
        return _("The visit is written up.")
    words = ngettext(
        "The visit is written up; its promise is a request with a date now.",
        "The visit is written up; its %(count)s promises are requests with a date now.",
        count,
    )
    return words % {"count": count}
