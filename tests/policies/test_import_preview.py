"""The preview says of every row what it would do, with row and column named; nothing of a policy is written."""

from typing import Any

import pytest
from django.utils import translation

from policies import workflow
from policies.exchange import importing
from policies.exchange.cleaning import Cleaner, Wrong
from policies.models import ImportRow, Policy, PolicyImport, Revision
from portal.core.access import Refused
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.imports import complete, imported, records, row_of, text, workbook
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import draft, editor

pytestmark = pytest.mark.django_db


def kinds(batch: PolicyImport) -> list[str]:
    return list(batch.rows.order_by("number").values_list("kind", flat=True))


def faults(batch: PolicyImport, number: int = 1) -> list[tuple[str, str, str]]:
    """(column, cell, words in English) of one row."""
    return [(column, cell, english) for column, cell, _chinese, english in row_of(batch, number).faults]


def test_every_kind_of_row_and_what_changed() -> None:
    PolicyFactory(slug="same", title_en="Same", max_amount_cny=200_000)
    changed = PolicyFactory(slug="changed", title_en="Old", max_amount_cny=200_000, version=3)
    written = workflow.revise(PolicyFactory(slug="busy", title_en="Busy"), by=editor(name_en="Zheng Jie"))
    before = (Policy.objects.count(), Revision.objects.count())
    rows = [
        ["slug", "title_en", "max_amount_cny"],
        ["new-one", "New", "20万元"],
        ["changed", "New words", "300,000"],
        ["same", "Same ", 200000],
        ["busy", "Other", None],
        ["same-again", "x" * 301, "many"],
    ]
    batch = importing.upload(workbook(rows), by=editor())
    assert batch.counts == {"new": 1, "changed": 1, "unchanged": 1, "busy": 1, "wrong": 1}
    assert kinds(batch) == ["new", "changed", "unchanged", "busy", "wrong"]
    row = row_of(batch, 3)
    assert row.changes == [["title_en", "Old", "New words"], ["max_amount_cny", 200000, 300000]]
    assert (row.policy, row.seen, row.content) == (changed, 3, {"title_en": "New words", "max_amount_cny": 300000})
    assert row_of(batch, 2).content == {"title_en": "New", "max_amount_cny": 200000}
    assert row_of(batch, 5).revision == written
    assert faults(batch, 6) == [
        ("title_en", "B6", "is longer than 300 characters"),
        ("max_amount_cny", "C6", "“many” is no whole amount of yuan such as 200,000 or 20万元"),
    ]
    assert (Policy.objects.count(), Revision.objects.count()) == before


def test_what_is_wrong_is_said_in_both_languages() -> None:
    with translation.override("zh-hans"):
        batch = imported({"slug": "a", "title_en": "A", "issued_on": "soon"})
    [[column, cell, chinese, english]] = row_of(batch).faults
    assert (column, cell) == ("issued_on", "")
    assert english == "“soon” is not a date such as 2026-01-31 or 2026年1月31日"
    assert chinese
    assert chinese != english


def test_departments_are_known_by_code_and_by_name_in_either_language() -> None:
    one = DepartmentFactory(code="commerce", name_zh_hans="虚构商务委", name_en="Fictional Commerce")
    DepartmentFactory(code="twin-a", name_zh_hans="同名", name_en="Twin")
    DepartmentFactory(code="twin-b", name_zh_hans="同名", name_en="Twin")
    clean = Cleaner.load().clean
    assert {clean("department_id", name) for name in ("commerce", "虚构商务委", "fictional commerce")} == {one.pk}
    with pytest.raises(Wrong, match="several departments"):
        clean("department_id", "Twin")


def test_a_policy_is_recognised_by_short_name_else_number_else_chinese_title() -> None:
    slug = PolicyFactory(slug="by-slug", document_number="1号", title_zh_hans="甲")
    number = PolicyFactory(document_number="2号", title_zh_hans="乙")
    title = PolicyFactory(title_zh_hans="丙")
    twins = [
        PolicyFactory(slug=f"twin-{n}", document_number="4号", title_zh_hans=name) for n, name in enumerate("丁戊")
    ]
    names = ("slug", "document_number", "title_zh_hans")
    asked = [
        ("by-slug", "2号", "丙"),
        (None, "2号", "新名"),
        (None, "9号", "丙"),
        (None, "4号", "戊"),
        (None, "4号", "己"),
        ("brand-new", "1号", "甲"),
    ]
    batch = imported(*(dict(zip(names, each, strict=True)) for each in asked))
    found = [row_of(batch, n).policy for n in range(1, 7)]
    assert found == [slug, number, title, twins[1], None, None]
    assert kinds(batch)[3:] == ["unchanged", "wrong", "new"]
    assert "fits several policies: twin-0, twin-1" in faults(batch, 5)[0][2]


