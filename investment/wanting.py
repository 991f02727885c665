"""What an enterprise does with its needs, and with what is recommended for them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from investment import rules
from investment.enums import Why
from investment.models import Mark, Need, Resource
from investment.workflow import per_day
from portal.core.access import Refused, require

FACTS = (
    *("words", "section", "area_from", "area_to", "budget", "budget_unit", "wanted_by", "subdistricts"),
    *("stage", "amount"),
)
MOST_OPEN = 20


def state_need(enterprise: Enterprise, *, by: User, kind: str, facts: Mapping[str, Any]) -> Need:
    """Said once; a double click says it once."""
    require(rules.may_act_for(by, enterprise))
    with transaction.atomic():
        Enterprise.objects.select_for_update().get(pk=enterprise.pk)
        open_ = Need.objects.open().filter(enterprise=enterprise)
        same = open_.filter(kind=kind, **{name: facts[name] for name in FACTS if name in facts}).first()
        if same is not None:
            return same
        if open_.count() >= MOST_OPEN:
            raise Refused(_("You have %(most)s open needs: please close one first.") % {"most": MOST_OPEN})
        need = Need(enterprise=enterprise, author=by, kind=kind)
        _apply(need, facts)
        need.save()
    return need


def change(need: Need, *, by: User, facts: Mapping[str, Any]) -> Need:
    """What was made of each resource stays."""
    with transaction.atomic():
        row = _locked(need)
        require(rules.may_change(by, row))
        _apply(row, facts)
        row.save(update_fields=[*FACTS, "budget_day"])
    return row


def _apply(need: Need, facts: Mapping[str, Any]) -> None:
    for name in FACTS:
        if name in facts:
            setattr(need, name, facts[name])
    need.budget_day = per_day(need.budget, need.budget_unit)


def close(need: Need, *, by: User) -> None:
    """Found, or no longer looked for. Twice is once."""
    with transaction.atomic():
        row = _locked(need)
        require(rules.may_act_for(by, row.enterprise))
        if row.closed_at is None:
            row.closed_at = timezone.now()
            row.save(update_fields=["closed_at"])


def shortlist(need: Need, resource: Resource, *, by: User) -> None:
    """On the short list; what had been declined is so no longer."""
    _mark(need, resource, by, shortlisted_at=timezone.now(), declined_at=None, why="")


def unlist(need: Need, resource: Resource, *, by: User) -> None:
    _mark(need, resource, by, shortlisted_at=None)


def decline(need: Need, resource: Resource, *, by: User, why: str) -> None:
    """Not recommended for this need again, and others like it a little lower: only in what was the reason."""
    if why not in Why.values:
        raise Refused(_("Say why it does not suit you."))
    _mark(need, resource, by, shortlisted_at=None, declined_at=timezone.now(), why=why)


def undecline(need: Need, resource: Resource, *, by: User) -> None:
    _mark(need, resource, by, declined_at=None, why="")


def _mark(need: Need, resource: Resource, by: User, **values: Any) -> None:
    """One row for a need and a resource, however often it is clicked; a time that is known stays."""
    with transaction.atomic():
        row = _locked(need)
        require(rules.may_change(by, row))
        mark = Mark.objects.filter(need=row, resource=resource).first() or Mark(need=row, resource=resource)
        values = {name: _kept(mark, name, value) for name, value in values.items()}
        changed = [name for name, value in values.items() if getattr(mark, name) != value]
        for name in changed:
            setattr(mark, name, values[name])
        if mark.pk is None:
            mark.save()
        elif changed:
            mark.save(update_fields=changed)


def _kept(mark: Mark, name: str, value: Any) -> Any:
    """The first moment counts; a reason can be another one."""
    return getattr(mark, name) or value if value and name != "why" else value


def visited(need: Need, resource: Resource) -> None:
    """Inside the transaction of a viewing that took place."""
    mark, _made = Mark.objects.get_or_create(need=need, resource=resource)
    if mark.visited_at is None:
        mark.visited_at = timezone.now()
        mark.save(update_fields=["visited_at"])


def note_view(need: int, resource: int) -> None:
    """The first time; what has been closed or is no longer there is let be."""
    open_ = Need.objects.open().filter(pk=need)
    with transaction.atomic():
        if open_.select_for_update().exists() and Resource.objects.shown().filter(pk=resource).exists():
            Mark.objects.get_or_create(need_id=need, resource_id=resource, defaults={"viewed_at": timezone.now()})
            Mark.objects.filter(need=need, resource=resource, viewed_at=None).update(viewed_at=timezone.now())


def _locked(need: Need) -> Need:
    return Need.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=need.pk)
