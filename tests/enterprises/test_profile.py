"""The record in words: steps, values, sources, what is unknown."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from enterprises import profile
from enterprises.models import Enterprise, TitleGrant
from policies.checkup.questions import QUESTIONS
from policies.eligibility.fields import FIELDS as CRITERIA
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    ParkFactory,
    SubdistrictFactory,
    TitleFactory,
)

pytestmark = pytest.mark.django_db
HAN = re.compile(r"[\u4e00-\u9fff]")


def rows(enterprise: Enterprise) -> dict[str, dict[str, Any]]:
    """Label → row, over all steps."""
    return {row["label"]: row for step in profile.rows_of(enterprise) for row in step["rows"]}


def plain(value: Any) -> str:
    return re.sub(r"<[^>]+>", "", str(value))


def test_every_condition_can_be_settled_by_a_step_and_has_its_question() -> None:
    assert set(profile.STEP_OF_FIELD) == set(CRITERIA) == set(QUESTIONS)
    assert set(profile.STEP_OF_FIELD.values()) <= set(profile.STEPS)


def test_every_fact_of_the_record_is_asked_in_its_step() -> None:
    for key, fields in profile.FIELDS.items():
        form = profile.STEPS[key].form(instance=Enterprise())
        asked = {"rd_expense_ratio" if name == "rd_percent" else name for name in form.fields}
        assert set(fields) - {"size"} == asked, key


@pytest.mark.parametrize(
    ("step", "around"),
    [
        ("identity", (None, "industry")),
        ("industry", ("identity", "size")),
        ("size", ("industry", "place")),
        ("place", ("size", "titles")),
        ("titles", ("place", None)),
    ],
)
def test_the_steps_follow_each_other(step: str, around: tuple[str | None, str | None]) -> None:
    assert profile.neighbours(step) == around


@pytest.mark.parametrize(
    ("language", "label", "fields", "shown"),
    [
        ("en", "Listed on a stock exchange", {"listed": True}, "Yes"),
        ("en", "Listed on a stock exchange", {"listed": False}, "No"),
        ("zh-hans", "是否上市", {"listed": False}, "否"),
        ("en", "Founded on", {"founded_on": date(2020, 2, 29)}, "29 February 2020"),
        ("zh-hans", "成立日期", {"founded_on": date(2020, 2, 29)}, "2020年2月29日"),
        ("en", "Annual revenue (CNY)", {"annual_revenue_cny": 12_345_678}, "CNY 12,345,678"),
        ("zh-hans", "年营业收入（元）", {"annual_revenue_cny": 200_000}, "20万元"),
        ("en", "Employees", {"employees": 12_345}, "12,345"),
        ("en", "Employees", {"employees": 0}, "0"),
        ("en", "R&D expense ratio", {"rd_expense_ratio": Decimal("0.1000")}, "10%"),
        ("en", "R&D expense ratio", {"rd_expense_ratio": Decimal("0.0450")}, "4.5%"),
        ("en", "R&D expense ratio", {"rd_expense_ratio": Decimal("0.0000")}, "0%"),
        ("en", "Registered in district", {"district": "310109"}, "Hongkou District"),
        ("en", "Registered in district", {"district": "other"}, "another district or city"),
        ("zh-hans", "注册所在区", {"district": "310109"}, "虹口区"),
        ("en", "Ownership", {"ownership": "joint"}, "Joint venture"),
        ("en", "Size class", {"size": "micro"}, "Micro"),
    ],
)
def test_values_in_words(language: str, label: str, fields: dict[str, Any], shown: str) -> None:
    with translation.override(language):
        assert plain(rows(EnterpriseFactory(**fields))[label]["value"]) == shown


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_labels_speak_the_language_of_the_page(language: str) -> None:
    with translation.override(language):
        for label in rows(EnterpriseFactory()):
            assert bool(HAN.search(label)) == (language == "zh-hans"), label


def test_an_empty_record_knows_only_its_names() -> None:
    known = {label for label, row in rows(EnterpriseFactory(district="")).items() if row["value"] is not None}
    assert known == {"Name in Chinese", "Name in English"}


def test_names_are_marked_with_their_own_language() -> None:
    found = rows(EnterpriseFactory())
    assert {label: found[label]["lang"] for label in ("Name in Chinese", "Name in English", "Employees")} == {
        "Name in Chinese": "zh-Hans",
        "Name in English": "en",
        "Employees": "",
    }


@pytest.mark.parametrize(
    ("kind", "words"), [("declared", "declared by"), ("registry", "registry"), ("verified", "verified")]
)
def test_sources_in_words(kind: str, words: str) -> None:
    row = rows(EnterpriseFactory(employees=3, sources={"employees": {"source": kind, "on": "2026-01-05"}}))["Employees"]
    assert words in str(row["source"])
    assert str(row["on"]).startswith("2026-01-05")


@pytest.mark.parametrize("sources", [{}, {"employees": {}}, {"employees": {"source": "rumour"}}])
def test_a_source_nobody_knows_is_left_out(sources: dict[str, Any]) -> None:
    assert rows(EnterpriseFactory(employees=3, sources=sources))["Employees"]["source"] == ""


def test_places_and_industry_by_name() -> None:
    fields = {"industry": IndustryFactory(), "subdistrict": SubdistrictFactory(), "park": ParkFactory()}
    with translation.override("zh-hans"):
        values = {str(row["value"]) for row in rows(EnterpriseFactory(**fields)).values()}
    assert {"嘉兴路街道", "虚构园区"} <= values
    assert any("软件和信息技术服务业" in value for value in values)


@pytest.mark.parametrize(
    ("known", "expires", "label", "value"),
    [
        (False, None, "Titles", None),
        (True, None, "Titles", "none"),
        (False, "", "High-tech enterprise", "held"),
        (False, date(2027, 5, 1), "High-tech enterprise", "valid until 1 May 2027"),
    ],
)
def test_titles(known: bool, expires: Any, label: str, value: str | None) -> None:
    enterprise = EnterpriseFactory(titles_known=known)
    if expires is not None:
        TitleGrant.objects.create(enterprise=enterprise, title=TitleFactory(), expires_on=expires or None)
    assert rows(enterprise)[label]["value"] == value


def test_the_record_takes_one_query_for_its_titles(django_assert_num_queries: Callable[..., Any]) -> None:
    enterprise = EnterpriseFactory(industry=IndustryFactory(), park=ParkFactory())
    for code in ("srdi", "little_giant", "regional_hq"):
        TitleGrant.objects.create(enterprise=enterprise, title=TitleFactory(code=code, name_en=code))
    enterprise = Enterprise.objects.select_related("industry", "subdistrict", "park").get()
    with django_assert_num_queries(1):
        assert len(profile.rows_of(enterprise)[-1]["rows"]) == 3
