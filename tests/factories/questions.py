"""Public questions on their way."""

from typing import Any

from policies.models import PolicyQuestion
from policies.questions import workflow
from policies.questions.enums import Check
from tests.factories.accounts import StewardFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer

TEXTS = {
    "question_zh_hans": "外资企业可以申请吗？",
    "question_en": "May a foreign-owned enterprise apply?",
    "answer_zh_hans": "可以，条件相同。",
    "answer_en": "It may, on the same conditions.",
}


def proposed(by: Any = None, policy: Any = None, *, source: str = "", **fields: Any) -> PolicyQuestion:
    """As it comes from a request: in one language, or with the `texts` given."""
    texts = fields.pop("texts", {"question_en": TEXTS["question_en"], "answer_en": TEXTS["answer_en"]})
    return workflow.propose(policy or PolicyFactory(), by=by or StewardFactory(), texts=texts, source=source, **fields)


def complete(by: Any = None, **fields: Any) -> PolicyQuestion:
    return proposed(by, **{"texts": TEXTS, **fields})


def in_review(by: Any = None, **fields: Any) -> PolicyQuestion:
    question = complete(by, **fields)
    return workflow.send_to_review(question, by=editor(), seen=question.lock_version, checked=Check.values)


def published(by: Any = None, **fields: Any) -> PolicyQuestion:
    question = in_review(by, **fields)
    return workflow.publish(question, by=reviewer(), seen=question.lock_version, sure=True)
