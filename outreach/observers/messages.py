"""What candidates, observers and departments are told."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import Text, notify
from outreach.models import Assignment, Candidate, Observation, Observer


def _tell(person: User, key: str, kind: str, text: Callable[[], Text]) -> None:
    notify(person, key=f"observer:{key}", kind=f"observer.{kind}", text=text)


def appointed(observer: Observer) -> None:
    def text() -> Text:
        facts = {"batch": observer.batch.name, "certificate": observer.certificate}
        body = _("You are a public observer of %(batch)s, certificate %(certificate)s. Your room is open to you.")
        return Text(_("You were appointed as a public observer"), body % facts, reverse("observers:own"))

    _tell(observer.user, f"appointed:{observer.pk}", "appointed", text)


def declined(candidate: Candidate) -> None:
    def text() -> Text:
        facts = {"batch": candidate.batch.name, "reason": candidate.reason}
        body = _("You were not chosen as an observer of %(batch)s. The reason: %(reason)s")
        return Text(_("Your application as a public observer"), body % facts, reverse("observers:list"))

    _tell(candidate.user, f"declined:{candidate.pk}", "declined", text)


def assigned(assignment: Assignment) -> None:
    def text() -> Text:
        return Text(_("Something to look at as an observer"), assignment.task, reverse("observers:own"))

    _tell(assignment.observer.user, f"assigned:{assignment.pk}", "assigned", text)


def published(observation: Observation) -> None:
    def text() -> Text:
        url = f"{reverse('observers:replies')}#o{observation.pk}"
        return Text(_("The reply to your observation is published"), observation.did, url)

    _tell(observation.assignment.observer.user, f"published:{observation.pk}", "published", text)
