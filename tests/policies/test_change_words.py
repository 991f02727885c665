"""What followers read of a change: sentences in their language."""

from typing import Any

import pytest
from django.utils import translation

from policies.alerts.change_words import changes_told

STAFF = {"field": "employees", "op": "gte", "value": 10}
MORE = {"field": "employees", "op": "gte", "value": 20}
CLAUSE = {**STAFF, "clause_en": "Article 2"}


@pytest.mark.parametrize(
    ("column", "old", "new", "told"),
    [
        ("max_amount_cny", 200_000, 300_000, "Amount up from CNY 200,000 to CNY 300,000"),
        ("max_amount_cny", 300_000, 200_000, "Amount down from CNY 300,000 to CNY 200,000"),
        ("max_amount_cny", None, 200_000, "Amount: up to CNY 200,000 (none was stated before)"),
        ("max_amount_cny", 200_000, None, "Amount: no longer stated (was up to CNY 200,000)"),
        (
            *("window_closes", "2027-02-28", "2027-03-31"),
            "Applications now close on 31 March 2027 (was 28 February 2027)",
        ),
        ("window_closes", None, "2027-03-31", "Applications now close on 31 March 2027 (no day was stated before)"),
        ("window_closes", "2027-02-28", "", "Applications: no closing day is stated any more (was 28 February 2027)"),
        ("window_opens", "2027-02-01", "2027-02-02", "Applications open: now 2 February 2027 (was 1 February 2027)"),
        ("effective_to", None, "2027-12-31", "In force until: now 31 December 2027"),
        ("effective_to", "2027-12-31", None, "In force until: no longer stated (was 31 December 2027)"),
        (
            "mode",
            "normal",
            "no_application",
            "How it is obtained: now Enjoyed without application (was By application)",
        ),
        ("document_number", "", "No. 5", "Document number: now No. 5"),
        ("title_en", "Old", "New", "Title: now New (was Old)"),
        ("title_zh_hans", "旧", "新", "Text changed: Title (Chinese)"),
        ("materials_en", "A", "B", "Text changed: Application materials"),
        ("materials_zh_hans", "甲", "乙", "Text changed: Application materials (Chinese)"),
        ("source_url", "", "https://example.org/", "Text changed: Source"),
        ("criteria", [STAFF], [MORE], "Conditions changed: now “At least 20 employees”"),
        ("criteria", [STAFF], [], "Conditions changed: no longer “At least 10 employees”"),
        (
            *("criteria", [STAFF], [CLAUSE]),
            "Conditions changed: how they are put together, or the clauses they refer to",
        ),
    ],
)
def test_each_change_is_one_sentence(column: str, old: Any, new: Any, told: str) -> None:
    lines = changes_told({column: old}, {column: new}, {})
    assert told in lines
    assert len(lines) == 1 or column == "criteria"


def test_the_same_in_chinese() -> None:
    before = {"max_amount_cny": 200_000, "materials_zh_hans": "甲", "window_closes": "2027-02-28"}
    after = {"max_amount_cny": 300_000, "materials_zh_hans": "乙", "window_closes": "2027-03-31"}
    with translation.override("zh-hans"):
        assert changes_told(before, after, {}) == [
            "扶持金额由20万元提高至30万元",
            "申报截止日期调整为2027年3月31日（原为2027年2月28日）",
            "文字修改：申报材料",
        ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({"title_en": None, "criteria": []}, {"title_en": "", "criteria": None}),
        ({"translated": []}, {"translated": ["title_en"]}),
        ({"confidence": "low"}, {"confidence": "high"}),
    ],
)
def test_what_concerns_nobody_is_not_told(before: Any, after: Any) -> None:
    assert changes_told(before, after, {}) == []
