"""Whom a survey is for, and who of them is left in peace: by the guard, or because nobody could read it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from engagement.booking import books_of
from engagement.enums import DONE, Contact
from engagement.guard import judge
from engagement.models import Visit
from enterprises.enums import MemberRole, Tier
from enterprises.models import Enterprise, Industry, Membership, Park, Segment
from enterprises.segments.conditions import Conditions
from enterprises.segments.queries import in_use
from portal.core.calendar import current, local_day
from stewards.models import HelpRequest

MOST = 2_000  # enterprises of one survey
QUARTER = timedelta(days=92)
TIERS = tuple(tier for tier in Tier.values if tier)
NOBODY = "nobody"
WEEK = "week"
WHY: dict[str, Any] = {
    "gone": gettext_lazy("has moved away or is closed"),
    "not_now": gettext_lazy("has asked for quiet"),
    "declined": gettext_lazy("has declined a visit lately"),
    "quiet": gettext_lazy("quiet period of the district"),
    "cap": gettext_lazy("has had its surveys of this year"),
    WEEK: gettext_lazy("has been contacted this week already"),
    NOBODY: gettext_lazy("nobody there has an account"),
}


@dataclass(frozen=True, slots=True)
class Audience:
    """What is chosen of each kind is one of them; the kinds narrow each other. served: in the last three months."""

    tiers: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    parks: tuple[str, ...] = ()
    served: bool = False
    segment: int | None = None

    def __bool__(self) -> bool:
        return bool(self.tiers or self.industries or self.parks or self.served or self.segment)

    def kept(self) -> dict[str, Any]:
        """As a survey keeps it."""
        kept = {"tiers": self.tiers, "industries": self.industries, "parks": self.parks, "served": self.served}
        return kept | ({"segment": self.segment} if self.segment else {})

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Audience":
        lists = {name: tuple(kept.get(name, ())) for name in ("tiers", "industries", "parks")}
        return cls(**lists, served=bool(kept.get("served")), segment=int(kept.get("segment") or 0) or None)

    def words(self) -> str:
        """In the active language."""
        parts = [", ".join(str(Tier(tier).label) for tier in self.tiers)]
        parts.append(", ".join(each.name for each in Industry.objects.filter(pk__in=self.industries)))
        parts.append(", ".join(each.name for each in Park.objects.filter(pk__in=self.parks)))
        parts.append(_("served in the last three months") if self.served else "")
        parts += [row.name for row in Segment.objects.filter(pk=self.segment)] if self.segment else []
        return " · ".join(filter(None, parts))


@dataclass(slots=True)
class Chosen:
    """going: enterprises with those who read it for them. left: who is spared, by reason."""

    day: date
    going: list[tuple[Enterprise, list[User]]] = field(default_factory=list)
    left: dict[str, list[Enterprise]] = field(default_factory=dict)
    too_many: bool = False

    @property
    def spared(self) -> list[tuple[str, list[Enterprise]]]:
        """Reasons in words, the most frequent first."""
        found = sorted(self.left.items(), key=lambda item: (-len(item[1]), item[0]))
        return [(why_words(code), enterprises) for code, enterprises in found]


def why_words(code: str) -> str:
    return str(WHY.get(code, code))


def sending_day() -> date:
    """The day on which a digest can be read."""
    calendar, day = current(), local_day()
    while not calendar.is_working(day):
        day += timedelta(days=1)
    return day


def enterprises_of(audience: Audience) -> Any:
    """All that are meant, guard or no guard."""
    rows = Enterprise.objects.filter(merged_into__isnull=True).order_by("pk")
    if audience.tiers:
        rows = rows.filter(tier__in=audience.tiers)
    if audience.industries:
        section = Q(industry__section__in=[code for code in audience.industries if len(code) == 1])
        rows = rows.filter(Q(industry__in=audience.industries) | section)
    if audience.parks:
        rows = rows.filter(park__in=audience.parks)
    if audience.segment:
        rows = rows.filter(pk__in=_segment(audience.segment).values("pk"))
    if audience.served:
        rows = rows.filter(_served(local_day() - QUARTER))
    return rows


def _segment(key: int) -> Any:
    """Who fulfils its conditions now; nobody, once it is retired."""
    row = in_use().filter(pk=key).first()
    return Conditions.of(row.conditions).rows() if row else Enterprise.objects.none()


def choose(audience: Audience, *, lock: bool = False) -> Chosen:
    """A fixed number of queries. lock: nobody else books any of these enterprises until the transaction ends."""
    day = sending_day()
    if not audience:
        return Chosen(day)
    rows = enterprises_of(audience)
    found = list((rows.select_for_update(no_key=True, of=("self",)) if lock else rows)[: MOST + 1])
    if len(found) > MOST:
        return Chosen(day, too_many=True)
    chosen, books, readers = Chosen(day), books_of(found), _readers(found)
    for enterprise in found:
        verdict = judge(Contact.SURVEY, day, books[enterprise.pk], day, search=False)
        people = readers.get(enterprise.pk)
        if verdict and people:
            chosen.going.append((enterprise, people))
        else:
            chosen.left.setdefault(NOBODY if verdict else verdict.reasons[0].code, []).append(enterprise)
    return chosen


def _served(since: date) -> Q:
    """Visited, or with a request that was answered, since the day."""
    visits = Visit.objects.filter(state__in=DONE, day__gte=since).exclude(asked_by=Contact.ENFORCEMENT)
    answered = HelpRequest.objects.filter(answered_at__date__gte=since, enterprise__isnull=False)
    return Q(pk__in=visits.values("enterprise")) | Q(pk__in=answered.values("enterprise"))


def _readers(enterprises: Iterable[Enterprise]) -> dict[int, list[User]]:
    """The owners of each, or all its people where no owner is left; one query."""
    keys = [enterprise.pk for enterprise in enterprises]
    active = Membership.objects.active().filter(enterprise__in=keys, user__is_active=True)
    owners: dict[int, list[User]] = {}
    others: dict[int, list[User]] = {}
    for member in active.select_related("user").order_by("pk"):
        group = owners if member.role == MemberRole.OWNER else others
        group.setdefault(member.enterprise_id, []).append(member.user)
    return others | owners
