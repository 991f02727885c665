"""Dates, amounts and people's text in both languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from portal.core.templatetags import ui

NOV = date(2026, 11, 22)


def zh(filter_: Any, value: Any) -> str:
    with translation.override("zh-hans"):
        return str(filter_(value))


def test_a_day_in_both_languages_is_a_time_element() -> None:
    assert ui.day(NOV) == '<time datetime="2026-11-22">22 November 2026</time>'
    assert zh(ui.day, NOV) == '<time datetime="2026-11-22">2026年11月22日</time>'


def test_a_day_without_markup_for_attributes_and_mail() -> None:
    assert ui.day_plain(date(2026, 3, 1)) == "1 March 2026"
    assert zh(ui.day_plain, date(2026, 3, 1)) == "2026年3月1日"


def test_a_day_of_a_calendar_and_its_month_in_numbers_as_chinese_writes_them() -> None:
    assert ui.day_short(date(2026, 3, 1)) == '<time datetime="2026-03-01">1 Mar</time>'
    assert ">3月1日<" in zh(ui.day_short, date(2026, 3, 1))
    assert (ui.month(NOV), zh(ui.month, NOV)) == ("November 2026", "2026年11月")


def test_a_moment_late_in_utc_is_the_next_day_in_shanghai() -> None:
    late = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
    assert "22 November 2026, 04:05" in ui.moment(late)
    assert 'datetime="2026-11-22T04:05+08:00"' in ui.moment(late)
    assert "2026年11月22日 04:05" in zh(ui.moment, late)
    assert ui.day_plain(late) == "22 November 2026"
    assert ">22 November 2026<" in ui.day(late)


@pytest.mark.parametrize("filter_", [ui.day, ui.day_plain, ui.moment, ui.cny, ui.number, ui.paragraphs])
@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_shown_as_nothing(filter_: Any, nothing: Any) -> None:
    assert filter_(nothing) == ""


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [
        (0, "0元", "CNY 0"),
        (800, "800元", "CNY 800"),
        (9_999, "9,999元", "CNY 9,999"),
        (10_000, "1万元", "CNY 10,000"),
        (200_000, "20万元", "CNY 200,000"),
        (125_000, "12.5万元", "CNY 125,000"),
        (123_456, "123,456元", "CNY 123,456"),
        (10_000_000, "1,000万元", "CNY 10,000,000"),
        (100_000_000, "1亿元", "CNY 100,000,000"),
        (150_000_000, "1.5亿元", "CNY 150,000,000"),
        (123_456_000, "12,345.6万元", "CNY 123,456,000"),
        (-200_000, "-20万元", "CNY -200,000"),
        (Decimal("1200.50"), "1,200.5元", "CNY 1,200.5"),
    ],
)
def test_amounts_are_exact_and_in_the_unit_a_reader_expects(yuan: Any, chinese: str, english: str) -> None:
    assert zh(ui.cny, yuan) == chinese
    assert ui.cny(yuan) == english


def test_numbers_get_separators_in_both_languages() -> None:
    assert ui.number(12434) == zh(ui.number, 12434) == "12,434"
    assert ui.number(0) == "0"


def test_paragraphs_escape_what_people_wrote() -> None:
    text = ui.paragraphs("<script>alert(1)</script>\nsecond line\n\nnew & paragraph  ")
    assert text == "<p>&lt;script&gt;alert(1)&lt;/script&gt;<br>second line</p>\n\n<p>new &amp; paragraph</p>"


def test_paragraphs_keep_emoji_and_right_to_left_text() -> None:
    assert ui.paragraphs("好 🎉 مرحبا") == "<p>好 🎉 مرحبا</p>"


def test_highlight_marks_the_hits_and_escapes_everything() -> None:
    snippet = ui.highlight([("a <b> ", False), ("人工<i>", True), (" & c", False)])
    assert snippet == "a &lt;b&gt; <mark>人工&lt;i&gt;</mark> &amp; c"
    assert ui.highlight([]) == ""


def test_the_filters_are_there_without_loading() -> None:
    page = Template("{{ d|day_plain }} · {{ n|cny }} · {{ t|paragraphs }}")
    assert page.render(Context({"d": NOV, "n": 5, "t": "<x>"})) == "22 November 2026 · CNY 5 · <p>&lt;x&gt;</p>"
