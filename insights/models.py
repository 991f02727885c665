"""The kept figures of the regional industry map, the chains officials define, the outlines shown; what a month saw, and
the reports on it."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Industry

ALL = "*"  # in a column of a cell: whatever it is
NONE = "-"  # not known


class MapPeriod(models.Model):
    """A quarter that has figures, by its first day; `closed`: counted after its end."""

    first = models.DateField(primary_key=True)
    counted_at = models.DateTimeField(default=timezone.now)
    closed = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["-first"]

    def __str__(self) -> str:
        return str(self.first)


class MapCell(models.Model):
    """The figures of one place × one industry in a quarter. Each column is a key, “*” for all or “-” for not known.

    `known_…`: of how many enterprises the fact is known; `hidden`: the measures that only the service centre sees.
    """

    period = models.ForeignKey(MapPeriod, on_delete=models.CASCADE, related_name="cells", db_index=False)
    area = models.CharField(max_length=9)
    park = models.CharField(max_length=80)
    section = models.CharField(max_length=1)
    division = models.CharField(max_length=5)
    enterprises = models.PositiveIntegerField()
    employees = models.PositiveBigIntegerField(default=0)
    known_employees = models.PositiveIntegerField(default=0)
    revenue = models.DecimalField(max_digits=24, decimal_places=0, default=0)
    known_revenue = models.PositiveIntegerField(default=0)
    largest_employees = models.PositiveBigIntegerField(default=0)
    largest_revenue = models.DecimalField(max_digits=24, decimal_places=0, default=0)
    before = models.DecimalField(max_digits=24, decimal_places=0, default=0)
    after = models.DecimalField(max_digits=24, decimal_places=0, default=0)
    known_growth = models.PositiveIntegerField(default=0)
    requests = models.PositiveIntegerField(default=0)
    asking = models.PositiveIntegerField(default=0)
    hidden = ArrayField(models.CharField(max_length=10), default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "area", "park", "section", "division"], name="map_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.period_id} {self.area} {self.park} {self.section} {self.division}"


class MapElsewhere(models.Model):
    """How many records are registered in another district: nothing else is told of them."""

    period = models.ForeignKey(MapPeriod, on_delete=models.CASCADE, related_name="elsewhere")
    district = models.CharField(max_length=6)
    enterprises = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.period_id} {self.district}"


class Stream(models.TextChoices):
    UP = "up", _("Upstream")
    MIDDLE = "middle", _("Midstream")
    DOWN = "down", _("Downstream")


class Chain(models.Model):
    """An industry chain of the district; tracked in translation.py."""

    name = models.CharField(_("name"), max_length=80)
    about = models.CharField(_("what it is about"), max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class ChainStep(models.Model):
    """A step of a chain, in order within its stream, with the industries that belong to it."""

    chain = models.ForeignKey(Chain, on_delete=models.CASCADE, related_name="steps")
    stream = models.CharField(_("where in the chain"), max_length=6, choices=Stream.choices)
    position = models.PositiveSmallIntegerField(_("order"), default=1)
    name = models.CharField(_("name"), max_length=80)
    divisions: Any = models.ManyToManyField(Industry, verbose_name=_("industries"), related_name="+")

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Outline(models.Model):
    """An official boundary file in place of the one that comes with the portal; the latest is shown."""

    shapes = models.JSONField()
    source = models.CharField(max_length=300)
    review_number = models.CharField(max_length=60)
    placed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.review_number


class MonthFlow(models.Model):
    """What happened in a month, by its first day. What requests of that month came to is kept elsewhere (MonthFigures):
    there a request stays in the month in which it was received."""

    month = models.DateField(primary_key=True)
    answered = models.PositiveIntegerField(default=0)
    policies = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    guests = models.PositiveIntegerField(default=0)
    visits = models.PositiveIntegerField(default=0)
    visited = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-month"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Being written")
    WAITING = "waiting", _("Waiting for approval")
    PUBLISHED = "published", _("Published")


class Report(models.Model):
    """An edition of a month's report; tracked in translation.py.

    `facts` are the figures and their definitions in both languages, as they stood when it was composed
    (reports/composing.py): what is published never changes. `changes`: what a later edition puts right.
    """

    month = models.DateField(_("month"))
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    facts = models.JSONField()
    composed_at = models.DateTimeField(_("composed"), default=timezone.now)
    words = models.TextField(_("introduction"), max_length=5_000, blank=True)
    remarks = models.TextField(_("remarks on the figures"), max_length=5_000, blank=True)
    changes = models.TextField(_("what is corrected"), max_length=1_000, blank=True)
    returned_why = models.CharField(_("why it was sent back"), max_length=500, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-month", "-edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "edition"], name="a_months_edition_once"),
            models.UniqueConstraint(
                fields=["month"], name="one_edition_in_work", condition=~Q(state=ReportState.PUBLISHED)
            ),
            models.CheckConstraint(
                condition=~Q(state=ReportState.PUBLISHED) | Q(published_by__isnull=False, published_at__isnull=False),
                name="report_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True) | Q(written_by__isnull=False) & ~Q(published_by=F("written_by")),
                name="report_published_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}/{self.edition}"
