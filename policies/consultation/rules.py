"""Who may do what with consultations."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.enums import Role
from accounts.models import User
from policies.consultation.enums import Stage, Standing
from policies.models import CommentGroup, Consultation
from policies.rules import READERS
from portal.core import bilingual
from portal.core.access import Allowed, Denied, Verdict
from portal.core.calendar import local_day

__all__ = ["READERS", "WRITERS"]

WRITERS = (Role.EDITOR, Role.TRANSLATOR)
MANDATORY = {"title": gettext_lazy("title"), "reason": gettext_lazy("why we ask")}
MOST_DAYS = 366


def both(row: Any, field: str) -> bool:
    """Whether a text is given in both languages."""
    return all((getattr(row, column) or "").strip() for column in bilingual.columns(field))


def may_begin(user: User) -> Verdict:
    if user.has_role(Role.EDITOR):
        return Allowed()
    return Denied(_("Only policy editors begin a consultation."))


def may_write(user: User, consultation: Consultation) -> Verdict:
    if not user.has_role(*WRITERS):
        return Denied(_("Only policy editors and translators write here."))
    return in_stage(consultation, Stage.DRAFT)


def may_send(user: User, consultation: Consultation) -> Verdict:
    if not user.has_role(Role.EDITOR):
        return Denied(_("A policy editor sends it to review."))
    return in_stage(consultation, Stage.DRAFT) and is_complete(consultation)


def is_complete(consultation: Consultation) -> Verdict:
    """Everything in both languages, and days that leave people the time they need."""
    missing = [each for each in MANDATORY if not both(consultation, each)]
    if missing:
        names = [str(MANDATORY[each]) for each in missing]
        listed = pgettext("between names in a list", ", ").join(names)
        return Denied(_("Still missing in one language or in both: %(fields)s.") % {"fields": listed})
    if consultation.department_id is None:
        return Denied(_("Say which department issues the draft."))
    clauses = list(consultation.clauses.all())
    if not clauses:
        return Denied(_("The draft has no article yet."))
    lacking = [str(clause) for clause in clauses if not both(clause, "text")]
    if lacking:
        listed = pgettext("between names in a list", ", ").join(lacking[:10])
        return Denied(_("In one language only: %(clauses)s.") % {"clauses": listed})
    return has_time(consultation, local_day())


def has_time(consultation: Consultation, today: date) -> Verdict:
    opens, closes = consultation.opens_on, consultation.closes_on
    if opens is None or closes is None:
        return Denied(_("Give the first and the last day for comments."))
    if opens < today:
        return Denied(_("The first day has passed: choose another one."))
    if consultation.days > MOST_DAYS:
        return Denied(_("A consultation lasts a year at most."))
    if consultation.days < settings.CONSULTATION_SHORTEST_DAYS:
        shortest = settings.CONSULTATION_SHORTEST_DAYS
        return Denied(_("People need at least %(days)s days to comment.") % {"days": shortest})
    if consultation.days < settings.CONSULTATION_DAYS and not both(consultation, "short_reason"):
        usual = settings.CONSULTATION_DAYS
        return Denied(
            _("Shorter than %(days)s days: say why, in both languages. The public reads it.") % {"days": usual}
        )
    return Allowed()


def may_take_back(user: User, consultation: Consultation) -> Verdict:
    if not user.has_role(*WRITERS):
        return Denied(_("Only policy editors and translators take it back."))
    return in_stage(consultation, Stage.IN_REVIEW, Stage.ANSWERS_IN_REVIEW)


def may_decide(user: User, consultation: Consultation) -> Verdict:
    """Review either the draft or the answers: never what one has written oneself."""
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers decide on this."))
    verdict = in_stage(consultation, Stage.IN_REVIEW, Stage.ANSWERS_IN_REVIEW)
    if not verdict:
        return verdict
    if user.pk in _writers(consultation):
        return Denied(_("You wrote a part of this yourself: somebody else reviews it."))
    return Allowed()


def may_publish(user: User, consultation: Consultation) -> Verdict:
    """To make the draft public, or the answers."""
    verdict = may_decide(user, consultation)
    if not verdict:
        return verdict
    return is_complete(consultation) if consultation.stage == Stage.IN_REVIEW else is_answered(consultation)


def may_withdraw(user: User, consultation: Consultation) -> Verdict:
    if not user.has_role(Role.EDITOR, Role.REVIEWER):
        return Denied(_("Only policy editors and reviewers withdraw a consultation."))
    return in_stage(consultation, Stage.DRAFT, Stage.IN_REVIEW, Stage.RELEASED, Stage.ANSWERS_IN_REVIEW)


def is_open(consultation: Consultation, day: date) -> Verdict:
    if consultation.standing_on(day) == Standing.OPEN:
        return Allowed()
    return Denied(_("Comments are no longer taken, or not yet."))


def may_comment(user: Any, consultation: Consultation, day: date) -> Verdict:
    """Everybody while it is open; staff of the district are not among those who are asked."""
    if user.is_authenticated and user.is_official:
        return Denied(_("You are signed in as staff of the district, who are not among those asked."))
    return is_open(consultation, day)


def may_evaluate(user: User, consultation: Consultation) -> Verdict:
    """Sort comments and write answers, once nothing more comes in."""
    if not user.has_role(*WRITERS):
        return Denied(_("Only policy editors and translators sort and answer comments."))
    verdict = in_stage(consultation, Stage.RELEASED)
    if verdict and consultation.standing != Standing.EVALUATED:
        return Denied(_("Comments are sorted and answered once the last day has passed."))
    return verdict


def may_send_answers(user: User, consultation: Consultation) -> Verdict:
    verdict = may_evaluate(user, consultation)
    if verdict and not user.has_role(Role.EDITOR):
        return Denied(_("A policy editor sends it to review."))
    return verdict and is_answered(consultation)


def is_answered(consultation: Consultation) -> Verdict:
    """Every comment in a group or set aside, and every group answered in both languages."""
    left = consultation.comments.filter(group__isnull=True, set_aside="").count()
    if left:
        return Denied(_("Not sorted yet: %(count)s comments.") % {"count": left})
    groups = consultation.groups.annotate(size=Count("comments"))
    unready = [str(group) for group in groups if not _ready(group)]
    if unready:
        listed = pgettext("between names that have commas", "; ").join(unready[:10])
        return Denied(_("Not complete in both languages, or without a comment: %(groups)s.") % {"groups": listed})
    return Allowed()


def _ready(group: CommentGroup) -> bool:
    size: int = group.size  # type: ignore[attr-defined] # annotated
    return bool(size and group.kind) and all(both(group, field) for field in ("title", "summary", "answer"))


def may_name_outcome(user: User, consultation: Consultation) -> Verdict:
    if not user.has_role(Role.EDITOR, Role.REVIEWER):
        return Denied(_("Only policy editors and reviewers say which policy came of it."))
    if consultation.standing not in (Standing.EVALUATED, Standing.ANSWERED):
        return Denied(_("Say what came of it once the last day has passed."))
    return Allowed()


def _writers(consultation: Consultation) -> Collection[int]:
    if consultation.stage == Stage.IN_REVIEW:
        return {*consultation.writers, consultation.author_id}
    return consultation.answerers


def in_stage(consultation: Consultation, *stages: Stage) -> Verdict:
    """Allowed in these; else how it stands now."""
    if consultation.stage in stages:
        return Allowed()
    reasons = {
        Stage.DRAFT: _("It is a draft now: it was taken back, returned, or never sent."),
        Stage.IN_REVIEW: _("It is being reviewed. Those who write it can take it back."),
        Stage.RELEASED: _("It has been published for comment."),
        Stage.ANSWERS_IN_REVIEW: _("The answers are being reviewed. Those who write them can take them back."),
        Stage.ANSWERED: _("It has been answered, and the answers are public."),
        Stage.WITHDRAWN: _("The consultation has been withdrawn."),
    }
    return Denied(reasons[Stage(consultation.stage)])
