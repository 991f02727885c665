"""From a draft to a published policy and, one day, to its repeal. One verb per act.

Every verb: validate → atomic → lock → re-check → save(update_fields) → row of history → messages.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules
from policies.attachments.keeping import hold
from policies.content import COLUMNS, TEXTS, apply_content, content_of
from policies.eligibility.announcing import announce
from policies.enums import Act, RevisionState
from policies.models import Policy, Revision, RevisionComment
from policies.notices import tell_author, tell_reviewers
from policies.publishing.drafts import Content, check, check_codes, filled, name_policy, provisional, same, same_facts
from policies.publishing.staleness import AGREED, agreed_after, stale_after
from policies.search.index import refresh_search
from policies.tasks import refresh_matches
from portal.core.access import Refused, Verdict, require
from portal.core.calendar import local_day
from portal.core.queue import enqueue


class Overtaken(Refused):
    """Somebody else saved since the page was opened; `current` is the revision as it is now."""

    def __init__(self, current: Revision) -> None:
        self.current = current
        last = current.comments.filter(act__in=(Act.SAVED, Act.CREATED)).select_related("author").last()
        self.who = last.author if last else current.author
        name = self.who.name if self.who else ""
        super().__init__(_("%(name)s saved this draft after you had opened it.") % {"name": name})


def begin(*, by: User, content: Content, slug: str = "") -> Revision:
    """A new policy: nothing of it is public, its first revision is a draft."""
    require(rules.may_begin(by))
    content = filled({}, content)
    check(content)
    check_codes(content, {})
    with transaction.atomic():
        hold(content["attachments"])
        policy = Policy(category="", support_type="")
        name_policy(policy, content, slug)
        revision = Revision.objects.create(policy=policy, author=by, content=content)
        log(revision, by, Act.CREATED)
    return revision


def revise(policy: Policy, *, by: User) -> Revision:
    """A new version of a published policy begins with what is published. The open one, if there is one already."""
    require(rules.may_revise(by, policy))
    with transaction.atomic():
        locked = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        require(rules.may_revise(by, locked))
        known = locked.revisions.filter(state__in=rules.OPEN).first()
        if known:
            return known
        last = locked.revisions.filter(state=RevisionState.PUBLISHED).order_by("number").last()
        content = content_of(locked) | {AGREED: (last.content.get(AGREED) or {}) if last else {}}
        revision = Revision.objects.create(policy=locked, author=by, content=content, stale=list(locked.stale))
        log(revision, by, Act.CREATED)
    return revision


def save_revision(
    revision: Revision,
    *,
    by: User,
    content: Content,
    seen: int,
    confirmed: Collection[str] = (),
    slug: str | None = None,
) -> Revision:
    """Keep what was written. `seen`: the lock_version it was written from. Overtaken when somebody else saved since."""
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_write)
        content = filled(locked.content, content)
        check(content)
        check_codes(content, locked.content)
        hold(content["attachments"])
        unchanged = same(content, locked.content)
        if locked.lock_version != seen and not unchanged:
            raise Overtaken(locked)
        if not same_facts(content, filled(locked.content, {})):
            require(rules.may_change_facts(by))
        if locked.policy.published_at is None:
            name_policy(locked.policy, content, locked.policy.slug if slug is None else slug)
        if unchanged and not set(confirmed) & set(locked.stale):
            return locked
        locked.stale = stale_after(locked.content, content, locked.stale, confirmed)
        locked.content = content | {AGREED: agreed_after(locked.content, locked.stale)}
        locked.lock_version += 1
        locked.changed_at = timezone.now()
        locked.save(update_fields=["content", "stale", "lock_version", "changed_at"])
        _log_saved(locked, by)
    return locked


def send_to_review(revision: Revision, *, by: User, tell: bool = True) -> Revision:
    """Complete in both languages; every reviewer but the author hears of it in the digest, unless of many at once."""
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_send)
        now = timezone.now()
        move(locked, RevisionState.IN_REVIEW, submitted_at=now, reviewer=None, decided_at=None)
        log(locked, by, Act.SENT)
        if tell:
            tell_reviewers(locked, by)
    return locked


def take_back(revision: Revision, *, by: User) -> Revision:
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_take_back)
        move(locked, RevisionState.DRAFT)
        log(locked, by, Act.TAKEN_BACK)
    return locked


def send_back(revision: Revision, *, by: User, text: str = "", remarks: Mapping[str, str] | None = None) -> Revision:
    """Return to the author with a comment, with remarks on single fields (field → text), or both."""
    remarks = {field: remark.strip() for field, remark in (remarks or {}).items() if remark.strip()}
    if not text.strip() and not remarks:
        raise Refused(_("Say what should be changed: a comment, or a remark on a field."))
    if not set(remarks) <= {*TEXTS, *COLUMNS}:
        raise Refused(_("There is no such field."))
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_send_back)
        move(locked, RevisionState.RETURNED, reviewer=by, decided_at=timezone.now())
        if text.strip():
            log(locked, by, Act.RETURNED, text.strip())
        for field, remark in remarks.items():
            log(locked, by, Act.RETURNED, remark, field)
        tell_author(locked, by)
    return locked


def publish(revision: Revision, *, by: User, seen: int) -> Policy:
    """Copy the reviewed content to the public policy as its next version. `seen`: the lock_version that was read."""
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_publish)
        if locked.lock_version != seen:
            raise Refused(_("The text has changed since you opened this page. Please read it again."))
        return release(locked, by)


def discard(revision: Revision, *, by: User) -> Revision:
    """Give up a draft. The address of a policy that was never published becomes free again."""
    with transaction.atomic():
        locked = locked_for(revision, by, rules.may_discard)
        move(locked, RevisionState.DISCARDED, decided_at=timezone.now())
        if locked.policy.published_at is None:
            locked.policy.slug = provisional()
            locked.policy.save(update_fields=["slug"])
        log(locked, by, Act.DISCARDED)
    return locked


def repeal(policy: Policy, *, on: date, by: User, replaced_by: Policy | None = None) -> Policy:
    """From that day, past or to come, it no longer applies; its page stays and says so, and names what replaces it."""
    require(rules.may_repeal(by, policy))
    with transaction.atomic():
        locked = _locked_policy(policy, by)
        require(rules.can_end(locked, on, local_day()))
        if replaced_by:
            _can_replace(replaced_by, locked)
        _mark(locked, by, Act.REPEALED, repealed_on=on, replaced_by=replaced_by)
    return locked


def reinstate(policy: Policy, *, by: User) -> Policy:
    """Undo a repeal that was marked by mistake."""
    require(rules.may_repeal(by, policy))
    with transaction.atomic():
        _mark(locked := _locked_policy(policy, by), by, Act.REINSTATED, repealed_on=None, replaced_by=None)
    return locked


# --- pieces, of publishing.scheduling too ---------------------------------------------------------------------------


def release(locked: Revision, by: User) -> Policy:
    """Make a locked revision, which may be published, the policy's next version."""
    check(locked.content)
    hold(locked.content.get("attachments") or [])
    policy, now = locked.policy, timezone.now()
    apply_content(policy, locked.content)
    policy.stale = locked.stale
    policy.version += 1
    policy.published_at = policy.published_at or now
    policy.changed_at = now
    policy.save(update_fields=[*COLUMNS, "stale", "version", "published_at", "changed_at"])
    refresh_search(policy)
    move(locked, RevisionState.PUBLISHED, number=policy.version, reviewer=by, decided_at=now, publish_on=None)
    log(locked, by, Act.PUBLISHED)
    tell_author(locked, by)
    announce(locked)
    enqueue(refresh_matches, policy.pk)
    return policy


