"""The working-day calendar, year by year: what is published, and entering the next one."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.models import CalendarDay, CalendarYear
from stewards.centre.forms import CalendarForm
from stewards.models import CalendarLoad
from stewards.standard import working_days

in_centre = roles_required(Role.ADMIN)
LOADS_SHOWN = 10
YEARS_SHOWN = 4  # last year to the year after next


@require_safe
@in_centre
def years(request: SignedInRequest) -> HttpResponse:
    """Which years' calendars are official; deadlines that reach another one are provisional."""
    first = local_day().year - 1
    shown = range(first, first + YEARS_SHOWN)
    entered = CalendarYear.objects.in_bulk(list(shown))
    rows = [{"year": year, "entered": entered.get(year), "known": working_days.is_known(year)} for year in shown]
    sent = CalendarLoad.objects.select_related("loaded_by").annotate(count=Count("moved")).order_by("-pk")
    return render(request, "centre/calendar.html", {"rows": rows, "loads": sent[:LOADS_SHOWN]})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def year(request: SignedInRequest, year: int) -> HttpResponse:
    """One year's days off and make-up workdays."""
    first = local_day().year - 1
    if year not in range(first, first + YEARS_SHOWN):
        raise Http404
    form = CalendarForm(request.POST if request.method == "POST" else None, initial=_entered(year))
    if request.method == "POST" and form.is_valid():
        try:
            working_days.publish(year, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The calendar of %(year)s is in force.") % {"year": year})
            return redirect("centre:calendar")
    return render(request, "centre/calendar_year.html", {"form": form, "year": year})


def _entered(year: int) -> dict[str, Any]:
    known = CalendarYear.objects.filter(pk=year).first()
    days = CalendarDay.objects.filter(day__year=year).order_by("day")
    lists: dict[bool, list[str]] = {True: [], False: []}
    for each in days:
        lists[each.working].append(each.day.isoformat())
    return {
        "source": known.source if known else "",
        "off": "\n".join(lists[False]),
        "working": "\n".join(lists[True]),
    }
