"""Surveys: one to three questions, each enterprise asked once; what was answered is kept apart from by whom."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.models import Enterprise
from portal.core.calendar import local_day

LEVELS = (5, 4, 3, 2, 1)
YES, NO = 1, 0


class QuestionKind(models.TextChoices):
    LEVEL = "level", _("five levels")
    YES_NO = "yes_no", _("yes or no")
    LINE = "line", _("one line of text")


class SurveyState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("survey", "Draft")
    OPEN = "open", pgettext_lazy("survey", "Open")
    CLOSED = "closed", pgettext_lazy("survey", "Closed")


class Survey(models.Model):
    """A short survey. `audience`: whom it was meant for; `left_out`: how many the guard spared, by reason."""

    title = models.CharField(_("title"), max_length=120)
    about = models.CharField(_("what it is for"), max_length=500)
    closes_on = models.DateField(_("last day for answers"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    audience = models.JSONField(default=dict, blank=True)
    left_out = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # by hand, before its last day
    lock_version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> SurveyState:
        if self.sent_at is None:
            return SurveyState.DRAFT
        over = self.closed_at is not None or self.closes_on < local_day()
        return SurveyState.CLOSED if over else SurveyState.OPEN


class SurveyQuestion(models.Model):
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind of answer"), max_length=8, choices=QuestionKind.choices, default=QuestionKind.LEVEL)
    text = models.CharField(_("question"), max_length=200)

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["survey", "place"], name="survey_question_place")]

    def __str__(self) -> str:
        return self.text


class SurveyInvitation(models.Model):
    """An enterprise was asked. `day`: the one on which its people read it, and on which the guard counts it."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitations")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="surveys")
    day = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["enterprise", "day"], name="survey_of_enterprise")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["survey", "enterprise"], name="survey_asks_an_enterprise_once"),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.enterprise_id}"


class SurveyAnswer(models.Model):
    """One answer to one question, of nobody: no enterprise, no moment, and a key that tells no order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="answers")
    value = models.PositiveSmallIntegerField(null=True, blank=True)
    line = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(value__isnull=False, line="") | (Q(value__isnull=True) & ~Q(line="")),
                name="survey_answer_says_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.line or str(self.value)
