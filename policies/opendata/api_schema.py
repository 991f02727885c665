"""The open data's OpenAPI 3.1 document, made of what the code knows: filters, choices, conditions.

tests/policies/test_open_data.py holds every kind of answer against it.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from policies.attachments.showing import KINDS as KINDS_OF_FILES
from policies.checkup.terms import BASES, KINDS, UNITS
from policies.content import DATES, TEXTS
from policies.eligibility.fields import FIELDS, OPERATORS
from policies.eligibility.groups import ALL, ANY
from policies.enums import Validity
from policies.labels import field_label
from policies.models import Policy
from policies.opendata.data import LABELLED, TAGS
from policies.search.queries import OPTIONS
from portal.core import bilingual

Schema = dict[str, Any]
FILTERS = tuple(name for name in OPTIONS if name != "sort")
INTEGER: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
OR_NULL: Schema = {"type": ["string", "null"]}
DATE: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
LINK: Schema = {"type": "string", "format": "uri"}


def both(text: str | Promise) -> str:
    """In both languages: the document is one for all readers."""
    words = []
    for language in TAGS:
        with bilingual.speaking(language):
            words.append(str(text))
    return " / ".join(dict.fromkeys(words))


def closed(properties: Schema) -> Schema:
    """An object that always has these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def ref(name: str, or_null: bool = False) -> Schema:
    link: Schema = {"$ref": f"#/components/schemas/{name}"}
    return {"oneOf": [link, {"type": "null"}]} if or_null else link


def _name(field: str) -> str:
    return field.replace("_", " ").title().replace(" ", "")


def _described(schema: Schema, column: str) -> Schema:
    words = []
    for language in TAGS:
        with bilingual.speaking(language):
            words.append(field_label(column))
    return {**schema, "description": " / ".join(words)}


def _choice(codes: list[str]) -> Schema:
    return closed({"code": {"type": "string", "enum": codes}, **dict.fromkeys(TAGS.values(), TEXT)})


def _content() -> Schema:
    """Properties that a policy and each of its versions have."""
    return {
        **{field: _described(ref("Text"), field) for field in TEXTS},
        **{field: _described(ref(_name(field), or_null=True), field) for field in LABELLED},
        "document_number": _described(OR_NULL, "document_number"),
        **{field: _described(DATE, field) for field in DATES},
        "max_amount_cny": _described({"type": ["integer", "null"], "minimum": 0}, "max_amount_cny"),
        "terms": _described({"type": "array", "items": _term()}, "terms"),
        "excludes": _described({"type": "array", "items": TEXT}, "excludes"),
        "department": _described(ref("Text", or_null=True), "department"),
        "conditions": {
            "type": "array",
            "description": both(_("All of them must be met.")),
            "items": ref("Criterion"),
        },
        "attachments": _described({"type": "array", "items": _attachment()}, "attachments"),
        "source": closed({"url": OR_NULL, "note": OR_NULL}),
        "translated_for_reference": {"type": "array", "items": TEXT},
        "out_of_date": {"type": "array", "items": TEXT},
    }


def _attachment() -> Schema:
    kinds: Schema = {"type": "string", "enum": list(KINDS_OF_FILES)}
    return closed({"name": ref("Text"), "kind": kinds, "bytes": INTEGER, "sha256": TEXT, "url": LINK})


def _criteria() -> Schema:
    """A condition, or a group of which any or all must be met."""
    value: Schema = {"type": ["string", "number", "boolean", "array"]}
    told = {"clause": ref("Text"), "in_words": ref("Text")}
    condition = {
        "field": {"type": "string", "enum": list(FIELDS)},
        "op": {"type": "string", "enum": sorted(set().union(*OPERATORS.values()))},
        "value": value,
        **told,
    }
    held: Schema = {"type": "array", "minItems": 2, "items": ref("Criterion")}
    groups = {
        ANY: closed({ANY: {**held, "description": both(_("One of them must be met."))}, **told}),
        ALL: closed({ALL: {**held, "description": both(_("All of them must be met."))}, **told}),
    }
    return {
        "Condition": closed(condition),
        "AnyOf": groups[ANY],
        "AllOf": groups[ALL],
        "Criterion": {"oneOf": [ref("Condition"), ref("AnyOf"), ref("AllOf")]},
    }


def _term() -> Schema:
    """A rule of the amount; what its kind does not need is null."""
    amount: Schema = {"type": ["integer", "null"], "minimum": 1}
    return closed(
        {
            "kind": {"type": "string", "enum": list(KINDS)},
            "amount": amount,
            "percent": {"type": ["number", "null"]},
            "base": {"enum": [*BASES, None]},
            "unit": {"enum": [*UNITS, None]},
            "cap": amount,
            "up_to": {"type": "boolean"},
            "label": ref("Text"),
            "clause": ref("Text"),
            "in_words": ref("Text"),
        }
    )


