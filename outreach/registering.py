"""Registering for an occasion: events and sessions of the reception room alike.

One row lock, the occasion's, decides all questions of places. Whoever has no account confirms the address first; until
then nothing is taken. Who cancels makes room for the first on the waiting list whose group fits. The places of what is
held on site and online at once are in the room: whoever takes part online needs none, never waits, keeps nobody out.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from outreach import letters
from outreach.enums import OccasionState, RegistrationState
from outreach.models import Occasion, Partner, Registration, Topic
from portal.core import bilingual
from portal.core.access import Refused

S = RegistrationState
LIVE = (S.UNVERIFIED, S.WAITING, S.CONFIRMED)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who wants to come. With a `user` the address is known to be theirs."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "zh-hans"
    seats: int = 1
    online: bool = False
    needs: str = ""
    matter: str = ""
    checked: tuple[int, ...] = ()
    topic: Topic | None = None
    user: Any = None
    enterprise: Enterprise | None = None
    partner: Partner | None = None


def register(occasion: Occasion, *, guest: Guest) -> Registration:
    """A place, one on the waiting list, or a letter that asks to confirm the address.

    The same person twice is one registration; an address that is registered already gets its letter again, so that
    nobody learns from the page who comes.
    """
    with locked(occasion) as row:
        _require_open(row)
        known = _known(row, guest)
        if known is not None:
            return _again(known)
        registration = Registration(occasion=row, **_facts(guest))
        registration.online = guest.online and row.is_both
        if guest.user is None:
            registration.state = S.UNVERIFIED
            _create(registration)
            letters.confirm_address(registration)
        else:
            _seat(registration)
            _create(registration)
            letters.placed(registration)
    return registration


def verify(registration: Registration) -> Registration:
    """The address's owner says yes: only now a place is taken. A second time changes nothing."""
    with _of(registration) as (row, own):
        if own.state == S.UNVERIFIED:
            _require_open(row)
            _seat(own)
            own.save(update_fields=["state", "wait_from", "confirmed_at"])
            letters.placed(own)
    return own


def cancel(registration: Registration) -> Registration:
    """Give the place back; the next on the waiting list moves up at once."""
    with _of(registration) as (row, own):
        if own.state == S.CANCELLED:
            return own
        if own.state not in LIVE or row.is_over:
            raise Refused(_("This can no longer be cancelled: it is over, or you have been there."))
        own.state, own.cancelled_at = S.CANCELLED, timezone.now()
        own.save(update_fields=["state", "cancelled_at"])
        letters.cancelled(own)
        move_up(row)
    return own


def take_part_online(registration: Registration) -> Registration:
    """Online instead of in the room or on the waiting list; the place goes to whoever waits. A second time changes
    nothing."""
    with _of(registration) as (row, own):
        if own.online:
            return own
        if not may_go_online(own):
            raise Refused(_("With this registration one cannot take part online."))
        own.online, own.state, own.wait_from, own.confirmed_at = True, S.CONFIRMED, None, timezone.now()
        own.save(update_fields=["online", "state", "wait_from", "confirmed_at"])
        letters.online_instead(own)
        move_up(row)
    return own


