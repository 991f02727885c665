"""How facts are told: in the reader's language, with nothing where nothing may be told."""

from typing import Any

import pytest

from insights.performance import facts as gathered
from insights.performance import files
from portal.core import bilingual

RATES = ("response", "on_time", "resolution", "satisfaction", "spoken")


def row(en: str = "Help", zh: str = "求助", received: int | None = 20, **rates: Any) -> dict[str, Any]:
    return {
        "label": {"en": en, "zh-hans": zh},
        "received": received,
        "rates": {code: rates.get(code, [0, 0]) for code in RATES},
    }


def facts(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    both = [(each.code, str(each.name), str(each.words)) for each in (*gathered.COUNTED, *gathered.figures.RATES)]
    return {
        "first": "2026-01",
        "last": "2026-12",
        "counts": {"received": 12_345, "answered": 7},
        "total": row(response=[9, 10], satisfaction=[3, 4]),
        "tables": {"type": list(rows)},
        "definitions": [
            {"code": code, "name": {"en": name, "zh-hans": f"中{code}"}, "words": {"en": words, "zh-hans": "说明"}}
            for code, name, words in both
        ],
        **more,
    }


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert gathered.shown(facts()).counts[0] == ("Requests received", "12,345")


def test_rates_stand_with_what_they_are_counted_from() -> None:
    name, cell = gathered.shown(facts()).rates[0]
    assert name == "Response rate"
    assert "90" in cell
    assert "9/10" in cell


def test_of_nothing_there_is_no_rate() -> None:
    (_title, _words, (line,)) = gathered.shown(facts(row())).tables[0]
    assert line.numbers == [20, "", "", "", "", ""]
    assert all("none" in cell for _name, cell in line.cells)


def test_what_is_kept_back_says_so_without_a_number() -> None:
    hidden = row(received=None, **dict.fromkeys(RATES))
    (_title, _words, (line,)) = gathered.shown(facts(hidden)).tables[0]
    assert line.received == "fewer than 5"
    assert line.numbers == [""] * 6
    assert all("too few" in cell for _name, cell in line.cells)


@pytest.mark.parametrize(("language", "label"), [("en", "Help"), ("zh-hans", "求助")])
def test_labels_follow_the_reader(language: str, label: str) -> None:
    with bilingual.speaking(language):
        assert gathered.shown(facts(row())).tables[0][2][0].label == label


def test_counts_and_rates_stand_in_their_order_however_they_were_kept() -> None:
    kept = facts(row())
    kept["counts"] = dict(sorted(kept["counts"].items()))
    kept["total"]["rates"] = dict(sorted(kept["total"]["rates"].items(), reverse=True))
    it = gathered.shown(kept)
    assert [name for name, _many in it.counts] == ["Requests received", "Answers given"]
    assert it.heads[:2] == ["Response rate", "On-time rate"]
    assert it.tables[0][2][0].cells[0][0] == "Response rate"


def test_rows_keep_their_order() -> None:
    found = gathered.shown(facts(row("B"), row("A"), row("C")))
    assert [line.label for line in found.tables[0][2]] == ["B", "A", "C"]


def test_a_file_has_a_head_for_each_column() -> None:
    lines = files.lines(facts(row(), row("Complaint", "投诉", 9, response=[9, 9])))
    head = next(line for line in lines if line[:1] == ["Grouped"])
    body = [line for line in lines if line[:1] == ["By type"]]
    assert {len(line) for line in body} == {len(head)}
    assert body[1][:4] == ["By type", "Complaint", 9, 100.0]


def test_a_file_ends_with_what_each_figure_means() -> None:
    lines = files.lines(facts())
    assert len([line for line in lines[-12:] if len(line) == 2 and line[1]]) == 12


@pytest.mark.parametrize("label", ["=HYPERLINK(1)", "+1", "-1", "@sum", "\t=1"])
def test_no_label_is_a_formula(label: str) -> None:
    lines = files.lines(facts(row(label, label)))
    assert [line[1][0] for line in lines if line[:1] == ["By type"]] == ["'"]


@pytest.mark.parametrize("kind", files.KINDS)
def test_every_kind_of_file_is_made(kind: str) -> None:
    answer = files.answer(kind, facts(row()), "service")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="service.{kind}"'
    assert len(answer.content) > 100