def test_two_rows_about_one_policy() -> None:
    PolicyFactory(slug="one", document_number="1号")
    batch = imported(
        {"slug": "one", "title_en": "A"},
        {"document_number": "1号", "title_en": "B"},
        {"slug": "two", "title_en": "A"},
        {"slug": "Two", "title_en": "B"},
    )
    assert kinds(batch) == ["changed", "wrong", "new", "wrong"]
    assert faults(batch, 2) == [
        ("document_number", "", "is about the same policy as row 1; a short name tells two apart")
    ]
    assert "row 3" in faults(batch, 4)[0][2]


@pytest.mark.parametrize(
    ("fields", "column", "words"),
    [
        ({"effective_to": "2025-12-31"}, "effective_to", "2025-12-31 lies before the beginning 2026-01-01"),
        ({"window_opens": "2026-03-02", "window_closes": "2026-03-01"}, "window_closes", "lies before"),
        ({"excludes": "nowhere"}, "excludes", "“nowhere”"),
        ({"criteria": [{"field": "industry_code", "op": "in", "value": ["I9999"]}]}, "criteria", "“I9999” is not on"),
        ({"title_en": "", "title_zh_hans": ""}, "title_zh_hans", "at least one language"),
    ],
)
def test_what_is_wrong_with_a_row_as_a_whole(fields: dict[str, Any], column: str, words: str) -> None:
    PolicyFactory(slug="one", effective_from="2026-01-01")
    batch = imported({"slug": "one", **fields})
    [(where, _cell, said)] = faults(batch)
    assert where == column
    assert words in said


def test_a_row_that_says_of_no_policy_and_a_new_one_without_title() -> None:
    batch = imported({"slug": "", "level": "district"}, {"slug": "bare"})
    assert kinds(batch) == ["wrong", "wrong"]
    assert [words for _column, _cell, words in faults(batch, 1)] == [
        "is missing: give a title in at least one language",
        "is empty: nothing says which policy this row is about",
    ]


def test_what_is_empty_empties_and_what_is_left_out_stays() -> None:
    PolicyFactory(slug="one", benefit_en="Much", document_number="1号", level="park", confidence="low")
    batch = imported({"slug": "one", "benefit_en": "", "level": "", "confidence": None})
    assert row_of(batch).changes == [["benefit_en", "Much", ""]]


def test_policies_of_the_same_file_may_exclude_each_other() -> None:
    assert kinds(imported(complete(slug="a", excludes="b"), complete(slug="b", excludes=["a"]))) == ["new", "new"]


def test_the_draft_of_a_new_policy_is_recognised_too() -> None:
    revision = draft(document_number="7号")
    same = imported({"document_number": "7号", "title_en": "Fictional subsidy"})
    other = imported({"slug": revision.policy.slug, "title_en": "Else"})
    assert (kinds(same), kinds(other)) == (["unchanged"], ["busy"])
    assert row_of(other).changes == [["title_en", "Fictional subsidy", "Else"]]
    workflow.discard(revision, by=revision.author)  # type: ignore[arg-type]
    assert kinds(imported({"document_number": "7号", "title_en": "Else"})) == ["new"]


def test_formulas_and_merged_cells_are_named() -> None:
    rows = [["slug", "title_en", "summary_en"], ["a", "=1+1", "x"], ["b", "B", "C"]]
    batch = importing.upload(workbook(rows, merged=["B3:C3"]), by=editor())
    assert faults(batch, 2) == [("title_en", "B2", "holds a formula; give its value instead")]
    assert [(cell, "merged" in words) for _column, cell, words in faults(batch, 3)] == [("B3", True), ("C3", True)]
    assert faults(importing.upload(text(rows[:2]), by=editor()), 2)[0][1:] == faults(batch, 2)[0][1:]


def test_one_person_keeps_ten_previews_and_others_import_nothing() -> None:
    by = editor()
    for _time in range(10):
        imported({"slug": "a", "title_en": "A"}, by=by)
    with pytest.raises(Refused, match="10 previews"):
        imported({"slug": "a", "title_en": "A"}, by=by)
    for role in ("reviewer", "translator", "admin"):
        with pytest.raises(Refused, match="Only policy editors"):
            imported({"slug": "a", "title_en": "A"}, by=UserFactory(roles=[role]))
    assert ImportRow.objects.count() == 10


def test_a_file_is_compared_in_a_handful_of_queries(django_assert_max_num_queries: Any) -> None:
    by, rows = editor(), [complete(slug=f"s-{n}", title_zh_hans=f"题{n}") for n in range(30)]
    with django_assert_max_num_queries(16):
        importing.upload(records(*rows), by=by)
