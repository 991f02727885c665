"""Surveys on the enterprise's own contact record."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from engagement.surveys import links
from engagement.surveys.models import Survey, SurveyInvitation, SurveyState
from engagement.surveys.words import when_words
from enterprises.models import Enterprise

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Asked:
    """url: where it can still be answered, or empty."""

    survey: Survey
    day: date
    words: str
    url: str


def surveys_of(enterprise: Enterprise, person: Any) -> list[Asked]:
    """The latest first; one query."""
    rows = SurveyInvitation.objects.filter(enterprise=enterprise).select_related("survey").order_by("-day", "-pk")
    return [_asked(row, person) for row in rows[:SHOWN]]


def _asked(row: SurveyInvitation, person: Any) -> Asked:
    answered, state = row.answered_at is not None, row.survey.state
    url = links.address_of(row, person) if state == SurveyState.OPEN and not answered else ""
    return Asked(row.survey, row.day, when_words(answered, state), url)
