"""Pages on leave (the steward's own, and the service centre's for everybody), profiles, and coverage."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from enterprises.models import Subdistrict
from portal.core.access import Refused, roles_required
from portal.core.calendar import local_day
from portal.core.keyset import Order, capped_count, paginate
from stewards.assignment import coverage as covering
from stewards.assignment import leaves, presenting, profiles
from stewards.assignment.forms import BoardForm, LanguagesForm, LeaveForm, ProfileForm, sections
from stewards.assignment.queries import ending_terms
from stewards.centre.overview import CAP, Figure, key_enterprises, without_steward
from stewards.models import Leave, StewardProfile

in_centre = roles_required(Role.ADMIN)
stewards_only = roles_required(Role.STEWARD)
at_desk = roles_required(Role.STEWARD, Role.HANDLER)
MOST_LEAVES = 20


@require_safe
@in_centre
def people(request: SignedInRequest) -> HttpResponse:
    """Every steward: what they take, how much they carry, whether they are away."""
    found = User.objects.with_role(Role.STEWARD).select_related("department", "steward_profile")
    page = paginate(found, order=[Order("id")], cursor=request.GET.get("cursor"), size=50)
    return render(request, "assignment/people.html", {"page": page, "cards": presenting.cards(page.rows)})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def profile(request: SignedInRequest, pk: int) -> HttpResponse:
    """What one steward can be given, and their leaves."""
    person = _steward(pk)
    kept = StewardProfile.objects.filter(person=person).first()
    initial = {name: getattr(kept, name) for name in profiles.FIELDS} if kept else {}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            profiles.keep(person, by=request.user, **form.facts())
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The profile of %(name)s is saved.") % {"name": person.name})
            return redirect("centre:profiles")
    return render(
        request,
        "assignment/profile.html",
        {"form": form, "person": person, "leaves": _leaves(person), "today": local_day()},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Somebody's leaves, and entering one for them."""
    person = get_object_or_404(User.objects.with_role(Role.STEWARD, Role.HANDLER), pk=pk)
    form = LeaveForm(request.POST or None, person=person)
    if _entered(request, form, person):
        return redirect(_leaves_of(person), pk)
    context = {"form": form, "person": person, "leaves": _leaves(person), "today": local_day()}
    return render(request, "assignment/leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@at_desk
def own_leave(request: SignedInRequest) -> HttpResponse:
    """My leave, for whom I stand in, and in which languages I write."""
    form = LeaveForm(request.POST or None, person=request.user)
    if _entered(request, form, request.user):
        return redirect("desk:leave")
    kept = StewardProfile.objects.filter(person=request.user).first()
    others = Leave.objects.filter(Q(substitute=request.user) | Q(second=request.user), ends_on__gte=local_day())
    context = {
        "form": form,
        "person": request.user,
        "leaves": _leaves(request.user),
        "today": local_day(),
        "others": others.filter(ended_at__isnull=True).select_related("person")[:MOST_LEAVES],
        "languages": LanguagesForm(initial={"languages": kept.languages if kept else ["zh-hans"]}),
    }
    return render(request, "assignment/own_leave.html", context)


@require_POST
@stewards_only
def languages(request: SignedInRequest) -> HttpResponse:
    form = LanguagesForm(request.POST)
    if form.is_valid():
        profiles.set_languages(by=request.user, languages=form.cleaned_data["languages"])
        messages.success(request, _("Your languages are saved."))
    else:
        messages.error(request, _("Choose at least one language."))
    return redirect("desk:leave")


@require_POST
@roles_required(Role.STEWARD, Role.HANDLER, Role.ADMIN)
def end_leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back early, or a leave that will not be taken."""
    known = Leave.objects.all() if request.user.has_role(Role.ADMIN) else Leave.objects.filter(person=request.user)
    found = get_object_or_404(known.select_related("person"), pk=pk)
    try:
        leaves.end(found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = _("The leave is ended. What was handed over is with %(name)s again.")
        messages.success(request, words % {"name": found.person.name})
    if found.person_id == request.user.pk:
        return redirect("desk:leave")
    return redirect(_leaves_of(found.person), found.person_id)


@require_safe
@in_centre
def coverage(request: SignedInRequest) -> HttpResponse:
    """Where nobody, or one person alone, can take a request; `subject` and `place` lead to the people of a cell."""
    if "subject" in request.GET:
        return _cell(request)
    form = BoardForm(request.GET, industries=sections())
    asked = form.asked()
    context = {
        "form": form,
        "asked": asked,
        "board": covering.board(**asked),
        "ending": ending_terms()[:MOST_LEAVES],
        "filtered": any(asked.values()),
        "missing": Figure(*capped_count(key_enterprises().filter(without_steward()), CAP)),
    }
    return render(request, "assignment/coverage.html", context)


def _cell(request: SignedInRequest) -> HttpResponse:
    subject = covering.read_subject(request.GET["subject"])
    place = get_object_or_404(Subdistrict, pk=request.GET.get("place", ""))
    if subject is None:
        raise Http404
    asked = BoardForm(request.GET, industries=sections()).asked()
    label, wanted = subject
    wanted = replace(wanted, subdistrict=place.pk, industry=asked["industry"], language=asked["language"])
    context = {
        "label": label,
        "place": place,
        "asked": asked,
        "industry": dict(sections()).get(asked["industry"], ""),
        "detail": covering.detail(wanted),
    }
    return render(request, "assignment/coverage_cell.html", context)


def _entered(request: SignedInRequest, form: LeaveForm, person: User) -> bool:
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        leaves.enter(person, by=request.user, **form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("The leave of %(name)s is entered.") % {"name": person.name})
    return True


def _steward(pk: int) -> User:
    return get_object_or_404(User.objects.with_role(Role.STEWARD), pk=pk)


def _leaves_of(person: User) -> str:
    """Where the service centre sees the person's leaves."""
    return "centre:steward" if person.has_role(Role.STEWARD) else "centre:leave"


def _leaves(person: User) -> Any:
    found = Leave.objects.filter(person=person).select_related("substitute", "second").order_by("-starts_on", "-pk")
    return found[:MOST_LEAVES]
