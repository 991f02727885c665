"""Questions before, during and after an event: answered in public, hidden, or made a request with a deadline."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Membership
from outreach.enums import OccasionState, RegistrationState
from outreach.models import Occasion, Question, Registration
from outreach.rules import may_organise
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from stewards import rules
from stewards.asking.verbs import MAX_SUBJECT, save_draft, submit
from stewards.deskwork import recording
from stewards.enums import Channel
from stewards.models import HelpRequest

NAMESPACE = uuid.UUID("5c4a1f3e-0d5b-4c8e-9a53-6f1f6b1f2a77")
MOST_OPEN = 20  # of one person at one event


def ask(occasion: Occasion, *, text: str, user: Any = None, name: str = "", code: str = "") -> Question:
    """Keep a question; nobody but the organisers sees it before it is answered."""
    if occasion.state == OccasionState.DRAFT:
        raise Refused(_("Nobody can ask here yet."))
    if not text.strip():
        raise Refused(_("Write your question."))
    with transaction.atomic():
        registration = _registration(occasion, user, code)
        if user is not None and occasion.questions.filter(user=user, answered_at=None).count() >= MOST_OPEN:
            raise Refused(_("You have asked many questions already: please wait for the answers."))
        same = occasion.questions.filter(text=text.strip(), user=user, name=name.strip(), hidden_at=None)
        return same.first() or occasion.questions.create(
            text=text.strip(), user=user, name=name.strip(), registration=registration, language=bilingual.current()
        )


def answer(question: Question, *, by: Any, text: str) -> Question:
    """In public, below the question."""
    require(may_organise(by))
    if not text.strip():
        raise Refused(_("Write the answer."))
    with transaction.atomic():
        row = _locked(question)
        row.answer, row.answered_at, row.answered_by, row.hidden_at = text.strip(), timezone.now(), by, None
        row.save(update_fields=["answer", "answered_at", "answered_by", "hidden_at"])
    return row


def hide(question: Question, *, by: Any) -> Question:
    """Not for the public: off the subject, or somebody's own affair."""
    require(may_organise(by))
    with transaction.atomic():
        row = _locked(question)
        if row.hidden_at is None:
            row.hidden_at = timezone.now()
            row.save(update_fields=["hidden_at"])
    return row


def may_pass_on(user: Any, question: Question) -> Verdict:
    """A person with an account gets a request of their own; for others the request desk writes it down."""
    if question.user_id is not None:
        return may_organise(user)
    if question.registration is None or not question.registration.email:
        return Denied(_("Nobody knows how to reach whoever asked: answer it here in public."))
    return Allowed() if rules.may_record(user) and may_organise(user) else rules.may_record(user)


def pass_on(question: Question, *, by: Any) -> HelpRequest:
    """A request with a deadline by the service standard; a second time it is the same one."""
    with transaction.atomic():
        row = _locked(question)
        if row.request is not None:
            return row.request
        require(may_pass_on(by, row))
        with bilingual.speaking(row.language):
            subject = _("Question at an event: %(title)s") % {"title": row.occasion.title}
        made = _own(row, subject[:MAX_SUBJECT]) if row.user is not None else _recorded(row, subject[:MAX_SUBJECT], by)
        row.request = made
        row.save(update_fields=["request"])
    return made


def _own(row: Question, subject: str) -> HelpRequest:
    """The asker's own, for their enterprise if there is one."""
    member = Membership.objects.active().filter(user=row.user).select_related("enterprise").order_by("pk").first()
    enterprise: Enterprise | None = member.enterprise if member else None
    key = uuid.uuid5(NAMESPACE, str(row.pk))
    facts: dict[str, Any] = {"subject": subject, "body": row.text, "language": row.language, "form_key": key}
    draft = save_draft(by=row.user, enterprise=enterprise, **facts)
    return submit(draft, by=row.user)


def _recorded(row: Question, subject: str, by: Any) -> HelpRequest:
    assert row.registration is not None
    return recording.record(
        by=by,
        enterprise=row.registration.enterprise,
        channel=Channel.EVENT,
        subject=subject,
        body=row.text,
        caller=f"{row.name or row.registration.name}, {row.registration.email}",
        language=row.language,
        form_key=uuid.uuid5(NAMESPACE, str(row.pk)),
    )


def _registration(occasion: Occasion, user: Any, code: str) -> Registration | None:
    known = occasion.registrations.exclude(state__in=(RegistrationState.CANCELLED, RegistrationState.UNVERIFIED))
    if user is not None:
        return known.filter(user=user, partner=None).first()
    text = "".join(code.split()).replace("-", "").upper()
    return known.filter(code=text).first() if len(text) == 8 else None


def _locked(question: Question) -> Question:
    found = Question.objects.select_for_update(of=("self",))
    return found.select_related("occasion", "registration", "user", "request").get(pk=question.pk)
