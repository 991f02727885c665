"""Rounds of re-adjustment of the tiers, saved segments, and the tags that segments can ask for."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.enums import Change, RoundState, Tier
from enterprises.models.base import Enterprise

RUNNING = (RoundState.OPEN, RoundState.IN_REVIEW, RoundState.APPROVED)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class TierRound(models.Model):
    """The yearly re-adjustment. `rules`: {tier: conditions}; `stayed`: by tier, how many keep the one they have."""

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=RoundState.choices, default=RoundState.OPEN)
    rules = models.JSONField(default=dict)
    stayed = models.JSONField(default=dict)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    composed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    effective_on = models.DateField(_("takes effect on"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(Value(1), name="one_round_of_tiers_at_a_time", condition=Q(state__in=RUNNING)),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "effective"))
                | (Q(effective_on__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("opened_by"))),
                name="a_round_of_tiers_is_approved_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


# The enterprise's own trail has the rest.
@pghistory.track(pghistory.UpdateEvent(), exclude=["done_at", "reasons"], level=pghistory.Statement)
class TierProposal(models.Model):
    """What a round would change. `computed`: by its rules; `proposed`: what takes effect, by hand where they differ.

    `reasons`: {tier: {condition: met, unmet or unknown}}; what did not change is not kept, only counted.
    """

    round = models.ForeignKey(TierRound, on_delete=models.CASCADE, related_name="proposals")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="tier_proposals")
    was = models.CharField(max_length=12, choices=Tier.choices, blank=True)
    computed = models.CharField(max_length=12, choices=Tier.choices, blank=True)
    proposed = models.CharField(_("proposed tier"), max_length=12, choices=Tier.choices, blank=True)
    change = models.CharField(_("change"), max_length=8, choices=Change.choices)
    reasons = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "enterprise"], name="proposed_once_in_a_round"),
            models.CheckConstraint(
                condition=Q(proposed=F("computed")) | (~Q(note="") & Q(by__isnull=False)),
                name="a_tier_by_hand_says_why",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["round", "change", "id"], name="tier_changes"),
            models.Index(fields=["round", "id"], name="tier_changes_in_turn"),
            models.Index(fields=["round", "id"], name="tier_changes_to_do", condition=Q(done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.was} → {self.proposed}"

    @property
    def by_hand(self) -> bool:
        return self.proposed != self.computed


class EnterpriseTag(models.Model):
    """A word that the service centre puts on enterprises; a retired one stays where it is, and is offered no more."""

    name = models.CharField(_("name"), max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name or f"{self.pk}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), level=pghistory.Statement)
class Tagging(models.Model):
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="taggings")
    tag = models.ForeignKey(EnterpriseTag, on_delete=models.PROTECT, related_name="taggings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "enterprise"], name="enterprise_tagged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.tag_id}"


@pghistory.track()
class Segment(models.Model):
    """Conditions under a name; whoever fulfils them is looked up at each use. Retired rather than removed: what it was
    used for still names it."""

    name = models.CharField(_("name"), max_length=80)
    conditions = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], name="segment_names_differ", condition=Q(retired_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name
