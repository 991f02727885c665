"""What time does to registrations: reminded the day before, missed when nobody came, forgotten in the end."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from outreach import letters
from outreach.enums import OccasionKind, OccasionState, RegistrationState
from outreach.models import Occasion, Registration
from outreach.registering import locked, move_up
from portal.core.calendar import local_day

CONFIRM_WITHIN = timedelta(hours=48)  # of an address
BATCH = 500
S = RegistrationState


def keep() -> int:
    """All of it; what was done before is not done again."""
    return remind() + close() + drop_unconfirmed() + fill() + forget()


def remind() -> int:
    """Everybody with a place tomorrow, once for each day; who registers on the eve needs none."""
    tomorrow = local_day() + timedelta(days=1)
    going = Registration.objects.filter(
        state=S.CONFIRMED,
        occasion__state=OccasionState.PUBLISHED,
        occasion__day=tomorrow,
        created_at__lt=timezone.now() - timedelta(hours=20),
    )
    with transaction.atomic():
        people = list(going.exclude(email="").select_related("occasion__place", "user", "topic").order_by("pk"))
        for registration in people:
            letters.remind(registration)
    return len(people)


def close() -> int:
    """Who had a place and was not let in has not come; who waited has waited in vain."""
    over = Registration.objects.counted().filter(occasion__ends_at__lt=timezone.now() - timedelta(hours=3))
    let_in = Occasion.objects.filter(registrations__state=S.ATTENDED)
    kept = Q(occasion__in=let_in.values("pk")) | Q(occasion__kind=OccasionKind.SITTING)  # at an event perhaps no door
    missed = over.filter(kept, state=S.CONFIRMED, occasion__state=OccasionState.PUBLISHED).update(state=S.MISSED)
    return missed + over.filter(state=S.WAITING).update(state=S.CANCELLED, cancelled_at=timezone.now())


def drop_unconfirmed() -> int:
    """Addresses that nobody confirmed are taken away altogether: they may be a stranger's."""
    old = Registration.objects.filter(state=S.UNVERIFIED, created_at__lt=timezone.now() - CONFIRM_WITHIN)
    return old.delete()[0]


def fill() -> int:
    """Places that nobody gave to the waiting list, whatever made them free."""
    waiting = Registration.objects.filter(state=S.WAITING, occasion__starts_at__gt=timezone.now())
    moved = 0
    for key in waiting.order_by("occasion").values_list("occasion", flat=True).distinct():
        with locked(Occasion(pk=key)) as row:
            moved += len(move_up(row))
    return moved


def forget() -> int:
    """Names, addresses and numbers, once they are no longer needed; figures stay."""
    since = local_day() - timedelta(days=settings.GUEST_KEEP_DAYS)
    known = Registration.objects.filter(occasion__day__lt=since, forgotten_at=None)
    forgotten = 0
    while keys := list(known.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        forgotten += Registration.objects.filter(pk__in=keys).update(
            name="", email="", phone="", needs="", matter="", note="", forgotten_at=timezone.now()
        )
    return forgotten
