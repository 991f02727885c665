"""Who writes and who approves a report: never the same person."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from insights.models import Report
from portal.core.access import Allowed, Denied, Verdict

WRITERS = (Role.ADMIN, Role.EDITOR)
APPROVERS = (Role.ADMIN, Role.REVIEWER)
READERS = (*WRITERS, Role.REVIEWER, Role.LEADER, Role.AUDITOR)


def may_write(user: Any) -> Verdict:
    if user.is_authenticated and user.has_role(*WRITERS):
        return Allowed()
    return Denied(_("Only the service centre and the editors write reports."))


def may_approve(user: Any, report: Report) -> Verdict:
    if not (user.is_authenticated and user.has_role(*APPROVERS)):
        return Denied(_("Only a reviewer or the service centre can approve a report."))
    if report.written_by_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else has to approve it."))
    return Allowed()
