"""Partners for everybody, and the room of those who speak for one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.enums import MemorandumState
from outreach.files import give
from outreach.models import Amendment, JointTask, Memorandum, Partner, PartnerContact
from outreach.partners import memoranda, queries, workflow
from outreach.partners.forms import ProgressForm
from outreach.partners.showing import facts_of, task_rows, versions
from outreach.rules import READERS
from portal.core.access import Refused
from portal.core.keyset import Order, paginate

SIZE = 60


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """By kind, and within a kind by name."""
    order = [Order("kind"), Order("slug")]
    page = paginate(queries.listed(), order=order, cursor=request.GET.get("cursor"), size=SIZE)
    return render(request, "outreach/partners/list.html", {"page": page})


@login_not_required
@require_safe
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One partner, and what was agreed with it."""
    partner = get_object_or_404(queries.listed(), slug=slug)
    rows = [facts_of(row, beside=partner) for row in queries.public_memoranda(partner)]
    return render(request, "outreach/partners/detail.html", {"partner": partner, "memoranda": rows})


@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """Whom the person speaks for, what was agreed, what is to be done; or the invitations that wait."""
    partners = list(Partner.objects.of_contact(request.user).select_related("logo").order_by("slug"))
    waiting = list(queries.waiting_contacts(request.user))
    if not partners and not waiting:
        raise Http404
    agreed = queries.own_memoranda(request.user).prefetch_related("parties", "reviews", "amendments")
    tasks = queries.own_tasks(request.user).filter(state="open").select_related("memorandum")
    context = {
        "partners": partners,
        "waiting": waiting,
        "memoranda": [facts_of(row) for row in agreed.order_by("state", "-signed_on", "-pk")],
        "tasks": tasks.exclude(memorandum__state="ended"),
        "colleagues": PartnerContact.objects.active().filter(partner__in=partners).select_related("partner"),
    }
    return render(request, "outreach/partners/own.html", context)


@require_POST
def join(request: SignedInRequest) -> HttpResponse:
    """Accept what one was invited to; twice is once."""
    if not queries.waiting_contacts(request.user).exists() and not queries.is_contact(request.user):
        raise Http404
    workflow.join(request.user)
    messages.success(request, _("Welcome: this is your partner room."))
    return redirect("partners:own")


def _own(request: SignedInRequest, pk: int) -> Memorandum:
    tasks = Prefetch("tasks", JointTask.objects.select_related("changed_by"))
    rows = queries.own_memoranda(request.user).select_related("steward", "file", "renews", "renewed_by")
    return get_object_or_404(rows.prefetch_related("parties", "reviews", "amendments__file", tasks), pk=pk)


@require_safe
def own_memorandum(request: SignedInRequest, pk: int) -> HttpResponse:
    return _show(request, _own(request, pk))


def _show(request: SignedInRequest, row: Memorandum, failed: Any = None, status: int = 200) -> HttpResponse:
    context = {**facts_of(row), "versions": versions(row)}
    context["tasks"] = task_rows(row, official=False, failed=failed)
    context["unsaved"] = failed if row.state == MemorandumState.ENDED else None
    return render(request, "outreach/partners/own_memorandum.html", context, status=status)


@require_POST
def own_task(request: SignedInRequest, pk: int) -> HttpResponse:
    """A contact says where a task stands."""
    task = get_object_or_404(queries.own_tasks(request.user), pk=pk)
    form = ProgressForm(request.POST, task=task, official=False)
    if not form.is_valid():
        return _show(request, _own(request, task.memorandum_id), failed=form, status=422)
    try:
        memoranda.move_task(
            task, by=request.user, progress=form.cleaned_data["progress"], note=form.cleaned_data["note"]
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Thank you. The district's side is told."))
    return redirect("partners:own-memorandum", task.memorandum_id)


@require_http_methods(["GET", "HEAD"])
def signed_file(request: SignedInRequest, pk: int, number: int = 0) -> Any:
    """The signed file, or the one that an amendment replaced: for officials, and for the contacts of its partners."""
    rows = Memorandum.objects.all() if request.user.has_role(*READERS) else queries.own_memoranda(request.user)
    if number:
        old = Amendment.objects.filter(memorandum__in=rows, memorandum=pk, number=number).exclude(file=None)
        return give(get_object_or_404(old.select_related("file")).file)
    return give(get_object_or_404(rows.select_related("file").exclude(file=None), pk=pk).file)  # type: ignore[arg-type]
