"""The service in figures that anybody may see: put together as data in both languages, so that a page, a file and a
report that never changes again all show the same.

Small numbers are taken out here, not on the page: what is not in the data cannot leak from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from insights.models import MonthFlow
from insights.performance.flow import NAMES
from portal.core import bilingual
from portal.core.templatetags.ui import number
from stewards.figures import FEW
from stewards.rating import figures

TABLES = ("type", "department", "category", "month")
Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted beside the rates."""

    code: str
    name: str | Promise
    words: str | Promise


COUNTED = (
    Counted(
        "received",
        gettext_lazy("Requests received"),
        gettext_lazy("Requests that enterprises sent in, not those withdrawn, merged or not accepted."),
    ),
    Counted(
        "answered",
        gettext_lazy("Answers given"),
        gettext_lazy("Requests whose latest answer was given in this time, whenever they were received."),
    ),
    Counted(
        "policies",
        gettext_lazy("Policies published"),
        gettext_lazy("Policies that were published on this portal in this time and are still on it."),
    ),
    Counted(
        "events",
        gettext_lazy("Events held"),
        gettext_lazy("Policy sessions and other events that the portal announced and that took place in this time."),
    ),
    Counted(
        "guests",
        gettext_lazy("Guests at events"),
        gettext_lazy("People who were checked in at these events; where nobody has to register, nobody is counted."),
    ),
    Counted(
        "visits",
        gettext_lazy("Visits to enterprises"),
        gettext_lazy("Visits that took place in this time, those the enterprise asked for included."),
    ),
    Counted(
        "visited",
        gettext_lazy("Enterprises visited"),
        gettext_lazy("Different enterprises among these visits, month by month."),
    ),
)
_BY_CODE = {each.code: each for each in figures.RATES}


def put_together(first: date, last: date) -> dict[str, Any]:
    """The facts of these months (both included), ready to be kept as JSON."""
    asked = figures.Asked(first, last, {})
    reports = {}
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            reports[language] = figures.report(asked, whole=False)
    report = reports[bilingual.LANGUAGES[0]]
    labels = {
        language: {name: {row.key: row.label for row in rows} for name, rows in each.tables.items()}
        for language, each in reports.items()
    }
    return {
        "first": f"{first:%Y-%m}",
        "last": f"{last:%Y-%m}",
        "counts": {"received": report.total.counts["needed"], **_flow(first, last)},
        "total": _row(report.total, {}, hidden=False),
        "tables": {name: _rows(report.tables[name], labels, name) for name in TABLES},
        "definitions": [
            {"code": each.code, "name": _both(each.name), "words": _both(each.words)}
            for each in (*COUNTED, *figures.RATES)
        ],
        "few": FEW,
    }


def _flow(first: date, last: date) -> dict[str, int]:
    rows = list(MonthFlow.objects.filter(month__gte=first, month__lte=last))
    return {name: sum(getattr(row, name) for row in rows) for name in NAMES}


def _both(text: Any) -> Words:
    found = {}
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            found[language] = str(text)
    return found


def _rows(rows: Sequence[figures.Row], labels: Mapping[str, Any], table: str) -> list[dict[str, Any]]:
    small = withheld({row.key: row.counts["needed"] for row in rows})
    return [
        _row(row, {language: names[table][row.key] for language, names in labels.items()}, hidden=row.key in small)
        for row in rows
    ]


def withheld(numbers: Mapping[str, int]) -> set[str]:
    """Keys with fewer than five; and where that is one alone, the next smallest: from the total it could be told."""
    small = {key for key, many in numbers.items() if 0 < many < FEW}
    others = {key: many for key, many in numbers.items() if many >= FEW}
    if len(small) == 1 and others:
        small.add(min(others, key=lambda key: (others[key], key)))
    return small


def _row(row: figures.Row, label: Words, *, hidden: bool) -> dict[str, Any]:
    """received None: fewer than five, or kept back for their sake; a rate None: the same of its ratings."""
    rates = {rate.definition.code: None if hidden or rate.hidden else [rate.part, rate.whole] for rate in row.rates}
    return {"label": label, "received": None if hidden else row.counts["needed"], "rates": rates}


# --- as a reader sees them ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A row in the reader's language; `cells` (name of the rate, words) as a table shows them, `numbers` as a file
    does."""

    label: str
    received: str
    cells: list[tuple[str, SafeString]]
    numbers: list[Any]


@dataclass(frozen=True, slots=True)
class Shown:
    by_code: list[tuple[str, tuple[str, str]]]  # code: (name, number)
    rates: list[tuple[str, SafeString]]
    tables: list[tuple[str, str, list[Line]]]  # name, title, rows
    definitions: list[tuple[str, str]]
    heads: list[str]

    @property
    def counts(self) -> list[tuple[str, str]]:
        return [each for _code, each in self.by_code]


def shown(facts: Mapping[str, Any]) -> Shown:
    """In the active language."""
    language = bilingual.current()
    names = {each["code"]: each["name"][language] for each in facts["definitions"]}
    total = _line(facts["total"], language, names)
    return Shown(
        by_code=[
            (code, (names[code], number(facts["counts"][code]))) for code in _known(facts["counts"], COUNTED, names)
        ],
        rates=total.cells,
        tables=[
            (name, str(figures.DIMENSIONS[name]), [_line(row, language, names) for row in facts["tables"][name]])
            for name in TABLES
            if name in facts["tables"]
        ],
        definitions=[(each["name"][language], each["words"][language]) for each in facts["definitions"]],
        heads=[name for name, _cell in total.cells],
    )


def _line(row: Mapping[str, Any], language: str, names: Words) -> Line:
    received = row["received"]
    rates = list(_rates(row["rates"]))
    return Line(
        row["label"].get(language, ""),
        _("fewer than %(few)s") % {"few": FEW} if received is None else number(received),
        [(names[rate.definition.code], rate.shown) for rate in rates],
        ["" if received is None else received, *("" if rate.percent is None else rate.percent for rate in rates)],
    )


def _known(kept: Mapping[str, Any], codes: Iterable[Any], names: Mapping[str, Any]) -> list[str]:
    """The codes in their order: the database keeps what a report holds in an order of its own."""
    return [each.code for each in codes if each.code in kept and each.code in names]


def _rates(kept: Mapping[str, Any]) -> Iterable[figures.Rate]:
    for code in _known(kept, figures.RATES, _BY_CODE):
        numbers = kept[code]
        part, whole = numbers or (0, 0)
        yield figures.Rate(_BY_CODE[code], part, whole, hidden=numbers is None)
