"""Checks a file of policies before anything is stored: every fault names its record and field."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_slug
from django.utils.translation import gettext as _

from policies.checkup import terms
from policies.content import TEXTS
from policies.eligibility.criteria import validate
from policies.enums import Category, Confidence, Level, Mode, Repeat, SupportType
from policies.publishing.drafts import reserved

Check = Callable[[Any], str]
LARGEST = 2**63 - 1
FILE_NAMES = {"issuer": "issuing_body"}  # what the file calls a text differently
TRANSLATED = {f"{FILE_NAMES.get(text, text)}_{language}" for text in TEXTS for language in ("zh", "en")}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong where: the record's id (or its place in the file), the field, and words."""

    record: str
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.record}: {self.field}: {self.message}" if self.field else f"{self.record}: {self.message}"


def faults_of(records: object) -> list[Fault]:
    """All faults of a file's content; empty when it can be stored."""
    if not isinstance(records, list):
        return [Fault("file", "", "must be a list of records")]
    faults: list[Fault] = []
    seen: set[str] = set()
    for place, record in enumerate(records, start=1):
        if not isinstance(record, dict):
            faults.append(Fault(f"record {place}", "", "is not an object with fields"))
            continue
        name = record.get("id") if isinstance(record.get("id"), str) and record["id"] else f"record {place}"
        faults += [Fault(str(name), field, message) for field, message in _record_faults(record)]
        if name in seen:
            faults.append(Fault(str(name), "id", "occurs twice in the file"))
        seen.add(str(name))
    return faults


def _record_faults(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in record.keys() - CHECKS.keys():
        yield str(field)[:50], "is not a known field"
    for field in sorted(CHECKS.keys() - OPTIONAL - record.keys()):
        yield field, "is missing"
    sound = True
    for field, check in CHECKS.items():
        fault = check(record[field]) if field in record else ""
        if fault:
            sound = False
            yield field, fault
    if sound:
        yield from _reversed(record)


def _reversed(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    window = record.get("apply_window") or {}
    begin, end = record.get("effective_from"), record.get("effective_to")
    if begin and end and end < begin:
        yield "effective_to", f"{end} lies before effective_from {begin}"
    if window.get("opens") and window.get("closes") and window["closes"] < window["opens"]:
        yield "apply_window", f"closes {window['closes']} before it opens {window['opens']}"


def _text(limit: int, required: bool = False) -> Check:
    def check(value: object) -> str:
        if value is None or value == "":
            return _("is empty; both languages need it") if required else ""
        if not isinstance(value, str):
            return _("must be text")
        if not value.strip() or "\x00" in value:
            return _("holds a NUL character") if "\x00" in value else _("holds no readable text")
        return _("is longer than %(limit)s characters") % {"limit": limit} if len(value) > limit else ""

    return check


def _choice(choices: Any) -> Check:
    return lambda value: "" if isinstance(value, str) and value in choices.values else f"“{str(value)[:50]}” is unknown"


def _day(value: object) -> str:
    if value is None:
        return ""
    try:
        sound = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        sound = False
    return "" if sound else f"“{str(value)[:30]}” is not a date such as 2026-01-31"


def _window(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict) or not set(value) <= {"opens", "closes"}:
        return "must hold opens and closes"
    return next(filter(None, (_day(day) for day in value.values())), "")


def _slug(value: object) -> str:
    try:
        validate_slug(value if isinstance(value, str) else "")
    except ValidationError:
        return _("must be letters, digits and hyphens")
    if reserved(str(value)):
        return _("is a page of the portal itself")
    return _text(100)(value)


def _amount(value: object) -> str:
    if value is None:
        return ""
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
    return "" if sound else _("must be a whole number of yuan, not below 0")


def _url(value: object) -> str:
    if value is None:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        return _("is not an http or https address")
    return _text(500)(value)


def _materials(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, list):
        return "must be a list"
    return next(filter(None, (_text(1_000, required=True)(item) for item in value)), "")


def _translated(value: object) -> str:
    sound = isinstance(value, list) and all(isinstance(name, str) and name in TRANSLATED for name in value)
    return "" if sound else "must be a list of text fields such as title_en"


def _criteria(value: object) -> str:
    problem = next(iter(validate(value)), None)
    if problem is None:
        return ""
    if not problem.place:
        return problem.message
    where = f"{problem.number} ({problem.field})" if problem.field else problem.number
    return _("condition %(number)s: %(message)s") % {"number": where, "message": problem.message}


def _terms(value: object) -> str:
    return next((str(fault) for fault in terms.validate([] if value is None else value)), "")


def _excludes(value: object) -> str:
    sound = value is None or (isinstance(value, list) and all(isinstance(slug, str) for slug in value))
    return next(filter(None, map(_slug, value or [])), "") if sound else "must be a list of ids of other records"  # type: ignore[call-overload]


CHECKS: Mapping[str, Check] = {
    "id": _slug,
    "title_zh": _text(300, required=True),
    "title_en": _text(300, required=True),
    "level": _choice(Level),
    "issuing_body_zh": _text(300),
    "issuing_body_en": _text(300),
    "document_number": _text(100),
    "issued_on": _day,
    "effective_from": _day,
    "effective_to": _day,
    "category": _choice(Category),
    "support_type": _choice(SupportType),
    "mode": lambda value: "" if value is None else _choice(Mode)(value),
    "summary_zh": _text(20_000),
    "summary_en": _text(20_000),
    "benefit_zh": _text(20_000),
    "benefit_en": _text(20_000),
    "max_amount_cny": _amount,
    "terms": _terms,
    "repeat_limit": lambda value: "" if value is None else _choice(Repeat)(value),
    "excludes": _excludes,
    "disclosed_on": _day,
    "eligibility": _criteria,
    "materials_zh": _materials,
    "materials_en": _materials,
    "apply_window": _window,
    "how_to_apply_zh": _text(20_000),
    "how_to_apply_en": _text(20_000),
    "contact": _text(300),
    "source_url": _url,
    "source_note": _text(300),
    "confidence": _choice(Confidence),
    "translated": _translated,
}
OPTIONAL = {"mode", "source_note", "terms", "repeat_limit", "excludes", "disclosed_on"}
