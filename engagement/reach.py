"""Which enterprises are whose: looked after by a steward, linked to a leader."""

from typing import Any

from django.db.models import Exists, Q, QuerySet

from enterprises.models import Enterprise
from stewards.models import LeaderLink
from stewards.queries import current_stewardships


def looked_after(user: Any) -> QuerySet[Enterprise]:
    """Enterprises of the person's stewardships: their own, of their parks, of their subdistricts."""
    own = current_stewardships().filter(steward=user)
    return Enterprise.objects.filter(
        Q(pk__in=own.filter(enterprise__isnull=False).values("enterprise"))
        | Q(park__in=own.filter(park__isnull=False).values("park"))
        | Q(subdistrict__in=own.filter(subdistrict__isnull=False).values("subdistrict")),
        merged_into__isnull=True,
    )


def linked(user: Any) -> Q:
    """Visits that a leader sees: to enterprises they are linked to; without a link, of their department, or all."""
    own = LeaderLink.objects.filter(leader=user)
    links, unlinked = own.current(), Q(~Exists(own.begun()))
    if user.department_id:
        unlinked &= Q(department=user.department_id)
    return Q(enterprise__in=links.enterprises().values("pk")) | unlinked
