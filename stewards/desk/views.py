"""The desk of stewards, handlers and the service centre: the queue, one request, and the acts on it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import DESK_ROLES, Role
from portal.core import calendar
from portal.core.access import Refused, require, roles_required
from stewards import rules
from stewards.desk import acts as desk_acts
from stewards.desk import queue as queues
from stewards.desk import rows as queue_rows
from stewards.desk.filters import Filters, options
from stewards.desk.forms import FORMS, ActForm
from stewards.desk.page import context_of, on_desk, whole
from stewards.deskwork import canned
from stewards.deskwork.beside import as_typed, beside_queue, beside_request, with_canned
from stewards.deskwork.reaching import told_or_call
from stewards.escalation.beside import of_desk
from stewards.models import HelpRequest
from stewards.proposing import beside
from stewards.rating.beside import on_desk as rectified
from stewards.relations import views as relations
from stewards.transitions import Verb

readers = roles_required(*DESK_ROLES)
LEADERS_ACTS = (Verb.INSTRUCT, Verb.SUPERVISE)


@require_safe
@readers
def queue(request: HttpRequest) -> HttpResponse:
    """What is to be done, tab by tab, by due date."""
    days = calendar.current()
    viewer = queues.Viewer.on(request.user, calendar.local_day(), days)  # type: ignore[arg-type]
    names = queues.tabs_for(viewer.user)
    asked = request.GET.get("tab", "")
    chosen = asked if asked in names else names[0]
    tab = queues.TABS[chosen]
    filters = Filters.read(request.GET, tab)
    if asked and asked != chosen:
        words = {"tab": asked[:40], "shown": tab.label}
        filters.notes.append(_("There is no list “%(tab)s” for you; this is “%(shown)s”.") % words)
    numbers = queues.counts(viewer)
    context = {
        "tab": tab,
        "chosen": chosen,
        "tabs": _tabs(names, chosen, numbers),
        "day": _day(names[0], numbers),
        "parts": capped(numbers["parts"]) if "parts" in numbers else None,
        "rectify": capped(numbers["rectify"]) if numbers.get("rectify") else "",
        "filters": filters,
        "options": options(filters, tab),
        "page": queue_rows.read(chosen, viewer, days, request.GET.get("cursor"), filters),
        "clear": f"?tab={chosen}",
        **beside_queue(viewer.user, request.GET),
    }
    return render(request, "desk/queue.html", context)


@require_safe
@readers
def request_page(request: HttpRequest, number: str) -> HttpResponse:
    """Everything that the person who handles a request needs."""
    return _page(request, _on_my_desk(request, number))


@require_http_methods(["GET", "HEAD", "POST"])
@readers
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """One act on a request; what was typed comes back with the reason when it cannot be done.

    Who reads such a page again, or in the other language, is led to the request.
    """
    works = request.user.has_role(Role.STEWARD, Role.HANDLER, Role.ADMIN)  # type: ignore[union-attr]
    if verb not in (desk_acts.WORDS if works else LEADERS_ACTS):
        raise Http404
    if request.method != "POST":
        return redirect("desk:request", number)
    chosen = Verb(verb)
    loaded = _to_accept(request, number) if chosen == Verb.ACCEPT else _on_my_desk(request, number)
    form = FORMS[chosen](request.POST, request.FILES, verb=verb, request=loaded)
    if (shown := _not_yet(request, form)) is not None and rules.may(request.user, chosen, loaded):
        return _page(request, loaded, shown)
    try:
        if not form.is_valid():
            require(rules.may(request.user, chosen, loaded))
            return _page(request, loaded, form, status=422)
        done = desk_acts.perform(form, by=request.user, seen=_seen(request))
    except Refused as refusal:
        return _refused(request, loaded, form, refusal)
    words = desk_acts.WORDS[chosen].done % {"number": done.number}
    messages.success(request, told_or_call(done, words) if chosen in desk_acts.TELLING else words)
    return redirect("desk:request", number) if _sees(request, done) else redirect("desk:queue")


def _not_yet(request: HttpRequest, form: ActForm) -> ActForm | None:
    """The form to go on with, where its button only asked for a canned answer or for follow-ups; nothing is judged."""
    if "insert" in request.POST and form.verb in canned.TAKING:
        return with_canned(form)
    return as_typed(form) if "look" in request.POST and form.shelf else None


def _on_my_desk(request: HttpRequest, number: str) -> HelpRequest:
    found = on_desk(request.user, number)
    if found is None:
        raise Http404
    return found


def _to_accept(request: HttpRequest, number: str) -> HelpRequest:
    return get_object_or_404(whole(queues.just_taken(request.user)), number=number)  # type: ignore[arg-type]


def _sees(request: HttpRequest, loaded: HelpRequest) -> bool:
    return HelpRequest.objects.readable_by(request.user).filter(pk=loaded.pk).exists()


def _seen(request: HttpRequest) -> int:
    """The version that the page showed; what is not a number is taken for an old page."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _refused(request: HttpRequest, loaded: HelpRequest, form: ActForm, refusal: Refused) -> HttpResponse:
    """The page as it is now, with the reason on top; the queue when the request went to somebody else."""
    messages.error(request, str(refusal))
    if not _sees(request, loaded):
        return redirect("desk:queue")
    if request.FILES:
        messages.warning(request, _("Please choose the files again; your text is kept."))
    return _page(request, _on_my_desk(request, loaded.number or ""), form, status=409)


def _page(request: HttpRequest, loaded: HelpRequest, form: ActForm | None = None, status: int = 200) -> HttpResponse:
    context = (
        context_of(loaded, request.user, form)
        | {"beside": beside(request.user, loaded)}
        | of_desk(loaded)
        | beside_request(loaded)
        | relations.beside(request.user, loaded)
        | rectified(request.user, loaded)
    )
    return render(request, "desk/request.html", context, status=status)


def _tabs(names: list[str], chosen: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": queues.TABS[name].label, "current": name == chosen, "count": capped(numbers.get(name))}
        for name in names
    ]


def _day(own: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    """The strip on top: what presses today, each with the list behind the number; nothing for those who only read."""
    if own not in queues.OWN:
        return []
    parts = [
        ("overdue", _("overdue"), f"?tab={own}&due=overdue", "bad"),
        ("next", _("due today or the next working day"), f"?tab={own}&due=next", "warn"),
        ("assigned", _("assigned, not yet accepted"), f"?tab={own}&state=assigned", "info"),
    ]
    found = [(numbers[f"day-{part}"], words, url, tone) for part, words, url, tone in parts]
    return [
        {"count": capped(number), "words": words, "url": url, "tone": tone if number else ""}
        for number, words, url, tone in found
    ]


def capped(number: int | None) -> str:
    """A count as shown; beyond the cap nobody counts on."""
    if number is None:
        return ""
    return str(number) if number <= queues.CAP else f"{queues.CAP}+"
