"""What a department does on a request: its part (分办事项), while one steward stays responsible for the whole."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from portal.core.keyset import pk_in_any
from stewards.models.request import HelpRequest


class PartState(models.TextChoices):
    OPEN = "open", _("Not accepted yet")
    ACCEPTED = "accepted", _("In work")
    CENTRE = "centre", _("With the service centre")
    ANSWERED = "answered", _("Done")
    RETURNED = "returned", _("Returned")
    WITHDRAWN = "withdrawn", _("No longer needed")


AT_WORK = (PartState.OPEN, PartState.ACCEPTED)  # a department has it
LIVE_PARTS = (*AT_WORK, PartState.CENTRE)  # while there is one of these, the request can't be answered


class RequestPartQuerySet(models.QuerySet["RequestPart"]):
    def live(self) -> "RequestPartQuerySet":
        return self.filter(state__in=LIVE_PARTS)

    def of_department(self, user: Any) -> "RequestPartQuerySet":
        """What the person's department has to do, or has left with the person's name on it."""
        return self.filter(Q(department=user.department_id, state__in=LIVE_PARTS) | Q(handler=user))

    def on_requests_of(self, user: Any, *others: models.QuerySet[Any]) -> Q:
        """A condition on requests: those of these parts that are `of_department`, or that `others` name; each kind is
        found by its own index."""
        kinds: list[models.QuerySet[Any]] = [
            self.live().filter(department=user.department_id),
            self.filter(handler=user),
            *others,
        ]
        return Q(pk_in_any([kind.order_by().values("request") for kind in kinds]))


class RequestPart(models.Model):
    """One department's part. `final`: the service centre decided that it is this department's; it can't go back.

    `reason` is the latest word on why it was returned, passed on, sent back or withdrawn; `round` that of the request.
    """

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="parts")
    department = models.ForeignKey(
        Department, verbose_name=_("department"), on_delete=models.PROTECT, related_name="request_parts"
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("handler"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="request_parts",
    )
    asked = models.TextField(_("what is asked of the department"), max_length=5_000)
    due_on = models.DateField(_("due"))
    state = models.CharField(_("state"), max_length=12, choices=PartState.choices, default=PartState.OPEN)
    answer = models.TextField(_("answer of the department"), max_length=10_000, blank=True)
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    transfers = models.PositiveSmallIntegerField(default=0)
    final = models.BooleanField(_("decided by the service centre"), default=False)
    created_at = models.DateTimeField(default=timezone.now)
    assigned_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    objects = RequestPartQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["department", "due_on", "id"], name="part_live", condition=Q(state__in=LIVE_PARTS)),
            models.Index(fields=["state", "due_on", "id"], name="part_live_due", condition=Q(state__in=LIVE_PARTS)),
            models.Index(fields=["department", "-id"], name="part_of_department"),
            models.Index(fields=["department", "request"], name="part_live_request", condition=Q(state__in=LIVE_PARTS)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "department"], name="one_live_part_a_department", condition=Q(state__in=LIVE_PARTS)
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(handler__isnull=False), name="accepted_part_has_a_handler"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="answered_part_has_an_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.department_id}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE_PARTS


pghistory.track()(RequestPart)
