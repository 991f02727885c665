"""The pages about a whole district: its map, what is at a glance, records, tiers and segments; and the tasks that keep
the figures behind them."""

import time
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from accounts.enums import Role
from accounts.models import User
from enterprises.models import TierRound
from enterprises.tiers import workflow as tiers
from enterprises.tiers.ranking import STARTING
from insights import periods
from insights.models import MapPeriod
from insights.performance import flow
from insights.rollups import refresh as count_map
from portal.bench.measure import measure, report, server
from portal.bench.pages import Page, admin, cookie_of, floors
from portal.core.calendar import local_day
from stewards.rating import rollups as ratings

MOST = 3.0
PLACE, SECTION = "310109018", "I"


def run(language: str, threads: int, rounds: int, each: int) -> tuple[list[str], bool]:
    """Lines of the table, and whether all limits are kept."""
    lines = [f"{'figures counted from nothing':46} {'s':>8}"]
    lines += [_timed(name, task) for name, task in _tasks().items()]
    found: list[TierRound] = []
    lines.append(_timed("list of a yearly round of tiers", lambda: found.append(_round())))
    try:
        with server(threads) as port:
            pages, kept = report(measure(port, [*floors(), *_pages(language, found[0])], rounds=rounds, requests=each))
    finally:
        tiers.drop(found[0], by=found[0].opened_by)
    return [*lines, "", *pages], kept


def _tasks() -> dict[str, Callable[[], Any]]:
    return {"industry map": count_map, "what happened in each month": flow.count, "four rates": ratings.rebuild}


def _timed(name: str, act: Callable[[], Any]) -> str:
    begun = time.perf_counter()
    act()
    return f"{name:46} {time.perf_counter() - begun:>8.2f}"


def _round() -> TierRound:
    rules = {tier: {"employees": None, "titles": [], "industries": [], **asked} for tier, asked in STARTING.items()}
    return tiers.open_round(by=admin(), year=local_day().year, rules=rules)


def _pages(language: str, row: TierRound) -> list[Page]:
    with translation.override(language):
        return [*_map("", "visitor"), *_map(cookie_of(admin()), "service centre"), *_figures(), *_lists(row)]


def _map(cookie: str, who: str) -> list[Page]:
    url = reverse("insights:map")
    earlier = periods.code(MapPeriod.objects.order_by("first")[0].first)
    asked: dict[str, dict[str, str]] = {
        "whole": {},
        "a subdistrict by revenue": {"area": PLACE, "measure": "revenue"},
        "an industry, two quarters": {"industry": SECTION, "beside": earlier},
    }
    found = [
        Page(f"map of the {who}: {name}", f"{url}?{urlencode(words)}", cookie, MOST) for name, words in asked.items()
    ]
    return [*found, Page(f"map of the {who}: places × industries", reverse("insights:matrix"), cookie, MOST)]


def _figures() -> list[Page]:
    leader = User.objects.with_role(Role.LEADER).order_by("pk").first()
    glance = reverse("insights:district")
    pages = [Page("how the service does, visitor", reverse("insights:performance"), "", MOST)]
    pages.append(Page("the district at a glance, service centre", glance, cookie_of(admin()), MOST))
    return [*pages, Page("the district at a glance, leader", glance, cookie_of(leader), MOST)] if leader else pages


def _lists(row: TierRound) -> list[Page]:
    cookie, here = cookie_of(admin()), urlencode({"area": PLACE, "industry": SECTION})
    asked = {
        "records behind a cell of the map": f"{reverse('insights:enterprises')}?{here}",
        "records, by a part of the name": f"{reverse('records:list')}?q=9999",
        "key enterprises and their stewards": reverse("centre:stewards"),
        "a yearly round of tiers": reverse("tiers:round", args=[row.pk]),
        "a segment before it is saved": f"{reverse('segments:new')}?{here}",
    }
    return [Page(name, url, cookie, MOST) for name, url in asked.items()]
