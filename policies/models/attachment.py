"""Files that belong to policies: never changed, so that every version keeps its own."""

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.core import bilingual


class TextState(models.TextChoices):
    """How far the file's text has come into the search."""

    WAITING = "waiting", _("text not read yet")
    READING = "reading", _("text being read")
    READ = "read", _("text found by the search")
    NONE = "none", _("no text inside, probably a scan")
    FAILED = "failed", _("text could not be read")
    PICTURE = "picture", _("a picture: no text to read")


def attachment_path(instance: "Attachment", filename: str) -> str:
    """A place that tells nothing and can't be guessed; the names are kept in the row."""
    return f"policies/{instance.sha256[:2]}/{uuid.uuid4()}"


@pghistory.track(
    *(pghistory.InsertEvent(), pghistory.DeleteEvent()),
    fields=["id", "key", "kind", "size", "name_zh_hans", "name_en", "uploaded_by"],
    model_name="AttachmentEvent",
)
class Attachment(models.Model):
    """A file with its names. Other names make another row of the same file."""

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    kind = models.CharField(max_length=5)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    name_zh_hans = models.CharField(_("name in Chinese"), max_length=150, blank=True)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    text = models.TextField(blank=True)
    text_state = models.CharField(max_length=8, choices=TextState.choices, default=TextState.WAITING)
    text_at = models.DateTimeField(default=timezone.now)  # when `text_state` was set
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    unnamed_since = models.DateTimeField(null=True, blank=True)  # when a sweep first found that nothing names it

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sha256", "kind", "name_zh_hans", "name_en"], name="attachment_once_by_its_names"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["text_at"],
                name="attachment_unread",
                condition=models.Q(text_state__in=["waiting", "reading"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the active language; the other one's where it has none."""
        language = bilingual.current()
        own, other = (getattr(self, f"name_{bilingual.SUFFIX[each]}") for each in (language, bilingual.other(language)))
        return str(own or other)

    @property
    def name_lang(self) -> str:
        """The language of `name` where it is not the page's."""
        language = bilingual.current()
        return "" if getattr(self, f"name_{bilingual.SUFFIX[language]}") else bilingual.other(language)