def _policy() -> Schema:
    pages = closed(dict.fromkeys(TAGS.values(), LINK))
    links = {"self": LINK, "page": pages, "short": LINK, "qr_code": LINK}
    return {
        "id": INTEGER,
        "slug": TEXT,
        "validity": ref("Validity"),
        **_content(),
        "repealed_on": _described(DATE, "repealed_on"),
        "replaced_by": OR_NULL,
        "version": INTEGER,
        "published_at": MOMENT,
        "changed_at": MOMENT,
        "links": closed({**links, "calendar": {"oneOf": [pages, {"type": "null"}]}}),
    }


def _schemas() -> Schema:
    pages = closed(dict.fromkeys(TAGS.values(), LINK))
    version = closed({"number": INTEGER, "published_at": MOMENT, "url": LINK})
    return {
        "Text": closed(dict.fromkeys(TAGS.values(), OR_NULL)),
        "Validity": _choice(list(Validity.values)),
        **{_name(field): _choice(_codes(field)) for field in LABELLED},
        **_criteria(),
        "Policy": closed(_policy()),
        "PolicyWithVersions": closed({**_policy(), "versions": {"type": "array", "items": version}}),
        "Page": closed(
            {
                "policies": {"type": "array", "items": ref("Policy")},
                "next": {"type": ["string", "null"], "format": "uri"},
            }
        ),
        "Version": closed(
            {
                "policy": TEXT,
                "number": INTEGER,
                "current": {"type": "boolean"},
                "published_at": MOMENT,
                **_content(),
                "links": closed({"self": LINK, "policy": LINK, "page": pages}),
            }
        ),
        "Problem": closed({"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}),
    }


def _codes(field: str) -> list[str]:
    choices = Policy._meta.get_field(field).flatchoices  # type: ignore[union-attr]
    return [str(code) for code, _label in choices if code]


def _filter(name: str) -> Schema:
    values = [code for code, _label in OPTIONS[name]]
    told = [f"{code}: {both(label)}" for code, label in OPTIONS[name] if str(label)]
    return _asked(name, {"type": "string", "enum": values}, "; ".join(told) or "CNY")


def _asked(name: str, schema: Schema, description: str, place: str = "query") -> Schema:
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, **required, "schema": schema, "description": description}


def _reading(summary: str | Promise, schema: str, problems: tuple[int, ...], parameters: list[Schema]) -> Schema:
    """A path that is only read."""
    answers: Schema = {
        "200": {"description": both(summary), "content": {"application/json": {"schema": ref(schema)}}},
        "304": {"description": both(_("Nothing has changed since the ETag or day that was sent."))},
    }
    for status in problems:
        content = {"application/problem+json": {"schema": ref("Problem")}}
        answers[str(status)] = {"description": both(_PROBLEMS[status]), "content": content}
    return {"get": {"summary": both(summary), "parameters": parameters, "responses": answers}}


_PROBLEMS = {
    400: _("The address cannot be read, or “after” is not one that was given."),
    404: _("Nothing is published under this name."),
}


@cache
def openapi() -> Schema:
    """The whole document. Filters that are not known are ignored, as on the list that people see."""
    slug = _asked("slug", TEXT, "links.self", "path")
    number = _asked("number", {"type": "integer", "minimum": 1}, "versions[].number", "path")
    words = _asked("q", {"type": "string", "maxLength": 200}, both(_("Words to search for, in either language")))
    after = _asked("after", {"type": "string"}, both(_("Place where the page begins; follow “next” instead")))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": both(_("Policies for enterprises in Hongkou")),
            "version": "1",
            "description": both(_("Published policies, read only, in Chinese and English. Amounts are in CNY.")),
        },
        "servers": [{"url": f"{settings.SITE_URL}/api/v1"}],
        "paths": {
            "/policies/": _reading(
                _("Published policies, 50 a page; in force unless asked otherwise"),
                "Page",
                (400,),
                [words, *(_filter(name) for name in FILTERS), after],
            ),
            "/policies/{slug}/": _reading(_("One policy with its versions"), "PolicyWithVersions", (404,), [slug]),
            "/policies/{slug}/versions/{number}/": _reading(
                _("One published version"), "Version", (404,), [slug, number]
            ),
        },
        "components": {"schemas": _schemas()},
    }
