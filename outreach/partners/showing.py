"""How partners' pages tell what there is: one row for a memorandum, wherever it is read."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from outreach.enums import Area, MemorandumState, TaskState
from outreach.models import Memorandum, Partner
from outreach.partners.forms import MemorandumForm, ProgressForm
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

S, T = MemorandumState, TaskState
TONES = {S.DRAFT: "quiet", S.SIGNED: "ok", S.ENDED: "quiet"}
SOON = 90  # days before the end from which the page says so


def facts_of(memorandum: Memorandum, beside: Partner | None = None) -> dict[str, Any]:
    """beside: the partner whose page it is on, who is not named again."""
    left = (memorandum.ends_on - local_day()).days if memorandum.ends_on else None
    holds = memorandum.state == S.SIGNED
    return {
        "memorandum": memorandum,
        "tone": TONES[S(memorandum.state)],
        "parties": [partner for partner in memorandum.parties.all() if partner != beside],
        "areas": [Area(code).label for code in memorandum.areas],
        "reviews": list(memorandum.reviews.all()),
        "amendments": list(memorandum.amendments.all()),
        "days_left": left if holds and left is not None and 0 <= left <= SOON else None,
        "is_over": memorandum.state == S.ENDED,
    }


def versions(memorandum: Memorandum) -> list[dict[str, Any]]:
    """What held before each amendment, in words; the latest first."""
    return [{"amendment": row, "before": _before(row.before, memorandum)} for row in memorandum.amendments.all()]


def _before(old: dict[str, Any], now: Memorandum) -> list[tuple[str, str]]:
    """Of the facts that are different now: the label of the form, and what stood there."""
    fields = MemorandumForm.base_fields
    names = [name for name in fields if name in old]
    return [
        (str(fields[name].label), _word(name, old[name]))
        for name in names
        if str(old[name] or "") != str(getattr(now, name) or "")
    ]


def _word(name: str, value: Any) -> str:
    if name == "areas":
        return " · ".join(str(Area(code).label) for code in value)
    if name == "public":
        return _("Yes") if value else _("No")
    if name in ("begins_on", "ends_on"):
        return day_plain(date.fromisoformat(value)) if value else "—"
    return value or "—"


def task_rows(memorandum: Memorandum, *, official: bool, failed: ProgressForm | None = None) -> list[dict[str, Any]]:
    """Each task with its form, or with the form that was filled in badly."""
    open_to = memorandum.state == S.SIGNED
    rows = []
    for task in memorandum.tasks.all():
        form = ProgressForm(task=task, official=official)
        if failed is not None and failed.prefix == form.prefix:
            form = failed
        late = task.state == T.OPEN and task.due_on is not None and task.due_on < local_day()
        tone = "bad" if late else {T.OPEN: "info", T.DONE: "ok", T.DROPPED: "quiet"}[T(task.state)]
        rows.append({"task": task, "tone": tone, "late": late, "form": form if open_to else None})
    return rows
