"""Days and times in running text: mail, messages, sentences about deadlines."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain


def day_words(day: date) -> str:
    """Friday 27 November 2026 / 2026年11月27日（星期五）."""
    return _("%(weekday)s %(day)s") % {"weekday": WEEKDAYS[day.weekday()], "day": day_plain(day)}


def when_words(moment: datetime) -> str:
    """14:03 when it was today, else with its day."""
    clock = f"{timezone.localtime(moment):%H:%M}"
    if local_day(moment) == local_day():
        return clock
    return _("%(day)s, %(clock)s") % {"day": day_plain(moment), "clock": clock}
