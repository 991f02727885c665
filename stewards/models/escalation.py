"""Who is above a request: linked leaders, what they instruct, and what is handled under supervision."""

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.enums import Tier
from enterprises.models import Enterprise, Subdistrict
from portal.core.calendar import local_day
from stewards.enums import LinkScope
from stewards.models.request import HelpRequest


class LeaderLinkQuerySet(models.QuerySet["LeaderLink"]):
    def current(self, day: date | None = None) -> "LeaderLinkQuerySet":
        day = day or local_day()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)

    def begun(self) -> "LeaderLinkQuerySet":
        """Those that count or have ended: whoever has one sees by links alone."""
        return self.filter(starts_on__lte=local_day())

    def enterprises(self) -> models.QuerySet[Enterprise]:
        """The enterprises that these links cover, as a condition of one query."""
        return Enterprise.objects.filter(
            Q(pk__in=self.filter(scope=LinkScope.ENTERPRISE).values("enterprise"))
            | Q(tier__in=self.filter(scope=LinkScope.TIER).values("tier"))
            | Q(subdistrict__in=self.filter(scope=LinkScope.SUBDISTRICT).values("subdistrict")),
            merged_into__isnull=True,
        ).order_by()


@pghistory.track()
class LeaderLink(models.Model):
    """A leader (联系领导) is linked to one enterprise, a tier of key enterprises, or a subdistrict, from day to day."""

    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("linked leader"), on_delete=models.PROTECT, related_name="+"
    )
    scope = models.CharField(_("linked to"), max_length=12, choices=LinkScope.choices, default=LinkScope.ENTERPRISE)
    enterprise = models.ForeignKey(
        Enterprise, verbose_name=_("enterprise"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, blank=True)
    subdistrict = models.ForeignKey(
        Subdistrict, verbose_name=_("subdistrict"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)

    objects = LeaderLinkQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_on", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(scope="enterprise", enterprise__isnull=False, tier="", subdistrict__isnull=True)
                | (Q(scope="tier", enterprise__isnull=True, subdistrict__isnull=True) & ~Q(tier=""))
                | Q(scope="subdistrict", subdistrict__isnull=False, enterprise__isnull=True, tier=""),
                name="leader_linked_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="leader_link_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.leader_id}: {self.scope}"

    @property
    def place(self) -> Any:
        """What the leader is linked to, in words."""
        if self.scope == LinkScope.TIER:
            return self.get_tier_display()
        return self.enterprise or self.subdistrict


@pghistory.track()
class Instruction(models.Model):
    """A leader's instruction (批示) on a request, and what the desk reported back; open until it has."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="instructions")
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="instructions")
    text = models.TextField(_("instruction"), max_length=2_000)
    created_at = models.DateTimeField(default=timezone.now)
    report = models.TextField(_("report"), max_length=5_000, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="instruction_open", condition=Q(reported_at__isnull=True))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True, reported_by__isnull=True, report="")
                | (Q(reported_at__isnull=False, reported_by__isnull=False) & ~Q(report="")),
                name="instruction_reported_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.leader_id}"


@pghistory.track()
class Supervision(models.Model):
    """A time under supervised handling (督办): ordered with a reason, ended by the service centre with a word."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="supervisions")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), max_length=2_000)
    created_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField(_("due"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    word = models.TextField(_("closing word"), max_length=2_000, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request"], name="one_supervision_at_a_time", condition=Q(ended_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.due_on}"
