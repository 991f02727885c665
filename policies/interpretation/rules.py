"""Who may do what to an interpretation."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from policies.enums import Act, InterpretationState
from policies.interpretation.content import gaps, listed
from policies.models import Interpretation
from policies.rules import READERS
from portal.core.access import Allowed, Denied, Verdict

WRITERS = (Role.EDITOR, Role.TRANSLATOR)
WRITABLE = (InterpretationState.DRAFT, InterpretationState.RETURNED)
OPEN = (*WRITABLE, InterpretationState.IN_REVIEW)
WROTE = (Act.CREATED, Act.SAVED)

__all__ = ["OPEN", "READERS", "WRITABLE", "WRITERS"]


def may_begin(user: User) -> Verdict:
    if user.has_role(*WRITERS):
        return Allowed()
    return Denied(_("Only policy editors and translators write interpretations."))


def may_write(user: User, found: Interpretation) -> Verdict:
    return may_begin(user) and _in_state(found, *WRITABLE)


def may_send(user: User, found: Interpretation) -> Verdict:
    return may_write(user, found) and is_complete(found)


def is_complete(found: Interpretation) -> Verdict:
    """Both languages, every file, at least one policy; and where the district says so no outdated translation."""
    if not found.links.exists():
        return Denied(_("Say which policy it explains."))
    missing = gaps(found.kind, found.content, set(found.files.values_list("slot", flat=True)))
    if missing:
        return Denied(_("Still missing: %(fields)s.") % {"fields": listed(missing)})
    if settings.POLICY_STALE_BLOCKS and found.stale:
        return Denied(_("Translations are out of date: %(fields)s.") % {"fields": listed(found.stale)})
    return Allowed()


def may_take_back(user: User, found: Interpretation) -> Verdict:
    if found.author_id != user.pk:
        return Denied(_("Only the person who wrote it takes it back."))
    return _in_state(found, InterpretationState.IN_REVIEW)


def may_send_back(user: User, found: Interpretation) -> Verdict:
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers decide on this."))
    if found.author_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else reviews it. You can take it back."))
    return _in_state(found, InterpretationState.IN_REVIEW)


def may_publish(user: User, found: Interpretation) -> Verdict:
    """Never the author, nor anybody who wrote a part of it."""
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers publish."))
    verdict = _in_state(found, InterpretationState.IN_REVIEW)
    if not verdict:
        return verdict
    return _is_foreign(user, found) and is_complete(found)


def may_discard(user: User, found: Interpretation) -> Verdict:
    if found.author_id != user.pk and not user.has_role(Role.REVIEWER):
        return Denied(_("Only the person who wrote it, or a reviewer, discards it."))
    return _in_state(found, *WRITABLE)


def may_withdraw(user: User, found: Interpretation) -> Verdict:
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers withdraw what is published."))
    return _in_state(found, InterpretationState.PUBLISHED)


def may_revise(user: User, found: Interpretation) -> Verdict:
    return may_begin(user) and _in_state(found, InterpretationState.PUBLISHED)


def may_confirm(user: User, found: Interpretation) -> Verdict:
    """That it is right for the policy as it is now, says somebody who did not write it."""
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers decide on this."))
    verdict = _in_state(found, InterpretationState.PUBLISHED) and _is_foreign(user, found)
    if verdict and not any(link.is_outdated for link in found.links.select_related("policy")):
        return Denied(_("It already refers to the policy as it is now."))
    return verdict


def _is_foreign(user: User, found: Interpretation) -> Verdict:
    if found.author_id == user.pk:
        return Denied(_("You wrote this yourself: somebody else must publish it."))
    if found.comments.filter(author=user, act__in=WROTE).exists():
        return Denied(_("You wrote a part of this text: somebody else must publish it."))
    return Allowed()


def _in_state(found: Interpretation, *states: str) -> Verdict:
    """Allowed in these states; else where it is now."""
    if found.state in states:
        return Allowed()
    name = found.reviewer.name if found.reviewer else ""
    reasons = {
        InterpretationState.DRAFT: _("It is a draft now: it was taken back, or never sent."),
        InterpretationState.IN_REVIEW: _("It is being reviewed. Its author can take it back."),
        InterpretationState.RETURNED: _("%(name)s has returned it with comments.") % {"name": name},
        InterpretationState.PUBLISHED: _("%(name)s has already published it.") % {"name": name},
        InterpretationState.WITHDRAWN: _("It has been withdrawn."),
        InterpretationState.DISCARDED: _("It has been discarded."),
    }
    return Denied(reasons[InterpretationState(found.state)])
