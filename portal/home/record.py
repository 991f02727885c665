"""One record for the service centre: every fact with its source, people, titles, who it belongs to, its history."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from enterprises.enums import MembershipState, Standing
from enterprises.models import Enterprise, MergeRecord
from enterprises.profile import rows_of
from enterprises.records import above
from enterprises.records.views import PLACES, TONES
from portal.core.access import roles_required
from portal.core.calendar import local_day
from portal.home import audit
from portal.home.completeness import of
from stewards.queries import stewards_of

MOST = 50  # of each list on the page


@require_safe
@roles_required(Role.ADMIN)
def record(request: SignedInRequest, pk: int) -> HttpResponse:
    rows = Enterprise.objects.select_related(*PLACES, "head", "merged_into")
    enterprise: Enterprise = get_object_or_404(rows, pk=pk)
    members = enterprise.memberships.exclude(state=MembershipState.REJECTED).select_related("user").order_by("pk")
    context = {
        "record": enterprise,
        "tone": TONES[Standing(enterprise.standing)],
        "steps": rows_of(enterprise),
        "completeness": of(enterprise, local_day()),
        "members": members[:MOST],
        "stewards": stewards_of(enterprise),
        "dependants": enterprise.dependants.filter(merged_into=None).order_by("pk")[:MOST],
        "merges": _merges(enterprise),
        "trail": audit.trail("enterprises", request.GET.get("before", ""), str(enterprise.pk)),
        "earlier": "before" in request.GET,
        "crumbs": [(_("Records"), reverse("records:list"))],
    }
    return render(request, "home/record.html", context)


def _merges(enterprise: Enterprise) -> list[dict[str, object]]:
    """What was merged into it, or it into another; what stayed behind is named."""
    into = MergeRecord.objects.filter(keep=enterprise) | MergeRecord.objects.filter(drop=enterprise)
    return [
        {
            "merge": row,
            "moved": sum(map(len, row.moved.values())),
            "left": sorted({above.name_of(key) for key in row.left}),
        }
        for row in into.select_related("keep", "drop", "by", "undone_by").order_by("-pk")[:MOST]
    ]
