from typing import Any

from django.core.files.base import ContentFile

from outreach.enums import MemorandumState
from outreach.models import Amendment, JointTask, Memorandum, StoredFile
from portal.core.calendar import local_day
from tests.factories import outreach as make

PUBLIC = "ostchelraduv"
TABLE = {
    **{f"partners:{name}": ("G", PUBLIC) for name in ("list", "detail")},
    "partners:own": ("G", "os"),  # every contact of a partner; the other one is invited for an event
    "partners:own-memorandum": ("G", "o"),
    "partners:join": ("P", "os"),
    "partners:own-task": ("P", "o"),
    "partners:file": ("G", "oelradu"),
    "partners:old-file": ("G", "oelradu"),
    **{f"partners:{name}": ("G", "elradu") for name in ("desk", "partner", "memorandum")},
    **{
        f"partners:{name}": ("G", "era")
        for name in ("new", "edit", "invite", "memorandum-new", "memorandum-edit", "memorandum-amend")
    },
    **{f"partners:{name}": ("P", "era") for name in ("end-contact", "task", "memorandum-act")},
}
NO_PAGES = {"partners:file", "partners:old-file"}


def memorandum(*parties: Any, state: str = MemorandumState.SIGNED, file: bool = True, **fields: Any) -> Memorandum:
    """Complete, and holding for a year from today."""
    day = local_day()
    known: dict[str, Any] = {
        "state": state,
        "areas": ["policy"],
        "signed_on": None if state == MemorandumState.DRAFT else day,
        "begins_on": day,
        "ends_on": day.replace(year=day.year + 1, day=min(day.day, 28)),
        **make.both(title=f"§ {next(make.count)}", district_side="№ 1", summary="№ 2"),
    }
    scan = StoredFile(name="1.pdf", content_type="application/pdf", size=1, sha256="0" * 64)
    if file:
        scan.file.save("1.pdf", ContentFile(b"%PDF-1.4"))
        known["file"] = scan
    row = Memorandum.objects.create(**{**known, **fields})
    row.parties.set(parties)
    return row


def amended(row: Memorandum, **fields: Any) -> Amendment:
    """A version that no longer holds, with its own file."""
    known = {"number": 1, "file": row.file, "by": make.organiser(), **make.both(why="§ 3")}
    return Amendment.objects.create(memorandum=row, **{**known, **fields})


def task(of: Memorandum, **fields: Any) -> JointTask:
    return JointTask.objects.create(memorandum=of, **{**make.both(title=f"§ {next(make.count)}"), **fields})


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    partner = make.partner()
    make.contact(partner, user=people["o"])
    agreed, draft = memorandum(partner), memorandum(partner, state=MemorandumState.DRAFT)
    other, joint = make.contact(partner), task(agreed)
    return {
        "partners:detail": [partner.slug],
        **{f"partners:{name}": [partner.pk] for name in ("partner", "edit", "invite")},
        **{f"partners:{name}": [agreed.pk] for name in ("own-memorandum", "file", "memorandum")},
        **{f"partners:{name}": [joint.pk] for name in ("own-task", "task")},
        "partners:end-contact": [other.pk],
        "partners:memorandum-edit": [draft.pk],
        "partners:memorandum-amend": [agreed.pk],
        "partners:old-file": [agreed.pk, amended(agreed).number],
        "partners:memorandum-act": [agreed.pk, "renew"],
    }
