"""Service packages: policies chosen for an enterprise, a theme or a segment."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Segment
from enterprises.segments.queries import holding
from policies.enums import PackageState, Theme
from policies.models.policy import Policy


class PackageQuerySet(models.QuerySet["Package"]):
    def for_enterprise(self, enterprise: Enterprise) -> "PackageQuerySet":
        """Handed over to that enterprise, to a segment that holds it now, or by theme to everybody; in this order, the
        newest first. One query at once, and another where a package was handed over to a segment."""
        handed_over = self.filter(state=PackageState.HANDED_OVER)
        held = holding(enterprise, Segment.objects.filter(packages__in=handed_over).distinct())
        everybody = Q(enterprise__isnull=True, segment__isnull=True)
        found = handed_over.filter(Q(enterprise=enterprise) | Q(segment__in=held) | everybody)
        return found.order_by("enterprise", IsNull(F("segment"), True), "-handed_over_at", "-pk")


class Package(models.Model):
    """A service package: policies chosen for one enterprise, or for a theme, a segment, or a theme within a segment."""

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
    segment = models.ForeignKey(
        Segment, verbose_name=_("segment"), null=True, blank=True, on_delete=models.PROTECT, related_name="packages"
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
                condition=Q(enterprise__isnull=False) | Q(segment__isnull=False) | ~Q(theme=""),
                name="package_is_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(enterprise__isnull=True) | Q(segment__isnull=True),
                name="package_for_an_enterprise_or_a_segment",
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
