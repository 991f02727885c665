"""Who can take what, who is away, and who answers meanwhile."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stewards.enums import RequestType
from stewards.models.part import RequestPart
from stewards.models.request import HelpRequest

LANGUAGES = [("zh-hans", "中文"), ("en", "English")]


def own_language() -> list[str]:
    return ["zh-hans"]


# `turn` moves with every request that is given out: it is no fact about the person.
@pghistory.track(exclude=["turn"])
class StewardProfile(models.Model):
    """What a steward can be given beside their own enterprises. An empty list means: any.

    `turn` is the place in the rotation: who has the lowest has waited longest for a request.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="steward_profile")
    in_rotation = models.BooleanField(_("takes requests that have no steward"), default=True)
    types = ArrayField(
        models.CharField(max_length=12, choices=RequestType.choices),
        verbose_name=_("types of requests"), default=list, blank=True,
    )  # fmt: skip
    categories = ArrayField(models.BigIntegerField(), verbose_name=_("subjects"), default=list, blank=True)
    subdistricts = ArrayField(models.CharField(max_length=9), verbose_name=_("subdistricts"), default=list, blank=True)
    parks = ArrayField(models.CharField(max_length=80), verbose_name=_("parks"), default=list, blank=True)
    industries = ArrayField(models.CharField(max_length=1), verbose_name=_("industries"), default=list, blank=True)
    languages = ArrayField(
        models.CharField(max_length=10, choices=LANGUAGES), verbose_name=_("writes in"), default=own_language
    )
    capacity = models.PositiveSmallIntegerField(_("most open requests at a time"), default=30)
    turn = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="profile_capacity_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}"


@pghistory.track()
class Leave(models.Model):
    """A steward or handler is away, both days included; the `substitute` answers meanwhile, or the `second` if that
    one is away.

    `begun_at` and `ended_at`: when the portal handed over what was open, and handed it back.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="leaves")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("substitute"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("second substitute"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    hand_over = models.BooleanField(_("hand over what is open"), default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("handed back"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["starts_on", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["ends_on"], name="leave_running", condition=Q(ended_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="leave_ends_after_start"),
            models.CheckConstraint(
                condition=(Q(substitute__isnull=True) | ~Q(substitute=F("person")))
                & (Q(second__isnull=True) | ~Q(second=F("person"))),
                name="leave_substitute_is_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.starts_on}"


class StandInQuerySet(models.QuerySet["StandIn"]):
    def for_steward(self) -> "StandInQuerySet":
        """Who stands in for a responsible steward now: they read the request, also once they have referred it on."""
        return self.filter(until__isnull=True, part__isnull=True, leave__person=F("request__steward"))


class StandIn(models.Model):
    """That somebody answers a request, or does one `part` of it, in another's place for as long as the leave lasts."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="stand_ins")
    part = models.ForeignKey(RequestPart, null=True, blank=True, on_delete=models.CASCADE, related_name="stand_ins")
    leave = models.ForeignKey(Leave, on_delete=models.CASCADE, related_name="stand_ins")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)

    objects = StandInQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "part"], name="one_stand_in_at_a_time", condition=Q(until__isnull=True),
                nulls_distinct=False,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person_id}: {self.request_id}"


class CoverageGap(models.Model):
    """That nobody could take a request on a subject (a key of the coverage board) from a place and an industry."""

    subject = models.CharField(max_length=30)
    place = models.CharField(max_length=9)
    industry = models.CharField(max_length=1, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject", "place", "industry"], name="gap_open_once", condition=Q(closed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.place} {self.industry}"
