"""The preview of an import in words."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Department
from policies.checkup.stacking import excludes_line, titles_of
from policies.content import TEXT_COLUMNS
from policies.eligibility.criteria import sentence
from policies.eligibility.naming import codes_in, names_of
from policies.enums import Confidence, ImportRowKind
from policies.exchange.columns import DEPARTMENT, EXCHANGED, IDENTIFYING, SLUG, heading_of
from policies.labels import column_label
from policies.models import ImportRow, PolicyImport
from policies.publishing.differences import Mark, differences
from policies.publishing.side_by_side import Fact, facts_of
from portal.core import bilingual

Rows = QuerySet[ImportRow]
Change = tuple[str, Any, Any]  # column, old, new
TABS: dict[str, Callable[[Rows], Rows]] = {
    **{str(kind): (lambda rows, kind=kind: rows.filter(kind=kind)) for kind in ImportRowKind},  # type: ignore[misc]
    "taken": lambda rows: rows.exclude(outcome=""),
}
KIND_TONES = {"new": "ok", "changed": "info", "unchanged": "quiet", "busy": "warn", "wrong": "bad"}
NAMED = (DEPARTMENT, "excludes", "confidence", "translated")
EMPTY: tuple[Any, ...] = (None, "", [])
OUTCOME_TONES = {"waiting": "quiet", "review": "ok", "draft": "warn", "refused": "bad"}


def shown_rows(rows: Iterable[ImportRow]) -> list[dict[str, Any]]:
    """The rows of a page; what their values are called is asked for all of them together."""
    listed = list(rows)
    changes = {row.pk: list(_changes(row)) for row in listed}
    words = Words(change for each in changes.values() for change in each)
    return [_shown(row, [words.change(*change) for change in changes[row.pk]]) for row in listed]


def _changes(row: ImportRow) -> Iterator[Change]:
    """Column, old, new: what a row changes, or what a new policy comes with."""
    if row.kind == ImportRowKind.NEW:
        filled = (column for column in EXCHANGED if row.content.get(column) not in EMPTY)
        yield from ((column, None, row.content[column]) for column in filled)
    else:
        yield from ((column, old, new) for column, old, new in row.changes)


def _shown(row: ImportRow, changes: list[dict[str, Any]]) -> dict[str, Any]:
    chinese, new = bilingual.current() == "zh-hans", row.kind == ImportRowKind.NEW
    return {
        "row": row,
        "title": _title(row),
        "tone": KIND_TONES[row.kind],
        "outcome_tone": OUTCOME_TONES.get(row.outcome, "quiet"),
        "may_choose": row.kind in ("new", "changed") and not row.outcome,
        "changes": [] if new else changes,
        "brings": changes if new else [],
        "faults": [
            {"label": heading_of(column), "cell": cell, "words": words if chinese else english}
            for column, cell, words, english in row.faults
        ],
        "said": row.said.get(bilingual.current(), ""),
        "revision": row.revision,
        "url": reverse("publishing:review", args=[row.revision_id]) if row.revision_id else "",
        "policy_url": _policy_url(row),
    }


def _title(row: ImportRow) -> str:
    own = f"title_{bilingual.SUFFIX[bilingual.current()]}"
    return row.content.get(own) or (str(row.policy) if row.policy and row.policy.published_at else row.title)


def _policy_url(row: ImportRow) -> str:
    if row.policy and row.policy.published_at:
        return reverse("publishing:validity", args=[row.policy.slug])
    return ""


class Words:
    """What the values of some changes are called, in the active language; a query for each kind of name."""

    def __init__(self, changes: Iterable[Change]) -> None:
        values: dict[str, list[Any]] = {DEPARTMENT: [], "excludes": [], "criteria": []}
        for column, old, new in changes:
            if column in values:
                values[column] += [old, new]
        wanted = {pk for pk in values[DEPARTMENT] if pk}
        rows = Department.objects.filter(pk__in=wanted) if wanted else []
        self.departments = {row.pk: str(row) for row in rows}
        self.titles = titles_of(slug for slugs in values["excludes"] for slug in slugs or [])
        self.codes = names_of(codes_in([each for criteria in values["criteria"] for each in criteria or []]))

    def change(self, column: str, old: Any, new: Any) -> dict[str, Any]:
        """One changed column: its texts with the words marked, or what it was and is."""
        change: dict[str, Any] = {"label": column_label(column), "lang": "", "marks": [], "lines": [], "fact": None}
        if column in TEXT_COLUMNS:
            marks = differences(old or "", new or "")
            return change | {"lang": "en" if column.endswith("_en") else "zh-Hans", "marks": marks}
        if column == "criteria":
            return change | {"lines": list(self._lines(old or [], new or []))}
        if column in NAMED:
            fact = Fact(column_label(column), self._named(column, new), self._named(column, old), changed=True)
            return change | {"fact": fact}
        return change | {"fact": next(iter(facts_of({column: new}, {column: old})), None)}

    def _lines(self, old: list[Any], new: list[Any]) -> Iterator[list[Mark]]:
        """A line for each condition; those that are gone come last."""
        language = bilingual.current()
        before, after = ([sentence(each, language, self.codes) for each in criteria] for criteria in (old, new))
        yield from ([Mark("same" if line in before else "ins", line)] for line in after)
        yield from ([Mark("del", line)] for line in before if line not in after)

    def _named(self, column: str, value: Any) -> str:
        if column == DEPARTMENT:
            return self.departments.get(value, "")
        if column == "excludes":
            return excludes_line(value, self.titles)
        if column == "confidence":
            return str(Confidence(value).label) if value in Confidence.values else ""
        return pgettext("between names in a list", ", ").join(column_label(each) for each in value or [])


def unknown_of(batch: PolicyImport) -> str:
    """The columns that nobody knows, in a sentence."""
    names = pgettext("between names in a list", ", ").join(batch.notes.get("unknown", []))
    return _("These columns are not known and were left out: %(names)s.") % {"names": names} if names else ""


def notes_of(batch: PolicyImport) -> list[str]:
    """What the person should know of how the file was read."""
    notes, about = [], batch.notes
    comma = pgettext("between names in a list", ", ")
    if about.get("sheet"):
        notes.append(_("Read from the sheet “%(sheet)s”, headings in row %(headings)s.") % about)
    if about.get("others"):
        notes.append(
            _("Not read: the sheets %(names)s.") % {"names": comma.join(f"“{name}”" for name in about["others"])}
        )
    if about.get("encoding"):
        notes.append(_("Read as %(encoding)s.") % {"encoding": about["encoding"]})
    missing = [column for column in EXCHANGED if column not in about.get("columns", EXCHANGED)]
    if missing:
        said = _("These columns are not in the file and stay as they are; new policies begin without them: %(names)s.")
        notes.append(said % {"names": comma.join(heading_of(column) for column in missing)})
    used = next((column for column in IDENTIFYING if column not in missing), SLUG)
    if used != SLUG:
        notes.append(_("Policies are recognised by “%(column)s”.") % {"column": heading_of(used)})
    return notes
