"""Settling a task by hand: rule → atomic → lock → re-check → save. The audit trail keeps who, when and what."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules
from policies.enums import TaskKind, TaskOutcome
from policies.models import PolicyTask
from portal.core.access import Allowed, Denied, Refused, Verdict, require

DECISIONS = (TaskOutcome.RENEW, TaskOutcome.LAPSE, TaskOutcome.REPEAL)
OUTCOMES = {
    TaskKind.REVIEW: DECISIONS,
    TaskKind.ENDED: (TaskOutcome.RENEW, TaskOutcome.LAPSE),
    TaskKind.DISCLOSURE: (TaskOutcome.DONE,),
}
LONGEST = 2_000


def may_settle(user: User, task: PolicyTask) -> Verdict:
    if not user.has_role(*rules.KEEPERS):
        return Denied(_("Policy editors and the service centre settle this."))
    return Denied(_("This is settled already.")) if task.done_at else Allowed()


def settle(task: PolicyTask, *, by: User, outcome: str, note: str = "") -> PolicyTask:
    """Say what was decided. Refused for an outcome that does not answer the task, and when it is settled already."""
    if outcome not in OUTCOMES[TaskKind(task.kind)]:
        raise Refused(_("Choose what was decided."))
    if outcome == TaskOutcome.DONE and not note.strip():
        raise Refused(_("Say where and when it was made public."))
    with transaction.atomic():
        locked = PolicyTask.objects.select_for_update().get(pk=task.pk)
        require(may_settle(by, locked))
        locked.outcome, locked.note, locked.done_by, locked.done_at = outcome, note.strip(), by, timezone.now()
        locked.save(update_fields=["outcome", "note", "done_by", "done_at"])
    return locked
