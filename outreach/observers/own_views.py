"""The observer's own room: what they were asked to look at, and what they wrote."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from outreach.enums import Aspect, ObservationState
from outreach.models import Observation, ObservationPicture
from outreach.observers import observing, queries
from outreach.observers.forms import ObservationForm
from portal.core.access import Refused
from portal.core.keyset import Order, paginate
from stewards.enums import EventKind


@require_safe
def own(request: SignedInRequest) -> HttpResponse:
    """Terms, assignments and observations; after the term all of it can still be read."""
    terms = list(queries.terms_of(request.user))
    if not terms:
        raise Http404
    page = paginate(
        queries.own(request.user), order=[Order("id", desc=True)], cursor=request.GET.get("cursor"), size=30
    )
    for row in page.rows:
        row.answered = queries.is_answered(row)  # type: ignore[attr-defined]
    context = {
        "terms": [{"observer": row, "holds": queries.holds(row)} for row in terms],
        "assignments": [
            {"assignment": row, "may": observing.may_write(request.user, row)}
            for row in queries.assignments_of(request.user)
        ],
        "page": page,
    }
    return render(request, "outreach/observers/own.html", context)


@require_POST
def begin(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on with the draft on an assignment, or begin one."""
    assignment = get_object_or_404(queries.assignments_of(request.user), pk=pk)
    try:
        row = observing.begin(assignment, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("observers:own")
    return redirect("observers:observation", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def observation(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft to be written, or what was sent and what became of it."""
    row: Observation = get_object_or_404(queries.own(request.user), pk=pk)
    is_draft = row.state == ObservationState.DRAFT and bool(observing.may_write(request.user, row.assignment))
    post = request.method == "POST"
    if not is_draft:
        if post:
            messages.info(request, _("This observation can no longer be changed."))
            return redirect("observers:observation", pk)
        return _show(request, row)
    form = ObservationForm(request.POST if post else None, request.FILES if post else None, instance=row)
    if post and form.is_valid() and _written(request, pk, form):
        return redirect("observers:observation", pk)
    context = {"row": row, "form": form, "pictures": row.pictures.select_related("file")}
    return render(request, "outreach/observers/write.html", context, status=422 if form.errors else 200)


def _written(request: SignedInRequest, pk: int, form: ObservationForm) -> bool:
    """Kept, and sent if that was pressed. What is refused on sending is kept all the same."""
    row = queries.own(request.user).get(pk=pk)
    try:
        facts = form.facts()
        observing.save(row, by=request.user, facts=facts, points=form.points(), files=form.cleaned_data["images"])
    except (Refused, ValidationError) as refused:
        words = refused.messages if isinstance(refused, ValidationError) else [str(refused)]
        form.add_error("images" if isinstance(refused, ValidationError) else None, words)
        return False
    if "send" not in request.POST:
        messages.success(request, _("Kept as a draft."))
        return True
    try:
        observing.send(row, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Sent to the responsible department."))
    return True


def _show(request: SignedInRequest, row: Observation) -> HttpResponse:
    answer = None
    if row.request and queries.is_answered(row):
        answer = row.request.events.filter(kind=EventKind.ANSWERED).last()
    context = {
        "row": row,
        "points": [(Aspect(name).label, value) for name, value in row.points.items()],
        "answer": answer,
        "pictures": row.pictures.select_related("file"),
    }
    return render(request, "outreach/observers/observation.html", context)


@require_POST
def drop_picture(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = ObservationPicture.objects.filter(observation__assignment__observer__user=request.user)
    picture = get_object_or_404(rows.select_related("observation", "file"), pk=pk)
    back = picture.observation_id
    try:
        observing.drop_picture(picture, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("observers:observation", back)
