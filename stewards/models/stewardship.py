"""Who looks after whom."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Park, Subdistrict
from stewards.enums import (
    Scope,
)


@pghistory.track()
class Stewardship(models.Model):
    """A steward's responsibility for one enterprise, a park or building, or a subdistrict, from a day until a day."""

    steward = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stewardships")
    scope = models.CharField(_("scope"), max_length=12, choices=Scope.choices, default=Scope.ENTERPRISE)
    enterprise = models.ForeignKey(
        Enterprise, null=True, blank=True, on_delete=models.CASCADE, related_name="stewardships"
    )
    park = models.ForeignKey(Park, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    subdistrict = models.ForeignKey(Subdistrict, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="enterprise", enterprise__isnull=False, park__isnull=True, subdistrict__isnull=True)
                | Q(scope="park", park__isnull=False, enterprise__isnull=True, subdistrict__isnull=True)
                | Q(scope="subdistrict", subdistrict__isnull=False, enterprise__isnull=True, park__isnull=True),
                name="stewardship_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["enterprise"], name="one_steward_at_a_time", condition=Q(ends_on__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="stewardship_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.steward_id}: {self.scope}"
