"""How often policies are read: numbers only, of nobody."""

from typing import ClassVar

from django.db import models

from policies.models.policy import Policy


class ViewCount(models.Model):
    """How often a policy's page was read on a day in a language; never by whom.

    `run` tells apart what was counted before and after the counters were lost: both are added up.
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    language = models.CharField(max_length=8)
    run = models.CharField(max_length=32)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["policy", "day", "language", "run"], name="views_once_a_day"),
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="views_by_day")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.day} {self.language}: {self.count}"
