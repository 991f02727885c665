"""What is recommended for a need: ranked in SQL, explained by the pure function for the few rows that are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q

from investment import scoring
from investment.models import Mark, Need, Resource
from investment.ranking import Offer, Taste, Verdict, Wish, judge, learn
from investment.showing import in_short
from investment.words import sentence
from portal.core.calendar import local_day

SHOWN, RULED_OUT = 12, 5
LEARNT_FROM = 60  # marks of one need, the latest
SIGNALS = {"declined_at": -1.0, "visited_at": 1.0, "shortlisted_at": 1.0, "viewed_at": 0.2}


@dataclass(frozen=True, slots=True)
class Told:
    """A resource with what speaks for it, against it, and what rules it out, in sentences."""

    resource: Resource
    short: list[str]
    verdict: Verdict
    mark: Mark | None
    pros: list[str]
    cons: list[str]
    ruled_out: list[str]


@dataclass(frozen=True, slots=True)
class Found:
    """best: the best first. others: the nearest of those that a condition rules out. declined: taken out by hand."""

    best: list[Told]
    shortlist: list[Told]
    others: list[Told]
    declined: list[Told]


def wish_of(need: Need) -> Wish:
    return Wish(
        kind=need.kind,
        section=need.section,
        area_from=need.area_from,
        area_to=need.area_to,
        budget=float(need.budget_day) if need.budget_day else None,
        wanted_by=need.wanted_by,
        subdistricts=frozenset(need.subdistricts),
        stage=need.stage,
        amount=need.amount,
    )


def offer_of(row: Resource, today: date) -> Offer:
    return Offer(
        kind=row.kind,
        sections=frozenset(row.sections),
        area=row.area_m2,
        area_min=row.area_min_m2,
        rent=float(row.rent_day) if row.rent_day is not None else None,
        available_on=row.available_on,
        subdistrict=row.subdistrict_id or "",
        park=row.park_id or "",
        fitout=row.fitout,
        provider=row.provider_id,
        stages=frozenset(row.stages),
        ticket_min=row.ticket_min,
        ticket_max=row.ticket_max,
        fee=row.fee,
        age=max(0, (today - local_day(row.confirmed_at)).days) if row.confirmed_at else 0,
    )


def taste_of(marks: list[Mark], today: date) -> Taste:
    return learn((offer_of(mark.resource, today), _signal(mark), mark.why) for mark in marks)


def _signal(mark: Mark) -> float:
    """What was last made of it: declined after a visit is declined."""
    return next((signal for name, signal in SIGNALS.items() if getattr(mark, name)), 0.0)


def recommended(need: Need, names: Mapping[str, str]) -> Found:
    """Three queries, however many resources there are. names: of sections and subdistricts."""
    today, stale = local_day(), settings.RESOURCE_CONFIRM_DAYS
    marks = list(need.marks.select_related("resource__provider", "resource__park").order_by("-pk")[:LEARNT_FROM])
    teller = _Teller(need, marks, today, stale, names)
    rows = Resource.objects.shown().filter(kind=need.kind).select_related("provider", "park")
    rows = rows.alias(_smallest=scoring.smallest(), _score=scoring.score(teller.wish, teller.taste, today, stale))
    rows = rows.defer("about_zh_hans", "about_en", "about", "proposal").order_by("-_score", "-pk")
    fits = scoring.possible(teller.wish)
    set_aside = [mark.resource_id for mark in marks if mark.declined_at or mark.shortlisted_at]
    best = list(rows.filter(fits).exclude(pk__in=set_aside)[:SHOWN])
    others = list(rows.filter(~fits)[:RULED_OUT]) if fits != Q(kind=need.kind) else []
    listed = [mark.resource for mark in marks if mark.shortlisted_at and not mark.declined_at]
    declined = [mark.resource for mark in marks if mark.declined_at]
    return Found(*([teller.tell(row) for row in part] for part in (best, listed, others, declined)))


class _Teller:
    """Judges and explains: one resource by what was made of the others, never by what was made of itself."""

    def __init__(self, need: Need, marks: list[Mark], today: date, stale: int, names: Mapping[str, str]) -> None:
        self.marks, self.today, self.stale, self.names = marks, today, stale, names
        self.wish, self.taste = wish_of(need), taste_of(marks, today)
        self.marked = {mark.resource_id: mark for mark in marks}

    def tell(self, row: Resource) -> Told:
        mark = self.marked.get(row.pk)
        taste = taste_of([each for each in self.marks if each is not mark], self.today) if mark else self.taste
        verdict = judge(self.wish, offer_of(row, self.today), taste, stale_after=self.stale)
        said = (verdict.pros, verdict.cons, verdict.ruled_out)
        words: list[Any] = [[sentence(reason, self.names) for reason in part] for part in said]
        return Told(row, in_short(row), verdict, mark, *words)


def explained(need: Need, resource: Resource, names: Mapping[str, str]) -> Told:
    """One resource against one need: on the resource's own page."""
    marks = list(need.marks.select_related("resource__provider").order_by("-pk")[:LEARNT_FROM])
    return _Teller(need, marks, local_day(), settings.RESOURCE_CONFIRM_DAYS, names).tell(resource)
