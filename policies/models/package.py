"""Service packages: policies chosen for an enterprise or a theme."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from policies.enums import PackageState, Theme
from policies.models.policy import Policy


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
