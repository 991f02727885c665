"""Rows of investment in their final state."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.enums import Role
from enterprises.models import Enterprise
from investment.enums import Kind, ProviderKind, State
from investment.models import Keeper, Need, Provider, Resource, ResourceFile, Viewing
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory

number = count(1)


def both(**texts: str) -> dict[str, str]:
    """title="A" → title_en="A", title_zh_hans="A（中）"."""
    pairs = ((f"{name}_en", f"{name}_zh_hans", text) for name, text in texts.items())
    return {name: text for en, zh, text in pairs for name, text in ((en, text), (zh, f"{text}（中）"))}


def provider(**fields: Any) -> Provider:
    return Provider.objects.create(**{"kind": ProviderKind.PARK, **both(name=f"§ {next(number)}"), **fields})


def keeper(of: Provider, **fields: Any) -> Any:
    """The person."""
    user = fields.pop("user", None) or UserFactory()
    Keeper.objects.create(provider=of, user=user, email=user.email, name="№ 1", **fields)
    return user


def official(*roles: str) -> Any:
    return UserFactory(roles=list(roles or [Role.REVIEWER]))


def resource(of: Provider | None = None, days: int = 0, **fields: Any) -> Resource:
    """Published, and confirmed so many days ago."""
    when = timezone.now() - timedelta(days=days)
    known: dict[str, Any] = {
        "provider": of or provider(),
        "kind": Kind.PREMISES,
        "state": State.PUBLISHED,
        "area_m2": 200,
        "rent": 4,
        "published_at": when,
        "confirmed_at": when,
        **both(title=f"§ {next(number)}", about="№ 2"),
        **fields,
    }
    known.setdefault("author", UserFactory())
    known.setdefault("rent_day", known["rent"])
    return Resource.objects.create(**known)


def member(enterprise: Enterprise | None = None) -> Any:
    """Somebody who acts for an enterprise; `.enterprise` is it."""
    membership = MembershipFactory(**({"enterprise": enterprise} if enterprise else {}))
    person = membership.user
    person.enterprise = membership.enterprise
    return person


def need(by: Any = None, **fields: Any) -> Need:
    by = by or member()
    known = {"kind": Kind.PREMISES, "area_from": 150, "area_to": 250, "budget": 5, "budget_day": 5, **fields}
    return Need.objects.create(enterprise=by.enterprise, author=by, **known)


# --- who gets in: tests/test_access_matrix.py; the other enterprise's owner is the keeper --------------

TABLE: dict[str, tuple[str, str]] = {
    **{f"investment:{name}": ("G", "ostchelraduv") for name in ("list", "places", "compare", "resource", "file")},
    **{f"investment:{name}": ("G", "os") for name in ("interest", "needs", "need-new", "viewing")},
    "investment:viewing-act": ("P", "os"),
    "investment:need": ("G", "oa"),
    "investment:need-change": ("G", "o"),
    **{f"investment:{name}": ("P", "o") for name in ("need-close", "mark")},
    **{f"investment:{name}": ("G", "sera") for name in ("room", "entry-new", "entry", "entry-edit")},
    **{f"investment:{name}": ("P", "sera") for name in ("entry-act", "picture", "picture-drop")},
    **{f"investment:{name}": ("G", "era") for name in ("providers", "provider-new", "provider", "provider-edit")},
    **{f"investment:{name}": ("P", "era") for name in ("appoint", "dismiss")},
}
NO_PAGES = {"investment:file"}


def picture_of(row: Resource) -> ResourceFile:
    stored = ResourceFile(resource=row, content_type="image/jpeg", size=1, sha256="0" * 64, **both(about="№ 2"))
    stored.file.save("picture.jpg", ContentFile(b"picture"))
    return stored


def viewing(of: Resource, by: Any, **fields: Any) -> Viewing:
    slots = [timezone.now() + timedelta(days=2)]
    return Viewing.objects.create(
        **{"resource": of, "enterprise": by.enterprise, "asked_by": by, "slots": slots} | fields
    )


def addresses(people: dict[str, Any], enterprise: Enterprise) -> dict[str, list[Any]]:
    of = provider()
    keeper(of, user=people["s"])
    row, former = resource(of), keeper(of)
    people["o"].enterprise = enterprise
    wanted, stored = need(people["o"], section="I"), picture_of(row)
    met = viewing(row, people["o"])
    return {
        **{f"investment:{name}": [row.pk] for name in ("resource", "interest", "entry", "entry-edit", "picture")},
        "investment:file": [stored.key],
        **{f"investment:{name}": [wanted.pk] for name in ("need", "need-change", "need-close")},
        "investment:mark": [wanted.pk, row.pk, "shortlist"],
        "investment:viewing": [met.pk],
        "investment:viewing-act": [met.pk, "propose"],
        "investment:entry-act": [row.pk, "confirm"],
        "investment:picture-drop": [row.pk, stored.key],
        **{f"investment:{name}": [of.pk] for name in ("provider", "provider-edit", "appoint")},
        "investment:dismiss": [Keeper.objects.get(user=former).pk],
    }
