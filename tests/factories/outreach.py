"""Rows of outreach in their final state."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.enums import Role
from outreach.enums import OccasionKind, OccasionState, PartnerKind
from outreach.models import (
    Event,
    Material,
    MaterialEdition,
    Occasion,
    Partner,
    PartnerContact,
    Place,
    Registration,
    Sitting,
    Topic,
    Zone,
)
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory

count = iter(range(1, 1_000_000))


def both(**texts: str) -> dict[str, str]:
    """title="A" → title_en="A", title_zh_hans="A（中）"."""
    return {
        k: v for name, text in texts.items() for k, v in ((f"{name}_en", text), (f"{name}_zh_hans", f"{text}（中）"))
    }


def place(**fields: Any) -> Place:
    n = next(count)
    return Place.objects.create(**{"slug": f"place-{n}", **both(name=f"§ {n}", address=f"§ {n}"), **fields})


def moment(day: date, clock: str = "10:00") -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.strptime(clock, "%H:%M").time()))


def occasion(day: date | None = None, clock: str = "10:00", **fields: Any) -> Occasion:
    """A published event in a week's time, with an hour; give kind=OccasionKind.SITTING for the reception room."""
    day = day or local_day() + timedelta(days=7)
    starts = moment(day, clock)
    known = {
        "kind": OccasionKind.EVENT,
        "state": OccasionState.PUBLISHED,
        "day": day,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "languages": ["zh", "en"],
        **both(title=f"§ {next(count)}"),
    }
    return Occasion.objects.create(**{**known, **fields})


def event(*args: Any, event: dict[str, Any] | None = None, **fields: Any) -> Event:
    row = occasion(*args, **fields)
    return Event.objects.create(occasion=row, **{"slug": f"event-{row.pk}", **(event or {})})


def zone(**fields: Any) -> Zone:
    at = fields.pop("place", None) or place()
    return Zone.objects.create(place=at, **{"kind": "interaction", **both(name=f"§ {next(count)}"), **fields})


def topic(**fields: Any) -> Topic:
    return Topic.objects.create(**{**both(name=f"§ {next(count)}", checklist="№ 1\n№ 2"), **fields})


def sitting(*args: Any, topics: Any = (), at: Zone | None = None, **fields: Any) -> Sitting:
    where = at or zone()
    row = occasion(*args, **{"kind": OccasionKind.SITTING, "capacity": 1, "place": where.place, **fields})
    made = Sitting.objects.create(occasion=row, zone=where)
    made.topics.set(topics)
    return made


def registration(of: Occasion, state: str = "confirmed", **fields: Any) -> Registration:
    n = next(count)
    known = {"name": f"§ {n}", "email": f"guest{n}@example.com", "state": state}
    if state == "waiting":
        known["wait_from"] = timezone.now()
    return Registration.objects.create(occasion=of, **{**known, **fields})


def partner(**fields: Any) -> Partner:
    n = next(count)
    return Partner.objects.create(
        **{"slug": f"partner-{n}", "kind": PartnerKind.CHAMBER, **both(name=f"§ {n}"), **fields}
    )


def contact(of: Partner, **fields: Any) -> PartnerContact:
    user = fields.pop("user", None) or UserFactory()
    return PartnerContact.objects.create(partner=of, user=user, name="№ 1", email=user.email, **fields)


def material(editions: int = 1, **fields: Any) -> Material:
    row = Material.objects.create(**{"slug": f"material-{next(count)}", **both(title=f"§ {next(count)}"), **fields})
    for number in range(1, editions + 1):
        MaterialEdition.objects.create(material=row, number=number, issued_on=local_day())
    return row


def organiser(**fields: Any) -> Any:
    return UserFactory(roles=[Role.EDITOR], **fields)


def reviewer(**fields: Any) -> Any:
    return UserFactory(roles=[Role.REVIEWER], **fields)
