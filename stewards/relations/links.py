"""Requests that have to do with each other: linked both ways, with a note. The enterprise never sees it."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core.access import Refused, require
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestEvent, RequestLink
from stewards.relations import rules

MAX_LINKS = 30


def link(request: HelpRequest, other: HelpRequest, *, by: Any, note: str = "") -> RequestLink:
    """Both timelines say so, with the note."""
    require(rules.may_arrange(by, request))
    require(rules.may_arrange(by, other))
    if request.pk == other.pk:
        raise Refused(_("A request cannot be linked to itself."))
    one, second = sorted((request, other), key=lambda each: each.pk)
    note = " ".join(note.split())[:200]
    try:
        with transaction.atomic():
            made = RequestLink.objects.create(one=one, other=second, by=by, note=note, at=timezone.now())
            _tell(EventKind.LINKED, request, other, by, note)
    except IntegrityError:
        raise Refused(_("These two requests are linked already."))
    return made


def unlink(request: HelpRequest, other: HelpRequest, *, by: Any) -> None:
    """Removing what somebody else has removed already is no mistake."""
    require(rules.may_arrange(by, request))
    one, second = sorted((request, other), key=lambda each: each.pk)
    with transaction.atomic():
        gone, _rows = RequestLink.objects.filter(one=one, other=second).delete()
        if gone:
            _tell(EventKind.UNLINKED, request, other, by)


def _tell(kind: EventKind, request: HelpRequest, other: HelpRequest, by: Any, note: str = "") -> None:
    now = timezone.now()
    RequestEvent.objects.bulk_create(
        RequestEvent(request=here, kind=kind, actor=by, at=now, text=note, internal=True, data={"other": there.number})
        for here, there in ((request, other), (other, request))
    )
