"""What is done with providers and their entries."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from investment import files, messages, rules
from investment.enums import RentUnit, State
from investment.lacking import lacking
from investment.models import Keeper, Provider, Resource, ResourceFile
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day

PROVIDER = (*bilingual.columns("name"), *bilingual.columns("about"), "kind", "phone", "website", "park", "active")
FACTS = (
    *(*bilingual.columns("title"), *bilingual.columns("about"), *bilingual.columns("address")),
    *("park_id", "subdistrict_id", "sections", "area_m2", "area_min_m2", "floor", "rent", "rent_unit", "fitout"),
    *("available_on", "stages", "ticket_min", "ticket_max", "rate", "fee"),
)
A_DAY = Decimal(12) / 365  # of a month's rent


def write_provider(provider: Provider | None, *, by: User, facts: Mapping[str, Any]) -> Provider:
    """A new provider, or other facts about one; named in both languages."""
    require(rules.may_run(by))
    if not (facts.get("name_zh_hans") and facts.get("name_en")):
        raise Refused(_("A provider needs its name in both languages."))
    with transaction.atomic():
        row = Provider.objects.select_for_update().get(pk=provider.pk) if provider else Provider()
        changed = [name for name in PROVIDER if name in facts]
        for name in changed:
            setattr(row, name, facts[name])
        row.save(update_fields=changed if provider else None)
    return row


def appoint(provider: Provider, *, by: User, email: str, name: str) -> Keeper:
    """Somebody keeps the provider's entries from now on. Asked twice, it is the same."""
    require(rules.may_run(by))
    with transaction.atomic():
        Provider.objects.select_for_update().get(pk=provider.pk)
        known = Keeper.objects.active().filter(provider=provider, email__iexact=email).first()
        if known is not None:
            return known
        keeper = Keeper.objects.create(provider=provider, email=email.lower(), name=name, user=_owner_of(email))
        messages.invited(keeper)
    return keeper


def dismiss(keeper: Keeper, *, by: User) -> None:
    """From now on the person keeps nothing of the provider's, and the address is forgotten. Twice is once."""
    require(rules.may_run(by))
    with transaction.atomic():
        row = Keeper.objects.select_for_update().get(pk=keeper.pk)
        if row.ended_on is None:
            row.ended_on, row.email = local_day(), ""
            row.save(update_fields=["ended_on", "email"])


def link_known() -> int:
    """Let in those who have shown since that the address is theirs; returns how many."""
    linked = 0
    for keeper in Keeper.objects.active().filter(user=None):
        owner = _owner_of(keeper.email)
        linked += Keeper.objects.filter(pk=keeper.pk, user=None).update(user=owner) if owner else 0
    return linked


def _owner_of(email: str) -> User | None:
    rows = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    found = rows.select_related("user").first()
    return found.user if found else None


def begin(provider: Provider, *, by: User, kind: str, facts: Mapping[str, Any]) -> Resource:
    """A draft."""
    require(rules.may_keep(by, provider))
    _named(facts)
    row = Resource(provider=provider, kind=kind, author=by)
    _apply(row, facts)
    row.save()
    return row


def rewrite(resource: Resource, *, by: User, facts: Mapping[str, Any], seen: int | None = None) -> Resource:
    """Change a draft; of what is published, propose a change, which holds once somebody else has agreed to it.
    Whoever writes is its author from then on."""
    _named(facts)
    with transaction.atomic():
        row = locked(resource, seen)
        require(rules.may_write(by, row))
        if row.state in rules.OPEN:
            proposed = {name: facts[name] for name in FACTS if name in facts}
            if any(getattr(row, name) != value for name, value in proposed.items()):
                save(row, proposal=proposed, author=by, remark="")
        else:
            _apply(row, facts)
            save(row, *FACTS, "rent_day", author=by)
    return row


def _named(facts: Mapping[str, Any]) -> None:
    if not any((facts.get(name) or "").strip() for name in bilingual.columns("title")):
        raise Refused(_("Give a title in at least one language."))


def _apply(row: Resource, facts: Mapping[str, Any]) -> None:
    for name in FACTS:
        if name in facts:
            field: Any = Resource._meta.get_field(name)
            target = field.target_field if field.is_relation else field
            value = facts[name]
            setattr(row, field.attname, None if value is None else target.to_python(value))
    row.rent_day = per_day(row.rent, row.rent_unit)


