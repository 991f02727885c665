"""What the pages of resources show."""

from typing import Any

from django.db.models import Count, Max, Min, Q
from django.http import QueryDict

from investment.enums import SPACE, State
from investment.models import Provider, Resource, ResourceQuerySet
from investment.ranking import AREA_SLACK
from investment.rules import may_run
from investment.scoring import smallest
from portal.core import bilingual
from portal.core.search import terms_of

MOST_COMPARED = 4
WORDS = ("title", "about", "address", "provider__name", "park__name")


def listed() -> ResourceQuerySet:
    """Published ones with what a row shows."""
    rows = Resource.objects.shown().select_related("provider", "park", "subdistrict")
    return rows.defer("proposal", "remark")


def found(asked: dict[str, Any]) -> ResourceQuerySet:
    """By the filters of the list; what is not stated of a resource is not held against it, its place excepted."""
    rows = listed()
    for term in terms_of(asked.get("q", ""))[:6]:
        rows = rows.filter(_named(term))
    if kind := asked.get("kind"):
        rows = rows.filter(kind=kind)
    if subdistrict := asked.get("subdistrict"):
        rows = rows.filter(subdistrict=subdistrict)
    if section := asked.get("section"):
        rows = rows.filter(Q(sections=[]) | Q(sections__contains=[section]))
    if stage := asked.get("stage"):
        rows = rows.filter(Q(stages=[]) | Q(stages__contains=[stage]))
    if area := asked.get("area"):
        rows = rows.alias(_smallest=smallest()).filter(
            area_m2__gte=area * (1 - AREA_SLACK), _smallest__lte=area * (1 + AREA_SLACK)
        )
    if rent := asked.get("rent"):
        rows = rows.filter(rent_day__lte=rent)
    if amount := asked.get("amount"):
        yuan = int(amount * 10_000)
        fits = (Q(ticket_min=None) | Q(ticket_min__lte=yuan)) & (Q(ticket_max=None) | Q(ticket_max__gte=yuan))
        rows = rows.filter(fits).exclude(ticket_min=None, ticket_max=None)
    return rows


def _named(term: str) -> Q:
    words = Q()
    for name in WORDS:
        for column in bilingual.columns(name):
            words |= Q(**{f"{column}__icontains": term})
    return words


def compared(params: QueryDict) -> list[Resource]:
    """Up to four that the address names, in its order; what is not there is left out."""
    keys = [int(text) for text in params.getlist("r") if text.isascii() and text.isdigit() and len(text) < 10]
    rows = listed().in_bulk(list(dict.fromkeys(keys))[:MOST_COMPARED])
    return [rows[key] for key in dict.fromkeys(keys) if key in rows]


def by_place() -> list[dict[str, Any]]:
    """Premises and incubators by subdistrict and park: how many, how much area, from which rent. One query."""
    rows = Resource.objects.shown().filter(kind__in=SPACE, subdistrict__isnull=False)
    lang = "zh_hans" if bilingual.current() == "zh-hans" else "en"
    columns = ("subdistrict", f"subdistrict__name_{lang}", "park", f"park__name_{lang}")
    grouped = rows.values_list(*columns).annotate(
        count=Count("pk"), area=Max("area_m2"), least=Min("rent_day"), most=Max("rent_day")
    )
    names = ("code", "subdistrict", "park_slug", "park", "count", "area", "least", "most")
    ordered = grouped.order_by("subdistrict", "park")
    return [dict(zip(names, row, strict=True)) for row in ordered]


def kept_by(user: Any) -> ResourceQuerySet:
    """The entries that somebody may look after: all of them for the district, their own for keepers."""
    rows = Resource.objects.select_related("provider", "park", "subdistrict", "author")
    if not user.is_authenticated:
        return rows.none()
    return rows if may_run(user) else rows.filter(pk__in=Resource.objects.of_keeper(user).values("pk"))


def to_review() -> ResourceQuerySet:
    """What waits for a second pair of eyes, the oldest first."""
    rows = Resource.objects.filter(Q(state=State.IN_REVIEW) | Q(proposal__isnull=False))
    return rows.select_related("provider", "author").order_by("pk")


def providers() -> Any:
    """With how many entries are shown, and how many are hidden."""
    shown = Count("resources", filter=Q(resources__state=State.PUBLISHED))
    stale = Count("resources", filter=Q(resources__state=State.STALE))
    return Provider.objects.annotate(shown=shown, stale=stale).order_by("pk")
