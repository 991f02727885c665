"""An estimate step by step, in plain words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from policies.checkup.calculator import Estimate, Step
from policies.checkup.term_words import base_words, clause_of, label_of, percent
from policies.checkup.terms import OTHER
from portal.core.templatetags.ui import cny, number


@dataclass(frozen=True, slots=True)
class Line:
    """A step in words, with the case it is for and its clause."""

    text: str
    label: str
    clause: str


def lines_of(estimate: Estimate) -> list[Line]:
    return [Line(step_words(step), _case(step), clause_of(step.term)) for step in estimate.steps]


def _case(step: Step) -> str:
    """Which case or figure a step is about."""
    if step.term["kind"] != "ratio":
        return label_of(step.term)
    case = "" if step.term["base"] == OTHER else label_of(step.term)
    return case or base_words(step.term)[:1].upper() + base_words(step.term)[1:]


def step_words(step: Step) -> str:
    """ "20% of CNY 1,000,000 = CNY 200,000; capped at CNY 150,000"."""
    said = {"amount": cny(step.full), "figure": cny(step.figure)}
    if step.term["kind"] == "fixed":
        words = cny(step.full)
    elif step.term["kind"] == "ratio":
        words = _("%(percent)s%% of %(figure)s = %(amount)s") % {**said, "percent": percent(step.term)}
    else:
        each = {"each": cny(step.term["amount"]), "count": number(plain(step.figure))}
        words = _("%(each)s × %(count)s = %(amount)s") % {**said, **each}
    if not step.capped:
        return words
    return _("%(sum)s; capped at %(cap)s") % {"sum": words, "cap": cny(step.amount)}


def plain(value: object) -> int | float:
    """A figure without trailing zeros."""
    figure = float(str(value))
    return int(figure) if figure.is_integer() else figure
