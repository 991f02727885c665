"""What the pages of packages read."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from outreach import pieces
from outreach.enums import OccasionState, Publication
from outreach.models import Bulletin, HandOver, Material, Occasion, PackageVersion, Partner, ShareLink
from policies.interpretation.naming import title_of
from policies.models import Interpretation, Policy
from portal.core import bilingual

FOUND = 6
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


def to_add(words: str, version: PackageVersion | Bulletin) -> list[dict[str, Any]]:
    """What is published and called so, by kind; the newest when nothing was asked for."""
    held = list(version.pieces.values_list("policy", "interpretation", "material", "event"))
    policies, interpretations, materials, events = ({row[n] for row in held} - {None} for n in range(4))
    rows: list[tuple[str, Any]] = [
        ("policy", Policy.objects.in_force().filter(_called(words)).exclude(pk__in=policies).order_by("-changed_at")),
        ("material", Material.objects.filter(_called(words), withdrawn_at=None).exclude(pk__in=materials)),
        ("event", _events(words).exclude(pk__in=events)),
    ]
    found = [(kind, row, row.title) for kind, some in rows for row in some[:FOUND]]
    readable = Interpretation.objects.published().exclude(pk__in=interpretations).prefetch_related("links__policy")
    if words:
        policy_called = Q(links__policy__title_en__icontains=words)
        policy_called |= Q(links__policy__title_zh_hans__icontains=words)
        readable = readable.filter(policy_called | Q(content__icontains=words)).distinct()
    found += [("interpretation", row, title_of(row)) for row in readable.order_by("-pk")[:FOUND]]
    return [{"kind": kind, "pk": row.pk, "title": title} for kind, row, title in found]


def _events(words: str) -> QuerySet[Occasion]:
    rows = Occasion.objects.filter(_called(words), kind="event", state=OccasionState.PUBLISHED)
    return rows.order_by("-day", "-pk")


def _called(words: str) -> Q:
    if not words:
        return Q()
    columns = bilingual.columns("title")
    return Q(**{f"{columns[0]}__icontains": words}) | Q(**{f"{columns[1]}__icontains": words})
