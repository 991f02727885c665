"""Loading an official calendar: the file, what it would change, and what it did change."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, capped_count, paginate
from stewards.models import CalendarLoad
from stewards.standard import loading
from stewards.standard.forms import CalendarFileForm
from stewards.standard.recompute import touched

in_centre = roles_required(Role.ADMIN)
YEARS = range(-1, 3)  # last year to the year after next
CAP = 9_999


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def upload(request: SignedInRequest) -> HttpResponse:
    """Choose the file; nothing counts before its preview is confirmed."""
    this = local_day().year
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CalendarFileForm(*sent, years=[this + n for n in YEARS], initial={"year": this + 1})
    if request.method == "POST" and form.is_valid():
        try:
            load = loading.preview(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("centre:calendar-load", load.pk)
    return render(request, "standard/calendar_upload.html", {"form": form})


@require_safe
@in_centre
def load(request: SignedInRequest, pk: int) -> HttpResponse:
    """A preview: which days change, which rows are wrong; once it is in force, which due dates it moved."""
    found = get_object_or_404(CalendarLoad.objects.select_related("loaded_by", "confirmed_by"), pk=pk)
    context: dict[str, Any] = {"load": found, "preview": found.state == CalendarLoad.State.PREVIEW}
    if context["preview"]:
        context |= {
            "changes": loading.changes(found) if not found.troubles else [],
            "troubles": [(row, loading.trouble_words(code, value)) for row, code, value in found.troubles],
            "touched": _figure(touched(found.year)),
            "seen": loading.latest(found.year),
        }
    else:
        moved = found.moved.select_related("request").defer("request__body", "request__search")
        page = paginate(moved, order=[Order("id")], cursor=request.GET.get("cursor"))
        context |= {"page": page, "count": found.moved.count()}
    return render(request, "standard/calendar_load.html", context)


@require_POST
@in_centre
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Into force, once."""
    found = get_object_or_404(CalendarLoad, pk=pk)
    seen = request.POST.get("seen", "")
    try:
        loading.confirm(found, by=request.user, seen=int(seen) if seen.isdecimal() and len(seen) < 19 else -1)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("The calendar of %(year)s is in force. Due dates are counted anew now.") % {"year": found.year}
        )
    return redirect("centre:calendar-load", pk)


@require_POST
@in_centre
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Not this file; nothing was changed by it."""
    try:
        loading.drop(get_object_or_404(CalendarLoad, pk=pk), by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The file was dropped. Nothing was changed."))
    return redirect("centre:calendar")


def _figure(rows: Any) -> str:
    count, more = capped_count(rows, CAP)
    return f"{count:,}{'+' if more else ''}"
