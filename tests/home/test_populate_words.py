"""What generated rows say and when it happened: the parts of manage.py populate that need no database."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random

import pytest

from accounts.enums import Role
from stewards.enums import DONE_STATES, RequestState
from stewards.populate import words
from stewards.populate.people import _role
from stewards.populate.requests import CLOSED, OPEN, TYPES, _moment, _times, _weighted

SUBMITTED = datetime(2026, 11, 20, 2, tzinfo=UTC)
STATES = [state for state, _weight in (*CLOSED, *OPEN)]


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


# --- words --------------------------------------------------------------------------------------------------------


def test_every_request_text_is_another_one() -> None:
    texts = [words.request(n) for n in range(words.REQUEST_TEXTS)]
    assert len({(subject, body) for subject, body, _language in texts}) == words.REQUEST_TEXTS
    assert Counter(language for _subject, _body, language in texts)["en"] == words.REQUEST_TEXTS // 2
    for subject, body, language in texts:
        assert is_chinese(subject) is is_chinese(body) is (language == "zh-hans")
        assert len(subject) <= 200
        assert len(subject) < len(body)


def test_texts_begin_again_after_the_last() -> None:
    assert words.request(words.REQUEST_TEXTS) == words.request(0)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_says_the_same(seed: int) -> None:
    for make in (words.enterprise, words.policy):
        first, second = ([make(n, rng) for n in range(20)] for rng in (Random(seed), Random(seed)))
        assert first == second
        assert first != [make(n, Random(seed + 99)) for n in range(20)]


def test_enterprises_are_fictional_and_all_different() -> None:
    rng = Random(1)
    names = [words.enterprise(n, rng) for n in range(500)]
    assert len({zh for zh, _en in names}) == len({en for _zh, en in names}) == 500
    assert all(zh.startswith("虚构") and en.startswith("Fictional") for zh, en in names)
    assert not any(is_chinese(en) for _zh, en in names)


def test_a_policy_says_the_same_in_both_languages() -> None:
    rng = Random(1)
    for n in range(200):
        title_zh, title_en, issuer_zh, issuer_en, summary_zh, summary_en = words.policy(n, rng)
        assert f"第{n}号" in title_zh
        assert f"measure {n}:" in title_en
        assert issuer_zh in summary_zh
        assert issuer_en in summary_en
        assert [is_chinese(text) for text in (title_zh, title_en, summary_zh, summary_en)] == [True, False] * 2


# --- people -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [100, 500])
def test_of_a_hundred_two_are_admins_and_most_are_stewards(count: int) -> None:
    roles = Counter(_role(n) for n in range(count))
    assert roles == {Role.ADMIN: count // 50, Role.HANDLER: 28 * count // 100 - 1, Role.STEWARD: 70 * count // 100 + 1}


def test_the_first_is_a_steward() -> None:
    assert _role(0) == Role.STEWARD


# --- times --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES)
def test_a_state_has_behind_it_what_leads_to_it(state: str) -> None:
    rng = Random(7)
    for _n in range(50):
        times = _times(state, SUBMITTED, rng)
        assert next(iter(times.items())) == ("submitted", SUBMITTED)
        assert min(times.values()) == SUBMITTED
        assert ("answered" in times) is (state in DONE_STATES)
        assert ("closed" in times) is (state == "closed")
        if "accepted" in times and "answered" in times:
            assert times["submitted"] < times["accepted"] < times["answered"]
        if "rated" in times:
            assert times["answered"] < times["rated"]
        if state in ("closed", "withdrawn", "not_accepted"):
            assert times[state] == max(times.values())


def test_all_states_but_the_draft_are_made() -> None:
    """And but the merged, which needs a second request that it continues in."""
    assert set(STATES) == set(RequestState.values) - {"draft", "merged"}


@pytest.mark.parametrize("choices", [CLOSED, OPEN, TYPES])
def test_weights_are_positive_and_every_choice_is_named_once(choices: list[tuple[str, int]]) -> None:
    values, weights = _weighted(choices)
    assert len(set(values)) == len(values)
    assert all(weight > 0 for weight in weights)


def test_requests_are_sent_by_day() -> None:
    rng = Random(3)
    moments = [_moment(date(2026, 11, 20), rng) for _n in range(300)]
    assert {moment.date() for moment in moments} == {date(2026, 11, 20)}
    assert {moment.hour for moment in moments} == set(range(8, 18))
