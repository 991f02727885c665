"""Every message that leaves the portal is a row here first: the outbox, the person's inbox and the record."""

import re
import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

DIGEST = "digest"
ACCOUNT = "account:"
GUEST = "guest:"
SIGNED = re.compile(r"(/(?:rate|survey)/)[^/\s]+")  # addresses that act in the receiver's name

GROUPS: dict[str, Any] = {
    "reminder": _("Reminders"),
    "request": _("Requests"),
    "visit": _("Visits"),
    "policy": _("Policies"),
    "package": _("Service packages"),
    "event": _("Events and appointments"),
    "bulletin": _("Government bulletin"),
    "partner": _("Partners"),
    "observer": _("Public observers"),
    "other": _("Other news"),
}


def group_of(kind: str) -> str:
    """Under which heading a kind of message stands."""
    return next((name for name in GROUPS if kind.startswith(name)), "other")


class State(models.TextChoices):
    HELD = "held", _("waiting for the digest")
    QUEUED = "queued", _("to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("given up")
    IN_DIGEST = "in_digest", _("sent in a digest")
    KEPT = "kept", _("in the portal only")


TONES: dict[State, str] = {State.FAILED: "bad", State.QUEUED: "info", State.HELD: "quiet", State.KEPT: "quiet"}


class MessageQuerySet(models.QuerySet["Message"]):
    def inbox_of(self, user: Any) -> "MessageQuerySet":
        """What a person reads in the portal: everything to them but account mail and the digests, which only repeat."""
        return self.filter(recipient=user).exclude(kind=DIGEST).exclude(key__startswith=ACCOUNT)


class Message(models.Model):
    """One message to one person or address, in the receiver's language, sent once.

    `key` makes it unique: posting the same key again changes nothing. A held message waits for the person's
    digest; a queued one goes out as soon as the sweep or a worker takes it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="messages_received"
    )
    email = models.EmailField(_("e-mail address"))
    kind = models.CharField(_("kind"), max_length=60)
    language = models.CharField(_("language"), max_length=10)
    subject = models.CharField(_("subject"), max_length=300)
    body = models.TextField(_("text"))
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    digest = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="contents")

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_attempt_at"], name="message_queued", condition=models.Q(state="queued")),
            models.Index(fields=["recipient"], name="message_held", condition=models.Q(state="held")),
            models.Index(fields=["recipient", "-id"], name="message_inbox"),
            models.Index(fields=["-id"], name="message_failed", condition=models.Q(state="failed")),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_private(self) -> bool:
        """Account mail: it carries a personal link or code, so nobody but its receiver reads its text."""
        return self.key.startswith((ACCOUNT, GUEST))

    @property
    def body_for_others(self) -> str:
        """The text without what only its receiver may use."""
        return SIGNED.sub(r"\1…", self.body)

    @property
    def topic(self) -> Any:
        """The kind of message in words."""
        if self.kind == DIGEST:
            return _("Daily digest")
        return _("Account") if self.key.startswith(ACCOUNT) else GROUPS[group_of(self.kind)]

    @property
    def tone(self) -> str:
        """How its state looks."""
        return TONES.get(State(self.state), "ok")
