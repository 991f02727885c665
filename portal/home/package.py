"""The service package of one enterprise: who looks after it, what fits it and why, what is open."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from accounts.models import User
from enterprises.models import Enterprise
from policies import presenting
from policies.checkup.questions import Missing
from policies.checkup.stacking import conflicts
from policies.eligibility.matching import Matches, facts_of, match_facts, most_useful_field
from policies.eligibility.naming import codes_in, codes_of, names_of
from policies.eligibility.words import Names
from policies.models import Package, PackageItem, Policy
from policies.presenting import ROW_COLUMNS, Row, Shown, Text
from portal.core import bilingual
from portal.core.numbered import Numbered
from stewards.models import HelpRequest

FITTING = 15  # policies on a page
NEARLY = 6
LEAFLET = 30
PACKAGES = 10
REQUESTS = 10
LEAFLET_COLUMNS = (*ROW_COLUMNS, "benefit_zh_hans", "benefit_en", "contact_zh_hans", "contact_en")


@dataclass(frozen=True, slots=True)
class Fit:
    """A policy in the package. conditions: each with how it stands. settles: the one field still missing, if any."""

    row: Row
    conditions: list[Shown]
    settles: Missing | None = None
    rivals: tuple[Policy, ...] = ()  # others of the page that cannot be had beside it


@dataclass(frozen=True, slots=True)
class Fitting(Numbered):
    """The policies of the package, one page of those that fit."""

    fits: list[Fit]
    nearly: list[Fit]
    question: Missing | None
    others: list[Missing]
    unclear: int
    unmet: list[Missing]
    unmet_count: int
    nearly_count: int
    count: int
    number: int
    last: int


def fitting(enterprise: Enterprise, day: date, page: str = "") -> Fitting:
    """Match, then load only the rows that are shown; four queries however many policies there are."""
    facts = facts_of(enterprise, day)
    matches = match_facts(facts, day)
    last = max(1, -(-len(matches.met) // FITTING))
    number = int(page[:6]) if page.isascii() and page.isdigit() and 1 <= int(page[:6]) <= last else 1
    met = matches.met[(number - 1) * FITTING : number * FITTING]
    best = most_useful_field(matches)
    nearly = _settled_first(matches, best[0] if best else "")[:NEARLY]
    fits = _fits([*met, *nearly], matches, facts, day)
    counts = Counter(matches.nearly.values())
    others = [Missing(field, count) for field, count in counts.most_common() if best and field != best[0]]
    return Fitting(
        fits=fits[: len(met)],
        nearly=fits[len(met) :],
        question=Missing(*best) if best else None,
        others=others,
        unclear=len(matches.unclear),
        unmet=[Missing(field, count) for field, count in matches.unmet.most_common()],
        unmet_count=matches.unmet.total(),
        nearly_count=len(matches.nearly),
        count=len(matches.met),
        number=number,
        last=last,
    )


def _settled_first(matches: Matches, field: str) -> list[int]:
    """Nearly fitting policies, those that the question asked would settle first."""
    return sorted(matches.nearly, key=lambda policy: matches.nearly[policy] != field)


def _fits(ids: list[int], matches: Matches, facts: Mapping[str, Any], day: date) -> list[Fit]:
    loaded = Policy.objects.only(*ROW_COLUMNS, "criteria").in_bulk(ids)
    policies = [loaded[pk] for pk in ids if pk in loaded]
    names, excluded = _names(policies, facts), conflicts()
    return [
        Fit(
            presenting.row_of(policy, day),
            presenting.conditions_for(policy.criteria, facts, names),
            Missing(matches.nearly[policy.pk], 1) if policy.pk in matches.nearly else None,
            tuple(loaded[pk] for pk in sorted(excluded.get(policy.pk, ())) if pk in loaded),
        )
        for policy in policies
    ]


def _names(policies: Iterable[Policy], facts: Mapping[str, Any]) -> Names:
    return names_of(codes_in(c for policy in policies for c in policy.criteria) | codes_of(facts))


@dataclass(frozen=True, slots=True)
class Given:
    """A package that was handed over, with its policies in their order."""

    package: Package
    items: list[tuple[PackageItem, Row]]


def packages_for(enterprise: Enterprise, day: date) -> list[Given]:
    """Packages handed over to the enterprise, to a segment that holds it, or by theme to everybody. Three queries,
    four with a segment."""
    columns = [f"policy__{column}" for column in ROW_COLUMNS]
    items = (
        PackageItem.objects.filter(policy__published_at__isnull=False)
        .select_related("policy")
        .only("package_id", "position", "note_zh_hans", "note_en", *columns)
    )
    packages = Package.objects.for_enterprise(enterprise).prefetch_related(Prefetch("items", queryset=items))
    return [
        Given(package, [(item, presenting.row_of(item.policy, day)) for item in package.items.all()])
        for package in packages[:PACKAGES]
    ]


def open_requests(user: User, enterprise: Enterprise) -> list[HelpRequest]:
    """The enterprise's open requests that the person may see, the next due first."""
    requests = HelpRequest.objects.of_member(user).open().filter(enterprise=enterprise)
    columns = ("number", "subject", "language", "state", "due_on", "renewed_due_on")
    return list(requests.only(*columns).order_by("due_on", "pk")[:REQUESTS])


def leaves(enterprise: Enterprise, day: date) -> list[tuple[str, list[tuple[Row, dict[str, Text]]]]]:
    """The leaflet in each language: the policies that fit, without a second page. Three queries."""
    ids = match_facts(facts_of(enterprise, day), day).met[:LEAFLET]
    loaded = Policy.objects.only(*LEAFLET_COLUMNS).in_bulk(ids)
    policies = [loaded[pk] for pk in ids if pk in loaded]
    spoken = []
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            spoken.append((language, [_printed(policy, day) for policy in policies]))
    return spoken


def _printed(policy: Policy, day: date) -> tuple[Row, dict[str, Text]]:
    texts = {field: presenting.text_of(policy, field) for field in ("title", "benefit", "contact")}
    return presenting.row_of(policy, day), texts
