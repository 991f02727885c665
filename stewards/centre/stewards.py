"""Who looks after whom: enterprises, parks and subdistricts with their stewards, and naming a steward."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from enterprises.models import Enterprise
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, paginate
from stewards import stewardships
from stewards.centre import overview as centre
from stewards.centre.forms import EntrustForm, PlaceFilter
from stewards.enums import Scope
from stewards.models import Stewardship
from stewards.queries import current_stewardships

in_centre = roles_required(Role.ADMIN)
MOST_PAST = 20


@require_safe
@in_centre
def enterprises(request: SignedInRequest) -> HttpResponse:
    """Key enterprises and who looks after them; those without a steward stand out."""
    form = PlaceFilter(request.GET)
    asked = form.asked()
    found = Enterprise.objects.filter(merged_into__isnull=True) if asked["show"] == "all" else centre.key_enterprises()
    if asked["show"] == "missing":
        found = found.filter(centre.without_steward())
    if asked["q"]:
        words = asked["q"].strip()
        named = Q(name_zh_hans__icontains=words) | Q(name_en__icontains=words)
        found = found.filter(named | Q(credit_code__istartswith=words))
    rows = centre.with_steward_ids(found).select_related("park", "subdistrict")
    page = paginate(rows, order=[Order("id")], cursor=request.GET.get("cursor"))
    _name_stewards(page.rows)
    context = {"page": page, "form": form, "filtered": any(asked.values()), "missing": asked["show"] == "missing"}
    return render(request, "centre/stewards.html", context)


@require_safe
@in_centre
def places(request: SignedInRequest) -> HttpResponse:
    """Parks and buildings, or subdistricts: their stewards look after whoever has none of their own."""
    scope = Scope.SUBDISTRICT if request.GET.get("kind") == Scope.SUBDISTRICT else Scope.PARK
    model: Any = stewardships.MODELS[scope]
    page = paginate(model.objects.all(), order=[Order(model._meta.pk.attname)], cursor=request.GET.get("cursor"))
    current = current_stewardships().filter(**{f"{scope}__in": [place.pk for place in page.rows]})
    current = current.select_related("steward").order_by("starts_on", "pk")  # the latest wins
    named = {getattr(each, f"{scope}_id"): each.steward for each in current}
    rows = [{"place": place, "steward": named.get(place.pk)} for place in page.rows]
    return render(request, "centre/places.html", {"rows": rows, "page": page, "scope": scope})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def entrust(request: SignedInRequest, scope: str, key: str) -> HttpResponse:
    """Name the steward of one enterprise, park or subdistrict, from a day on."""
    place = _place(scope, key)
    past = stewardships.of_place(scope, place).select_related("steward").order_by("-starts_on", "-pk")[:MOST_PAST]
    form = EntrustForm(request.POST or None, at_once=not any(map(_runs, past)))
    if request.method == "POST" and form.is_valid():
        try:
            named = stewardships.entrust(scope=scope, place=place, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("%(name)s is the steward of %(place)s from the chosen day on, and has been told.")
            messages.success(request, words % {"name": named.steward.name, "place": place})
            if scope == Scope.ENTERPRISE:
                return redirect("centre:stewards")
            kind = "" if scope == Scope.PARK else f"?kind={scope}"
            return redirect(reverse("centre:places") + kind)
    context = {"form": form, "place": place, "scope": scope, "history": past}
    return render(request, "centre/entrust.html", context)


def _runs(row: Stewardship) -> bool:
    return row.starts_on <= local_day() and (row.ends_on is None or row.ends_on >= local_day())


def _place(scope: str, key: str) -> Any:
    model = stewardships.MODELS.get(scope)
    if model is None or (scope == Scope.ENTERPRISE and not (key.isdecimal() and len(key) < 19)):
        raise Http404
    return get_object_or_404(model, pk=key)


def _name_stewards(rows: list[Any]) -> None:
    people = User.objects.in_bulk({row.steward_pk for row in rows if row.steward_pk})
    for row in rows:
        row.steward_person = people.get(row.steward_pk)
