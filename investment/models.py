"""What the district has to offer to those who invest: premises, money, services; who keeps it current; who wants it."""

import uuid
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import Role
from enterprises.models import Enterprise, Membership, Park, Subdistrict
from investment.enums import (
    COMING,
    MONEY,
    SERVICE,
    SPACE,
    FileKind,
    Fitout,
    Kind,
    ProviderKind,
    RentUnit,
    Stage,
    State,
    ViewingState,
    Why,
)
from portal.core.calendar import local_day
from stewards.models import HelpRequest

OFFICIALS = (Role.EDITOR, Role.REVIEWER, Role.ADMIN)


def sections() -> ArrayField:
    """Sections of GB/T 4754-2017, such as “I”; none stands for all industries."""
    return ArrayField(models.CharField(max_length=1), verbose_name=_("industries"), default=list, blank=True)


def _money(label: Any) -> models.PositiveBigIntegerField:
    return models.PositiveBigIntegerField(label, null=True, blank=True)


def _newest() -> tuple[OrderBy, ...]:
    """The order of the list."""
    return F("published_at").desc(nulls_last=True), F("id").desc()


class ProviderQuerySet(models.QuerySet["Provider"]):
    def of_keeper(self, user: Any) -> "ProviderQuerySet":
        """Those whose entries the person keeps."""
        return self.filter(active=True, pk__in=Keeper.objects.active().filter(user=user).values("provider"))


