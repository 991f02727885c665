"""When something may be escalated, each refusal with its reason; who may is combined in stewards/rules.py."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from portal.core import calendar
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from stewards.enums import DONE_STATES, IN_TOUCH, EventKind
from stewards.escalation import promises
from stewards.models import HelpRequest

K = EventKind
TELLING = (*IN_TOUCH, K.UNHEARD, K.SUBMITTED)
AGAIN_AFTER = timedelta(hours=1)  # over midnight too
Told = Iterable[tuple[str, datetime, dict[str, Any]]]  # kinds of events, their moments and facts, oldest first


def leads(user: Any, request: HelpRequest) -> Verdict:
    """A linked leader, of what they may read."""
    if user.has_role(Role.LEADER) and HelpRequest.objects.readable_by(user).filter(pk=request.pk).exists():
        return Allowed()
    return Denied(_("Only a linked leader can give instructions."))


def orders(user: Any, request: HelpRequest) -> Verdict:
    """The service centre or a linked leader puts a request under supervision, once at a time."""
    if request.supervised_at is not None:
        return Denied(_("This request is under supervised handling already."))
    if user.has_role(Role.ADMIN) or leads(user, request):
        return Allowed()
    return Denied(_("Only the service centre or a linked leader can order supervised handling."))


def releases(user: Any, request: HelpRequest) -> Verdict:
    if request.supervised_at is None:
        return Denied(_("This request is not under supervised handling."))
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre can end supervised handling."))


def instructed(user: Any, request: HelpRequest) -> Verdict:
    if request.attention_at is not None:
        return Allowed()
    return Denied(_("No instruction waits for a report."))


def late_or_nearly(user: Any, request: HelpRequest) -> Verdict:
    """A new date is for a promise that is broken, or will be."""
    assert request.due_on
    if request.due_on <= promises.next_working_day():
        return Allowed()
    return Denied(_("The promised day is not near yet: %(day)s.") % {"day": day_plain(request.due_on)})


def new_date(request: HelpRequest, day: date) -> Verdict:
    """A day on which people work, later than what was said before, and not out of sight."""
    today, said = local_day(), request.renewed_due_on or request.due_on
    if day <= today or (said is not None and day <= said):
        return Denied(_("The new date must be after today and after the date that was promised."))
    if day > promises.furthest(today):
        days = promises.furthest_days(today)
        words = ngettext(
            "The new date must be the next working day.", "The new date must be within %(count)s working days.", days
        )
        return Denied(words % {"count": days})
    if not calendar.current().is_working(day):
        return Denied(_("%(day)s is not a working day.") % {"day": day_plain(day)})
    return Allowed()


def unheard(user: Any, request: HelpRequest) -> Verdict:
    told = request.events.filter(kind__in=TELLING).order_by("pk").values_list("kind", "at", "data")
    return unheard_now(request, told)


def unheard_now(request: HelpRequest, told: Told) -> Verdict:
    """Whether the enterprise can say that nobody has contacted it, by what its timeline holds."""
    told, today = list(told), local_day()
    said = [at for kind, at, _data in told if kind == K.UNHEARD]
    if any(local_day(at) == today or timezone.now() - at < AGAIN_AFTER for at in said):
        return Denied(_("You have told us today; the service centre is looking after it."))
    if request.state in DONE_STATES:
        return Allowed()
    assert request.due_on
    if request.due_on < today:
        return Allowed()
    if any(kind in IN_TOUCH for kind, _at, _data in told):
        return Denied(_("Somebody has written to you on this request."))
    due = promises.contact_due(request, next((data for kind, _at, data in told if kind == K.SUBMITTED), {}))
    if due < today:
        return Allowed()
    return Denied(_("The first contact is promised by %(day)s.") % {"day": day_plain(due)})


def not_told_yet(user: Any, request: HelpRequest) -> Verdict:
    """Whether it lasted is answered once after each closing."""
    kinds = request.events.filter(kind__in=[K.CLOSED, K.LASTED]).order_by("pk").values_list("kind", flat=True)
    if kinds.last() == K.LASTED:
        return Denied(_("You have told us already whether it lasted."))
    return Allowed()
