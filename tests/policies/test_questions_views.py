"""Pages of public questions: the policy's, and the desk where they are written and reviewed."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from policies.models import PolicyQuestion
from policies.questions import workflow
from policies.questions.enums import Check
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator
from tests.factories.questions import TEXTS, complete, in_review, proposed, published

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
ALL = list(Check.values)


def read(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def send(client: Client, question: PolicyQuestion, **data: Any) -> str:
    """What the person is shown after the button was pressed."""
    return client.post(f"/en/publishing/questions/{question.pk}/", data, follow=True).content.decode()


def test_a_policy_page_shows_the_newest_and_leads_to_all(client: Client, django_assert_num_queries: Any) -> None:
    policy = PolicyFactory(slug="award")
    asker = UserFactory(name_en="Astrid Asker")
    for number in range(6):
        texts = {**TEXTS, "question_en": f"Question {number}?"}
        published(
            StewardFactory(name_en="Stella Steward"), policy=policy, source=f"2026-{number}", asker=asker, texts=texts
        )
    other = published(texts={**TEXTS, "question_en": "Of another policy?"})
    page = read(client, "/en/policies/award/")
    assert [f"Question {n}?" in page for n in range(6)] == [False, True, True, True, True, True]
    assert "/en/policies/award/questions/" in page
    assert "on version 1 of the policy" in page
    with django_assert_num_queries(2):
        everything = read(client, "/en/policies/award/questions/")
    assert all(f"Question {n}?" in everything for n in range(6))
    for secret in ("Of another", "Astrid", "Stella", "2026-0", "changed since", "no longer applies"):
        assert secret not in page + everything
    assert TEXTS["question_zh_hans"] in read(client, "/zh-hans/policies/award/questions/")
    assert TEXTS["answer_zh_hans"] in read(client, "/zh-hans/policies/award/")
    assert other.question_en in read(client, f"/en/policies/{other.policy.slug}/")


def test_nothing_that_is_not_published_is_public(client: Client) -> None:
    policy = PolicyFactory(slug="award")
    for question in (complete(policy=policy), in_review(policy=policy), published(policy=policy)):
        if question.state == "published":
            workflow.withdraw(question, by=editor(), text="Wrong.")
    for url in ("/en/policies/award/", "/en/policies/award/questions/", "/zh-hans/policies/award/questions/"):
        page = read(client, url)
        assert TEXTS["question_en"] not in page
        assert TEXTS["question_zh_hans"] not in page
    assert "No question has been published yet" in read(client, "/en/policies/award/questions/")
    read(client, "/en/policies/nothing/questions/", 404)
    PolicyFactory(slug="hidden", published_at=None)
    read(client, "/en/policies/hidden/questions/", 404)


def test_an_answer_says_that_the_policy_changed_or_ended(client: Client) -> None:
    policy = PolicyFactory(slug="award")
    published(policy=policy)
    policy.version = 2
    policy.save()
    for url in ("/en/policies/award/", "/en/policies/award/questions/"):
        assert "The policy was changed since" in read(client, url)
    policy.replaced_by = PolicyFactory()
    policy.save()
    for url in ("/en/policies/award/", "/en/policies/award/questions/"):
        assert "The policy no longer applies" in read(client, url)


def test_the_desk_lists_by_state_and_policy(as_user: Sign, django_assert_num_queries: Any) -> None:
    first, second = complete(), published(texts={**TEXTS, "question_en": "May it be sold?"})
    in_review(texts={**TEXTS, "question_en": "For how long?"})
    writer, judge = as_user(editor()), as_user(reviewer())
    url = "/en/publishing/questions/"
    with django_assert_num_queries(4):  # session, person, counts, rows
        page = read(writer, url)
    assert TEXTS["question_en"] in page
    assert "May it be sold?" not in page
    assert "For how long?" in read(judge, url)
    assert "May it be sold?" in read(judge, f"{url}?show=published")
    assert "Nothing here" in read(judge, f"{url}?show=withdrawn")
    assert "May it be sold?" not in read(judge, f"{url}?show=published&policy={first.policy.slug}")
    assert "May it be sold?" in read(judge, f"{url}?show=published&policy={second.policy.slug}")
    read(judge, f"{url}?policy=nothing", 404)
    assert read(judge, f"{url}?show=nonsense&cursor=nonsense")
    assert f"{url}?policy={second.policy.slug}&amp;show=published" in read(
        judge, f"/en/publishing/policies/{second.policy.slug}/"
    )


def test_write_translate_review_publish(as_user: Sign, client: Client) -> None:
    question = proposed(source="2026-11-000007", policy=PolicyFactory(slug="award"))
    writer, judge = as_user(translator()), as_user(reviewer())
    page = read(writer, f"/en/publishing/questions/{question.pk}/")
    assert "2026-11-000007" in page
    assert "Still missing: Question (Chinese)" in page
    assert "Saved." in send(writer, question, act="save", seen=0, **TEXTS)
    assert "each of its points" in send(writer, question, act="send", seen=1, checked=ALL[0], **TEXTS)
    assert "Sent to review" in send(writer, question, act="send", seen=1, checked=ALL, **TEXTS)
    assert "Your verdict" not in read(as_user(UserFactory(roles=["editor", "admin"])), "/en/publishing/")
    assert "Say what should be changed" in send(judge, question, act="return", text=" ")
    assert "Returned with your comment" in send(judge, question, act="return", text="Which law?")
    assert "Which law?" in read(writer, f"/en/publishing/questions/{question.pk}/")
    sent = send(writer, question, act="send", seen=1, checked=ALL, **{**TEXTS, "answer_en": "By the law."})
    assert "Sent to review" in sent
    assert "Please read it again" in send(judge, question, act="publish", seen=1)
    assert "Everybody can read it" in send(judge, question, act="publish", seen=2)
    assert "By the law." in read(client, "/en/policies/award/")
    assert "It is not public" in send(judge, question, act="withdraw", text="The law has changed.")
    assert "By the law." not in read(client, "/en/policies/award/")
    assert "It is a draft again" in send(as_user(editor()), question, act="take-up")


def test_the_reviewer_sees_what_looks_personal(as_user: Sign) -> None:
    question = in_review(texts={**TEXTS, "answer_en": "Write to office@example.org."})
    judge = as_user(reviewer())
    page = read(judge, f"/en/publishing/questions/{question.pk}/")
    assert "<mark" in page
    assert "an e-mail address" in page
    assert "they may stay" in page
    assert "say that it may stay" in send(judge, question, act="publish", seen=0)
    assert "Everybody can read it" in send(judge, question, act="publish", seen=0, sure="on")


def test_who_saves_second_loses_nothing(as_user: Sign) -> None:
    question = complete()
    workflow.save(question, by=translator(), texts={"answer_zh_hans": "先写的。"}, seen=0)
    writer = as_user(editor())
    page = send(writer, question, act="save", seen=0, **{**TEXTS, "answer_en": "Mine."})
    assert "As it was saved meanwhile" in page
    assert "先写的。" in page
    assert "Mine." in page
    assert PolicyQuestion.objects.get().answer_zh_hans == "先写的。"
    assert "Saved." in send(writer, question, act="save", seen=1, **{**TEXTS, "answer_en": "Mine."})


def test_words_that_come_too_late_are_shown_to_be_copied(as_user: Sign) -> None:
    question = published()
    late = send(as_user(editor()), question, act="save", seen=0, **{**TEXTS, "answer_en": "My late words."})
    assert "What you wrote was not sent" in late
    assert "My late words." in late
    assert "To change it, withdraw it first" in late
    workflow.withdraw(question, by=editor(), text="Wrong.")
    assert "My reason." in send(as_user(reviewer()), question, act="withdraw", text="My reason.")


@pytest.mark.parametrize(
    "data",
    [
        {"act": "save", "seen": "x"},
        {"act": "save"},
        {"act": "send", "seen": "0", "checked": "nonsense"},
        {"act": "save", "seen": "9" * 30},
        {"act": "save", "seen": "0", "question_en": "x" * 501},
    ],
)
def test_forms_that_are_wrong_change_nothing(as_user: Sign, data: dict[str, str]) -> None:
    question = complete()
    page = send(as_user(editor()), question, **{**TEXTS, "answer_en": "Kept as typed.", **data})
    assert "error-summary" in page or "no longer" in page
    assert "Kept as typed." in page
    assert PolicyQuestion.objects.get().answer_en == TEXTS["answer_en"]


def test_acts_that_are_none(as_user: Sign) -> None:
    question, judge = in_review(), as_user(reviewer())
    url = f"/en/publishing/questions/{question.pk}/"
    for data in ({}, {"act": "delete"}, {"act": "publish"}, {"act": "publish", "seen": "x"}):
        assert judge.post(url, data).status_code == 404
    assert judge.post("/en/publishing/questions/999999/", {"act": "publish", "seen": 0}).status_code == 404
    for person in (StewardFactory(), UserFactory(), UserFactory(roles=["leader"])):
        assert as_user(person).get(url).status_code == 404
    assert "Only policy reviewers" in send(as_user(editor()), question, act="publish", seen=0)
    assert PolicyQuestion.objects.get().state == "in_review"


def test_what_was_written_is_shown_as_text(client: Client, as_user: Sign) -> None:
    nasty = "<script>alert(1)</script> <b onclick=x>A & B</b>"
    question = published(texts={**TEXTS, "question_en": nasty, "answer_en": f"{nasty}\n\nSecond paragraph."})
    public = read(client, f"/en/policies/{question.policy.slug}/questions/")
    desk = read(as_user(editor()), f"/en/publishing/questions/{question.pk}/")
    for page in (public, desk):
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page
        assert "<b onclick" not in page
    assert 'itemtype="https://schema.org/FAQPage"' in public
    assert public.count('itemtype="https://schema.org/Question"') == 1


def test_a_policy_with_many_questions_has_pages(client: Client) -> None:
    policy, author = PolicyFactory(slug="award"), StewardFactory()
    now = timezone.now()
    PolicyQuestion.objects.bulk_create(
        PolicyQuestion(
            policy=policy,
            author=author,
            state="published",
            version=1,
            published_at=now - timedelta(minutes=number // 2),  # two at the same moment keep their order
            **{**TEXTS, "question_en": f"Number {number:02}?"},
        )
        for number in range(35)
    )
    first = read(client, "/en/policies/award/questions/")
    cursor = re.search(r"cursor=([\w=-]+)", first)
    assert cursor
    second = read(client, f"/en/policies/award/questions/?cursor={cursor[1]}")
    shown = [set(re.findall(r"Number \d\d", page)) for page in (first, second)]
    assert [len(each) for each in shown] == [30, 5]
    assert not shown[0] & shown[1]


def test_the_reviewer_is_told_that_the_policy_changed_meanwhile(as_user: Sign) -> None:
    question, judge = in_review(), as_user(reviewer())
    url = f"/en/publishing/questions/{question.pk}/"
    assert "Check that the answer still holds" not in read(judge, url)
    question.policy.version = 4
    question.policy.save()
    page = read(judge, url)
    assert "The answer was given on version 1 of the policy; it is version 4 now." in page
    assert "as what holds for version 4" in page
    assert "Check that the answer still holds" in send(judge, question, act="publish", seen=0, version=3)
    assert PolicyQuestion.objects.get().state == "in_review"
    assert "Everybody can read it" in send(judge, question, act="publish", seen=0, version=4)


def test_a_question_without_its_question_can_be_opened(as_user: Sign) -> None:
    question = proposed(texts={"answer_en": "An answer, so far."})
    link = rf'/en/publishing/questions/{question.pk}/"[^>]*>An answer, so far.</a>'
    assert re.search(link, read(as_user(editor()), "/en/publishing/questions/"))


def test_who_may_not_decide_is_told_why(as_user: Sign) -> None:
    both = UserFactory(roles=["editor", "reviewer"])
    question = in_review()
    workflow.take_back(question, by=both)
    question = workflow.save(question, by=both, texts={"answer_en": "Yes."}, seen=0)
    workflow.send_to_review(question, by=both, seen=1, checked=ALL)
    page = read(as_user(both), f"/en/publishing/questions/{question.pk}/")
    assert "You wrote a part of this text: somebody else must publish it." in page
    assert 'value="publish"' not in page
    assert 'value="return"' in page  # to return it is nobody's privilege


def test_other_questions_of_the_policy_stand_beside(as_user: Sign) -> None:
    policy = PolicyFactory()
    published(policy=policy, texts={**TEXTS, "question_en": "Asked before?"})
    published(texts={**TEXTS, "question_en": "About something else?"})
    page = read(as_user(editor()), f"/en/publishing/questions/{complete(policy=policy).pk}/")
    assert "Already published about this policy" in page
    assert "Asked before?" in page
    assert "About something else?" not in page
