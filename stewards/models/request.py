"""What enterprises ask (诉求), what happened since, and their word on the answer."""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

import pghistory
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Department
from enterprises.models import Enterprise, Membership
from policies.models import Policy
from portal.core.calendar import local_day
from stewards.enums import (
    IN_TOUCH,
    OPEN_STATES,
    WORKING_STATES,
    Channel,
    EventKind,
    Ground,
    RequestState,
    RequestType,
)
from stewards.models.category import RequestCategory


def watched() -> Q:
    """Under supervised handling, or with a leader's instruction that waits for a report."""
    return Q(supervised_at__isnull=False) | Q(attention_at__isnull=False)


UNTAKEN = Q(state=RequestState.SUBMITTED)


def ways_to_desk(user: Any) -> list[Q]:
    """The conditions of which one at least puts a request on the person's desk; an index answers each in order."""
    if user.has_role(Role.ADMIN):
        return [Q()]
    if not user.has_role(Role.STEWARD, Role.HANDLER):
        return []
    ways = [Q(steward=user), Q(handler=user)]
    if user.department_id:
        ways.append(Q(department=user.department_id))
    if user.has_role(Role.STEWARD):
        ways.append(UNTAKEN)
    instead = apps.get_model("stewards", "StandIn").objects.for_steward().filter(person=user)
    others = [instead] if user.has_role(Role.STEWARD) else []
    return [*ways, apps.get_model("stewards", "RequestPart").objects.all().on_requests_of(user, *others)]


class HelpRequestQuerySet(models.QuerySet["HelpRequest"]):
    def submitted(self) -> "HelpRequestQuerySet":
        return self.exclude(state=RequestState.DRAFT)

    def open(self) -> "HelpRequestQuerySet":
        """Not yet answered, closed, refused or withdrawn."""
        return self.filter(state__in=OPEN_STATES)

    def of_member(self, user: Any) -> "HelpRequestQuerySet":
        """What the person may see as enterprise staff: their enterprises' requests, their own drafts, and what they
        asked without an enterprise. Who has left an enterprise sees nothing of it, whoever asked."""
        mine = Membership.objects.active().filter(user=user).values("enterprise")
        own = Q(asker=user) & (Q(enterprise__isnull=True) | Q(state=RequestState.DRAFT))
        return self.filter(own | (Q(enterprise__in=mine) & ~Q(state=RequestState.DRAFT)))

    def on_desk_of(self, user: Any) -> "HelpRequestQuerySet":
        """What a member of staff may see: assigned to them or their department, as a whole or in part, or to nobody
        yet; admins, all."""
        ways = ways_to_desk(user)
        return self.submitted().filter(reduce(or_, ways)) if ways else self.none()

    def readable_by(self, user: Any) -> "HelpRequestQuerySet":
        """The desk, and for a linked leader what is overdue or under somebody's eye among the enterprises they are
        linked to (without a link: in their department, if they have one), what a reminder told them of, and what
        they gave an instruction on."""
        desk = self.on_desk_of(user)
        if not user.has_role(Role.LEADER) or user.has_role(Role.ADMIN):
            return desk
        own = apps.get_model("stewards", "LeaderLink").objects.filter(leader=user)
        links = own.current()
        late = Q(state__in=WORKING_STATES, due_on__lt=local_day())
        unlinked = Q(~Exists(own.begun()))
        if user.department_id:
            unlinked &= Q(department=user.department_id)
        seen = (late | watched()) & (Q(enterprise__in=links.enterprises().values("pk")) | unlinked)
        told = apps.get_model("stewards", "Reminder").objects.filter(recipient=user).values("request")
        instructed = apps.get_model("stewards", "Instruction").objects.filter(leader=user).values("request")
        return desk | self.submitted().filter(seen | Q(pk__in=told) | Q(pk__in=instructed))


