"""Attachments as pages show them: names, kinds and sizes; what was added, removed or renamed between two texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.attachments.names import rows_of
from policies.models import Attachment
from portal.core.templatetags.ui import number

KINDS = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "png": "PNG", "jpg": "JPEG"}
Content = Mapping[str, Any]


def size_words(size: int) -> str:
    """1.2 MB, 340 KB"""
    if size < 1_000_000:
        return f"{number(max(1, size // 1024))} KB"
    return f"{size / 1_048_576:.1f}".removesuffix(".0") + " MB"


@dataclass(frozen=True, slots=True)
class Shown:
    """An attachment for its list; also under the name of the other language, for those who check both."""

    attachment: Attachment

    @property
    def key(self) -> str:
        return str(self.attachment.key)

    @property
    def url(self) -> str:
        return reverse("policies:attachment", args=[self.attachment.key])

    @property
    def kind(self) -> str:
        return KINDS[self.attachment.kind]

    @property
    def size(self) -> str:
        return size_words(self.attachment.size)


def shown(content: Content) -> list[Shown]:
    """The attachments that a content names; one query, none without attachments."""
    return [Shown(each) for each in rows_of(content.get("attachments") or [])]


@dataclass(frozen=True, slots=True)
class Change:
    """One attachment before and after; "" where there was or is none. new_file: it is not only called otherwise."""

    before: str
    after: str
    new_file: bool = True


def changes(before: Content, after: Content) -> list[Change]:
    """What differs, by name; one query, none where the lists are equal. The same file under another name is renamed."""
    old, new = ([str(key) for key in each.get("attachments") or []] for each in (before, after))
    if old == new:
        return []
    known = {str(each.key): each for each in rows_of([*dict.fromkeys(old + new)])}
    gone = [known[key] for key in old if key in known and key not in new]
    found = []
    for each in (known[key] for key in new if key in known and key not in old):
        earlier = next((row for row in gone if row.sha256 == each.sha256), None)
        if earlier:
            gone.remove(earlier)
        if not earlier or earlier.name != each.name:
            found.append(Change(earlier.name if earlier else "", each.name, new_file=not earlier))
    return found + [Change(each.name, "") for each in gone]


def told(before: Content, after: Content) -> list[str]:
    """Sentences for people who follow the policy; another name alone is no news."""
    lines = []
    for change in changes(before, after):
        if change.new_file:
            words = _("Attachment added: “%(name)s”") if change.after else _("Attachment removed: “%(name)s”")
            lines.append(words % {"name": change.after or change.before})
    return lines
