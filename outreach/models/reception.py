"""The Bilingual Government Open Reception Room (政务公开双语会客厅): zones, topics, sessions."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from outreach.enums import ZoneKind
from outreach.models.shared import Occasion, Place


class Zone(models.Model):
    """A part of a reception room."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="zones", verbose_name=_("place"))
    kind = models.CharField(_("kind"), max_length=15, choices=ZoneKind.choices)
    name = models.CharField(_("name"), max_length=120)
    about = models.CharField(_("what one can do there"), max_length=400, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """What people come about; `checklist` holds one document a line, to be brought along."""

    name = models.CharField(_("topic"), max_length=120)
    about = models.CharField(_("what it covers"), max_length=400, blank=True)
    checklist = models.TextField(_("documents to bring, one a line"), max_length=2000, blank=True)
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def documents(self) -> list[str]:
        """What to bring along, in the active language."""
        return [line.strip() for line in self.checklist.splitlines() if line.strip()]


class Sitting(models.Model):
    """An occasion as a session of the reception room: half an hour for one visitor, or an hour in the live studio."""

    occasion = models.OneToOneField(Occasion, on_delete=models.CASCADE, primary_key=True, related_name="sitting")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="sittings", verbose_name=_("zone"))
    topics = models.ManyToManyField(Topic, related_name="+", blank=True, verbose_name=_("topics"))
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, through="SittingStaff", related_name="+")

    def __str__(self) -> str:
        return str(self.occasion_id)


@pghistory.track()
class SittingStaff(models.Model):
    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="present")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sitting", "person"], name="staff_once_per_sitting")]

    def __str__(self) -> str:
        return f"{self.sitting_id}: {self.person_id}"
