"""What the attachments of published policies say, for the search."""

import re
from collections.abc import Collection, Iterable

from django.db.models.functions import Left

from policies.models import Attachment, Policy

MOST = 30_000  # characters of a policy's attachments that are found by searching
_HAN = re.compile(r"[\u3400-\u9fff]")
Row = tuple[str, str, str]  # both names and the text


def texts_of(policy_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Policy → language → the names and texts of its attachments, in their order. Two queries at most."""
    rows = Policy.objects.published().filter(pk__in=policy_ids).exclude(attachments=[])
    keys = dict(rows.values_list("pk", "attachments"))
    known = read_of({key for each in keys.values() for key in each})
    return {pk: _by_language(known[key] for key in listed if key in known) for pk, listed in keys.items()}


def read_of(keys: Collection[str]) -> dict[str, Row]:
    """Key → names and the part of the text that is found; one query, none without keys."""
    rows = Attachment.objects.filter(key__in=keys).values_list("key", "name_zh_hans", "name_en", Left("text", MOST))
    return {str(key): (chinese, english, text) for key, chinese, english, text in rows} if keys else {}


def language_of(text: str) -> str:
    return "zh-hans" if _HAN.search(text[:2_000]) else "en"


def _by_language(attachments: Iterable[Row]) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {"zh-hans": [], "en": []}
    for chinese, english, text in attachments:
        texts["zh-hans"].append(chinese)
        texts["en"].append(english)
        texts[language_of(text)].append(text)
    return {language: [text for text in listed if text] for language, listed in texts.items()}
