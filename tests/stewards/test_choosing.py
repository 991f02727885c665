"""Who gets a request that has no steward: the pure function, without a database."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stewards.assignment.choosing import Candidate, Wanted, choose, unavailable, unfit
from stewards.assignment.words import sentence

RENT, FUNDS, MONEY = 11, 12, 1  # two subjects, and the one above the second
WANTED = Wanted("help", FUNDS, MONEY, "zh-hans", "310109014", "tower", "I")


def one(key: int = 1, **facts: Any) -> Candidate:
    sets = {name: frozenset(value) if isinstance(value, list) else value for name, value in facts.items()}
    return Candidate(key=key, person=f"p{key}", **sets)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, None),
        ({"languages": ["en"]}, "language"),
        ({"types": ["complaint"]}, "type"),
        ({"types": ["complaint", "help"]}, None),
        ({"categories": [RENT]}, "subject"),
        ({"categories": [FUNDS]}, None),
        ({"categories": [MONEY]}, None),
        ({"industries": ["J"]}, "industry"),
        ({"industries": ["I", "J"]}, None),
        ({"subdistricts": ["310109099"]}, "area"),
        ({"subdistricts": ["310109014"]}, None),
        ({"parks": ["tower"], "subdistricts": ["310109099"]}, None),
        ({"parks": ["other"]}, "area"),
        ({"away_until": date(2026, 11, 30)}, "away"),
        ({"open": 30}, "full"),
        ({"open": 29}, None),
        ({"open": 2, "capacity": 2}, "full"),
    ],
)
def test_what_keeps_somebody_from_a_request(facts: dict[str, Any], why: str | None) -> None:
    choice = choose([one(**facts)], WANTED)
    assert (choice.person is None) == (why is not None)
    assert [words[0] for _each, words in choice.passed_over] == ([why] if why else [])


def test_what_is_not_known_keeps_nobody_away() -> None:
    narrow = one(types=["help"], categories=[RENT], subdistricts=["x"], parks=["y"], industries=["J"])
    assert choose([narrow], Wanted(type="help", language="zh-hans")).person == "p1"


CLOSER = [
    ({"categories": [FUNDS]}, {"categories": [MONEY]}),
    ({"categories": [MONEY]}, {"types": ["help"]}),
    ({"types": ["help"]}, {}),
    ({"categories": [FUNDS]}, {"parks": ["tower"], "industries": ["I"]}),
    ({"parks": ["tower"]}, {"subdistricts": ["310109014"]}),
    ({"subdistricts": ["310109014"]}, {"industries": ["I"]}),
    ({"industries": ["I"]}, {}),
]


@pytest.mark.parametrize(("closer", "wider"), CLOSER)
def test_who_fits_more_closely_comes_first_whatever_the_load(closer: Any, wider: Any) -> None:
    """Subject before place before industry, before load and turn."""
    choice = choose([one(1, **wider), one(2, **closer, open=29, turn=9)], WANTED)
    assert choice.person == "p2"
    assert [(each.key, words[0]) for each, words in choice.passed_over] == [(1, "closer")]


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ({"open": 8}, {"open": 7, "turn": 9}, "fuller"),  # a quarter of thirty begins with eight
        ({"open": 7}, {"open": 0, "turn": -1}, "turn"),
        ({"open": 3, "capacity": 4}, {"open": 15, "turn": 9}, "fuller"),
        ({"turn": 4}, {"turn": 3}, "turn"),
    ],
)
def test_room_then_turn(first: Any, second: Any, why: str) -> None:
    choice = choose([one(1, **first), one(2, **second)], WANTED)
    assert (choice.person, choice.passed_over[0][1][0]) == ("p2", why)


def test_why_this_person_is_told_in_words() -> None:
    best = one(categories=[FUNDS], parks=["tower"], industries=["I"], languages=["en", "zh-hans"], open=3)
    choice = choose([best, one(2, languages=["en"], turn=4)], replace(WANTED, language="en"))
    assert [sentence(*words) for words in choice.reasons] == [
        "The subject is theirs.",
        "The place is theirs.",
        "The industry is theirs.",
        "Writes in the language of the request: English.",
        "Has room: 3 of 30 open requests.",
        "Fits best of the 2 people who can take it.",
    ]


@pytest.mark.parametrize(
    ("people", "last"),
    [
        (1, "The only person who can take it."),
        (3, "Has waited longest of the 3 people who fit equally well."),
    ],
)
def test_how_many_were_equal(people: int, last: str) -> None:
    choice = choose([one(key, turn=key, types=["help"]) for key in range(1, people + 1)], WANTED)
    assert sentence(*choice.reasons[0]) == "Requests of this type are theirs: Help."
    assert sentence(*choice.reasons[-1]) == last


def test_every_reason_has_a_sentence() -> None:
    people = [
        one(1, languages=["en"]), one(2, types=["report"]), one(3, categories=[RENT]), one(4, industries=["J"]),
        one(5, subdistricts=["x"]), one(6, away_until=date(2026, 11, 30)), one(7, open=30), one(8, open=20),
        one(9, turn=1), one(10, turn=2), one(11, types=["help"]),
    ]  # fmt: skip
    told = {words[0]: sentence(*words) for _each, words in choose(people, WANTED).passed_over}
    assert told["away"] == "is away until 30 November 2026"
    assert told["full"] == "has no room: 30 of 30 open requests"
    assert told["language"] == "does not write in the language of the request: Chinese"
    assert set(told) == {"language", "type", "subject", "industry", "area", "away", "full", "closer"}
    assert {words[0] for _each, words in choose(people[:-1], WANTED).passed_over} >= {"fuller", "turn"}


def give(people: list[Candidate], times: int) -> Counter[int]:
    """So many requests one after the other, nothing being answered meanwhile."""
    given: Counter[int] = Counter()
    for turn in range(1, times + 1):
        chosen = choose(people, WANTED).person
        if chosen is None:
            break
        given[int(chosen[1:])] += 1
        people = [replace(each, open=each.open + 1, turn=turn) if each.person == chosen else each for each in people]
    return given


def test_two_hundred_requests_over_five_equal_people_differ_by_one_at_most() -> None:
    given = give([one(key, capacity=100) for key in range(5)], 200)
    assert sum(given.values()) == 200
    assert max(given.values()) - min(given.values()) <= 1


def test_with_leave_and_load() -> None:
    """One is away, one is full after ten, one begins with half a desk: the others carry the same."""
    people = [
        *(one(1, capacity=100), one(2, capacity=100), one(3, capacity=100, open=50)),
        *(one(4, capacity=10), one(5, away_until=date(2026, 11, 30))),
    ]
    given = give(people, 200)
    assert (given[5], given[4]) == (0, 10)
    assert given[1] + given[2] + given[3] == 190
    assert abs(given[1] - given[2]) <= 1
    assert 100 - given[3] - 50 <= 26  # who began with half a desk has caught up to within a quarter


people_of = st.lists(
    st.builds(
        one,
        key=st.integers(1, 10**6),
        types=st.sets(st.sampled_from(["help", "report"])).map(list),
        subdistricts=st.sets(st.sampled_from(["310109014", "310109099"])).map(list),
        languages=st.sets(st.sampled_from(["zh-hans", "en"])).map(list),
        open=st.integers(0, 40),
        turn=st.integers(0, 50),
        away_until=st.none() | st.just(date(2026, 12, 1)),
    ),
    max_size=8,
    unique_by=lambda each: each.key,
)


@settings(max_examples=40)
@given(people_of, st.sampled_from(["zh-hans", "en"]))
def test_whoever_is_chosen_can_take_it_and_everybody_else_is_told_why(people: list[Candidate], language: str) -> None:
    wanted = replace(WANTED, language=language)
    choice = choose(people, wanted)
    able = [each for each in people if not (unfit(each, wanted) or unavailable(each))]
    assert (choice.person is None) == (not able)
    assert choice.person in [None, *(each.person for each in able)]
    assert len(choice.passed_over) == len(people) - bool(able)
    assert choice == choose(people[::-1], wanted) or Counter(map(repr, choice.passed_over)) == Counter(
        map(repr, choose(people[::-1], wanted).passed_over)
    )
