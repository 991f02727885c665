"""Naming stewards: of an enterprise, of a park or building, of a subdistrict; one at a time, from a day on."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise, Membership, Park, Subdistrict
from notices.workflow import Text, notify
from portal.core.access import Refused, require
from portal.core.templatetags.ui import day_plain
from stewards.centre.rules import may_become_steward, may_begin_on
from stewards.enums import Scope
from stewards.models import Stewardship

Place = Enterprise | Park | Subdistrict
MODELS: dict[str, type[Enterprise] | type[Park] | type[Subdistrict]] = {
    Scope.ENTERPRISE: Enterprise,
    Scope.PARK: Park,
    Scope.SUBDISTRICT: Subdistrict,
}


def of_place(scope: str, place: Place) -> QuerySet[Stewardship]:
    """All stewardships of one enterprise, park or subdistrict, past ones included."""
    return Stewardship.objects.filter(**{scope: place.pk})


def entrust(*, steward: User, scope: str, place: Place, starts_on: date, by: User) -> Stewardship:
    """Make the person the steward from that day on; the former one's time ends the day before."""
    require(may_become_steward(by, steward))
    require(may_begin_on(starts_on))
    with transaction.atomic():
        MODELS[scope]._base_manager.select_for_update(no_key=True).get(pk=place.pk)
        running = of_place(scope, place).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        former = list(running.select_for_update(of=("self",)).select_related("steward").order_by("pk"))
        for each in former:
            _end(each, steward, starts_on)
        stewardship = Stewardship.objects.create(
            steward=steward, scope=scope, starts_on=starts_on, **{str(Scope(scope).value): place}
        )
        _tell(stewardship, place, {each.steward for each in former}, by)
    return stewardship


def _end(former: Stewardship, successor: User, starts_on: date) -> None:
    facts = {"name": former.steward.name, "day": day_plain(former.starts_on)}
    if former.steward_id == successor.pk and former.ends_on is None:
        raise Refused(_("%(name)s is the steward already, since %(day)s.") % facts)
    if former.starts_on > starts_on:
        raise Refused(_("%(name)s is named as steward from %(day)s on: choose a later day.") % facts)
    if former.starts_on == starts_on:  # named this very day: corrected, not succeeded
        former.delete()
        return
    former.ends_on = starts_on - timedelta(days=1)
    former.save(update_fields=["ends_on"])


def _tell(stewardship: Stewardship, place: Place, former: Iterable[User], by: User) -> None:
    new = stewardship.steward
    for person in {new, *former} - {by}:
        notify(
            person,
            key=f"stewardship:{stewardship.pk}:{person.pk}",
            kind="stewardship",
            text=lambda person=person: _to_steward(stewardship, place, person),  # type: ignore[misc]
        )
    if isinstance(place, Enterprise):
        acting = Membership.objects.active().filter(enterprise=place).values("user")
        members = User.objects.filter(is_active=True, pk__in=acting)
        for member in members:
            notify(
                member,
                key=f"stewardship:{stewardship.pk}:{member.pk}",
                kind="stewardship",
                text=lambda: _to_enterprise(stewardship, place),
            )


def _to_steward(stewardship: Stewardship, place: Place, person: User) -> Text:
    facts = {"place": place, "name": stewardship.steward.name, "day": day_plain(stewardship.starts_on)}
    if person == stewardship.steward:
        body = _("From %(day)s on you are the service steward of %(place)s. Please introduce yourself.")
    else:
        body = _("From %(day)s on %(name)s is the service steward of %(place)s. Please hand over what is open.")
    return Text(_("Stewardship of %(place)s") % facts, body % facts, reverse("desk:queue"))


def _to_enterprise(stewardship: Stewardship, place: Place) -> Text:
    steward = stewardship.steward
    facts = {"place": place, "name": steward.name, "day": day_plain(stewardship.starts_on), "phone": steward.phone}
    body = _("From %(day)s on %(name)s is the service steward of %(place)s and your first contact in the district.")
    if steward.phone:
        body += "\n" + _("Telephone: %(phone)s")
    return Text(_("Your service steward: %(name)s") % facts, body % facts, reverse("home:package"))
