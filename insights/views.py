"""The regional industry map: by place, by industry, crossed; as a file; the records behind it; its outlines."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.districts import HONGKOU
from enterprises.models import Enterprise
from enterprises.segments.rules import KEEPERS
from insights import drawing, files, periods, reading, shapes, workflow
from insights.forms import OutlineForm
from insights.measures import MEASURES
from insights.models import ALL, MapElsewhere, MapPeriod
from insights.rules import LISTERS, sees_all
from portal.core import bilingual
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards.figures import FEW


@require_safe
@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    chosen, whole = reading.chosen(request.GET), sees_all(request.user)
    found = reading.shown(chosen, whole=whole)
    shown = [figure for row in found.places for figure in (row.shown, row.beside) if figure]
    scale = drawing.scale(chosen.measure, [figure.value for figure in shown])
    at_top = chosen.area == ALL
    context: dict[str, Any] = {
        "it": chosen,
        "found": found,
        "whole": whole,
        "few": FEW,
        "measures": [(each, chosen.query(measure=each)) for each in MEASURES.values()],
        "periods": _periods(chosen),
        "now": words_of(chosen.period),
        "then": words_of(chosen.beside),
        "scale": scale,
        "maps": _maps(found, scale) if at_top else [],
        "city": city(chosen) if at_top else None,
        "tables": _tables(found),
        "query": chosen.query(),
        "lists": request.user.is_authenticated and request.user.has_role(*LISTERS),
        "kinds": files.WRITERS,
        **_ways(found),
    }
    return render(request, "insights/map.html", context)


@require_safe
@login_not_required
def matrix(request: HttpRequest) -> HttpResponse:
    """Subdistricts × sections, each number a way down."""
    chosen, whole = reading.chosen(request.GET), sees_all(request.user)
    crossed = reading.crossed(chosen, whole=whole)
    scale = drawing.scale(chosen.measure, [cell.value for row in crossed.rows for cell in row.cells])
    rows = [(row, [(cell, scale.of(cell.value)) for cell in row.cells]) for row in crossed.rows]
    context = {
        "it": chosen,
        "areas": crossed.areas,
        "rows": rows,
        "scale": scale,
        "whole": whole,
        "few": FEW,
        "now": words_of(chosen.period),
        "measures": [(each, chosen.query(measure=each)) for each in MEASURES.values()],
        "crumbs": [(_("Regional industry map"), reverse("insights:map"))],
    }
    return render(request, "insights/matrix.html", context)


@require_safe
@login_not_required
def file(request: HttpRequest, kind: str) -> HttpResponse:
    """What the page shows, for a spreadsheet; small counts stay out of it, whoever takes it: it leaves the house."""
    if kind not in files.WRITERS:
        raise Http404
    chosen = reading.chosen(request.GET)
    if chosen.period is None:
        raise Http404
    return files.answer(kind, reading.shown(chosen, whole=False))


@require_safe
@roles_required(*LISTERS)
def enterprises(request: SignedInRequest) -> HttpResponse:
    """The records that are counted in the chosen place and industry, as they are now."""
    chosen = reading.chosen(request.GET)
    found = reading.shown(chosen, whole=True)
    rows = reading.records(Enterprise.objects.visible_to(request.user), chosen)
    page = paginate(rows, order=[Order("id")], cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "tells": request.user.has_role(Role.ADMIN),
        "segment": _as_segment(chosen) if request.user.has_role(*KEEPERS) else "",
        "crumbs": [(_("Regional industry map"), reverse("insights:map") + chosen.query())],
        **_ways(found),
    }
    return render(request, "insights/enterprises.html", context)


def _as_segment(it: reading.Chosen) -> str:
    """Where the same place and industry can be saved under a name; nothing for the whole district."""
    words = it.query(measure=MEASURES["enterprises"], period=None, beside=None)
    return reverse("segments:new") + words if words != "?" else ""


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(Role.ADMIN)
def outline(request: SignedInRequest) -> HttpResponse:
    """An official boundary file takes the place of the outlines shown."""
    form = OutlineForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            if sent["file"].size > shapes.MOST_BYTES:
                raise Refused(_("The file is larger than 8 MB."))
            data, facts = sent["file"].read(), {name: sent[name] for name in ("source", "review_number")}
            workflow.place_outline(data, by=request.user, **facts)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("The map shows these outlines now."))
            return redirect("insights:map")
    crumbs = [(_("Regional industry map"), reverse("insights:map"))]
    context = {"form": form, "title": _("Official outlines"), "back": reverse("insights:map"), "crumbs": crumbs}
    return render(request, "insights/write.html", context, status=422 if form.errors else 200)


def _periods(it: reading.Chosen) -> dict[str, Any]:
    """The quarters that can be chosen, and those that can stand beside."""
    return {
        "shown": [(words_of(row), it.query(period=row, beside=None), row == it.period) for row in it.kept],
        "beside": [(words_of(row), it.query(beside=row), row == it.beside) for row in it.kept if row != it.period],
        "alone": it.query(beside=None),
    }


def _tables(found: reading.Shown) -> list[dict[str, Any]]:
    it = found.chosen
    places = _("Subdistricts") if it.area == ALL else _("Parks and buildings")
    industries = _("Sections of industry") if it.section == ALL else _("Divisions of industry")
    kinds = (("places", places, found.places), ("industries", industries, found.industries))
    return [{"name": name, "title": title, "rows": drawing.bars(rows)} for name, title, rows in kinds if rows]


def words_of(period: MapPeriod | None) -> str:
    return periods.words(period.first) if period else ""


def _maps(found: reading.Shown, scale: drawing.Scale) -> list[dict[str, Any]]:
    """The tiles of the quarter, and of the one beside it."""
    it = found.chosen
    pair = [(it.period, False), *([(it.beside, True)] if it.beside else [])]
    return [
        {"when": words_of(period), "tiles": drawing.tiles(found.places, scale, beside=other)} for period, other in pair
    ]


def city(chosen: reading.Chosen) -> dict[str, Any]:
    """The outlines of the 16 districts, ours among them, with the numbers of records."""
    shape, placed = shapes.shown()
    name = "name_en" if bilingual.current() == "en" else "name_zh"
    rows = MapElsewhere.objects.filter(period=chosen.period) if chosen.period else MapElsewhere.objects.none()
    numbers = {row.district: row.enterprises for row in rows}
    districts = [
        {**each, "name": each[name], "ours": each["code"] == HONGKOU, "elsewhere": numbers.get(each["code"])}
        for each in shape["districts"]
    ]
    for each in districts:  # the name stands east of the outlines, where there is sea
        each |= {"sign_x": each["x"] + 130, "sign_y": each["y"] - 70}
    districts.sort(key=lambda each: each["ours"])  # drawn last, so that its outline is whole
    return {
        "districts": districts,
        "placed": placed,
        "others": sum(numbers.values()),
        "any": any(each["elsewhere"] for each in districts),
        "view_width": shape["width"] + 8,
        "view_height": shape["height"] + 8,
    }


def _ways(found: reading.Shown) -> dict[str, Any]:
    """The ways down to the chosen place and industry: each step's address leaves out what lies below it."""
    it, names = found.chosen, found.names
    places = [(_("Hongkou District"), it.query(area=ALL, park=ALL))]
    if it.area != ALL:
        places.append((names.area(it.area), it.query(park=ALL)))
    if it.park != ALL:
        places.append((names.park(it.park), it.query()))
    industries = [(_("All industries"), it.query(section=ALL, division=ALL))]
    if it.section != ALL:
        industries.append((names.section(it.section), it.query(division=ALL)))
    if it.division != ALL:
        industries.append((names.division(it.division), it.query()))
    return {"place_way": places, "industry_way": industries}
