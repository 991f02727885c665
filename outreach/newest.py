"""What is new and what comes, for the pages that lead on: the front page, the hub, the way for people from abroad."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from outreach.enums import OccasionKind, OccasionState, Publication
from outreach.models import Bulletin, Occasion, PublicityPoint, Topic
from outreach.rooms import PUBLIC
from outreach.timewords import known_day, when_plain
from policies.enums import InterpretationKind
from policies.interpretation.naming import title_of
from policies.models import Interpretation, InterpretedPolicy

SHOWN = 3
OPEN = frozenset(room.name for room in PUBLIC)
ROOMS = frozenset(("events", "reception", "bulletins", "points", "partners", "observers"))


def is_open(name: str) -> bool:
    """Whether there is a door of that name; pages that are no rooms of outreach always have one."""
    return name.partition(":")[0] not in ROOMS or name in OPEN


def coming(day: date, most: int = SHOWN, language: str = "") -> list[dict[str, Any]]:
    """The next events; `language`: spoken there or interpreted into. One query."""
    rows = Occasion.objects.ahead(day).filter(
        kind=OccasionKind.EVENT, state=OccasionState.PUBLISHED, event__isnull=False
    )
    rows = rows.select_related("event", "place").order_by("day", "starts_at", "pk")
    if language:
        rows = rows.filter(languages__contains=[language]) | rows.filter(interpretation__contains=[language])
    return [_told(row) for row in rows[:most]]


def _told(row: Any) -> dict[str, Any]:
    return {
        "url": reverse("events:detail", args=[row.event.slug]),
        "title": row.title,
        "meta": " · ".join(part for part in (when_plain(row), row.place.name if row.place else "") if part),
    }


def newest_bulletin() -> dict[str, Any] | None:
    """The latest issue. One query."""
    if not is_open("bulletins:list"):
        return None
    row = Bulletin.objects.filter(state=Publication.PUBLISHED).order_by("-day", "-pk").first()
    if row is None:
        return None
    url = reverse("bulletins:issue", args=[row.slug])
    return {"url": url, "title": row.title, "meta": known_day(row.day, row.precision)}


def videos(most: int = SHOWN) -> list[dict[str, Any]]:
    """The latest policies explained in a video. Two queries."""
    rows: Iterable[Any] = explained().filter(kind=InterpretationKind.VIDEO)[:most]
    return [{"url": address_of(row), "title": title_of(row), "meta": row.get_kind_display()} for row in rows]


def topics() -> list[Topic]:
    """What one can talk about in the reception room. One query."""
    if not is_open("reception:room"):
        return []
    return list(Topic.objects.filter(active=True).order_by("position", "pk"))


def points_in(language: str, most: int = SHOWN) -> list[dict[str, Any]]:
    """Publicity points where that language is spoken. One query."""
    if not is_open("points:list"):
        return []
    rows = PublicityPoint.objects.filter(
        closed_on__isnull=True, place__active=True, place__languages__contains=[language]
    )
    return [
        {
            "url": reverse("points:point", args=[row.place.slug]),
            "title": row.place.name,
            "meta": row.place.address,
        }
        for row in rows.select_related("place").order_by("place__slug")[:most]
    ]


def explained() -> Any:
    """Interpretations to read, with the policy under which each is read."""
    links = InterpretedPolicy.objects.filter(policy__published_at__isnull=False).select_related("policy")
    public = Interpretation.objects.to_read().filter(pk__in=links.values("interpretation"))
    return public.prefetch_related(Prefetch("links", queryset=links)).order_by("-published_at", "-pk")


def address_of(row: Interpretation) -> str:
    """Its page, under the first policy that it explains."""
    return reverse("policies:interpretation", args=[row.links.all()[0].policy.slug, row.pk])
