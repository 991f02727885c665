"""Published policies as data: plain JSON values with the texts of both languages side by side."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from policies.attachments.names import rows_of
from policies.checkup.term_words import term_words
from policies.checkup.terms import Term
from policies.content import CHOICES, DATES, TEXTS
from policies.eligibility.fields import Condition
from policies.eligibility.groups import items_of, kind_of
from policies.eligibility.naming import codes_in, names_of
from policies.eligibility.words import Names, sentence
from policies.enums import Validity
from policies.labels import choice_label
from policies.models import Attachment, Policy, Revision
from portal.core import bilingual

Data = dict[str, Any]
TAGS = {"zh-hans": "zh-Hans", "en": "en"}  # our codes → the names of languages in the data
LABELLED = (*CHOICES, "confidence")
Files = Mapping[str, Attachment]
NamesByLanguage = Mapping[str, Names]


def address(name: str, *args: Any, language: str = "en") -> str:
    """The whole address of a page in a language, the same whoever asks."""
    with bilingual.speaking(language):
        return settings.SITE_URL + reverse(name, args=args)


def addresses(name: str, *args: Any) -> Data:
    return {tag: address(name, *args, language=language) for language, tag in TAGS.items()}


def names_in(criteria: Iterable[Sequence[Condition]]) -> NamesByLanguage:
    """What the codes of many policies' criteria are called, in each language; one query a language."""
    codes = set().union(*(codes_in(each) for each in criteria))
    names = {}
    for language in TAGS:
        with bilingual.speaking(language):
            names[language] = names_of(codes)
    return names


def policies_as_data(policies: Sequence[Policy], day: date) -> list[Data]:
    names = names_in(policy.criteria for policy in policies)
    files = _files(policies)
    return [policy_as_data(policy, day, names, files) for policy in policies]


def _files(policies: Iterable[Policy]) -> Files:
    """Attachments by key; one query, none where there are no attachments."""
    return {str(each.key): each for each in rows_of([key for policy in policies for key in policy.attachments])}


def policy_as_data(policy: Policy, day: date, names: NamesByLanguage, files: Files) -> Data:
    """A policy as it is published now."""
    return {
        "id": policy.pk,
        "slug": policy.slug,
        "validity": _choice(Validity(policy.validity_on(day))),
        **content_as_data(policy, names, files),
        "repealed_on": _iso(policy.repealed_on),
        "replaced_by": policy.replaced_by.slug if policy.replaced_by else None,
        "version": policy.version,
        "published_at": _iso(policy.published_at),
        "changed_at": _iso(policy.changed_at),
        "links": _links(policy),
    }


def version_as_data(revision: Revision, current: Policy, written: Policy) -> Data:
    """What was published as one version. written: a policy that holds its content."""
    return {
        "policy": current.slug,
        "number": revision.number,
        "current": revision.number == current.version,
        "published_at": _iso(revision.decided_at),
        **content_as_data(written, names_in([written.criteria]), _files([written])),
        "links": {
            "self": address("open:version", current.slug, revision.number),
            "policy": address("open:policy", current.slug),
            "page": addresses("policies:version", current.slug, revision.number),
        },
    }


def versions_as_data(policy: Policy, versions: Iterable[tuple[int, datetime | None]]) -> list[Data]:
    return [
        {"number": number, "published_at": _iso(at), "url": address("open:version", policy.slug, number)}
        for number, at in versions
    ]


def content_as_data(policy: Policy, names: NamesByLanguage, files: Files) -> Data:
    """What versions have in common with the policy as it is now."""
    return {
        **{field: _text(policy, field) for field in TEXTS},
        **{field: _labelled(field, getattr(policy, field)) for field in LABELLED},
        "document_number": policy.document_number or None,
        **{field: _iso(getattr(policy, field)) for field in DATES},
        "max_amount_cny": policy.max_amount_cny,
        "terms": [_term(each) for each in policy.terms],
        "excludes": list(policy.excludes),
        "department": _text(policy.department, "name") if policy.department else None,
        "conditions": [_condition(each, names) for each in policy.criteria],
        "attachments": [_attachment(files[key]) for key in policy.attachments if key in files],
        "source": {"url": policy.source_url or None, "note": policy.source_note or None},
        "translated_for_reference": [_column(column) for column in policy.translated],
        "out_of_date": [_column(column) for column in policy.stale],
    }


def _text(row: Any, field: str) -> Data:
    return {tag: getattr(row, f"{field}_{bilingual.SUFFIX[language]}") or None for language, tag in TAGS.items()}


def _attachment(file: Attachment) -> Data:
    facts = {"kind": file.kind, "bytes": file.size, "sha256": file.sha256}
    return {"name": _text(file, "name"), **facts, "url": address("policies:attachment", file.key)}


def _column(column: str) -> str:
    """title_zh_hans → title.zh-Hans"""
    for language, tag in TAGS.items():
        suffix = f"_{bilingual.SUFFIX[language]}"
        if column.endswith(suffix):
            return f"{column.removesuffix(suffix)}.{tag}"
    return column


@cache
def _labelled(field: str, value: str) -> Data | None:
    """A stored choice as its code and its word in each language."""
    if not value:
        return None
    words = {}
    for language, tag in TAGS.items():
        with bilingual.speaking(language):
            words[tag] = choice_label(field, value)
    return {"code": value, **words}


@cache
def _choice(value: Validity) -> Data:
    words = {}
    for language, tag in TAGS.items():
        with bilingual.speaking(language):
            words[tag] = str(value.label)
    return {"code": value.value, **words}


def _condition(condition: Condition, names: NamesByLanguage) -> Data:
    """A condition or group as it is checked by machine, with its clause and in words."""
    kind = kind_of(condition)
    held = {kind: [_condition(each, names) for each in items_of(condition)]} if kind else None
    return {
        **(held or {key: condition[key] for key in ("field", "op", "value")}),
        "clause": {"zh-Hans": condition.get("clause_zh") or None, "en": condition.get("clause_en") or None},
        "in_words": {tag: sentence(condition, language, names[language]) for language, tag in TAGS.items()},
    }


def _term(term: Term) -> Data:
    """A rule of the amount as numbers, and in words."""
    words = {}
    for language, tag in TAGS.items():
        with bilingual.speaking(language):
            words[tag] = term_words(term)
    return {
        **{key: term.get(key) for key in ("kind", "amount", "percent", "base", "unit", "cap")},
        "up_to": bool(term.get("up_to")),
        **{key: {"zh-Hans": term.get(f"{key}_zh"), "en": term.get(f"{key}_en")} for key in ("label", "clause")},
        "in_words": words,
    }


def _links(policy: Policy) -> Data:
    slug, windowed = policy.slug, policy.window_opens or policy.window_closes
    return {
        "self": address("open:policy", slug),
        "page": addresses("policies:detail", slug),
        "short": address("open:short", policy.pk),
        "qr_code": address("open:qr-code", policy.pk),
        "calendar": addresses("policies:dates", slug) if windowed else None,
    }


def _iso(value: date | datetime | None) -> str | None:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return value.isoformat() if value else None
