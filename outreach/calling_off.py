"""What takes place after all or not: the one verb by which an event or a session of the reception room is cancelled."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach import letters
from outreach.enums import OccasionState, RegistrationState
from outreach.models import Occasion, Registration
from outreach.rules import may_organise
from portal.core import bilingual
from portal.core.access import Refused, require

TOLD = (RegistrationState.CONFIRMED, RegistrationState.WAITING, RegistrationState.UNVERIFIED)


def call_off(row: Occasion, *, by: Any, why: dict[str, str]) -> Occasion:
    """It does not take place; everybody who registered is written to. A second time changes nothing."""
    require(may_organise(by))
    why = {language: text.strip() for language, text in why.items()}
    if not all(why.get(language) for language in bilingual.LANGUAGES):
        raise Refused(_("Say in both languages why it is cancelled."))
    with transaction.atomic():
        occasion = locked_occasion(row)
        if occasion.state == OccasionState.CANCELLED:
            return occasion
        if occasion.is_over:
            raise Refused(_("It is over: it can no longer be cancelled."))
        if occasion.state == OccasionState.DRAFT:
            raise Refused(_("It is a draft that nobody has seen: there is nothing to cancel."))
        occasion.state, occasion.changed_at = OccasionState.CANCELLED, timezone.now()
        for language in bilingual.LANGUAGES:
            setattr(occasion, f"cancelled_why_{bilingual.SUFFIX[language]}", why[language])
        occasion.sequence += 1
        occasion.lock_version += 1
        texts = bilingual.columns("cancelled_why")
        occasion.save(update_fields=["state", "changed_at", *texts, "sequence", "lock_version"])
        tell(occasion, letters.called_off)
    return occasion


def tell(occasion: Occasion, letter: Callable[[Registration], None]) -> None:
    """Everybody whose registration still holds."""
    for registration in occasion.registrations.filter(state__in=TOLD).select_related("user").order_by("pk"):
        registration.occasion = occasion
        letter(registration)


def locked_occasion(row: Occasion, seen: int | None = None) -> Occasion:
    """The row as it is now, locked; refused where somebody has changed what was `seen`."""
    occasion = Occasion.objects.select_for_update(of=("self",)).select_related("event", "place").get(pk=row.pk)
    if seen is not None and seen != occasion.lock_version:
        raise Refused(_("Somebody has worked on this meanwhile. Please look again and decide anew."))
    return occasion
