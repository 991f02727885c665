"""Policies as pages show them: texts with the language they are in, validity, windows and conditions in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext as _

from enterprises.profile import STEP_OF_FIELD
from policies.attachments.finding import Found, found_in
from policies.content import TEXTS
from policies.eligibility.criteria import Explained, Outcome, explain, sentence
from policies.eligibility.fields import FIELDS, Condition
from policies.eligibility.groups import fields_in, items_of, kind_of
from policies.eligibility.naming import fact_words
from policies.eligibility.words import Names, heading
from policies.enums import Validity
from policies.exchange.source_notes import NOTES
from policies.labels import choice_label
from policies.models import Policy
from policies.standing import ends_soon
from portal.core import bilingual
from portal.core.search import segments, snippet
from portal.core.templatetags.ui import day_plain

TONES = {
    Validity.IN_FORCE: "ok",
    Validity.NOT_YET: "info",
    Validity.EXPIRED: "quiet",
    Validity.REPEALED: "bad",
    Validity.REPLACED: "warn",
}
OUTCOMES = {Outcome.MET: "ok", Outcome.UNMET: "bad", Outcome.UNKNOWN: "warn"}
SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a policy. lang: set when it is not the page's language. ours: translated by us. stale: out of date."""

    text: str
    lang: str = ""
    ours: bool = False
    stale: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def lines(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.strip()]


def text_of(policy: Policy, field: str) -> Text:
    """The text in the page's language, or in the other where it is not written."""
    language = bilingual.current()
    for candidate in (language, bilingual.other(language)):
        column = f"{field}_{bilingual.SUFFIX[candidate]}"
        text = getattr(policy, column)
        if text:
            lang = "" if candidate == language else candidate
            return Text(text, lang, column in policy.translated, column in policy.stale)
    return Text("")


def texts_of(policy: Policy) -> dict[str, Text]:
    return {field: text_of(policy, field) for field in TEXTS}


@dataclass(frozen=True, slots=True)
class Word:
    """A state in words with its colour."""

    text: str
    tone: str


def validity_word(policy: Policy, day: date) -> Word:
    """The state; in the last six months, until when."""
    validity, last = policy.validity_on(day), ends_soon(policy, day)
    words = _("In force until %(day)s") % {"day": day_plain(last)} if last else str(validity.label)
    return Word(words, TONES[validity])


OVER = (Validity.EXPIRED, Validity.REPEALED, Validity.REPLACED)


def window_word(policy: Policy, day: date) -> Word | None:
    """When one can apply; None where no window is stated. Nobody applies for what no longer applies."""
    opens, closes = policy.window_opens, policy.window_closes
    if (opens or closes) and policy.validity_on(day) in OVER and not (closes and closes < day):
        return Word(_("No longer open for applications"), "quiet")
    if opens and opens > day:
        return Word(_("Applications open on %(day)s") % {"day": day_plain(opens)}, "info")
    if closes is None:
        return Word(_("Applications open since %(day)s") % {"day": day_plain(opens)}, "info") if opens else None
    if closes < day:
        return Word(_("Applications closed on %(day)s") % {"day": day_plain(closes)}, "quiet")
    left = (closes - day).days
    if not left:
        return Word(_("Last day to apply: today, %(day)s") % {"day": day_plain(closes)}, "warn")
    words = ngettext("%(day)s (%(count)s day left)", "%(day)s (%(count)s days left)", left)
    until = words % {"day": day_plain(closes), "count": left}
    return Word(_("Apply by %(until)s") % {"until": until}, "warn" if left <= SOON_DAYS else "ok")


@dataclass(frozen=True, slots=True)
class Row:
    """A policy in a list. title and summary: pieces (text, is_hit)."""

    policy: Policy
    title: list[tuple[str, bool]]
    title_lang: str
    summary: list[tuple[str, bool]]
    summary_lang: str
    issuer: Text
    validity: Word
    window: Word | None
    found: Found | None = None  # in an attachment, where the words are nowhere else

    @property
    def level(self) -> str:
        return choice_label("level", self.policy.level)

    @property
    def category(self) -> str:
        return choice_label("category", self.policy.category)


ROW_COLUMNS = (
    *("slug", "title_zh_hans", "title_en", "issuer_zh_hans", "issuer_en", "summary_zh_hans", "summary_en"),
    *("level", "category", "support_type", "mode", "effective_from", "effective_to", "window_opens", "window_closes"),
    *("max_amount_cny", "confidence", "translated", "stale", "repealed_on", "replaced_by_id", "issued_on"),
)
SEARCH_COLUMNS = (*ROW_COLUMNS, "benefit_zh_hans", "benefit_en", "attachments")


