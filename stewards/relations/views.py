"""On one request of the desk: category, tags, links, merging, watching, the checklist, who else is looking."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import DESK_ROLES, Role
from accounts.http import SignedInRequest
from portal.core.access import Refused, roles_required
from stewards.models import HelpRequest, RequestLink, Tag
from stewards.relations import around, checklist, links, presence, rules, sorting, watching
from stewards.relations.forms import LinkForm, NumberForm, SortForm
from stewards.timewords import day_words

on_desk = roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
MOST_KNOWN = 200
WITH = ("category__parent", "enterprise", "steward", "department", "merged_into", "asker")


def load(request: SignedInRequest, number: str) -> HelpRequest:
    desk = HelpRequest.objects.on_desk_of(request.user).defer("search").select_related(*WITH)
    return get_object_or_404(desk, number=number)


def find(request: SignedInRequest, form: NumberForm) -> HelpRequest | None:
    """The other request; with an error in the form when it is not on the person's desk."""
    desk = HelpRequest.objects.on_desk_of(request.user).select_related(*WITH)
    other = desk.filter(number=form.cleaned_data["number"]).first()
    if other is None:
        form.add_error("number", _("There is no request with this number on your desk."))
    return other


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def arrange(request: SignedInRequest, number: str) -> HttpResponse:
    """Category and tags in one form, links in another."""
    asked = load(request, number)
    act = request.POST.get("act", "")
    sort = SortForm(request.POST if act == "sort" else None, asked=asked)
    link = LinkForm(request.POST if act == "link" else None, auto_id="link-%s")
    if request.method == "POST":
        try:
            done = _arranged(request, asked, act, sort, link)
        except Refused as refused:
            (link if act == "link" else sort).add_error(None, str(refused))
            done = ""
        if done:
            messages.success(request, done)
            return redirect("desk:request", number) if act == "sort" else redirect("desk:arrange", number)
    context = {
        "asked": asked,
        "sort": sort,
        "link": link,
        "links": around.links_of(asked, request.user),
        "known": [each.name for each in Tag.objects.order_by("-pk")[:MOST_KNOWN]],
        "crumbs": crumbs(number),
    }
    return render(request, "desk/arrange.html", context, status=422 if request.method == "POST" else 200)


def _arranged(request: SignedInRequest, asked: HelpRequest, act: str, sort: SortForm, link: LinkForm) -> str:
    """What was done, in words; nothing when a form is not right."""
    if act == "sort" and sort.is_valid():
        with transaction.atomic():  # both or neither
            sorting.set_tags(asked, sort.cleaned_data["tags"], by=request.user, shown=sort.shown_tags())
            return sorted_words(asked, sorting.sort(asked, by=request.user, **sort.place()))
    if act == "link" and link.is_valid():
        other = find(request, link)
        if other is not None:
            links.link(asked, other, by=request.user, note=link.cleaned_data["note"])
            return _("%(one)s and %(other)s are linked.") % {"one": asked.number, "other": other.number}
    if act.startswith("unlink-"):
        pk = act.removeprefix("unlink-")
        kept = get_object_or_404(RequestLink.objects.of(asked), pk=int(pk) if pk.isdecimal() and len(pk) < 19 else 0)
        links.unlink(asked, kept.other if kept.one_id == asked.pk else kept.one, by=request.user)
        return _("The link is removed.")
    return ""


def sorted_words(before: HelpRequest, now: HelpRequest) -> str:
    """What was kept, and what became of the due date."""
    if before.due_on is None or now.due_on is None or before.due_on == now.due_on:
        return _("Type, category and tags are kept; the due date stays.")
    words = _("Type, category and tags are kept. The answer is due sooner now: %(day)s. The enterprise was told.")
    return words % {"day": day_words(now.due_on)}


@require_POST
@on_desk
def watch(request: SignedInRequest, number: str) -> HttpResponse:
    """Begin, or stop with `stop`."""
    asked = load(request, number)
    if request.POST.get("stop"):
        watching.unwatch(asked, by=request.user)
        messages.success(request, _("You no longer watch %(number)s.") % {"number": number})
    else:
        watching.watch(asked, by=request.user)
        words = _("You watch %(number)s: answers, notes and delays are in your daily digest.")
        messages.success(request, words % {"number": number})
    return redirect("desk:request", number)


@require_POST
@on_desk
def steps(request: SignedInRequest, number: str) -> HttpResponse:
    """One change of the checklist: `act` says which, with the step's key behind it."""
    asked = load(request, number)
    act, _dash, key = request.POST.get("act", "").partition("-")
    step = int(key) if key.isdecimal() and len(key) < 19 else 0
    verbs = {
        "add": lambda: checklist.add(asked, request.POST.get("text", ""), by=request.user),
        "usual": lambda: checklist.use_usual(asked, by=request.user),
        "done": lambda: checklist.tick(asked, step, by=request.user, done=True),
        "open": lambda: checklist.tick(asked, step, by=request.user, done=False),
        "remove": lambda: checklist.remove(asked, step, by=request.user),
    }
    if act not in verbs:
        raise Http404
    try:
        verbs[act]()
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(reverse("desk:request", args=[number]) + "#checklist")


@require_safe
@roles_required(*DESK_ROLES)
def present(request: SignedInRequest, number: str) -> HttpResponse:
    """Asked by an open page every minute: who else has it open."""
    desk = HelpRequest.objects.readable_by(request.user).only("pk")
    asked = get_object_or_404(desk, number=number)
    response = render(request, "desk/_present.html", {"present": presence.look(asked, request.user)})
    response["Cache-Control"] = "no-store"
    return response


def crumbs(number: str) -> list[tuple[str, str]]:
    return [(_("Request desk"), reverse("desk:queue")), (number, reverse("desk:request", args=[number]))]


def beside(user: Any, asked: HelpRequest) -> dict[str, Any]:
    """For the request page: what stands around the request, and who else is looking at it."""
    found = around.read(asked, user)
    if found.merged:
        around.add_files(found.merged)
    seen = bool(asked.merged_into and rules.may_see(user, asked.merged_into))
    return {"around": found, "present": presence.look(asked, user), "goal_is_mine": seen}
