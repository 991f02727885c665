"""What is done with a memorandum: written, signed, renewed, ended; its tasks and its yearly reviews."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from outreach.enums import MemorandumState, TaskState
from outreach.files import checked, keep
from outreach.models import Amendment, JointTask, Memorandum, Partner, YearlyReview
from outreach.partners import messages
from outreach.partners.queries import own_tasks
from outreach.rules import may_organise
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Refused, Verdict, require
from portal.core.calendar import local_day

S = MemorandumState
FACTS = (
    *("number", "title_zh_hans", "title_en", "district_side_zh_hans", "district_side_en"),
    *("areas", "summary_zh_hans", "summary_en", "begins_on", "ends_on", "public"),
)
PAIRS = ("title", "district_side", "summary")


def _locked(memorandum: Memorandum, *, seen: int | None = None) -> Memorandum:
    row = Memorandum.objects.select_for_update(of=("self",)).select_related("steward").get(pk=memorandum.pk)
    if seen is not None and row.lock_version != seen:
        raise Refused(_("Somebody has changed this in the meantime. Look at it again first."))
    return row


def write(
    memorandum: Memorandum | None,
    *,
    by: Any,
    facts: dict[str, Any],
    parties: Iterable[Partner],
    file: UploadedFile | None = None,
    seen: int | None = None,
) -> Memorandum:
    """A draft, kept as it is so far; what was signed is changed no more. It is looked after by whoever began it."""
    require(may_organise(by))
    read = checked_pdf(file) if file else None
    with transaction.atomic():
        row = _locked(memorandum, seen=seen) if memorandum else Memorandum(steward=by)
        if row.state != S.DRAFT:
            raise Refused(_("What has been signed is no longer changed. Amend it, renew it, or end it."))
        for name in FACTS:
            setattr(row, name, facts[name])
        if file and read:
            row.file = keep(file, read, by=by)
        row.lock_version += 1
        row.save(update_fields=[*FACTS, "file", "lock_version"] if memorandum else None)
        row.parties.set(parties)
    return row


def checked_pdf(file: UploadedFile) -> Any:
    """The facts of a PDF file; anything else is refused."""
    facts = checked(file)
    if facts.content_type != "application/pdf":
        raise Refused(_("The signed memorandum has to be a PDF file."))
    return facts


def missing(memorandum: Memorandum) -> list[str]:
    """What has to be there before it can be signed, in words."""
    names = {"title": _("title"), "district_side": _("on the district's side"), "summary": _("what was agreed")}
    languages = {"zh-hans": _("in Chinese"), "en": _("in English")}
    texts = [
        f"{names[name]} ({languages[language]})"
        for name in PAIRS
        for language, column in zip(bilingual.LANGUAGES, bilingual.columns(name), strict=True)
        if not getattr(memorandum, column)
    ]
    others = {
        _("a partner"): memorandum.parties.exists(),
        _("an area of cooperation"): bool(memorandum.areas),
        _("the days on which it begins and ends"): bool(memorandum.begins_on and memorandum.ends_on),
        _("the signed file"): memorandum.file_id is not None,
    }
    return texts + [words for words, there in others.items() if not there]


def sign(memorandum: Memorandum, *, by: Any, on: date, seen: int | None = None) -> Memorandum:
    """It was signed on that day: it holds, both sides are told, and the public sees it."""
    require(may_organise(by))
    with transaction.atomic():
        row = _locked(memorandum, seen=seen)
        if row.state != S.DRAFT:
            raise Refused(_("This memorandum has been signed already."))
        if lacks := missing(row):
            raise Refused(_("Before it is signed it needs: %(what)s.") % {"what": _(", ").join(lacks)})
        if on > local_day():
            raise Refused(_("The day of signing cannot lie in the future."))
        if row.ends_on is None or row.ends_on < on:
            raise Refused(_("It would end before it was signed."))
        row.state, row.signed_on, row.lock_version = S.SIGNED, on, row.lock_version + 1
        row.save(update_fields=["state", "signed_on", "lock_version"])
        messages.signed(row)
    return row


def amend(
    memorandum: Memorandum,
    *,
    by: Any,
    facts: dict[str, Any],
    why: dict[str, str],
    file: UploadedFile | None = None,
    seen: int | None = None,
) -> Memorandum:
    """What holds is put right: a new version with the reason in both languages; the old one is kept as it was, its
    signed file too. Its partners stay: other partners sign another memorandum."""
    require(may_organise(by))
    if not all(why.get(language, "").strip() for language in bilingual.LANGUAGES):
        raise Refused(_("Say in both languages why it is amended."))
    read = checked_pdf(file) if file else None
    with transaction.atomic():
        row = _locked(memorandum, seen=seen)
        if row.state != S.SIGNED:
            raise Refused(_("Only a memorandum that holds can be amended."))
        before = {name: getattr(row, name) for name in FACTS}
        changed = [name for name in FACTS if (facts[name] or "") != (before[name] or "")]
        if not changed and file is None:
            raise Refused(_("Nothing is different from what holds now."))
        kept = Amendment(memorandum=row, number=row.amendments.count() + 1, before=before, file=row.file, by=by)
        kept.created_at = timezone.now()
        for name in changed:
            setattr(row, name, facts[name])
        _require_whole(row)
        if file and read:
            row.file = keep(file, read, by=by)
        for language, column in zip(bilingual.LANGUAGES, bilingual.columns("why"), strict=True):
            setattr(kept, column, why[language].strip())
        row.lock_version += 1
        row.save(update_fields=[*changed, "file", "lock_version"])
        kept.save()
        messages.amended(row, kept)
    return row


def _require_whole(row: Memorandum) -> None:
    """An amendment leaves nothing out, and does not end what holds."""
    if lacks := missing(row):
        raise Refused(_("An amended memorandum needs: %(what)s.") % {"what": _(", ").join(lacks)})
    if row.ends_on and row.ends_on < local_day():
        raise Refused(_("An amendment does not end a memorandum: end it early instead."))


def end_early(memorandum: Memorandum, *, by: Any, on: date, why: dict[str, str], seen: int | None = None) -> Memorandum:
    """It ends today or ended before, and says why in both languages. why: by language ("zh-hans", "en")."""
    require(may_organise(by))
    if not all(why.get(language, "").strip() for language in bilingual.LANGUAGES):
        raise Refused(_("Say in both languages why it ends early."))
    with transaction.atomic():
        row = _locked(memorandum, seen=seen)
        if row.state != S.SIGNED:
            raise Refused(_("Only a memorandum that holds can be ended."))
        earliest = row.begins_on or row.signed_on or on
        if not earliest <= on <= local_day() or (row.ends_on and on > row.ends_on):
            raise Refused(_("Choose a day from its beginning up to today."))
        row.state, row.ends_on, row.lock_version = S.ENDED, on, row.lock_version + 1
        for language, column in zip(bilingual.LANGUAGES, bilingual.columns("ended_why"), strict=True):
            setattr(row, column, why[language].strip())
        row.save(update_fields=["state", "ends_on", "lock_version", *bilingual.columns("ended_why")])
        messages.ended(row)
    return row


def expire(memorandum: Memorandum) -> bool:
    """Its last day is over; False when somebody was quicker."""
    with transaction.atomic():
        row = _locked(memorandum)
        if row.state != S.SIGNED or row.ends_on is None or row.ends_on >= local_day():
            return False
        row.state, row.lock_version = S.ENDED, row.lock_version + 1
        row.save(update_fields=["state", "lock_version"])
        messages.ended(row)
    return True


def renew(memorandum: Memorandum, *, by: Any) -> Memorandum:
    """A draft of the next one, with the same partners and texts and the term after this one; asked for again, the
    same draft."""
    require(may_organise(by))
    with transaction.atomic():
        row = _locked(memorandum)
        if row.state == S.DRAFT:
            raise Refused(_("A draft is not renewed: change it."))
        known = Memorandum.objects.filter(renews=row).first()
        if known:
            return known
        new = Memorandum(renews=row, steward=by, areas=row.areas, public=row.public)
        for name in (column for pair in PAIRS for column in bilingual.columns(pair)):
            setattr(new, name, getattr(row, name))
        if row.ends_on:
            new.begins_on = row.ends_on + timedelta(days=1)
        new.save()
        new.parties.set(row.parties.all())
    return new


def hand_over(memorandum: Memorandum, *, by: Any, to: Any) -> None:
    """Somebody else of those who may looks after it from now on."""
    require(may_organise(by))
    require(may_organise(to))
    with transaction.atomic():
        row = _locked(memorandum)
        row.steward = to
        row.save(update_fields=["steward"])


def add_task(memorandum: Memorandum, *, by: Any, titles: dict[str, str], due_on: date | None) -> JointTask:
    """Something both sides do; named in both languages."""
    require(may_organise(by))
    with transaction.atomic():
        row = _locked(memorandum)
        if row.state == S.ENDED:
            raise Refused(_("This memorandum has ended."))
        if due_on and due_on < local_day():
            raise Refused(_("This day is over already."))
        task = JointTask(memorandum=row, due_on=due_on, changed_by=by, changed_at=timezone.now())
        task.title_zh_hans, task.title_en = titles["zh-hans"], titles["en"]  # type: ignore[attr-defined]
        task.save()
        if row.state == S.SIGNED:
            messages.task_changed(task, by=by)
    return task


def may_move(user: Any, task: JointTask) -> Verdict:
    """Those who organise, and the contacts of its partners."""
    if may_organise(user) or own_tasks(user).filter(pk=task.pk).exists():
        return Allowed()
    return Denied(_("Only the two sides of the memorandum can do this."))


def move_task(task: JointTask, *, by: Any, progress: int, note: str = "", drop: bool = False) -> JointTask:
    """Where it stands: all of it done closes it, and less than all opens it again. Only the district drops one."""
    require(may_move(by, task))
    if not 0 <= progress <= 100:
        raise Refused(_("Progress is from 0 to 100 per cent."))
    if drop:
        require(may_organise(by))
    with transaction.atomic():
        row = JointTask.objects.select_for_update(of=("self",)).select_related("memorandum__steward").get(pk=task.pk)
        if row.memorandum.state == S.ENDED:
            raise Refused(_("This memorandum has ended."))
        state = TaskState.DROPPED if drop else TaskState.DONE if progress == 100 else TaskState.OPEN
        if (row.progress, row.state, row.note) == (progress, state, note):
            return row
        row.progress, row.state, row.changed_by, row.changed_at = progress, state, by, timezone.now()
        for language, column in zip(bilingual.LANGUAGES, bilingual.columns("note"), strict=True):
            setattr(row, column, note if language == bilingual.current() else "")
        names = ["progress", "state", "changed_by", "changed_at", *bilingual.columns("note")]
        row.save(update_fields=names)
        messages.task_changed(row, by=by)
    return row


def review(memorandum: Memorandum, *, by: Any, year: int, texts: dict[str, str]) -> YearlyReview:
    """What came of it in a year, in both languages; written again, it replaces what was said."""
    require(may_organise(by))
    if not all(texts.get(language, "").strip() for language in bilingual.LANGUAGES):
        raise Refused(_("A yearly review needs both languages."))
    with transaction.atomic():
        row = _locked(memorandum)
        if row.state == S.DRAFT:
            raise Refused(_("Only what has been signed is reviewed."))
        first, last = years_of(row)
        if not first <= year <= last:
            raise Refused(_("The memorandum did not hold in this year."))
        known = YearlyReview.objects.filter(memorandum=row, year=year).first() or YearlyReview(
            memorandum=row, year=year
        )
        known.by = by
        for language, column in zip(bilingual.LANGUAGES, bilingual.columns("text"), strict=True):
            setattr(known, column, texts[language].strip())
        known.save()
        Memorandum.objects.filter(pk=row.pk).update(lock_version=F("lock_version") + 1)
    return known


def years_of(memorandum: Memorandum) -> tuple[int, int]:
    """The first and the last year that can be reviewed so far."""
    today = local_day()
    begins = memorandum.begins_on or memorandum.signed_on
    last = min(today, memorandum.ends_on) if memorandum.ends_on else today
    return (begins.year if begins else today.year), last.year
