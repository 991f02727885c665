"""The figures of the service: four rates that stay apart, with what they are counted from; and as a file."""

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from portal.core.access import roles_required
from stewards.figures import FEW
from stewards.rating import figures
from stewards.rating.forms import FiguresForm

readers = roles_required(Role.ADMIN, Role.LEADER, Role.AUDITOR)
MOST_ROWS = 30  # of one table on the page; the file has them all


@require_safe
@readers
def page(request: SignedInRequest) -> HttpResponse:
    form = FiguresForm(request.GET)
    asked = form.asked()
    whole = request.user.has_role(Role.ADMIN)
    report = figures.kept_report(asked, whole=whole, most=MOST_ROWS)
    context: dict[str, Any] = {
        "form": form,
        "asked": asked,
        "report": report,
        "rates": figures.RATES,
        "tables": [
            {"name": name, "title": figures.DIMENSIONS[name], "rows": rows, "more": report.more.get(name, 0)}
            for name, rows in report.tables.items()
        ],
        "few": FEW,
        "whole": whole,
        "query": request.GET.urlencode(),
        "months": [asked.first.strftime("%Y-%m"), asked.last.strftime("%Y-%m")],
    }
    return render(request, "rating/figures.html", context)


@require_safe
@readers
def file(request: SignedInRequest) -> HttpResponse:
    """For a spreadsheet, in the language of the page; it leaves the house, so small counts stay out of it."""
    asked = FiguresForm(request.GET).asked()
    report = figures.report(asked, whole=False)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"figures-{asked.first:%Y-%m}-{asked.last:%Y-%m}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    writer = csv.writer(response)
    heads = [_("Grouped"), _("Name")]
    for rate in figures.RATES:
        heads += [_rate_words(rate.name, word) for word in (_("of these"), _("out of"), "%")]
    writer.writerow(heads)
    writer.writerow(_line("", report.total))
    for dimension, rows in report.tables.items():
        for row in rows:
            writer.writerow(_line(str(figures.DIMENSIONS[dimension]), row))
    writer.writerow([])
    for rate in figures.RATES:
        writer.writerow([str(rate.name), str(rate.words)])
    return response


def _rate_words(name: object, word: str) -> str:
    return pgettext("column of figures", "%(rate)s: %(column)s") % {"rate": name, "column": word}


def _line(group: str, row: figures.Row) -> list[object]:
    cells: list[object] = [group, _safe(row.label)]
    for rate in row.rates:
        cells += ["", "", f"<{FEW}"] if rate.hidden else [rate.part, rate.whole, _blank(rate.percent)]
    return cells


def _blank(percent: float | None) -> object:
    return "" if percent is None else percent


def _safe(label: str) -> str:
    """A name that a spreadsheet does not take for a formula."""
    return f"'{label}" if label[:1] in ("=", "+", "-", "@", "\t", "\r") else label