class HelpRequest(models.Model):
    """A request (诉求) of an enterprise. One steward stays responsible; a department may handle it.

    `due_on` is the last working day for the answer; it stands still while the enterprise is asked (`waiting_since`).
    `round` counts how often it was opened: 1, and one more with every re-opening. `recorded_by` is the member of staff
    who wrote it down for `caller`, who asked by another `channel` than this portal. `returns`: how often departments
    gave it back. `renewed_due_on`: the day we promised once the first promise was broken; `due_on` stays what it was.
    """

    number = models.CharField(_("number"), max_length=20, unique=True, null=True)  # noqa: DJ001 - drafts have none
    enterprise = models.ForeignKey(Enterprise, null=True, blank=True, on_delete=models.PROTECT, related_name="requests")
    asker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requests_asked")
    policy = models.ForeignKey(
        Policy, verbose_name=_("policy"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    type = models.CharField(_("type"), max_length=12, choices=RequestType.choices, default=RequestType.CONSULTATION)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("what you need"), max_length=10_000, blank=True)
    language = models.CharField(_("language of the answer"), max_length=10, default="zh-hans")
    state = models.CharField(_("state"), max_length=12, choices=RequestState.choices, default=RequestState.DRAFT)
    steward = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="requests_steward",
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="requests_handler",
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, db_index=False, on_delete=models.PROTECT, related_name="requests"
    )
    created_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    promised_days = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    ground = models.CharField(_("ground"), max_length=12, choices=Ground.choices, blank=True)
    category = models.ForeignKey(
        RequestCategory, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(_("how it came"), max_length=10, choices=Channel.choices, default=Channel.ONLINE)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    caller = models.CharField(_("who asked, and how to reach them"), max_length=200, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")
    complex = models.BooleanField(_("approved as complex"), default=False)
    returns = models.PositiveSmallIntegerField(default=0)
    supervised_at = models.DateTimeField(_("under supervision since"), null=True, blank=True)
    attention_at = models.DateTimeField(_("leader's attention since"), null=True, blank=True)
    renewed_due_on = models.DateField(_("new date"), null=True, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    lock_version = models.PositiveIntegerField(default=0)
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # of the form that wrote the draft
    search = SearchVectorField(null=True, editable=False)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_on", "id"],
                name="request_open_by_due",
                condition=Q(state__in=OPEN_STATES),
                include=["state", "type"],  # filters are judged in the index, in its order
            ),
            *(
                models.Index(
                    fields=[holder, "due_on", "id"],
                    name=f"request_open_{holder}",
                    condition=Q(state__in=OPEN_STATES),
                    include=["state"],
                )
                for holder in ("steward", "handler", "department")
            ),
            models.Index(fields=["due_on", "id"], name="request_unassigned", condition=Q(state="submitted")),
            models.Index(
                fields=["due_on", "id"],
                name="request_undecided",
                condition=Q(state="assigned", handler=None, department=None),
            ),
            models.Index(fields=["due_on", "id"], name="request_waiting", condition=Q(state="waiting")),
            models.Index(
                fields=["-answered_at", "-id"], name="request_answered", condition=Q(state__in=["answered", "rated"])
            ),
            models.Index(fields=["answered_at"], name="request_unrated", condition=Q(state="answered")),
            models.Index(fields=["assigned_at"], name="request_unaccepted", condition=Q(state="assigned")),
            models.Index(fields=["closed_at"], name="request_closed", condition=Q(state="closed")),
            *(
                models.Index(
                    fields=[holder, "-answered_at", "-id"],
                    name=f"request_answered_{holder}",
                    condition=Q(state__in=["answered", "rated"]),
                )
                for holder in ("steward", "handler", "department")
            ),
            # Known by their keys, as the requests of a department's parts are:
            models.Index(
                fields=["id"], name="request_open_id", condition=Q(state__in=OPEN_STATES), include=["state", "due_on"]
            ),
            models.Index(fields=["id"], name="request_waiting_id", condition=Q(state="waiting"), include=["due_on"]),
            models.Index(
                fields=["id"],
                name="request_answered_id",
                condition=Q(state__in=["answered", "rated"]),
                include=["answered_at"],
            ),
            *(models.Index(fields=[h, "-id"], name=f"request_of_{h}") for h in ("steward", "handler", "department")),
            models.Index(fields=["enterprise", "-id"], name="request_of_enterprise"),
            models.Index(fields=["asker", "-id"], name="request_of_asker"),
            GinIndex(fields=["search"], name="request_search"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft") | Q(number__isnull=False, submitted_at__isnull=False, due_on__isnull=False),
                name="submitted_request_has_number_and_due_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "withdrawn", "not_accepted"]) | Q(steward__isnull=False),
                name="assigned_request_has_a_steward",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", waiting_since__isnull=False)
                | (~Q(state="waiting") & Q(waiting_since__isnull=True)),
                name="waiting_since_exactly_while_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.subject

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @cached_property
    def stand_in_id(self) -> int | None:
        """Who works on it while its steward is away. One query, none where the steward does so themselves."""
        if self.steward_id is None or self.handler_id in (None, self.steward_id):
            return None
        running = self.stand_ins.filter(until__isnull=True, part__isnull=True, leave__person=self.steward_id)
        return running.values_list("person", flat=True).first()


# The search column repeats the text in another form, the form's key says nothing: the audit trail needs neither. Who
# called is personal data that is forgotten in time, and the trail forgets nothing: it says when that was, and not who.
pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.ManualEvent("redacted"),
    exclude=["search", "form_key", "caller"],
)(HelpRequest)


@pghistory.track(pghistory.ManualEvent("taken_back"))
class RequestEvent(models.Model):
    """One entry of a request's timeline; internal ones are never shown to the enterprise. They stay as they are; only
    a note can be taken back for some minutes, and is in the audit trail alone from then on."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField(blank=True)
    internal = models.BooleanField(default=False)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["request"], name="event_in_touch", condition=Q(kind__in=IN_TOUCH)),
            models.Index(fields=["-id"], name="event_unheard", condition=Q(kind="unheard")),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.kind}"


def attachment_path(instance: "Attachment", filename: str) -> str:
    """A place that tells nothing and can't be guessed; the real name is kept in the row."""
    return f"requests/{instance.sha256[:2]}/{instance.key}"


class Attachment(models.Model):
    """A file on a request: checked by content and size, served as a download to those who may see the request."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="attachments")
    event = models.ForeignKey(RequestEvent, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    key = models.UUIDField(unique=True)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    internal = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Rating(models.Model):
    """The enterprise's word on one answer (好差评, five levels); one for each round."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField(_("satisfaction"))
    contacted = models.BooleanField(_("somebody contacted me"), null=True)
    solved = models.BooleanField(_("my request was solved"))
    comment = models.TextField(_("comment"), max_length=2_000, blank=True)
    rated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(  # of a caller without an account, who was asked by telephone
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "round"], name="one_rating_a_round"),
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_of_five_levels"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.score}"


class NumberSeries(models.Model):
    """The last request number given in a year; see stewards/numbers.py."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
