"""Service packages: composed from published policies, handed over, withdrawn. One verb per act."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules
from policies.enums import PackageState
from policies.models import Package, PackageItem, Policy
from policies.notices import tell_members
from portal.core.access import Refused, Verdict, require

FIELDS = ("title_zh_hans", "title_en", "introduction_zh_hans", "introduction_en", "theme", "enterprise", "segment")
NOTES = ("note_zh_hans", "note_en")
MAX_ITEMS = 60


def compose(*, by: User, content: Mapping[str, Any]) -> Package:
    """A new package, as a draft that nobody else sees."""
    require(rules.may_compose(by))
    with transaction.atomic():
        package = Package(author=by)
        _fill(package, content)
        package.save()
    return package


def rewrite(package: Package, *, by: User, content: Mapping[str, Any]) -> Package:
    """Change title, introduction, or whom a draft is for."""
    with transaction.atomic():
        locked = _locked(package, by)
        _fill(locked, content)
        locked.save(update_fields=FIELDS)
    return locked


def add(package: Package, policy: Policy, *, by: User) -> PackageItem:
    """Put a published policy at the end; a second click changes nothing."""
    with transaction.atomic():
        locked = _locked(package, by)
        if policy.published_at is None:
            raise Refused(_("Only published policies go into a package."))
        known = locked.items.filter(policy=policy).first()
        if known:
            return known
        if locked.items.count() >= MAX_ITEMS:
            raise Refused(_("A package holds at most %(limit)s policies.") % {"limit": MAX_ITEMS})
        last = locked.items.aggregate(last=Max("position"))["last"] or 0
        return PackageItem.objects.create(package=locked, policy=policy, position=last + 1)


def remove(package: Package, item_id: int, *, by: User) -> None:
    with transaction.atomic():
        _locked(package, by).items.filter(pk=item_id).delete()


def move(package: Package, item_id: int, *, by: User, up: bool) -> None:
    """One place up or down; at the end of the list nothing happens."""
    with transaction.atomic():
        items = list(_locked(package, by).items.all())
        place = next((n for n, item in enumerate(items) if item.pk == item_id), None)
        if place is None:
            raise Refused(_("This policy is no longer in the package."))
        target = place - 1 if up else place + 1
        if not 0 <= target < len(items):
            return
        items.insert(target, items.pop(place))
        for position, item in enumerate(items, start=1):
            item.position = position
        PackageItem.objects.bulk_update(items, ["position"])


def annotate(package: Package, item_id: int, *, by: User, notes: Mapping[str, str]) -> None:
    """Say in both languages why a policy is in the package."""
    with transaction.atomic():
        item = _locked(package, by).items.filter(pk=item_id).first()
        if item is None:
            raise Refused(_("This policy is no longer in the package."))
        for name in NOTES:
            setattr(item, name, notes.get(name, ""))
        item.save(update_fields=NOTES)


def hand_over(package: Package, *, by: User) -> Package:
    """From now on those whom it is for see it. It can no longer be changed, only withdrawn."""
    with transaction.atomic():
        locked = _locked(package, by, rules.may_hand_over)
        locked.state = PackageState.HANDED_OVER
        locked.handed_over_by = by
        locked.handed_over_at = timezone.now()
        locked.save(update_fields=["state", "handed_over_by", "handed_over_at"])
        tell_members(locked)
    return locked


def withdraw(package: Package, *, by: User) -> Package:
    """The package disappears from every enterprise's page."""
    with transaction.atomic():
        locked = _locked(package, by, rules.may_withdraw)
        locked.state = PackageState.WITHDRAWN
        locked.save(update_fields=["state"])
    return locked


def _locked(package: Package, by: User, rule: Callable[[User, Package], Verdict] = rules.may_compose) -> Package:
    locked = Package.objects.select_for_update(of=("self",)).select_related("enterprise", "segment").get(pk=package.pk)
    require(rule(by, locked))
    return locked


def _fill(package: Package, content: Mapping[str, Any]) -> None:
    for name in FIELDS:
        if name in content:
            setattr(package, name, content[name])
    if not (package.title_zh_hans or package.title_en):  # type: ignore[attr-defined]
        raise Refused(_("Give a title in at least one language."))
    if package.enterprise is None and package.segment is None and not package.theme:
        raise Refused(_("Choose the enterprise, the theme or the segment that the package is for."))
