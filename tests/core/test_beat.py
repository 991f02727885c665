"""Beat when the machine's clock jumps: Celery's scheduler, with a clock that the test turns."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings

from portal.beat import SteadyScheduler

START = datetime.fromisoformat("2026-11-23T23:59:30+08:00")


class Beat(SteadyScheduler):
    """Notes what it would ask a worker for."""

    asked: list[str]

    def apply_async(self, entry: Any, *_args: Any, **_kwargs: Any) -> None:
        if not entry.name.startswith("celery."):
            self.asked.append(entry.name)


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    now = START

    def by(step: timedelta) -> None:
        nonlocal now
        now += step

    monkeypatch.setattr(Celery, "now", lambda _app: now)
    return by


@pytest.fixture
def start(tmp_path: Path) -> Callable[[], Beat]:
    def begin() -> Beat:
        app = Celery("beat", set_as_current=False, timezone=settings.TIME_ZONE, broker_url="memory://")
        app.conf.beat_schedule = {
            "often": {"task": "often", "schedule": 30.0},
            "seldom": {"task": "seldom", "schedule": 43_200.0},
        }
        beat = Beat(app, schedule_filename=str(tmp_path / "schedule"))
        beat.asked = []
        return beat

    return begin


def round_of(beat: Beat) -> tuple[list[str], float]:
    """What was asked for until the scheduler wanted to sleep, and for how long it would have slept."""
    beat.asked.clear()
    while (pause := beat.tick()) == 0:
        pass
    return sorted(beat.asked), pause


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=400)])
@pytest.mark.parametrize("stopped", [False, True])
def test_a_clock_set_back_stops_nothing(
    start: Callable[[], Beat], turn: Callable[[timedelta], None], back: timedelta, stopped: bool
) -> None:
    beat = start()
    turn(timedelta(days=1))
    assert round_of(beat)[0] == ["often", "seldom"]
    turn(-back)
    if stopped:
        beat.close()
        beat = start()
    asked, pause = round_of(beat)
    assert asked == ["often", "seldom"]
    assert 29 < pause <= 30
    turn(timedelta(seconds=31))
    assert round_of(beat)[0] == ["often"], "it goes on at its usual pace"
    beat.close()


def test_a_clock_set_forward_asks_once_for_what_was_missed(
    start: Callable[[], Beat], turn: Callable[[timedelta], None]
) -> None:
    beat = start()
    turn(timedelta(days=1))
    round_of(beat)
    turn(timedelta(days=1))
    assert round_of(beat)[0] == ["often", "seldom"]
    assert round_of(beat)[0] == []
    beat.close()


def test_the_portal_uses_it() -> None:
    from celery.utils.imports import symbol_by_name

    from portal.celery import app

    assert symbol_by_name(app.conf.beat_scheduler) is SteadyScheduler
