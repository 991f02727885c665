"""The pure ranker: what is ruled out, what counts, what is learnt, and that every reason has its sentence."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from investment.enums import Kind
from investment.ranking import ABOUT, LEARNT, PARTS, WEIGHTS, Offer, Taste, Wish, judge, learn, ranked
from investment.words import WORDS, sentence

DAY = date(2026, 11, 23)
WISH = Wish(
    kind=Kind.PREMISES, section="I", area_from=150, area_to=250, budget=5.0, wanted_by=DAY, subdistricts=frozenset("A")
)
FITS = Offer(kind=Kind.PREMISES, area=200, rent=4.5, subdistrict="A", available_on=DAY)
FUND_WISH = Wish(kind=Kind.FUND, section="I", stage="seed", amount=3_000_000)
FUND = Offer(kind=Kind.FUND, ticket_min=1_000_000, ticket_max=5_000_000, stages=frozenset({"seed"}))
SERVICE_WISH = Wish(kind=Kind.RND, section="I", amount=100_000)
SERVICE = Offer(kind=Kind.RND, sections=frozenset("I"), fee=90_000)
NAMES = {"A": "Here", "B": "There", "C": "Manufacturing", "I": "Software"}


def told(wish: Wish, offer: Offer, taste: Taste | None = None) -> list[str]:
    verdict = judge(wish, offer, taste)
    return [sentence(each, NAMES) for each in (*verdict.ruled_out, *verdict.cons, *verdict.pros)]


@pytest.mark.parametrize("kind", Kind.values)
def test_the_weights_of_a_kind_are_one_together_and_all_parts_are_known(kind: str) -> None:
    assert sum(WEIGHTS[kind].values()) == pytest.approx(1)
    assert set(WEIGHTS[kind]) <= {*PARTS, "fresh"}


@pytest.mark.parametrize(
    ("wish", "offer", "words"),
    [
        (WISH, replace(FITS, area=134), "It has only 134 m²; you need 150 m²."),
        (WISH, replace(FITS, area=900), "No part of it is smaller than 900 m²; you need at most 250 m²."),
        (WISH, replace(FITS, area=900, area_min=276), "No part of it is smaller than 276 m²"),
        (
            WISH,
            replace(FITS, available_on=DAY + timedelta(91)),
            "It is delivered too late for you: on 22 Feb",
        ),
        (WISH, replace(FITS, sections=frozenset("C")), "It is not open to your industry, only to: Manufacturing."),
        (
            FUND_WISH,
            replace(FUND, stages=frozenset({"growth", "mature"})),
            "It is not for your stage, only",
        ),
        (FUND_WISH, replace(FUND, ticket_min=3_000_001), "It gives no less than CNY 3,000,001, and you need less."),
    ],
)
def test_what_a_condition_rules_out_is_never_recommended(wish: Wish, offer: Offer, words: str) -> None:
    assert any(text.startswith(words) for text in told(wish, offer)), told(wish, offer)
    assert judge(wish, offer).ruled_out
    assert ranked(wish, [("out", offer)]) == []


@pytest.mark.parametrize(
    ("wish", "offer", "words"),
    [
        (WISH, FITS, "The rent is 10% below your budget."),
        (WISH, replace(FITS, rent=5.0), "The rent is within your budget."),
        (WISH, replace(FITS, rent=5.6), "The rent is above your budget by 12%."),
        (WISH, replace(FITS, rent=5.001), "The rent is above your budget by 1%."),
        (WISH, replace(FITS, rent=None), "The rent is not stated."),
        (WISH, FITS, "The area of 200 m² is what you need."),
        (WISH, replace(FITS, area=900, area_min=100), "900 m² in all; parts from 100 m² can be rented."),
        (WISH, replace(FITS, area=135), "With 135 m² it is 10% smaller than you need."),
        (WISH, replace(FITS, area=275), "With at least 275 m² it is 10% larger than you need."),
        (WISH, replace(FITS, area=None), "The area is not stated."),
        (WISH, FITS, "It is where you want to be: Here."),
        (WISH, replace(FITS, subdistrict="B"), "It is in another place: There."),
        (WISH, replace(FITS, subdistrict=""), "The subdistrict is not stated."),
        (WISH, FITS, "It is delivered in time: on 23 November 2026."),
        (WISH, replace(FITS, available_on=None), "It can be had at once."),
        (WISH, replace(FITS, available_on=DAY + timedelta(1)), "It is delivered 1 day later than you need it"),
        (WISH, replace(FITS, available_on=DAY + timedelta(90)), "It is delivered 90 days later than you need it"),
        (WISH, replace(FITS, sections=frozenset("I")), "It is meant for your industry."),
        (replace(WISH, section=""), replace(FITS, sections=frozenset("C")), "It is open to some industries only"),
        (WISH, replace(FITS, age=14), "The provider has confirmed it within the last two weeks."),
        (FUND_WISH, FUND, "The amount you need is within what it gives."),
        (FUND_WISH, replace(FUND, ticket_max=2_100_000), "It gives at most CNY 2,100,000: 70% of what you need."),
        (FUND_WISH, replace(FUND, ticket_min=None, ticket_max=None), "How much it gives is not stated."),
        (FUND_WISH, FUND, "It is meant for companies at your stage."),
        (replace(FUND_WISH, stage=""), FUND, "It is for companies at certain stages only: Seed."),
        (SERVICE_WISH, SERVICE, "The fee is within what you want to spend."),
        (SERVICE_WISH, replace(SERVICE, fee=120_000), "The fee is above what you want to spend by 20%."),
        (SERVICE_WISH, replace(SERVICE, fee=None), "The fee is not stated."),
    ],
)
def test_everything_else_is_said_and_rules_nothing_out(wish: Wish, offer: Offer, words: str) -> None:
    assert any(text.startswith(words) for text in told(wish, offer)), told(wish, offer)
    assert not judge(wish, offer).ruled_out


@pytest.mark.parametrize(
    ("worse"),
    [
        {"rent": 5.2},
        {"rent": 4.9},
        {"area": 140},
        {"area": 270},
        {"subdistrict": "B"},
        {"available_on": DAY + timedelta(30)},
        {"age": 40},
    ],
)
def test_what_is_worse_in_one_thing_stands_below(worse: dict[str, Any]) -> None:
    assert ranked(WISH, [("worse", replace(FITS, **worse)), ("fits", FITS)]) == ["fits", "worse"]


def test_another_kind_is_nothing_to_rank() -> None:
    assert ranked(WISH, [("fund", FUND), ("fits", FITS)]) == ["fits"]


def test_a_need_that_says_nothing_still_has_an_order_and_no_wrong_reason() -> None:
    bare = Wish(kind=Kind.PREMISES)
    assert ranked(bare, [("old", replace(FITS, age=50)), ("new", FITS)]) == ["new", "old"]
    assert told(bare, replace(FITS, age=50)) == []


@pytest.mark.parametrize(
    ("why", "lower", "same"),
    [
        ("place", {"subdistrict": "B", "park": "q"}, {"fitout": "bare"}),
        ("fitout", {"fitout": "bare"}, {"subdistrict": "B"}),
        ("provider", {"provider": 7}, {"subdistrict": "B"}),
        ("price", {"rent": 4.9}, {"rent": 4.7, "subdistrict": "B", "fitout": "bare", "provider": 7}),
        ("other", {"park": "q"}, {"subdistrict": "B"}),
    ],
)
def test_what_was_declined_lowers_others_only_in_what_was_the_reason(why: str, lower: Any, same: Any) -> None:
    declined = Offer(kind=Kind.PREMISES, rent=4.8, subdistrict="B", park="q", fitout="bare", provider=7)
    taste = learn([(declined, -1.0, why), (declined, -1.0, why)])

    def learnt(**facts: Any) -> float:
        offer = replace(FITS, **facts)
        return judge(WISH, offer, taste).score - judge(WISH, offer).score

    assert learnt(**lower) < -0.03
    assert learnt(**same) == 0
    assert any("You declined" in text for text in told(WISH, replace(FITS, **lower), taste))


def test_what_was_liked_lifts_others_and_never_over_a_condition() -> None:
    taste = learn([(FITS, 1.0, ""), (FITS, 1.0, "")])
    assert judge(WISH, FITS, taste).score > judge(WISH, FITS).score
    assert "You liked something like it (same subdistrict), so it stands higher." in told(WISH, FITS, taste)
    assert ranked(WISH, [("out", replace(FITS, area=10))], taste) == []


def test_what_is_learnt_is_bounded_however_often_one_clicks() -> None:
    many = learn([(replace(FITS, park="p", fitout="bare", provider=1), -1.0, "other")] * 50)
    assert set(many.features.values()) == {-1.0}
    assert sum(LEARNT.values()) < 0.4
    assert set(ABOUT) == {"price", "place", "fitout", "provider", "other"}


def test_opposite_signals_cancel_out() -> None:
    assert learn([(FITS, 1.0, ""), (FITS, -1.0, "place")]).features == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_reason_has_a_sentence_in_both_languages(language: str) -> None:
    facts = {
        "percent": 5,
        "area": 1,
        "smallest": 1,
        "wanted": 2,
        "place": "A",
        "day": DAY,
        "days": 3,
        "sections": ("C",),
        "stages": ("seed",),
        "features": ("place", "park"),
        "amount": 10_000,
    }
    from investment.ranking import Reason

    with translation.override(language):
        for code in WORDS:
            text = sentence(Reason(code, facts), NAMES)
            assert text.endswith("." if language == "en" else "。"), text
            assert "%" not in text.replace("5%", "").replace("10%", "")
