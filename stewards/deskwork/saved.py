"""Saved views of the queue: a list with its filters under a name, one's own or shared with the department."""

from dataclasses import dataclass
from functools import cache

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import Department, User
from portal.core.access import Refused, roles_required
from portal.core.prepared import DEPARTMENT, USER, Prepared
from stewards.deskwork.record_page import crumbs
from stewards.models import SavedView

on_desk = roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
MOST = 30
LONGEST_NAME, LONGEST_QUERY = 60, 1_000
_NOT_KEPT = ("cursor", "csrfmiddlewaretoken")


def views_of(user: User) -> QuerySet[SavedView]:
    """One's own and those that colleagues share with the department, by name."""
    seen = Q(owner=user)
    if user.department_id:
        seen |= Q(department=user.department_id)
    return SavedView.objects.filter(seen).select_related("owner").order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class Named:
    """A saved view as the queue shows it."""

    name: str
    query: str


def names_of(user: User) -> list[Named]:
    """The same as `views_of`, for a page that opens often."""
    _columns, rows = _named_views(user.department_id is not None).rows({USER: user.pk, DEPARTMENT: user.department_id})
    return [Named(*row) for row in rows]


@cache
def _named_views(in_department: bool) -> Prepared:
    views = views_of(User(pk=USER, department_id=DEPARTMENT if in_department else None))
    return Prepared(*views.select_related(None).values_list("name", "query").query.sql_with_params())


def query_of(address: QueryDict) -> str:
    """What of the queue's address is worth keeping: no page, nothing empty."""
    kept = address.copy()
    for name, values in list(kept.lists()):
        filled = [value for value in values if value.strip() and "\0" not in value]
        kept.setlist(name, filled)
        if name in _NOT_KEPT or not filled:
            del kept[name]
    return kept.urlencode()


def save(*, by: User, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep the view; one with this name is replaced by it."""
    name, query = _named(name), query_of(QueryDict(query))
    if len(query) > LONGEST_QUERY:
        raise Refused(_("This view has too many filters to be kept."))
    with transaction.atomic():
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
        mine = SavedView.objects.filter(owner=by)
        if mine.exclude(name=name).count() >= MOST:
            raise Refused(_("You have kept %(count)s views already. Remove one first.") % {"count": MOST})
        facts = {"query": query, "department": _department(by, shared)}
        return SavedView.objects.update_or_create(owner=by, name=name, defaults=facts)[0]


def change(view: SavedView, *, by: User, name: str, shared: bool) -> None:
    """Another name, shared or no longer; one's own only."""
    if view.owner_id != by.pk:
        raise Refused(_("Only the person who saved the view can change it."))
    view.name, view.department = _named(name), _department(by, shared)
    try:
        with transaction.atomic():
            view.save(update_fields=["name", "department"])
    except IntegrityError:
        raise Refused(_("You have a view of this name already.")) from None


def was_left(view: SavedView) -> bool:
    """Whether a shared view is nobody's of the department any more."""
    return not view.owner.is_active or view.owner.department_id != view.department_id


def remove(view: SavedView, *, by: User) -> None:
    """One's own; and of the department's what somebody left behind who is no longer in it."""
    shared = view.department_id is not None and view.department_id == by.department_id
    if view.owner_id != by.pk and not (was_left(view) and shared):
        raise Refused(_("Only the person who saved the view can change it."))
    view.delete()


def _named(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise Refused(_("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise Refused(_("The name of a view has at most %(most)d characters.") % {"most": LONGEST_NAME})
    return name


def _department(by: User, shared: bool) -> Department | None:
    if shared and by.department is None:
        raise Refused(_("You belong to no department to share the view with."))
    return by.department if shared else None


@require_safe
@on_desk
def views(request: SignedInRequest) -> HttpResponse:
    """All of them, one's own to rename, share and remove."""
    found = list(views_of(request.user))
    context = {
        "mine": [view for view in found if view.owner_id == request.user.pk],
        "shared": [(view, was_left(view)) for view in found if view.owner_id != request.user.pk],
        "crumbs": crumbs(),
    }
    return render(request, "deskwork/views.html", context)


@require_POST
@on_desk
def keep(request: SignedInRequest) -> HttpResponse:
    """Save what the queue shows."""
    name, query = request.POST.get("name", ""), request.POST.get("query", "")
    try:
        view = save(by=request.user, name=name, query=query, shared="shared" in request.POST)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("desk:views")
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    response = redirect("desk:queue")
    response["Location"] += f"?{view.query}" if view.query else ""
    return response


@require_POST
@on_desk
def alter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename, share or remove one's own view; remove one that was left behind."""
    view = get_object_or_404(views_of(request.user), pk=pk)
    if view.owner_id != request.user.pk and not (was_left(view) and "remove" in request.POST):
        raise Http404
    done = _("The view “%(name)s” is kept.")
    try:
        if "remove" in request.POST:
            done = _("The view “%(name)s” is removed.")
            remove(view, by=request.user)
        else:
            change(view, by=request.user, name=request.POST.get("name", ""), shared="shared" in request.POST)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done % {"name": view.name})
    return redirect("desk:views")
