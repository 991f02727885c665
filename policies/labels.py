"""Names of a policy's columns for people."""

from collections.abc import Iterable
from functools import cache
from typing import Any, cast

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from policies.content import TEXT_COLUMNS
from policies.models import Policy


def field_label(name: str) -> str:
    """The field's name at the beginning of a line: "Issuing authority"."""
    return str(capfirst(str(_field(name.removesuffix("_id")).verbose_name)))


def column_label(column: str) -> str:
    """The column's name with its language: "Title (English)"; plain facts, and the gaps, as they are."""
    if column == "clauses":
        return _("Eligibility (a clause in one language only)")
    if column == "attachment_names":
        return _("Attachments (a name in one language only)")
    if column == "confidence":
        return _("Confidence")
    if column == "translated":
        return _("Which texts are translations for reference")
    if column not in TEXT_COLUMNS:
        return field_label(column)
    name, chinese, _rest = column.partition("_zh_hans")
    if chinese:
        return _("%(field)s (Chinese)") % {"field": field_label(name)}
    return _("%(field)s (English)") % {"field": field_label(column.removesuffix("_en"))}


def listed(columns: Iterable[str]) -> str:
    """Columns in a sentence."""
    return pgettext("between names in a list", ", ").join(column_label(column) for column in columns)


def choice_label(field: str, value: Any) -> str:
    """The word for a stored choice; the value itself when it is none of them."""
    return str(_choices(field).get(value, value or ""))


@cache
def _choices(field: str) -> dict[Any, Any]:
    """A field's choices; their words are translated when they are printed."""
    return dict(_field(field).flatchoices)


def _field(name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", Policy._meta.get_field(name))
