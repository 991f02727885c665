"""Generated resources of any number, for measuring and trying out; the same count and seed give the same ones."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from enterprises.models import Park, Subdistrict
from investment.enums import MONEY, SERVICE, SPACE, Fitout, Kind, ProviderKind, Stage, State
from investment.models import Provider, Resource

MARK = "https://generated.example/"  # of a provider's website
AUTHOR = "generated@resources.example"
KINDS = (*[Kind.PREMISES] * 14, *[Kind.INCUBATOR] * 2, Kind.FUND, Kind.LOAN, Kind.TALENT, Kind.RND)
SECTIONS = "CFGIJKLMNPQR"
A_PROVIDER = 25  # resources


@transaction.atomic
def populate(count: int, *, seed: int, day: date) -> int:
    """In place of those of an earlier run; returns how many."""
    generated = Provider.objects.filter(website__startswith=MARK)
    Resource.objects.filter(provider__in=generated).delete()
    generated.delete()
    rng, author = Random(seed), User.objects.get_or_create(email=AUTHOR)[0]
    subdistricts = list(Subdistrict.objects.values_list("pk", flat=True))
    parks = list(Park.objects.values_list("pk", "subdistrict_id"))
    providers = [_provider(n) for n in range(-(-count // A_PROVIDER))]
    Provider.objects.bulk_create(providers)
    rows = [_resource(n, rng, providers[n // A_PROVIDER], author, day, subdistricts, parks) for n in range(count)]
    Resource.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _provider(n: int) -> Provider:
    names = {"name_zh_hans": f"虚构提供方{n}", "name_en": f"Fictional Provider {n}"}
    return Provider(kind=ProviderKind.PARK, website=f"{MARK}{n}/", **names)


def _resource(
    n: int, rng: Random, provider: Provider, author: User, day: date, subdistricts: list[str], parks: list[Any]
) -> Resource:
    """Four in five published; with what its kind has a use for."""
    kind = rng.choice(KINDS)
    said = timezone.make_aware(datetime.combine(day - timedelta(days=rng.randrange(55)), time(10, rng.randrange(60))))
    row = Resource(provider=provider, kind=kind, author=author, published_at=said, confirmed_at=said)
    row.title_zh_hans, row.title_en = f"虚构资源{n}", f"Fictional resource {n}"  # type: ignore[attr-defined]
    row.about_zh_hans, row.about_en = "用于测量的虚构资源。", "Made up for measuring."  # type: ignore[attr-defined]
    row.state = State.PUBLISHED if rng.random() < 0.8 else State.WITHDRAWN
    row.sections = rng.sample(SECTIONS, rng.choice([0, 0, 0, 2, 4]))
    if kind in SPACE:
        _space(row, rng, day, subdistricts, parks)
    if kind in (*MONEY, Kind.INCUBATOR):
        row.stages = rng.sample(Stage.values, rng.choice([0, 1, 2]))
    if kind in MONEY:
        row.ticket_min = rng.randrange(1, 100) * 100_000
        row.ticket_max = row.ticket_min * rng.randrange(2, 20)
    if kind in SERVICE:
        row.fee = rng.randrange(1, 40) * 5_000
    return row


def _space(row: Resource, rng: Random, day: date, subdistricts: list[str], parks: list[Any]) -> None:
    row.area_m2 = int(rng.lognormvariate(5.4, 0.8)) + 20
    row.area_min_m2 = row.area_m2 // 4 if row.area_m2 > 400 else None
    row.rent = row.rent_day = Decimal(rng.randrange(200, 900)) / 100
    row.fitout = rng.choice(Fitout.values)
    row.floor = str(rng.randrange(1, 30))
    row.available_on = day + timedelta(days=rng.randrange(200)) if rng.random() < 0.5 else None
    row.park_id, place = rng.choice(parks) if parks and rng.random() < 0.6 else (None, None)
    row.subdistrict_id = place or (rng.choice(subdistricts) if subdistricts else None)
