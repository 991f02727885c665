"""An issue of the bulletin: composed, checked, published by somebody else, corrected in the open."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import Text, notify
from outreach import pieces
from outreach.enums import BulletinKind, Publication
from outreach.models import Bulletin, BulletinPiece, Correction
from outreach.rules import may_organise, may_publish
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day

TEXTS = (*bilingual.columns("title"), *bilingual.columns("words"))
OWN = (*bilingual.columns("heading"), *bilingual.columns("words"))


def next_number(year: int) -> int:
    """The first free number of the year."""
    numbered = Bulletin.objects.filter(kind=BulletinKind.BULLETIN, year=year)
    return (numbered.aggregate(last=Max("issue"))["last"] or 0) + 1


def begin(*, by: User, content: Mapping[str, str]) -> Bulletin:
    """A new draft with the next number of this year."""
    require(may_organise(by))
    if not any((content.get(name) or "").strip() for name in bilingual.columns("title")):
        raise Refused(_("Give a title in at least one language."))
    today = local_day()
    with transaction.atomic():
        list(Bulletin.objects.select_for_update().filter(year=today.year))  # two beginners take two numbers
        number = next_number(today.year)
        texts = {name: content.get(name, "") for name in TEXTS}
        facts = {"slug": f"{today.year}-{number}", "year": today.year, "issue": number, "day": today}
        try:
            with transaction.atomic():
                return Bulletin.objects.create(author=by, **facts, **texts)
        except IntegrityError as error:  # nothing to lock yet: the first two of a year
            raise Refused(_("Somebody else was quicker. Read it once more.")) from error


def rewrite(bulletin: Bulletin, *, by: User, content: Mapping[str, str], seen: int | None = None) -> None:
    """Other texts; whoever changes a draft is its author from then on."""
    with transaction.atomic():
        row = _draft(bulletin, by, seen)
        _save(row, author=by, **{name: content.get(name, "") for name in TEXTS})


def add(bulletin: Bulletin, *, by: User, **what: Any) -> BulletinPiece:
    """Something published, or words of the editor's own, at the end."""
    with transaction.atomic():
        row = _draft(bulletin, by)
        if set(what) & set(OWN):
            _whole(what)
        piece: BulletinPiece = pieces.add(row.pieces, **what)
        if any(problem.code in ("withdrawn", "dead") for problem in pieces.problems(piece)):
            raise Refused(_("Only what is published and holds goes into an issue."))
        _save(row, author=by)
    return piece


def reword(bulletin: Bulletin, pk: int, *, by: User, content: Mapping[str, str], seen: int | None = None) -> None:
    """The editor's own words, changed where they stand."""
    with transaction.atomic():
        row = _draft(bulletin, by, seen)
        piece = row.pieces.filter(pieces.OF_WORDS, pk=pk).first()
        if piece is None:
            raise Refused(_("This piece is no longer there."))
        _whole(content)
        for name in OWN:
            setattr(piece, name, content[name])
        piece.save(update_fields=OWN)
        _save(row, author=by)


def arrange(bulletin: Bulletin, pk: int, act: str, *, by: User) -> None:
    """One piece up, down, out, or its policy taken as it is now."""
    with transaction.atomic():
        row = _draft(bulletin, by)
        piece = row.pieces.select_related("policy").filter(pk=pk).first()
        if piece is None:
            raise Refused(_("This piece is no longer there."))
        if act in ("up", "down"):
            pieces.move(row.pieces, pk, up=act == "up")
        elif act == "remove":
            piece.delete()
        elif act == "refresh" and piece.policy is not None:
            piece.version = piece.policy.version
            piece.save(update_fields=["version"])
        _save(row, author=by)


