"""What is done with a survey: written, sent once to whom the guard lets, answered once an enterprise, closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from engagement.surveys import links
from engagement.surveys.choosing import Audience, Chosen, choose
from engagement.surveys.models import (
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyState,
)
from notices.models import Message
from notices.workflow import Text, compose, post_all
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

MOST_QUESTIONS = 3
LONGEST = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as somebody writes it, in both languages."""

    kind: str
    text_zh_hans: str
    text_en: str


def may_survey(user: Any) -> Verdict:
    return Allowed() if user.has_role(Role.ADMIN) else Denied(_("Only the service centre sends surveys."))


def write(
    survey: Survey | None, *, by: Any, texts: Mapping[str, str], closes_on: date, questions: Sequence[Asked]
) -> Survey:
    """A new survey, or a draft anew; nobody sees it yet."""
    require(may_survey(by))
    if not 1 <= len(questions) <= MOST_QUESTIONS:
        raise Refused(_("A survey has one to three questions."))
    _require_day(closes_on)
    with transaction.atomic():
        row = _locked(survey, SurveyState.DRAFT) if survey else Survey(author=by)
        for name, text in texts.items():
            setattr(row, name, text)
        row.closes_on = closes_on
        row.lock_version += 1
        row.save()
        row.questions.all().delete()
        SurveyQuestion.objects.bulk_create(
            SurveyQuestion(survey=row, place=n, kind=q.kind, text_zh_hans=q.text_zh_hans, text_en=q.text_en)
            for n, q in enumerate(questions, 1)
        )
    return row


def discard(survey: Survey, *, by: Any) -> None:
    require(may_survey(by))
    with transaction.atomic():
        _locked(survey, SurveyState.DRAFT).delete()


def send(survey: Survey, *, by: Any, audience: Audience, seen: int | None = None) -> Chosen:
    """Ask each enterprise once, as far as the guard lets; its people read it in their digest. Nobody is reminded."""
    require(may_survey(by))
    with transaction.atomic():
        row = _locked(survey, SurveyState.DRAFT)
        if seen is not None and seen != row.lock_version:
            raise Refused(_("Somebody has worked on this meanwhile. Please look again and decide anew."))
        _require_day(row.closes_on)
        chosen = choose(audience, lock=True)
        if chosen.too_many:
            raise Refused(_("That is too many enterprises: please narrow it down."))
        if not chosen.going:
            raise Refused(_("There is nobody whom this survey may go to."))
        row.audience = audience.kept()
        row.left_out = {code: len(enterprises) for code, enterprises in chosen.left.items()}
        row.sent_at = timezone.now()
        row.lock_version += 1
        row.save(update_fields=["audience", "left_out", "sent_at", "lock_version"])
        _invite(row, chosen)
    return chosen


def close(survey: Survey, *, by: Any) -> Survey:
    """Before its last day; answers that have come are kept."""
    require(may_survey(by))
    with transaction.atomic():
        row = _locked(survey, SurveyState.OPEN)
        row.closed_at = timezone.now()
        row.save(update_fields=["closed_at"])
    return row


def answer(invitation: SurveyInvitation, *, answers: Mapping[int, int | str]) -> None:
    """The enterprise's one answer: {key of a question: a value, or a line}. What was left empty is no answer."""
    with transaction.atomic():
        kept = SurveyInvitation.objects.select_for_update(of=("self",)).select_related("survey").get(pk=invitation.pk)
        if kept.answered_at is not None:
            raise Refused(_("Your enterprise has answered already: thank you."))
        if kept.survey.state != SurveyState.OPEN:
            raise Refused(_("This survey is closed."))
        rows = [
            SurveyAnswer(question=question, **({"line": said} if isinstance(said, str) else {"value": said}))
            for question in kept.survey.questions.all()
            if (said := answers.get(question.pk)) not in (None, "")
        ]
        if not rows:
            raise Refused(_("Please answer at least one question."))
        SurveyAnswer.objects.bulk_create(rows)
        kept.answered_at = timezone.now()
        kept.save(update_fields=["answered_at"])


def said(survey: Survey, count: int, address: str) -> Text:
    """The message, in the receiver's language; `count` questions."""
    facts = {"day": day_plain(survey.closes_on), "address": address}
    short = _("One question, until %(day)s.") if count == 1 else _("%(count)s short questions, until %(day)s.")
    link = _("To answer without signing in: %(address)s") % facts
    once = _("One answer for your enterprise; nobody sees from whom an answer is, and nobody reminds you.")
    body = "\n\n".join([survey.about, short % (facts | {"count": count}), link, once])
    return Text(_("We ask for your opinion: %(title)s") % {"title": survey.title}, body, reverse("contacts:record"))


def _invite(survey: Survey, chosen: Chosen) -> None:
    made = SurveyInvitation.objects.bulk_create(
        SurveyInvitation(survey=survey, enterprise=enterprise, day=chosen.day) for enterprise, _people in chosen.going
    )
    count = survey.questions.count()
    told = [(row, person) for row, (_one, people) in zip(made, chosen.going, strict=True) for person in people]
    post_all([_message(survey, count, invitation, person) for invitation, person in told])


def _message(survey: Survey, count: int, invitation: SurveyInvitation, person: User) -> Message:
    return compose(
        person,
        key=f"survey:{invitation.pk}:{person.pk}",
        kind="survey",
        text=lambda: said(survey, count, links.address_of(invitation, person)),
    )


def _locked(survey: Survey, state: SurveyState) -> Survey:
    row = Survey.objects.select_for_update().get(pk=survey.pk)
    if row.state != state:
        raise Refused(_("This survey is “%(state)s” now.") % {"state": row.state.label})
    return row


def _require_day(closes_on: date) -> None:
    if not local_day() < closes_on <= local_day() + LONGEST:
        raise Refused(_("Choose a last day within the next two months."))
