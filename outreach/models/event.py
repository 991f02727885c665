"""Events and the Government Open Month (政府开放月): what an occasion says as an event."""

from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise, Segment
from outreach.enums import EventFormat, EventKind
from outreach.models.partner import Partner
from outreach.models.shared import Occasion, Registration
from policies.models import Policy
from stewards.models import HelpRequest


class Event(models.Model):
    """An occasion as an event. `policies`: what it is about, and whom it is fit for by matching."""

    occasion = models.OneToOneField(Occasion, on_delete=models.CASCADE, primary_key=True, related_name="event")
    slug = models.SlugField(_("short name in the address"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=15, choices=EventKind.choices, default=EventKind.OTHER)
    format = models.CharField(_("format"), max_length=8, choices=EventFormat.choices, default=EventFormat.ON_SITE)
    theme = models.CharField(_("theme"), max_length=300, blank=True)
    about = models.TextField(_("what it is about"), max_length=5000, blank=True)
    host = models.CharField(_("organised by"), max_length=300, blank=True)
    policies = models.ManyToManyField(Policy, related_name="+", blank=True, verbose_name=_("policies"))
    group_places = models.PositiveSmallIntegerField(_("places kept for partners' groups"), default=0)
    summary = models.TextField(_("what came of it"), max_length=5000, blank=True)

    def __str__(self) -> str:
        return self.slug


class Speaker(models.Model):
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="speakers")
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("position"), max_length=160, blank=True)
    topic = models.CharField(_("speaks about"), max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class EventPartner(models.Model):
    """A partner that helps to hold the event; its groups take of the places kept for partners."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="partners")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "partner"], name="partner_once_per_event")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.partner_id}"


@pghistory.track()
class Invitation(models.Model):
    """An enterprise invited because policies of the event fit it, or as one of a segment; or held back by the contact
    guard, and why."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="event_invitations")
    because = models.ForeignKey(Policy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    segment = models.ForeignKey(Segment, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_back = models.CharField(_("held back because"), max_length=400, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "enterprise"], name="invited_once")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.enterprise_id}"


@pghistory.track(exclude=["name"])
class Question(models.Model):
    """A question before, during or after an event. `request`: the request with a deadline that it became."""

    occasion = models.ForeignKey(Occasion, on_delete=models.CASCADE, related_name="questions")
    registration = models.ForeignKey(Registration, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    name = models.CharField(_("name"), max_length=80, blank=True)
    text = models.TextField(_("question"), max_length=2000)
    language = models.CharField(max_length=10, default="zh-hans")
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), max_length=3000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    hidden_at = models.DateTimeField(null=True, blank=True)
    request = models.ForeignKey(HelpRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
