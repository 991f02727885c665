"""Who looks after whom: enterprises, parks and subdistricts with their stewards, and naming a steward."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from enterprises.models import Enterprise, Park, Subdistrict
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards import stewardships
from stewards.centre import overview as centre
from stewards.centre.forms import EntrustForm, PlaceFilter
from stewards.enums import Scope
from stewards.queries import current_stewardships

in_centre = roles_required(Role.ADMIN)
MOST_PLACES = 300
MOST_PAST = 20


@require_safe
@in_centre
def enterprises(request: SignedInRequest) -> HttpResponse:
    """Key enterprises and who looks after them; those without a steward stand out."""
    form = PlaceFilter(request.GET)
    asked = form.asked()
    found = Enterprise.objects.all() if asked["show"] == "all" else centre.key_enterprises()
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
    """Parks, buildings and subdistricts: their stewards look after whoever has none of their own."""
    current = (
        current_stewardships().exclude(scope=Scope.ENTERPRISE).select_related("steward").order_by("starts_on", "pk")
    )
    named = {(each.scope, each.park_id or each.subdistrict_id): each.steward for each in current}
    kinds: list[tuple[str, Any]] = [(Scope.PARK, Park), (Scope.SUBDISTRICT, Subdistrict)]
    rows = [
        {"scope": scope, "label": Scope(scope).label, "place": place, "steward": named.get((scope, place.pk))}
        for scope, model in kinds
        for place in model.objects.all()[:MOST_PLACES]
    ]
    return render(request, "centre/places.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def entrust(request: SignedInRequest, scope: str, key: str) -> HttpResponse:
    """Name the steward of one enterprise, park or subdistrict, from a day on."""
    place = _place(scope, key)
    form = EntrustForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            named = stewardships.entrust(scope=scope, place=place, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("%(name)s is the steward of %(place)s from the chosen day on, and has been told.")
            messages.success(request, words % {"name": named.steward.name, "place": place})
            return redirect("centre:stewards" if scope == Scope.ENTERPRISE else "centre:places")
    past = stewardships.of_place(scope, place).select_related("steward").order_by("-starts_on", "-pk")[:MOST_PAST]
    context = {"form": form, "place": place, "scope": scope, "history": past}
    return render(request, "centre/entrust.html", context)


def _place(scope: str, key: str) -> Any:
    model = stewardships.MODELS.get(scope)
    if model is None or (scope == Scope.ENTERPRISE and not (key.isdecimal() and len(key) < 19)):
        raise Http404
    return get_object_or_404(model, pk=key)


def _name_stewards(rows: list[Any]) -> None:
    people = User.objects.in_bulk({row.steward_pk for row in rows if row.steward_pk})
    for row in rows:
        row.steward_person = people.get(row.steward_pk)
