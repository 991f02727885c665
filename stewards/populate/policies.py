"""Generated policies in force, each with four conditions, published as version 1."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from enterprises.models import Industry, Title
from policies.content import COLUMNS as CONTENT
from policies.enums import Category, Level, SupportType
from policies.models import Policy, Revision
from portal.core.search import tsvector_text
from stewards.populate import words
from stewards.populate.copying import copy, keys
from stewards.populate.marks import PREFIX

TEXTS = ("title_zh_hans", "title_en", "issuer_zh_hans", "issuer_en", "summary_zh_hans", "summary_en")
FACTS = ("level", "category", "support_type", "max_amount_cny", "effective_from", "window_closes", "repeat_limit")
LISTS = ("criteria", "terms", "excludes")
COLUMNS = ("id", "slug", *TEXTS, *FACTS, *LISTS, "published_at", "changed_at", "version", "search")


@dataclass(frozen=True)
class Codes:
    """What conditions may name."""

    industries: list[str]
    titles: list[str]


def make(count: int, rng: Random, day: date, made: Counter[str]) -> list[int]:
    """The keys of what was made."""
    policies, rows = keys(Policy, count), []
    codes = Codes(
        list(Industry.objects.order_by("pk").values_list("pk", flat=True)),
        list(Title.objects.order_by("pk").values_list("pk", flat=True)),
    )
    for n, key in enumerate(policies, 1):
        facts = _facts(n, codes, rng, day)
        moment = timezone.make_aware(datetime.combine(facts["effective_from"], time(9)))
        texts = [facts[name] for name in TEXTS]
        search = tsvector_text({"A": " ".join(texts[:2]), "B": " ".join(texts[2:])})
        plain = [facts[name] for name in FACTS]
        lists = [json.dumps(facts[name]) for name in LISTS]
        rows.append((key, f"{PREFIX}{n:05}", *texts, *plain, *lists, moment, moment, 1, search))
    made["policies"] = copy(Policy, COLUMNS, rows)
    copy(Revision, ("policy_id", "state", "number", "content", "decided_at"), _revisions(rows))
    return list(policies)


def _revisions(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        facts = dict(zip(COLUMNS, row, strict=True))
        content = {name: facts.get(name, "") for name in CONTENT if name in facts}
        content |= {name: json.loads(facts[name]) for name in LISTS}
        yield facts["id"], "published", 1, json.dumps(content, default=str, ensure_ascii=False), facts["published_at"]


def _facts(n: int, codes: Codes, rng: Random, day: date) -> dict[str, Any]:
    begun = day - timedelta(days=rng.randrange(1, 1400))
    closes = day + timedelta(days=rng.randrange(-60, 200)) if n % 3 == 0 else None
    return {
        **dict(zip(TEXTS, words.policy(n, rng), strict=True)),
        "level": rng.choice(Level.values),
        "category": rng.choice(Category.values),
        "support_type": rng.choice(SupportType.values),
        "max_amount_cny": rng.choice((None, 50_000, 200_000, 500_000, 1_000_000, 5_000_000)),
        "effective_from": min(begun, closes) if closes else begun,
        "window_closes": closes,
        "criteria": _criteria(codes, rng),
        "repeat_limit": ("", "once", "yearly", "per_project")[n % 4],
        "terms": [] if n % 3 else [{"kind": "ratio", "percent": 10 + n % 5 * 10, "base": "rent", "cap": 100_000}],
        "excludes": [] if n % 50 else [f"{PREFIX}{n - 1:05}"],
    }


def _criteria(codes: Codes, rng: Random) -> list[dict[str, Any]]:
    """Four different conditions; few enterprises meet them all."""
    choices: list[dict[str, Any]] = [
        {"field": "district", "op": "eq", "value": "310109"},
        {"field": "size", "op": "in", "value": rng.sample(["micro", "small", "medium", "large"], k=2)},
        {"field": "ownership", "op": "any", "value": rng.sample(["domestic", "foreign", "joint"], k=2)},
        {"field": "industry_code", "op": "in", "value": sorted(rng.sample(codes.industries, k=6))},
        {"field": "founded_years", "op": rng.choice(("gte", "lte")), "value": rng.randrange(1, 12)},
        {"field": "employees", "op": "gte", "value": rng.choice((5, 10, 50, 100))},
        {"field": "annual_revenue_cny", "op": "gte", "value": rng.choice((1_000_000, 10_000_000, 100_000_000))},
        {"field": "rd_expense_ratio", "op": "gte", "value": rng.choice((0.03, 0.05, 0.1))},
        {"field": "titles", "op": "any", "value": sorted(rng.sample(codes.titles, k=2))},
    ]
    return rng.sample(choices, k=4)
