"""What everybody sees: the list, one resource, up to four side by side, and where they are."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from investment import files, queries
from investment.forms import DeclineForm, FindForm
from investment.models import Need, Resource, ResourceFile, Viewing
from investment.naming import all_names, section_names
from investment.recommending import explained
from investment.showing import facts_of, in_short, side_by_side, wanted
from investment.tasks import note_view
from portal.core.keyset import Order, paginate
from portal.core.queue import enqueue

NEWEST = [Order("published_at", desc=True, nulls_last=True), Order("id", desc=True)]


@login_not_required
@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    form = FindForm(request.GET)
    asked = form.asked()
    page = paginate(queries.found(asked), order=NEWEST, cursor=request.GET.get("cursor"))
    context = {
        "form": form,
        "asked": bool(asked),
        "page": page,
        "rows": [{"resource": row, "short": in_short(row)} for row in page.rows],
    }
    return render(request, "investment/list.html", context)


@login_not_required
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Premises and incubators by subdistrict and park, as a table."""
    return render(request, "investment/places.html", {"rows": queries.by_place()})


@login_not_required
@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    rows = queries.compared(request.GET)
    columns = [{"resource": row, "without": _without(rows, row)} for row in rows]
    context = {"columns": columns, "lines": side_by_side(rows, section_names()) if rows else []}
    return render(request, "investment/compare.html", context)


def _without(rows: list[Resource], gone: Resource) -> str:
    params = QueryDict(mutable=True)
    params.setlist("r", [str(row.pk) for row in rows if row.pk != gone.pk])
    return params.urlencode()


@login_not_required
@require_safe
def resource(request: HttpRequest, pk: int) -> HttpResponse:
    """One resource; for an enterprise with a need of its kind, how it fits and what can be done."""
    row: Resource = get_object_or_404(queries.listed().prefetch_related("files"), pk=pk)
    inside = request.user.is_authenticated and not request.user.is_official
    names = all_names() if inside else section_names()
    context: dict[str, Any] = {"resource": row, "facts": facts_of(row, names)}
    if inside:
        context |= _own(request, row, names)
    return render(request, "investment/resource.html", context)


def _own(request: HttpRequest, row: Resource, names: dict[str, str]) -> dict[str, Any]:
    """The reader's needs of this kind, and how the one that is chosen goes with it."""
    needs = list(Need.objects.of_member(request.user).open().filter(kind=row.kind).order_by("-pk")[:20])
    chosen = request.GET.get("need", "")
    need = next((each for each in needs if str(each.pk) == chosen), needs[0] if needs else None)
    viewing = Viewing.objects.of_member(request.user).coming().filter(resource=row).first()
    if need is None:
        return {"may_ask": True, "viewing": viewing}
    told = explained(need, row, names)
    if told.mark is None or told.mark.viewed_at is None:
        enqueue(note_view, need.pk, row.pk)
    titles = [(each, " · ".join(wanted(each, names))) for each in needs]
    return {
        "may_ask": True,
        "viewing": viewing,
        "need": need,
        "needs": titles,
        "told": told,
        "decline_form": DeclineForm(),
    }


@login_not_required
@require_safe
def file(request: HttpRequest, key: str) -> HttpResponseBase:
    """Of what is published for everybody; of a draft, for those who keep it and who review it."""
    row: ResourceFile = get_object_or_404(ResourceFile.objects.select_related("resource__provider"), key=key)
    public = Resource.objects.shown().filter(pk=row.resource_id).exists()
    if not public:
        get_object_or_404(queries.kept_by(request.user), pk=row.resource_id)
    return files.give(row, public=public)
