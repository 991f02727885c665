"""What an interpretation of each kind holds: its texts, its files, and what is missing before it can be reviewed."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from policies.enums import InterpretationKind
from policies.publishing.staleness import missing_in, text_of
from portal.core import bilingual

FIELDS: Mapping[str, tuple[str, ...]] = {
    InterpretationKind.TEXT: ("title", "body"),
    InterpretationKind.PICTURE: ("title", "body", "alt", "description"),
    InterpretationKind.VIDEO: ("title", "body", "captions", "transcript"),
    InterpretationKind.SUMMARY: ("what", "who", "how_much", "by_when", "how"),
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    InterpretationKind.TEXT: ("title", "body"),
    InterpretationKind.PICTURE: ("title", "alt", "description"),
    InterpretationKind.VIDEO: ("title", "transcript"),
    InterpretationKind.SUMMARY: (),
}
PICTURES = ("picture", "picture_zh_hans", "picture_en")
SLOTS: Mapping[str, tuple[str, ...]] = {
    InterpretationKind.TEXT: (),
    InterpretationKind.PICTURE: PICTURES,
    InterpretationKind.VIDEO: ("video", "poster"),
    InterpretationKind.SUMMARY: (),
}
LINK = "video_url"
LABELS: Mapping[str, Promise] = {
    "title": gettext_lazy("Title"),
    "body": gettext_lazy("Text"),
    "alt": gettext_lazy("What the picture shows, in one sentence"),
    "description": gettext_lazy("Everything the picture says, as text"),
    "captions": gettext_lazy("Captions"),
    "transcript": gettext_lazy("Transcript"),
    "what": pgettext_lazy("policy in short", "What"),
    "who": pgettext_lazy("policy in short", "Who"),
    "how_much": pgettext_lazy("policy in short", "How much"),
    "by_when": pgettext_lazy("policy in short", "By when"),
    "how": pgettext_lazy("policy in short", "How"),
    "picture": gettext_lazy("Picture for both languages"),
    "picture_zh_hans": gettext_lazy("Picture in Chinese"),
    "picture_en": gettext_lazy("Picture in English"),
    "video": gettext_lazy("Video"),
    "poster": gettext_lazy("Poster of the video"),
    LINK: gettext_lazy("Address of the video elsewhere"),
    "policies": gettext_lazy("Policies it explains"),
    "summary": gettext_lazy("At least one box"),
}


def columns_of(kind: str) -> tuple[str, ...]:
    """Every text column of the kind, in the order of its page."""
    return tuple(column for field in FIELDS[kind] for column in bilingual.columns(field))


def kept_columns(kind: str) -> tuple[str, ...]:
    """All that `content` of the kind holds: the texts, and a video's address elsewhere."""
    return (*columns_of(kind), LINK) if kind == InterpretationKind.VIDEO else columns_of(kind)


def label_of(name: str) -> str:
    """“Title (English)” for a column; the plain name for a field or a file."""
    if name in LABELS:
        return str(LABELS[name])
    field, chinese, _rest = name.partition("_zh_hans")
    if chinese:
        return _("%(field)s (Chinese)") % {"field": LABELS[field]}
    return _("%(field)s (English)") % {"field": LABELS[name.removesuffix("_en")]}


def listed(names: Iterable[str]) -> str:
    return pgettext("between names in a list", ", ").join(label_of(name) for name in names)


def gaps(kind: str, content: Mapping[str, Any], slots: Collection[str]) -> list[str]:
    """Columns and files that are missing: nothing needed is empty, nothing stands in one language only."""
    missing = set(missing_in(content, FIELDS[kind]))
    for field in _needed(kind, slots):
        missing.update(column for column in bilingual.columns(field) if not text_of(content, column).strip())
    return [column for column in columns_of(kind) if column in missing] + _missing_files(kind, content, slots)


def _needed(kind: str, slots: Collection[str]) -> tuple[str, ...]:
    """A video that we show ourselves needs captions as well; of one elsewhere there is the transcript."""
    return (*NEEDED[kind], "captions") if "video" in slots else NEEDED[kind]


def _missing_files(kind: str, content: Mapping[str, Any], slots: Collection[str]) -> list[str]:
    if kind == InterpretationKind.PICTURE and "picture" not in slots:
        return [slot for slot in PICTURES[1:] if slot not in slots]
    if kind == InterpretationKind.VIDEO:
        if "video" in slots:
            return [] if "poster" in slots else ["poster"]
        return [] if content.get(LINK) else ["video"]
    if kind == InterpretationKind.SUMMARY and not any(text_of(content, column) for column in columns_of(kind)):
        return ["summary"]
    return []


def title_in(content: Mapping[str, Any], language: str) -> tuple[str, str]:
    """(title, the language it is in when that is not the one asked for)."""
    for candidate in (language, bilingual.other(language)):
        text = text_of(content, f"title_{bilingual.SUFFIX[candidate]}")
        if text:
            return text, "" if candidate == language else candidate
    return "", ""
