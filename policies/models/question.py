"""Questions that enterprises asked about a policy, and their answers, made public without those who asked."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from policies.models.policy import Policy
from policies.questions.enums import QuestionState


class PolicyQuestionQuerySet(models.QuerySet["PolicyQuestion"]):
    def published(self) -> "PolicyQuestionQuerySet":
        """What everybody may read, the newest first."""
        return self.filter(state=QuestionState.PUBLISHED).order_by("-published_at", "-pk")


class PolicyQuestion(models.Model):
    """A question and its answer under a policy. `version`: of the policy, to which the answer refers.

    Never shown in public, and the asker and the enterprise to nobody at all: `source`, `author` (who proposed it),
    `asker` (who is thanked) and `enterprise` (whose names the texts are searched for).
    """

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="questions")
    question = models.TextField(_("question"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=QuestionState.choices, default=QuestionState.DRAFT)
    version = models.PositiveIntegerField(_("version of the policy"), default=0)
    source = models.CharField(_("number of the request"), max_length=20, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    lock_version = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    objects = PolicyQuestionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source"], name="question_once_a_request", condition=~Q(source="") & ~Q(state="withdrawn")
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(author__isnull=True) | ~Q(author=F("reviewer")),
                name="question_published_by_someone_else",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="question_published_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["policy", "-published_at", "-id"], name="question_published", condition=Q(state="published")
            ),
            models.Index(fields=["state", "-changed_at", "-id"], name="question_by_state"),
        ]

    def __str__(self) -> str:
        return self.question


class QuestionEvent(models.Model):
    """What was done to a question, by whom, and with which words."""

    question = models.ForeignKey(PolicyQuestion, on_delete=models.CASCADE, related_name="events")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    act = models.CharField(max_length=12)
    text = models.TextField(_("comment"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.act
