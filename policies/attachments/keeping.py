"""Taking files in, naming them, and removing what no text of a policy names.

Rows are never changed but for their text: another name is another row of the same file. Whoever stores a list of keys
holds the rows first, so that none is removed, and no text comes into them, before that is committed.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies.models import Attachment, TextState
from portal.core.access import Refused
from portal.core.queue import enqueue
from portal.core.uploads import CONTENT_TYPES, Checked, check_upload, clean_name

KINDS = ("pdf", "docx", "xlsx", "png", "jpg")
PICTURES = ("png", "jpg")
ACCEPT = ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"
MOST = 20  # attachments of a policy
MOST_AT_ONCE = 10
LONGEST_NAME = 150
UNUSED_DAYS = 7


def take(files: Iterable[UploadedFile], *, by: User) -> tuple[list[str], list[str]]:
    """Keep checked files; → their keys, and a sentence for each that was refused. The same file twice is one."""
    keys: list[str] = []
    problems: list[str] = []
    for number, file in enumerate(files):
        name = clean_name(file.name or "")
        try:
            if number >= MOST_AT_ONCE:
                raise ValidationError(_("At most %(count)s files at once.") % {"count": MOST_AT_ONCE})
            facts = check_upload(file, max_bytes=settings.UPLOAD_MAX_BYTES)
            if facts.kind not in KINDS:
                raise ValidationError(_("Attachments are PDF, Word, Excel, PNG or JPEG files."))
        except ValidationError as error:
            why = " ".join(error.messages)
            problems.append(_("“%(name)s” was not taken: %(why)s") % {"name": name, "why": why})
        else:
            keys.append(str(_kept(file, facts, by).key))
    return keys, problems


def _kept(file: UploadedFile, facts: Checked, by: User) -> Attachment:
    """The row of a new file; the one that is there already when somebody has sent it before under this name."""
    stem = facts.name.rpartition(".")[0][:LONGEST_NAME]
    chinese = any("\u3400" <= char <= "\u9fff" for char in stem)
    names = {"name_zh_hans": stem if chinese else "", "name_en": "" if chinese else stem}
    same = {"sha256": facts.sha256, "kind": facts.kind, **names}
    known = Attachment.objects.filter(**same).first()
    if known:
        Attachment.objects.filter(pk=known.pk).update(unnamed_since=None)
        return known
    made = Attachment(**same, size=facts.size, uploaded_by=by)
    made.file.save(facts.name, file, save=False)
    row, is_new = _stored(made)
    if not is_new:
        made.file.storage.delete(str(made.file.name))
    return row


def renamed(attachment: Attachment, *, name_zh_hans: str, name_en: str, by: User) -> Attachment:
    """The same file under these names."""
    if (attachment.name_zh_hans, attachment.name_en) == (name_zh_hans, name_en):
        return attachment
    with transaction.atomic():
        hold([str(attachment.key)])
        attachment.refresh_from_db()
        same = {each: getattr(attachment, each) for each in ("file", "kind", "sha256", "size", "text", "text_state")}
        if same["text_state"] == TextState.READING:  # somebody is reading the other row
            same["text_state"] = TextState.WAITING
        return _stored(Attachment(**same, name_zh_hans=name_zh_hans, name_en=name_en, uploaded_by=by))[0]


def _stored(made: Attachment) -> tuple[Attachment, bool]:
    """Insert it, unless another row has the file under the same names already; → row, whether it is new."""
    if made.kind in PICTURES:
        made.text_state = TextState.PICTURE
    same = {name: getattr(made, name) for name in ("sha256", "kind", "name_zh_hans", "name_en")}
    values = {
        field.attname: getattr(made, field.attname) for field in made._meta.concrete_fields if not field.primary_key
    }
    with transaction.atomic():
        row, is_new = Attachment.objects.get_or_create(**same, defaults=values)
        if is_new and row.text_state == TextState.WAITING:
            from policies.tasks import read_attachment

            enqueue(read_attachment, row.pk)
    return row, is_new


def hold(keys: Collection[str]) -> None:
    """Lock the rows that a text is about to name; refused when one of them is gone. Within a transaction."""
    if not keys:
        return
    if len(keys) > MOST:
        raise Refused(_("A policy has at most %(count)s attachments.") % {"count": MOST})
    gone = Refused(_("An attachment is no longer there. Please add the file again."))
    try:
        asked = [uuid.UUID(str(key)) for key in keys]
    except ValueError:
        raise gone from None
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM policies_attachment WHERE key = ANY(%s) FOR SHARE", [asked])
        if len(cursor.fetchall()) < len(keys):
            raise gone


def same_files(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two contents have the same files in the same order, whatever their names."""
    lists = [list(each.get("attachments") or []) for each in (one, other)]
    if lists[0] == lists[1]:
        return True
    digests = dict(Attachment.objects.filter(key__in={*lists[0], *lists[1]}).values_list("key", "sha256"))
    known = {str(key): digest for key, digest in digests.items()}
    return [known.get(key, key) for key in lists[0]] == [known.get(key, key) for key in lists[1]]


def remove_unused(now: datetime | None = None) -> int:
    """Remove files that no revision and no policy has named for a week; returns how many."""
    now, named = now or timezone.now(), _named()
    Attachment.objects.filter(unnamed_since__isnull=False, key__in=named).update(unnamed_since=None)
    Attachment.objects.filter(unnamed_since__isnull=True).exclude(key__in=named).update(unnamed_since=now)
    with transaction.atomic():
        rows = Attachment.objects.filter(unnamed_since__lt=now - timedelta(days=UNUSED_DAYS)).defer("text")
        locked = [each.pk for each in rows.select_for_update(skip_locked=True).order_by("pk")[:200]]
        # what somebody stored while these were being locked is seen now, and nobody can name them any more
        unused = list(Attachment.objects.filter(pk__in=locked).exclude(key__in=_named()).defer("text"))
        Attachment.objects.filter(pk__in=[each.pk for each in unused]).delete()
        files = {str(each.file.name): each.file.storage for each in unused}
        kept = set(Attachment.objects.filter(file__in=files).values_list("file", flat=True))
        for name, storage in files.items():
            if name not in kept:
                transaction.on_commit(partial(storage.delete, name), robust=True)
    return len(unused)


def _named() -> set[str]:
    """Every key that a revision, published or not, or a policy names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jsonb_array_elements_text(content->'attachments') FROM policies_revision"
            " WHERE jsonb_typeof(content->'attachments') = 'array'"
            " UNION SELECT jsonb_array_elements_text(attachments) FROM policies_policy WHERE attachments <> '[]'"
        )
        return {key for (key,) in cursor.fetchall()}


def content_type(attachment: Attachment) -> str:
    return CONTENT_TYPES[attachment.kind]
