"""An extract's way: uploaded → read → confirmed → taken over. Each task may run twice, late, or be killed."""

from datetime import date
from hashlib import sha256
from io import BytesIO

import pghistory
from django.core.files.uploadedfile import UploadedFile
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises import tasks
from enterprises.models import Enterprise, RegistryImport, RegistryRow
from enterprises.models.registry import ImportState as S
from enterprises.records import standing
from enterprises.registry import staging
from enterprises.registry.columns import written
from enterprises.registry.reading import MOST_BYTES, Unreadable, rows_of
from enterprises.registry.words import WHY
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from portal.core.calendar import local_day
from portal.core.queue import enqueue
from portal.core.uploads import clean_name

AT_ONCE = 2 * 1024**2  # bytes of a file that is looked at while its sender waits


def may_import(user: User) -> Verdict:
    if user.is_authenticated and user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre can do this."))


def upload(file: UploadedFile, *, extract_on: date, by: User) -> RegistryImport:
    """Keep a file to be read by a task. Refused when it is too large, empty or of the future."""
    require(may_import(by))
    if extract_on > local_day():
        raise Refused(_("This day lies ahead."))
    if not file.size:
        raise Refused(_("The file is empty."))
    if file.size > MOST_BYTES:
        raise Refused(_("The file is larger than %(limit)s MB.") % {"limit": MOST_BYTES // 1024**2})
    _look(file)
    digest = sha256()
    for piece in file.chunks():
        digest.update(piece)
    with transaction.atomic():
        extract = RegistryImport(
            name=clean_name(file.name or ""), sha256=digest.hexdigest(), extract_on=extract_on, by=by
        )
        extract.file.save(extract.name, file, save=False)
        extract.save()
        enqueue(tasks.read_extract, extract.pk)
    return extract


def _look(file: UploadedFile) -> None:
    """Refused for what is no extract; of a large file the task that reads it says so."""
    if (file.size or 0) <= AT_ONCE:
        try:
            rows = rows_of(BytesIO(file.read()))
            staging.headed(rows)
            if not any(any(map(written, row)) for row in rows):
                raise Unreadable("empty")
        except Unreadable as unreadable:
            raise Refused(str(WHY[str(unreadable)])) from None


def confirm(extract: RegistryImport, *, by: User, take_doubtful: bool) -> RegistryImport:
    """Let a task take the rows over. Refused while another extract is being taken over."""
    require(may_import(by))
    try:
        with transaction.atomic():
            row = _locked(extract, S.READ)
            row.state, row.confirmed_by, row.take_doubtful, row.position = S.APPLYING, by, take_doubtful, 0
            row.counts |= {"done_new": 0, "done_changed": 0, "confirmed_at": timezone.now().isoformat()}
            row.save(update_fields=["state", "confirmed_by", "take_doubtful", "position", "counts"])
            enqueue(tasks.apply_extract, row.pk)
    except IntegrityError:
        raise Refused(_("Another extract is just being taken over. Please wait until it is done.")) from None
    return row


@transaction.atomic
def drop(extract: RegistryImport, *, by: User) -> RegistryImport:
    """Nothing of it is taken over; its rows and its file are removed."""
    require(may_import(by))
    row = _locked(extract, S.READ, S.FAILED)
    row.state, row.finished_at = S.DROPPED, timezone.now()
    row.save(update_fields=["state", "finished_at"])
    _forget(row)
    return row


def read(pk: int) -> bool:
    """Of a task: read the file, if that is still to be done. Returns whether it did."""
    with transaction.atomic():
        row = _mine(pk, S.UPLOADED)
        if row is None:
            return False
        try:
            with transaction.atomic():
                staging.read_in(row)
        except (Unreadable, DataError) as error:  # what the database can't hold is no table either
            row.problem = str(error) if isinstance(error, Unreadable) else "kind"
            row.state, row.finished_at = S.FAILED, timezone.now()
        else:
            row.state = S.READ
        row.save(update_fields=["state", "problem", "counts", "unknown_columns", "finished_at"])
    return True


def apply(pk: int) -> int:
    """Of a task: take over batch after batch, each with its position in one transaction. Returns how many batches."""
    batches = 0
    while _next_batch(pk):
        batches += 1
    return batches


@transaction.atomic
def _next_batch(pk: int) -> bool:
    row = _mine(pk, S.APPLYING)
    if row is None:
        return False
    with pghistory.context(user=row.confirmed_by_id, extract=row.pk):  # also spares the trail a failed look for one
        position, done, stand = staging.take_over(row, row.position)
        for enterprise in Enterprise.objects.filter(pk__in=stand, merged_into=None).order_by("pk"):
            standing.announce(enterprise, by=row.confirmed_by)
    if position == row.position:
        row.state, row.finished_at = S.DONE, timezone.now()
        _forget(row, rows=False)
    row.position = position
    for kind, many in done.items():
        row.counts[f"done_{kind}"] = row.counts.get(f"done_{kind}", 0) + many
    row.save(update_fields=["state", "position", "counts", "finished_at", "file"])
    return row.state == S.APPLYING


def carry_on() -> int:
    """Of beat: what a task that was killed left undone; returns how many extracts it looked at."""
    waiting = list(RegistryImport.objects.filter(state__in=(S.UPLOADED, S.APPLYING)).values_list("pk", "state"))
    for pk, state in waiting:
        (read if state == S.UPLOADED else apply)(pk)
    return len(waiting)


def _mine(pk: int, state: str) -> RegistryImport | None:
    """Locked, if it is in that state and no other task has it."""
    rows = RegistryImport.objects.select_for_update(skip_locked=True, of=("self",))
    return rows.filter(pk=pk, state=state).first()


def _locked(extract: RegistryImport, *states: str) -> RegistryImport:
    row = RegistryImport.objects.select_for_update(of=("self",)).get(pk=extract.pk)
    if row.state not in states:
        raise Refused(_("This extract is “%(state)s” now.") % {"state": row.get_state_display()})
    return row


def _forget(row: RegistryImport, *, rows: bool = True) -> None:
    """The file holds more than was needed; the rows of what was dropped, too."""
    if rows:
        RegistryRow.objects.filter(extract=row).delete()
    storage, name = row.file.storage, str(row.file.name)
    transaction.on_commit(lambda: storage.delete(name))
