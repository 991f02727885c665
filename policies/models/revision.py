"""What officials write, and what is said of it; a published revision is a version."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.enums import RevisionState
from policies.models.policy import Policy


class Revision(models.Model):
    """One written state of a policy: being drafted, in review, waiting for its day, or published as version `number`.

    `content` maps the columns of Policy (both languages, plain facts, criteria) to JSON values.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="revisions")
    state = models.CharField(_("state"), max_length=10, choices=RevisionState.choices, default=RevisionState.DRAFT)
    number = models.PositiveIntegerField(_("version"), null=True, blank=True)
    content = models.JSONField(default=dict)
    stale = models.JSONField(default=list, blank=True)
    lock_version = models.PositiveIntegerField(default=0)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    publish_on = models.DateField(_("publish on"), null=True, blank=True)  # while it is scheduled

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["policy"],
                name="one_open_revision_per_policy",
                condition=Q(state__in=["draft", "in_review", "scheduled", "returned"]),
            ),
            models.UniqueConstraint(fields=["policy", "number"], name="revision_number_once"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(author__isnull=True) | ~Q(author=F("reviewer")),
                name="published_by_someone_else",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_on__isnull=False, reviewer__isnull=False),
                name="scheduled_by_somebody_for_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["publish_on"], name="revision_scheduled", condition=Q(state="scheduled")),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} #{self.number or '–'} {self.state}"


class RevisionComment(models.Model):
    """What was said of a revision: sent in, returned, published, or a remark on one field."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=20)
    field = models.CharField(max_length=40, blank=True)
    text = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.act


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def due(self, day: date) -> "AnnouncementQuerySet":
        """Of versions that are published now and in force, where somebody has still to be told."""
        current = Policy.objects.in_force(day).values("pk")
        return self.filter(told_at=None, revision__policy__in=current, revision__number=F("revision__policy__version"))


class Announcement(models.Model):
    """That the owners of newly reached enterprises are told of a published version, and how far that has come."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, related_name="announcement")
    told_up_to = models.PositiveBigIntegerField(default=0)  # key of the last enterprise whose owners were told
    told_at = models.DateTimeField(null=True, blank=True)  # when all were

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["revision"], name="announcement_due", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.told_up_to}"
