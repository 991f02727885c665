"""The text of attachments comes into the search: one file at a time, in a worker.

A file that cannot be read, or that a worker was killed over, is marked as such; the policy is as it was.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from policies.attachments.extraction import Unreadable, text_in
from policies.models import Attachment, Policy, TextState
from policies.search.index import refresh_search
from portal.core.queue import enqueue

FORGOTTEN = timedelta(minutes=10)  # after so long the broker has lost it, or the worker was killed
OPEN = (TextState.WAITING, TextState.READING)


def read(pk: int) -> TextState | None:
    """Read one file; None when somebody else does or did. Run twice, it does nothing more."""
    waiting = Attachment.objects.filter(pk=pk, text_state=TextState.WAITING)
    if not waiting.update(text_state=TextState.READING, text_at=timezone.now()):
        return None
    attachment = Attachment.objects.get(pk=pk)
    try:
        with attachment.file.open("rb") as file:
            text = text_in(file, attachment.kind)
        state = TextState.READ if text.strip() else TextState.NONE
    except (Unreadable, OSError):
        text, state = "", TextState.FAILED
    keep(attachment, text, state)
    return state


def keep(attachment: Attachment, text: str, state: TextState) -> None:
    """Store what was read; published policies with this file are found by it from now on."""
    mine = Attachment.objects.filter(pk=attachment.pk, text_state=TextState.READING)
    if not mine.update(text=text, text_state=state, text_at=timezone.now()) or state != TextState.READ:
        return
    for pk in Policy.objects.published().filter(attachments__contains=str(attachment.key)).values_list("pk", flat=True):
        with transaction.atomic():
            refresh_search(Policy.objects.select_for_update(of=("self",)).get(pk=pk))


def sweep() -> int:
    """Ask again for what nobody has begun to read; give up what somebody began and never finished."""
    long_ago = timezone.now() - FORGOTTEN
    stuck = Attachment.objects.filter(text_state=TextState.READING, text_at__lt=long_ago)
    stuck.update(text_state=TextState.FAILED, text_at=timezone.now())
    from policies.tasks import read_attachment

    waiting = Attachment.objects.filter(text_state=TextState.WAITING, text_at__lt=long_ago)
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:100])
    for pk in keys:
        enqueue(read_attachment, pk)
    return len(keys)
