"""What keeping records leaves behind: merges of two records of one enterprise, and reminders of titles' ends."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from enterprises.models.base import Enterprise, TitleGrant


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class MergeRecord(models.Model):
    """Two records of one enterprise made one. `moved`: {table.column: keys of the rows}; `left`: {table.column: keys
    that a rule of that table kept where they were}; `facts`: {field: what the kept record said before}."""

    keep = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="merges")
    drop = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="merges_away")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    moved = models.JSONField(default=dict)
    left = models.JSONField(default=dict)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["drop"], name="record_merged_once", condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(condition=~Q(keep=F("drop")), name="record_merged_with_another"),
        ]

    def __str__(self) -> str:
        return f"{self.drop_id} → {self.keep_id}"


class TitleNotice(models.Model):
    """That the owners were told so many days before a title ends on that day."""

    grant = models.ForeignKey(TitleGrant, on_delete=models.CASCADE, related_name="notices")
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grant", "ends_on", "days"], name="title_end_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.days}"
