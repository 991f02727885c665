"""The order of suggestions, on titles alone: lines that begin so, words that do, the rest; each title once."""

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from policies.models import SynonymGroup
from policies.search import typing
from policies.search.typing import LOOKED_AT, MOST, Titles, _line_of, _numbers, suggestions
from portal.core import bilingual
from portal.core.search import normalise
from tests.factories.policies import PolicyFactory

DAY = date(2026, 6, 1)


def titles(*lines: str) -> Titles:
    return Titles.of([(str(n), line, "") for n, line in enumerate(lines)], (normalise(line) for line in lines))


def like(typed: str, *lines: str) -> list[str]:
    return [title for _slug, title, _number in titles(*lines).like(typed)]


@pytest.mark.parametrize(
    ("typed", "lines", "order"),
    [
        ("rent", ["Current", "A rent", "Rent"], ["Rent", "A rent", "Current"]),
        ("rent", ["Rent b", "Rent a"], ["Rent b", "Rent a"]),  # as they stand: the newest first
        ("rent", ["Rent and rent again", "x"], ["Rent and rent again"]),  # each once
        ("rent", ["Current rent"], ["Current rent"]),
        ("rent r", ["Rent relief", "Rent", "Some rent relief"], ["Rent relief", "Some rent relief"]),
        ("-rent", ["Low-rent homes"], ["Low-rent homes"]),
        ("rent", ["Low-rent", "(Rent)", "“Rent”", "3rent"], ["Low-rent", "(Rent)", "“Rent”", "3rent"]),
        ("人才", ["引进人才", "人才公寓", "高层次人才"], ["人才公寓", "引进人才", "高层次人才"]),
        ("才公", ["人才公寓"], ["人才公寓"]),
        ("5g", ["First 5G", "5G base"], ["5G base", "First 5G"]),
        ("é", ["Café", "Étude"], ["Étude", "Café"]),
        ("a b", ["x a", "b y"], []),  # nothing reaches over from one title into the next
        ("zz", ["a", "b"], []),
        ("a", [], []),
        ("a", ["", "a", ""], ["a"]),  # who has no title in a language has none to suggest
        (".*", ["a", "b"], []),
        ("%", ["100% grant", "_"], ["100% grant"]),
    ],
)
def test_titles_in_order(typed: str, lines: list[str], order: list[str]) -> None:
    assert like(typed, *lines) == order


@pytest.mark.parametrize(("at", "line"), [(1, 0), (5, 0), (6, 1), (7, 1), (9, 2), (99, 2)])
def test_the_line_of_a_place(at: int, line: int) -> None:
    assert _line_of([1, 6, 9], at) == line


def test_every_line_is_found_from_its_first_to_its_last_letter() -> None:
    lines = ["alpha", "beta", "gamma 三", "δ"]
    known = titles(*lines)
    for line in lines:
        for start in range(len(line)):
            assert line in [title for _slug, title, _number in known.like(line[start:])], line[start:]
    assert known.starts == [1, 7, 12, 20]


def test_what_is_everywhere_is_looked_for_in_so_many_places_only() -> None:
    many = [f"x{n} a" for n in range(LOOKED_AT * 3)]
    assert len(like("a", *many)) == LOOKED_AT
    assert like("a", *many, "a last")[0] == "a last"  # what begins with it is found however late it stands
    assert len(like("a", "a " * LOOKED_AT * 5, "also")) == 2


