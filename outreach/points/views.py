"""What everybody sees: points, materials, and what a printed code leads to."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pace import held_back, status_of
from outreach.explained import videos_on
from outreach.guests import qr
from outreach.models import Material, MaterialEdition, Place
from outreach.points import nearest, queries, workflow
from outreach.points.forms import FindForm, PlaceFeedbackForm
from policies.opendata.data import address
from portal.core.openly import for_everybody


@login_not_required
@require_safe
def points(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    where, language, near = form.asked()
    start = nearest.origin(near) if near else None
    found = list(queries.chosen(queries.points(), where, language))
    pairs = nearest.sorted_from(found, start) if start else [(point, "") for point in found]
    context = {
        "form": form,
        "rows": [(point, queries.today(point.place), away) for point, away in pairs],
        "asked": bool(where or language),
        "near": near,
        "start": start,
        "placed": any(point.place.latitude is not None for point in found),
    }
    return render(request, "outreach/points/list.html", context)


def _point(slug: str) -> Any:
    return get_object_or_404(queries.points(), place__slug=slug)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, slug: str) -> HttpResponse:
    """One point: how to get there, when, in which languages, which guides; and what you think of it."""
    found = _point(slug)
    form = PlaceFeedbackForm(request.POST if request.method == "POST" else None)
    stock = list(queries.stock_of(found))
    if request.method == "POST" and form.is_valid() and not held_back(request, form, "point"):
        workflow.say(found, form.save(commit=False))
        messages.success(request, _("Thank you: your word counts, without your name."))
        return redirect("points:point", slug)
    context = {
        "point": found,
        "place": found.place,
        "today": queries.today(found.place),
        "week": queries.week(found.place),
        "languages": [str(label) for label in _labels(found.place, "languages")],
        "access": [str(label) for label in _labels(found.place, "access")],
        "stock": stock,
        "videos": videos_on({each.material.policy_id for each in stock if each.material.policy_id}),
        "form": form,
    }
    return render(request, "outreach/points/point.html", context, status=status_of(form))


@login_not_required
@require_safe
def sheet(request: HttpRequest, slug: str) -> HttpResponse:
    """One point on a printed page: when, where, which way, and a code for each guide in its newest edition."""
    found = _point(slug)
    context = {
        "place": found.place,
        "week": queries.week(found.place),
        "languages": [str(label) for label in _labels(found.place, "languages")],
        "access": [str(label) for label in _labels(found.place, "access")],
        "guides": queries.guides_of(found),
    }
    return render(request, "outreach/points/sheet.html", context)


def _labels(place: Place, name: str) -> list[Any]:
    field: Any = Place._meta.get_field(name)
    known = dict(field.base_field.choices)
    return [known[value] for value in getattr(place, name) if value in known]


@login_not_required
@require_safe
def material(request: HttpRequest, slug: str) -> HttpResponse:
    """The current edition in both languages; older ones are named, not given out."""
    row: Material = get_object_or_404(Material.objects.select_related("policy"), slug=slug)
    editions = list(row.editions.select_related("file_zh", "file_en"))
    current = editions[0] if editions else None
    context = {
        "material": row,
        "current": current,
        "older": editions[1:],
        "outdated": _is_outdated(row, current),
        "videos": videos_on([row.policy_id]) if row.policy_id and row.withdrawn_at is None else [],
    }
    return render(request, "outreach/points/material.html", context)


def _is_outdated(row: Material, current: MaterialEdition | None) -> bool:
    if current is None or row.policy is None or current.policy_version is None:
        return False
    return current.policy_version < row.policy.version


@for_everybody
def short(request: HttpRequest, code: str) -> HttpResponse:
    """What a printed code says: to its page in the reader's language."""
    row = get_object_or_404(MaterialEdition, code=code)
    with translation.override(translation.get_language_from_request(request)):
        response = redirect("points:edition", row.code)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    return response


@for_everybody
def code_picture(request: HttpRequest, code: str) -> HttpResponse:
    return qr.picture(address("printed:edition", get_object_or_404(MaterialEdition, code=code).code))


@login_not_required
@require_safe
def edition(request: HttpRequest, code: str) -> HttpResponse:
    """The edition that somebody holds in their hands: the newest one is shown at once, another says that it is not."""
    held = get_object_or_404(MaterialEdition.objects.select_related("material"), code=code)
    current = queries.current_edition(held.material)
    if held.material.withdrawn_at is None and current is not None and current.pk == held.pk:
        return redirect("points:material", held.material.slug)
    return render(
        request, "outreach/points/edition.html", {"held": held, "material": held.material, "current": current}
    )
