"""Recommendations: how good they are on the labelled needs, and what their pages cost among thousands of resources."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from enterprises.models import Membership
from investment import wanting
from investment.models import Need, Resource
from investment.quality.measure import table
from portal.bench.measure import measure, report, server
from portal.bench.pages import Page, cookie_of, floors, owner
from portal.core.calendar import local_day

MOST = 3.0
Fill = Callable[[], None]


def run(fill: Fill, language: str, threads: int, rounds: int, each: int) -> tuple[list[str], bool]:
    """Lines of both tables, and whether ours is the best order and all limits are kept."""
    lines, good = table()
    fill()
    need = _need()
    try:
        with server(threads) as port:
            pages, kept = report(measure(port, [*floors(), *_pages(need, language)], rounds=rounds, requests=each))
    finally:
        need.delete()
    return [*lines, "", *pages], good and kept


def _need() -> Need:
    """Of a generated enterprise's owner, with something on the short list and something declined."""
    person = owner()
    enterprise = Membership.objects.active().filter(user=person).select_related("enterprise")[0].enterprise
    facts = {"section": "I", "area_from": 120, "area_to": 260, "budget": Decimal(5), "subdistricts": ["310109018"]}
    facts["wanted_by"] = local_day() + timedelta(days=30)
    need = wanting.state_need(enterprise, by=person, kind="premises", facts=facts)
    for n, row in enumerate(Resource.objects.shown().filter(kind="premises").order_by("pk")[:4]):
        if n % 2:
            wanting.shortlist(need, row, by=person)
        else:
            wanting.decline(need, row, by=person, why="place")
    return need


def _pages(need: Need, language: str) -> list[Page]:
    cookie, row = cookie_of(need.author), Resource.objects.shown().filter(kind="premises").order_by("-pk")[0]
    with translation.override(language):
        listed, words = reverse("investment:list"), urlencode({"q": "虚构", "subdistrict": "310109018"})
        return [
            Page("recommendations", reverse("investment:need", args=[need.pk]), cookie, MOST),
            Page("list of resources", listed, cookie, MOST),
            Page("list of resources, by words and place", f"{listed}?{words}", cookie, MOST),
            Page("one resource against a need", reverse("investment:resource", args=[row.pk]), cookie, MOST),
            Page("premises by place", reverse("investment:places"), cookie, MOST),
        ]
