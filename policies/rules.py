"""Who may do what to policies, revisions and packages."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.enums import Role
from accounts.models import User
from policies.attachments.names import lack_names
from policies.content import TEXTS
from policies.eligibility.groups import walk
from policies.enums import Act, PackageState, RevisionState, Validity
from policies.labels import listed
from policies.models import Package, Policy, Revision
from policies.publishing.staleness import missing_in, text_of
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Verdict
from portal.core.templatetags.ui import day_plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

READERS = (Role.EDITOR, Role.TRANSLATOR, Role.REVIEWER, Role.ADMIN)
COMPOSERS = (Role.EDITOR, Role.REVIEWER, Role.ADMIN)
KEEPERS = (Role.EDITOR, Role.ADMIN)
WRITABLE = (RevisionState.DRAFT, RevisionState.RETURNED)
OPEN = (*WRITABLE, RevisionState.IN_REVIEW, RevisionState.SCHEDULED)
FURTHEST = 10  # years ahead that a repeal can lie
FURTHEST_DAYS = 366  # days ahead that a publication can be scheduled
MANDATORY_TEXTS = ("title", "issuer", "summary")
MANDATORY_FACTS = ("category", "support_type")


def gaps(content: "Mapping[str, Any]") -> list[str]:
    """Columns that must be filled before anybody reviews it: nothing mandatory empty, nothing in one language only;
    "clauses" where a condition's clause is, "attachment_names" where an attachment's name is."""
    missing = set(missing_in(content))
    for field in MANDATORY_TEXTS:
        missing.update(column for column in bilingual.columns(field) if not text_of(content, column).strip())
    ordered = [column for field in TEXTS for column in bilingual.columns(field) if column in missing]
    items = walk(content.get("criteria") or [])
    clauses = any(bool(each.get("clause_zh")) != bool(each.get("clause_en")) for each in items)
    facts = [fact for fact in MANDATORY_FACTS if not content.get(fact)]
    names = lack_names(content.get("attachments") or [])
    return ordered + facts + ["clauses"] * clauses + ["attachment_names"] * names


def may_begin(user: User) -> Verdict:
    return Allowed() if user.has_role(Role.EDITOR) else Denied(_("Only policy editors begin a new policy."))


def may_write(user: User, revision: Revision) -> Verdict:
    """Editors write everything, translators the texts."""
    if not user.has_role(Role.EDITOR, Role.TRANSLATOR):
        return Denied(_("Only policy editors and translators write here."))
    return _in_state(revision, *WRITABLE)


def may_change_facts(user: User) -> Verdict:
    if user.has_role(Role.EDITOR):
        return Allowed()
    return Denied(_("Translators change the texts only; the facts are for policy editors."))


def may_send(user: User, revision: Revision) -> Verdict:
    """Complete texts only; and, where the district says so, no translation that is out of date."""
    if not user.has_role(Role.EDITOR):
        return Denied(_("A policy editor sends it to review."))
    state = _in_state(revision, *WRITABLE)
    return state and is_complete(revision)


def is_complete(revision: Revision) -> Verdict:
    missing = gaps(revision.content)
    if missing:
        return Denied(_("Still missing: %(fields)s.") % {"fields": listed(missing)})
    if settings.POLICY_STALE_BLOCKS and revision.stale:
        return Denied(_("Translations are out of date: %(fields)s.") % {"fields": listed(revision.stale)})
    return Allowed()


def may_take_back(user: User, revision: Revision) -> Verdict:
    if revision.author_id != user.pk:
        return Denied(_("Only the person who wrote it takes it back."))
    return _in_state(revision, RevisionState.IN_REVIEW)


def may_send_back(user: User, revision: Revision) -> Verdict:
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers decide on this."))
    if revision.author_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else reviews it. You can take it back."))
    return _in_state(revision, RevisionState.IN_REVIEW)


def may_publish(user: User, revision: Revision, state: RevisionState = RevisionState.IN_REVIEW) -> Verdict:
    """Never the author, nor anybody who wrote a part of it. To schedule it is to publish it."""
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers publish."))
    if revision.author_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else must publish it."))
    verdict = _in_state(revision, state)
    if not verdict:
        return verdict
    if revision.comments.filter(author=user, act=Act.SAVED).exists():
        return Denied(_("You wrote a part of this text: somebody else must publish it."))
    return is_complete(revision)


def can_wait(on: date, today: date) -> Verdict:
    """Whether a publication can be scheduled for that day."""
    if on <= today:
        return Denied(_("Choose a day after today, or publish it now."))
    if on > today + timedelta(days=FURTHEST_DAYS):
        return Denied(_("Choose a day within the next year."))
    return Allowed()


def may_call_off(user: User, revision: Revision) -> Verdict:
    if not user.has_role(Role.REVIEWER, Role.EDITOR):
        return Denied(_("Only policy reviewers and editors call a publication off."))
    return _in_state(revision, RevisionState.SCHEDULED)


def may_discard(user: User, revision: Revision) -> Verdict:
    if revision.author_id != user.pk and not user.has_role(Role.REVIEWER):
        return Denied(_("Only the person who wrote it, or a reviewer, discards it."))
    return _in_state(revision, *WRITABLE)


def may_revise(user: User, policy: Policy) -> Verdict:
    """Begin a new version of what is published."""
    if not user.has_role(Role.EDITOR, Role.TRANSLATOR):
        return Denied(_("Only policy editors and translators write here."))
    if policy.published_at is None:
        return Denied(_("This policy has not been published yet."))
    return Allowed()


def may_repeal(user: User, policy: Policy) -> Verdict:
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers mark a policy as repealed or replaced."))
    if policy.published_at is None:
        return Denied(_("This policy has not been published yet."))
    return Allowed()


def can_end(policy: Policy, on: date, today: date) -> Verdict:
    """Whether a policy can be marked as repealed from that day."""
    if policy.effective_from and on < policy.effective_from:
        return Denied(_("The day lies before the policy came into force."))
    if on.year > today.year + FURTHEST:
        return Denied(_("The day lies more than ten years ahead."))
    if on > today and policy.effective_to and on > policy.effective_to:
        day = day_plain(policy.effective_to)
        return Denied(_("By then it no longer applies: it is in force until %(day)s.") % {"day": day})
    return Allowed()


def may_keep_synonyms(user: User) -> Verdict:
    if user.has_role(*KEEPERS):
        return Allowed()
    return Denied(_("Only policy editors and the service centre keep the words with the same meaning."))


def may_compose(user: User, package: Package | None = None) -> Verdict:
    if not user.has_role(*COMPOSERS):
        return Denied(_("Only policy editors, reviewers and the service centre compose packages."))
    if package and package.state == PackageState.HANDED_OVER:
        return Denied(_("This package has been handed over and can no longer be changed."))
    if package and package.state == PackageState.WITHDRAWN:
        return Denied(_("This package has been withdrawn and can no longer be changed."))
    return Allowed()


def may_hand_over(user: User, package: Package) -> Verdict:
    """Both languages, at least one policy, and none that no longer applies."""
    compose = may_compose(user, package)
    if not compose:
        return compose
    if not (package.title_zh_hans and package.title_en):  # type: ignore[attr-defined]
        return Denied(_("The title must be given in Chinese and in English."))
    if bool(package.introduction_zh_hans) != bool(package.introduction_en):  # type: ignore[attr-defined]
        return Denied(_("The introduction must be given in both languages, or in neither."))
    if package.segment and package.segment.retired_at:
        return Denied(_("The segment that the package is for was retired. Choose another one."))
    return _items_fit(package)


def may_withdraw(user: User, package: Package) -> Verdict:
    if not user.has_role(*COMPOSERS):
        return Denied(_("Only policy editors, reviewers and the service centre compose packages."))
    if package.state != PackageState.HANDED_OVER:
        return Denied(_("Only a package that was handed over can be withdrawn."))
    return Allowed()


def _items_fit(package: Package) -> Verdict:
    items = list(package.items.select_related("policy"))
    if not items:
        return Denied(_("The package has no policy yet."))
    gone = (Validity.REPEALED, Validity.REPLACED, Validity.EXPIRED)
    ended = [str(item.policy) for item in items if item.policy.published_at is None or item.policy.validity in gone]
    if ended:
        names = pgettext("between names that have commas", "; ").join(ended)
        return Denied(_("No longer in force: %(names)s. Take it out of the package first.") % {"names": names})
    if any(bool(item.note_zh_hans) != bool(item.note_en) for item in items):  # type: ignore[attr-defined]
        return Denied(_("Each note must be given in both languages, or in neither."))
    return Allowed()


def _in_state(revision: Revision, *states: str) -> Verdict:
    """Allowed in these states; else where it is now, and by whom."""
    if revision.state in states:
        return Allowed()
    name = revision.reviewer.name if revision.reviewer else ""
    reasons = {
        RevisionState.DRAFT: _("It is a draft now: it was taken back, or never sent."),
        RevisionState.IN_REVIEW: _("It is being reviewed. Its author can take it back."),
        RevisionState.SCHEDULED: _("It is to be published on %(day)s. That can be called off.")
        % {"day": day_plain(revision.publish_on)},
        RevisionState.RETURNED: _("%(name)s has returned it with comments.") % {"name": name},
        RevisionState.PUBLISHED: _("%(name)s has already published it.") % {"name": name},
        RevisionState.DISCARDED: _("It has been discarded."),
    }
    return Denied(reasons[RevisionState(revision.state)])
