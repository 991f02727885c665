"""After the last day: comments are sorted into groups, and the groups are answered. One verb per act."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies.consultation import notices, rules
from policies.consultation.enums import Aside, Stage
from policies.consultation.workflow import lock, move, still, unseen
from policies.models import CommentGroup, Consultation, ConsultationComment
from portal.core.access import Refused, require

FIELDS = (
    *("title_zh_hans", "title_en", "kind", "clause"),
    *("summary_zh_hans", "summary_en", "answer_zh_hans", "answer_en"),
)
MOST_GROUPS = 100


def save_group(
    consultation: Consultation, *, by: User, content: Mapping[str, Any], group: int | None = None, seen: int = 0
) -> CommentGroup:
    """A new group, or `group` changed; `seen`: the lock_version it was written from."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_evaluate)
        row = locked.groups.select_for_update(of=("self",)).filter(pk=group).first() if group is not None else None
        if group is not None and row is None:
            raise Refused(_("This group has been removed meanwhile."))
        if row is None:
            _has_room(locked)
            row = CommentGroup(consultation=locked)
        else:
            unseen(row, seen, content)
        for name in FIELDS:
            setattr(row, name, content[name])
        if not (row.title_zh_hans or row.title_en):  # type: ignore[attr-defined]
            raise Refused(_("Give the theme in at least one language."))
        if row.clause and row.clause.consultation_id != locked.pk:
            raise Refused(_("This article belongs to another draft."))
        row.lock_version += 1
        row.save()
        _wrote(locked, by)
    return row


def remove_group(consultation: Consultation, group: int, *, by: User) -> None:
    """Its comments have to be sorted again; a second click changes nothing."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_evaluate)
        for row in locked.groups.filter(pk=group):
            row.delete()
            _wrote(locked, by)


def sort(
    consultation: Consultation,
    comments: Collection[int],
    *,
    by: User,
    group: int | None = None,
    aside: str = Aside.NONE,
) -> int:
    """Move comments to a group, set them aside with a reason, or (neither) take them out again; how many there were.

    Who sorts has a part in the answers, and does not review them.
    """
    if group is not None and aside:
        raise Refused(_("Choose a group, or a reason to set them aside, not both."))
    if aside not in Aside.values:
        raise Refused(_("There is no such reason."))
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_evaluate)
        if group is not None and not locked.groups.filter(pk=group).exists():
            raise Refused(_("This group has been removed meanwhile."))
        rows = ConsultationComment.objects.filter(consultation=locked, pk__in=comments)
        moved = rows.update(group=group, set_aside=aside, sorted_by=by)
        if not moved:
            raise Refused(_("Choose at least one comment."))
        _wrote(locked, by)
    return moved


def send_answers(consultation: Consultation, *, by: User) -> Consultation:
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_send_answers)
        _wrote(locked, by)
        move(locked, Stage.ANSWERS_IN_REVIEW, remark="")
        notices.tell_reviewers(locked, by)
    return locked


def publish_answers(consultation: Consultation, *, by: User, seen: int) -> Consultation:
    """The public reads what was said and what we did; those who commented signed in are told. `seen`: what was read."""
    with transaction.atomic():
        locked = lock(consultation, by, rules.may_publish)
        require(rules.in_stage(locked, Stage.ANSWERS_IN_REVIEW))
        still(locked, seen)
        move(locked, Stage.ANSWERED, reviewer=by, answered_at=timezone.now(), remark="")
        notices.tell_commenters(locked)
        notices.tell_author(locked, by, "answered")
    return locked


def _has_room(consultation: Consultation) -> None:
    if consultation.groups.count() >= MOST_GROUPS:
        raise Refused(_("There are at most %(most)s groups.") % {"most": MOST_GROUPS})


def _wrote(consultation: Consultation, by: User) -> None:
    """Count a change, and remember who made it: they cannot review the answers."""
    consultation.lock_version += 1
    consultation.changed_at = timezone.now()
    if by.pk not in consultation.answerers:
        consultation.answerers = [*consultation.answerers, by.pk]
    consultation.save(update_fields=["lock_version", "changed_at", "answerers"])