class Provider(models.Model):
    """Who offers resources: a park, a fund, an incubator, a service."""

    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=ProviderKind.choices)
    about = models.CharField(_("in one sentence"), max_length=400, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    park = models.ForeignKey(
        Park, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("park or building")
    )
    active = models.BooleanField(_("cooperating"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class KeeperQuerySet(models.QuerySet["Keeper"]):
    def active(self) -> "KeeperQuerySet":
        return self.filter(ended_on__isnull=True)


@pghistory.track(exclude=["email"])
class Keeper(models.Model):
    """Who keeps a provider's entries; with an account (`user`) once the address has been shown to be theirs."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="keepers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(pgettext_lazy("person", "name"), max_length=80)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = KeeperQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["provider", "email"], name="keeper_once", condition=Q(ended_on__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ResourceQuerySet(models.QuerySet["Resource"]):
    def shown(self) -> "ResourceQuerySet":
        """What everybody may read."""
        return self.filter(state=State.PUBLISHED, provider__active=True)

    def of_keeper(self, user: Any) -> "ResourceQuerySet":
        return self.filter(provider__in=Provider.objects.of_keeper(user))


class Resource(models.Model):
    """One thing on offer. What its kind has no use for stays empty.

    `area_min_m2`: the smallest part that can be had. `rent_day`: the rent per m² and day, whatever unit it was given
    in. `available_on` empty: at once. `confirmed_at`: when its keeper last said that all of it still holds.
    `proposal`: what its keeper wants to change about it while it is published; it holds once somebody else has agreed.
    """

    provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, related_name="resources", verbose_name=_("provider")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=160)
    about = models.TextField(_("description"), max_length=3000, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    park = models.ForeignKey(
        Park, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("park or building")
    )
    subdistrict = models.ForeignKey(
        Subdistrict, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("subdistrict")
    )
    sections = sections()
    area_m2 = models.PositiveIntegerField(_("area (m²)"), null=True, blank=True)
    area_min_m2 = models.PositiveIntegerField(_("smallest part (m²)"), null=True, blank=True)
    floor = models.CharField(_("floor"), max_length=20, blank=True)
    rent = models.DecimalField(_("rent"), max_digits=8, decimal_places=2, null=True, blank=True)
    rent_unit = models.CharField(_("unit of the rent"), max_length=5, choices=RentUnit.choices, default=RentUnit.DAY)
    rent_day = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    fitout = models.CharField(_("fit-out"), max_length=10, choices=Fitout.choices, blank=True)
    available_on = models.DateField(_("delivery date"), null=True, blank=True)
    stages = ArrayField(
        models.CharField(max_length=6, choices=Stage.choices), verbose_name=_("stages"), default=list, blank=True
    )
    ticket_min = _money(_("from (CNY)"))
    ticket_max = _money(_("up to (CNY)"))
    rate = models.DecimalField(_("interest a year, from (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    fee = _money(_("fee, from (CNY)"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    remark = models.CharField(max_length=500, blank=True)
    proposal = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    lock_version = models.PositiveIntegerField(default=0)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(*_newest(), name="resource_newest", condition=Q(state="published")),
            models.Index(F("kind"), *_newest(), name="resource_by_kind", condition=Q(state="published")),
            models.Index(fields=["confirmed_at"], name="resource_to_confirm", condition=Q(state="published")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(area_m2__gt=0), name="resource_has_some_area"),
            models.CheckConstraint(
                condition=Q(area_min_m2__isnull=True) | Q(area_min_m2__gt=0, area_min_m2__lte=F("area_m2")),
                name="resource_part_within_the_whole",
            ),
            models.CheckConstraint(
                condition=Q(ticket_min__isnull=True) | Q(ticket_max__isnull=True) | Q(ticket_max__gte=F("ticket_min")),
                name="resource_ticket_from_to",
            ),
            models.CheckConstraint(condition=Q(rent__gte=0), name="resource_rent_not_negative"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, confirmed_at__isnull=False),
                name="resource_published_and_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_space(self) -> bool:
        return self.kind in SPACE

    @property
    def is_money(self) -> bool:
        return self.kind in MONEY

    @property
    def is_service(self) -> bool:
        return self.kind in SERVICE


def file_path(instance: "ResourceFile", filename: str) -> str:
    """A place that tells nothing and cannot be guessed."""
    return f"investment/{instance.sha256[:2]}/{instance.key}"


class ResourceFile(models.Model):
    """A picture or a plan; `about` says what it shows to those who do not see it."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="files")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(_("kind"), max_length=7, choices=FileKind.choices, default=FileKind.PICTURE)
    file = models.FileField(upload_to=file_path, max_length=200)
    about = models.CharField(_("what it shows"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["kind", "pk"]

    def __str__(self) -> str:
        return str(self.key)


class NeedQuerySet(models.QuerySet["Need"]):
    def of_member(self, user: Any) -> "NeedQuerySet":
        return self.filter(enterprise__in=Membership.objects.active().filter(user=user).values("enterprise"))

    def open(self) -> "NeedQuerySet":
        return self.filter(closed_at__isnull=True)


@pghistory.track()
class Need(models.Model):
    """What an enterprise is looking for, said once. `section`: its industry; `budget_day`: per m² and day."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="needs")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("what you are looking for"), max_length=10, choices=Kind.choices)
    words = models.CharField(_("in your own words"), max_length=500, blank=True)
    section = models.CharField(_("your industry"), max_length=1, blank=True)
    area_from = models.PositiveIntegerField(_("area from (m²)"), null=True, blank=True)
    area_to = models.PositiveIntegerField(_("area to (m²)"), null=True, blank=True)
    budget = models.DecimalField(_("rent up to"), max_digits=8, decimal_places=2, null=True, blank=True)
    budget_unit = models.CharField(_("unit of the rent"), max_length=5, choices=RentUnit.choices, default=RentUnit.DAY)
    budget_day = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    wanted_by = models.DateField(_("needed by"), null=True, blank=True)
    subdistricts = ArrayField(models.CharField(max_length=9), verbose_name=_("subdistricts"), default=list, blank=True)
    stage = models.CharField(_("stage"), max_length=6, choices=Stage.choices, blank=True)
    amount = _money(_("amount (CNY)"))
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = NeedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["enterprise", "-created_at"], name="need_of_enterprise")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(area_from__isnull=True) | Q(area_to__isnull=True) | Q(area_to__gte=F("area_from")),
                name="need_area_from_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.kind}"


@pghistory.track()
class Mark(models.Model):
    """What an enterprise made of a resource for one need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="marks")
    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="marks")
    viewed_at = models.DateTimeField(null=True, blank=True)
    shortlisted_at = models.DateTimeField(null=True, blank=True)
    visited_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(_("why"), max_length=8, choices=Why.choices, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["need", "resource"], name="mark_once")]

    def __str__(self) -> str:
        return f"{self.need_id}: {self.resource_id}"


class ViewingQuerySet(models.QuerySet["Viewing"]):
    def of_member(self, user: Any) -> "ViewingQuerySet":
        return self.filter(enterprise__in=Membership.objects.active().filter(user=user).values("enterprise"))

    def of_provider(self, user: Any) -> "ViewingQuerySet":
        """Those whose provider the person speaks for: its keepers, or the district where it has none."""
        own = Q(resource__provider__in=Provider.objects.of_keeper(user))
        if user.has_role(*OFFICIALS):
            own |= ~Q(resource__provider__in=Keeper.objects.active().values("provider"))
        return self.filter(own)

    def coming(self) -> "ViewingQuerySet":
        return self.filter(state__in=COMING)


@pghistory.track()
class Viewing(models.Model):
    """An enterprise's interest in a resource, and when both sides meet about it.

    `slots`: the times last proposed, by the enterprise (asked) or by the provider (offered); `at`: the one agreed on.
    The enterprise asked for it, so the contact guard has nothing to say and nothing to count.
    """

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="viewings")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="viewings")
    need = models.ForeignKey(Need, null=True, blank=True, on_delete=models.SET_NULL, related_name="viewings")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(HelpRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=ViewingState.choices, default=ViewingState.ASKED)
    slots = ArrayField(models.DateTimeField(), verbose_name=_("proposed times"), default=list)
    at = models.DateTimeField(_("time"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    lock_version = models.PositiveIntegerField(default=0)

    objects = ViewingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "enterprise"],
                name="one_coming_viewing",
                condition=Q(state__in=["asked", "offered", "agreed"]),
            ),
            models.CheckConstraint(
                condition=Q(at__isnull=False) | ~Q(state__in=["agreed", "held"]), name="viewing_agreed_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.resource_id}"

    @property
    def is_today_or_over(self) -> bool:
        return self.at is not None and local_day(self.at) <= local_day()
