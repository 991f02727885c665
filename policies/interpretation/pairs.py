"""The texts of an interpretation side by side, each with its state, as the publishing desk shows texts of policies."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from policies.interpretation.content import FIELDS, LABELS, NEEDED
from policies.models import Interpretation
from policies.publishing.differences import differences
from policies.publishing.side_by_side import Pair, Side
from policies.publishing.staleness import AGREED, other_column, text_of
from portal.core import bilingual


def pairs_of(found: Interpretation, *, base: Mapping[str, Any] | None = None) -> list[Pair]:
    """Every text of it; with `base`, what changed since."""
    return [
        Pair(name, str(LABELS[name]), [_side(found, name, column, base) for column in bilingual.columns(name)])
        for name in FIELDS[found.kind]
    ]


def _side(found: Interpretation, name: str, column: str, base: Mapping[str, Any] | None) -> Side:
    chinese, content = column.endswith("_zh_hans"), found.content
    text = text_of(content, column)
    side = Side(
        column=column,
        lang="zh-Hans" if chinese else "en",
        language=_("Chinese") if chinese else _("English"),
        text=text,
        state=_state(found, name, column),
        marks=differences(text_of(base, column) if base is not None else text, text),
    )
    if side.state == "stale":
        now = text_of(content, other_column(column))
        side.source_marks = differences((content.get(AGREED) or {}).get(column, now), now)
    return side


def _state(found: Interpretation, name: str, column: str) -> str:
    if text_of(found.content, column):
        return "stale" if column in found.stale else "done"
    return "missing" if name in NEEDED[found.kind] or text_of(found.content, other_column(column)) else ""
