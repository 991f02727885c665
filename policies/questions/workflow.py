"""From an answered request to a public question and answer. One verb per act.

Every verb: validate → atomic → lock → re-check → save(update_fields) → row of history → messages.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from policies.models import Policy, PolicyQuestion, QuestionEvent
from policies.questions import notices, rules
from policies.questions.enums import Check, QuestionAct, QuestionState
from policies.questions.privacy import findings_of
from policies.search.index import refresh_search
from portal.core.access import Refused, Verdict, require

LONGEST = {"question": 500, "answer": 5_000}
MAX_REASON = 2_000


class Overtaken(Refused):
    """Somebody else saved since the page was opened; `current` is the question as it is now."""

    def __init__(self, current: PolicyQuestion) -> None:
        self.current = current
        super().__init__(_("Somebody else saved this question after you had opened it."))


def propose(
    policy: Policy,
    *,
    by: User,
    texts: Mapping[str, str],
    source: str = "",
    asker: User | None = None,
    enterprise: Enterprise | None = None,
) -> PolicyQuestion:
    """A draft from what was asked and answered. `texts`: columns of the languages. The same request only once."""
    require(rules.may_propose(by, policy))
    cleaned = _cleaned(texts)
    fields: dict[str, Any] = {**cleaned, "version": policy.version, "author": by, "asker": asker}
    try:
        with transaction.atomic():
            question = PolicyQuestion.objects.create(policy=policy, source=source, enterprise=enterprise, **fields)
            _log(question, by, QuestionAct.PROPOSED)
            notices.tell_editors(question, by)
    except IntegrityError:
        raise Refused(_("This request has been proposed already."))
    return question


def save(question: PolicyQuestion, *, by: User, texts: Mapping[str, str], seen: int) -> PolicyQuestion:
    """Keep what was written. `seen`: the lock_version it was written from. Overtaken when somebody saved since."""
    cleaned = _cleaned(texts)
    with transaction.atomic():
        locked = _locked(question, by, rules.may_write)
        if all((getattr(locked, column) or "") == text for column, text in cleaned.items()):
            return locked
        if locked.lock_version != seen:
            raise Overtaken(locked)
        _change(locked, **cleaned, lock_version=locked.lock_version + 1)
        _log_saved(locked, by)
    return locked


def send_to_review(question: PolicyQuestion, *, by: User, seen: int, checked: Collection[str]) -> PolicyQuestion:
    """Complete in both languages, nobody named, and all of the checklist said."""
    with transaction.atomic():
        locked = _read(question, by, rules.may_send, seen)
        if not set(Check.values) <= set(checked):
            raise Refused(_("Go through the checklist: each of its points must be true."))
        _change(locked, state=QuestionState.IN_REVIEW)
        _log(locked, by, QuestionAct.SENT)
        notices.tell_reviewers(locked, by)
    return locked


def take_back(question: PolicyQuestion, *, by: User) -> PolicyQuestion:
    with transaction.atomic():
        locked = _locked(question, by, rules.may_take_back)
        _change(locked, state=QuestionState.DRAFT)
        _log(locked, by, QuestionAct.TAKEN_BACK)
    return locked


def send_back(question: PolicyQuestion, *, by: User, text: str) -> PolicyQuestion:
    """Return to those who write, with what should be changed."""
    reason = _needed(text, _("Say what should be changed."))
    with transaction.atomic():
        locked = _locked(question, by, rules.may_send_back)
        _change(locked, state=QuestionState.RETURNED)
        _log(locked, by, QuestionAct.RETURNED, reason)
        notices.tell_sender(locked, by, reason)
    return locked


def publish(
    question: PolicyQuestion, *, by: User, seen: int, version: int | None = None, sure: bool = False
) -> PolicyQuestion:
    """Everybody can read it, as what holds for the policy's present version. `sure`: what was found may stay.

    `version`: of the policy, as it stood on the page that was read.
    """
    with transaction.atomic():
        locked = _read(question, by, rules.may_publish, seen)
        if version not in (None, locked.policy.version):
            raise Refused(_("The policy has changed since you opened this page. Check that the answer still holds."))
        if not sure and findings_of(locked):
            raise Refused(_("Something looks like personal or enterprise data: say that it may stay, or return it."))
        now, holds_for = timezone.now(), locked.policy.version
        _change(locked, state=QuestionState.PUBLISHED, reviewer=by, published_at=now, version=holds_for)
        refresh_search(locked.policy)
        _log(locked, by, QuestionAct.PUBLISHED)
        notices.tell_published(locked, by)
    return locked


def withdraw(question: PolicyQuestion, *, by: User, text: str) -> PolicyQuestion:
    """Take it off the policy's page, or do not take the proposal up; with a reason."""
    reason = _needed(text, _("Say why it is withdrawn."))
    with transaction.atomic():
        locked = _locked(question, by, rules.may_withdraw)
        was_public = locked.state == QuestionState.PUBLISHED
        _change(locked, state=QuestionState.WITHDRAWN)
        if was_public:
            refresh_search(locked.policy)
        _log(locked, by, QuestionAct.WITHDRAWN, reason)
        notices.tell_withdrawn(locked, by, reason)
    return locked


