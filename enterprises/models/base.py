"""Enterprises, the taxonomies they are described by, and the people who act for them."""

import secrets
from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from enterprises import credit_code, naming
from enterprises.enums import HeadAs, MemberRole, MembershipState, Ownership, SizeClass, Standing, Tier
from portal.core import search
from portal.core.calendar import local_day

OPERATING = (Standing.ACTIVE, Standing.LEAVING)


class Industry(models.Model):
    """A section (“I”) or division (“I65”) of GB/T 4754-2017."""

    code = models.CharField(max_length=5, primary_key=True)
    section = models.CharField(max_length=1, db_index=True)
    name = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Subdistrict(models.Model):
    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=80)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class Park(models.Model):
    """A park or building with enterprises in it."""

    slug = models.SlugField(primary_key=True, max_length=80)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=200, blank=True)
    subdistrict = models.ForeignKey(Subdistrict, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.name or self.slug


class Title(models.Model):
    """A recognition an enterprise can hold, such as high-tech enterprise."""

    code = models.SlugField(primary_key=True, max_length=60)
    name = models.CharField(max_length=120)

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def of_member(self, user: Any) -> "EnterpriseQuerySet":
        """Enterprises the person acts for."""
        return self.filter(pk__in=Membership.objects.active().filter(user=user).values("enterprise"))

    def visible_to(self, user: Any) -> "EnterpriseQuerySet":
        """Own enterprises; all of them for the service centre and for those who compose packages."""
        if user.has_role(Role.ADMIN, Role.EDITOR, Role.REVIEWER):
            return self.filter(merged_into__isnull=True)
        return self.of_member(user)

    def operating(self) -> "EnterpriseQuerySet":
        """Those that are matched, invited and counted: neither gone nor merged into another record."""
        return self.filter(standing__in=OPERATING, merged_into__isnull=True)

    def of_code(self, code: str) -> "Enterprise | None":
        """The record with the code, or the one that it was merged into, at however many removes."""
        row: Enterprise | None = self.filter(credit_code=code).select_related("merged_into").first()
        while row is not None and row.merged_into is not None:
            row = row.merged_into
        return row

    def found_by(self, text: str, *, merged: bool = False) -> "EnterpriseQuerySet":
        """By a part of either name, or the beginning of the code; by an index from two characters on.

        merged: of the records that were merged into another one, which are found nowhere else."""
        text = " ".join(search.normalise(text.replace("\0", "")).split())
        if not text:
            return self.none()
        named = Q(_words__contains=text)
        if pairs := naming.pairs_of(text):
            named &= Q(_pairs__contains=naming.some(pairs))
        code = credit_code.normalise(text)
        if code and set(code) <= set(credit_code.ALPHABET):
            named |= Q(credit_code__startswith=code)
        found = self.filter(merged_into__isnull=not merged)
        return found.alias(_words=naming.words(), _pairs=naming.Pairs(naming.words())).filter(named)


class Enterprise(models.Model):
    """An enterprise's record. `sources` keeps where each fact came from: {field: {"source", "on"}}."""

    credit_code = models.CharField(_("unified social credit code"), max_length=18, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=200)
    industry = models.ForeignKey(
        Industry, verbose_name=_("industry"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    founded_on = models.DateField(_("founded on"), null=True, blank=True)
    ownership = models.CharField(_("ownership"), max_length=10, choices=Ownership.choices, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    annual_revenue_cny = models.PositiveBigIntegerField(_("annual revenue (CNY)"), null=True, blank=True)
    assets_cny = models.PositiveBigIntegerField(_("total assets (CNY)"), null=True, blank=True)
    rd_expense_ratio = models.DecimalField(
        _("R&D expense ratio"), max_digits=5, decimal_places=4, null=True, blank=True
    )
    listed = models.BooleanField(_("listed on a stock exchange"), null=True, blank=True)
    size = models.CharField(_("size class"), max_length=10, choices=SizeClass.choices, blank=True)
    district = models.CharField(_("registered in district"), max_length=6, blank=True)
    subdistrict = models.ForeignKey(
        Subdistrict, verbose_name=_("subdistrict"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    park = models.ForeignKey(
        Park, verbose_name=_("park or building"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    operating_district = models.CharField(
        _("operates in district"), max_length=6, blank=True, default="", db_default=""
    )
    operating_subdistrict = models.ForeignKey(
        Subdistrict,
        verbose_name=_("subdistrict of operation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    operating_address = models.CharField(_("operating address"), max_length=200, blank=True, default="", db_default="")
    tax_district = models.CharField(_("pays taxes in district"), max_length=6, blank=True, default="", db_default="")
    standing = models.CharField(
        _("standing"), max_length=10, choices=Standing.choices, default=Standing.ACTIVE, db_default=Standing.ACTIVE
    )
    standing_on = models.DateField(_("standing since"), null=True, blank=True)
    standing_reason = models.CharField(_("reason"), max_length=300, blank=True, default="", db_default="")
    head = models.ForeignKey(
        "self",
        verbose_name=_("head enterprise"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dependants",
        db_index=False,
    )
    head_as = models.CharField(
        _("kind of dependence"), max_length=10, choices=HeadAs.choices, blank=True, default="", db_default=""
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_records", db_index=False
    )
    titles_known = models.BooleanField(_("titles are complete"), default=False)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, default=Tier.NONE, blank=True)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            GinIndex(naming.Pairs(naming.words()), name="enterprise_named"),
            models.Index(fields=["head"], name="enterprise_dependants", condition=Q(head__isnull=False)),
            models.Index(fields=["merged_into"], name="enterprise_merged", condition=Q(merged_into__isnull=False)),
            models.Index(fields=["standing", "id"], name="enterprise_not_operating", condition=~Q(standing="active")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rd_expense_ratio__isnull=True) | Q(rd_expense_ratio__range=(0, 1)),
                name="enterprise_rd_ratio_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(head__isnull=True, head_as="")
                | (Q(head__isnull=False, head_as__in=HeadAs.values) & ~Q(head=models.F("id"))),
                name="enterprise_is_not_its_own_head",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="enterprise_merged_into_another",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.credit_code or ""

    @property
    def is_operating(self) -> bool:
        return self.standing in OPERATING and self.merged_into_id is None


@pghistory.track()
class TitleGrant(models.Model):
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="title_grants")
    title = models.ForeignKey(Title, on_delete=models.PROTECT, related_name="+")
    granted_on = models.DateField(_("granted on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enterprise", "title"], name="title_once_per_enterprise"),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True)
                | Q(granted_on__isnull=True)
                | Q(expires_on__gte=models.F("granted_on")),
                name="title_expires_after_grant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.title_id}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, day: date | None = None) -> "MembershipQuerySet":
        """Of people who act for their enterprise on that day: a mandate ends with its last day, whatever else runs."""
        in_time = Q(until__isnull=True) | Q(until__gte=day or local_day())
        return self.filter(in_time, state=MembershipState.ACTIVE)


@pghistory.track()
class Membership(models.Model):
    """That a person acts for an enterprise: claimed first, active once an admin has verified it.

    An agent (an accountant, an association) acts for it by a mandate, `until` its last day."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole.choices, default=MemberRole.MEMBER)
    state = models.CharField(
        _("state"), max_length=10, choices=MembershipState.choices, default=MembershipState.CLAIMED
    )
    evidence = models.CharField(_("how you act for this enterprise"), max_length=500, blank=True)
    until = models.DateField(_("mandate until"), null=True, blank=True)
    decision_note = models.CharField(_("note on the decision"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enterprise", "user"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(role="agent", until__isnull=False) | (~Q(role="agent") & Q(until__isnull=True)),
                name="an_agent_and_nobody_else_has_a_mandate",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="membership_claims", condition=Q(state="claimed")),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.enterprise_id}"


def invitation_token() -> str:
    return secrets.token_urlsafe(32)


@pghistory.track(exclude=["token"])
class Invitation(models.Model):
    """A colleague asked by e-mail to join; the token works once, for 14 days."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail address"))
    token = models.CharField(max_length=64, unique=True, default=invitation_token)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    until = models.DateField(_("mandate until"), null=True, blank=True)  # of an agent
    accepted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise", "email"],
                name="one_open_invitation_per_address",
                condition=Q(accepted_by__isnull=True, revoked_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.email
