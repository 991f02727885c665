"""How long things may take, who gave more time and why, and which official calendars were loaded."""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stewards.enums import OPEN_STATES, RequestType
from stewards.models.category import RequestCategory
from stewards.models.request import HelpRequest

LONGEST_STANDARD = 90


def _days(label: Any, **options: Any) -> models.PositiveSmallIntegerField:
    limits = [MinValueValidator(1), MaxValueValidator(LONGEST_STANDARD)]
    return models.PositiveSmallIntegerField(label, validators=limits, **options)


@pghistory.track()
class ServiceStandard(models.Model):
    """What is promised to a type of request, from a day on (domain.md, “Service standard”), all in working days.

    A row with a category is narrower and wins over the type's own; where it is not `active`, the wider one holds again.
    """

    type = models.CharField(_("type"), max_length=12, choices=RequestType.choices)
    category = models.ForeignKey(
        RequestCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    days = _days(_("answer"))
    contact_days = _days(_("first contact"), default=1)
    complex_days = _days(_("answer to what is approved as complex"), default=15)
    supervised_days = _days(_("supervised handling and re-check"), default=3)
    rectify_days = _days(_("a negative rating put right"), default=15)
    active = models.BooleanField(_("in use"), default=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["type", "category", "valid_from"], name="one_standard_a_day", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.days}"


@pghistory.track()
class CountingRule(models.Model):
    """How the district counts, from a day on: whether the day of receipt is the first day, how much can be added,
    and how far ahead a new date may lie."""

    receipt_counts = models.BooleanField(_("the day of receipt counts"), default=False)
    extensions = models.PositiveSmallIntegerField(
        _("extensions that the service centre alone may approve"), default=1, validators=[MaxValueValidator(9)]
    )
    longest_extension = _days(_("longest extension"), default=15)
    furthest_new_date = _days(_("furthest new date for a promise that cannot be kept"), default=60)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"), unique=True)

    def __str__(self) -> str:
        return str(self.valid_from)


class TimeAskQuerySet(models.QuerySet["TimeAsk"]):
    def pending(self) -> "TimeAskQuerySet":
        """Not decided yet, on requests that are still open in the same round."""
        return self.filter(state="pending", request__state__in=OPEN_STATES, round=F("request__round"))


@pghistory.track()
class TimeAsk(models.Model):
    """Somebody asks for more time for a request; another person approves or refuses it."""

    class Kind(models.TextChoices):
        EXTENSION = "extension", _("Extension")
        COMPLEX = "complex", _("Complex request")

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting for a decision")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="time_asks")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    days = models.PositiveSmallIntegerField(_("working days"))
    reason = models.TextField(_("reason"), max_length=2_000)
    for_leader = models.BooleanField(_("the linked leader decides"), default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PENDING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    word = models.TextField(_("why it was refused"), max_length=2_000, blank=True)
    due_before = models.DateField(_("due before"))
    due_after = models.DateField(_("due afterwards"), null=True, blank=True)

    objects = TimeAskQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "round"], name="one_ask_at_a_time", condition=Q(state="pending")
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="time_asked_and_given_by_two"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["id"], name="time_ask_pending", condition=Q(state="pending"))]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.kind}"


class CalendarLoad(models.Model):
    """One official calendar of a year, from the file that was sent to the last due date that was counted anew.

    `days`: ISO day → is it a working day, all that the file says; `troubles`: [row, code, value] that keep it out.
    `reached`: the last request that the counting has looked at; `passed_at`: when a whole pass began that was finished.
    """

    class State(models.TextChoices):
        PREVIEW = "preview", _("Preview")
        CONFIRMED = "confirmed", _("Put into force")
        DROPPED = "dropped", _("Dropped")

    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PREVIEW)
    source = models.CharField(_("source"), max_length=200)
    file = models.CharField(_("file"), max_length=150, blank=True)
    days = models.JSONField(default=dict)
    troubles = models.JSONField(default=list)
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("in force since"), null=True, blank=True)
    changed_days = models.PositiveSmallIntegerField(_("days changed"), default=0)
    began_at = models.DateTimeField(null=True, blank=True)
    reached = models.BigIntegerField(default=0)
    settled_at = models.DateTimeField(_("counted to the end"), null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["id"], name="calendar_load_unsettled", condition=Q(state="confirmed", settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.state}"


# The days stay in the row; how far the counting has come is nobody's act.
pghistory.track(exclude=["days", "troubles", "began_at", "reached", "settled_at"])(CalendarLoad)


class RecomputedDue(models.Model):
    """A due date that a calendar moved, written with the move itself: so it is counted once, whoever counts twice."""

    load = models.ForeignKey(CalendarLoad, on_delete=models.CASCADE, related_name="moved")
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="+")
    before = models.DateField()
    after = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["load", "id"], name="recomputed_of_load")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.before} → {self.after}"
