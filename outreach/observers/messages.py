"""What candidates, observers and departments are told."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import Text, notify
from outreach.models import Assignment, Candidate, Observation, Observer
from portal.core.templatetags.ui import day_plain


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


def term_ended(observer: Observer) -> None:
    def text() -> Text:
        facts = {"batch": observer.batch.name, "day": day_plain(observer.ended_on)}
        facts |= {"how": observer.get_ended_how_display(), "why": observer.ended_why}
        body = _("Your term in %(batch)s ends on %(day)s. %(how)s: %(why)s What you sent can still be read.")
        return Text(_("Your term as a public observer ends"), body % facts, reverse("observers:own"))

    _tell(observer.user, f"ended:{observer.pk}", "ended", text)


def due(assignment: Assignment, *, left: int) -> bool:
    """Asked for before: what is due soon. Once for an assignment; whether it is new."""

    def text() -> Text:
        facts = {"task": assignment.task, "day": day_plain(assignment.due_on)}
        subject = _("Due today: what you were asked to look at") if left == 0 else _("Due soon: %(task)s")
        body = _("%(task)s. Please look at it by %(day)s and send what you saw from your room.")
        return Text(subject % facts, body % facts, reverse("observers:own"))

    key = f"observer:due:{assignment.pk}:{assignment.due_on}:{left == 0}"
    return notify(assignment.observer.user, key=key, kind="observer.due", text=text) is not None


def published(observation: Observation) -> None:
    def text() -> Text:
        url = f"{reverse('rating:public')}?from=observers#f{observation.pk}"
        return Text(_("The reply to your observation is published"), observation.did, url)

    _tell(observation.assignment.observer.user, f"published:{observation.pk}", "published", text)
