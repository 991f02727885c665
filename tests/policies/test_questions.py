"""Public questions: from an answered request to a policy's page, and who may do what on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notices.models import Message
from policies.models import Policy, PolicyQuestion
from policies.questions import texts, workflow
from policies.questions.enums import Check, QuestionAct, QuestionState
from policies.search.index import asked, searched
from portal.core import bilingual
from portal.core.access import Refused
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator
from tests.factories.questions import TEXTS, complete, in_review, proposed, published

pytestmark = pytest.mark.django_db
ALL = list(Check.values)


def acts(question: PolicyQuestion) -> list[str]:
    return [event.act for event in question.events.all()]


def in_state(state: str) -> PolicyQuestion:
    if state == "draft":
        return complete()
    if state == "in_review":
        return in_review()
    if state == "returned":
        return workflow.send_back(in_review(), by=reviewer(), text="Shorter, please.")
    question = published()
    return question if state == "published" else workflow.withdraw(question, by=reviewer(), text="Outdated.")


# verb → how the right person calls it, and where it leads from each state that takes it
CALLS: dict[str, tuple[Callable[[PolicyQuestion, Any], Any], Callable[[], Any], dict[str, str]]] = {
    "save": (
        lambda q, by: workflow.save(q, by=by, texts={"answer_en": "It may."}, seen=q.lock_version),
        editor,
        {"draft": "draft", "returned": "returned"},
    ),
    "send_to_review": (
        lambda q, by: workflow.send_to_review(q, by=by, seen=q.lock_version, checked=ALL),
        translator,
        {"draft": "in_review", "returned": "in_review"},
    ),
    "take_back": (lambda q, by: workflow.take_back(q, by=by), editor, {"in_review": "draft"}),
    "send_back": (lambda q, by: workflow.send_back(q, by=by, text="Too long."), reviewer, {"in_review": "returned"}),
    "publish": (lambda q, by: workflow.publish(q, by=by, seen=q.lock_version), reviewer, {"in_review": "published"}),
    "withdraw": (
        lambda q, by: workflow.withdraw(q, by=by, text="No longer right."),
        reviewer,
        dict.fromkeys(("draft", "returned", "published"), "withdrawn"),
    ),
    "take_up": (lambda q, by: workflow.take_up(q, by=by), editor, {"withdrawn": "draft"}),
}


@pytest.mark.parametrize("state", QuestionState.values)
def test_each_verb_in_each_state(state: str, subtests: Any) -> None:
    pk = in_state(state).pk
    for verb, (call, who, leads) in CALLS.items():
        with subtests.test(verb=verb), transaction.atomic():
            question = PolicyQuestion.objects.get(pk=pk)
            outsider = StewardFactory()
            with pytest.raises(Refused) as refused:
                call(question, outsider)
            assert len(str(refused.value)) > 20
            if state in leads:
                assert call(question, who()).state == PolicyQuestion.objects.get(pk=pk).state == leads[state]
            else:
                with pytest.raises(Refused) as refused:
                    call(question, who())
                assert len(str(refused.value)) > 20
                assert PolicyQuestion.objects.get(pk=pk).state == state
            transaction.set_rollback(True)


def test_from_a_request_to_the_page() -> None:
    steward, asker, author = StewardFactory(), UserFactory(), editor()
    policy = PolicyFactory(version=2)
    first = proposed(steward, policy, source="2026-1", asker=asker)
    assert (first.state, first.version, first.question_zh_hans) == ("draft", 2, None)
    with pytest.raises(Refused, match=r"Still missing: Question \(Chinese\), Answer \(Chinese\)"):
        workflow.send_to_review(first, by=author, seen=0, checked=ALL)
    saved = workflow.save(first, by=author, texts=TEXTS, seen=0)
    workflow.save(saved, by=author, texts={"answer_en": "It may; see the page."}, seen=1)
    for checked in ([], ALL[:2]):
        with pytest.raises(Refused, match="checklist"):
            workflow.send_to_review(saved, by=author, seen=2, checked=checked)
    sent = workflow.send_to_review(saved, by=author, seen=2, checked=ALL)
    Policy.objects.filter(pk=policy.pk).update(version=3)
    done = workflow.publish(sent, by=reviewer(), seen=2)
    assert done.published_at
    assert done.version == 3  # what the reviewer compared it with
    assert acts(done) == ["proposed", "saved", "sent", "published"]  # one row for two savings in a row
    assert [row.pk for row in PolicyQuestion.objects.published()] == [first.pk]
    assert list(searched(Policy.objects.all(), asked("外资企业"))) == [policy]
    workflow.withdraw(done, by=author, text="Wrong.")
    assert not searched(Policy.objects.all(), asked("外资企业")).exists()
    assert not PolicyQuestion.objects.published().exists()


def test_nobody_publishes_what_they_wrote() -> None:
    both = UserFactory(roles=["editor", "reviewer", "steward"])
    for question in (in_review(both), in_review(complete().author)):
        if question.author != both:
            question = workflow.take_back(question, by=both)
            question = workflow.save(question, by=both, texts={"answer_en": "Yes."}, seen=question.lock_version)
            question = workflow.send_to_review(question, by=both, seen=question.lock_version, checked=ALL)
        with pytest.raises(Refused, match="somebody else must publish it"):
            workflow.publish(question, by=both, seen=question.lock_version)
    rows = PolicyQuestion.objects.filter(pk=question.pk)
    with pytest.raises(IntegrityError, match="question_published_by_someone_else"), transaction.atomic():
        rows.update(state="published", published_at=timezone.now(), reviewer=question.author_id)


def test_nobody_publishes_what_they_sent_to_review() -> None:
    """Also who wrote nothing of it: to send it is to vouch for it."""
    both = UserFactory(roles=["editor", "reviewer"])
    question = workflow.send_to_review(complete(), by=both, seen=0, checked=ALL)
    with pytest.raises(Refused, match="You sent it to review yourself"):
        workflow.publish(question, by=both, seen=0)
    workflow.take_back(question, by=both)
    workflow.send_to_review(question, by=editor(), seen=0, checked=ALL)
    assert workflow.publish(question, by=both, seen=0).state == "published"


def test_what_was_read_is_published_for_the_version_it_was_read_with() -> None:
    question = in_review()
    Policy.objects.filter(pk=question.policy_id).update(version=2)
    with pytest.raises(Refused, match="The policy has changed since you opened this page"):
        workflow.publish(question, by=reviewer(), seen=0, version=1)
    assert workflow.publish(question, by=reviewer(), seen=0, version=2).version == 2


def test_the_second_of_two_writers_is_shown_what_the_first_saved() -> None:
    question = complete()
    workflow.save(question, by=translator(), texts={"answer_zh_hans": "可以。"}, seen=0)
    with pytest.raises(workflow.Overtaken) as overtaken:
        workflow.save(question, by=editor(), texts={"answer_en": "Yes."}, seen=0)
    assert overtaken.value.current.answer_zh_hans == "可以。"
    same = workflow.save(question, by=editor(), texts={"answer_zh_hans": "可以。\r\n"}, seen=0)
    assert same.lock_version == 1  # the same words are nobody's loss
    with pytest.raises(Refused, match="Please read it again"):
        workflow.send_to_review(question, by=editor(), seen=0, checked=ALL)


def test_a_request_is_proposed_once_until_that_is_withdrawn() -> None:
    policy, by = PolicyFactory(), StewardFactory()
    first = proposed(by, policy, source="2026-7")
    with pytest.raises(Refused, match="proposed already"):
        proposed(by, policy, source="2026-7")
    workflow.withdraw(first, by=editor(), text="Not of general interest.")
    proposed(by, policy, source="2026-7")
    with pytest.raises(Refused, match="proposed anew since"):
        workflow.take_up(first, by=editor())
    assert proposed(by, policy).pk != proposed(by, policy).pk  # without a request nothing is the same


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({}, "Write a question"),
        ({"question_en": " \r\n "}, "Write a question"),
        ({"question_en": "x" * 501}, "at most 500"),
        ({"answer_zh_hans": "字" * 5_001}, "at most 5,000"),
        ({"answer_en": "a\x00b"}, "cannot be kept"),
    ],
)
def test_texts_that_cannot_be_kept(texts: dict[str, str], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        proposed(texts=texts)


def test_who_proposes_and_about_what() -> None:
    for person in (editor(), UserFactory(), UserFactory(roles=["auditor"])):
        with pytest.raises(Refused, match="Only those who answer requests"):
            proposed(person)
    with pytest.raises(Refused, match="not been published"):
        proposed(policy=PolicyFactory(published_at=None))


@pytest.mark.parametrize("verb", [workflow.send_back, workflow.withdraw])
def test_a_reason_is_needed(verb: Any) -> None:
    question = in_review() if verb is workflow.send_back else complete()
    for text in ("", " \n", "x" * 2_001):
        with pytest.raises(Refused, match=r"Say w|at most"):
            verb(question, by=reviewer(), text=text)
    assert PolicyQuestion.objects.get(pk=question.pk).state == question.state


def test_who_asked_is_refused_and_what_looks_personal_is_confirmed() -> None:
    enterprise = EnterpriseFactory(name_zh_hans="上海虹口星图软件有限公司", credit_code="91310109KJJCL55G70")
    named = complete(texts={**TEXTS, "answer_zh_hans": "上海虹口星图软件有限公司可以申请。"}, enterprise=enterprise)
    with pytest.raises(Refused, match="still name who asked: 上海虹口星图软件有限公司"):
        workflow.send_to_review(named, by=editor(), seen=0, checked=ALL)
    phone = in_review(texts={**TEXTS, "answer_en": "Call 021-6512 3456."})
    with pytest.raises(Refused, match="say that it may stay"):
        workflow.publish(phone, by=reviewer(), seen=0)
    assert workflow.publish(phone, by=reviewer(), seen=0, sure=True).state == "published"
    # what was learnt of the enterprise after it was sent counts too
    late = in_review(texts={**TEXTS, "answer_en": "As for Stargraph Ltd."}, enterprise=enterprise)
    type(enterprise).objects.filter(pk=enterprise.pk).update(name_en="Stargraph Ltd")
    with pytest.raises(Refused, match="Stargraph Ltd"):
        workflow.publish(late, by=reviewer(), seen=0, sure=True)


def test_the_messages_wait_for_the_digest_and_thank_the_asker_once() -> None:
    writer, judge, steward = editor(), reviewer(), StewardFactory()
    asker = UserFactory(language="zh-hans")
    question = complete(steward, asker=asker)
    question = workflow.send_to_review(question, by=writer, seen=0, checked=ALL)
    question = workflow.send_back(question, by=judge, text="Name the law.")
    question = workflow.send_to_review(question, by=writer, seen=0, checked=ALL)
    question = workflow.publish(question, by=judge, seen=0)
    question = workflow.withdraw(question, by=judge, text="The law has changed.")
    question = workflow.take_up(question, by=writer)
    question = workflow.send_to_review(question, by=writer, seen=0, checked=ALL)
    workflow.publish(question, by=judge, seen=0)
    assert set(Message.objects.values_list("state", flat=True)) == {"held"}
    kinds = [(m.kind.removeprefix("policy_question_"), m.recipient) for m in Message.objects.order_by("pk")]
    assert kinds == [
        *(("proposed", writer), ("review", judge), ("returned", writer), ("review", judge)),
        *(("thanks", asker), ("published", steward), ("withdrawn", steward), ("review", judge), ("published", steward)),
    ]
    thanks = Message.objects.get(recipient=asker)
    assert thanks.url == f"/zh-hans/policies/{question.policy.slug}/questions/"
    assert "Name the law." in Message.objects.get(kind="policy_question_returned").body


def test_an_asker_who_has_left_gets_nothing() -> None:
    published(asker=UserFactory(is_active=False))
    assert not Message.objects.filter(kind="policy_question_thanks").exists()


def test_texts_for_the_search_are_of_published_ones_only(django_assert_num_queries: Any) -> None:
    policy, other = PolicyFactory(), PolicyFactory()
    published(policy=policy)
    in_review(policy=other)
    with django_assert_num_queries(1):
        found = texts.texts_of([policy.pk, other.pk])
    assert found == {
        policy.pk: {
            "zh-hans": [TEXTS["question_zh_hans"], TEXTS["answer_zh_hans"]],
            "en": [TEXTS["question_en"], TEXTS["answer_en"]],
        }
    }


def test_what_is_shown_beside_a_form(django_assert_num_queries: Any) -> None:
    policy = PolicyFactory()
    rows = [published(policy=policy).pk for _n in range(4)]
    with django_assert_num_queries(1):
        shown = texts.shown_of(policy, 3)
    assert ([row.pk for row in shown.rows], shown.more, shown.over) == (rows[:0:-1], True, False)
    with bilingual.speaking("zh-hans"):
        assert shown.rows[0].question == TEXTS["question_zh_hans"]
    gone = PolicyFactory(replaced_by=policy)
    published(policy=gone)
    assert texts.shown_of(gone).over is True


def test_every_change_is_in_the_audit_trail() -> None:
    question = published()
    trail: Any = PolicyQuestion._meta.get_field("audit_rows").related_model
    states = list(trail.objects.filter(pgh_obj_id=question.pk).order_by("pgh_id").values_list("state", flat=True))
    assert states == ["draft", "in_review", "published"]
    assert trail.objects.latest("pgh_id").answer_zh_hans == TEXTS["answer_zh_hans"]


def test_the_second_reviewer_is_told_that_it_is_done() -> None:
    question = in_review()
    workflow.publish(question, by=reviewer(), seen=0)
    with pytest.raises(Refused, match="It has been published"):
        workflow.publish(question, by=reviewer(), seen=0)
    assert acts(question).count(QuestionAct.PUBLISHED) == 1
