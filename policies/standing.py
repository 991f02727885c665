"""Until when a policy applies, or since when not, told in one sentence; with the policy that replaces it."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from policies.enums import Validity
from policies.models import Policy
from portal.core.templatetags.ui import day_plain

NOTICE_MONTHS = 6  # before its end a policy is reviewed, and its readers are told


@dataclass(frozen=True, slots=True)
class Standing:
    """A sentence about a policy's validity with its colour; `successor` is the policy that replaces it."""

    text: str
    tone: str
    successor: Policy | None = None


def last_day(policy: Policy) -> date | None:
    """The last day on which it applies, as far as is known: its own end, or the eve of its repeal."""
    eve = policy.repealed_on - timedelta(days=1) if policy.repealed_on else None
    return min(filter(None, (policy.effective_to, eve)), default=None)


def ends_soon(policy: Policy, day: date) -> date | None:
    """The last day of a policy in force, when that is at most six months away."""
    last = last_day(policy)
    if last is None or policy.validity_on(day) != Validity.IN_FORCE:
        return None
    return last if day >= months_before(last, NOTICE_MONTHS) else None


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def standing_of(policy: Policy, day: date) -> Standing | None:
    """What the policy's page says above all else; nothing of one that is simply in force."""
    told: dict[Validity, Callable[[Policy], Standing | None]] = {
        Validity.REPLACED: _replaced,
        Validity.REPEALED: _repealed,
        Validity.EXPIRED: _expired,
        Validity.NOT_YET: _not_yet,
        Validity.IN_FORCE: _ending,
    }
    return told[policy.validity_on(day)](policy)


def _replaced(policy: Policy) -> Standing:
    if policy.repealed_on is None:
        return Standing(_("This policy has been replaced."), "warn", policy.replaced_by)
    text = _("This policy was replaced on %(day)s and no longer applies.")
    return Standing(text % {"day": day_plain(policy.repealed_on)}, "warn", policy.replaced_by)


def _repealed(policy: Policy) -> Standing:
    text = _("This policy was repealed on %(day)s and no longer applies.")
    return Standing(text % {"day": day_plain(policy.repealed_on)}, "bad")


def _expired(policy: Policy) -> Standing:
    text = _("This policy has expired: it was in force until %(day)s.")
    return Standing(text % {"day": day_plain(policy.effective_to)}, "warn", policy.replaced_by)


def _not_yet(policy: Policy) -> Standing:
    text = _("This policy is not yet in force: it applies from %(day)s.")
    return Standing(text % {"day": day_plain(policy.effective_from)}, "info", policy.replaced_by)


def _ending(policy: Policy) -> Standing | None:
    """A repeal that is settled is told however far away it is; an end of its own stands in the word for its state."""
    if policy.repealed_on is None:
        return None
    text = (
        _("This policy applies until the end of %(last)s. From %(day)s it is replaced.")
        if policy.replaced_by
        else _("This policy applies until the end of %(last)s. From %(day)s it is repealed.")
    )
    words = {"last": day_plain(last_day(policy)), "day": day_plain(policy.repealed_on)}
    return Standing(text % words, "warn", policy.replaced_by)
