"""Other ways than e-mail that a message takes, and what people and the district wish of them."""

import secrets
import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices.models.message import GROUPS, TONES, Message, State


def new_secret() -> str:
    return secrets.token_urlsafe(32)


@pghistory.track(exclude=["secret"])
class Endpoint(models.Model):
    """An address of the district's own messenger that takes urgent messages to staff, signed with the secret."""

    name = models.CharField(_("name"), max_length=60)
    url = models.CharField(
        _("address"), max_length=300, validators=[URLValidator(schemes=["https"])], help_text=_("Begins with https://")
    )
    secret = models.CharField(max_length=64, default=new_secret, editable=False)
    secret_at = models.DateTimeField(_("secret made"), default=timezone.now, editable=False)
    active = models.BooleanField(_("in use"), default=True)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message on its way to one endpoint. Its uuid goes with every attempt, so that a repeat can be told."""

    STATES: ClassVar = [(state.value, state.label) for state in (State.QUEUED, State.SENT, State.FAILED)]

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(_("state"), max_length=10, choices=STATES, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "endpoint"], name="delivery_once_an_endpoint"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_attempt_at"], name="delivery_queued", condition=Q(state="queued")),
            models.Index(fields=["endpoint", "-id"], name="delivery_of_endpoint"),
            models.Index(fields=["endpoint", "-id"], name="delivery_failed", condition=Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} → {self.endpoint_id}: {self.state}"

    @property
    def tone(self) -> str:
        return TONES.get(State(self.state), "ok")


@pghistory.track()
class GroupRule(models.Model):
    """What the district allows for one group of messages; a group without a row is as in `notices.wishes.STARTING`."""

    group = models.CharField(_("kind of message"), max_length=10, unique=True, choices=list(GROUPS.items()))
    may_keep = models.BooleanField(_("people may have it in the portal only"))
    messenger = models.BooleanField(_("urgent ones also go to the messenger"))

    def __str__(self) -> str:
        return self.group


class Wish(models.Model):
    """How a person wants to be written to, within what the district allows."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), null=True, blank=True)
    kept = ArrayField(models.CharField(max_length=10), verbose_name=_("in the portal only"), default=list, blank=True)
    messenger = models.BooleanField(_("also by the district's messenger"), default=True)
    hints = models.BooleanField(
        _("tell me which fact about my enterprise would settle most policies, at most once a month each"), default=True
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False, quiet_from__lte=23, quiet_until__lte=23)
                    & ~Q(quiet_from=models.F("quiet_until"))
                ),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
