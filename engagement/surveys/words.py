"""Answers and states of surveys in words."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from engagement.surveys.models import NO, YES, QuestionKind, SurveyState

LEVEL_WORDS = {
    5: gettext_lazy("5 very good"),
    4: gettext_lazy("4 good"),
    3: gettext_lazy("3 neither good nor bad"),
    2: gettext_lazy("2 bad"),
    1: gettext_lazy("1 very bad"),
}
YES_NO_WORDS = {YES: gettext_lazy("Yes"), NO: gettext_lazy("No")}
TONES = {SurveyState.DRAFT: "quiet", SurveyState.OPEN: "info", SurveyState.CLOSED: "ok"}


def value_words(kind: str, value: int) -> str:
    return str((LEVEL_WORDS if kind == QuestionKind.LEVEL else YES_NO_WORDS)[value])


def when_words(answered: bool, state: SurveyState) -> str:
    """How a survey stands, for the enterprise's own record."""
    if answered:
        return _("answered")
    return _("open") if state == SurveyState.OPEN else _("not answered")