def lacking(bulletin: Bulletin) -> list[str]:
    """What stands between the issue and its publication, a sentence each; stale translations are named."""
    found = [_("Title and words of the editor are needed in both languages.")] if _gaps(bulletin) else []
    rows = list(pieces.loaded(bulletin.pieces.all()))
    if not rows:
        found.append(_("There is nothing in the issue yet."))
    for row in rows:
        title = pieces.shown(row).title or _("Words of the editor")
        for problem in pieces.problems(row):
            found.append(_("%(title)s: %(problem)s") % {"title": title, "problem": problem.text})
    return found


def send(bulletin: Bulletin, *, by: User) -> None:
    """To review, once nothing is lacking."""
    with transaction.atomic():
        row = _draft(bulletin, by)
        _complete(row)
        _save(row, state=Publication.IN_REVIEW, remark="")


def take_back(bulletin: Bulletin, *, by: User, remark: str = "") -> None:
    """To be changed again; a reviewer says what, and the author is told."""
    with transaction.atomic():
        row = _locked(bulletin)
        require(may_organise(by))
        _in(row, Publication.IN_REVIEW)
        _save(row, state=Publication.DRAFT, remark=remark.strip()[:500])
        if row.author is not None and by.pk != row.author_id:
            key = f"bulletin-back:{row.pk}:{row.lock_version}"
            notify(row.author, key=key, kind="bulletin", text=lambda: _sent_back(row))


def publish(bulletin: Bulletin, *, by: User, seen: int | None = None) -> None:
    """By somebody other than the author; checked once more in the same moment. The mail follows by itself."""
    with transaction.atomic():
        row = _locked(bulletin, seen)
        require(may_publish(by, row.author_id))
        _in(row, Publication.IN_REVIEW)
        _complete(row)
        now = timezone.now()
        _save(row, state=Publication.PUBLISHED, reviewer=by, published_at=now, day=local_day(now))


def correct(bulletin: Bulletin, *, by: User, text: Mapping[str, str], piece: int | None = None) -> Correction:
    """What was wrong and what is right, in both languages; it stays with the issue for good."""
    said = {name: (text.get(name) or "").strip() for name in bilingual.columns("text")}
    if not all(said.values()):
        raise Refused(_("A correction is needed in both languages."))
    with transaction.atomic():
        row = _locked(bulletin)
        require(may_publish(by, None))
        _in(row, Publication.PUBLISHED)
        at = row.pieces.filter(pk=piece).first() if piece else None
        return Correction.objects.create(bulletin=row, piece=at, by=by, **said)


def _sent_back(bulletin: Bulletin) -> Text:
    subject = _("Back to you: %(issue)s") % {"issue": bulletin.title}
    return Text(subject, bulletin.remark, reverse("bulletins:compose", args=[bulletin.slug]))


def _gaps(bulletin: Bulletin) -> bool:
    return not all((getattr(bulletin, name) or "").strip() for name in TEXTS)


def _complete(bulletin: Bulletin) -> None:
    found = lacking(bulletin)
    if found:
        raise Refused(" ".join(found[:5]))


def _whole(content: Mapping[str, Any]) -> None:
    if not all((content.get(name) or "").strip() for name in OWN):
        raise Refused(_("Heading and text are needed in both languages."))


def _draft(bulletin: Bulletin, by: User, seen: int | None = None) -> Bulletin:
    require(may_organise(by))
    row = _locked(bulletin, seen)
    _in(row, Publication.DRAFT)
    return row


def _locked(bulletin: Bulletin, seen: int | None = None) -> Bulletin:
    row = Bulletin.objects.select_for_update().get(pk=bulletin.pk)
    if seen is not None and seen != row.lock_version:
        raise Refused(_("Somebody has changed this since you opened it. Read it once more."))
    return row


def _in(bulletin: Bulletin, state: Publication) -> None:
    if bulletin.state != state:
        raise Refused(_("This issue is in another state now. Please look at it again."))


def _save(bulletin: Bulletin, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(bulletin, name, value)
    bulletin.lock_version += 1
    bulletin.save(update_fields=[*fields, "lock_version"])
