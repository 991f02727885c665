"""How a due date stands on a day: the one reckoning behind the enterprise's page, the desk's page and the queue."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core.workdays import Calendar


@dataclass(frozen=True, slots=True)
class Standing:
    """`left`: working days until the day is over, 0 on the day itself, negative once it is late."""

    left: int
    is_tomorrow: bool = False

    @property
    def is_late(self) -> bool:
        return self.left < 0

    @property
    def tone(self) -> str:
        if self.is_late:
            return "bad"
        return "warn" if self.is_tomorrow or not self.left else "quiet"

    def __str__(self) -> str:
        if self.is_late:
            late = ngettext("%(n)d working day overdue", "%(n)d working days overdue", -self.left)
            return late % {"n": -self.left}
        if not self.left:
            return _("due today")
        if self.is_tomorrow:
            return _("due tomorrow")
        return ngettext("due in %(n)d working day", "due in %(n)d working days", self.left) % {"n": self.left}


def standing(due: date, clock: date, working: Calendar) -> Standing:
    """Seen from `clock`: today, or the day on which the clock was stopped."""
    if due < clock:  # late is late by one day at least, also on the weekend that follows
        return Standing(min(working.working_days_between(clock, due), -1))
    return Standing(max(working.working_days_between(clock, due), int(due > clock)), (due - clock).days == 1)
