"""Generated enterprises with an owner each, most of them with a steward; some facts are unknown."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from enterprises.credit_code import make as credit_code
from enterprises.models import Enterprise, Industry, Membership, Park, Subdistrict, Title, TitleGrant
from enterprises.size import size_class
from stewards.models import Stewardship
from stewards.populate import words
from stewards.populate.copying import copy, keys
from stewards.populate.marks import DIVISION
from stewards.populate.people import copy_people

UNKNOWN = 0.12  # of the facts
STEWARDED = 0.8  # of the enterprises
COLUMNS = (
    *("id", "credit_code", "name_zh_hans", "name_en", "industry_id", "founded_on", "ownership", "employees"),
    *("annual_revenue_cny", "assets_cny", "rd_expense_ratio", "listed", "size", "district", "subdistrict_id"),
    *("park_id", "titles_known", "tier", "verified_at"),
)


@dataclass(frozen=True)
class Owned:
    """An enterprise, who asks for it, and its steward (person, department), if any."""

    enterprise: int
    owner: int
    steward: tuple[int, int] | None


def make(
    count: int, stewards_for: Callable[[int], list[tuple[int, int]]], rng: Random, day: date, made: Counter[str]
) -> list[Owned]:
    """Enterprises with their owners; the n-th is entrusted to one of `stewards_for(n)`, (person, department)."""
    enterprises, owners = keys(Enterprise, count), keys(User, count)
    made["owners"] = copy_people(("owner", n, key, None, []) for n, key in enumerate(owners, 1))
    made["enterprises"] = copy(Enterprise, COLUMNS, _rows(enterprises, Places.known(), rng, day))
    owned = [
        Owned(key, owner, rng.choice(stewards) if (stewards := stewards_for(n)) and rng.random() < STEWARDED else None)
        for n, (key, owner) in enumerate(zip(enterprises, owners, strict=True))
    ]
    members = ((one.enterprise, one.owner, "owner", "active") for one in owned)
    made["memberships"] = copy(Membership, ("enterprise_id", "user_id", "role", "state"), members)
    since = day - timedelta(days=800)  # before the first request
    stewarded = ((one.steward[0], "enterprise", one.enterprise, since) for one in owned if one.steward)
    made["stewardships"] = copy(Stewardship, ("steward_id", "scope", "enterprise_id", "starts_on"), stewarded)
    titles = list(Title.objects.values_list("pk", flat=True))
    grants = _titles(enterprises, titles, rng, day)
    made["titles held"] = copy(TitleGrant, ("enterprise_id", "title_id", "granted_on"), grants)
    return owned


@dataclass(frozen=True)
class Places:
    """Codes that a record may name."""

    industries: list[str]
    subdistricts: list[str]
    parks: list[str]

    @classmethod
    def known(cls) -> "Places":
        divisions = [code for code in Industry.objects.values_list("pk", flat=True) if len(code) > 1]
        subdistricts, parks = (
            Subdistrict.objects.values_list("pk", flat=True),
            Park.objects.values_list("pk", flat=True),
        )
        return cls(divisions, list(subdistricts), list(parks))


def _rows(enterprises: range, places: Places, rng: Random, day: date) -> Iterator[tuple[Any, ...]]:
    verified = timezone.now()
    for n, key in enumerate(enterprises):
        industry = rng.choice(places.industries)
        employees = _known(rng, int(rng.lognormvariate(3, 1.6)) + 1)
        revenue = _known(rng, int(rng.lognormvariate(16, 2)))
        assets = _known(rng, int(rng.lognormvariate(15.5, 2)))
        yield (
            *(key, credit_code(n, DIVISION), *words.enterprise(n, rng), industry),
            _known(rng, day - timedelta(days=rng.randrange(30, 9000))),
            _known(rng, rng.choice(("domestic", "domestic", "domestic", "foreign", "joint"))) or "",
            *(employees, revenue, assets, _known(rng, round(rng.random() ** 3 * 0.4, 4)), _known(rng, n % 40 == 0)),
            size_class(industry, employees, revenue, assets) or "",
            _known(rng, "310109" if rng.random() < 0.85 else "310101") or "",
            *(_known(rng, rng.choice(places.subdistricts)), rng.choice(places.parks) if rng.random() < 0.3 else None),
            *(rng.random() < 0.6, rng.choice(("", "", "", "subdistrict", "district", "municipal")), verified),
        )


def _known(rng: Random, value: Any) -> Any:
    return None if rng.random() < UNKNOWN else value


def _titles(enterprises: range, titles: list[str], rng: Random, day: date) -> Iterator[tuple[int, str, date]]:
    for key in enterprises:
        for title in rng.sample(titles, k=rng.choice((0, 0, 0, 1, 1, 2))):
            yield key, title, day - timedelta(days=rng.randrange(10, 1500))
