"""Brings a data file of policies into the portal: checked as a whole first, then stored as published versions.

A policy that an official has since published in the portal is kept: the file never overwrites people's work.
"""

import json
import re
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from policies.content import TEXT_COLUMNS, TEXTS, apply_content
from policies.enums import RevisionState
from policies.exchange.loading_check import FILE_NAMES, Fault, faults_of
from policies.models import Policy, Revision
from policies.search.index import search_vector_for

DATA = Path(__file__).parent.parent / "data" / "policies.json"
SUFFIXES = {"zh": "zh_hans", "en": "en"}
SAME_NAME = (
    *("level", "category", "support_type", "document_number", "max_amount_cny", "source_url", "source_note"),
    *("confidence", "issued_on", "effective_from", "effective_to"),
)
_NUMBERS_AT_END = re.compile(r"\s*((?:\+?[\d()-]{5,}(?:,\s*|、)?)+)$")
_NUMBER_AT_START = re.compile(r"^(\d{5,})\s")


class Malformed(ValueError):
    """The file can't be stored; `faults` says what is wrong in which record and field. Nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


def load_file(file: Path) -> Counter[str]:
    """Load the policies of a JSON file; counts of new, changed, unchanged and kept ones. `Malformed` if unsound."""
    try:
        records = json.loads(file.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Malformed([Fault("file", "", f"is not JSON in UTF-8 ({error})")]) from error
    return load_records(records)


def load_records(records: Any) -> Counter[str]:
    """The same for records already read."""
    with translation.override("en"):
        faults = faults_of(records)
    if faults:
        raise Malformed(faults)
    with transaction.atomic():
        return _store(records)


def _store(records: list[dict[str, Any]]) -> Counter[str]:
    known = Policy.objects.select_for_update().in_bulk([record["id"] for record in records], field_name="slug")
    edited = set(
        Revision.objects.filter(policy__in=known.values(), author__isnull=False).values_list("policy", flat=True)
    )
    counts: Counter[str] = Counter()
    now = timezone.now()
    for record in records:
        policy = known.get(record["id"])
        content = content_from(record)
        if policy is None:
            counts["new"] += 1
            _publish(Policy(slug=record["id"], published_at=now), content, now)
        elif _same(policy, content):
            counts["unchanged"] += 1
        elif policy.pk in edited:
            counts["kept"] += 1
        else:
            counts["changed"] += 1
            _publish(policy, content, now)
    return counts


def _publish(policy: Policy, content: dict[str, Any], now: datetime) -> None:
    """Store the content as the policy's next published version."""
    apply_content(policy, content)
    policy.version += 1
    policy.published_at = policy.published_at or now
    policy.changed_at = now
    policy.search = search_vector_for(policy)
    policy.save()
    Revision.objects.create(
        policy=policy,
        state=RevisionState.PUBLISHED,
        number=policy.version,
        content=content,
        created_at=now,
        changed_at=now,
        decided_at=now,
    )


def _same(policy: Policy, content: dict[str, Any]) -> bool:
    for column, value in content.items():
        kept = getattr(policy, column)
        if isinstance(kept, date):
            kept = kept.isoformat()
        if (kept or None) != (value or None):
            return False
    return True


def content_from(record: dict[str, Any]) -> dict[str, Any]:
    """A record of the file → a revision's content. What the file leaves empty stays empty."""
    window = record["apply_window"] or {}
    content = {name: record.get(name) for name in SAME_NAME}
    content |= {"window_opens": window.get("opens"), "window_closes": window.get("closes")}
    content |= {"mode": record.get("mode"), "criteria": record["eligibility"]}
    content |= {name: record.get(name) or [] for name in ("terms", "excludes")}
    content |= {"repeat_limit": record.get("repeat_limit") or "", "disclosed_on": record.get("disclosed_on")}
    content["translated"] = [_column(name) for name in record["translated"]]
    for text in TEXTS:
        for language, suffix in SUFFIXES.items():
            value = record.get(f"{FILE_NAMES.get(text, text)}_{language}")
            content[f"{text}_{suffix}"] = "\n".join(value) if isinstance(value, list) else value
    content["contact_zh_hans"], content["contact_en"] = split_contact(record["contact"] or "")
    for column in (*TEXT_COLUMNS, "document_number", "source_url", "source_note", "mode"):
        content[column] = content[column] or ""
    return content


def _column(name: str) -> str:
    """`issuing_body_zh` → `issuer_zh_hans`."""
    text, _sep, language = name.rpartition("_")
    column = next((column for column, called in FILE_NAMES.items() if called == text), text)
    return f"{column}_{SUFFIXES[language]}"


def split_contact(contact: str) -> tuple[str, str]:
    """“中文 / English 021-123” → ("中文 021-123", "English 021-123"): telephone numbers belong to both languages."""
    chinese, divided, english = (part.strip() for part in contact.partition(" / "))
    if not divided:
        return contact, contact
    at_end, at_start = _NUMBERS_AT_END.search(english), _NUMBER_AT_START.search(chinese)
    if at_end and not _NUMBERS_AT_END.search(chinese):
        chinese = f"{chinese} {at_end[1]}"
    if at_start and at_start[1] not in english:
        english = f"{at_start[1]} {english}"
    return chinese, english
