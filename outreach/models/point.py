"""Foreign-Related Policy Publicity Points (涉外政策宣传点): places where guides lie ready."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.models.material import Material, MaterialEdition
from outreach.models.shared import Place


class PublicityPoint(models.Model):
    """A place as a publicity point."""

    place = models.OneToOneField(Place, on_delete=models.CASCADE, primary_key=True, related_name="point")
    opened_on = models.DateField(_("publicity point since"), null=True, blank=True)
    about = models.CharField(_("what one finds there"), max_length=500, blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    closed_on = models.DateField(_("closed since"), null=True, blank=True)

    def __str__(self) -> str:
        return str(self.place_id)


@pghistory.track()
class Stock(models.Model):
    """How many copies of which edition lie at a point; an edition that is not the newest is to be replaced."""

    point = models.ForeignKey(PublicityPoint, on_delete=models.CASCADE, related_name="stock")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="+", verbose_name=_("material"))
    edition = models.ForeignKey(MaterialEdition, on_delete=models.PROTECT, related_name="+", verbose_name=_("edition"))
    copies = models.PositiveIntegerField(_("copies"), default=0)
    counted_at = models.DateTimeField(_("counted"), default=timezone.now)
    counted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["point", "edition"], name="edition_once_per_point")]

    def __str__(self) -> str:
        return f"{self.point_id}: {self.edition_id}"
