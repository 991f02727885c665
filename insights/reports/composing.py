"""The monthly report composes itself: figures frozen as they stand, words left to people."""

from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from insights.models import Report
from insights.performance import flow
from insights.performance.facts import put_together
from notices.workflow import Text, notify
from portal.core import calendar
from portal.core.templatetags.ui import month as month_words


def compose_due() -> int:
    """The report on the month before, from the first working day of this one on, once; returns how many it made."""
    today = calendar.local_day()
    first = today.replace(day=1)
    if today < calendar.current().add_working_days(first - timedelta(days=1), 1):
        return 0
    month = (first - timedelta(days=1)).replace(day=1)
    if Report.objects.filter(month=month).exists():
        return 0
    try:
        with transaction.atomic():
            report = Report.objects.create(month=month, facts=facts_of(month))
            _tell(report)
    except IntegrityError:  # somebody else composed it in this moment
        return 0
    return 1


def facts_of(month: date) -> dict[str, Any]:
    """As they stand now; what happened in the month is counted anew first."""
    flow.count()
    return put_together(month, month)


def _tell(report: Report) -> None:
    for person in User.objects.with_role(Role.ADMIN):
        notify(
            person,
            key=f"report:{report.pk}:composed:{person.pk}",
            kind="report",
            text=lambda: Text(
                _("The report on %(month)s is composed") % {"month": month_words(report.month)},
                _("Its figures stand. Write its words in both languages; somebody else approves them."),
                reverse("insights:report-desk", args=[report.pk]),
            ),
        )
