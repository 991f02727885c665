"""Whom to invite to an event, and who was."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from enterprises.segments import queries as segments
from outreach.enums import OccasionState
from outreach.events import inviting
from outreach.events.desk_views import SHOWN, crumbs, loaded, organising


@organising
@require_safe
def invitations(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who would be invited and who was."""
    row = loaded(pk)
    event: Any = row.event
    made = event.invitations.select_related("enterprise", "because", "segment")[:SHOWN]
    segment = segments.chosen(request.GET.get("segment", ""))
    context = {
        "occasion": row,
        "candidates": inviting.candidates(event, segment),
        "segment": segment,
        "segments": segments.in_use(),
        "made": [(each, inviting.why_words(each.held_back) if each.held_back else "") for each in made],
        "most": inviting.MOST,
        "can_invite": row.state == OccasionState.PUBLISHED and not row.is_over,
        "crumbs": crumbs(row),
    }
    return render(request, "outreach/events/invitations.html", context)
