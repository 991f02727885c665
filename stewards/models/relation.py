"""What stands beside a request: tags, links to other requests, who watches it, and the steps to be done."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from stewards.enums import RequestType
from stewards.models.request import HelpRequest


class Tag(models.Model):
    """A word of the district's one list; whoever types a new one adds it, the service centre tidies up."""

    name = models.CharField(_("name"), max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("name_zh_hans"), name="one_tag_of_a_name_in_chinese"),
            models.UniqueConstraint(Lower("name_en"), name="one_tag_of_a_name_in_english"),
        ]

    def __str__(self) -> str:
        return self.name or ""


class RequestTag(models.Model):
    """A tag on a request."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="uses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "tag"], name="a_tag_once_on_a_request")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.tag_id}"


class RequestLinkQuerySet(models.QuerySet["RequestLink"]):
    def of(self, request: HelpRequest) -> "RequestLinkQuerySet":
        """Those of which the request is either end."""
        return self.filter(Q(one=request) | Q(other=request)).select_related("one", "other")


class RequestLink(models.Model):
    """Two requests that have to do with each other; the older one stands first, so that a pair is linked once."""

    one = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(_("what they have to do with each other"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = RequestLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["one", "other"], name="a_pair_is_linked_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="the_older_request_stands_first"),
        ]

    def __str__(self) -> str:
        return f"{self.one_id}–{self.other_id}"


class Watch(models.Model):
    """A member of staff who wants to hear of a request. `late_told_for`: the due date whose passing they know of."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="watches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    late_told_for = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "person"], name="a_person_watches_once")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.person_id}"


class Step(models.Model):
    """One line of a request's checklist."""

    request = models.ForeignKey(HelpRequest, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(_("step"), max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("done by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_by__isnull=True, done_at__isnull=True)
                | Q(done_by__isnull=False, done_at__isnull=False),
                name="a_step_is_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text or ""


class UsualSteps(models.Model):
    """The checklist that requests of a type usually need, one step a line."""

    type = models.CharField(_("type"), max_length=12, choices=RequestType.choices, unique=True)
    steps = models.TextField(_("steps"), max_length=4_000, blank=True)

    def __str__(self) -> str:
        return self.type
