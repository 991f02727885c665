"""How long things may take."""

from typing import ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from stewards.enums import (
    RequestType,
)


@pghistory.track()
class ServiceStandard(models.Model):
    """How many working days a type of request may take, from a day on (domain.md, “Service standard”)."""

    type = models.CharField(_("type"), max_length=12, choices=RequestType.choices)
    days = models.PositiveSmallIntegerField(_("working days"))
    valid_from = models.DateField(_("valid from"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["type", "valid_from"], name="one_standard_a_day")]

    def __str__(self) -> str:
        return f"{self.type}: {self.days}"
