"""What follows from the enterprises' word: ratings put right, figures kept by the day, obstacles that recur."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from policies.models import Policy
from stewards.enums import RequestType
from stewards.models.category import RequestCategory
from stewards.models.request import HelpRequest, Rating


@pghistory.track()
class Rectification(models.Model):
    """A dissatisfied rating that is put right (整改) by a day of its own. Its owner is the request's steward."""

    rating = models.OneToOneField(Rating, on_delete=models.CASCADE, related_name="rectification")
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="rectifications")
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    due_on = models.DateField(_("due"))
    due_provisional = models.BooleanField(default=False)
    done = models.TextField(_("what was done"), max_length=2_000, blank=True)
    content = models.BooleanField(_("the enterprise is content now"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | (~Q(done="") & Q(closed_by__isnull=False)),
                name="rectification_closed_says_what_was_done",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on", "id"], name="rectification_open", condition=Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.due_on}"


@pghistory.track()
class CallBack(models.Model):
    """A call to the enterprise after its dissatisfied rating (回访). `content` is known only of those we reached."""

    rectification = models.ForeignKey(Rectification, on_delete=models.CASCADE, related_name="calls")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(_("called"), default=timezone.now)
    reached = models.BooleanField(_("reached"))
    content = models.BooleanField(_("the enterprise is content now"), null=True)
    words = models.TextField(_("what was said"), max_length=2_000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["called_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(reached=True, content__isnull=False) | Q(reached=False, content__isnull=True),
                name="call_back_content_known_when_reached",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rectification_id}: {self.called_at}"


class FiguresBase(models.Model):
    """What is counted, of requests received on a day. `needed`: those that need an answer; `due`: those answered, and
    those late without an answer; `rated` and the two beside it go by the enterprise's last word on each request.
    Ratings that staff wrote down are counted apart from them: `told`, and `told_content`."""

    needed = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    due = models.PositiveIntegerField(default=0)
    in_time = models.PositiveIntegerField(default=0)
    rated = models.PositiveIntegerField(default=0)
    solved = models.PositiveIntegerField(default=0)
    content = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    told_content = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class DayFigures(FiguresBase):
    """The kept counts of one day × department × steward × type × category, as they are now."""

    day = models.DateField()
    department = models.ForeignKey(Department, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    type = models.CharField(max_length=12, choices=RequestType.choices)
    category = models.ForeignKey(RequestCategory, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "department", "steward", "type", "category"],
                name="one_day_figure",
                nulls_distinct=False,
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["department", "day"], name="day_figures_department"),
            models.Index(fields=["steward", "day"], name="day_figures_steward"),
            models.Index(fields=["category", "day"], name="day_figures_category"),
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class MonthFigures(FiguresBase):
    """The same counts of a month by one dimension alone, of one type or ("") of all. `key` 0: nothing named."""

    month = models.DateField()
    dimension = models.CharField(max_length=10)
    key = models.CharField(max_length=20)
    type = models.CharField(max_length=12, choices=RequestType.choices, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["type", "month", "dimension", "key"], name="one_month_figure"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.dimension} {self.key}"


class ChangedDay(models.Model):
    """A day whose figures are to be counted anew. Written by the database itself, with the change that caused it."""

    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.day}"


class FiguresCounted(models.Model):
    """Up to which day lateness has been counted: time passes without any row being changed. One row."""

    late_before = models.DateField()
    counted_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.late_before}"


class ObstacleState(models.TextChoices):
    NAMED = "named", _("Named")
    SENT = "sent", _("With the policy's owner")
    ANSWERED = "answered", _("Answered, to be reviewed")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Obstacle(models.Model):
    """Something that stands in the way of several enterprises: what they said, and what the district did about it.

    `author` named it, `owner` answered, `reviewer` published: the last is neither of the others.
    """

    title = models.CharField(_("title"), max_length=120, blank=True)
    said = models.TextField(_("what enterprises said"), max_length=1_000, blank=True)
    did = models.TextField(_("what we did"), max_length=1_000, blank=True)
    policy = models.ForeignKey(
        Policy, verbose_name=_("policy"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    category = models.ForeignKey(
        RequestCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=ObstacleState.choices, default=ObstacleState.NAMED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.TextField(_("remark"), max_length=1_000, blank=True)
    requests = models.ManyToManyField(HelpRequest, through="ObstacleRequest", related_name="obstacles")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="published")
                | (
                    Q(published_at__isnull=False, reviewer__isnull=False, owner__isnull=False)
                    & ~Q(reviewer=F("author"))
                    & ~Q(reviewer=F("owner"))
                ),
                name="obstacle_published_by_another_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-published_at", "-id"], name="obstacle_public", condition=Q(state="published")),
        ]

    def __str__(self) -> str:
        return self.title


class ObstacleRequest(models.Model):
    """A request that tells of an obstacle; a request tells of one at most."""

    obstacle = models.ForeignKey(Obstacle, on_delete=models.CASCADE, related_name="links")
    request = models.OneToOneField(HelpRequest, on_delete=models.CASCADE, related_name="obstacle_link")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.obstacle_id}: {self.request_id}"
