"""Policies as the public sees them, the revisions officials write, and service packages.

A Policy row holds what is published and nothing else; every change is written in a Revision first and copied over
when somebody other than its author publishes it. So no draft can leak, and every published version stays readable.
"""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from enterprises.models import Enterprise
from policies.enums import (
    Category,
    Confidence,
    Level,
    Mode,
    PackageState,
    RevisionState,
    SupportType,
    Theme,
    Validity,
)
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
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    window_opens = models.DateField(_("applications open"), null=True, blank=True)
    window_closes = models.DateField(_("applications close"), null=True, blank=True)
    max_amount_cny = models.PositiveBigIntegerField(_("highest amount (CNY)"), null=True, blank=True)
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


class PackageQuerySet(models.QuerySet["Package"]):
    def for_enterprise(self, enterprise: Enterprise) -> "PackageQuerySet":
        """Handed over to that enterprise, or by theme to everybody."""
        return self.filter(state=PackageState.HANDED_OVER).filter(Q(enterprise=enterprise) | Q(enterprise__isnull=True))


class Package(models.Model):
    """A service package: policies chosen for one enterprise, or for a theme."""

    title = models.CharField(_("title"), max_length=200, blank=True)
    introduction = models.TextField(_("introduction"), blank=True)
    theme = models.CharField(_("theme"), max_length=30, choices=Theme.choices, blank=True)
    enterprise = models.ForeignKey(
        Enterprise,
        verbose_name=_("enterprise"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="packages",
    )
    state = models.CharField(_("state"), max_length=12, choices=PackageState.choices, default=PackageState.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)

    objects = PackageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(enterprise__isnull=False) | ~Q(theme=""), name="package_for_an_enterprise_or_a_theme"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PackageItem(models.Model):
    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="items")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    note = models.CharField(_("why it is in the package"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["package", "policy"], name="policy_once_per_package")]

    def __str__(self) -> str:
        return f"{self.package_id}: {self.policy_id}"


class SynonymGroup(models.Model):
    """Words with the same meaning: a search for one of them also asks for the others (`portal.core.meanings`)."""

    words_zh_hans = ArrayField(models.CharField(max_length=60), verbose_name=_("words"), default=list, blank=True)
    words_en = ArrayField(models.CharField(max_length=60), verbose_name=_("words"), default=list, blank=True)
    lock_version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return " = ".join(self.words)

    @property
    def words(self) -> list[str]:
        return [*self.words_zh_hans, *self.words_en]


class MissedSearch(models.Model):
    """Words for which nothing was found; never who asked, nor when but for the day of the last time."""

    words = models.CharField(_("words searched for"), max_length=60)
    language = models.CharField(_("language of the page"), max_length=8)
    count = models.PositiveIntegerField(_("how often"), default=1)
    last_day = models.DateField(_("last searched for"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["words", "language"], name="missed_search_once")]
        indexes: ClassVar = [models.Index(fields=["-count", "-id"], name="missed_search_most")]

    def __str__(self) -> str:
        return self.words


class Following(models.Model):
    """A person who hears what becomes of a policy. The columns from `seen_at` on: up to where they have been told."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings")
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="followings")
    since = models.DateTimeField(_("followed since"), default=timezone.now)
    seen_at = models.DateTimeField()  # the policy's changed_at
    told_version = models.PositiveIntegerField(default=0)
    told_end = models.CharField(max_length=60, blank=True)  # the day of its repeal and what replaces it
    told_closing = models.DateField(null=True, blank=True)  # the closing day that has been announced

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "policy"], name="followed_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.policy_id}"


class SavedSearch(models.Model):
    """A search of the list whose new policies a person hears of. query: the words and filters of its address.

    Without a name of the person's choice it is called by these words and filters, in the reader's language.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=100, blank=True)
    query = models.JSONField()
    since = models.DateTimeField(_("saved"), default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now, db_index=True)  # what came before needs no more looking at
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "query"], name="search_saved_once_a_person")]

    def __str__(self) -> str:
        return self.name or str(self.query)
