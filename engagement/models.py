"""Visits (走访) and what keeps them from becoming a disturbance: limits, quiet periods, “not now”, calendar feeds."""

import secrets
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Department
from engagement.enums import VISITS, Contact, Limit, Side, Verb, VisitState
from engagement.reach import linked, looked_after
from engagement.surveys import models as _surveys  # noqa: F401 - here Django looks for them
from enterprises.models import Enterprise, Membership
from portal.core.calendar import local_day
from stewards.models import HelpRequest

KINDS = [(kind.value, kind.label) for kind in Contact if kind in VISITS]


class VisitQuerySet(models.QuerySet["Visit"]):
    def of_member(self, user: Any) -> "VisitQuerySet":
        """What the enterprise's people see: whatever they have been told of, so nothing that is only planned."""
        mine = Membership.objects.active().filter(user=user).values("enterprise")
        return self.filter(enterprise__in=mine, told_at__isnull=False)

    def of_person(self, user: Any) -> "VisitQuerySet":
        """Where the person goes: as the one who plans it, or as one who comes along."""
        along = Participant.objects.filter(person=user).values("visit")
        return self.filter(Q(organiser=user) | Q(pk__in=along))

    def readable_by(self, user: Any) -> "VisitQuerySet":
        """What staff see: their own visits, their department's, those to enterprises that they look after."""
        if user.has_role(Role.ADMIN):
            return self
        seen = Q(pk__in=[])
        if user.has_role(Role.LEADER):
            seen |= linked(user)
        if user.has_role(Role.STEWARD, Role.HANDLER):
            along = Participant.objects.filter(person=user)
            if user.department_id:
                along |= Participant.objects.filter(department=user.department_id)
                seen |= Q(department=user.department_id)
            seen |= (
                Q(organiser=user) | Q(pk__in=along.values("visit")) | Q(enterprise__in=looked_after(user).values("pk"))
            )
        return self.filter(seen)


class Visit(models.Model):
    """A visit to an enterprise. `day` is the district's day of `starts_at`; `counted`: it takes one of its visits.

    `turn` says who has to answer, `declined_by` who said no.
    `occasion` is a request that led to it; who made that request is shown nowhere here.
    """

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="visits")
    asked_by = models.CharField(_("kind of visit"), max_length=12, choices=KINDS, default=Contact.GOVERNMENT)
    purpose = models.CharField(_("purpose"), max_length=200)
    details = models.TextField(_("what is to be talked about"), max_length=2000, blank=True)
    place = models.CharField(_("place"), max_length=200)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=12, choices=VisitState.choices, default=VisitState.PLANNED)
    turn = models.CharField(max_length=12, choices=Side.choices, blank=True, default="")
    declined_by = models.CharField(max_length=12, choices=Side.choices, blank=True, default="")
    counted = models.BooleanField(_("counted by the contact guard"), default=False)
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="visits_organised"
    )
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    occasion = models.ForeignKey(HelpRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    present = models.TextField(_("who was there from the enterprise"), max_length=1000, blank=True)
    heard = models.TextField(_("what was asked and said"), max_length=5000, blank=True)
    questions = models.TextField(_("questions left open"), max_length=2000, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)  # when the enterprise first heard of it
    written_at = models.DateTimeField(_("written up"), null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    lock_version = models.PositiveIntegerField(default=0)

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["enterprise", "day"], name="visit_of_enterprise"),
            models.Index(fields=["organiser", "day"], name="visit_of_organiser"),
            models.Index(fields=["department", "day"], name="visit_of_department"),
            models.Index(
                fields=["day"],
                name="visit_to_write_up",
                condition=Q(state__in=["confirmed", "held"], chased_at__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="merged_visit_has_its_other",
            ),
            models.CheckConstraint(
                condition=Q(counted=False) | Q(asked_by="government"), name="only_the_governments_visits_count"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["requested", "moved"], turn__in=["government", "enterprise"])
                | (~Q(state__in=["requested", "moved"]) & Q(turn="")),
                name="visit_waits_for_one_side",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    @property
    def is_over(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def is_on_hold(self) -> bool:
        """It was asked for once, and the enterprise wanted quiet: nobody waits for an answer."""
        return self.state == VisitState.PLANNED and self.told_at is not None

    @property
    def state_words(self) -> str:
        return str(_("On hold")) if self.is_on_hold else self.get_state_display()

    @property
    def days_away(self) -> int:
        return (self.day - local_day()).days


pghistory.track(exclude=["told_at", "chased_at"])(Visit)


@pghistory.track()
class Participant(models.Model):
    """Who comes along, of which department, and for what; the first of them is who planned the visit."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(_("what for"), max_length=200)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["visit", "person"], name="participant_once"),
        ]

    def __str__(self) -> str:
        return self.topic


class VisitEntry(models.Model):
    """One entry of a visit's timeline."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12, choices=Verb.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.visit_id}: {self.kind}"


@pghistory.track(exclude=["chased_at"])
class Promise(models.Model):
    """What the district promised on a visit; `request` is what it became."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="promises")
    text = models.CharField(_("promise"), max_length=500)
    due_on = models.DateField(_("promised by"), null=True, blank=True)
    request = models.OneToOneField(HelpRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="promise")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    chased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["made_at"],
                name="promise_open",
                condition=Q(request__isnull=True, chased_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text


@pghistory.track()
class GuardLimit(models.Model):
    """One number of the contact guard, from a day on."""

    code = models.CharField(_("setting"), max_length=20, choices=Limit.choices)
    value = models.PositiveSmallIntegerField(_("new number"))
    valid_from = models.DateField(_("valid from"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["code", "valid_from"], name="one_limit_a_day")]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class QuietPeriod(models.Model):
    """Days on which the district asks nothing of any enterprise."""

    name = models.CharField(_("name"), max_length=80)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))

    class Meta:
        ordering: ClassVar = ["first", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="quiet_period_has_days"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class NotNow(models.Model):
    """An enterprise's word that it wants to be left in peace until a day; `ended_on` when it changed its mind."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="not_now")
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    note = models.CharField(_("reason"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(ended_on__isnull=True), name="one_not_now_at_a_time"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="not_now_has_days"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}: {self.last}"


def feed_token() -> str:
    return secrets.token_urlsafe(32)


@pghistory.track(exclude=["token"])
class CalendarFeed(models.Model):
    """The secret address of a person's calendar: their own visits as staff, or an enterprise's for its people."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=64, unique=True, default=feed_token)
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "enterprise"],
                condition=Q(revoked_at__isnull=True),
                name="one_calendar_feed",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.enterprise_id}"