def reschedule(registration: Registration, *, to: Occasion) -> Registration:
    """Another time of the same kind, if there is a free place; otherwise everything stays as it is."""
    if registration.occasion_id == to.pk:
        return registration
    with transaction.atomic():
        keys = sorted((registration.occasion_id, to.pk))
        rows = {row.pk: row for row in Occasion.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
        own = Registration.objects.select_for_update().get(pk=registration.pk)
        if own.occasion_id == to.pk:  # the second of two clicks
            return own
        old, new = rows[own.occasion_id], rows[to.pk]
        if own.state not in (S.CONFIRMED, S.WAITING) or old.is_over:
            raise Refused(_("This registration can no longer be moved."))
        if old.kind != new.kind:
            raise Refused(_("Choose another time of the same kind."))
        _require_open(new)
        if not _fits(new, own):
            raise Refused(_("That time has just been taken. Please choose another one."))
        own.occasion, own.state, own.wait_from, own.confirmed_at = new, S.CONFIRMED, None, timezone.now()
        try:
            with transaction.atomic():
                own.save(update_fields=["occasion", "state", "wait_from", "confirmed_at"])
        except IntegrityError as error:
            raise Refused(_("You are registered there already.")) from error
        letters.moved(own)
        move_up(old)
    return own


def check_in(occasion: Occasion, code: str, *, by: Any) -> Registration:
    """Let somebody in by the code of their registration, on any of its days. A second time changes nothing."""
    with locked(occasion) as row:
        text = "".join(code.split()).replace("-", "").upper()
        own = row.registrations.select_for_update().filter(code=text).first() if len(text) == 8 else None
        if own is None:
            raise Refused(_("There is no registration with this code here."))
        if own.state == S.ATTENDED:
            return own
        if own.state == S.WAITING:
            raise Refused(_("On the waiting list: there is no place reserved under this code."))
        if own.state not in (S.CONFIRMED, S.MISSED):
            raise Refused(_("This registration does not hold: it was cancelled, or never confirmed."))
        _require_day(row)
        own.state, own.checked_in_at, own.checked_in_by = S.ATTENDED, timezone.now(), by
        own.online = False  # who wanted to take part online has come after all
        own.save(update_fields=["state", "checked_in_at", "checked_in_by", "online"])
    return own


def walk_in(occasion: Occasion, *, guest: Guest, by: Any) -> Registration:
    """Somebody who has come without registering; may exceed the places, since they are already there."""
    with locked(occasion) as row:
        _require_day(row)
        now = timezone.now()
        own = Registration(occasion=row, **_facts(guest), walk_in=True, state=S.ATTENDED, confirmed_at=now)
        own.checked_in_at, own.checked_in_by = now, by
        _create(own)
    return own


def move_up(occasion: Occasion) -> list[Registration]:
    """Give free places to the waiting list, in its order; call it with the occasion's row locked."""
    moved: list[Registration] = []
    if occasion.state != OccasionState.PUBLISHED or occasion.is_over:
        return moved
    for own in occasion.registrations.select_for_update().filter(state=S.WAITING).order_by("wait_from", "pk"):
        if _fits(occasion, own):
            own.state, own.confirmed_at = S.CONFIRMED, timezone.now()
            own.save(update_fields=["state", "confirmed_at"])
            letters.moved_up(own)
            moved.append(own)
    return moved


def free_places(occasion: Occasion, *, group: bool = False) -> int | None:
    """Places left for everybody, or for partners' groups; None where nobody counts. Of what is held on site and online
    at once: places in the room."""
    if occasion.capacity is None:
        return None
    kept = _kept_for_groups(occasion)
    taken = occasion.registrations.holding().counted().filter(partner__isnull=not group, walk_in=False)
    all_ = kept if group else occasion.capacity - kept
    return max(all_ - (taken.aggregate(seats=Sum("seats"))["seats"] or 0), 0)


def may_go_online(registration: Registration) -> bool:
    """A guest with a place, or waiting for one, where one can choose; a partner's group comes."""
    row = registration.occasion
    holds = registration.state in (S.CONFIRMED, S.WAITING) and row.state == OccasionState.PUBLISHED
    return holds and not (registration.online or registration.partner_id or row.is_over) and row.is_both


@contextmanager
def locked(occasion: Occasion) -> Iterator[Occasion]:
    """The occasion's row, locked until the end of the act."""
    with transaction.atomic():
        yield Occasion.objects.select_for_update().get(pk=occasion.pk)


@contextmanager
def _of(registration: Registration) -> Iterator[tuple[Occasion, Registration]]:
    """The occasion's row first, then the registration's own: everybody locks in this order."""
    with locked(registration.occasion) as row:
        own = Registration.objects.select_for_update().get(pk=registration.pk)
        if own.occasion_id != row.pk:
            raise Refused(_("This registration has just been moved. Please look at it again."))
        own.occasion = row
        yield row, own


def _known(occasion: Occasion, guest: Guest) -> Registration | None:
    """The same person again, or the group of the same partner, whichever of its contacts registers it."""
    live = occasion.registrations.exclude(state=S.CANCELLED).filter(partner=guest.partner)
    if guest.partner is not None:
        return live.first()
    if guest.user is not None and (own := live.filter(user=guest.user).first()):
        return own
    return live.filter(email__iexact=guest.email).first() if guest.email else None


def _again(known: Registration) -> Registration:
    if known.state == S.UNVERIFIED:
        letters.confirm_address(known)
    return known


def _create(registration: Registration) -> None:
    try:
        with transaction.atomic():
            registration.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("This address is registered here already.")) from error


def _facts(guest: Guest) -> dict[str, Any]:
    names = ("name", "email", "phone", "seats", "needs", "matter", "topic", "user", "enterprise", "partner")
    language = guest.language if guest.language in bilingual.LANGUAGES else "zh-hans"
    return {name: getattr(guest, name) for name in names} | {"language": language, "checked": list(guest.checked)}


def _seat(registration: Registration) -> None:
    """A place if there is one and nobody waits for it, else the end of the waiting list."""
    now = timezone.now()
    occasion = registration.occasion
    waiting = occasion.registrations.filter(state=S.WAITING, partner__isnull=registration.partner is None)
    nobody_waits = registration.online or not waiting.exists()
    if nobody_waits and _fits(occasion, registration):
        registration.state, registration.confirmed_at = S.CONFIRMED, now
    else:
        registration.state, registration.wait_from = S.WAITING, now


def _fits(occasion: Occasion, registration: Registration) -> bool:
    if registration.online and occasion.is_both:
        return True
    free = free_places(occasion, group=registration.partner_id is not None)
    return free is None or registration.seats <= free


def _kept_for_groups(occasion: Occasion) -> int:
    event = getattr(occasion, "event", None)
    return min(event.group_places, occasion.capacity or 0) if event else 0


def _require_open(occasion: Occasion) -> None:
    if occasion.state == OccasionState.CANCELLED:
        raise Refused(_("This has been cancelled."))
    if occasion.state != OccasionState.PUBLISHED or occasion.starts_at is None:
        raise Refused(_("Nobody can register for this."))
    now = timezone.now()
    if occasion.starts_at <= now:
        raise Refused(_("This has begun already."))
    if last_moment(occasion) <= now:
        raise Refused(_("Registration has closed."))


def last_moment(occasion: Occasion) -> datetime:
    """Until when one can register; asks for an occasion with an hour."""
    assert occasion.starts_at is not None
    return min(occasion.registers_until or occasion.starts_at, occasion.starts_at)


def _require_day(occasion: Occasion) -> None:
    if occasion.state != OccasionState.PUBLISHED:
        raise Refused(_("This has been cancelled, or is not published."))
    if not occasion.is_today:
        raise Refused(_("People are let in on the day itself only."))
