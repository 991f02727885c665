"""The government bulletin (政府公报): issues, corrections, subscribers."""

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from outreach.enums import BulletinKind, Precision, Publication
from outreach.models.material import Piece
from outreach.models.shared import Sourced


class Bulletin(Sourced):
    """An issue, written by one person and published by another. An issue from before this portal has a `source_url`
    instead of pieces, and perhaps no number."""

    slug = models.SlugField(_("short name in the address"), max_length=80, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=BulletinKind.choices, default=BulletinKind.BULLETIN)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    issue = models.PositiveSmallIntegerField(_("issue"), null=True, blank=True)
    day = models.DateField(_("date"))
    precision = models.CharField(max_length=5, choices=Precision.choices, default=Precision.DAY)
    title = models.CharField(_("title"), max_length=200)
    words = models.TextField(_("editor's words"), max_length=5000, blank=True)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=Publication.choices, default=Publication.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    remark = models.CharField(_("remark of the reviewer"), max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    sent_to = models.UUIDField(null=True, blank=True)  # key of the last subscriber it was sent to, in their order
    sent_at = models.DateTimeField(null=True, blank=True)  # when all had it
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-day", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "year", "issue"], name="bulletin_number_once"),
            models.CheckConstraint(
                condition=~Q(state="published")
                | ~Q(source_url="")
                | (Q(reviewer__isnull=False) & ~Q(author=F("reviewer"))),
                name="bulletin_published_by_someone_else",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BulletinPiece(Piece):
    """A piece of an issue: a policy, an interpretation, a guide, an event, or words of the editor's own."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="pieces")
    heading = models.CharField(_("heading"), max_length=200, blank=True)
    words = models.TextField(_("text"), max_length=5000, blank=True)

    def __str__(self) -> str:
        return f"{self.bulletin_id}: {self.position}"


class Correction(models.Model):
    """What was wrong in a published issue, and what is right; shown with the issue for good."""

    bulletin = models.ForeignKey(Bulletin, on_delete=models.CASCADE, related_name="corrections")
    piece = models.ForeignKey(
        BulletinPiece, null=True, blank=True, on_delete=models.SET_NULL, related_name="corrections"
    )
    text = models.TextField(_("correction"), max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    def current(self) -> "SubscriberQuerySet":
        return self.filter(confirmed_at__isnull=False, ended_at__isnull=True)


@pghistory.track(exclude=["email", "key"])
class Subscriber(models.Model):
    """An address that wants the bulletin: asked for, confirmed by its owner, ended with one click."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=10, default="en")
    asked_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="subscribed_once", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.key)
