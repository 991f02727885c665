"""What the database keeps of a question whatever the application does, and what its history says."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from policies.models import Policy, PolicyQuestion, QuestionEvent
from policies.questions import rules, texts, workflow
from policies.questions.enums import Check
from policies.search.index import asked, searched
from portal.core.access import Refused
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator
from tests.factories.questions import TEXTS, complete, in_review, proposed, published

pytestmark = pytest.mark.django_db
ALL = list(Check.values)


def row(**fields: Any) -> PolicyQuestion:
    fields = {"policy": fields.pop("policy", None) or PolicyFactory(), **TEXTS, **fields}
    question: PolicyQuestion = PolicyQuestion.objects.create(**fields)
    return question


# --- constraints ----------------------------------------------------------------------------------------------------


def test_a_published_one_has_its_time() -> None:
    with pytest.raises(IntegrityError, match="question_published_at_a_time"), transaction.atomic():
        row(state="published")
    assert row(state="published", published_at=timezone.now()).pk


def test_one_question_a_request_that_is_not_withdrawn() -> None:
    row(source="HK-1")
    with pytest.raises(IntegrityError, match="question_once_a_request"), transaction.atomic():
        row(source="HK-1", state="in_review")
    row(source="HK-1", state="withdrawn")
    row(source="HK-1", state="withdrawn")
    row(source="HK-2")
    row()
    row()


def test_two_that_take_up_the_same_request_at_once_are_told() -> None:
    """The rule saw nobody, the constraint does."""
    question = workflow.withdraw(proposed(source="HK-1"), by=editor(), text="Not now.")
    proposed(source="HK-1")
    with pytest.raises(Refused, match="proposed anew"):
        workflow.take_up(question, by=editor())
    assert rules.live_of("HK-1") != question
    assert rules.live_of("HK-9") is None


def test_people_and_enterprises_that_are_erased_leave_the_answer() -> None:
    asker, enterprise = UserFactory(), EnterpriseFactory()
    question = row(asker=asker, enterprise=enterprise)
    asker.delete()
    enterprise.delete()
    question.refresh_from_db()
    assert (question.asker, question.enterprise) == (None, None)
    assert question.answer_en == TEXTS["answer_en"]


def test_they_go_with_their_policy() -> None:
    question = published()
    Policy.objects.filter(pk=question.policy_id).delete()
    assert not PolicyQuestion.objects.exists()
    assert not QuestionEvent.objects.exists()


# --- history --------------------------------------------------------------------------------------------------------


def test_each_act_is_told_with_its_person_and_words() -> None:
    steward, writer, judge = StewardFactory(), translator(), reviewer()
    question = complete(steward)
    question = workflow.send_to_review(question, by=writer, seen=0, checked=ALL)
    question = workflow.send_back(question, by=judge, text=" Which law?\r\n")
    question = workflow.save(question, by=writer, texts={"answer_en": "By the law."}, seen=0)
    question = workflow.send_to_review(question, by=writer, seen=1, checked=ALL)
    question = workflow.take_back(question, by=writer)
    workflow.withdraw(question, by=judge, text="Asked elsewhere.")
    told = [(event.act, event.author, event.text) for event in question.events.select_related("author")]
    assert told == [
        ("proposed", steward, ""),
        ("sent", writer, ""),
        ("returned", judge, "Which law?"),
        ("saved", writer, ""),
        ("sent", writer, ""),
        ("taken_back", writer, ""),
        ("withdrawn", judge, "Asked elsewhere."),
    ]


def test_savings_of_two_people_are_two_rows() -> None:
    question, first, second = complete(), editor(), translator()
    for number, by in enumerate((first, first, second, first)):
        question = workflow.save(question, by=by, texts={"answer_en": f"Text {number}."}, seen=number)
    saved = [event.author for event in question.events.filter(act="saved").select_related("author")]
    assert saved == [first, second, first]
    assert question.lock_version == 4


def test_what_was_not_sent_stays_as_it_was() -> None:
    question = complete()
    workflow.save(question, by=editor(), texts={"answer_en": "New."}, seen=0)
    question.refresh_from_db()
    assert question.answer_en == "New."
    assert question.answer_zh_hans == TEXTS["answer_zh_hans"]
    with pytest.raises(Refused):
        workflow.save(question, by=editor(), texts={}, seen=1)


def test_a_corrected_answer_is_published_with_its_own_time_and_version() -> None:
    question = published()
    first = question.published_at
    question = workflow.withdraw(question, by=editor(), text="The amount is wrong.")
    question = workflow.take_up(question, by=editor())
    assert (question.published_at, question.reviewer) == (None, None)
    Policy.objects.filter(pk=question.policy_id).update(version=5)
    question = workflow.save(question, by=editor(), texts={"answer_en": "Twice as much."}, seen=0)
    question = workflow.send_to_review(question, by=editor(), seen=1, checked=ALL)
    question = workflow.publish(question, by=reviewer(), seen=1)
    assert question.version == 5
    assert question.published_at
    assert first
    assert question.published_at > first


# --- where it is found ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["foreign-owned", "外资企业", "same conditions", "条件相同"])
def test_a_policy_is_found_by_its_published_answers(words: str) -> None:
    question = in_review()
    assert not searched(Policy.objects.all(), asked(words)).exists()
    workflow.publish(question, by=reviewer(), seen=0)
    assert list(searched(Policy.objects.all(), asked(words))) == [question.policy]


def test_the_other_questions_of_a_policy_stay_found_when_one_is_withdrawn() -> None:
    policy = PolicyFactory()
    published(policy=policy)
    other = published(policy=policy, texts={**TEXTS, "question_en": "May it be inherited?"})
    workflow.withdraw(other, by=editor(), text="Wrong.")
    assert not searched(Policy.objects.all(), asked("inherited")).exists()
    assert list(searched(Policy.objects.all(), asked("foreign-owned"))) == [policy]


def test_texts_of_nothing(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert texts.texts_of([]) == {}
    assert texts.texts_of([0]) == {}


def test_questions_of_the_same_moment_keep_their_order() -> None:
    policy, now = PolicyFactory(), timezone.now()
    rows = [row(policy=policy, state="published", published_at=now - timedelta(hours=n // 2)) for n in range(4)]
    shown = texts.shown_of(policy)
    assert [each.pk for each in shown.rows] == [rows[n].pk for n in (1, 0, 3, 2)]
    assert not shown.more
    assert shown.rows[0].policy is policy  # no query for it
