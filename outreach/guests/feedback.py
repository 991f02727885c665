"""Feedback on an occasion or a place: kept without a name, once a guest."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Avg, Count, Q
from django.utils.translation import gettext as _

from outreach.enums import RegistrationState
from outreach.models import Feedback, Place, Registration
from portal.core import bilingual
from portal.core.access import Refused


def may_tell(registration: Registration) -> bool:
    """Whoever was there; and, once it is over, whoever had said that they take part online: no door sees them."""
    if registration.state == RegistrationState.ATTENDED:
        return True
    was_online = registration.online and registration.state == RegistrationState.CONFIRMED
    return was_online and registration.occasion.is_over


def give_feedback(said: Feedback, *, registration: Registration | None = None, place: Place | None = None) -> Feedback:
    """Keep what a guest says of an occasion (once), or anybody of a place."""
    said.language = bilingual.current()
    said.place, said.registration = place, registration
    said.occasion = registration.occasion if registration else None
    try:
        with transaction.atomic():
            said.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("You have told us already: thank you.")) from error
    return said


def summary(rows: Any) -> dict[str, Any]:
    """How many, the mean of the ratings, and how many found what they needed; `rows`: a queryset of Feedback."""

    return rows.aggregate(
        all=Count("pk"),
        rated=Count("rating"),
        mean=Avg("rating"),
        helped=Count("pk", filter=Q(found=True)),
        not_helped=Count("pk", filter=Q(found=False)),
    )
