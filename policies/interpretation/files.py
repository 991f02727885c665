"""Pictures and videos of interpretations: checked before they are kept, readable by whom the interpretation is."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import User
from policies.enums import InterpretationState
from policies.interpretation.rules import READERS
from policies.models import Interpretation, InterpretationFile
from portal.core.uploads import Checked, check_upload
from portal.core.videos import check_video

PICTURE_KINDS = ("png", "jpg", "webp")
PICTURE_ACCEPT = ".png,.jpg,.jpeg,.webp"
MOST_SIDE = 12_000  # pixels


@dataclass(frozen=True)
class Upload:
    """A file that passed its checks, not stored yet."""

    file: UploadedFile
    facts: Checked
    width: int | None = None
    height: int | None = None


def checked(slot: str, file: UploadedFile) -> Upload:
    """ValidationError, in the active language, for what is not what its place is for."""
    if slot == "video":
        return Upload(file, check_video(file, max_bytes=settings.VIDEO_MAX_BYTES))
    facts = check_upload(file, max_bytes=settings.UPLOAD_MAX_BYTES)
    if facts.kind not in PICTURE_KINDS:
        raise ValidationError(_("A picture is a PNG, JPEG or WebP file."), code="extension")
    with Image.open(file) as image:
        width, height = image.size
    file.seek(0)
    if max(width, height) > MOST_SIDE:
        raise ValidationError(_("The picture is too long or too wide to be shown."), code="pixels")
    return Upload(file, facts, width, height)


def keep(found: Interpretation, uploads: Mapping[str, Upload], by: User) -> None:
    """Each in its place, where it replaces what was there; inside a transaction."""
    for slot, upload in uploads.items():
        remove(found.files.filter(slot=slot))
        facts = upload.facts
        row = InterpretationFile(
            interpretation=found,
            slot=slot,
            key=uuid.uuid4(),
            name=facts.name,
            content_type=facts.content_type,
            size=facts.size,
            sha256=facts.sha256,
            width=upload.width,
            height=upload.height,
            uploaded_by=by,
        )
        row.file.save(facts.name, upload.file, save=False)
        row.save()


def copy(old: Interpretation, new: Interpretation) -> None:
    """The same stored files for a draft that is to replace what is published."""
    for row in old.files.all():
        row.pk, row.key, row.interpretation = None, uuid.uuid4(), new
        row.save(force_insert=True)


def remove(rows: QuerySet[InterpretationFile]) -> None:
    """The rows, and once that is committed the stored files that no other row names."""
    names = [str(row.file.name) for row in rows]
    rows.delete()
    for name in names:
        transaction.on_commit(partial(_forget, name), robust=True)


def _forget(name: str) -> None:
    if not InterpretationFile.objects.filter(file=name).exists():
        InterpretationFile._meta.get_field("file").storage.delete(name)


def files_for(user: Any) -> QuerySet[InterpretationFile]:
    """Of published interpretations for everybody; of all others for officials who read drafts."""
    if user.is_authenticated and user.has_role(*READERS):
        return InterpretationFile.objects.all()
    return InterpretationFile.objects.filter(is_public())


def is_public(prefix: str = "interpretation__") -> Q:
    return Q(**{f"{prefix}state": InterpretationState.PUBLISHED})
