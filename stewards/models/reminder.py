"""Which reminders there are, and which went out."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stewards.enums import (
    Audience,
)
from stewards.models.request import HelpRequest


@pghistory.track()
class ReminderRule(models.Model):
    """When a reminder is due: `days` after (or, where negative, before) a moment of the request, and to whom.

    `code` names the condition, implemented in stewards/reminding/due.py; the numbers are the district's to change.
    """

    code = models.SlugField(unique=True)
    basis = models.CharField(max_length=20)
    days = models.SmallIntegerField(_("days"))
    working_days = models.BooleanField(_("counted in working days"), default=True)
    audience = models.CharField(_("to whom"), max_length=12, choices=Audience.choices)
    urgent = models.BooleanField(_("at once instead of in the digest"), default=False)
    active = models.BooleanField(_("in use"), default=True)

    def __str__(self) -> str:
        return self.code


class Reminder(models.Model):
    """The ledger: which request, which rule, which cycle, to whom, when, and the message it became."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="reminders")
    rule = models.ForeignKey(ReminderRule, on_delete=models.PROTECT, related_name="+")
    cycle = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey("notices.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "rule", "cycle", "recipient"], name="reminder_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["-id"], name="reminder_newest")]

    def __str__(self) -> str:
        return f"{self.rule_id} {self.request_id} {self.cycle}"
