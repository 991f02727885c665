"""Pages of parts: the lists, one part with the acts on it, and asking a department."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import DESK_ROLES, Role
from portal.core.access import Refused, require, roles_required
from portal.core.keyset import paginate
from portal.core.sent import say_refused, seen_version
from stewards import rules as request_rules
from stewards import timeline
from stewards.desk.page import whole
from stewards.deskwork.reaching import told_or_call
from stewards.files import attachments_for
from stewards.models import HelpRequest, RequestPart
from stewards.parts import presenting, queries, rules, standing, verbs
from stewards.parts.forms import KINDS, AddForm, Offer, PartForm, form_of
from stewards.transitions import Verb

SIZE = 30
readers = roles_required(*DESK_ROLES)
on_desk = roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
_ACTS: dict[Verb, Callable[..., RequestPart]] = {
    Verb.ACCEPT_PART: verbs.accept,
    Verb.ANSWER_PART: verbs.answer,
    Verb.RETURN_PART: verbs.give_back,
    Verb.TRANSFER_PART: verbs.transfer,
    Verb.SEND_PART_BACK: verbs.send_back,
    Verb.WITHDRAW_PART: verbs.withdraw,
    Verb.DECIDE_PART: verbs.decide,
    Verb.MOVE_PART: verbs.move,
}


@require_safe
@on_desk
def parts(request: HttpRequest) -> HttpResponse:
    """What departments have been asked, list by list, by due date."""
    names = queries.lists_for(request.user)
    if not names:
        raise Http404
    asked = request.GET.get("list", "")
    chosen = asked if asked in names else names[0]
    found = queries.LISTS[chosen]
    selected = found.select(request.user).select_related("department", "handler", "request__enterprise__industry")
    page = paginate(selected, order=found.order, cursor=request.GET.get("cursor"), size=SIZE)
    context = {
        "chosen": found,
        "lists": [{"name": n, "label": queries.LISTS[n].label, "current": n == chosen} for n in names],
        "page": page,
        "rows": [presenting.shown(part) for part in page],
        "undecided": list(queries.undecided()[:SIZE]) if chosen == "decide" else [],
        "crumbs": [(_("Request desk"), reverse("desk:queue"))],
    }
    return render(request, "desk/parts.html", context)


@require_safe
@readers
def part_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One part, for whoever does it and whoever waits for it."""
    return _page(request, _load(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """One act on a part; what was typed comes back with the reason when it cannot be done."""
    if verb not in KINDS:
        raise Http404
    part, chosen = _load(request, pk), Verb(verb)
    if request.method != "POST":
        return redirect("desk:part", pk)
    form = form_of(chosen, part, request.POST, request.FILES)
    try:
        if not form.is_valid():
            require(rules.may(request.user, chosen, part))
            return _page(request, part, chosen, form, status=422)
        _ACTS[chosen](part, by=request.user, seen=seen_version(request), **form.facts())
    except Refused as refusal:
        say_refused(request, refusal)
        return _page(request, _load(request, pk), chosen, form, status=409)
    messages.success(request, str(KINDS[chosen].done))
    return redirect("desk:part", pk) if _is_readable(request.user, pk) else redirect("desk:parts")


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Ask a department; `?again=` takes over the words of a part that was returned."""
    asked = get_object_or_404(whole(HelpRequest.objects.on_desk_of(request.user)), number=number)
    verdict = request_rules.may(request.user, Verb.ADD_PART, asked)
    if not verdict and request.method != "POST":
        messages.error(request, str(verdict.reason))
        return redirect("desk:request", number)
    sent = (request.POST,) if request.method == "POST" else ()
    form = AddForm(*sent, request=asked, verb=Verb.ADD_PART, initial={"asked": _again(request, asked)})
    if sent and form.is_valid():
        try:
            part = verbs.add(asked, by=request.user, seen=seen_version(request), **form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            words = _("%(department)s was asked; the enterprise was told that it works on a part.")
            messages.success(request, told_or_call(asked, words % {"department": part.department.name}))
            return redirect("desk:request", number)
    crumbs = [(_("Request desk"), reverse("desk:queue")), (number, reverse("desk:request", args=[number]))]
    context = {"asked": asked, "form": form, "verdict": verdict, "crumbs": crumbs}
    return render(request, "desk/part_add.html", context, status=422 if form.is_bound else 200)


def _load(request: HttpRequest, pk: int) -> RequestPart:
    """The part and its request, of those who have the request as a whole or this part of it."""
    found = get_object_or_404(RequestPart.objects.select_related("department", "handler"), pk=pk)
    asked = get_object_or_404(whole(HelpRequest.objects.readable_by(request.user)), pk=found.request_id)
    if not (standing.has_whole(request.user, asked) or standing.is_theirs(request.user, found)):
        raise Http404
    found.request = asked
    return found


def _is_readable(user: Any, pk: int) -> bool:
    """Whether the person may still see the part after their own act: not once it was passed on."""
    part = RequestPart.objects.select_related("request").get(pk=pk)
    if not HelpRequest.objects.readable_by(user).filter(pk=part.request_id).exists():
        return False
    return standing.has_whole(user, part.request) or standing.is_theirs(user, part)


def _again(request: HttpRequest, asked: HelpRequest) -> str:
    before = request.GET.get("again", "")
    return next((part.asked for part in asked.parts.all() if str(part.pk) == before), "")


def _page(
    request: HttpRequest, part: RequestPart, verb: Verb | None = None, form: PartForm | None = None, status: int = 200
) -> HttpResponse:
    user: Any = request.user
    offers = [
        Offer(each, kind, form if form and each == verb else form_of(each, part), each == verb)
        for each, kind in KINDS.items()
        if rules.may(user, each, part)
    ]
    lost = form if form and verb not in {offer.verb for offer in offers} else None
    number = part.request.number or ""
    context = {
        "asked": part.request,
        "row": presenting.shown(part),
        "part": part,
        "files": attachments_for(user).filter(request=part.request_id, event__kind="submitted").order_by("pk"),
        "entries": timeline.entries_of(standing.events_of(part)),
        "bare": [offer for offer in offers if offer.kind.is_bare],
        "offers": [offer for offer in offers if not offer.kind.is_bare],
        "kept": "\n\n".join(str(lost.data.get(name, "")) for name in ("text", "reason")).strip() if lost else "",
        "may_add": request_rules.may(user, Verb.ADD_PART, part.request),
        "crumbs": [
            (_("Request desk"), reverse("desk:queue")),
            (_("Parts"), reverse("desk:parts")),
            (number, reverse("desk:request", args=[number])),
        ],
    }
    return render(request, "desk/part.html", context, status=status)
