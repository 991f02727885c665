"""What may be stored as an interpretation's texts, however it came."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from policies.enums import InterpretationKind
from policies.interpretation.captions import LONGEST as LONGEST_CAPTIONS
from policies.interpretation.captions import normalised, transcript
from policies.interpretation.content import LINK, columns_of, kept_columns, label_of
from policies.publishing.staleness import AGREED, text_of
from portal.core import bilingual
from portal.core.access import Refused

Content = Mapping[str, Any]
LONGEST = {"title": 200, "alt": 300, "captions": LONGEST_CAPTIONS, "transcript": 60_000, LINK: 500}
LONGEST_BOX = 600
LONGEST_TEXT = 20_000


def longest(kind: str, field: str) -> int:
    return LONGEST_BOX if kind == InterpretationKind.SUMMARY else LONGEST.get(field, LONGEST_TEXT)


def filled(kind: str, stored: Content, new: Content) -> dict[str, Any]:
    """The stored content with what is new in it; every column is there, and none that the kind does not have."""
    content = {column: str(new.get(column, stored.get(column)) or "") for column in kept_columns(kind)}
    return content | ({AGREED: stored[AGREED]} if AGREED in stored else {})


def check(kind: str, content: Content) -> None:
    """Refused, saying why, for what can be no interpretation of its kind."""
    if kind not in InterpretationKind.values:
        raise Refused(_("There is no such kind of interpretation."))
    for column in kept_columns(kind):
        most = longest(kind, column.removesuffix("_zh_hans").removesuffix("_en"))
        if len(text_of(content, column)) > most:
            told = _("%(field)s: at most %(count)s characters.")
            raise Refused(told % {"field": label_of(column), "count": f"{most:,}"})
    if content.get(LINK):
        check_link(content[LINK])
    for column in columns_of(kind):
        if column.startswith("captions"):
            _check_captions(column, text_of(content, column))


def check_link(address: str) -> None:
    try:
        URLValidator(schemes=["https"])(address)
    except ValidationError:
        raise Refused(_("A video elsewhere needs an address that begins with https://.")) from None


def _check_captions(column: str, text: str) -> None:
    try:
        normalised(text)
    except ValidationError as error:
        raise Refused(f"{label_of(column)}: {' '.join(error.messages)}") from None


def with_transcripts(content: Content) -> dict[str, Any]:
    """Transcripts that are empty, made from the captions of their language; one that is written stays."""
    made = dict(content)
    for captions, said in zip(bilingual.columns("captions"), bilingual.columns("transcript"), strict=True):
        if text_of(content, captions) and not text_of(content, said).strip():
            made[said] = transcript(text_of(content, captions))
    return made
