"""Published questions as others use them: the search, the policy's page, those who ask and answer."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from policies.enums import Validity
from policies.models import Policy, PolicyQuestion
from policies.questions.enums import QuestionState

ON_THE_PAGE = 5
BESIDE_A_FORM = 3
OVER = (Validity.EXPIRED, Validity.REPEALED, Validity.REPLACED)


def texts_of(policy_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Policy → language → the texts of its published questions and answers; one query."""
    rows = PolicyQuestion.objects.filter(policy__in=policy_ids, state=QuestionState.PUBLISHED).order_by("pk")
    texts: dict[int, dict[str, list[str]]] = defaultdict(lambda: {"zh-hans": [], "en": []})
    columns = ("question_zh_hans", "answer_zh_hans", "question_en", "answer_en")
    for policy, *found in rows.values_list("policy_id", *columns):
        texts[policy]["zh-hans"] += filter(None, found[:2])
        texts[policy]["en"] += filter(None, found[2:])
    return dict(texts)


@dataclass(frozen=True, slots=True)
class Shown:
    """Published questions of a policy, the newest first; `more` than these are on the page of all.

    over: the policy no longer applies, and its answers with it.
    """

    rows: list[PolicyQuestion]
    more: bool
    over: bool


def shown_of(policy: Policy, most: int = ON_THE_PAGE) -> Shown:
    """One query."""
    rows = list(PolicyQuestion.objects.published().filter(policy=policy)[: most + 1])
    for row in rows:
        row.policy = policy
    return Shown(rows[:most], len(rows) > most, policy.validity in OVER)
