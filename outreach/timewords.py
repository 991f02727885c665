"""When an occasion is, in words, as exactly as it is known."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.enums import Precision
from outreach.models import Occasion
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain, in_chinese, month
from stewards.timewords import day_words


def when_plain(occasion: Occasion) -> str:
    """Friday 27 November 2026, 14:00 to 15:00; August 2024, where no more is known."""
    if occasion.precision != Precision.DAY:
        return known_day(occasion.day, occasion.precision)
    if occasion.starts_at is None:
        return day_words(occasion.day)
    first = timezone.localtime(occasion.starts_at)
    facts = {"day": day_words(occasion.day), "first": f"{first:%H:%M}"}
    if occasion.ends_at is None:
        return _("%(day)s, %(first)s") % facts
    last = timezone.localtime(occasion.ends_at)
    if local_day(occasion.ends_at) != occasion.day:
        return _("%(day)s, %(first)s, to %(last_day)s, %(last)s") % {
            **facts,
            "last_day": day_words(local_day(occasion.ends_at)),
            "last": f"{last:%H:%M}",
        }
    return _("%(day)s, %(first)s to %(last)s") % {**facts, "last": f"{last:%H:%M}"}


def known_day(day: date, precision: str) -> str:
    """A day, a month or a year, as exactly as it is known."""
    if precision == Precision.YEAR:
        return f"{day.year}年" if in_chinese() else str(day.year)
    return month(day) if precision == Precision.MONTH else day_plain(day)
