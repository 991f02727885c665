"""Partners (合作单位) and the memoranda (政社合作备忘录) with them."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Park
from outreach.enums import Area, MemorandumState, PartnerKind, TaskState
from outreach.models.shared import Sourced, StoredFile
from portal.core.calendar import local_day


class PartnerQuerySet(models.QuerySet["Partner"]):
    def of_contact(self, user: Any) -> "PartnerQuerySet":
        """Partners that the person acts for."""
        return self.filter(pk__in=PartnerContact.objects.active().filter(user=user).values("partner"))


class Partner(Sourced):
    """An association, a chamber or the management of a park. public: on the public list."""

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=20, choices=PartnerKind.choices, default=PartnerKind.OTHER)
    about = models.CharField(_("in one sentence"), max_length=400, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    park = models.ForeignKey(
        Park, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("park or building")
    )
    logo = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("logo")
    )
    public = models.BooleanField(_("on the public list"), default=True)
    active = models.BooleanField(_("cooperating"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.name or self.slug


class PartnerContactQuerySet(models.QuerySet["PartnerContact"]):
    def active(self) -> "PartnerContactQuerySet":
        return self.filter(Q(until__isnull=True) | Q(until__gte=local_day()), partner__active=True)


@pghistory.track(exclude=["phone", "email"])
class PartnerContact(models.Model):
    """Who speaks for a partner; with an account (`user`) once they have signed in with the invited address."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="partner_contacts"
    )
    name = models.CharField(_("name"), max_length=80)
    position = models.CharField(_("position"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail address"))
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PartnerContactQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "email"], name="contact_once_per_partner"),
        ]

    def __str__(self) -> str:
        return self.name


class Memorandum(Sourced):
    """A memorandum of cooperation: its parties, areas, term and signed file. `renews`: the one before it."""

    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=200)
    parties = models.ManyToManyField(Partner, related_name="memoranda", verbose_name=_("partners"))
    district_side = models.CharField(_("on the district's side"), max_length=200, blank=True)
    areas = ArrayField(
        models.CharField(max_length=12, choices=Area.choices),
        verbose_name=_("areas of cooperation"),
        default=list,
        blank=True,
    )
    summary = models.TextField(_("what was agreed"), max_length=3000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MemorandumState.choices, default=MemorandumState.DRAFT)
    signed_on = models.DateField(_("signed"), null=True, blank=True)
    begins_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed file")
    )
    renews = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="renewed_by")
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    ended_why = models.CharField(_("why it ended early"), max_length=300, blank=True)
    public = models.BooleanField(_("on the public list"), default=True)
    created_at = models.DateTimeField(default=timezone.now)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "memoranda"
        ordering: ClassVar = ["-signed_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(begins_on__isnull=True) | Q(ends_on__gte=F("begins_on")),
                name="memorandum_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class JointTask(models.Model):
    """Something that both sides of a memorandum have agreed to do; `progress` in per cent."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.CASCADE, related_name="tasks")
    title = models.CharField(_("task"), max_length=200)
    due_on = models.DateField(_("due"), null=True, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress in per cent"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=TaskState.choices, default=TaskState.OPEN)
    note = models.CharField(_("where it stands"), max_length=500, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="joint_task_at_most_done"),
            models.CheckConstraint(condition=~Q(state="done") | Q(progress=100), name="joint_task_done_is_all_of_it"),
        ]

    def __str__(self) -> str:
        return self.title


class YearlyReview(models.Model):
    """What came of a memorandum in a year, in both languages; public with the memorandum."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.CASCADE, related_name="reviews")
    year = models.PositiveSmallIntegerField(_("year"))
    text = models.TextField(_("what came of it"), max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["memorandum", "year"], name="one_review_a_year")]

    def __str__(self) -> str:
        return f"{self.memorandum_id}: {self.year}"


class Amendment(models.Model):
    """A signed memorandum was put right: `before` and `file` are what held until then, `why` says the reason."""

    memorandum = models.ForeignKey(Memorandum, on_delete=models.CASCADE, related_name="amendments")
    number = models.PositiveSmallIntegerField(_("number"))
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(_("why it was amended"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["memorandum", "number"], name="amended_in_order")]

    def __str__(self) -> str:
        return f"{self.memorandum_id}: {self.number}"
