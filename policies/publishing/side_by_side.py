"""A revision as pages show it: each text in both languages with its state, and what changed since a base."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from accounts.models import Department
from policies.attachments.showing import changes
from policies.checkup.stacking import excludes_line, titles_of
from policies.checkup.term_words import terms_line
from policies.content import CHOICES, DATES, TEXTS, content_of
from policies.eligibility.fields import Condition
from policies.eligibility.groups import walk
from policies.eligibility.vocabulary import sentences
from policies.enums import Act, RevisionState
from policies.labels import choice_label, field_label
from policies.models import Revision, RevisionComment
from policies.publishing.differences import Mark, differences
from policies.publishing.staleness import AGREED, other_column, text_of
from policies.rules import MANDATORY_TEXTS
from portal.core import bilingual
from portal.core.templatetags.ui import cny, day_plain

FACTS = (
    *(*CHOICES, "max_amount_cny", "terms", "excludes", "document_number"),
    *DATES,
    *("department_id", "source_url", "source_note"),
)
LISTS = ("terms", "excludes")
Content = Mapping[str, Any]


@dataclass
class Side:
    """One language of one text. state: "missing", "stale", "done" or "" (empty in both languages, and may be)."""

    column: str
    lang: str
    language: str
    text: str
    state: str
    marks: list[Mark] = field(default_factory=list)
    source_marks: list[Mark] = field(default_factory=list)  # what the other language changed since, when stale
    bound: Any = None

    @property
    def changed(self) -> bool:
        return any(mark.kind != "same" for mark in self.marks)


@dataclass
class Pair:
    """One text in both languages, with the reviewer's remarks on it."""

    name: str
    label: str
    sides: list[Side]
    hint: Any = ""
    hints: Any = ()  # of the glossary, while it is written
    bound: Any = ""
    remarks: list[RevisionComment] = field(default_factory=list)


BETWEEN = {"clause_zh": "；", "clause_en": "; "}


@dataclass
class Fact:
    label: str
    value: str
    before: str = ""
    changed: bool = False


def pairs_of(
    content: Content, stale: Iterable[str], *, base: Content | None = None, remarks: Iterable[RevisionComment] = ()
) -> list[Pair]:
    """Every text of a content; with `base`, what changed since."""
    said = list(remarks)
    return [
        Pair(
            name=name,
            label=field_label(name),
            sides=[_side(content, column, set(stale), base) for column in bilingual.columns(name)],
            remarks=[comment for comment in said if comment.field == name],
        )
        for name in TEXTS
    ]


def _side(content: Content, column: str, stale: set[str], base: Content | None) -> Side:
    chinese = column.endswith("_zh_hans")
    side = Side(
        column=column,
        lang="zh-Hans" if chinese else "en",
        language=_("Chinese") if chinese else _("English"),
        text=text_of(content, column),
        state=state_of(content, column, stale),
    )
    side.marks = differences(text_of(base, column) if base is not None else side.text, side.text)
    if side.state == "stale":
        now = text_of(content, other_column(column))
        side.source_marks = differences((content.get(AGREED) or {}).get(column, now), now)
    return side


def state_of(content: Content, column: str, stale: Iterable[str]) -> str:
    name = column.removesuffix("_zh_hans").removesuffix("_en")
    if text_of(content, column):
        return "stale" if column in stale else "done"
    return "missing" if name in MANDATORY_TEXTS or text_of(content, other_column(column)) else ""


def base_of(revision: Revision) -> dict[str, Any] | None:
    """What a revision is compared with: the published policy, or for a published one the version before it."""
    if revision.state != RevisionState.PUBLISHED:
        return content_of(revision.policy) if revision.policy.published_at else None
    before = revision.policy.revisions.filter(state=RevisionState.PUBLISHED, number__lt=revision.number or 0)
    last = before.order_by("number").last()
    return last.content if last else None


def facts_of(content: Content, base: Content | None = None) -> list[Fact]:
    """The plain facts in words, and what they were."""
    wanted = [each["department_id"] for each in (content, base or {}) if each.get("department_id")]
    names: dict[Any, str] = {row.pk: str(row) for row in Department.objects.filter(pk__in=wanted)} if wanted else {}
    names |= titles_of(slug for each in (content, base or {}) for slug in each.get("excludes") or [])
    facts = []
    for name in FACTS:
        value = _words(name, content.get(name), names)
        before = _words(name, base.get(name), names) if base is not None else value
        if value or before:
            facts.append(Fact(field_label(name), value, before, value != before))
    files = changes(base, content) if base is not None else []
    return facts + [Fact(_("Attachment"), each.after, each.before, changed=True) for each in files]


def _words(name: str, value: Any, names: Mapping[Any, str]) -> str:
    """names: of departments by key, of excluded policies by short name."""
    if not value and value != 0:
        return ""
    if name in LISTS:
        return terms_line(value, clauses=True) if name == "terms" else excludes_line(value, names)
    if name in CHOICES:
        return choice_label(name, value)
    if name in DATES:
        return day_plain(parse_date(str(value)))
    if name == "max_amount_cny":
        return cny(value)
    return names.get(value, "") if name == "department_id" else str(value)


def criteria_of(content: Content, base: Content | None = None) -> dict[str, list[list[Mark]]]:
    """Eligibility in both languages, one list of marks a condition; conditions of the base that are gone come last.

    A new condition about the same fact as one that is gone is that one changed: its words are marked.
    """
    now, before = content.get("criteria") or [], (base or {}).get("criteria") or []
    new, old = sentences(now), sentences(before)
    lists: dict[str, list[list[Mark]]] = {}
    for language, key in (("zh-hans", "clause_zh"), ("en", "clause_en")):
        lines = [_line(text, each, key) for text, each in zip(new[language], now, strict=True)]
        gone = [_line(text, each, key) for text, each in zip(old[language], before, strict=True)]
        left = [(_about(each), line) for line, each in zip(gone, before, strict=True) if line not in lines]
        lists[language] = []
        for line, each in zip(lines, now, strict=True):
            known = base is None or line in gone
            lists[language].append([Mark("same", line)] if known else _changed_line(_about(each), line, left))
        lists[language] += [[Mark("del", line)] for _field, line in left]
    return lists


def _about(item: Condition) -> str:
    """What a condition is about; groups are all alike."""
    return str(item.get("field") or "group")


def _changed_line(name: str, line: str, left: list[tuple[str, str]]) -> list[Mark]:
    """A new line, against the first one left of the same field, which is then taken out of `left`."""
    for earlier in left:
        if earlier[0] == name:
            left.remove(earlier)
            return differences(earlier[1], line)
    return [Mark("ins", line)]


def _line(text: str, item: Condition, key: str) -> str:
    """With its clauses: of a group its own, then those of all it holds."""
    clauses = [each[key] for each in walk([item]) if each.get(key)]
    return f"{text} ({(BETWEEN[key]).join(clauses)})" if clauses else text


def remarks_on(revision: Revision) -> list[RevisionComment]:
    """What the reviewer said when the revision was last returned."""
    rows = list(revision.comments.select_related("author"))
    sent = max((n for n, row in enumerate(rows) if row.act == Act.SENT), default=-1)
    return [row for row in rows[sent + 1 :] if row.act == Act.RETURNED]
