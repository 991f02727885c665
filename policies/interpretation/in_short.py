"""A policy in short: what, who, how much, by when, how. From its own published facts, shortened and never invented.

Where officials wrote plainer words for a box, and somebody else reviewed them, these take the place of its facts.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from policies import presenting
from policies.checkup.term_words import term_words
from policies.eligibility.naming import codes_in, names_of
from policies.enums import InterpretationKind, Mode
from policies.interpretation.content import FIELDS, LABELS
from policies.models import Interpretation, Policy
from policies.presenting import Text, text_of
from policies.publishing import staleness
from policies.standing import ends_soon
from portal.core import bilingual
from portal.core.templatetags.ui import cny, day_plain

WIDTHS = {"zh-hans": 130, "en": 300}  # characters of a text that fit into a box
MOST_LINES = 6
MOST_DOCUMENTS = 5
# A sentence with its end; an English one ends before a space, so that 3.5 and “No. 5” of a number stay whole
_SENTENCE = re.compile(r".+?(?:[。！？；]+[”’」）]*|(?<![.!?;])[.!?;]++(?=\s|$)|\n+|$)\s*+", re.DOTALL)
_BREAK = re.compile(r".*[，、,;:： ]", re.DOTALL)


@dataclass
class Line:
    """A line of a box; lang: set when it is not the page's language."""

    text: str
    lang: str = ""
    strong: bool = False


@dataclass
class Box:
    """One question and its answer. shortened: there is more on the policy's page."""

    name: str
    label: str
    lines: list[Line] = field(default_factory=list)
    shortened: bool = False
    plain: bool = False  # words that officials wrote for it

    def add(self, text: str, *, strong: bool = False, lang: str = "") -> None:
        if text:
            self.lines.append(Line(text, lang, strong))

    def add_text(self, text: Text) -> None:
        """A text of the policy, as much of it as fits."""
        short, cut = shortened(text.text, WIDTHS[text.lang or bilingual.current()])
        self.add_list(short.splitlines(), lang=text.lang)
        self.shortened = self.shortened or cut

    def add_list(self, lines: Iterable[str], *, lang: str = "") -> int:
        """As many as fit; the number of the others."""
        every = [line.strip() for line in lines if line.strip()]
        for line in every[:MOST_LINES]:
            self.add(line, lang=lang)
        self.shortened = self.shortened or len(every) > MOST_LINES
        return max(0, len(every) - MOST_LINES)


def shortened(text: str, most: int) -> tuple[str, bool]:
    """Whole sentences within so many characters, else the beginning of the first; and whether anything is left out."""
    text = text.strip()
    if len(text) <= most:
        return text, False
    kept = ""
    for found in _SENTENCE.finditer(text):
        if len(kept) + len(found[0].rstrip()) > most:
            break
        kept += found[0]
    if kept.strip():
        return kept.strip(), True
    begun = _BREAK.match(text[:most])
    return (begun[0] if begun else text[:most]).rstrip("，、,;:： ") + "…", True


def in_short_of(policy: Policy, summary: Interpretation | None, day: date) -> list[Box]:
    """The five boxes in the page's language."""
    return [_box(name, policy, summary, day) for name in FIELDS[InterpretationKind.SUMMARY]]


def _box(name: str, policy: Policy, summary: Interpretation | None, day: date) -> Box:
    box = Box(name, str(LABELS[name]))
    column = f"{name}_{bilingual.SUFFIX[bilingual.current()]}"
    written = staleness.text_of(summary.content, column).strip() if summary else ""
    if written:
        box.plain = True
        box.lines = [Line(line.strip()) for line in written.splitlines() if line.strip()]
        return box
    FILLS[name](box, policy, day)
    if not box.lines:
        box.add(_("The policy does not say."))
    return box


def _what(box: Box, policy: Policy, day: date) -> None:
    box.add_text(text_of(policy, "summary"))
    box.add(f"{policy.get_support_type_display()} · {policy.get_level_display()}")
    if policy.document_number:
        box.add(_("Document number: %(number)s") % {"number": policy.document_number}, lang="zh-hans")


def _who(box: Box, policy: Policy, day: date) -> None:
    shown = presenting.conditions_of(policy.criteria, names_of(codes_in(policy.criteria)))
    if not shown:
        box.add(_("No conditions are recorded that can be checked by machine. Read the source, or ask us."))
        return
    rest = box.add_list(condition.text for condition in shown)
    if rest:
        box.add(ngettext("and %(count)s more condition", "and %(count)s more conditions", rest) % {"count": rest})


def _how_much(box: Box, policy: Policy, day: date) -> None:
    if policy.max_amount_cny:
        box.add(_("Up to %(amount)s") % {"amount": cny(policy.max_amount_cny)}, strong=True)
    box.add_list(term_words(term) for term in policy.terms)
    benefit = text_of(policy, "benefit")
    if len(box.lines) < MOST_LINES:
        box.add_text(benefit)
    elif benefit.text:
        box.shortened = True
    if policy.repeat_limit:
        box.add(_("How often: %(often)s") % {"often": policy.get_repeat_limit_display()})


def _by_when(box: Box, policy: Policy, day: date) -> None:
    window = presenting.window_word(policy, day)
    box.add(window.text if window else _("No application window is stated."), strong=bool(window))
    box.add(_("Validity: %(state)s") % {"state": presenting.validity_word(policy, day).text})
    if policy.effective_to and ends_soon(policy, day) is None:
        box.add(_("In force until %(day)s") % {"day": day_plain(policy.effective_to)})


def _how(box: Box, policy: Policy, day: date) -> None:
    if policy.mode != Mode.UNKNOWN:
        box.add(str(policy.get_mode_display()), strong=True)
    box.add_text(text_of(policy, "how_to_apply"))
    box.lines += [*_materials(box, policy), *_contacts(policy)]


def _materials(box: Box, policy: Policy) -> Iterator[Line]:
    """Names of the documents in one line, in the language they are written in."""
    materials = text_of(policy, "materials")
    if not materials.lines:
        return
    with bilingual.speaking(materials.lang or bilingual.current()):
        names = pgettext("between names that have commas", "; ").join(materials.lines[:MOST_DOCUMENTS])
        told, rest = _("Documents: %(names)s") % {"names": names}, len(materials.lines) - MOST_DOCUMENTS
        if rest > 0:
            told += ngettext(" … and %(count)s more", " … and %(count)s more", rest) % {"count": rest}
            box.shortened = True
    yield Line(told, materials.lang)


def _contacts(policy: Policy) -> Iterator[Line]:
    contact = text_of(policy, "contact")
    if policy.department:
        phone = f" · {policy.department.phone}" if policy.department.phone else ""
        yield Line(_("Accepting department: %(name)s") % {"name": f"{policy.department}{phone}"})
    if contact.text:
        yield Line(contact.text, contact.lang)


FILLS: dict[str, Callable[[Box, Policy, date], None]] = {
    "what": _what,
    "who": _who,
    "how_much": _how_much,
    "by_when": _by_when,
    "how": _how,
}
