"""Enterprise staff: claim, profile, colleagues."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import SignedInRequest
from enterprises import forms, workflow
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Invitation, Membership
from enterprises.profile import STEPS, neighbours, rows_of
from enterprises.queries import chosen, memberships_of
from enterprises.records import completeness
from enterprises.rules import may_invite
from portal.core.access import Refused


def _own_enterprise(request: SignedInRequest) -> Enterprise:
    """The enterprise the person acts for (`?enterprise=` where there are several), else 404."""
    enterprise = chosen(request, memberships_of(request.user))
    if enterprise is None:
        raise Http404
    return enterprise


def _suffix(request: SignedInRequest) -> str:
    return f"?enterprise={request.GET['enterprise']}" if request.GET.get("enterprise") else ""


def _to_people(enterprise: Enterprise) -> HttpResponse:
    """Back to the colleagues of the enterprise that the act was about, which need not be the person's first."""
    return redirect(f"{reverse('enterprises:people')}?enterprise={enterprise.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: SignedInRequest) -> HttpResponse:
    """Claim an enterprise by its credit code, or bring it into the portal."""
    if request.user.is_official:
        raise Http404
    form = forms.ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        names = {name: data[name] for name in ("name_zh_hans", "name_en")}
        try:
            workflow.claim(by=request.user, credit_code=data["credit_code"], names=names, evidence=data["evidence"])
        except Refused as refused:
            form.add_error("credit_code", str(refused))
        else:
            messages.success(request, _("Your claim is with the service centre. You will hear from us by e-mail."))
            return redirect("home:package")
    memberships = memberships_of(request.user)
    return render(request, "enterprises/claim.html", {"form": form, "memberships": memberships})


def profile(request: SignedInRequest) -> HttpResponse:
    """The record with the source of each fact, and what is still unknown."""
    memberships = memberships_of(request.user)
    enterprise = chosen(request, memberships)
    if enterprise is None:
        if request.user.is_official:
            raise Http404
        return redirect("enterprises:claim")
    enterprise = Enterprise.objects.select_related(
        "industry", "subdistrict", "park", "operating_subdistrict", "head"
    ).get(pk=enterprise.pk)
    steps = rows_of(enterprise)
    unknown = sum(row["value"] is None for step in steps for row in step["rows"])
    active = [m for m in memberships if m.state == MembershipState.ACTIVE]
    context = {"enterprise": enterprise, "steps": steps, "unknown": unknown, "memberships": active}
    context["completeness"] = completeness.of(enterprise)
    return render(request, "enterprises/profile.html", context | {"suffix": _suffix(request)})


def _step_form(step: str, request: SignedInRequest, enterprise: Enterprise) -> Any:
    data = request.POST if request.method == "POST" else None
    if step == "titles":
        return forms.TitlesForm(data, enterprise=enterprise)
    return STEPS[step].form(data, instance=enterprise)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, step: str) -> HttpResponse:
    """One short step of the profile; saving leads to the next."""
    if step not in STEPS:
        raise Http404
    enterprise = _own_enterprise(request)
    form = _step_form(step, request, enterprise)
    before, after = neighbours(step)
    if request.method == "POST" and form.is_valid():
        if step == "titles":
            workflow.set_titles(
                enterprise, by=request.user, grants=form.grants(), complete=form.cleaned_data["complete"]
            )
        else:
            workflow.describe(Enterprise.objects.get(pk=enterprise.pk), by=request.user, facts=form.facts())
        messages.success(request, _("Saved. Your matches are brought up to date at once."))
        if "finish" in request.POST or after is None:
            return redirect(reverse("enterprises:profile") + _suffix(request))
        return redirect(reverse("enterprises:step", args=[after]) + _suffix(request))
    context = {"form": form, "step": step, "steps": STEPS, "before": before, "after": after}
    return render(request, "enterprises/step.html", context | {"enterprise": enterprise, "suffix": _suffix(request)})


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: SignedInRequest) -> HttpResponse:
    """Who acts for the enterprise; owners invite."""
    enterprise = _own_enterprise(request)
    form = forms.InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            workflow.invite(enterprise, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect(request.get_full_path())
    members = Membership.objects.active().filter(enterprise=enterprise).select_related("user").order_by("pk")
    invitations = enterprise.invitations.filter(accepted_by__isnull=True, revoked_at__isnull=True).order_by("pk")
    context = {"enterprise": enterprise, "members": members, "invitations": invitations, "form": form}
    return render(
        request,
        "enterprises/people.html",
        context | {"inviting": may_invite(request.user, enterprise), "suffix": _suffix(request)},
    )


@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a colleague's membership."""
    membership = get_object_or_404(
        Membership, pk=pk, state=MembershipState.ACTIVE, enterprise__in=Enterprise.objects.of_member(request.user)
    )
    try:
        workflow.end_membership(membership, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return _to_people(membership.enterprise)
    if membership.user_id == request.user.pk:
        messages.success(request, _("You no longer act for %(name)s.") % {"name": membership.enterprise})
        return redirect("home:package")
    messages.success(request, _("%(name)s no longer acts for the enterprise.") % {"name": membership.user})
    return _to_people(membership.enterprise)


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation, pk=pk, enterprise__in=Enterprise.objects.of_member(request.user))
    try:
        workflow.revoke_invitation(invitation, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The invitation is taken back."))
    return _to_people(invitation.enterprise)


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: SignedInRequest, token: str) -> HttpResponse:
    """A colleague confirms that they join."""
    found = get_object_or_404(Invitation.objects.select_related("enterprise", "invited_by"), token=token)
    problem = None
    if request.method == "POST":
        try:
            workflow.accept_invitation(found, by=request.user)
        except Refused as refused:
            problem = str(refused)
        else:
            messages.success(request, _("You now act for %(name)s.") % {"name": found.enterprise})
            return redirect("home:package")
    return render(request, "enterprises/invitation.html", {"invitation": found, "problem": problem})
