"""What falls due on policies by itself, found by a daily sweep that may run late, twice or in two workers at once.

REVIEW: six months before its last day somebody decides what becomes of a policy. ENDED: its last day has passed and
nothing says what follows. DISCLOSURE: a document is to be public within 20 working days (domain.md, "Law and
convention"). A task whose cause has gone is settled by the sweep itself.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from notices.workflow import notify
from policies.enums import TaskKind, TaskOutcome
from policies.models import Policy, PolicyTask, Revision
from policies.rules import OPEN
from policies.standing import NOTICE_MONTHS, months_before
from policies.upkeep.words import message
from portal.core import calendar
from portal.core.calendar import local_day

DISCLOSE_WITHIN = 20  # working days from the date of the document
DECIDE_WITHIN = 20  # working days from the last day of a policy


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due, before it is a row."""

    policy: int
    kind: TaskKind
    about: date
    due_on: date

    @property
    def key(self) -> tuple[int, str, date]:
        return self.policy, self.kind, self.about


def sweep(day: date | None = None) -> int:
    """Open what has fallen due and settle what no longer is; returns how many tasks were opened."""
    day = day or local_day()
    wanted = {each.key: each for each in found(day)}
    _settle_moot(set(wanted))
    known = set(PolicyTask.objects.values_list("policy", "kind", "about"))
    return sum(_open(due) for key, due in wanted.items() if key not in known)


def found(day: date) -> Iterator[Due]:
    """All that is due that day, whether or not a task tells of it already; two queries."""
    later = calendar.current().add_working_days
    ending = Policy.objects.published().filter(effective_to__isnull=False, repealed_on=None, replaced_by=None)
    for key, last in ending.filter(effective_to__lte=months_before(day, -NOTICE_MONTHS)).values_list(
        "pk", "effective_to"
    ):
        if last >= day:
            yield Due(key, TaskKind.REVIEW, last, last)
        elif last >= months_before(day, NOTICE_MONTHS):  # what ended longer ago is history, not work
            yield Due(key, TaskKind.ENDED, last, later(last, DECIDE_WITHIN))
    waiting = Revision.objects.filter(state__in=OPEN, policy__published_at=None)
    for key, written in waiting.values_list("policy", "content__issued_on"):
        if written and (about := date.fromisoformat(written)) <= day:
            yield Due(key, TaskKind.DISCLOSURE, about, later(about, DISCLOSE_WITHIN))


def _open(due: Due) -> bool:
    """One row, and one message to each who keeps policies; nothing where another worker was first."""
    with transaction.atomic():
        task, new = PolicyTask.objects.get_or_create(
            policy_id=due.policy, kind=due.kind, about=due.about, defaults={"due_on": due.due_on}
        )
        for person in _keepers(task.policy) if new else ():
            _tell(task, person)
    return new


def _tell(task: PolicyTask, person: User) -> None:
    notify(person, key=f"policy-task:{task.pk}:{person.pk}", kind="policy_task", text=lambda: message(task))


def _keepers(policy: Policy) -> Iterable[User]:
    """Editors of the accepting department; where it has none, all of them."""
    editors = User.objects.with_role(Role.EDITOR)
    own = list(editors.filter(department=policy.department_id)) if policy.department_id else []
    return own or editors


def _settle_moot(wanted: set[tuple[int, str, date]]) -> None:
    """The date was moved, the policy replaced, repealed or published: nobody needs to do anything any more."""
    rows = PolicyTask.objects.open().values_list("pk", "policy", "kind", "about")
    gone = [key for key, *about in rows if tuple(about) not in wanted]
    if gone:
        PolicyTask.objects.open().filter(pk__in=gone).update(done_at=timezone.now(), outcome=TaskOutcome.MOOT)
