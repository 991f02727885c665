"""From a file to drafts: read it, look at the preview, confirm; then every row is written as if an editor had typed it.

Nothing of it is public before somebody else has reviewed it. Rows are taken over one by one, each in a transaction of
its own: a worker that dies leaves whole rows, and the next one goes on.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

import pghistory
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from notices.workflow import Text, notify
from policies.enums import ImportOutcome, ImportRowKind
from policies.exchange import rules
from policies.exchange.previewing import Previewer
from policies.exchange.reading import open_file
from policies.exchange.taking_over import settle
from policies.models import ImportRow, PolicyImport
from policies.models.imports import KEPT
from policies.tasks import carry_out_imports
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.queue import enqueue

logger = logging.getLogger(__name__)
AT_ONCE = 25  # rows that are taken over while the person waits; more are for a worker
IN_A_TASK = 500
REMEMBERED = timedelta(days=90)  # that there was a preview which nobody confirmed
TAKEN = (ImportRowKind.NEW, ImportRowKind.CHANGED)


def upload(file: UploadedFile, *, by: User) -> PolicyImport:
    """Read a file and keep what its rows would do; policies are only read. Refused when it can't be read."""
    now = timezone.now()
    waiting = PolicyImport.objects.visible_to(by).filter(confirmed_at=None, expires_at__gt=now).count()
    require(rules.may_upload(by, waiting))
    opened = open_file(file)
    table = opened.table
    with transaction.atomic():
        batch = PolicyImport.objects.create(
            uploader=by,
            name=opened.name,
            kind=table.kind,
            sha256=opened.sha256,
            created_at=now,
            expires_at=now + KEPT,
            notes=table.about | {"unknown": table.unknown, "columns": _columns(opened.lines)},
        )
        counts: Counter[str] = Counter({str(kind): 0 for kind in ImportRowKind})
        for rows in _chunks(Previewer(table, opened.lines).rows(), batch):
            ImportRow.objects.bulk_create(rows)
            counts.update(str(row.kind) for row in rows)
        batch.counts = counts
        batch.save(update_fields=["counts"])
    return batch


def _columns(lines: Collection[Any]) -> list[str]:
    return list(dict.fromkeys(column for line in lines for column in line.cells))


def _chunks(rows: Iterator[ImportRow], batch: PolicyImport) -> Iterator[list[ImportRow]]:
    while chunk := list(islice(rows, 500)):
        for row in chunk:
            row.batch = batch
        yield chunk


def confirm(batch: PolicyImport, *, by: User, numbers: Collection[int] | None = None) -> int:
    """Have rows taken over: these, or all that are new or changed; returns how many. Rows that were confirmed before,
    in another window or by a second click, are none."""
    with transaction.atomic():
        locked = _locked(batch)
        now = timezone.now()
        require(rules.may_confirm(by, locked, now))
        rows = locked.rows.filter(kind__in=TAKEN)
        chosen = rows if numbers is None else rows.filter(number__in=numbers)
        if not chosen.exists():
            raise Refused(_("Choose at least one row that is new or changed."))
        count = chosen.filter(outcome="").update(outcome=ImportOutcome.WAITING)
        if not count:
            raise Refused(_("These rows have been confirmed already."))
        locked.confirmed_at, locked.finished_at = now, None
        locked.save(update_fields=["confirmed_at", "finished_at"])
        if count > AT_ONCE:
            enqueue(carry_out_imports, locked.pk)
    if count <= AT_ONCE:
        carry_out(batch.pk, most=AT_ONCE)  # of more that waits from before, the rest is a worker's
    return count


def discard(batch: PolicyImport, *, by: User) -> None:
    """Forget a preview of which nothing was confirmed."""
    with transaction.atomic():
        locked = _locked(batch)
        require(rules.may_discard(by, locked))
        locked.delete()


def carry_out(batch: int, most: int = IN_A_TASK) -> int:
    """Take over rows that wait; returns how many. Two workers at once share them out."""
    count = 0
    while count < most and _take_next(batch):
        count += 1
    if not _finish(batch) and count:
        enqueue(carry_out_imports, batch)
    return count


def sweep() -> int:
    """Go on with what was left undone; remove rows whose time is over, of previews that nobody confirmed too.

    A preview's page stays a while longer and says so: nobody is led nowhere, also by a clock that ran ahead.
    """
    count = sum(_gone_on(pk) for pk in PolicyImport.objects.under_way().values_list("pk", flat=True))
    now = timezone.now()
    over = PolicyImport.objects.filter(expires_at__lt=now)
    ImportRow.objects.filter(batch__in=over.filter(finished_at__isnull=False)).delete()
    unconfirmed = over.filter(confirmed_at=None)
    ImportRow.objects.filter(batch__in=unconfirmed).delete()
    unconfirmed.filter(expires_at__gt=F("created_at")).update(expires_at=F("created_at"))  # over for good
    unconfirmed.filter(created_at__lt=now - REMEMBERED).delete()
    return count


def _gone_on(batch: int) -> int:
    """One file that fails does not keep the others waiting."""
    try:
        return carry_out(batch)
    except Exception:
        logger.exception("import %s could not be carried out", batch)
        return 0


# --- pieces ---------------------------------------------------------------------------------------------------------


def _locked(batch: PolicyImport) -> PolicyImport:
    locked = PolicyImport.objects.select_for_update().filter(pk=batch.pk).first()
    if locked is None:
        raise Refused(_("This preview has been discarded."))
    return locked


def _take_next(batch: int) -> bool:
    waiting = ImportRow.objects.filter(batch=batch, outcome=ImportOutcome.WAITING).order_by("number")
    with transaction.atomic():
        row = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("batch__uploader").first()
        if row is None:
            return False
        by = row.batch.uploader
        with bilingual.speaking(by.language), pghistory.context(user=by.pk):
            settle(row, by)
        row.save(update_fields=["outcome", "said", "policy", "revision"])
    return True


def _finish(batch: int) -> bool:
    """Once nothing waits any more: note what came of it, and tell the reviewers, once for all rows together."""
    with transaction.atomic():
        locked = (
            PolicyImport.objects.select_for_update(of=("self",)).select_related("uploader").filter(pk=batch).first()
        )
        if locked is None or locked.finished_at:
            return True
        if locked.rows.filter(outcome=ImportOutcome.WAITING).exists():
            return False
        before = locked.results.get(ImportOutcome.REVIEW, 0)
        locked.results = dict(
            locked.rows.exclude(outcome="").order_by().values_list("outcome").annotate(count=Count("pk"))
        )
        locked.finished_at = timezone.now()
        locked.save(update_fields=["results", "finished_at"])
        _tell_reviewers(locked, locked.results.get(ImportOutcome.REVIEW, 0) - before)
    return True


def _tell_reviewers(batch: PolicyImport, count: int) -> None:
    if count <= 0:
        return
    at = f"{batch.confirmed_at:%Y%m%d%H%M%S%f}"
    for person in User.objects.with_role(Role.REVIEWER).exclude(pk=batch.uploader_id):
        notify(
            person,
            key=f"import:{batch.pk}:{at}:{person.pk}",
            kind="policy_review",
            text=lambda: _review_text(batch, count),
        )


def _review_text(batch: PolicyImport, count: int) -> Text:
    subject = ngettext("To review: %(count)s policy from a file", "To review: %(count)s policies from a file", count)
    return Text(
        subject % {"count": count},
        _("%(name)s has sent them to review; they come from the file “%(file)s”.")
        % {"name": batch.uploader.name, "file": batch.name},
        f"{reverse('publishing:desk')}?show=review",
    )
