from datetime import timedelta
from typing import Any

from django.utils import timezone

from outreach.enums import Publication
from outreach.models import HandOver, PackageVersion, Partner, PartnerPackage, ShareLink
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

PUBLIC = "ostchelraduv"
READ, WRITE = "elradu", "era"
TABLE: dict[str, tuple[str, str]] = {
    **{f"short:{name}": ("G", PUBLIC) for name in ("package", "package-code")},
    **{f"packs:{name}": ("G", PUBLIC) for name in ("page", "sheet", "embed", "came")},
    "packs:owns": ("G", "os"),  # every contact of a partner; the other one is invited for an event
    "packs:own": ("G", "o"),
    "packs:receive": ("P", "o"),
    **{f"packs:{name}": ("G", READ) for name in ("desk", "version", "reach")},
    "packs:new": ("G", WRITE),
    **{f"packs:{name}": ("P", WRITE) for name in ("add", "piece", "hand-over", "act")},
}
NO_PAGES: set[str] = {"short:package", "short:package-code", "packs:embed"}


def version(state: str = Publication.DRAFT, package: PartnerPackage | None = None, **fields: Any) -> PackageVersion:
    """One version, complete in both languages, with one policy in it unless policies=() says otherwise."""
    n, now = next(make.count), timezone.now()
    package = package or PartnerPackage.objects.create(slug=f"package-{n}", **make.both(title=f"§ {n}"))
    policies = fields.pop("policies", None)
    author = fields.pop("author", None) or make.organiser()
    known: dict[str, Any] = make.both(introduction="№ 1", why="№ 2")
    if state not in (Publication.DRAFT, Publication.IN_REVIEW):
        known |= {"reviewer": make.reviewer(), "published_at": now - timedelta(days=1)}
    if state in (Publication.SUPERSEDED, Publication.WITHDRAWN):
        known["ended_at"] = now
    number = fields.pop("number", package.versions.count() + 1)
    row = PackageVersion.objects.create(package=package, number=number, state=state, author=author, **known | fields)
    for place, policy in enumerate([PolicyFactory()] if policies is None else policies, start=1):
        words = make.both(words="№ 3")
        row.pieces.create(position=place, policy=policy, version=policy.version, **words)
    return row


def handed(of: PackageVersion | None = None, to: Partner | None = None, *, contact: Any = True) -> HandOver:
    """A published version in the hands of a partner; contact: whom it has (True: somebody new, None: nobody)."""
    to = to or make.partner()
    if contact:
        make.contact(to, user=UserFactory() if contact is True else contact)
    row = HandOver.objects.create(version=of or version(Publication.PUBLISHED), partner=to)
    ShareLink.objects.create(version=row.version, partner=to)
    return row


def link(of: HandOver) -> ShareLink:
    return ShareLink.objects.get(version=of.version, partner=of.partner)


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    own = handed(contact=people["o"])
    draft = version(author=people["e"])
    code, piece = link(own).code, draft.pieces.get()
    return {
        **{f"packs:{name}": [code] for name in ("page", "sheet", "embed")},
        **{f"short:{name}": [code] for name in ("package", "package-code")},
        **{f"packs:{name}": [own.pk] for name in ("own", "receive")},
        **{f"packs:{name}": [draft.pk] for name in ("version", "reach", "hand-over")},
        "packs:add": [draft.pk],
        "packs:piece": [draft.pk, piece.pk, "remove"],
        "packs:act": [draft.pk, "send"],
    }
