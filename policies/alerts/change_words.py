"""What has changed in a policy, in plain sentences of the active language: for people who follow it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from policies import presenting
from policies.attachments.showing import told as attachments_told
from policies.checkup.stacking import excludes_line, titles_of
from policies.checkup.term_words import terms_line
from policies.content import CHOICES, COLUMNS, DATES, TEXT_COLUMNS, TEXTS
from policies.eligibility.words import Names, sentence
from policies.labels import choice_label, column_label, field_label
from policies.models import Policy
from portal.core import bilingual
from portal.core.templatetags.ui import cny, day_plain

Content = Mapping[str, Any]
SHORT = ("title", "issuer", "contact")  # told with their words; longer texts are only named
SILENT = {"translated", "confidence"}  # about our text, not about the policy
LISTS = ("terms", "excludes", "attachments")
TOLD = {"max_amount_cny", "criteria", "document_number", *LISTS, *TEXT_COLUMNS, *DATES, *CHOICES, *SILENT}


def changes_told(before: Content, after: Content, names: Names) -> list[str]:
    """Sentences, what matters most to an applicant first; none when nothing that is told has changed."""
    lines = [_amount(before.get("max_amount_cny"), after.get("max_amount_cny"))]
    lines.append(_fact("terms", *(terms_line(one.get("terms")) for one in (before, after))))
    lines.append(_excludes(before.get("excludes") or [], after.get("excludes") or []))
    lines.append(_closing(_day(before, "window_closes"), _day(after, "window_closes")))
    for column in ("window_opens", "effective_from", "effective_to", "issued_on", "disclosed_on"):
        lines.append(_fact(column, _day(before, column), _day(after, column)))
    lines += _conditions(before.get("criteria") or [], after.get("criteria") or [], names)
    for column in CHOICES:
        lines.append(_fact(column, *(choice_label(column, one.get(column) or "") for one in (before, after))))
    lines.append(_fact("document_number", before.get("document_number") or "", after.get("document_number") or ""))
    lines += [_fact(field, _own(before, field), _own(after, field)) for field in SHORT]
    lines += attachments_told(before, after)
    lines.append(_texts(before, after))
    return [line for line in lines if line]


def end_told(policy: Policy) -> list[str]:
    """How the validity ends, or that it does not after all."""
    lines = []
    if policy.repealed_on:
        lines.append(_("It no longer applies from %(day)s.") % {"day": day_plain(policy.repealed_on)})
    if policy.replaced_by:
        lines.append(_("It is replaced by “%(title)s”.") % {"title": presenting.text_of(policy.replaced_by, "title")})
    return lines or [_("It applies again: the note that it no longer applies has been taken back.")]


def _amount(old: int | None, new: int | None) -> str:
    if (old or None) == (new or None):
        return ""
    said = {"old": cny(old), "new": cny(new)}
    if not old:
        return _("Amount: up to %(new)s (none was stated before)") % said
    if not new:
        return _("Amount: no longer stated (was up to %(old)s)") % said
    return (_("Amount up from %(old)s to %(new)s") if new > old else _("Amount down from %(old)s to %(new)s")) % said


def _excludes(old: list[str], new: list[str]) -> str:
    if old == new:
        return ""
    titles = titles_of([*old, *new])
    return _fact("excludes", excludes_line(old, titles), excludes_line(new, titles))


def _closing(old: str, new: str) -> str:
    if old == new:
        return ""
    said = {"old": old, "new": new}
    if not new:
        return _("Applications: no closing day is stated any more (was %(old)s)") % said
    if not old:
        return _("Applications now close on %(new)s (no day was stated before)") % said
    return _("Applications now close on %(new)s (was %(old)s)") % said


def _fact(column: str, old: str, new: str) -> str:
    if old == new:
        return ""
    said = {"field": field_label(column), "old": old, "new": new}
    if not new:
        return _("%(field)s: no longer stated (was %(old)s)") % said
    return (_("%(field)s: now %(new)s (was %(old)s)") if old else _("%(field)s: now %(new)s")) % said


def _conditions(old: Any, new: Any, names: Names) -> list[str]:
    if old == new:
        return []
    gone, come = ([sentence(item, names=names) for item in each] for each in (old, new))
    lines = []
    if added := [text for text in come if text not in gone]:
        lines.append(_("Conditions changed: now %(conditions)s") % {"conditions": _joined(added)})
    if dropped := [text for text in gone if text not in come]:
        lines.append(_("Conditions changed: no longer %(conditions)s") % {"conditions": _joined(dropped)})
    return lines or [_("Conditions changed: how they are put together, or the clauses they refer to")]


def _joined(sentences: Iterable[str]) -> str:
    return pgettext("between names that have commas", "; ").join(f"“{each}”" for each in sentences)


def _own(content: Content, field: str) -> str:
    """The text in the reader's language."""
    return str(content.get(f"{field}_{bilingual.SUFFIX[bilingual.current()]}") or "")


def _texts(before: Content, after: Content) -> str:
    """Texts and other columns that are only named. A text that changed in the other language alone says which."""
    names = []
    for field in TEXTS:
        own, other = (
            f"{field}_{bilingual.SUFFIX[language]}"
            for language in (bilingual.current(), bilingual.other(bilingual.current()))
        )
        if _differs(before, after, own):
            names += [] if field in SHORT else [field_label(field)]
        elif _differs(before, after, other):
            names.append(column_label(other))
    names += [column_label(column) for column in COLUMNS if column not in TOLD and _differs(before, after, column)]
    if not names:
        return ""
    return _("Text changed: %(names)s") % {"names": pgettext("between names in a list", ", ").join(names)}


def _differs(before: Content, after: Content, column: str) -> bool:
    return (before.get(column) or "") != (after.get(column) or "")


def _day(content: Content, column: str) -> str:
    value = content.get(column)
    return day_plain(date.fromisoformat(value)) if value else ""
