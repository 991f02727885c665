"""The district's staff: list, add, change."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from accounts.models import User
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from stewards.centre.forms import NewPersonForm, PersonForm
from stewards.centre.people import add_person, change_person, invite_again

in_centre = roles_required(Role.ADMIN)


@require_safe
@in_centre
def people(request: SignedInRequest) -> HttpResponse:
    """Everybody who holds a role."""
    staff = User.objects.exclude(roles=[]).select_related("department")
    page = paginate(staff, order=[Order("id")], cursor=request.GET.get("cursor"), size=50)
    words = dict(Role.choices)
    for person in page.rows:
        person.role_words = [words.get(role, role) for role in person.roles]  # type: ignore[attr-defined]
    return render(request, "centre/people.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def add(request: SignedInRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = add_person(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, _("%(name)s is added and has been sent a link.") % {"name": person.name})
            return redirect("centre:people")
    return render(request, "centre/person_add.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@in_centre
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.exclude(roles=[]), pk=pk)
    title = person.name
    form = PersonForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        try:
            change_person(User(pk=pk), by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("centre:people")
    return render(request, "centre/person.html", {"form": form, "person": person, "title": title})


@require_POST
@in_centre
def invite(request: SignedInRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.exclude(roles=[]), pk=pk)
    try:
        invite_again(person, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s has been sent a new link.") % {"name": person.name})
    return redirect("centre:person", pk)
