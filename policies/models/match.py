"""Which enterprise meets which policy, as it was last worked out, and the news that came of it.

Enterprises are taken in shards, ranges of their keys; what a policy's criteria come to in a shard is one row of bits.
Written by `policies.matches`; the pages compute for themselves and read none of it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from enterprises.models import Enterprise
from policies.models.policy import Policy


class MatchShard(models.Model):
    """A range of enterprises: `number` is their key divided by the size of a shard."""

    number = models.PositiveIntegerField(primary_key=True)
    known = models.BinaryField(default=b"")  # bits of the enterprises that were verified then
    refreshed_on = models.DateField(null=True, blank=True)  # the day for which all its matches are worked out

    def __str__(self) -> str:
        return str(self.number)


class PolicyMatch(models.Model):
    """The enterprises of one shard that meet a policy's criteria; bit n is the shard's n-th key."""

    # No constraints: what is worked out anew every night need not be checked row by row.
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="matches", db_constraint=False)
    shard = models.ForeignKey(MatchShard, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    seen = models.DateTimeField()  # the policy's changed_at when it was worked out
    met = models.BinaryField()

    class Meta:
        verbose_name_plural = "policy matches"
        constraints: ClassVar = [models.UniqueConstraint(fields=["policy", "shard"], name="policy_match_once")]

    def __str__(self) -> str:
        return f"{self.policy_id}: {self.shard_id}"


class ProfileChange(models.Model):
    """That something criteria speak of has changed in an enterprise's record; written by triggers of the database.

    A row for every change: whoever brings the matches up to date deletes those rows that were there before reading.
    """

    enterprise = models.PositiveBigIntegerField(db_index=True)  # no foreign key: the record may be gone

    def __str__(self) -> str:
        return str(self.enterprise)


class NewMatch(models.Model):
    """That an enterprise newly met a policy. Kept when it is told, so that nobody hears of the same version twice."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    found_at = models.DateTimeField(default=timezone.now)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "new matches"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enterprise", "policy", "version"], name="new_match_once_a_version"),
        ]
        indexes: ClassVar = [models.Index(fields=["enterprise"], name="new_match_untold", condition=Q(told_at=None))]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.policy_id}"
