"""What costs much is counted once a minute for everybody; names are of the reader's language where there are any."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone, translation

from portal.core import bilingual, minute
from portal.core.cache import ForgivingRedisCache
from portal.core.minute import once_a_minute

NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def _a_minute(monkeypatch: pytest.MonkeyPatch, fresh_cache: None) -> None:
    monkeypatch.setattr(minute, "SECONDS", 60)


class Counting:
    """Counts how often it is asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self) -> Any:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


@pytest.mark.parametrize("answer", [0, None, [], {"a": (1, 2)}, "words"])
def test_counted_once_whatever_came_out(answer: Any) -> None:
    count = Counting(answer, "another")
    first, second = once_a_minute("name", count), once_a_minute("name", count)
    assert first == second
    assert (first[0], count.asked) == (answer, 1)


def test_each_name_is_counted_for_itself() -> None:
    assert [once_a_minute(name, Counting(name))[0] for name in ("a", "b", "a")] == ["a", "b", "a"]


def test_it_says_when_it_was_counted() -> None:
    before = timezone.now()
    _value, at = once_a_minute("name", Counting(1))
    assert before <= at <= timezone.now()
    with time_machine.travel(at + timedelta(seconds=30)):
        assert once_a_minute("name", Counting(2)) == (1, at)


def test_after_a_minute_it_is_counted_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    count = Counting(1, 2)
    once_a_minute("name", count)
    cache.delete("name")  # as Valkey does when its time is over
    assert once_a_minute("name", count)[0] == 2
    monkeypatch.setattr(minute, "SECONDS", 0)
    cache.clear()
    assert [once_a_minute("name", Counting(n))[0] for n in (3, 4)] == [3, 4]


def test_what_fails_is_not_kept() -> None:
    with pytest.raises(ZeroDivisionError):
        once_a_minute("name", lambda: 1 // 0)
    assert once_a_minute("name", Counting(5))[0] == 5


def test_without_valkey_it_is_counted_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    away = ForgivingRedisCache(NOBODY, {"OPTIONS": {"socket_connect_timeout": 0.2}})
    monkeypatch.setattr(minute, "cache", away)
    count = Counting(1, 2)
    assert [once_a_minute("name", count)[0] for _again in range(2)] == [1, 2]


@pytest.mark.parametrize(
    ("language", "zh", "en", "said"),
    [
        ("zh-hans", "虚构公司", "Fictional Ltd", "虚构公司"),
        ("en", "虚构公司", "Fictional Ltd", "Fictional Ltd"),
        ("en", "虚构公司", "", "虚构公司"),
        ("en", "虚构公司", None, "虚构公司"),
        ("zh-hans", None, "Fictional Ltd", "Fictional Ltd"),
        ("zh-hans", "", "", ""),
        ("en", None, None, ""),
    ],
)
def test_a_name_in_the_readers_language_else_in_the_other(
    language: str, zh: str | None, en: str | None, said: str
) -> None:
    with translation.override(language):
        assert bilingual.namer()(zh, en) == said
