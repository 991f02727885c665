"""“I am interested”, and the viewing that follows: for the enterprise and for the provider's keepers."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from enterprises.queries import chosen, memberships_of
from investment import queries, rules, viewings
from investment.forms import AgreeForm, InterestForm, NoteForm, SlotsForm
from investment.messages import time_words
from investment.models import Need, Viewing
from investment.showing import VIEWING_TONES, in_short
from portal.core.access import Refused
from portal.core.sent import seen_version, sent


@require_http_methods(["GET", "HEAD", "POST"])
def interest(request: SignedInRequest, pk: int) -> HttpResponse:
    """For those who act for an enterprise; `?need=` names what it is for."""
    row = get_object_or_404(queries.listed(), pk=pk)
    needs = Need.objects.of_member(request.user).open().filter(kind=row.kind)
    need = needs.filter(pk=_number(request.GET.get("need", ""))).select_related("enterprise").first()
    enterprise = need.enterprise if need else chosen(request, memberships_of(request.user))
    if enterprise is None:
        raise Http404
    form = InterestForm(sent(request), needs=needs, initial={"need": need})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        facts = {"slots": form.slots(), "words": said["words"], "need": said["need"]}
        holder = said["need"].enterprise if said["need"] else enterprise
        try:
            viewing = viewings.ask(row, by=request.user, enterprise=holder, **facts)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your request is on its way, and the provider chooses one of your times."))
            return redirect("investment:viewing", viewing.pk)
    context = {"form": form, "resource": row, "short": in_short(row), "enterprise": enterprise, "need": need}
    return render(request, "investment/interest.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _loaded(request: SignedInRequest, pk: int) -> tuple[Viewing, set[str]]:
    """For the two sides; 404 for everybody else."""
    seen = Q(pk__in=Viewing.objects.of_member(request.user)) | Q(pk__in=Viewing.objects.of_provider(request.user))
    rows = Viewing.objects.filter(seen).select_related(
        "resource__provider", "resource__park", "enterprise__industry", "request", "need"
    )
    row = get_object_or_404(rows, pk=pk)
    return row, rules.sides(request.user, row)


@require_safe
def viewing(request: SignedInRequest, pk: int) -> HttpResponse:
    row, sides = _loaded(request, pk)
    return _show(request, row, sides)


def _show(
    request: SignedInRequest, row: Viewing, sides: set[str], failed: Any = None, status: int = 200
) -> HttpResponse:
    side = _side(row, sides)
    forms = {} if not rules.may_propose(side, row) else {"propose": SlotsForm(prefix="propose"), "cancel": NoteForm()}
    if rules.may_agree(side, row):
        forms["agree"] = AgreeForm(slots=_slots(row))
    forms |= failed or {}
    context = {
        "viewing": row,
        "side": side,
        "slots": [slot for _value, slot in _slots(row)],
        "forms": forms,
        "failed": failed,
        "may_hold": rules.may_hold(side, row),
        "tone": VIEWING_TONES.get(row.state, "info"),  # type: ignore[call-overload]
        "short": in_short(row.resource),
    }
    return render(request, "investment/viewing.html", context, status=status)


def _side(row: Viewing, sides: set[str]) -> str:
    """Somebody on both sides acts for the one whose turn it is."""
    turn = "provider" if row.state == "asked" else "enterprise"
    return turn if turn in sides else next(iter(sides))


def _slots(row: Viewing) -> list[tuple[str, str]]:
    return [(slot.isoformat(), time_words(slot)) for slot in row.slots]


@require_POST
def act(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """agree, propose, cancel, hold."""
    row, sides = _loaded(request, pk)
    known: dict[str, Any] = {"by": request.user, "side": _side(row, sides)}
    forms: dict[str, Any] = {
        "agree": lambda: AgreeForm(request.POST, slots=_slots(row)),
        "propose": lambda: SlotsForm(request.POST, prefix="propose"),
        "cancel": lambda: NoteForm(request.POST),
        "hold": lambda: NoteForm(request.POST),
    }
    if verb not in forms:
        raise Http404
    form = forms[verb]()
    if not form.is_valid():
        return _show(request, row, sides, {verb: form}, 422)
    try:
        done = _do(verb, row, form, known, seen_version(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return redirect("investment:viewing", pk)


def _do(verb: str, row: Viewing, form: Any, known: dict[str, Any], seen: int) -> str:
    if verb == "agree":
        at = parse_datetime(form.cleaned_data["at"])
        assert at is not None  # one of the choices
        viewings.agree(row, at=at, seen=seen, **known)
        return _("Agreed; the other side is told.")
    if verb == "propose":
        viewings.propose(row, slots=form.slots(), seen=seen, **known)
        return _("The other side is told and chooses one of the times.")
    if verb == "cancel":
        viewings.cancel(row, note=form.cleaned_data["note"], seen=seen, **known)
        return _("Called off; the other side is told.")
    viewings.hold(row, **known)
    return _("Noted.")