def locked_for(revision: Revision, by: User, rule: Callable[[User, Revision], Verdict]) -> Revision:
    rows = Revision.objects.select_for_update(of=("self", "policy")).select_related("policy")
    locked: Revision = rows.get(pk=revision.pk)
    require(rule(by, locked))
    return locked


def _locked_policy(policy: Policy, by: User) -> Policy:
    locked = Policy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
    require(rules.may_repeal(by, locked))
    return locked


def move(revision: Revision, state: RevisionState, **fields: Any) -> None:
    revision.state = state
    for name, value in fields.items():
        setattr(revision, name, value)
    revision.save(update_fields=["state", *fields])


def _mark(policy: Policy, by: User, act: Act, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(policy, name, value)
    policy.changed_at = timezone.now()
    policy.save(update_fields=[*fields, "changed_at"])
    enqueue(refresh_matches, policy.pk)
    last = policy.revisions.filter(state=RevisionState.PUBLISHED).order_by("number").last()
    if last:
        log(last, by, act)


def _can_replace(new: Policy, old: Policy) -> None:
    if new.published_at is None:
        raise Refused(_("The policy that replaces it has not been published."))
    seen = {old.pk}
    step: int | None = new.pk
    while step is not None:
        if step in seen:
            raise Refused(_("A policy cannot replace itself, not even by way of others."))
        seen.add(step)
        step = Policy.objects.values_list("replaced_by", flat=True).get(pk=step)


def log(revision: Revision, by: User | None, act: Act, text: str = "", field: str = "") -> None:
    RevisionComment.objects.create(revision=revision, author=by, act=act, text=text, field=field)


def _log_saved(revision: Revision, by: User) -> None:
    """One row for a person's savings in a row, with the time of the last."""
    last = revision.comments.last()
    if last and last.act == Act.SAVED and last.author_id == by.pk:
        last.created_at = timezone.now()
        last.save(update_fields=["created_at"])
    else:
        log(revision, by, Act.SAVED)
