"""Imports of the business registry's extract: a file, its rows as they were read, and what becomes of them."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportState(models.TextChoices):
    """What has been done with the file."""

    UPLOADED = "uploaded", pgettext_lazy("import", "Being read")
    READ = "read", pgettext_lazy("import", "Read: please look at it")
    APPLYING = "applying", pgettext_lazy("import", "Being taken over")
    DONE = "done", pgettext_lazy("import", "Taken over")
    FAILED = "failed", pgettext_lazy("import", "Could not be read")
    DROPPED = "dropped", pgettext_lazy("import", "Dropped")


def place_of(instance: Any, filename: str) -> str:
    """A place that tells nothing; the real name is kept in the row."""
    return f"registry/{instance.sha256[:2]}/{instance.sha256}-{timezone.now().timestamp():.0f}"


class RegistryImport(models.Model):
    """One extract. `extract_on`: the day as of which the registry made it. `position`: the last row taken over, written
    with each batch, so that a task that was killed goes on from there. `counts`: rows by kind, what was done, and when
    it was confirmed."""

    name = models.CharField(_("file"), max_length=200)
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=place_of)
    extract_on = models.DateField(_("as of"))
    state = models.CharField(_("state"), max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    problem = models.CharField(max_length=40, blank=True)
    unknown_columns = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    take_doubtful = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], name="one_extract_at_a_time", condition=Q(state="applying")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def confirmed_at(self) -> datetime | None:
        return parse_datetime(self.counts.get("confirmed_at", ""))


class RowKind(models.TextChoices):
    NEW = "new", pgettext_lazy("row of an extract", "New")
    CHANGED = "changed", pgettext_lazy("row of an extract", "Changed")
    SAME = "same", pgettext_lazy("row of an extract", "Unchanged")
    DOUBTFUL = "doubtful", pgettext_lazy("row of an extract", "Perhaps known under another code")
    TWICE = "twice", pgettext_lazy("row of an extract", "Twice in the file")
    WRONG = "wrong", pgettext_lazy("row of an extract", "Wrong")


class RegistryRow(models.Model):
    """A row as it was read. `facts`: columns of the record with their values; `changes`: those that would be written;
    `kept`: those that differ but are younger or verified on the record, and stay; `problems`: [column, code] pairs."""

    extract = models.ForeignKey(RegistryImport, on_delete=models.CASCADE, related_name="rows", db_index=False)
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=RowKind.choices, default=RowKind.NEW)
    credit_code = models.CharField(max_length=18, blank=True)
    facts = models.JSONField(default=dict)
    changes = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["extract", "line"], name="a_line_once_in_an_extract")]
        indexes: ClassVar = [models.Index(fields=["extract", "kind", "line"], name="registry_rows_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.extract_id}:{self.line}"
