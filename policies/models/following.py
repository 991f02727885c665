"""What people want to hear of."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from policies.models.policy import Policy


class Following(models.Model):
    """A person who hears what becomes of a policy. The columns from `seen_at` on: up to where they have been told."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="followings")
    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="followings")
    since = models.DateTimeField(_("followed since"), default=timezone.now)
    seen_at = models.DateTimeField()  # the policy's changed_at
    told_version = models.PositiveIntegerField(default=0)
    told_end = models.CharField(max_length=60, blank=True)  # the day of its repeal and what replaces it
    told_closing = models.DateField(null=True, blank=True)  # the closing day that has been announced

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "policy"], name="followed_once_a_person")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.policy_id}"


class SavedSearch(models.Model):
    """A search of the list whose new policies a person hears of. query: the words and filters of its address.

    Without a name of the person's choice it is called by these words and filters, in the reader's language.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("name"), max_length=100, blank=True)
    query = models.JSONField()
    since = models.DateTimeField(_("saved"), default=timezone.now)
    checked_at = models.DateTimeField(default=timezone.now, db_index=True)  # what came before needs no more looking at
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "query"], name="search_saved_once_a_person")]

    def __str__(self) -> str:
        return self.name or str(self.query)
