"""Files on a request: checked before they are kept, and given out as downloads only."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from portal.core.uploads import Checked, check_upload, clean_name
from stewards.enums import RequestState
from stewards.models import Attachment, HelpRequest, RequestEvent

MAX_FILES = 5


@dataclass(frozen=True)
class Upload:
    """A file that passed its checks, not stored yet."""

    file: UploadedFile
    facts: Checked


def check_files(files: Iterable[UploadedFile], most: int = MAX_FILES) -> list[Upload]:
    """All files checked; ValidationError with one message for each that is refused, naming it."""
    files = list(files)
    if len(files) > most:
        raise ValidationError(_too_many(most), code="too_many", params={"most": most})
    passed: list[Upload] = []
    refused: list[ValidationError] = []
    for file in files:
        try:
            passed.append(Upload(file, check_upload(file, max_bytes=settings.UPLOAD_MAX_BYTES)))
        except ValidationError as error:
            name = clean_name(file.name or "")
            refused.append(
                ValidationError(
                    _("“%(name)s” was not taken: %(why)s"),
                    code=error.code,
                    params={"name": name, "why": " ".join(error.messages)},
                )
            )
    if refused:
        raise ValidationError([*refused, *_again(len(passed))])
    return passed


def _too_many(most: int) -> str:
    if most <= 0:
        return _("There are as many files as a message can have: remove one first.")
    return ngettext("Choose at most %(most)s file.", "Choose at most %(most)s files.", most)


def _again(passed: int) -> list[ValidationError]:
    """Browsers never keep chosen files: say so, rather than lose the good ones silently."""
    if not passed:
        return []
    return [ValidationError(_("Please choose the other files again as well; your text is kept."), code="again")]


def attach(request: HelpRequest, event: RequestEvent | None, uploads: Iterable[Upload], by: Any) -> list[Attachment]:
    """Keep the files with the request; without an event they belong to a draft."""
    kept = []
    for upload in uploads:
        facts = upload.facts
        attachment = Attachment(
            request=request,
            event=event,
            key=uuid.uuid4(),
            name=facts.name,
            content_type=facts.content_type,
            size=facts.size,
            sha256=facts.sha256,
            internal=bool(event and event.internal),
            uploaded_by=by,
        )
        attachment.file.save(facts.name, upload.file, save=False)
        attachment.save()
        kept.append(attachment)
    return kept


def remove_stored(attachments: QuerySet[Attachment]) -> None:
    """Delete what the rows point to, once the transaction that deletes the rows has committed."""
    for attachment in attachments:
        transaction.on_commit(partial(attachment.file.storage.delete, str(attachment.file.name)), robust=True)


def attachments_for(user: Any) -> QuerySet[Attachment]:
    """What the person may download: public files of requests they may see; internal ones on their desk only."""
    desk = Q(request__in=HelpRequest.objects.readable_by(user).order_by()) & _of_part(user)
    asked = Q(request__in=HelpRequest.objects.of_member(user).order_by(), internal=False)
    desk |= Q(request__merged_into__in=HelpRequest.objects.readable_by(user).order_by(), internal=False)
    return Attachment.objects.filter(desk | asked) if user.is_official else Attachment.objects.filter(asked)


def _of_part(user: Any) -> Q:
    """Who has only a part of a request gets of the internal files those of their own department."""
    if user.has_role(Role.ADMIN, Role.LEADER):
        return Q()
    theirs = Q(request__steward=user) | Q(request__handler=user) | Q(uploaded_by=user)
    if user.department_id:
        theirs |= Q(request__department=user.department_id) | Q(uploaded_by__department=user.department_id)
    return Q(internal=False) | Q(request__state=RequestState.SUBMITTED) | theirs
