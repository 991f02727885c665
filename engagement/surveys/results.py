"""What was answered, in counts; nothing that tells whose answer it was. Small counts are kept back."""

from dataclasses import dataclass

from django.db.models import Count

from engagement.surveys.models import LEVELS, NO, YES, QuestionKind, Survey, SurveyAnswer, SurveyQuestion, SurveyState
from engagement.surveys.words import value_words
from stewards.figures import FEW


@dataclass(frozen=True, slots=True)
class Line:
    """One possible answer and how many gave it; None: too few to be told."""

    words: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """few: so few have answered this question that nothing of it is told."""

    question: SurveyQuestion
    total: int
    few: bool
    lines: list[Line]
    texts: list[str]


def results(survey: Survey) -> list[Result]:
    """Only of a survey that is closed: whoever looked after each answer could tell them apart. Three queries.

    Texts stand in the order of their keys, drawn by lot as they came: it says nothing of when or by whom, and is the
    same each time, so that two looks tell no more than one.
    """
    if survey.state != SurveyState.CLOSED:
        return []
    questions = list(survey.questions.all())
    answers = SurveyAnswer.objects.filter(question__in=questions)
    counts: dict[int, dict[int, int]] = {question.pk: {} for question in questions}
    for key, value, count in answers.filter(value__isnull=False).values_list("question", "value").annotate(Count("pk")):
        counts[key][value] = count
    texts: dict[int, list[str]] = {question.pk: [] for question in questions}
    for key, line in answers.exclude(line="").order_by("pk").values_list("question", "line"):
        texts[key].append(line)
    return [_result(question, counts[question.pk], texts[question.pk]) for question in questions]


def _result(question: SurveyQuestion, counts: dict[int, int], texts: list[str]) -> Result:
    total = len(texts) if question.kind == QuestionKind.LINE else sum(counts.values())
    if total < FEW:
        return Result(question, total, True, [], [])
    if question.kind == QuestionKind.LINE:
        return Result(question, total, False, [], texts)
    values = LEVELS if question.kind == QuestionKind.LEVEL else (YES, NO)
    shown = suppressed({value: counts.get(value, 0) for value in values})
    return Result(question, total, False, [Line(value_words(question.kind, v), n) for v, n in shown.items()], [])


def suppressed(counts: dict[int, int]) -> dict[int, int | None]:
    """Counts below five are kept back; if that is one alone, the total would tell it: then the next smallest too."""
    small = {value for value, count in counts.items() if 0 < count < FEW}
    others = [value for value, count in counts.items() if count >= FEW]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda value: (counts[value], value)))
    return {value: None if value in small else count for value, count in counts.items()}
