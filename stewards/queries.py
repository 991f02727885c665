"""Reads with two callers or more: who looks after an enterprise, whom to tell, how a request is found by its words."""

from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from accounts.enums import Role
from accounts.models import User
from enterprises.enums import MemberRole
from enterprises.models import Enterprise, Membership
from portal.core.calendar import local_day
from portal.core.prepared import KEY, TEXT, TEXT_2, kept
from portal.core.search import tsvector_text
from stewards.enums import Scope
from stewards.models import HelpRequest, HelpRequestQuerySet, Stewardship

_NARROW_FIRST = Case(
    When(scope=Scope.ENTERPRISE, then=0), When(scope=Scope.PARK, then=1), default=2, output_field=IntegerField()
)


def current_stewardships(day: date | None = None) -> QuerySet[Stewardship]:
    """Stewardships in force on the day, of people who still work here as stewards."""
    day = day or local_day()
    here = {"steward__is_active": True, "steward__roles__contains": [Role.STEWARD]}
    return Stewardship.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, **here)


def steward_of(enterprise: Enterprise | None, day: date | None = None) -> Stewardship | None:
    """The narrowest stewardship that covers the enterprise: its own, its park's, its subdistrict's. One query."""
    if enterprise is None:
        return None
    placed = enterprise.park_id is not None, enterprise.subdistrict_id is not None
    keys = {KEY: enterprise.pk, TEXT: enterprise.park_id, TEXT_2: enterprise.subdistrict_id}
    found = kept(_stewardships_of, *placed, day or local_day()).all(keys)
    return found[0] if found else None


def stewards_of(enterprise: Enterprise) -> list[User]:
    """Everybody whose stewardship covers the enterprise now: its own, its park's, its subdistrict's."""
    covers = Q(enterprise=enterprise.pk)
    if enterprise.park_id is not None:
        covers |= Q(park=enterprise.park_id)
    if enterprise.subdistrict_id is not None:
        covers |= Q(subdistrict=enterprise.subdistrict_id)
    return [each.steward for each in current_stewardships().filter(covers).select_related("steward").order_by("pk")]


def _stewardships_of(in_park: bool, in_subdistrict: bool, day: date) -> QuerySet[Stewardship]:
    covers = Q(enterprise=KEY)
    if in_park:
        covers |= Q(park=TEXT)
    if in_subdistrict:
        covers |= Q(subdistrict=TEXT_2)
    found = current_stewardships(day).filter(covers).select_related("steward__department")
    return found.order_by(_NARROW_FIRST, "-starts_on", "-pk")[:1]


def asked_by(user: Any) -> HelpRequestQuerySet:
    """`of_member`, with the enterprises named: so PostgreSQL reads two short indexes instead of every request."""
    own = Membership.objects.active().filter(user=user)
    enterprises = list(own.values_list("enterprise", flat=True))
    return HelpRequest.objects.of_member(user).filter(Q(asker=user) | Q(enterprise__in=enterprises))


def asking_people(request: HelpRequest) -> list[User]:
    """Whom to tell on the asking side: the asker and those whose requests were merged into this one, or the
    enterprise's owners once they have left it."""
    asker = request.asker
    if request.enterprise_id is None:
        return [asker] if asker.is_active else []
    acting = Membership.objects.active().filter(enterprise=request.enterprise_id)
    active = User.objects.filter(is_active=True, pk__in=acting.values("user"))
    joined = HelpRequest.objects.filter(merged_into=request.pk).values("asker")
    found = list(active.filter(Q(pk=asker.pk) | Q(pk__in=joined)).distinct().order_by("pk"))
    if found:
        return found
    return list(active.filter(pk__in=acting.filter(role=MemberRole.OWNER).values("user")))


def handlers_of(department_id: int | None) -> QuerySet[User]:
    """Those who take what is referred to the department."""
    return User.objects.with_role(Role.HANDLER).filter(department=department_id)


def search_words(number: str, subject: str, body: str) -> Cast:
    """The value of the search column."""
    text = tsvector_text({"A": number, "B": subject, "C": body})
    return Cast(Value(text), SearchVectorField())
