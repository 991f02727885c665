"""The attachments on the page where a policy is written: files come, get names, and go, with all the rest of the form.

What the person sent is kept at once, whether or not the rest can be saved: browsers forget chosen files. What no text
names in the end is removed after a week.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from policies.attachments.keeping import LONGEST_NAME, MOST, renamed, take
from policies.attachments.names import rows_of
from policies.attachments.showing import Shown, shown
from policies.models import Attachment
from portal.core.access import Refused

SHOWN = "attachments-shown"  # a page without this field said nothing of attachments


class AttachmentRows:
    """keys: what the text is to name. problems: sentences about what was not taken."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.keys: list[str] = list(content.get("attachments") or [])
        self.problems: list[str] = []

    @classmethod
    def sent(
        cls, content: Mapping[str, Any], data: QueryDict, files: Sequence[UploadedFile], *, by: User, texts_only: bool
    ) -> "AttachmentRows":
        """After a form was sent. Who writes texts only gives names, and nothing else."""
        rows = cls(content)
        if SHOWN not in data:
            return rows
        listed = list(dict.fromkeys(key[:36] for key in data.getlist("attachment")))[: 2 * MOST]
        kept = listed if texts_only else [key for key in listed if f"remove-{key}" not in data]
        rows.keys = [rows._named(each, data, by) for each in rows_of([key for key in kept if _is_key(key)])]
        if files and not texts_only:
            new, rows.problems[len(rows.problems) :] = take(files, by=by)
            rows.keys = list(dict.fromkeys([*rows.keys, *new]))
        if len(rows.keys) > MOST:
            rows.problems.append(_("A policy has at most %(count)s attachments.") % {"count": MOST})
        return rows

    @property
    def sound(self) -> bool:
        return not self.problems

    def shown(self) -> list[Shown]:
        return shown({"attachments": self.keys})

    def _named(self, attachment: Attachment, data: QueryDict, by: User) -> str:
        """The key of the file under the names that were typed."""
        key = str(attachment.key)
        names = {
            column: " ".join(data.get(f"{column}-{key}", getattr(attachment, column)).replace("\x00", "").split())
            for column in ("name_zh_hans", "name_en")
        }
        if not any(names.values()):
            self.problems.append(_("“%(name)s” needs a name in at least one language.") % {"name": attachment.name})
            return key
        if any(len(name) > LONGEST_NAME for name in names.values()):
            self.problems.append(_("A name has at most %(count)s characters.") % {"count": LONGEST_NAME})
            return key
        try:
            return str(renamed(attachment, **names, by=by).key)
        except Refused as refused:
            self.problems.append(str(refused))
            return key


def _is_key(text: str) -> bool:
    return len(text) == 36 and set(text) <= set("0123456789abcdef-") and text.count("-") == 4


def brought_together(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Two people's lists: without what either took out, with what either added."""
    kept = [key for key in mine if key in theirs or key not in base]
    return kept + [key for key in theirs if key not in base and key not in kept]
