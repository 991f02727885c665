"""What the pages of packages read."""

from typing import Any

from django.db.models import Count, QuerySet

from outreach import pieces
from outreach.enums import Publication
from outreach.models import HandOver, PackageVersion, Partner, ShareLink

TONES = {
    Publication.DRAFT: "quiet",
    Publication.IN_REVIEW: "info",
    Publication.PUBLISHED: "ok",
    Publication.SUPERSEDED: "warn",
    Publication.WITHDRAWN: "bad",
}
LINKED = ("version__package", "partner__logo")


def tone(version: PackageVersion) -> str:
    return TONES[Publication(version.state)]


def listed() -> QuerySet[PackageVersion]:
    """All versions for the desk."""
    rows = PackageVersion.objects.select_related("package", "author")
    return rows.annotate(partners=Count("hand_overs", distinct=True), things=Count("pieces", distinct=True))


def link_of(code: str) -> ShareLink | None:
    """The link of a printed code; people type small letters too."""
    return ShareLink.objects.select_related(*LINKED).filter(code=code.upper()).first()


def own(user: Any) -> QuerySet[HandOver]:
    """What was handed over to the partners that the person speaks for."""
    rows = HandOver.objects.select_related("version__package", "partner__logo", "received_by")
    return rows.filter(partner__in=Partner.objects.of_contact(user))


def pieces_of(version: PackageVersion) -> list[dict[str, Any]]:
    """Each piece as it is shown, with what is wrong with it today."""
    found = []
    for piece in pieces.loaded(version.pieces):
        problems = pieces.problems(piece)
        gone = any(problem.code == "withdrawn" for problem in problems)
        after = piece.policy.replaced_by if piece.policy else None
        found.append(
            {
                "piece": piece,
                "shown": pieces.shown(piece),
                "problems": problems,
                "gone": gone,
                "after": after if after and after.published_at else None,
                "told": [p for p in problems if p.code in ("withdrawn", "dead", "changed")],
            }
        )
    return found
