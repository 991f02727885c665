"""Which choices of industry and size criteria rule out, and what they leave open."""

import json
from typing import Any

import pytest

from policies.search.audience import (
    FIELDS,
    INDUSTRY_OPTIONS,
    SECTIONS,
    SIZE_OPTIONS,
    _excludes,
    ruled_out,
    section_name,
)
from portal.core import bilingual
from tests.factories.policies import PolicyFactory

IT, FINANCE, FARMS = ({"field": "industry_code", "op": "in", "value": [code]} for code in ("I65", "J66", "A"))
ONLY_J = {"field": "industry_code", "op": "eq", "value": "J"}
SMALL = {"field": "size", "op": "in", "value": ["micro", "small"]}
LARGE = {"field": "size", "op": "eq", "value": "large"}
STAFF = {"field": "employees", "op": "gte", "value": 10}
SIZES = ["micro", "small", "medium", "large"]


def left(criteria: list[Any]) -> tuple[str, str]:
    """The sections and sizes that remain, as initials; "*" for all of them."""
    out = set(_excludes(json.dumps(criteria)))
    sections = "".join(code for code in SECTIONS if ("industry", code) not in out)
    sizes = " ".join(size for size in SIZES if ("size", size) not in out)
    return "*" if sections == SECTIONS else sections, "*" if sizes == " ".join(SIZES) else sizes


@pytest.mark.parametrize(
    ("criteria", "sections", "sizes"),
    [
        ([], "*", "*"),
        ([STAFF], "*", "*"),
        ([IT], "I", "*"),
        ([ONLY_J], "J", "*"),
        ([IT, STAFF], "I", "*"),
        ([IT, FINANCE], "", "*"),
        ([SMALL], "*", "micro small"),
        ([LARGE], "*", "large"),
        ([SMALL, LARGE], "*", ""),
        ([IT, SMALL], "I", "micro small"),
        ([{"any": [IT, FINANCE]}], "IJ", "*"),
        ([{"any": [IT, SMALL]}], "*", "*"),  # a small one of any industry, and any size within the industry
        ([{"any": [IT, STAFF]}], "*", "*"),
        ([{"any": [{"all": [IT, SMALL]}, {"all": [FINANCE, LARGE]}]}], "IJ", "micro small large"),
        ([{"any": [{"all": [IT, STAFF]}, FINANCE]}], "IJ", "*"),
        ([{"any": [IT, FINANCE]}, FARMS], "", "*"),
        ([{"any": [{"all": [SMALL, STAFF]}, LARGE]}, ONLY_J], "J", "micro small large"),
    ],
)
def test_what_criteria_leave(criteria: list[Any], sections: str, sizes: str) -> None:
    assert left(criteria) == (sections, sizes)


@pytest.mark.parametrize("words", [{"clause_zh_hans": "软件业"}, {"clause_en": "Software"}, {"clause_en": "x" * 5_000}])
def test_what_a_condition_is_called_is_no_matter(words: dict[str, str]) -> None:
    assert left([{**IT, **words}]) == left([IT])


@pytest.mark.parametrize(
    "criteria",
    [
        *("", "[", "{}", "null", "1", '"industry_code"', "[1]", "[null]", "[[]]", '["size"]'),
        '[{"any": 1}]',
        '[{"any": [{"field": "industry_code"}]}]',
        '[{"field": "size", "op": "unheard", "value": "small"}]',
        '[{"field": "industry_code", "op": "in", "value": null}]',
    ],
)
def test_what_cannot_be_read_leaves_everybody(criteria: str) -> None:
    assert _excludes(criteria) == ()


def test_every_section_and_size_has_a_name_in_both_languages() -> None:
    assert [code for code, _name in INDUSTRY_OPTIONS] == list(SECTIONS)
    assert {code for code, _name in SIZE_OPTIONS} == set(FIELDS["size"][1]) == set(SIZES)
    named = {}
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            named[language] = [str(name) for _code, name in (*INDUSTRY_OPTIONS, *SIZE_OPTIONS)]
            assert named[language][: len(SECTIONS)] == [section_name(code) for code in SECTIONS]
            assert len(set(named[language])) == len(named[language])
    assert not set(named["en"]) & set(named["zh-hans"])
    with pytest.raises(KeyError):
        section_name("U")


@pytest.mark.django_db
def test_one_query_for_all_policies_and_drafts_are_none(django_assert_num_queries: Any) -> None:
    made: list[Any] = [PolicyFactory(criteria=each) for each in ([IT], [IT], [FINANCE], [STAFF, SMALL])]
    it, again, finance, small = made
    PolicyFactory(criteria=[STAFF]), PolicyFactory(criteria=[IT], published_at=None)
    with django_assert_num_queries(1):
        out = ruled_out()
    assert set(out["industry"]["I"]) == {finance.pk}
    assert set(out["industry"]["J"]) == {it.pk, again.pk}
    assert out["size"] == {"micro": [], "small": [], "medium": [small.pk], "large": [small.pk]}
    assert set(out["industry"]) == set(SECTIONS)
