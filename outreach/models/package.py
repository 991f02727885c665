"""Enterprise Policy Service Packages (企业政策服务包) for partners: versions, receipts, links, reach."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from outreach.enums import Publication
from outreach.models.material import Piece
from outreach.models.partner import Partner
from outreach.models.shared import new_code

__all__ = ["EnterpriseOrigin", "HandOver", "PackagePiece", "PackageVersion", "PartnerPackage", "ShareLink", "ShareUse"]


class PartnerPackage(models.Model):
    """A package for partners; what is in it stands in its versions, of which one at most is published."""

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["slug"]

    def __str__(self) -> str:
        return self.title


class PackageVersion(models.Model):
    """One version, written by one person and published by another. `why`: what made it necessary."""

    package = models.ForeignKey(PartnerPackage, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    introduction = models.TextField(_("introduction"), max_length=3000, blank=True)
    why = models.CharField(_("what has changed"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField(_("remark of the reviewer"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # superseded or withdrawn
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "number"], name="package_version_once"),
            models.UniqueConstraint(
                fields=["package"], condition=Q(state="published"), name="one_published_version_of_a_package"
            ),
            models.UniqueConstraint(
                fields=["package"], condition=Q(state__in=["draft", "in_review"]), name="one_open_version_of_a_package"
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(reviewer__isnull=False) & ~Q(author=F("reviewer"))),
                name="package_published_by_someone_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id} #{self.number}"


class PackagePiece(Piece):
    package_version = models.ForeignKey(PackageVersion, on_delete=models.CASCADE, related_name="pieces")
    words = models.CharField(_("why it is in the package"), max_length=300, blank=True)

    class Meta(Piece.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(policy__isnull=False, interpretation=None, material=None, event=None)
                | Q(policy=None, interpretation__isnull=False, material=None, event=None)
                | Q(policy=None, interpretation=None, material__isnull=False, event=None)
                | Q(policy=None, interpretation=None, material=None, event__isnull=False),
                name="package_piece_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_version_id}: {self.position}"


@pghistory.track()
class HandOver(models.Model):
    """A version given to a partner, and the partner's receipt for it."""

    version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="hand_overs")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="hand_overs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("handed over"), default=timezone.now)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "partner"], name="handed_over_once")]

    def __str__(self) -> str:
        return f"{self.version_id} → {self.partner_id}"


@pghistory.track()
class ShareLink(models.Model):
    """The short address of one version at one partner, as printed in a QR code; it outlives the version."""

    code = models.CharField(max_length=8, unique=True, default=new_code)
    version = models.ForeignKey(PackageVersion, on_delete=models.PROTECT, related_name="links")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="links")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "partner"], name="one_link_a_version")]

    def __str__(self) -> str:
        return self.code


class ShareUse(models.Model):
    """How often a link was opened on a day; numbers only, never who. `run` as in policies.ViewCount."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="uses")
    day = models.DateField()
    run = models.CharField(max_length=40, default="")
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "day", "run"], name="uses_once_a_day")]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.day}"


@pghistory.track()
class EnterpriseOrigin(models.Model):
    """An enterprise that says it came by a partner."""

    enterprise = models.OneToOneField(Enterprise, on_delete=models.CASCADE, related_name="origin")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="enterprises")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.partner_id}"
