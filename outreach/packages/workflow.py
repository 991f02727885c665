"""Packages for partners: composed, sent to review, published by somebody else, handed over, withdrawn."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from outreach import pieces
from outreach.enums import Publication
from outreach.models import PackagePiece, PackageVersion, Partner, PartnerPackage
from outreach.models.shared import new_code
from outreach.packages import handing, messages, rules
from outreach.packages.lacking import lacking
from outreach.rules import may_organise
from portal.core import bilingual
from portal.core.access import Refused, Verdict, require

TITLES = bilingual.columns("title")
TEXTS = (*bilingual.columns("introduction"), *bilingual.columns("why"))
WORDS = bilingual.columns("words")
Rule = Callable[[Any, PackageVersion], Verdict]


def begin(*, by: User, content: Mapping[str, str]) -> PackageVersion:
    """A new package with its first version, a draft."""
    require(may_organise(by))
    title = content.get("title_en") or content.get("title_zh_hans") or ""
    if not title.strip():
        raise Refused(_("Give a title in at least one language."))
    slug = f"{slugify(title)[:60] or 'package'}-{new_code(4).lower()}"
    with transaction.atomic():
        package = PartnerPackage.objects.create(slug=slug, **{name: content.get(name, "") for name in TITLES})
        texts = {name: content.get(name, "") for name in TEXTS}
        return PackageVersion.objects.create(package=package, number=1, author=by, **texts)


def rewrite(version: PackageVersion, *, by: User, content: Mapping[str, str], seen: int | None = None) -> None:
    """Change the texts of a draft. Whoever changes it is its author from then on, and so cannot publish it."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_compose, seen)
        for name in TEXTS:
            setattr(locked, name, content.get(name, ""))
        for name in TITLES:
            setattr(locked.package, name, content.get(name, ""))
        locked.package.save(update_fields=TITLES)
        _save(locked, *TEXTS, author=by)


def add(version: PackageVersion, *, by: User, **what: Any) -> PackagePiece:
    """Put a published thing at the end; a second click changes nothing."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_compose)
        piece: PackagePiece = pieces.add(locked.pieces, **what)
        if any(problem.code in ("withdrawn", "dead") for problem in pieces.problems(piece)):
            raise Refused(_("Only what is published and holds goes into a package."))
        _save(locked, author=by)
        return piece


def reword(version: PackageVersion, pk: int, *, by: User, content: Mapping[str, str], seen: int | None = None) -> None:
    """Why a piece is in the package."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_compose, seen)
        piece = _piece(locked, pk)
        for name in WORDS:
            setattr(piece, name, content.get(name, ""))
        piece.save(update_fields=WORDS)
        _save(locked, author=by)


def arrange(version: PackageVersion, pk: int, act: str, *, by: User) -> None:
    """One piece: up, down, remove, or refresh (as the policy is now)."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_compose)
        piece = _piece(locked, pk)
        if act in ("up", "down"):
            pieces.move(locked.pieces, pk, up=act == "up")
        elif act == "remove":
            piece.delete()
        elif act == "refresh" and piece.policy is not None:
            piece.version = piece.policy.version
            piece.save(update_fields=["version"])
        _save(locked, author=by)


def send(version: PackageVersion, *, by: User) -> None:
    """To review, once nothing is missing."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_compose)
        _complete(locked)
        _save(locked, state=Publication.IN_REVIEW, remark="")


def take_back(version: PackageVersion, *, by: User, remark: str = "") -> None:
    """To be changed again; a reviewer says what."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_take_back)
        _save(locked, state=Publication.DRAFT, remark=remark.strip()[:500])
        if by.pk != locked.author_id:
            messages.sent_back(locked)


def publish(version: PackageVersion, *, by: User, seen: int | None = None) -> None:
    """Published by somebody else. The version before is superseded in the same moment, and whoever has it gets this."""
    with transaction.atomic():
        PartnerPackage.objects.select_for_update().get(pk=version.package_id)
        locked = _locked(version, by, rules.may_publish, seen)
        _complete(locked)
        now = timezone.now()
        before = PackageVersion.objects.select_for_update().filter(
            package_id=locked.package_id, state=Publication.PUBLISHED
        )
        for old in before:
            _save(old, state=Publication.SUPERSEDED, ended_at=now)
        _save(locked, state=Publication.PUBLISHED, reviewer=by, published_at=now)
        handing.hand_on(locked, by=by)


def withdraw(version: PackageVersion, *, by: User, reason: Mapping[str, str]) -> None:
    """Off at once, with the reason in both languages; every copy says so, and its partners are told."""
    said = {name: reason.get(name, "").strip() for name in bilingual.columns("why")}
    if not all(said.values()):
        raise Refused(_("Say why in both languages: everybody who has the printed code reads it."))
    with transaction.atomic():
        locked = _locked(version, by, rules.may_withdraw)
        _save(locked, state=Publication.WITHDRAWN, ended_at=timezone.now(), **said)
        messages.withdrawn(locked)


def renew(version: PackageVersion, *, by: User) -> PackageVersion:
    """A draft of the next version with the same pieces, each policy as it is now. A second click gives the same one."""
    require(may_organise(by))
    with transaction.atomic():
        package = PartnerPackage.objects.select_for_update().get(pk=version.package_id)
        known = package.versions.filter(state__in=rules.OPEN).first()
        if known is not None:
            return known
        source = PackageVersion.objects.select_related("package").get(pk=version.pk)
        require(rules.may_renew(by, source))
        last = package.versions.aggregate(last=Max("number"))["last"] or 0
        texts = {name: getattr(source, name) for name in bilingual.columns("introduction")}
        made = PackageVersion.objects.create(package=package, number=last + 1, author=by, **texts)
        pieces.copy(source.pieces.select_related("policy"), made.pieces, WORDS)
        return made


def discard(version: PackageVersion, *, by: User) -> None:
    """A draft that nobody needs; with it the package, if it never had another version."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_compose)
        package = locked.package
        locked.delete()
        if not package.versions.exists():
            package.delete()


def hand_over(version: PackageVersion, partners: list[Partner], *, by: User) -> int:
    """Give the published version to partners; who has it already is left alone. Returns how many are new."""
    with transaction.atomic():
        locked = _locked(version, by, rules.may_hand_over)
        return sum(handing.give(locked, partner, by=by) for partner in partners)


def _locked(version: PackageVersion, by: User, rule: Rule, seen: int | None = None) -> PackageVersion:
    rows = PackageVersion.objects.select_for_update(of=("self",)).select_related("package", "author")
    locked = rows.filter(pk=version.pk).first()
    if locked is None:
        raise Refused(_("This draft was discarded."))
    require(rule(by, locked))
    if seen is not None and seen != locked.lock_version:
        raise Refused(_("Somebody has changed this since you opened it. Read it once more."))
    return locked


def _piece(version: PackageVersion, pk: int) -> PackagePiece:
    piece = version.pieces.select_related("policy").filter(pk=pk).first()
    if piece is None:
        raise Refused(_("This piece is no longer there."))
    return piece


def _save(version: PackageVersion, *names: str, **values: Any) -> None:
    for name, value in values.items():
        setattr(version, name, value)
    version.lock_version += 1
    try:
        with transaction.atomic():
            version.save(update_fields=[*names, *values, "lock_version"])
    except IntegrityError as error:
        raise Refused(_("Somebody else was quicker. Read it once more.")) from error


def _complete(version: PackageVersion) -> None:
    found = lacking(version)
    if found:
        raise Refused(" ".join(found))
