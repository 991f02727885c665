"""Who may do what with a public question, role by role; nothing here touches the database."""

from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Enterprise
from policies.models import Policy, PolicyQuestion
from policies.questions import rules
from policies.questions.enums import QuestionState
from portal.core import bilingual
from tests.factories.questions import TEXTS

# rule → the roles that pass it, in which states, and what the others are told
TABLE: dict[str, tuple[set[str], set[str], str]] = {
    "may_write": ({"editor", "translator"}, {"draft", "returned"}, "Only policy editors and translators"),
    "may_send": ({"editor", "translator"}, {"draft", "returned"}, "Only policy editors and translators"),
    "may_take_back": ({"editor", "translator"}, {"in_review"}, "Only policy editors and translators"),
    "may_send_back": ({"reviewer"}, {"in_review"}, "Only policy reviewers"),
    "may_withdraw": ({"editor", "reviewer"}, {"draft", "returned", "published"}, "Only policy editors and reviewers"),
    "may_take_up": ({"editor"}, {"withdrawn"}, "Only policy editors take up"),
}
WHERE = {
    "draft": "It is a draft now",
    "in_review": "It is being reviewed",
    "returned": "returned with comments",
    "published": "withdraw it first",
    "withdrawn": "can take it up again",
}


def person(*roles: str, **fields: Any) -> User:
    return User(roles=list(roles), is_active=True, **fields)


def question(state: str = "draft", **fields: Any) -> PolicyQuestion:
    return PolicyQuestion(policy=Policy(version=1), state=state, **{**TEXTS, **fields})


@pytest.mark.parametrize("rule", TABLE)
@pytest.mark.parametrize("role", ["", *Role.values])
def test_each_role(rule: str, role: str) -> None:
    allowed, states, reason = TABLE[rule]
    somebody = person(*filter(None, [role]))
    for state in QuestionState.values:
        verdict = getattr(rules, rule)(somebody, question(state))
        assert bool(verdict) == (role in allowed and state in states)
        if not verdict:
            assert (reason if role not in allowed else WHERE[state]) in str(verdict.reason)


def test_states_and_roles_are_all_here() -> None:
    assert set(WHERE) == set(QuestionState.values)
    assert set().union(*(allowed for allowed, _states, _reason in TABLE.values())) <= set(Role.values)


@pytest.mark.parametrize("rule", TABLE)
def test_who_has_left_may_nothing(rule: str) -> None:
    gone = User(roles=list(Role.values), is_active=False)
    for state in QuestionState.values:
        assert not getattr(rules, rule)(gone, question(state))


@pytest.mark.parametrize("role", ["", *Role.values])
def test_who_proposes(role: str) -> None:
    policy = Policy(published_at="2026-11-02T09:00:00+08:00")
    verdict = rules.may_propose(person(*filter(None, [role])), policy)
    assert bool(verdict) == (role in {"steward", "handler", "admin"})
    assert not rules.may_propose(person("steward"), Policy())


@pytest.mark.parametrize("column", rules.TEXTS)
@pytest.mark.parametrize("empty", ["", None, " \n\t "])
def test_nothing_may_be_missing_in_either_language(column: str, empty: str | None) -> None:
    verdict = rules.is_complete(question(**{column: empty}))
    assert not verdict
    name, language = column.split("_", 1)
    words = f"{name.capitalize()} ({'English' if language == 'en' else 'Chinese'})"
    assert str(verdict.reason) == f"Still missing: {words}."


def test_all_that_is_missing_is_named_at_once() -> None:
    nothing = question(**dict.fromkeys(rules.TEXTS, ""))
    verdict = rules.is_complete(nothing)
    assert str(verdict.reason).count("(") == 4
    with bilingual.speaking("zh-hans"):
        assert "问题（中文）" in str(rules.is_complete(nothing).reason)


def test_who_asked_keeps_it_from_review_and_what_only_looks_personal_does_not() -> None:
    enterprise = Enterprise(name_zh_hans="星图软件有限公司", name_en="Stargraph Software Ltd")  # type: ignore[misc]
    asker = User(name_zh="欧阳晓明", name_en="Xiao Lindgren")
    for text, kept in (
        ("星图软件有限公司可以申请。", True),
        ("星图软件可以申请。", False),
        ("欧阳晓明可以申请。", True),
        ("企业可以申请，电话 021-6512 3456。", False),
        ("企业可以申请。", False),
    ):
        asked = question(answer_zh_hans=text, enterprise=enterprise, asker=asker)
        assert bool(rules.is_complete(asked)) == (not kept), text
        assert bool(rules.may_send(person("editor"), asked)) == (not kept), text
    twice = question(answer_zh_hans="欧阳晓明", question_zh_hans="欧阳晓明", asker=asker)
    assert str(rules.is_complete(twice).reason).count("欧阳晓明") == 1


def test_several_roles_add_up() -> None:
    both = person("translator", "reviewer")
    assert rules.may_write(both, question())
    assert rules.may_send_back(both, question("in_review"))
    assert rules.may_withdraw(both, question("published"))
    assert not rules.may_take_up(both, question("withdrawn"))
