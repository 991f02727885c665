"""Drafts that the public is asked about, what people say, and what is answered.

No name, e-mail address or network address of a visitor is kept: a submission holds what somebody chose to say of
themselves, and the account only of those who were signed in.
"""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from enterprises.enums import SizeClass
from enterprises.models import Enterprise
from policies.consultation.enums import Aside, Outcome, Speaks, Stage, Standing
from policies.models.policy import Policy
from portal.core.calendar import local_day

PUBLIC = (Stage.RELEASED, Stage.ANSWERS_IN_REVIEW, Stage.ANSWERED)
RUNNING = (Stage.RELEASED, Stage.ANSWERS_IN_REVIEW)


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    def public(self) -> "ConsultationQuerySet":
        """What everybody may read: released once, also when it was withdrawn afterwards."""
        return self.filter(published_at__isnull=False)

    def open_on(self, day: date | None = None) -> "ConsultationQuerySet":
        day = day or local_day()
        return self.filter(stage=Stage.RELEASED, opens_on__lte=day, closes_on__gte=day)


class Consultation(models.Model):
    """A draft put up for comment. Open from the morning of `opens_on` to midnight after `closes_on`."""

    slug = models.SlugField(_("short name in the address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=200, blank=True)
    reason = models.TextField(_("why we ask"), blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("issuing department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    policy = models.ForeignKey(
        Policy, verbose_name=_("policy it concerns"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.ForeignKey(
        Policy,
        verbose_name=_("policy that came of it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="consultations",
    )
    inclusive = models.BooleanField(_("concerns enterprises in general"), default=True)
    opens_on = models.DateField(_("first day"), null=True, blank=True)
    closes_on = models.DateField(_("last day"), null=True, blank=True)
    short_reason = models.CharField(_("why the time is shorter"), max_length=300, blank=True)
    stage = models.CharField(_("state"), max_length=20, choices=Stage.choices, default=Stage.DRAFT)
    remark = models.TextField(_("reviewer's remark"), blank=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    writers = ArrayField(models.BigIntegerField(), default=list)  # who wrote a part of the draft
    answerers = ArrayField(models.BigIntegerField(), default=list)  # who wrote a part of the answers
    lock_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opens_on__isnull=True) | Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")),
                name="consultation_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(opens_on__isnull=False, closes_on__isnull=False),
                name="consultation_public_with_days",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=PUBLIC) | Q(published_at__isnull=False),
                name="consultation_public_once_published",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["closes_on", "id"], name="consultation_closing", condition=Q(stage__in=RUNNING))
        ]

    def __str__(self) -> str:
        return self.title or now_("Consultation without a title")

    def standing_on(self, day: date) -> Standing | None:
        """As the public sees it on that day; None for what is not public."""
        if self.published_at is None or self.opens_on is None or self.closes_on is None:
            return None
        if self.stage in (Stage.WITHDRAWN, Stage.ANSWERED):
            return Standing(self.stage)
        if day < self.opens_on:
            return Standing.ANNOUNCED
        open_now = day <= self.closes_on and self.stage == Stage.RELEASED
        return Standing.OPEN if open_now else Standing.EVALUATED

    @property
    def standing(self) -> Standing | None:
        return self.standing_on(local_day())

    @property
    def days(self) -> int:
        """For how many days it is open, first and last included."""
        return (self.closes_on - self.opens_on).days + 1 if self.opens_on and self.closes_on else 0


class ConsultationClause(models.Model):
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="clauses")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("text"), blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["consultation", "number"], name="clause_number_once")]

    def __str__(self) -> str:
        return now_("Article %(number)s") % {"number": self.number}


class CommentGroup(models.Model):
    """Comments that say the same: what they say, and what we do. clause: None for the draft as a whole."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="groups")
    clause = models.ForeignKey(
        ConsultationClause,
        verbose_name=_("concerns"),
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="groups",
    )
    title = models.CharField(_("theme"), max_length=120, blank=True)
    kind = models.CharField(_("what became of it"), max_length=12, choices=Outcome.choices, blank=True)
    summary = models.TextField(_("you said"), blank=True)
    answer = models.TextField(_("we did, and why"), blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.title or now_("Group without a theme")


class Submission(models.Model):
    """What one person sent in one go: for whom, and one comment or several."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="submissions")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    named = models.BooleanField(default=False)  # whether officials see the enterprise's name
    speaks_for = models.CharField(_("speaks for"), max_length=12, choices=Speaks.choices, blank=True)
    size = models.CharField(_("size class"), max_length=8, choices=SizeClass.choices, blank=True)
    language = models.CharField(_("language"), max_length=10)
    form_key = models.UUIDField(unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["consultation", "-created_at"], name="submission_latest")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(size="") | Q(speaks_for=Speaks.ENTERPRISE), name="submission_size_of_an_enterprise"
            )
        ]

    def __str__(self) -> str:
        return str(self.form_key)


class ConsultationComment(models.Model):
    """Words on one clause, or on the whole. digest: the same words on the same clause from the same side, once."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="comments")
    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="comments")
    clause = models.ForeignKey(
        ConsultationClause, null=True, blank=True, on_delete=models.RESTRICT, related_name="comments"
    )
    text = models.TextField(_("comment"))
    digest = models.CharField(max_length=64, editable=False)
    search = SearchVectorField(null=True, editable=False)
    group = models.ForeignKey(
        CommentGroup,
        verbose_name=_("group"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="comments",
    )
    set_aside = models.CharField(_("set aside"), max_length=12, choices=Aside.choices, blank=True)
    sorted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "digest"], name="comment_counted_once"),
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(set_aside=""), name="comment_grouped_or_set_aside"
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="comment_search"),
            models.Index(fields=["consultation", "id"], name="comment_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id}: {self.pk}"

    @property
    def where(self) -> Any:
        """The clause it is about, in words."""
        return str(self.clause) if self.clause else _("The draft as a whole")
