"""What is kept of oneself, as a page and a file; asking to be forgotten; the service centre's side of it."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import ErasureState, Role
from accounts.http import SignedInRequest
from accounts.models import ErasureRequest
from portal.core.access import Refused, roles_required
from portal.core.keyset import Order, paginate
from portal.core.sent import sent
from portal.home.personal import workflow
from portal.home.personal.forms import AskForm, DecideForm
from portal.home.personal.rules import may_be_forgotten, may_decide
from portal.home.personal.sections import sections_of

deciding = roles_required(Role.ADMIN)


@require_http_methods(["GET", "HEAD", "POST"])
def my_data(request: SignedInRequest) -> HttpResponse:
    """All of it in words; and the wish to be forgotten, with why it cannot be yet."""
    form = AskForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            workflow.ask(by=request.user, note=form.cleaned_data["note"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Your request is with the service centre."))
            return redirect("home:my-data")
    erasures = request.user.erasures.all()[:5]
    context = {
        "sections": sections_of(request.user),
        "form": form,
        "last": erasures[0] if erasures else None,
        "waiting": any(row.state == ErasureState.WAITING for row in erasures),
        "verdict": may_be_forgotten(request.user),
        "accesses": request.user.data_accesses.all()[:5],
    }
    return render(request, "home/personal/mine.html", context)


@require_POST
def my_file(request: SignedInRequest) -> HttpResponse:
    """Posted to, because it is kept that it was taken."""
    found = workflow.hand_out(request.user, by=request.user)
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def take_back(request: SignedInRequest) -> HttpResponse:
    try:
        workflow.take_back(by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Your request is taken back."))
    return redirect("home:my-data")


@require_safe
@deciding
def erasures(request: SignedInRequest) -> HttpResponse:
    """Those that wait, the oldest first; all others on request."""
    everything = request.GET.get("show") == "all"
    rows = ErasureRequest.objects.select_related("person", "decided_by")
    if not everything:
        rows = rows.filter(state=ErasureState.WAITING)
    page = paginate(rows, order=[Order("id", desc=everything)], cursor=request.GET.get("cursor"))
    return render(request, "home/personal/erasures.html", {"page": page, "everything": everything})


@require_http_methods(["GET", "HEAD", "POST"])
@deciding
def erasure(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether it can be done; then it is done, or the person reads why not."""
    row = get_object_or_404(ErasureRequest.objects.select_related("person", "decided_by"), pk=pk)
    form = DecideForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            if "carry_out" in request.POST:
                workflow.carry_out(row, by=request.user)
            else:
                workflow.refuse(row, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, _("Done."))
            return redirect("home:erasures")
    context = {"row": row, "form": form, "may": may_decide(request.user, row), "free": may_be_forgotten(row.person)}
    return render(request, "home/personal/erasure.html", context)
