"""The files in the answers of departments, and those of them that go to the enterprise with the one answer."""

import uuid
from collections.abc import Collection

from stewards.enums import EventKind
from stewards.models import Attachment, HelpRequest, RequestEvent
from stewards.parts import standing


def offered(request: HelpRequest) -> list[Attachment]:
    """Files of the parts that are done; no query where there is none."""
    parts = [part.pk for part in standing.done(request)]
    if not parts:
        return []
    files = Attachment.objects.filter(
        request=request.pk, event__kind=EventKind.PART_ANSWER, event__data__part__in=parts
    )
    return list(files.order_by("pk"))


def choices(request: HelpRequest) -> list[tuple[str, str]]:
    return [(str(file.key), file.name) for file in offered(request)]


def pass_on(request: HelpRequest, event: RequestEvent, keys: Collection[str]) -> None:
    """The chosen files once more, public and with the answer; what is stored stays the same."""
    for file in offered(request) if keys else []:
        if str(file.key) in keys:
            file.pk, file.key, file.event, file.internal = None, uuid.uuid4(), event, False
            file.uploaded_by = event.actor  # type: ignore[assignment]
            file.save(force_insert=True)
