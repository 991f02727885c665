"""Leaving, closing and coming back; and what an enterprise is of its head."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises.enums import Standing
from enterprises.models import Enterprise
from enterprises.records import above
from enterprises.records.rules import may_hang, may_keep, may_stand
from notices.workflow import Text, notify
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain


@transaction.atomic
def change(enterprise: Enterprise, *, by: User, standing: str, on: date | None, reason: str) -> Enterprise:
    """Say that it plans to leave, has left, is closed, or operates (again). Its requests and its people stay."""
    require(may_keep(by))
    row = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    require(may_stand(row, standing, on, local_day()))
    if not reason.strip():
        raise Refused(_("Say why, so that others can follow it."))
    row.standing, row.standing_on, row.standing_reason = standing, on, reason.strip()
    row.sources["standing"] = {"source": "verified", "on": local_day().isoformat()}
    row.save(update_fields=["standing", "standing_on", "standing_reason", "sources"])
    announce(row, by=by)
    return row


def announce(row: Enterprise, *, by: User | None) -> None:
    """Bring up to date what depends on the standing, and tell who has to do with the enterprise, in its transaction."""
    above.changed(row)
    trail: Any = row
    said = f"standing:{row.pk}:{trail.audit_rows.count()}"  # each change is told of once
    for person in {*User.objects.with_role(Role.ADMIN), *above.people_of(row)} - {by}:
        _tell(person, row, f"{said}:{person.pk}")


def _tell(person: User, row: Enterprise, key: str) -> None:
    notify(person, key=key, kind="standing", text=lambda: Text(_subject(row), _body(row), _place(person, row)))


def _subject(row: Enterprise) -> str:
    words: dict[str, Any] = {
        Standing.ACTIVE: _("%(name)s operates again"),
        Standing.LEAVING: _("%(name)s plans to move away"),
        Standing.LEFT: _("%(name)s has moved away"),
        Standing.CLOSED: _("%(name)s is closed"),
    }
    return str(words[row.standing]) % {"name": row}


def _body(row: Enterprise) -> str:
    facts = {"day": day_plain(row.standing_on), "reason": row.standing_reason}
    said = _("Since or on %(day)s. Reason: %(reason)s") % facts
    if row.is_operating:
        return said
    rest = _("Open requests stay open. It is invited, visited and matched no more.")
    return f"{said}\n\n{rest}"


def _place(person: User, row: Enterprise) -> str:
    return reverse("home:record" if person.has_role(Role.ADMIN) else "home:story", args=[row.pk])


@transaction.atomic
def depend(enterprise: Enterprise, *, by: User, head: Enterprise | None, head_as: str = "") -> Enterprise:
    """Name the head of a branch or subsidiary; without a head, it stands alone."""
    require(may_keep(by))
    keys = [enterprise.pk, *([head.pk] if head else [])]
    rows = {
        row.pk: row for row in Enterprise.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    }
    row = rows[enterprise.pk]
    if head is not None:
        require(may_hang(row, rows[head.pk]))
        if not head_as:
            raise Refused(_("Say whether it is a branch or a subsidiary."))
    row.head, row.head_as = (rows[head.pk], head_as) if head else (None, "")
    row.sources["head"] = {"source": "verified", "on": local_day().isoformat()}
    row.save(update_fields=["head", "head_as", "sources"])
    return row
