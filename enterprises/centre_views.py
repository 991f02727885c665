"""The service centre verifies who acts for an enterprise."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises import forms, workflow
from enterprises.enums import MembershipState
from enterprises.models import Membership
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate


@roles_required(Role.ADMIN)
def claims(request: SignedInRequest) -> HttpResponse:
    """Claims that wait, oldest first."""
    waiting = Membership.objects.filter(state=MembershipState.CLAIMED).select_related("enterprise", "user")
    page = paginate(waiting, order=[Order("created_at"), Order("id")], cursor=request.GET.get("cursor"))
    return render(request, "enterprises/claims.html", {"page": page})


@roles_required(Role.ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: SignedInRequest, pk: int) -> HttpResponse:
    """One claim with who acts for the enterprise already; confirm it or say why not."""
    membership = get_object_or_404(Membership.objects.select_related("enterprise", "user", "decided_by"), pk=pk)
    form = forms.DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm = "confirm" in request.POST
        try:
            workflow.decide(membership, by=request.user, confirm=confirm, note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_error("note", str(refused))
        else:
            messages.success(request, _("The claim is confirmed.") if confirm else _("The person is told why."))
            return redirect("claims:list")
    others = (
        membership.enterprise.memberships.filter(state=MembershipState.ACTIVE).exclude(pk=pk).select_related("user")
    )
    return render(request, "enterprises/claim_detail.html", {"claim": membership, "form": form, "others": others})
