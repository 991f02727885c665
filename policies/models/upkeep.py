"""What keeps policies fit for use: the district's wording in both languages, and what falls due on a policy."""

from datetime import date
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.enums import TaskKind, TaskOutcome
from policies.models.policy import Policy


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GlossaryTerm(models.Model):
    """The district's wording of one thing in both languages, offered while a text is translated."""

    chinese = models.CharField(_("Chinese"), max_length=60)
    english = models.CharField(_("English"), max_length=120)
    note = models.CharField(_("when to use it"), max_length=300, blank=True)
    lock_version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["chinese", "english"], name="glossary_term_once")]

    def __str__(self) -> str:
        return f"{self.chinese} = {self.english}"


class PolicyTaskQuerySet(models.QuerySet["PolicyTask"]):
    def open(self) -> "PolicyTaskQuerySet":
        return self.filter(done_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class PolicyTask(models.Model):
    """Something that falls due on a policy. `about`: the date that brought it about, so that it comes once for each."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(_("what is to be done"), max_length=12, choices=TaskKind.choices)
    about = models.DateField()
    due_on = models.DateField(_("due on"))
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(_("settled"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=TaskOutcome.choices, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = PolicyTaskQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "kind", "about"], name="policy_task_once"),
            models.CheckConstraint(condition=Q(done_at=None) | ~Q(outcome=""), name="settled_task_has_an_outcome"),
        ]
        indexes: ClassVar = [models.Index(fields=["due_on", "id"], name="policy_task_open", condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.kind} {self.about}"

    def overdue_on(self, day: date) -> bool:
        return self.done_at is None and self.due_on < day