def per_day(rent: Decimal | None, unit: str) -> Decimal | None:
    """A rent per m² and day, whatever unit it was given in."""
    if rent is None or unit == RentUnit.DAY:
        return rent
    return (rent * A_DAY).quantize(Decimal("0.0001"))


def proposed(resource: Resource) -> Resource:
    """The row as it would be with its proposal; never saved."""
    changed = Resource.objects.select_related("provider").get(pk=resource.pk)
    _apply(changed, resource.proposal or {})
    return changed


def send(resource: Resource, *, by: User) -> None:
    """To review, once nothing is missing."""
    with transaction.atomic():
        row = locked(resource)
        require(rules.may_send(by, row))
        _complete(row)
        save(row, state=State.IN_REVIEW, remark="")


def take_back(resource: Resource, *, by: User, remark: str = "") -> None:
    """A draft again, or without its proposal; somebody else than its author says what is to be changed."""
    with transaction.atomic():
        row = locked(resource)
        require(rules.may_take_back(by, row))
        state = State.DRAFT if row.state == State.IN_REVIEW else row.state
        save(row, state=state, proposal=None, remark=remark.strip()[:500])
        if by.pk != row.author_id and row.remark:
            messages.sent_back(row)


def publish(resource: Resource, *, by: User, seen: int | None = None) -> None:
    """By somebody else than its author; a proposal is taken over in the same moment."""
    with transaction.atomic():
        row = locked(resource, seen)
        require(rules.may_publish(by, row))
        _apply(row, row.proposal or {})
        _complete(row)
        now = timezone.now()
        facts = {"proposal": None, "reviewer": by, "confirmed_at": now, "reminded_at": None, "remark": ""}
        save(row, *FACTS, "rent_day", state=State.PUBLISHED, published_at=row.published_at or now, **facts)
        messages.published(row)


def confirm(resource: Resource, *, by: User) -> None:
    """It still holds: shown for another while, and shown again if it was hidden."""
    with transaction.atomic():
        row = locked(resource)
        require(rules.may_confirm(by, row))
        save(row, state=State.PUBLISHED, confirmed_at=timezone.now(), reminded_at=None)


def withdraw(resource: Resource, *, by: User) -> None:
    """No longer to be had: off at once. A second click changes nothing."""
    with transaction.atomic():
        row = locked(resource)
        if row.state == State.WITHDRAWN:
            return
        require(rules.may_withdraw(by, row))
        save(row, state=State.WITHDRAWN, proposal=None)


def add_file(resource: Resource, *, by: User, file: UploadedFile, kind: str, about: dict[str, str]) -> ResourceFile:
    """A picture or a plan, described in both languages; of what is published, only the district changes pictures."""
    if not all(about.get(name, "").strip() for name in bilingual.columns("about")):
        raise Refused(_("Say in both languages what the picture shows."))
    with transaction.atomic():
        row = locked(resource)
        require(rules.may_write(by, row))
        if row.files.count() >= files.MOST:
            raise Refused(_("At most %(most)s pictures and plans.") % {"most": files.MOST})
        stored = files.keep(row, file, kind=kind, about=about)
        _reviewed_again(row, by)
    return stored


def drop_file(resource: Resource, *, by: User, key: Any) -> None:
    """Twice is once."""
    with transaction.atomic():
        row = locked(resource)
        require(rules.may_write(by, row))
        if row.files.filter(key=key).delete()[0]:
            save(row, author=by)


def _reviewed_again(row: Resource, by: User) -> None:
    """A new picture is looked at before everybody sees it: what was published goes to review again."""
    state = State.IN_REVIEW if row.state in rules.OPEN else row.state
    save(row, state=state, author=by)


def locked(resource: Resource, seen: int | None = None) -> Resource:
    rows = Resource.objects.select_for_update(of=("self",)).select_related("provider")
    row: Resource | None = rows.filter(pk=resource.pk).first()
    if row is None:
        raise Refused(_("This entry is no longer there."))
    if seen is not None and seen != row.lock_version:
        raise Refused(_("Somebody has changed this since you opened it. Read it once more."))
    return row


def save(row: Resource, *names: str, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.lock_version += 1
    row.save(update_fields=[*names, *values, "lock_version"])


def _complete(row: Resource) -> None:
    found = lacking(row)
    if found:
        raise Refused(" ".join(found))
