"""Who may do what with a public question, each refusal with its reason."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.enums import Role
from accounts.models import User
from policies.models import Policy, PolicyQuestion
from policies.questions.enums import QuestionAct, QuestionState
from policies.questions.privacy import findings_of
from portal.core.access import Allowed, Denied, Verdict
from portal.core.prepared import TEXT, kept

PROPOSERS = (Role.STEWARD, Role.HANDLER, Role.ADMIN)
WRITERS = (Role.EDITOR, Role.TRANSLATOR)
WRITABLE = (QuestionState.DRAFT, QuestionState.RETURNED)
TEXTS = ("question_zh_hans", "question_en", "answer_zh_hans", "answer_en")


def may_propose(user: User, policy: Policy) -> Verdict:
    if not user.has_role(*PROPOSERS):
        return Denied(_("Only those who answer requests propose questions and answers."))
    if policy.published_at is None:
        return Denied(_("This policy has not been published yet."))
    return Allowed()


def may_write(user: User, question: PolicyQuestion) -> Verdict:
    if not user.has_role(*WRITERS):
        return Denied(_("Only policy editors and translators write here."))
    return _in_state(question, *WRITABLE)


def may_send(user: User, question: PolicyQuestion) -> Verdict:
    return may_write(user, question) and is_complete(question)


def is_complete(question: PolicyQuestion) -> Verdict:
    """Everything in both languages, and nobody who asked named."""
    missing = [column for column in TEXTS if not (getattr(question, column) or "").strip()]
    if missing:
        return Denied(_("Still missing: %(fields)s.") % {"fields": _listed(missing)})
    named = [finding.text for finding in findings_of(question) if finding.certain]
    if named:
        names = pgettext("between names that have commas", "; ").join(dict.fromkeys(named))
        return Denied(_("The texts still name who asked: %(names)s.") % {"names": names})
    return Allowed()


def may_take_back(user: User, question: PolicyQuestion) -> Verdict:
    if not user.has_role(*WRITERS):
        return Denied(_("Only policy editors and translators write here."))
    return _in_state(question, QuestionState.IN_REVIEW)


def may_send_back(user: User, question: PolicyQuestion) -> Verdict:
    if not user.has_role(Role.REVIEWER):
        return Denied(_("Only policy reviewers decide on this."))
    return _in_state(question, QuestionState.IN_REVIEW)


def may_publish(user: User, question: PolicyQuestion) -> Verdict:
    """Never who proposed it, nor who sent it to review, nor anybody who wrote a part of it."""
    verdict = may_send_back(user, question)
    if not verdict:
        return verdict
    if question.author_id == user.pk:
        return Denied(_("You proposed this yourself: somebody else must publish it."))
    if question.events.filter(author=user, act=QuestionAct.SAVED).exists():
        return Denied(_("You wrote a part of this text: somebody else must publish it."))
    sent = question.events.filter(act=QuestionAct.SENT).last()
    if sent and sent.author_id == user.pk:
        return Denied(_("You sent it to review yourself: somebody else must publish it."))
    return is_complete(question)


def may_withdraw(user: User, question: PolicyQuestion) -> Verdict:
    """Not to take it up at all, or to take it off the policy's page."""
    if not user.has_role(Role.EDITOR, Role.REVIEWER):
        return Denied(_("Only policy editors and reviewers withdraw questions."))
    return _in_state(question, *WRITABLE, QuestionState.PUBLISHED)


def may_take_up(user: User, question: PolicyQuestion) -> Verdict:
    """Write a withdrawn one again, unless its request has been proposed anew since."""
    if not user.has_role(Role.EDITOR):
        return Denied(_("Only policy editors take up withdrawn questions."))
    verdict = _in_state(question, QuestionState.WITHDRAWN)
    if verdict and question.source and live_of(question.source):
        return Denied(_("The same request has been proposed anew since."))
    return verdict


def live_of(source: str) -> PolicyQuestion | None:
    """What has become of the request, unless that was withdrawn."""
    found: list[PolicyQuestion] = kept(_live_of).all({TEXT: source})
    return found[0] if found else None


def _live_of() -> QuerySet[PolicyQuestion]:
    """The request page asks it each time: planned once for each connection."""
    rows = PolicyQuestion.objects.exclude(state=QuestionState.WITHDRAWN)
    return rows.select_related("policy").filter(source=TEXT).order_by("pk")[:1]


def _listed(columns: list[str]) -> str:
    labels = {
        "question_zh_hans": _("Question (Chinese)"),
        "question_en": _("Question (English)"),
        "answer_zh_hans": _("Answer (Chinese)"),
        "answer_en": _("Answer (English)"),
    }
    return pgettext("between names in a list", ", ").join(labels[column] for column in columns)


def _in_state(question: PolicyQuestion, *states: str) -> Verdict:
    """Allowed in these states; else where it is now."""
    if question.state in states:
        return Allowed()
    reasons = {
        QuestionState.DRAFT: _("It is a draft now: it was taken back, or never sent."),
        QuestionState.IN_REVIEW: _("It is being reviewed. Those who write can take it back."),
        QuestionState.RETURNED: _("It has been returned with comments."),
        QuestionState.PUBLISHED: _("It has been published. To change it, withdraw it first."),
        QuestionState.WITHDRAWN: _("It has been withdrawn. An editor can take it up again."),
    }
    return Denied(reasons[QuestionState(question.state)])
