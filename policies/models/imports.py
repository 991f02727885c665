"""Files with policies that were read but not taken over yet: a preview, row by row, and what became of each row."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from policies.enums import ImportOutcome, ImportRowKind
from policies.models.policy import Policy
from policies.models.revision import Revision

KEPT = timedelta(days=7)  # how long a preview waits for its confirmation, and how long its rows stay after that


class PolicyImportQuerySet(models.QuerySet["PolicyImport"]):
    def visible_to(self, user: User) -> "PolicyImportQuerySet":
        """A preview holds what is not public: nobody but its uploader sees it."""
        return self.filter(uploader=user)

    def under_way(self) -> "PolicyImportQuerySet":
        """Confirmed, and not carried out to the end."""
        return self.filter(confirmed_at__isnull=False, finished_at__isnull=True)


class PolicyImport(models.Model):
    """One file that was read. The file itself is not kept; its rows are, until `expires_at`."""

    uploader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("uploaded by"), on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("file"), max_length=120)
    kind = models.CharField(_("format"), max_length=4)
    sha256 = models.CharField(max_length=64)
    notes = models.JSONField(default=dict)  # what the file is made of: sheet, encoding, unknown and missing columns
    counts = models.JSONField(default=dict)  # rows of each kind when it was read
    results = models.JSONField(default=dict)  # rows of each outcome when it was last carried out
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("kept until"))
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    finished_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    objects = PolicyImportQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["uploader", "-created_at"], name="import_of_uploader"),
            models.Index(
                fields=["confirmed_at"],
                name="import_under_way",
                condition=Q(confirmed_at__isnull=False, finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """One row of the file, compared with what the portal holds.

    changes: [column, old, new]; faults: [column, cell, words in Chinese, words in English]; seen: the version of the
    policy it was compared with; said: why it was not taken over, or waits as a draft, in both languages.
    """

    batch = models.ForeignKey(PolicyImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=9, choices=ImportRowKind.choices)
    title = models.CharField(max_length=300, blank=True)
    slug = models.CharField(max_length=100, blank=True)
    policy = models.ForeignKey(Policy, null=True, on_delete=models.SET_NULL, related_name="+")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="+")
    content = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    faults = models.JSONField(default=list)
    seen = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=ImportOutcome.choices, blank=True)
    said = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "number"], name="import_row_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["batch", "kind", "number"], name="import_row_by_kind"),
            models.Index(fields=["batch", "number"], name="import_row_waiting", condition=Q(outcome="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number} {self.kind}"
