"""Segments kept and retired; tags kept, retired, put on enterprises and taken off, one by one or for a segment."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise, EnterpriseTag, Segment, Tagging
from enterprises.segments.conditions import Conditions
from enterprises.segments.rules import may_keep, may_tag
from portal.core import bilingual
from portal.core.access import Refused, require

MOST_TAGGED = 5_000  # in one go: each leaves an entry in the audit trail
NAMES = bilingual.columns("name")


def keep(segment: Segment | None, *, by: User, name: str, conditions: Conditions, seen: int | None = None) -> Segment:
    """A new segment, or other conditions or another name for one. Who uses it from now on gets the new ones."""
    require(may_keep(by))
    if not conditions:
        raise Refused(_("Choose at least one condition: otherwise it would be everybody."))
    try:
        with transaction.atomic():
            row = _locked(segment, seen) if segment else Segment(author=by)
            row.name, row.conditions = name.strip(), conditions.kept()
            row.lock_version += 1
            row.save()
    except IntegrityError as error:
        if "segment_names_differ" not in str(error):
            raise
        raise Refused(_("There is a segment of this name already.")) from None
    return row


def retire(segment: Segment, *, by: User) -> Segment:
    """Offered no more; what it was used for still names it."""
    require(may_keep(by))
    with transaction.atomic():
        row = _locked(segment)
        row.retired_at = timezone.now()
        row.lock_version += 1
        row.save(update_fields=["retired_at", "lock_version"])
    return row


def _locked(segment: Segment, seen: int | None = None) -> Segment:
    row = Segment.objects.select_for_update().get(pk=segment.pk)
    if row.retired_at is not None:
        raise Refused(_("This segment is retired."))
    if seen is not None and seen != row.lock_version:
        raise Refused(_("Somebody has worked on this meanwhile. Please look again and decide anew."))
    return row


def keep_tag(tag: EnterpriseTag | None, *, by: User, names: Mapping[str, str]) -> EnterpriseTag:
    """A new tag, or other names for one. Refused for a name that another one in use has."""
    require(may_tag(by))
    with transaction.atomic():
        others = EnterpriseTag.objects.select_for_update().filter(retired_at__isnull=True)
        for each in others.exclude(pk=tag.pk if tag else 0):
            if any(getattr(each, name).casefold() == names[name].casefold() for name in NAMES):
                raise Refused(_("There is a tag of this name already."))
        row = EnterpriseTag.objects.select_for_update().get(pk=tag.pk) if tag else EnterpriseTag()
        for name in NAMES:
            setattr(row, name, names[name])
        row.save()
    return row


def retire_tag(tag: EnterpriseTag, *, by: User, back: bool = False) -> EnterpriseTag:
    """Offered no more, or again; it stays on the enterprises that have it."""
    require(may_tag(by))
    with transaction.atomic():
        row = EnterpriseTag.objects.select_for_update().get(pk=tag.pk)
        row.retired_at = None if back else row.retired_at or timezone.now()
        row.save(update_fields=["retired_at"])
    return row


def set_tags(enterprise: Enterprise, tags: Iterable[EnterpriseTag], *, by: User) -> None:
    """The tags that an enterprise has from now on; retired ones that it had are left alone."""
    require(may_tag(by))
    with transaction.atomic():
        Enterprise.objects.select_for_update(no_key=True).get(pk=enterprise.pk)
        wanted = {tag.pk for tag in tags}
        enterprise.taggings.filter(tag__retired_at__isnull=True).exclude(tag__in=wanted).delete()
        rows = [Tagging(enterprise=enterprise, tag_id=key, by=by) for key in sorted(wanted)]
        Tagging.objects.bulk_create(rows, ignore_conflicts=True)


def tag_all(segment: Segment, tag: EnterpriseTag, *, by: User, off: bool = False) -> int:
    """Put a tag on all that fulfil a segment's conditions now, or take it off; returns how many had to change."""
    require(may_tag(by))
    rows = Conditions.of(segment.conditions).rows().order_by()
    with transaction.atomic():
        row = EnterpriseTag.objects.select_for_update().get(pk=tag.pk)
        if off:
            return int(row.taggings.filter(enterprise__in=rows.values("pk")).delete()[0])
        if row.retired_at is not None:
            raise Refused(_("This tag is retired."))
        if rows[: MOST_TAGGED + 1].count() > MOST_TAGGED:
            raise Refused(_("That is too many enterprises: please narrow it down."))
        return _insert(rows.values("id"), row, by)


def _insert(rows: Any, tag: EnterpriseTag, by: User) -> int:
    """By one statement: a segment may hold every enterprise."""
    found, values = rows.query.sql_with_params()
    statement = f"""INSERT INTO enterprises_tagging (enterprise_id, tag_id, by_id, at)
        SELECT found.id, %s, %s, now() FROM ({found}) AS found ORDER BY found.id
        ON CONFLICT DO NOTHING"""  # noqa: S608 - made by the ORM
    with connection.cursor() as cursor:
        cursor.execute(statement, (tag.pk, by.pk, *values))
        return int(cursor.rowcount)
