"""What requests are about, in two levels that the service centre keeps."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class RequestCategory(models.Model):
    """A subject of requests; one with a `parent` is of the second level. One in use is retired, never deleted."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="category_is_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return self.name
