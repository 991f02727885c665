"""What a task says: in the list, and in the message that tells of it."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from notices.workflow import Text
from policies.enums import TaskKind
from policies.models import PolicyTask, Revision
from policies.notices import title_of
from policies.rules import OPEN
from portal.core.templatetags.ui import day_plain


def cause(kind: str, about: date) -> str:
    """Why there is such a task, in a sentence."""
    told = {
        TaskKind.REVIEW: _("It applies until %(day)s."),
        TaskKind.ENDED: _("It applied until %(day)s, and nothing says what follows."),
        TaskKind.DISCLOSURE: _("The document is of %(day)s and has not been made public."),
    }
    return told[TaskKind(kind)] % {"day": day_plain(about)}


def names_of(tasks: Iterable[PolicyTask]) -> dict[int, str]:
    """Task → its policy's title; of one that was never published, the title its draft has. One query at most."""
    tasks = list(tasks)
    unpublished = [task.policy_id for task in tasks if task.policy.published_at is None]
    drafts = Revision.objects.filter(policy__in=unpublished, state__in=OPEN) if unpublished else []
    titles = {draft.policy_id: title_of(draft) for draft in drafts}
    return {task.pk: titles.get(task.policy_id) or task.policy.title or task.policy.slug for task in tasks}


def message(task: PolicyTask) -> Text:
    subject = {
        TaskKind.REVIEW: _("To be reviewed before it ends: %(title)s"),
        TaskKind.ENDED: _("What follows this policy? %(title)s"),
        TaskKind.DISCLOSURE: _("To be made public: %(title)s"),
    }[TaskKind(task.kind)]
    body = cause(task.kind, task.about) + " " + _("To be settled by %(day)s.") % {"day": day_plain(task.due_on)}
    return Text(subject % {"title": names_of([task])[task.pk]}, body, reverse("publishing:task", args=[task.pk]))
