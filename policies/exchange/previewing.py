"""What a file would do, row by row: new, changed, unchanged, being worked on, or wrong. Writes no policy."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from policies.enums import ImportRowKind
from policies.exchange.cleaning import Absent, Cleaner, Wrong, as_text
from policies.exchange.columns import IDENTIFYING, NUMBER, SLUG, TITLE, is_text
from policies.exchange.judging import Content, Fault, Surroundings
from policies.exchange.recognising import Ambiguous, spelt
from policies.exchange.tables import Line, Table
from policies.models import ImportRow, Policy
from portal.core import bilingual

CHUNK = 500
EMPTY: tuple[Any, ...] = (None, "", [])


class Previewer:
    """Compares the rows of one file, a few hundred at a time, and remembers which policies it has met."""

    def __init__(self, table: Table, lines: Sequence[Line]) -> None:
        self.table, self.lines = table, lines
        self.cleaner = Cleaner.load()
        self.met: dict[tuple[str, Any], int] = {}  # what a row was about → the number of the row
        slugs = (line.cells.get(SLUG) for line in lines)
        self.slugs = {as_text(slug).lower() for slug in slugs if isinstance(slug, str | int | float)}

    def rows(self) -> Iterator[ImportRow]:
        """A row for each line, in order, not yet stored."""
        for start in range(0, len(self.lines), CHUNK):
            read = [(line, *self._read(line)) for line in self.lines[start : start + CHUNK]]
            around = Surroundings([content for _line, content, _faults in read], self.slugs)
            for line, content, faults in read:
                yield self._row(line, content, faults, around)

    def _read(self, line: Line) -> tuple[Content, list[Fault]]:
        content: Content = {}
        faults = []
        for column, raw in line.cells.items():
            try:
                content[column] = self.cleaner.clean(column, raw)
            except Absent:
                continue
            except Wrong as wrong:
                faults.append((column, str(wrong)))
        return content, faults

    def _row(self, line: Line, content: Content, faults: list[Fault], around: Surroundings) -> ImportRow:
        row = ImportRow(number=line.number, title=_title(line, content), slug=content.get(SLUG) or "")
        policy, more = self._about(line, content, around)
        row.policy = policy
        if faults or more:
            return self._wrong(row, line, around)
        for key in _names(policy, content):
            self.met.setdefault(key, line.number)
        open_now = around.known.open.get(policy.pk) if policy else None
        base = around.base_of(policy)
        changed = changes(base, content) if base is not None else []
        if base is None:
            row.kind = ImportRowKind.NEW
        elif not changed or (open_now and not changes(open_now.content, content)):
            row.kind = ImportRowKind.UNCHANGED
        else:
            row.kind = ImportRowKind.BUSY if open_now else ImportRowKind.CHANGED
            row.changes = [[column, base.get(column), content[column]] for column in changed]
        row.revision = open_now
        row.seen = policy.version if policy else 0
        row.content = _kept(row.kind, content, changed)
        return row

    def _about(self, line: Line, content: Content, around: Surroundings) -> tuple[Policy | None, list[Fault]]:
        """The policy a row is about, and what is wrong with the row as a whole."""
        first = next((column for column in IDENTIFYING if column in line.cells), SLUG)
        try:
            policy = around.known.find(content)
        except Ambiguous as ambiguous:
            return None, [(first, str(ambiguous))]
        faults = list(around.faults(policy, line, content))
        earlier = next((self.met[key] for key in _asked(policy, content) if key in self.met), None)
        if earlier not in (None, line.number):
            said = _("is about the same policy as row %(number)s; a short name tells two apart")
            faults.append((first, said % {"number": earlier}))
        if policy is None and not any(content.get(column) for column in IDENTIFYING):
            faults.append((first, _("is empty: nothing says which policy this row is about")))
        return policy, faults

    def _wrong(self, row: ImportRow, line: Line, around: Surroundings) -> ImportRow:
        """What is wrong, in both languages: whoever reads it may change the language."""
        said: dict[str, list[Fault]] = {}
        for language in bilingual.LANGUAGES:
            with translation.override(language):
                content, faults = self._read(line)
                said[language] = faults + self._about(line, content, around)[1]
        row.kind = ImportRowKind.WRONG
        row.faults = [
            [column, self._place(column, line), words, english]
            for (column, words), (_column, english) in zip(*said.values(), strict=True)
        ]
        return row

    def _place(self, column: str, line: Line) -> str:
        letter = self.table.letters.get(column)
        return f"{letter}{line.number}" if letter else ""


def changes(base: Mapping[str, Any], content: Mapping[str, Any]) -> list[str]:
    """The columns in which a row differs; the short name is no column of the content, and white space no difference."""
    return [
        column for column, value in content.items() if column != SLUG and not _same(column, base.get(column), value)
    ]


def _same(column: str, old: Any, new: Any) -> bool:
    if is_text(column):
        return as_text(old).split() == str(new or "").split()
    return old == new or (old in EMPTY and new in EMPTY)


def _kept(kind: str, content: Content, changed: Sequence[str]) -> Content:
    """Of a row that is to be taken over: what it brings."""
    if kind == ImportRowKind.NEW:
        return {column: value for column, value in content.items() if column != SLUG}
    return {column: content[column] for column in changed} if kind == ImportRowKind.CHANGED else {}


def _names(policy: Policy | None, content: Content) -> list[tuple[str, Any]]:
    """What a row about the same policy may be recognised by."""
    if policy:
        return [("policy", policy.pk)]
    return [(column, spelt(content[column])) for column in IDENTIFYING if content.get(column)]


def _asked(policy: Policy | None, content: Content) -> list[tuple[str, Any]]:
    """What a row itself is recognised by, as `Known.find` does."""
    named = _names(policy, content)
    return named[:1] if policy or content.get(SLUG) else named


def _title(line: Line, content: Content) -> str:
    """What the row is called on the page, wrong as it may be."""
    for column in (TITLE, "title_en", NUMBER, SLUG):
        value = content.get(column) or line.cells.get(column)
        if isinstance(value, str) and value.strip():
            return " ".join(value.replace("\x00", "").encode(errors="ignore").decode().split())[:300]
    return ""
