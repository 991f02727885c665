"""A policy as the public sees it."""

from datetime import date
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from policies.enums import Category, Confidence, Level, Mode, Repeat, SupportType, Validity
from portal.core.calendar import local_day


class PolicyQuerySet(models.QuerySet["Policy"]):
    def published(self) -> "PolicyQuerySet":
        """What the public may read, whatever its validity."""
        return self.filter(published_at__isnull=False)

    def in_force(self, day: date | None = None) -> "PolicyQuerySet":
        """Published, begun, not over, neither repealed nor replaced."""
        day = day or local_day()
        return self.published().filter(
            Q(effective_from__isnull=True) | Q(effective_from__lte=day),
            Q(effective_to__isnull=True) | Q(effective_to__gte=day),
            Q(repealed_on__isnull=True, replaced_by__isnull=True) | Q(repealed_on__gt=day),
        )

    def open_on(self, day: date | None = None) -> "PolicyQuerySet":
        """Whose application window is known and open."""
        day = day or local_day()
        return self.filter(Q(window_opens__isnull=True) | Q(window_opens__lte=day), Q(window_closes__gte=day))


class Policy(models.Model):
    """A policy or support measure, as published. Unknown facts are empty, never guessed."""

    slug = models.SlugField(_("short name in the address"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    issuer = models.CharField(_("issuing authority"), max_length=300, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    benefit = models.TextField(_("support standard"), blank=True)
    how_to_apply = models.TextField(_("how to apply"), blank=True)
    materials = models.TextField(_("application materials"), blank=True)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices, default=Level.DISTRICT)
    category = models.CharField(_("category"), max_length=30, choices=Category.choices)
    support_type = models.CharField(_("support type"), max_length=20, choices=SupportType.choices)
    mode = models.CharField(
        _("how it is obtained"), max_length=20, choices=Mode.choices, blank=True, default=Mode.UNKNOWN
    )
    document_number = models.CharField(_("document number"), max_length=100, blank=True)
    issued_on = models.DateField(_("date of document"), null=True, blank=True)
    disclosed_on = models.DateField(_("made public on"), null=True, blank=True)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    window_opens = models.DateField(_("applications open"), null=True, blank=True)
    window_closes = models.DateField(_("applications close"), null=True, blank=True)
    max_amount_cny = models.PositiveBigIntegerField(_("highest amount (CNY)"), null=True, blank=True)
    terms = models.JSONField(_("how the amount is worked out"), default=list, blank=True)
    repeat_limit = models.CharField(_("how often it can be had"), max_length=12, choices=Repeat.choices, blank=True)
    excludes = models.JSONField(_("not together with"), default=list, blank=True)  # slugs of other policies
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    department = models.ForeignKey(
        Department,
        verbose_name=_("accepting department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    source_note = models.CharField(_("note on the source"), max_length=300, blank=True)
    confidence = models.CharField(_("confidence"), max_length=5, choices=Confidence.choices, default=Confidence.HIGH)
    translated = models.JSONField(default=list, blank=True)  # columns that we translated ourselves
    stale = models.JSONField(default=list, blank=True)  # columns whose other language changed since
    criteria = models.JSONField(_("eligibility"), default=list, blank=True)
    attachments = models.JSONField(_("attachments"), default=list, blank=True)  # keys of Attachment, in order
    repealed_on = models.DateField(_("repealed on"), null=True, blank=True)
    replaced_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces")
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    search = SearchVectorField(null=True, editable=False)

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="policy_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(window_closes__isnull=True)
                | Q(window_opens__isnull=True)
                | Q(window_closes__gte=F("window_opens")),
                name="policy_window_closes_after_it_opens",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="policy_search"),
            models.Index(
                fields=["-published_at", "-id"], name="policy_newest", condition=Q(published_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    def validity_on(self, day: date) -> Validity:
        """Whether it applies on that day; shown on the policy's own page."""
        over = self.repealed_on <= day if self.repealed_on else bool(self.replaced_by_id)
        if over:
            return Validity.REPLACED if self.replaced_by_id else Validity.REPEALED
        if self.effective_to and self.effective_to < day:
            return Validity.EXPIRED
        if self.effective_from and self.effective_from > day:
            return Validity.NOT_YET
        return Validity.IN_FORCE

    @property
    def validity(self) -> Validity:
        return self.validity_on(local_day())
