"""Government Affairs Public Observers (政务公开公众观察员): batches, candidates, assignments, observations."""

import uuid
from typing import ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from outreach.enums import CandidateState, ObservationState, TermEnd
from outreach.models.shared import Occasion, Place, Sourced, StoredFile
from policies.models import Policy
from stewards.models import HelpRequest


class ObserverBatch(Sourced):
    """A batch of observers: its call for candidates, its term, its yearly result."""

    number = models.PositiveSmallIntegerField(_("batch"), unique=True)
    name = models.CharField(_("name"), max_length=160)
    call = models.TextField(_("call for candidates"), max_length=3000, blank=True)
    places = models.PositiveSmallIntegerField(_("number of observers"), null=True, blank=True)
    apply_from = models.DateField(_("applications from"), null=True, blank=True)
    apply_until = models.DateField(_("applications until"), null=True, blank=True)
    term_begins = models.DateField(_("term begins"), null=True, blank=True)
    term_ends = models.DateField(_("term ends"), null=True, blank=True)
    result = models.TextField(_("what came of it"), max_length=3000, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )  # who wrote it last: somebody else publishes it
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(term_ends__isnull=True) | Q(term_begins__isnull=True) | Q(term_ends__gte=F("term_begins")),
                name="term_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["name", "phone", "motivation", "background"])
class Candidate(models.Model):
    """Somebody who applied, with an account of their own. `consent_at`: agreed to the use of these data."""

    batch = models.ForeignKey(ObserverBatch, on_delete=models.CASCADE, related_name="candidates")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    languages = models.CharField(_("languages you speak"), max_length=120, blank=True)
    background = models.CharField(_("what you do"), max_length=200, blank=True)
    motivation = models.TextField(_("why you would like to be an observer"), max_length=2000)
    consent_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("state"), max_length=10, choices=CandidateState.choices, default=CandidateState.APPLIED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "user"], name="candidate_once_per_batch")]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Observer(models.Model):
    """An appointed observer, for the term of the batch unless `ended_on` says otherwise. `ended_why` is for
    the district and the observer; the certificate tells only how it ended."""

    batch = models.ForeignKey(ObserverBatch, on_delete=models.PROTECT, related_name="observers")
    candidate = models.OneToOneField(Candidate, on_delete=models.PROTECT, related_name="observer")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="observer_terms")
    key = models.UUIDField(unique=True, default=uuid.uuid4)  # of the certificate's page
    certificate = models.CharField(_("number of the certificate"), max_length=40, unique=True)
    appointed_at = models.DateTimeField(default=timezone.now)
    ended_on = models.DateField(_("last day"), null=True, blank=True)
    ended_how = models.CharField(_("how it ended"), max_length=8, choices=TermEnd.choices, blank=True)
    ended_why = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["batch", "user"], name="observer_once_per_batch")]

    def __str__(self) -> str:
        return self.certificate


class Assignment(models.Model):
    """What an observer is asked to look at: a policy, a place, an event, or a service in words."""

    observer = models.ForeignKey(Observer, on_delete=models.CASCADE, related_name="assignments")
    task = models.CharField(_("what to look at"), max_length=300)
    policy = models.ForeignKey(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    occasion = models.ForeignKey(Occasion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="+", verbose_name=_("responsible department")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.task


class Observation(models.Model):
    """What an observer saw. `points`: one to five for each aspect. It goes to the responsible department as a request
    with the deadline of the service standard; `said` and `did` are what the public reads of it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="observations")
    state = models.CharField(
        _("state"), max_length=10, choices=ObservationState.choices, default=ObservationState.DRAFT
    )
    seen_on = models.DateField(_("seen on"))
    points = models.JSONField(_("points"), default=dict, blank=True)
    good = models.TextField(_("what was good"), max_length=2000, blank=True)
    better = models.TextField(_("what could be better"), max_length=2000, blank=True)
    proposal = models.TextField(_("what you propose"), max_length=2000, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    request = models.ForeignKey(HelpRequest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    said = models.TextField(_("you said"), max_length=1500, blank=True)
    did = models.TextField(_("we did"), max_length=1500, blank=True)
    reply_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    lock_version = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="published") | (Q(publisher__isnull=False) & ~Q(reply_by=F("publisher"))),
                name="reply_published_by_someone_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.state}"


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class ObservationPicture(models.Model):
    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="pictures")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(_("what it shows"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.observation_id}: {self.file_id}"