def take_up(question: PolicyQuestion, *, by: User) -> PolicyQuestion:
    """A withdrawn one becomes a draft again: corrected, it goes through review like every other."""
    try:
        with transaction.atomic():
            locked = _locked(question, by, rules.may_take_up)
            _change(locked, state=QuestionState.DRAFT, reviewer=None, published_at=None)
            _log(locked, by, QuestionAct.TAKEN_UP)
    except IntegrityError:
        raise Refused(_("The same request has been proposed anew since."))
    return locked


# --- pieces ---------------------------------------------------------------------------------------------------------


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    cleaned = {column: texts[column].replace("\r\n", "\n").strip() for column in rules.TEXTS if column in texts}
    for column, text in cleaned.items():
        most = LONGEST[column.partition("_")[0]]
        if len(text) > most:
            raise Refused(_("A text has at most %(count)s characters.") % {"count": f"{most:,}"})
        if "\x00" in text:
            raise Refused(_("A text has a character that cannot be kept."))
    if not any(cleaned.values()):
        raise Refused(_("Write a question and an answer."))
    return cleaned


def _needed(text: str, reason: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(reason)
    if len(text) > MAX_REASON:
        raise Refused(_("A comment has at most %(count)s characters.") % {"count": f"{MAX_REASON:,}"})
    return text


def _locked(question: PolicyQuestion, by: User, rule: Callable[[User, PolicyQuestion], Verdict]) -> PolicyQuestion:
    """Its row and its policy's, so that the version and the search words are those of one moment."""
    Policy.objects.select_for_update(of=("self",)).only("pk").get(pk=question.policy_id)
    rows = PolicyQuestion.objects.select_for_update(of=("self",))
    locked = rows.select_related("policy", "enterprise", "asker", "author").get(pk=question.pk)
    require(rule(by, locked))
    return locked


def _read(
    question: PolicyQuestion, by: User, rule: Callable[[User, PolicyQuestion], Verdict], seen: int
) -> PolicyQuestion:
    """Locked, and still what the person has read."""
    locked = _locked(question, by, rule)
    if locked.lock_version != seen:
        raise Refused(_("The text has changed since you opened this page. Please read it again."))
    return locked


def _change(question: PolicyQuestion, **fields: Any) -> None:
    for name, value in {**fields, "changed_at": timezone.now()}.items():
        setattr(question, name, value)
    question.save(update_fields=[*fields, "changed_at"])


def _log(question: PolicyQuestion, by: User, act: QuestionAct, text: str = "") -> None:
    QuestionEvent.objects.create(question=question, author=by, act=act, text=text)


def _log_saved(question: PolicyQuestion, by: User) -> None:
    """One row for a person's savings in a row, with the time of the last."""
    last = question.events.last()
    if last and last.act == QuestionAct.SAVED and last.author_id == by.pk:
        last.created_at = timezone.now()
        last.save(update_fields=["created_at"])
    else:
        _log(question, by, QuestionAct.SAVED)
