"""Public figures as a file: exactly what the page shows, small numbers left out; formulas stay text."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from insights.files import WRITERS
from insights.performance.facts import shown
from policies.consultation.export import harmless

KINDS = (*WRITERS, "json")


def answer(kind: str, facts: Mapping[str, Any], name: str) -> HttpResponse:
    """kind is one of KINDS."""
    content_type, data = _json(facts) if kind == "json" else _table(kind, facts)
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def district(kind: str, numbers: Mapping[str, list[list[str]]], months: list[list[Any]], name: str) -> HttpResponse:
    """The district's numbers of the day, and what came in and went out in each month."""
    if kind == "json":
        found = {"numbers": numbers, "months": months}
        content_type, data = "application/json; charset=utf-8", json.dumps(found, ensure_ascii=False, indent=1).encode()
    else:
        content_type, write = WRITERS[kind]
        rows: list[list[Any]] = [[code, *map(harmless, pair)] for code, pairs in numbers.items() for pair in pairs]
        data = write([*rows, [], [_("Month"), _("Requests received"), _("Answers given")], *months])
    response = HttpResponse(data, content_type=content_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _json(facts: Mapping[str, Any]) -> tuple[str, bytes]:
    return "application/json; charset=utf-8", json.dumps(facts, ensure_ascii=False, indent=1).encode()


def _table(kind: str, facts: Mapping[str, Any]) -> tuple[str, bytes]:
    content_type, write = WRITERS[kind]
    return content_type, write(lines(facts))


def lines(facts: Mapping[str, Any]) -> list[list[Any]]:
    """Counts, the rates of all together and of each table in per cent, then what each means."""
    it = shown(facts)
    rows: list[list[Any]] = [[_("Months"), facts["first"], facts["last"]], []]
    rows += [[name, facts["counts"][code]] for code, (name, _many) in it.by_code]
    rows += [[], [_("Grouped"), _("Name"), _("Requests received"), *(f"{head} (%)" for head in it.heads)]]
    for _name, title, table in it.tables:
        rows += [[title, harmless(line.label), *line.numbers] for line in table]
    rows += [[], *([name, words] for name, words in it.definitions)]
    return rows
