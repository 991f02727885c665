"""Interpretations (政策解读) of policies: what officials write, draw and film so that people understand them."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.enums import InterpretationKind, InterpretationState
from policies.models.policy import Policy


class InterpretationQuerySet(models.QuerySet["Interpretation"]):
    def published(self) -> "InterpretationQuerySet":
        return self.filter(state=InterpretationState.PUBLISHED)

    def to_read(self) -> "InterpretationQuerySet":
        """Published and read on a page of its own; a summary is read on its policy's page in short."""
        return self.published().exclude(kind=InterpretationKind.SUMMARY)

    def to_check(self) -> "InterpretationQuerySet":
        """Published, of a policy that has changed since."""
        changed = InterpretedPolicy.objects.filter(version__lt=F("policy__version"))
        return self.published().filter(pk__in=changed.values("interpretation"))


@pghistory.track()
class Interpretation(models.Model):
    """One interpretation of one policy or several, in both languages; `content` maps columns ("title_en") to texts.

    What is published is never rewritten: a draft that `replaces` it takes its place when it is published itself.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=InterpretationKind.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=InterpretationState.choices, default=InterpretationState.DRAFT
    )
    content = models.JSONField(_("texts"), default=dict)
    stale = models.JSONField(_("outdated translations"), default=list, blank=True)
    policies = models.ManyToManyField(Policy, through="InterpretedPolicy", related_name="interpretations")
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="successors", verbose_name=_("replaces")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("author")
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reviewer"),
    )
    lock_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(_("sent to review"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = InterpretationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(reviewer__isnull=False) & ~Q(author=F("reviewer"))),
                name="interpretation_published_by_someone_else",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                name="one_open_successor_of_an_interpretation",
                condition=Q(state__in=["draft", "in_review", "returned"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-published_at", "-id"], name="interpretation_newest", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} {self.state}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class InterpretedPolicy(models.Model):
    """A policy that an interpretation explains, and the version of it that the interpretation was written for."""

    interpretation = models.ForeignKey(
        Interpretation, on_delete=models.CASCADE, related_name="links", verbose_name=_("interpretation")
    )
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+", verbose_name=_("policy"))
    version = models.PositiveIntegerField(_("version"))

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interpretation", "policy"], name="policy_interpreted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.interpretation_id} → {self.policy_id} #{self.version}"

    @property
    def is_outdated(self) -> bool:
        """Whether the policy has changed since; asks for the policy."""
        return self.version < self.policy.version


def interpretation_path(instance: "InterpretationFile", filename: str) -> str:
    """A place that tells nothing and cannot be guessed; the real name is kept in the row."""
    return f"interpretations/{instance.sha256[:2]}/{instance.key}"


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.DeleteEvent(),
    fields=["id", "interpretation", "slot", "key", "name", "size", "sha256"],
    model_name="InterpretationFileEvent",
)
class InterpretationFile(models.Model):
    """A picture, a video or a video's poster, checked by content; `slot` says what it is and for which language."""

    interpretation = models.ForeignKey(Interpretation, on_delete=models.CASCADE, related_name="files")
    slot = models.CharField(_("place"), max_length=20)
    key = models.UUIDField(unique=True)
    file = models.FileField(upload_to=interpretation_path, max_length=200)
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("file size"))
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interpretation", "slot"], name="interpretation_file_once"),
        ]

    def __str__(self) -> str:
        return self.name


class InterpretationComment(models.Model):
    """What was done with an interpretation, by whom, and with which words."""

    interpretation = models.ForeignKey(Interpretation, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=20)
    text = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.act
