"""The parts that all rooms share: places, times, registrations, materials, languages, feedback."""

import secrets
import uuid
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Park, Subdistrict
from outreach.enums import (
    Access,
    Confidence,
    EventFormat,
    Language,
    OccasionKind,
    OccasionState,
    PlaceKind,
    Precision,
    RegistrationState,
)
from policies.models import Interpretation
from portal.core.calendar import local_day
from stewards.models import HelpRequest

LONGEST = timedelta(days=31)  # an occasion lasts at most
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I, O: codes are read aloud and typed


def new_code(length: int = 8) -> str:
    """A code that people type and nobody guesses."""
    return "".join(secrets.choice(ALPHABET) for _n in range(length))


def languages() -> ArrayField:
    return ArrayField(
        models.CharField(max_length=2, choices=Language.choices), verbose_name=_("languages"), default=list, blank=True
    )


def file_path(instance: "StoredFile", filename: str) -> str:
    """A place that tells nothing and cannot be guessed; the real name is kept in the row."""
    return f"outreach/{instance.sha256[:2]}/{instance.key}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent(), fields=["id", "key", "name", "size", "sha256"])
class StoredFile(models.Model):
    """A file checked by its content (portal.core.uploads). public: anybody may read it at its address."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    file = models.FileField(upload_to=file_path, max_length=200)
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("file size"))
    sha256 = models.CharField(max_length=64)
    public = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Sourced(models.Model):
    """A fact read elsewhere says where; what the source does not say stays empty."""

    source_url = models.URLField(_("source"), max_length=500, blank=True)
    source_note = models.CharField(_("note on the source"), max_length=400, blank=True)
    confidence = models.CharField(_("confidence"), max_length=5, choices=Confidence.choices, default=Confidence.HIGH)

    class Meta:
        abstract = True


class Place(Sourced):
    """Where people can go. Opening hours are rows of OpeningHours; none means that they are not known."""

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=15, choices=PlaceKind.choices, default=PlaceKind.OTHER)
    address = models.CharField(_("address"), max_length=200, blank=True)
    directions = models.CharField(_("how to get there"), max_length=500, blank=True)
    hours_note = models.CharField(_("remark on the opening hours"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    languages = languages()
    access = ArrayField(
        models.CharField(max_length=12, choices=Access.choices),
        verbose_name=_("accessibility"),
        default=list,
        blank=True,
    )
    subdistrict = models.ForeignKey(
        Subdistrict, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("subdistrict")
    )
    park = models.ForeignKey(
        Park, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("park or building")
    )
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.slug


@pghistory.track()
class OpeningHours(models.Model):
    """A stretch of one weekday (0 is Monday). `working_days`: closed on public holidays, and open as on a Friday on
    a make-up workday."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("day of the week"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    working_days = models.BooleanField(_("on working days only"), default=True)

    class Meta:
        ordering: ClassVar = ["weekday", "opens"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="hours_of_a_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="place_closes_after_it_opens"),
            models.UniqueConstraint(fields=["place", "weekday", "opens"], name="hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.weekday}"


def _midnight(day: date) -> datetime:
    """The moment at which the day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


class OccasionQuerySet(models.QuerySet["Occasion"]):
    def shown(self) -> "OccasionQuerySet":
        """What the public sees: published, and what was cancelled after it had been published."""
        return self.exclude(state=OccasionState.DRAFT)

    def ahead(self, day: date | None = None) -> "OccasionQuerySet":
        """Still to come, or of several days and not over yet."""
        today = day or local_day()
        recent = self.filter(day__gt=today - LONGEST, precision=Precision.DAY)  # by the index
        return recent.filter(Q(day__gte=today) | Q(ends_at__gt=_midnight(today)))

    def behind(self, day: date | None = None) -> "OccasionQuerySet":
        """Over by the day, or so long ago that the day is not known."""
        today = day or local_day()
        over = Q(day__lt=today) & (Q(ends_at__isnull=True) | Q(ends_at__lte=_midnight(today)))
        return self.filter(over | ~Q(precision=Precision.DAY))


class Occasion(Sourced):
    """A time and a place to which people come: an event, or a session of the reception room.

    `day` is the district's day of `starts_at`; of what is long over sometimes only the month is known (`precision`),
    and no hour. `capacity` empty: nobody has to register. `registers_until` empty: until it begins. What an online
    guest needs (`online_url`) is shown to those who have a place, to nobody else.
    """

    kind = models.CharField(max_length=10, choices=OccasionKind.choices)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=OccasionState.choices, default=OccasionState.DRAFT)
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="occasions", verbose_name=_("place")
    )
    room = models.CharField(_("room"), max_length=120, blank=True)
    online_url = models.URLField(_("address for online guests"), max_length=500, blank=True)
    day = models.DateField(_("day"))
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    starts_at = models.DateTimeField(_("begins"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    languages = languages()
    interpretation = ArrayField(
        models.CharField(max_length=2, choices=Language.choices),
        verbose_name=_("interpreted into"),
        default=list,
        blank=True,
    )
    capacity = models.PositiveIntegerField(_("places"), null=True, blank=True)
    registers_until = models.DateTimeField(_("registration until"), null=True, blank=True)
    recording = models.ForeignKey(
        Interpretation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("recording")
    )
    cancelled_why = models.CharField(_("why it was cancelled"), max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    sequence = models.PositiveIntegerField(default=0)  # of the calendar file: one more with every change people see
    lock_version = models.PositiveIntegerField(default=0)

    objects = OccasionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "day", "id"], name="occasion_by_day", condition=~Q(state="draft")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="occasion_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(starts_at__isnull=False), name="places_only_with_an_hour"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        end = self.ends_at or self.starts_at
        return end <= timezone.now() if end else self.day < local_day()

    @property
    def is_both(self) -> bool:
        """An event held on site and online at once: guests choose between the two."""
        event = getattr(self, "event", None)
        return event is not None and event.format == EventFormat.BOTH

    @property
    def is_today(self) -> bool:
        """Whether today is one of its days."""
        last = local_day(self.ends_at) if self.ends_at else self.day
        return self.precision == Precision.DAY and self.day <= local_day() <= last


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def holding(self) -> "RegistrationQuerySet":
        """Those that take a place."""
        return self.filter(
            state__in=(RegistrationState.CONFIRMED, RegistrationState.ATTENDED, RegistrationState.MISSED)
        )

    def counted(self) -> "RegistrationQuerySet":
        """Those that the occasion's places are for: at what is held on site and online at once, the people on site."""
        return self.exclude(online=True, occasion__event__format=EventFormat.BOTH)

    def of_user(self, user: Any) -> "RegistrationQuerySet":
        return self.filter(user=user)


@pghistory.track(exclude=["name", "email", "phone", "needs", "matter", "note"])
class Registration(models.Model):
    """One person or group at one occasion. `seats` counts the group; `code` lets it in at the door.
    `online`: takes part from elsewhere, and at what is held both ways needs no place in the room.

    `wait_from` orders the waiting list. What is personal is emptied by `guests.upkeep.forget` when it is no
    longer needed.
    """

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="registrations")
    key = models.UUIDField(unique=True, default=uuid.uuid4)
    code = models.CharField(_("check-in code"), max_length=8, unique=True, default=new_code)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(
        "outreach.Partner", null=True, blank=True, on_delete=models.SET_NULL, related_name="registrations"
    )
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    seats = models.PositiveSmallIntegerField(_("places"), default=1)
    online = models.BooleanField(_("takes part online"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.UNVERIFIED
    )
    walk_in = models.BooleanField(_("came without registration"), default=False)
    needs = models.CharField(_("what you need on site"), max_length=300, blank=True)
    topic = models.ForeignKey(
        "outreach.Topic", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("topic")
    )
    matter = models.TextField(_("what it is about"), max_length=2000, blank=True)
    checked = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)  # lines of the topic's checklist
    request = models.ForeignKey(HelpRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(_("note of the talk"), max_length=5000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    wait_from = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(null=True, blank=True)
    checked_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["occasion", "wait_from", "id"], name="waiting_list", condition=Q(state="waiting")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "occasion",
                Lower("email"),
                name="registered_once",
                condition=~Q(email="") & ~Q(state="cancelled") & Q(partner__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["occasion", "partner"], name="one_group_of_a_partner", condition=~Q(state="cancelled")
            ),
            models.CheckConstraint(condition=Q(seats__gte=1, seats__lte=200), name="seats_of_a_group"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id}: {self.state}"

    @property
    def documents(self) -> list[tuple[str, bool]]:
        """What to bring along for the topic, and whether the guest said that it is ready."""
        lines = self.topic.documents if self.topic else []
        return [(line, n in self.checked) for n, line in enumerate(lines)]
