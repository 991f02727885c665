"""From a draft to a published interpretation, and to its withdrawal. One verb per act.

Every verb: validate → atomic → lock → re-check → save(update_fields) → row of history → messages.
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies.enums import Act, InterpretationState
from policies.interpretation import files, rules
from policies.interpretation.checking import Content, check, filled
from policies.interpretation.content import FIELDS
from policies.interpretation.notices import tell_author, tell_reviewers
from policies.interpretation.pieces import (
    connect,
    found_anew,
    locked_for,
    log,
    log_saved,
    make_way,
    move,
    relink,
    touch,
)
from policies.models import Interpretation, InterpretedPolicy, Policy
from policies.publishing.staleness import AGREED, agreed_after, stale_after
from portal.core.access import Refused, require


class Overtaken(Refused):
    """Somebody else changed the texts since the page was opened; `current` is the interpretation as it is now."""

    def __init__(self, current: Interpretation) -> None:
        self.current = current
        last = current.comments.filter(act__in=rules.WROTE).select_related("author").last()
        name = (last.author if last else current.author).name
        super().__init__(_("%(name)s saved this draft after you had opened it.") % {"name": name})


def begin(*, by: User, kind: str, policies: Collection[Policy], content: Content) -> Interpretation:
    """A draft about these policies as they are now."""
    require(rules.may_begin(by))
    content = filled(kind, {}, content)
    check(kind, content)
    with transaction.atomic():
        found = Interpretation.objects.create(kind=kind, author=by, content=content)
        connect(found, policies)
        if not found.links.exists():
            raise Refused(_("Say which policy it explains."))
        log(found, by, Act.CREATED)
    return found


def save(
    found: Interpretation,
    *,
    by: User,
    content: Content,
    seen: int,
    confirmed: Collection[str] = (),
    add: Collection[Policy] = (),
    drop: Collection[int] = (),
    checked_again: bool = False,
) -> Interpretation:
    """Keep what was written. `seen`: the lock_version it was written from; Overtaken when its texts changed since.

    add, drop: policies it explains from now on, or no longer. checked_again: it is right for the policies as they are.
    """
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_write)
        content = filled(locked.kind, locked.content, content)
        check(locked.kind, content)
        if locked.lock_version != seen and _overtaken(locked, content, seen):
            raise Overtaken(locked)
        relink(locked, add, drop, checked_again)
        if content != locked.content or set(confirmed) & set(locked.stale):
            locked.stale = stale_after(locked.content, content, locked.stale, confirmed, fields=FIELDS[locked.kind])
            locked.content = content | {AGREED: agreed_after(locked.content, locked.stale)}
            locked.lock_version += 1
        locked.changed_at = timezone.now()
        locked.save(update_fields=["content", "stale", "lock_version", "changed_at"])
        log_saved(locked, by)
    return locked


def content_at(found: Interpretation, lock_version: int) -> dict[str, Any] | None:
    """The texts as they were then, from the audit trail."""
    row = found.audit_rows.filter(lock_version=lock_version).order_by("-pgh_id").first()  # type: ignore[attr-defined]
    return row.content if row else None


def keep_files(
    found: Interpretation, uploads: Mapping[str, files.Upload], *, by: User, known: Mapping[str, str]
) -> list[str]:
    """Keep checked files, each in its place; the places that somebody else filled since the page was opened stay.

    `known`: place → key of the file that the person saw there. Those places come back, and nothing is replaced there;
    a file that lies there already, as after a second click, is nobody's loss.
    """
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_write)
        now = {row.slot: row for row in locked.files.all()}
        moved = {slot for slot in uploads if slot in now and str(now[slot].key) != known.get(slot, "")}
        fresh = {slot: upload for slot, upload in uploads.items() if slot not in moved}
        if fresh:
            files.keep(locked, fresh, by)
            touch(locked, by)
    return [slot for slot in uploads if slot in moved and uploads[slot].facts.sha256 != now[slot].sha256]


def drop_file(found: Interpretation, key: Any, *, by: User) -> None:
    """Take a file away; a second click finds nothing and changes nothing."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_write)
        rows = locked.files.filter(key=key)
        if rows.exists():
            files.remove(rows)
            touch(locked, by)


def send_to_review(found: Interpretation, *, by: User) -> Interpretation:
    """Complete in both languages; every reviewer but the author hears of it in the digest."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_send)
        version = locked.lock_version + 1  # what a reviewer saw before may have had other files
        move(locked, InterpretationState.IN_REVIEW, submitted_at=timezone.now(), reviewer=None, lock_version=version)
        log(locked, by, Act.SENT)
        tell_reviewers(locked, by)
    return locked


def take_back(found: Interpretation, *, by: User) -> Interpretation:
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_take_back)
        move(locked, InterpretationState.DRAFT)
        log(locked, by, Act.TAKEN_BACK)
    return locked


def send_back(found: Interpretation, *, by: User, text: str) -> Interpretation:
    """Return to the author, with what should be changed."""
    if not text.strip():
        raise Refused(_("Say what should be changed."))
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_send_back)
        move(locked, InterpretationState.RETURNED, reviewer=by)
        log(locked, by, Act.RETURNED, text.strip())
        tell_author(locked, by)
    return locked


def publish(found: Interpretation, *, by: User, seen: int) -> Interpretation:
    """Everybody can read it; what it replaces is withdrawn. `seen`: the lock_version that was read."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_publish)
        if locked.lock_version != seen:
            raise Refused(_("The text has changed since you opened this page. Please read it again."))
        check(locked.kind, locked.content)
        make_way(locked, by)
        move(locked, InterpretationState.PUBLISHED, reviewer=by, published_at=timezone.now())
        log(locked, by, Act.PUBLISHED)
        tell_author(locked, by)
        found_anew(locked)
    return locked


def withdraw(found: Interpretation, *, by: User, text: str = "") -> Interpretation:
    """It can no longer be read; its author hears why."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_withdraw)
        move(locked, InterpretationState.WITHDRAWN, withdrawn_at=timezone.now())
        log(locked, by, Act.WITHDRAWN, text.strip())
        tell_author(locked, by)
        found_anew(locked)
    return locked


def revise(found: Interpretation, *, by: User) -> Interpretation:
    """A draft that is to replace what is published, with its texts and files. The open one, if there is one already."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_revise)
        known = locked.successors.filter(state__in=rules.OPEN).first()
        if known:
            return known
        draft = Interpretation.objects.create(
            kind=locked.kind, author=by, content=locked.content, stale=locked.stale, replaces=locked
        )
        InterpretedPolicy.objects.bulk_create(
            InterpretedPolicy(interpretation=draft, policy_id=link.policy_id, version=link.version)
            for link in locked.links.all()
        )
        files.copy(locked, draft)
        log(draft, by, Act.CREATED)
    return draft


def confirm(found: Interpretation, *, by: User) -> Interpretation:
    """It is right for its policies as they are now."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_confirm)
        relink(locked, (), (), True)
        log(locked, by, Act.CONFIRMED)
    return locked


def discard(found: Interpretation, *, by: User) -> Interpretation:
    """Give up a draft, and its files."""
    with transaction.atomic():
        locked = locked_for(found, by, rules.may_discard)
        files.remove(locked.files.all())
        move(locked, InterpretationState.DISCARDED)
        log(locked, by, Act.DISCARDED)
    return locked


def _overtaken(locked: Interpretation, content: Content, seen: int) -> bool:
    """Whether somebody's texts would be written over: not by the same texts, nor where only the number moved on."""
    return content != locked.content and content_at(locked, seen) != locked.content
