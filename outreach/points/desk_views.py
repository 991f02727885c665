"""The desk of points: places, materials, stock, what is to be replaced, what people said."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.guests.feedback import summary
from outreach.models import Feedback, Material, Place, PublicityPoint
from outreach.points import queries, workflow
from outreach.points.forms import EditionForm, MaterialForm, PlaceForm, StockForm
from outreach.rules import ORGANISERS, READERS, may_organise
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate

MOST = 200
SHOWN = 30


@require_safe
@roles_required(*READERS)
def desk(request: SignedInRequest) -> HttpResponse:
    """What is to be replaced first, then the points and what people said of them."""
    rows = queries.to_replace()[:MOST]
    said = Feedback.objects.filter(place__isnull=False, settled_at=None).select_related("place")
    context = {
        "replace": [(row, queries.why_replaced(row)) for row in rows],
        "points": queries.points(),
        "feedback": said.order_by("-pk")[:MOST],
        "may": may_organise(request.user),
    }
    return render(request, "outreach/points/desk.html", context)


@require_safe
@roles_required(*READERS)
def places(request: SignedInRequest) -> HttpResponse:
    page = paginate(Place.objects.select_related("point"), order=[Order("slug")], cursor=request.GET.get("cursor"))
    return render(request, "outreach/points/places.html", {"page": page, "may": may_organise(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def place(request: SignedInRequest, slug: str = "") -> HttpResponse:
    """A new place, or one that is changed."""
    row = get_object_or_404(Place, slug=slug) if slug else None
    form = PlaceForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            point = form.cleaned_data["point"]
            workflow.keep_place(form.save(commit=False), by=request.user, point=point, hours=form.hours())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("points:places")
    context = {"form": form, "title": _("Change the place") if row else _("New place")}
    return render(request, "outreach/points/write.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def stock(request: SignedInRequest, slug: str) -> HttpResponse:
    """How many copies of which edition lie at a point."""
    point: PublicityPoint = get_object_or_404(PublicityPoint.objects.select_related("place"), place__slug=slug)
    form = StockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        workflow.count_stock(point, said["edition"], copies=said["copies"], by=request.user)
        messages.success(request, _("Counted."))
        return redirect("points:stock", slug)
    context: dict[str, Any] = {"point": point, "stock": queries.stock_of(point), "form": form}
    feedback = Feedback.objects.filter(place=point.place)
    context |= {"figures": summary(feedback), "said": feedback.order_by("-pk")[:SHOWN]}
    return render(request, "outreach/points/stock.html", context, status=422 if form.errors else 200)


@require_safe
@roles_required(*READERS)
def materials(request: SignedInRequest) -> HttpResponse:
    rows = Material.objects.prefetch_related("editions")
    page = paginate(rows, order=[Order("slug")], cursor=request.GET.get("cursor"))
    return render(request, "outreach/points/materials.html", {"page": page, "may": may_organise(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def write_material(request: SignedInRequest, slug: str = "") -> HttpResponse:
    row = get_object_or_404(Material, slug=slug) if slug else None
    form = MaterialForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            kept = workflow.keep_material(form.save(commit=False), by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("points:keep", kept.slug)
    context = {"form": form, "title": _("Change the material") if row else _("New material")}
    return render(request, "outreach/points/write.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@roles_required(*ORGANISERS)
def keep(request: SignedInRequest, slug: str) -> HttpResponse:
    """One material with its editions; a new one is put in here."""
    row: Material = get_object_or_404(Material.objects.select_related("policy"), slug=slug)
    form = EditionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = workflow.add_edition(row, by=request.user, **form.cleaned_data)
        except (Refused, ValidationError) as refused:
            form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        else:
            messages.success(request, _("Edition %(number)s is out.") % {"number": made.number})
            return redirect("points:keep", slug)
    editions = row.editions.select_related("file_zh", "file_en")
    context: dict[str, Any] = {"material": row, "editions": editions, "form": form}
    return render(request, "outreach/points/keep.html", context, status=422 if form.errors else 200)


@require_POST
@roles_required(*ORGANISERS)
def withdraw(request: SignedInRequest, slug: str) -> HttpResponse:
    workflow.withdraw(get_object_or_404(Material, slug=slug), by=request.user)
    messages.success(request, _("Withdrawn: its page and every printed code say so."))
    return redirect("points:keep", slug)


@require_POST
@roles_required(*ORGANISERS)
def feedback(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Settled, or made a request."""
    row = get_object_or_404(Feedback, pk=pk, place__isnull=False)
    try:
        if verb == "request":
            made = workflow.make_request(row, by=request.user)
            messages.success(request, _("It is request %(number)s now, with a deadline.") % {"number": made.number})
        elif verb == "settle":
            workflow.settle(row, by=request.user)
            messages.success(request, _("Settled."))
        else:
            raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("points:desk")
