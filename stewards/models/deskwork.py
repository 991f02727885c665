"""What makes the desk's work quicker: canned answers, what to ask for, saved views, acts on many requests at once."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from stewards.enums import RequestType
from stewards.models.category import RequestCategory
from stewards.models.request import HelpRequest


class CannedAnswer(models.Model):
    """A text that stewards send often, in both languages, with placeholders (stewards/deskwork/canned.py).

    `use`: an answer or message, or a question. `type` and `category`: the requests it is for; without them, all.
    """

    class Use(models.TextChoices):
        ANSWER = "answer", _("Answer or message")
        QUESTION = "question", _("Question to the enterprise")

    title = models.CharField(_("name"), max_length=80)
    text = models.TextField(_("text"), max_length=5_000)
    use = models.CharField(_("what it is for"), max_length=8, choices=Use.choices, default=Use.ANSWER)
    type = models.CharField(_("type"), max_length=12, choices=RequestType.choices, blank=True)
    category = models.ForeignKey(
        RequestCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    active = models.BooleanField(_("in use"), default=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["title_zh_hans", "pk"]

    def __str__(self) -> str:
        return self.title


class QuestionHint(models.Model):
    """What to tell us, so that we can help, with one type of request: a line each."""

    type = models.CharField(_("type"), max_length=12, choices=RequestType.choices, unique=True)
    text = models.TextField(_("what to tell us"), max_length=2_000, blank=True)

    def __str__(self) -> str:
        return self.type


class SavedView(models.Model):
    """A list of the queue with its filters, as the address says it, under a name; a shared one is the department's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1_000)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once")]

    def __str__(self) -> str:
        return self.name


class BulkAct(models.Model):
    """One act on several requests of the queue; the same `form_key` is the same act."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=12)
    form_key = models.UUIDField(unique=True, editable=False)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"


class BulkItem(models.Model):
    """What came of it on one request. `before` holds the columns to go back to, `version` what the act made of it."""

    act = models.ForeignKey(BulkAct, on_delete=models.CASCADE, related_name="items")
    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="+")
    refusal = models.CharField(max_length=500, blank=True)
    before = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["act", "request"], name="bulk_once_a_request"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(refusal=""), name="only_what_was_done_is_undone"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id}: {self.request_id}"
