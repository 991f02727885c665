"""Days and times in running text."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from stewards.timewords import day_words, when_words


@pytest.mark.parametrize(
    ("day", "english", "chinese"),
    [
        (date(2026, 11, 23), "Monday 23 November 2026", "2026年11月23日（星期一）"),
        (date(2026, 11, 27), "Friday 27 November 2026", "2026年11月27日（星期五）"),
        (date(2026, 2, 14), "Saturday 14 February 2026", "2026年2月14日（星期六）"),
        (date(2024, 2, 29), "Thursday 29 February 2024", "2024年2月29日（星期四）"),
        (date(2027, 1, 3), "Sunday 3 January 2027", "2027年1月3日（星期日）"),
        (date(1999, 12, 1), "Wednesday 1 December 1999", "1999年12月1日（星期三）"),
    ],
)
def test_a_day_with_its_weekday(day: date, english: str, chinese: str) -> None:
    assert day_words(day) == english
    with translation.override("zh-hans"):
        assert day_words(day) == chinese


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_today_needs_no_day(language: str) -> None:
    now = timezone.localtime()
    with translation.override(language):
        assert when_words(now) == f"{now:%H:%M}"


@pytest.mark.parametrize(
    ("moment", "english", "chinese"),
    [
        (datetime(2026, 1, 5, 1, 7, tzinfo=UTC), "5 January 2026, 09:07", "2026年1月5日 09:07"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "1 January 2026, 00:00", "2026年1月1日 00:00"),
        (datetime(2026, 6, 30, 15, 59, tzinfo=UTC), "30 June 2026, 23:59", "2026年6月30日 23:59"),
    ],
)
def test_another_day_is_named_as_it_was_in_shanghai(moment: datetime, english: str, chinese: str) -> None:
    assert when_words(moment) == english
    with translation.override("zh-hans"):
        assert when_words(moment) == chinese


def test_yesterday_at_this_minute_is_another_day() -> None:
    assert len(when_words(timezone.now() - timedelta(days=1))) > len("00:00")