class TestNumbers:
    LINES = ("沪府规〔2031〕5号", "沪府规〔2031〕15号", "虹发改〔2032〕5号", "")

    def numbers(self, typed: str) -> list[str]:
        entries = [(str(n), f"标题{n}\nTitle {n}", number) for n, number in enumerate(self.LINES)]
        known = Titles.of(entries, (typing._UNTOLD.sub("", normalise(number)) for number in self.LINES))
        return ["".join(text for text, _hit in each.pieces) for each in _numbers(known, normalise(typed))]

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("2031", [0, 1]),
            ("2032", [2]),
            ("〔2031〕 5 号", [0]),
            ("(2031)第", []),
            ("沪府规", [0, 1]),
            ("府规2031", [0, 1]),
            ("5号", [0, 1, 2]),
            ("２０３２", [2]),
            ("号", []),  # one character says too little
            ("5", []),
            ("虹", []),
            ("虹改", []),
            ("规_2031_15", [1]),
            ("2031 rent", []),
            ("", []),
        ],
    )
    def test_are_found_by_what_is_left_without_brackets(self, typed: str, found: list[int]) -> None:
        assert self.numbers(typed) == [self.LINES[n] for n in found]

    @pytest.mark.parametrize(("language", "note"), [("en", "Title 0"), ("zh-hans", "标题0")])
    def test_are_told_with_the_title_in_the_pages_language(self, language: str, note: str) -> None:
        known = Titles.of([("a", "标题0\nTitle 0", "1号")] * 9, ["1号"] * 9)
        with bilingual.speaking(language):
            found = _numbers(known, "1号")
        assert {each.note for each in found} == {note}
        assert len(found) == MOST // 2


@pytest.mark.django_db
class TestSuggestions:
    @pytest.fixture(autouse=True)
    def _no_words(self) -> None:
        SynonymGroup.objects.all().delete()

    def test_markup_in_titles_numbers_and_words_is_shown_as_it_is(self) -> None:
        odd = '<img src=x onerror="a()">&amp;'
        PolicyFactory(title_en=f"{odd} rent", title_zh_hans=f"{odd}房租", document_number="<b>〔2031〕5号")
        SynonymGroup.objects.create(words_zh_hans=["房租"], words_en=["<u>rent</u> aid"])
        for typed, shown in (("rent", odd), ("2031", "<b>〔2031〕5号"), ("房租", odd), ("rent", "<u>rent</u> aid")):
            page = Client().get("/en/policies/suggest/", {"q": typed}).content.decode()
            assert not any(tag in page for tag in ("<img", "<b>", "<u>"))
            assert shown in unescape(page.replace("<mark>", "").replace("</mark>", ""))

    @pytest.mark.parametrize(
        ("typed", "marked"),
        [("rent", "<mark>Rent</mark> &amp; rates"), ("rent & r", "<mark>Rent</mark> &amp; <mark>rates</mark>")],
    )
    def test_what_was_typed_is_marked(self, typed: str, marked: str) -> None:
        PolicyFactory(title_en="Rent & rates")
        assert marked in Client().get("/en/policies/suggest/", {"q": typed}).content.decode()

    def test_a_number_comes_first_then_words_then_titles_and_no_policy_twice(self) -> None:
        one = PolicyFactory(title_en="2031 plan", document_number="虚规〔2031〕1号")
        two = PolicyFactory(title_en="Plan 2031")
        SynonymGroup.objects.create(words_zh_hans=[], words_en=["2031 vision", "the year 2031"])
        urls = [each.url for each in suggestions("2031", DAY)]
        assert [url for url in urls if "?" not in url] == [f"/en/policies/{each.slug}/" for each in (one, two)]
        assert ["?" in url for url in urls] == [False, True, True, False]

    @pytest.mark.parametrize("change", [{"repealed_on": date(2020, 1, 1)}, {"published_at": None}])
    def test_what_is_over_or_not_public_is_never_suggested(self, change: dict[str, Any]) -> None:
        PolicyFactory(title_en="Harbour aid", document_number="虚规〔2031〕1号", **change)
        assert suggestions("harbour", DAY) == suggestions("2031", DAY) == []

    @pytest.mark.parametrize("typed", ["harbour" + " " * 500, "x" * 59 + " harbour", "harbour\x00", "\ud83dharbour"])
    def test_long_and_odd_words_break_nothing(self, typed: str) -> None:
        PolicyFactory(title_en="Harbour aid")
        assert len(suggestions(typed, DAY)) <= 1
        assert len(suggestions(typed * 50, DAY)) <= 1
