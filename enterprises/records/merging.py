"""Two records of one enterprise become one, and two again.

The record that goes stays as it is, hidden from lists, search and matching; what hung on it moves to the one that is
kept. `MergeRecord` keeps which rows moved and what the kept record said before, so that exactly that can be undone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.enums import MembershipState
from enterprises.models import Enterprise, Membership, MergeRecord
from enterprises.records import above, facts, moving
from enterprises.records.rules import may_keep, may_merge
from portal.core.access import Refused, require

ACTING = (MembershipState.CLAIMED, MembershipState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a merge would do: {label, moved, left} a table, and the facts that differ."""

    tables: list[dict[str, Any]]
    differences: list[facts.Difference]


def preview(keep: Enterprise, drop: Enterprise) -> Preview:
    tables = [
        {"label": above.name_of(share.column.key), "moved": len(share.moved), "left": len(share.left)}
        for share in moving.shares(keep.pk, drop.pk)
    ]
    return Preview(tables, facts.differences(keep, drop))


@transaction.atomic
def merge(keep: Enterprise, drop: Enterprise, *, by: User, reason: str, take: Collection[str] = ()) -> MergeRecord:
    """Move what hangs on `drop` to `keep`. take: names of the facts that the kept record gets from the other one."""
    require(may_keep(by))
    if not reason.strip():
        raise Refused(_("Say how you know that both are the same enterprise."))
    kept, dropped = _both(keep.pk, drop.pk)
    require(may_merge(kept, dropped))
    if kept.head_id == dropped.pk:
        raise Refused(_("%(name)s is named as the head of the other one: take that out first.") % {"name": dropped})
    done = [moving.move(share, kept.pk, dropped.pk) for share in moving.shares(kept.pk, dropped.pk)]
    record = MergeRecord(keep=kept, drop=dropped, by=by, reason=reason.strip())
    record.moved = {share.column.key: share.moved for share in done if share.moved}
    record.left = {share.column.key: share.left for share in done if share.left}
    record.facts = {"taken": _take(kept, dropped, take), "ended": _end_acting(dropped), "verified": False}
    if kept.verified_at is None and dropped.verified_at is not None:
        kept.verified_at, record.facts["verified"] = dropped.verified_at, True
    dropped.merged_into = kept
    _save(kept, dropped)
    record.save()
    above.changed(kept, dropped)
    return record


def _take(kept: Enterprise, dropped: Enterprise, names: Collection[str]) -> dict[str, Any]:
    """A code is taken in exchange for the other one, since no two records may have the same."""
    chosen = {each.field for each in facts.differences(kept, dropped)} & set(names)
    before = dropped.credit_code
    taken = facts.take(kept, dropped, [name for name in facts.FACTS if name in chosen])
    if facts.CODE in taken:
        dropped.credit_code = taken[facts.CODE]["was"]
        _free_codes(kept, dropped)
        taken[facts.CODE]["dropped"] = before
    return taken


def _free_codes(*rows: Enterprise) -> None:
    Enterprise.objects.filter(pk__in=[row.pk for row in rows]).update(credit_code=None)


def _end_acting(dropped: Enterprise) -> dict[str, str]:
    """Who could not move acts for the kept record already: {key of the membership: its state before}."""
    rows = Membership.objects.select_for_update(of=("self",)).filter(enterprise=dropped, state__in=ACTING)
    found = {str(row.pk): str(row.state) for row in rows.order_by("pk")}
    Membership.objects.filter(pk__in=[int(key) for key in found]).update(state=MembershipState.ENDED)
    return found


@transaction.atomic
def split(record: MergeRecord, *, by: User) -> dict[str, list[Any]]:
    """Undo a merge: the same rows back, and what the kept record said before. Returns what could not be moved back."""
    require(may_keep(by))
    record = MergeRecord.objects.select_for_update(of=("self",)).get(pk=record.pk)
    if record.undone_at is not None:
        raise Refused(_("This merge was undone already."))
    kept, dropped = _both(record.keep_id, record.drop_id)
    if kept.merged_into_id is not None:
        raise Refused(_("%(name)s was itself merged later: undo that first.") % {"name": kept})
    later = MergeRecord.objects.filter(keep=kept, undone_at=None, pk__gt=record.pk).first()
    if later is not None:
        raise Refused(_("%(name)s was merged into this record later: undo that first.") % {"name": later.drop})
    stuck = moving.back(record.moved, kept.pk, dropped.pk)
    _give_back(kept, dropped, record.facts)
    dropped.merged_into = None
    _save(kept, dropped)
    record.undone_at, record.undone_by = timezone.now(), by
    record.save(update_fields=["undone_at", "undone_by"])
    above.changed(kept, dropped)
    return stuck


def _give_back(kept: Enterprise, dropped: Enterprise, kept_facts: dict[str, Any]) -> None:
    done = facts.put_back(kept, kept_facts["taken"])
    if facts.CODE in done:
        dropped.credit_code = kept_facts["taken"][facts.CODE]["dropped"]
        _free_codes(kept, dropped)
    if kept_facts["verified"]:
        kept.verified_at = None
    for key, state in kept_facts["ended"].items():
        ended = Membership.objects.filter(pk=int(key), enterprise=dropped, state=MembershipState.ENDED)
        ended.update(state=state)


def _both(*keys: int) -> list[Enterprise]:
    """Locked in the order of their keys, given in the order asked for."""
    rows = Enterprise.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").in_bulk()
    return [rows[key] for key in keys]


def _save(kept: Enterprise, dropped: Enterprise) -> None:
    dropped.save(update_fields=["merged_into", "credit_code"])
    columns = [Enterprise._meta.get_field(name).name for name in facts.FACTS]
    kept.save(update_fields=[*columns, "size", "sources", "verified_at"])
