"""Monthly reports: the public's archive, and the desk on which they are written and approved."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from insights.models import Report, ReportState
from insights.performance import files
from insights.performance.facts import shown
from insights.reports import workflow
from insights.reports.forms import ReasonForm, WordsForm
from insights.reports.rules import READERS, may_approve, may_write
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.templatetags.ui import month as month_words
from stewards.figures import FEW

S = ReportState
NEWEST = (Order("month", desc=True), Order("id", desc=True))  # editions follow each other


# --- for everybody ------------------------------------------------------------------------------------------------


@require_safe
@login_not_required
def archive(request: HttpRequest) -> HttpResponse:
    """The latest edition of each month that has a published one."""
    published = Report.objects.filter(state=S.PUBLISHED)
    latest = published.order_by("month", "-edition").distinct("month").values("pk")
    page = paginate(published.filter(pk__in=latest).defer("facts"), order=NEWEST, cursor=request.GET.get("cursor"))
    crumbs = [(_("How the service does"), reverse("insights:performance"))]
    return render(request, "insights/reports.html", {"page": page, "crumbs": crumbs})


@require_safe
@login_not_required
def report(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """The latest edition, or an earlier one that is named."""
    editions = _editions(year, month)
    row = _named(editions, request.GET.get("edition", ""))
    context: dict[str, Any] = {
        "report": row,
        "title": _("Report on %(month)s") % {"month": month_words(row.month)},
        "it": shown(row.facts),
        "few": row.facts.get("few", FEW),
        "editions": editions if len(editions) > 1 else [],
        "latest": editions[0],
        "kinds": files.KINDS,
        "crumbs": [
            (_("How the service does"), reverse("insights:performance")),
            (_("Monthly reports"), reverse("insights:reports")),
        ],
    }
    return render(request, "insights/report.html", context)


@require_safe
@login_not_required
def file(request: HttpRequest, year: int, month: int, kind: str) -> HttpResponse:
    if kind not in files.KINDS:
        raise Http404
    row = _named(_editions(year, month), request.GET.get("edition", ""))
    return files.answer(kind, row.facts, f"report-{row.month:%Y-%m}-{row.edition}")


def _editions(year: int, month: int) -> list[Report]:
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        raise Http404
    rows = Report.objects.filter(state=S.PUBLISHED, month__year=year, month__month=month).order_by("-edition")
    found = list(rows)
    if not found:
        raise Http404
    return found


def _named(editions: list[Report], number: str) -> Report:
    if not number:
        return editions[0]
    row = next((each for each in editions if str(each.edition) == number), None)
    if row is None:
        raise Http404
    return row


# --- where they are written ---------------------------------------------------------------------------------------


@require_safe
@roles_required(*READERS)
def desk_list(request: SignedInRequest) -> HttpResponse:
    """All editions, the newest month first."""
    rows = Report.objects.defer("facts").select_related("written_by", "published_by")
    page = paginate(rows, order=NEWEST, cursor=request.GET.get("cursor"))
    return render(request, "insights/report_desk_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*READERS)
def desk(request: SignedInRequest, pk: int) -> HttpResponse:
    """One edition: its words to be written, its figures as they will stand."""
    row: Report = get_object_or_404(Report.objects.select_related("written_by", "published_by"), pk=pk)
    form = None
    if row.state == S.DRAFT and may_write(request.user):
        initial = {name: getattr(row, name) for name in workflow.FIELDS} | {"seen": row.lock_version}
        form = WordsForm(request.POST or None, initial=initial, first=row.edition == 1)
        if request.method == "POST" and form.is_valid():
            texts = {name: form.cleaned_data[name] for name in workflow.FIELDS if name in form.cleaned_data}
            try:
                workflow.write(row, by=request.user, texts=texts, seen=form.cleaned_data["seen"])
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("Saved."))
                return redirect("insights:report-desk", pk)
    elif request.method == "POST":
        raise Http404
    return _desk(request, row, form)


def _desk(request: SignedInRequest, row: Report, form: Any, reason: Any = None) -> HttpResponse:
    waiting = row.state == S.WAITING
    context: dict[str, Any] = {
        "report": row,
        "title": _("Report on %(month)s") % {"month": month_words(row.month)},
        "it": shown(row.facts),
        "few": FEW,
        "form": form,
        "approve": may_approve(request.user, row) if waiting else None,
        "reason": reason or ReasonForm(),
        "may_correct": row.state == S.PUBLISHED and bool(may_write(request.user)),
        "crumbs": [(_("Monthly reports"), reverse("insights:report-desks"))],
    }
    wrong = any(each is not None and each.errors for each in (form, reason))
    return render(request, "insights/report_desk.html", context, status=422 if wrong else 200)


@require_POST
@roles_required(*READERS)
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    row: Report = get_object_or_404(Report.objects.select_related("written_by", "published_by"), pk=pk)
    done = {
        "renew": _("The figures are those of now."),
        "hand_in": _("The report waits for approval by somebody else."),
        "publish": _("The report is published."),
        "correct": _("A new edition is begun. The published one stays as it is."),
    }
    if verb == "send_back":
        return _send_back(request, row)
    if verb not in done:
        raise Http404
    try:
        changed = getattr(workflow, verb)(row, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("insights:report-desk", pk)
    messages.success(request, done[verb])
    return redirect("insights:report-desk", changed.pk)


def _send_back(request: SignedInRequest, row: Report) -> HttpResponse:
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            workflow.send_back(row, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The report is sent back; its writer is told why."))
            return redirect("insights:report-desk", row.pk)
    return _desk(request, row, None, form)
