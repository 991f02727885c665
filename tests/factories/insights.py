"""Records of every kind of place and industry, counted; and the quarter before, as the audit trail tells it."""

from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from enterprises.models import Enterprise, Industry, Park, Subdistrict
from insights import periods, rollups
from insights.models import Chain, ChainStep, Report, ReportState
from insights.performance.facts import put_together
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, ParkFactory, SubdistrictFactory

AREAS = ("310109014", "310109018", "310109009")
CODES = ("I", "I65", "I64", "C", "C26")


def taxonomies() -> tuple[dict[str, Subdistrict], dict[str, Industry], Park]:
    areas = {
        code: SubdistrictFactory(code=code, name_zh_hans=f"第{n}街道", name_en=f"Area {n} Subdistrict")
        for n, code in enumerate(AREAS)
    }
    industries = {
        code: IndustryFactory(code=code, name_zh_hans=f"行业{code}", name_en=f"Industry {code}") for code in CODES
    }
    return areas, industries, ParkFactory(slug="tower", name_en="The Tower", name_zh_hans="大厦")


def many(count: int, **facts: Any) -> list[Enterprise]:
    return [EnterpriseFactory(**facts) for _n in range(count)]


def earlier(enterprise: Enterprise, at: datetime, **facts: Any) -> None:
    """What the audit trail would hold, had the record been like this at that time."""
    model = apps.get_model("enterprises", "EnterpriseEvent")
    values = model.objects.filter(pgh_obj_id=enterprise.pk).order_by("pk").values().last()
    made = model.objects.bulk_create([model(**values | facts | {"pgh_id": None})])[0]
    with connection.cursor() as cursor:  # its time is that of writing; rows are only ever added, so by another row
        names = ", ".join(f.column for f in model._meta.concrete_fields if f.column not in ("pgh_id", "pgh_created_at"))
        table = model._meta.db_table
        cursor.execute(
            f"INSERT INTO {table} (pgh_created_at, {names}) SELECT %s, {names} FROM {table} WHERE pgh_id = %s",
            [at, made.pk],
        )


def quarters_ago(count: int) -> datetime:
    """A moment in the middle of that quarter."""
    first = periods.quarter_of(local_day())
    for _n in range(count):
        first = periods.before(first)
    return periods.midnight(first) + timedelta(days=40)


def chain() -> Chain:
    row = Chain.objects.create(name_zh_hans="虚构产业链", name_en="Fictional chain")
    made = ChainStep.objects.create(chain=row, stream="up", name_zh_hans="原料", name_en="Materials")
    made.divisions.add(IndustryFactory())
    return row


def report(month: date = date(2026, 10, 1), state: str = "published", **facts: Any) -> Report:
    """An edition with figures of nothing; published by somebody else than its writer."""
    done = state == ReportState.PUBLISHED
    given = {
        "facts": put_together(month, month),
        "words_zh_hans": "本月办理情况如下。",
        "words_en": "What the month brought.",
        "written_by": facts.get("written_by") or UserFactory(roles=["editor"]),
        "published_by": UserFactory(roles=["reviewer"]) if done else None,
        "published_at": timezone.now() if done else None,
    }
    return Report.objects.create(month=month, state=state, **given | facts)


# --- who gets in: tests/test_access_matrix.py ------------------------------------------------------------

TABLE: dict[str, tuple[str, str]] = {
    **{f"insights:{name}": ("G", "ostchelraduv") for name in ("map", "matrix", "file", "chains", "chain")},
    "insights:enterprises": ("G", "era"),
    **{f"insights:{name}": ("G", "a") for name in ("outline", "chain-new", "chain-edit", "step-new", "step")},
    **{f"insights:{name}": ("P", "a") for name in ("chain-drop", "step-drop")},
    **{
        f"insights:{name}": ("G", "ostchelraduv")
        for name in ("performance", "performance-file", "reports", "report", "report-file")
    },
    **{f"insights:{name}": ("G", "eradu") for name in ("report-desks", "report-desk")},
    "insights:report-act": ("P", "eradu"),
    **{f"insights:{name}": ("G", "adu") for name in ("district", "district-file")},
}
NO_PAGES = {"insights:file", "insights:district-file", "insights:performance-file", "insights:report-file"}


def addresses() -> dict[str, list[Any]]:
    """A chain for those who read and write, others for those who remove one."""
    EnterpriseFactory(subdistrict=SubdistrictFactory(), industry=IndustryFactory(), employees=9)
    rollups.refresh()
    row, gone, published = chain(), chain(), report()
    return {
        "insights:file": ["csv"],
        **{f"insights:{name}": [row.pk] for name in ("chain", "chain-edit", "step-new")},
        "insights:step": [row.pk, row.steps.get().pk],
        "insights:step-drop": [gone.pk, gone.steps.get().pk],
        "insights:chain-drop": [chain().pk],
        "insights:performance-file": ["csv"],
        "insights:district-file": ["csv"],
        "insights:report": [2026, 10],
        "insights:report-file": [2026, 10, "csv"],
        "insights:report-desk": [report(date(2026, 9, 1), "draft").pk],
        "insights:report-act": [published.pk, "correct"],
    }
