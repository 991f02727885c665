"""What people are told about public questions, each in their own language."""

import re
from typing import Any

import pytest

from accounts.models import User
from notices.models import Message
from policies.models import PolicyQuestion
from policies.questions import notices, workflow
from portal.core import bilingual
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer
from tests.factories.questions import TEXTS, complete, in_review, published

pytestmark = pytest.mark.django_db
HAN, LATIN = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]{4,}")


def texts(question: PolicyQuestion, by: User) -> dict[str, Any]:
    return {
        "proposed": notices._proposed(question, by),
        "review": notices._to_review(question, by),
        "returned": notices._returned(question, by, "…"),
        "thanks": notices._thanks(question),
        "published": notices._published(question),
        "withdrawn": notices._withdrawn(question, by, "…"),
    }


@pytest.mark.parametrize("language", bilingual.LANGUAGES)
def test_each_message_speaks_one_language(language: str) -> None:
    policy = PolicyFactory(title_zh_hans="虚构补贴", title_en="Fictional subsidy")
    question = complete(policy=policy, source="HK-7")
    with bilingual.speaking(language):
        for name, told in texts(question, UserFactory(name_zh="许宁", name_en="Xu Ning")).items():
            wrong = (HAN if language == "en" else LATIN).findall(f"{told.subject} {told.body}")
            assert wrong == [], name
            assert told.url.startswith(f"/{language}/"), name
            assert ("Fictional subsidy" if language == "en" else "虚构补贴") in told.subject, name


def test_addresses_that_each_may_read() -> None:
    question = complete(source="HK-7", policy=PolicyFactory(slug="award"))
    told = texts(question, UserFactory())
    desk, public = f"/en/publishing/questions/{question.pk}/", "/en/policies/award/questions/"
    assert {name: text.url for name, text in told.items()} == {
        "proposed": desk,
        "review": desk,
        "returned": desk,
        "thanks": public,
        "published": public,
        "withdrawn": "/en/desk/HK-7/",
    }
    question.source = ""
    assert notices._withdrawn(question, UserFactory(), "…").url == public


def test_a_long_question_is_shortened() -> None:
    question = complete(texts={**TEXTS, "question_en": "Long? " * 80})
    assert len(notices._published(question).body) < 200


def test_who_acts_is_told_nothing() -> None:
    everything = UserFactory(roles=["steward", "editor", "reviewer"])
    question = complete(everything)
    question = workflow.send_to_review(question, by=everything, seen=0, checked=["nobody", "general", "same"])
    question = workflow.send_back(question, by=everything, text="Shorter.")
    workflow.withdraw(question, by=everything, text="No.")
    assert not Message.objects.exists()


def test_who_proposed_it_is_no_reviewer_of_it() -> None:
    proposer, judge = UserFactory(roles=["steward", "reviewer"]), reviewer()
    in_review(proposer)
    assert list(Message.objects.filter(kind="policy_question_review").values_list("recipient", flat=True)) == [judge.pk]


def test_people_who_have_left_hear_nothing() -> None:
    editor(is_active=False)
    reviewer(is_active=False)
    in_review()
    assert not Message.objects.filter(recipient__is_active=False).exists()


def test_an_asker_who_proposed_it_is_thanked_only() -> None:
    steward = StewardFactory()
    published(steward, asker=steward)
    kinds = Message.objects.filter(recipient=steward).values_list("kind", flat=True)
    assert list(kinds) == ["policy_question_thanks"]


def test_a_message_never_names_who_asked() -> None:
    asker = UserFactory(name_en="Astrid Lindgren", name_zh="林晓", email="astrid@example.org")
    question = published(asker=asker, source="HK-9")
    workflow.withdraw(question, by=editor(), text="Outdated.")
    for message in Message.objects.all():
        said = f"{message.subject} {message.body}"
        assert not [name for name in ("Astrid", "林晓", "astrid@", "HK-9") if name in said], message.kind
