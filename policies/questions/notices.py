"""What people are told about public questions. All of it can wait for the daily digest."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from notices.workflow import Text, notify
from policies.models import PolicyQuestion
from policies.questions.enums import QuestionAct

SHOWN = 80


def tell_editors(question: PolicyQuestion, by: User) -> None:
    for person in User.objects.with_role(Role.EDITOR).exclude(pk=by.pk):
        _notify("proposed", question, person, lambda: _proposed(question, by))


def tell_reviewers(question: PolicyQuestion, by: User) -> None:
    for person in User.objects.with_role(Role.REVIEWER).exclude(pk__in=[by.pk, question.author_id]):
        _notify("review", question, person, lambda: _to_review(question, by))


def tell_sender(question: PolicyQuestion, by: User, reason: str) -> None:
    """Who sent it to review hears what should be changed."""
    last = question.events.filter(act=QuestionAct.SENT).select_related("author").last()
    if last and last.author and last.author != by:
        _notify("returned", question, last.author, lambda: _returned(question, by, reason))


def tell_published(question: PolicyQuestion, by: User) -> None:
    """The asker is thanked once, however often it is published; who proposed it hears of it too."""
    asker, author = question.asker, question.author
    if asker and asker.is_active:
        key = f"question:thanks:{question.pk}"
        notify(asker, key=key, kind="policy_question_thanks", text=lambda: _thanks(question))
    if author and author not in (by, asker):
        _notify("published", question, author, lambda: _published(question))


def tell_withdrawn(question: PolicyQuestion, by: User, reason: str) -> None:
    if question.author and question.author != by:
        _notify("withdrawn", question, question.author, lambda: _withdrawn(question, by, reason))


def _notify(what: str, question: PolicyQuestion, person: User, text: Callable[[], Text]) -> None:
    """Unique for each time it comes round: sent, returned and sent again are three messages."""
    key = f"question:{what}:{question.pk}:{question.events.count()}:{person.pk}"
    notify(person, key=key, kind=f"policy_question_{what}", text=text)


def _named(question: PolicyQuestion) -> dict[str, str]:
    return {"title": str(question.policy), "question": Truncator(question.question).chars(SHOWN)}


def _own_page(question: PolicyQuestion) -> str:
    return reverse("publishing:question", args=[question.pk])


def _public_page(question: PolicyQuestion) -> str:
    return reverse("policies:questions", args=[question.policy.slug])


def _proposed(question: PolicyQuestion, by: User) -> Text:
    body = _("%(name)s proposes a question and its answer for the page of “%(title)s”: %(question)s")
    words = {"name": by.name, **_named(question)}
    return Text(_("Question proposed: %(title)s") % words, body % words, _own_page(question))


def _to_review(question: PolicyQuestion, by: User) -> Text:
    body = _("%(name)s has sent a question and its answer to review: %(question)s")
    words = {"name": by.name, **_named(question)}
    return Text(_("Question to review: %(title)s") % words, body % words, _own_page(question))


def _returned(question: PolicyQuestion, by: User, reason: str) -> Text:
    body = _("%(name)s has returned the question with a comment: %(reason)s")
    words = {"name": by.name, "reason": reason, **_named(question)}
    return Text(_("Question returned: %(title)s") % words, body % words, _own_page(question))


def _thanks(question: PolicyQuestion) -> Text:
    body = _(
        "What you asked about “%(title)s” is now public with its answer, for everybody with the same question. "
        "Neither you nor your enterprise is named. Thank you."
    )
    words = _named(question)
    return Text(_("Your question helps others: %(title)s") % words, body % words, _public_page(question))


def _published(question: PolicyQuestion) -> Text:
    body = _("The question that you proposed is public now: %(question)s")
    words = _named(question)
    return Text(_("Question published: %(title)s") % words, body % words, _public_page(question))


def _withdrawn(question: PolicyQuestion, by: User, reason: str) -> Text:
    """To who proposed it; the address is that of the request, which they may read."""
    body = _("%(name)s has withdrawn the question that you proposed (%(question)s): %(reason)s")
    words = {"name": by.name, "reason": reason, **_named(question)}
    url = reverse("desk:request", args=[question.source]) if question.source else _public_page(question)
    return Text(_("Question withdrawn: %(title)s") % words, body % words, url)
