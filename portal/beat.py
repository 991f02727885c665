"""Beat's scheduler: it goes on when the machine's clock is set back."""

from datetime import timedelta
from typing import Any

from celery.beat import PersistentScheduler

_SLACK = timedelta(seconds=1)
_LONGEST = timedelta(days=1)  # nothing is done more seldom


class SteadyScheduler(PersistentScheduler):
    """Celery's own waits until the clock has caught up with what it did last: an hour set back is an hour, a day a day
    without a mail or a reminder. Here, what was done “in the future” is done again at once, which no task minds."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        now = self.app.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now + _SLACK]
        for entry in ahead:
            entry.last_run_at = now - _LONGEST
        if ahead:
            self._heap = None  # it is sorted by the clock that was wrong
        return float(super().tick(*args, **kwargs))
