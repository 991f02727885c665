"""Where a segment is used: what lies above enterprises/ is looked at from here."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Role
from accounts.http import SignedInRequest
from engagement.surveys.models import Survey
from enterprises.models import Segment
from enterprises.segments.rules import READERS
from outreach.models import Event
from policies.enums import PackageState
from policies.models import Package
from portal.core.access import roles_required

SHOWN = 50


@require_safe
@roles_required(*READERS)
def uses(request: SignedInRequest, pk: int) -> HttpResponse:
    """Events that it was invited to, surveys that were sent to it, and packages for it; the latest first."""
    segment = get_object_or_404(Segment, pk=pk)
    context = {
        "segment": segment,
        "events": _events(segment)[:SHOWN],
        "surveys": _surveys(segment)[:SHOWN],
        "packages": _packages(segment)[:SHOWN],
        "opens_surveys": request.user.has_role(Role.ADMIN),
        "crumbs": [(_("Segments"), reverse("segments:list")), (segment.name, reverse("segments:detail", args=[pk]))],
    }
    return render(request, "home/segment_uses.html", context)


def _events(segment: Segment) -> QuerySet[Event]:
    going = Count("invitations", filter=Q(invitations__segment=segment, invitations__held_back=""))
    spared = Count("invitations", filter=Q(invitations__segment=segment) & ~Q(invitations__held_back=""))
    found = Event.objects.filter(pk__in=Event.objects.filter(invitations__segment=segment).values("pk"))
    return found.select_related("occasion").annotate(going=going, spared=spared).order_by("-occasion__day", "-pk")


def _surveys(segment: Segment) -> QuerySet[Survey]:
    rows = Survey.objects.filter(audience__segment=segment.pk, sent_at__isnull=False)
    return rows.annotate(asked=Count("invitations")).order_by("-sent_at", "-pk")


def _packages(segment: Segment) -> QuerySet[Package]:
    return Package.objects.filter(segment=segment).exclude(state=PackageState.DRAFT).order_by("-handed_over_at", "-pk")
