"""What a person can do with a visit now: the acts that a page offers, each with its form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from engagement import rules, workflow
from engagement.enums import AHEAD, Contact, Side, Verb
from engagement.forms import FORMS, MergeForm, MoveForm
from engagement.models import Visit
from portal.core.access import Verdict

V = Verb


@dataclass(frozen=True, slots=True)
class Words:
    title: str | Promise
    button: str | Promise
    done: str | Promise


STAFF: dict[str, Words] = {
    V.REQUEST: Words(
        _("Ask the enterprise for the visit"),
        _("Ask the enterprise for the visit"),
        _("The enterprise has been asked."),
    ),
    V.CONFIRM: Words(_("Confirm"), _("Confirm the visit"), _("The visit is confirmed.")),
    V.HOLD: Words(_("It took place"), _("It took place"), _("Recorded. Please write the visit up.")),
    V.MOVE: Words(_("Another time"), _("Propose this time"), _("The new time is noted.")),
    V.MERGE: Words(
        _("Merge into another visit"), _("Take part in that one instead"), _("Merged: the enterprise is visited once.")
    ),
    V.DECLINE: Words(_("Decline the visit"), _("Decline the visit"), _("Declined; the enterprise is told.")),
    V.CANCEL: Words(_("Cancel the visit"), _("Cancel the visit"), _("The visit is cancelled.")),
}
ENTERPRISE: dict[str, Words] = {
    V.CONFIRM: Words(_("It suits us"), _("Confirm the visit"), _("Confirmed. We look forward to it.")),
    V.MOVE: Words(_("Propose another time"), _("Propose this time"), _("Your proposal was sent; we answer it.")),
    V.DECLINE: Words(
        _("Not this time"), _("Decline the visit"), _("Declined. You will be left in peace for some time.")
    ),
    V.CANCEL: Words(_("We no longer need it"), _("Take it back"), _("Taken back.")),
}
ORDER = {Side.GOVERNMENT: STAFF, Side.ENTERPRISE: ENTERPRISE}


@dataclass(frozen=True, slots=True)
class Offer:
    verb: str
    words: Words
    form: forms.Form | None
    open: bool = False

    @property
    def is_danger(self) -> bool:
        return self.verb in (V.DECLINE, V.CANCEL)


def offers(visit: Visit, user: Any, side: str, sent: forms.Form | None = None, verb: str = "") -> list[Offer]:
    """What the person may do; the form that was sent comes back as it was."""
    found: list[Offer] = []
    for name, words in ORDER[Side(side)].items():
        verdict: Verdict = rules.may(user, name, visit, side=side)
        if not verdict:
            continue
        form = sent if sent is not None and name == verb else form_of(name, visit)
        if name == V.MERGE and not others(visit).exists():
            continue
        found.append(Offer(name, words, form, name == verb and sent is not None))
    return found


def form_of(verb: str, visit: Visit, data: Any = None) -> forms.Form | None:
    """The form of an act; None where a button is enough."""
    if verb == V.MERGE:
        return MergeForm(data, others=others(visit), prefix=verb)
    if verb == V.MOVE:
        minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
        begins = timezone.localtime(visit.starts_at).time()
        return MoveForm(data, initial={"day": visit.day, "begins": begins, "minutes": minutes}, prefix=verb)
    kind = FORMS.get(verb)
    return kind(data, prefix=verb) if kind else None


def others(visit: Visit) -> Any:
    """The enterprise's other visits that are still to come and that one could take part in."""
    ahead = Visit.objects.filter(enterprise=visit.enterprise_id, state__in=AHEAD, ends_at__gt=timezone.now())
    return ahead.exclude(pk=visit.pk).exclude(asked_by=Contact.ENFORCEMENT).order_by("starts_at", "pk")


def perform(verb: str, visit: Visit, form: forms.Form | None, *, by: Any, side: str, seen: int) -> Visit:
    """Do what the valid form says; raises Refused."""
    data = form.cleaned_data if form else {}
    known = {"by": by, "seen": seen}
    if verb == V.REQUEST:
        return workflow.request(visit, **known)
    if verb == V.HOLD:
        return workflow.hold(visit, **known)
    if verb == V.MERGE:
        return workflow.merge(visit, into=data["into"], **known)
    if verb == V.MOVE:
        assert isinstance(form, MoveForm)
        starts_at, ends_at = form.times()
        return workflow.move(visit, starts_at=starts_at, ends_at=ends_at, text=data["text"], side=side, **known)
    plain = {V.CONFIRM: workflow.confirm, V.DECLINE: workflow.decline, V.CANCEL: workflow.cancel}[Verb(verb)]
    return plain(visit, text=data["text"], side=side, **known)