def row_of(policy: Policy, day: date, words: str = "") -> Row:
    """For a list; with search words, the hits are marked and the summary shows where they stand."""
    title, summary = text_of(policy, "title"), text_of(policy, "summary")
    pieces = snippet(summary.text, words, width=_width(summary))
    if words and not any(hit for _text, hit in pieces):
        summary, pieces = _better(policy, words) or (summary, pieces)
    return Row(
        policy,
        segments(title.text, words),
        title.lang,
        pieces,
        summary.lang,
        text_of(policy, "issuer"),
        validity_word(policy, day),
        window_word(policy, day),
    )


def _width(text: Text) -> int:
    """Two lines: a Chinese character is as wide as two letters."""
    return 110 if (text.lang or bilingual.current()) == "zh-hans" else 220


def _better(policy: Policy, words: str) -> tuple[Text, list[tuple[str, bool]]] | None:
    """Another text that shows the hit: what is granted, then the other language."""
    language = bilingual.current()
    for candidate in (language, bilingual.other(language)):
        for field in ("benefit", "summary", "title"):
            text = getattr(policy, f"{field}_{bilingual.SUFFIX[candidate]}") or ""
            shown = Text(text, "" if candidate == language else candidate)
            pieces = snippet(text, words, width=_width(shown))
            if (field != "title" or candidate != language) and any(hit for _text, hit in pieces):
                return shown, pieces
    return None


@dataclass(frozen=True, slots=True)
class Shown:
    """A condition as a sentence; for an enterprise also how it stands and with which of its facts.

    A group: the sentence says all of it; pages show `head` and under it the `items`. Its field is the one to ask for.
    """

    field: str
    text: str
    clause: str
    outcome: str = ""
    tone: str = ""
    word: str = ""
    own: str = ""
    head: str = ""
    items: "tuple[Shown, ...]" = ()

    @property
    def label(self) -> str:
        return profile_label(self.field)

    @property
    def step(self) -> str:
        """The step of the profile that settles it."""
        return STEP_OF_FIELD[self.field]


def conditions_of(criteria: Iterable[Condition], names: Names) -> list[Shown]:
    """Criteria in words, for readers without an enterprise."""
    return [_shown(item, names) for item in criteria]


def _shown(item: Condition, names: Names) -> Shown:
    kind = kind_of(item)
    return Shown(
        fields_in(item)[0],
        sentence(item, names=names),
        _clause(item),
        head=heading(kind) if kind else "",
        items=tuple(conditions_of(items_of(item), names)),
    )


def conditions_for(criteria: list[Condition], facts: Mapping[str, Any], names: Names) -> list[Shown]:
    """Criteria in words, each held against an enterprise's facts."""
    words = {Outcome.MET: _("met"), Outcome.UNMET: _("not met"), Outcome.UNKNOWN: _("unknown")}
    return [_held(item, words, names) for item in explain(criteria, facts)]


def _held(item: Explained, words: Mapping[Outcome, str], names: Names) -> Shown:
    kind = kind_of(item.condition)
    items = tuple(_held(each, words, names) for each in item.items)
    asked = next((each.field for each in items if each.outcome == item.outcome.value), "")
    field = asked or fields_in(item.condition)[0]
    return Shown(
        field,
        sentence(item.condition, names=names),
        _clause(item.condition),
        item.outcome.value,
        OUTCOMES[item.outcome],
        words[item.outcome],
        "" if kind else fact_words(field, item.fact, names),
        heading(kind) if kind else "",
        items,
    )


def _clause(condition: Condition) -> str:
    language = "zh" if bilingual.current() == "zh-hans" else "en"
    return str(condition.get(f"clause_{language}", ""))


def profile_label(field: str) -> str:
    """What a field of the profile is called."""
    return str(FIELDS[field].label)


def source_note(policy: Policy) -> Text:
    """The note on the source: known ones in the page's language, others as they were written."""
    note = policy.source_note
    if not note:
        return Text("")
    if bilingual.current() == "en":
        return Text(note, "zh-hans" if any("\u4e00" <= char <= "\u9fff" for char in note) else "")
    translated = gettext(note) if note in NOTES else note
    return Text(translated, "en" if translated.isascii() else "")


def rows_of(policies: Iterable[Policy], day: date, words: str = "") -> list[Row]:
    """Where none of the words stand in what a row shows, it says in which attachment they do; then a query more."""
    rows = [row_of(policy, day, words) for policy in policies]
    silent = [row.policy for row in rows if words and not any(hit for _text, hit in (*row.title, *row.summary))]
    found = found_in(silent, words) if silent else {}
    return [replace(row, found=found[row.policy.pk]) if row.policy.pk in found else row for row in rows]
