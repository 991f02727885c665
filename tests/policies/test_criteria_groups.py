"""Criteria with groups: three-valued outcomes, what is refused, what settles them, and how they are said."""

import time
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from policies.eligibility.check import validate
from policies.eligibility.criteria import (
    Outcome,
    compile_criteria,
    evaluate,
    evaluate_many,
    explain,
    missing_in,
    ruled_out_by,
    sentence,
    settling_field,
)
from policies.eligibility.groups import bare, fields_in, items_of, kind_of, leaves, walk
from policies.eligibility.naming import codes_in
from policies.eligibility.words import heading
from policies.exchange.loading_check import faults_of

MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN
Item = dict[str, Any]


def condition(field: str, op: str, value: Any, **clause: str) -> Item:
    return {"field": field, "op": op, "value": value, **clause}


def any_of(*items: Item, **clause: str) -> Item:
    return {"any": list(items), **clause}


def all_of(*items: Item, **clause: str) -> Item:
    return {"all": list(items), **clause}


def sized(*sizes: str) -> Item:
    return condition("size", "in", list(sizes))


def industry(*codes: str) -> Item:
    return condition("industry_code", "in", list(codes))


MICRO, LARGE = condition("size", "eq", "micro"), condition("size", "eq", "large")
MANY, FEW = condition("employees", "gte", 100), condition("employees", "lte", 50)
SRDI = condition("titles", "contains", "srdi")
LISTED = condition("listed", "eq", True)
TABLE = {MET: LISTED, UNMET: MICRO, UNKNOWN: MANY}  # by the facts below
FACTS = {"listed": True, "size": "large"}


@pytest.mark.parametrize(
    ("outcomes", "best", "worst"),
    [
        ([MET, MET], MET, MET),
        ([MET, UNMET], MET, UNMET),
        ([MET, UNKNOWN], MET, UNKNOWN),
        ([UNMET, UNKNOWN], UNKNOWN, UNMET),
        ([UNMET, UNMET], UNMET, UNMET),
        ([UNKNOWN, UNKNOWN], UNKNOWN, UNKNOWN),
        ([MET, UNMET, UNKNOWN], MET, UNMET),
    ],
)
def test_any_is_the_best_and_all_the_worst_of_its_items(outcomes: list[Outcome], best: Outcome, worst: Outcome) -> None:
    items = [TABLE[outcome] for outcome in outcomes]
    for group, expected in ((any_of(*items), best), (all_of(*items), worst), (any_of(*items[::-1]), best)):
        assert evaluate(compile_criteria([group]), FACTS) is expected
        assert explain([group], FACTS)[0].outcome is expected
        assert evaluate_many([compile_criteria([group])], FACTS) == [expected]


def test_groups_in_groups_and_beside_conditions() -> None:
    tree = [LISTED, any_of(MICRO, all_of(LARGE, MANY))]
    assert evaluate(compile_criteria(tree), FACTS) is UNKNOWN
    assert evaluate(compile_criteria(tree), FACTS | {"employees": 100}) is MET
    assert evaluate(compile_criteria(tree), FACTS | {"employees": 9}) is UNMET
    assert evaluate(compile_criteria([MICRO, any_of(LISTED, MANY)]), FACTS) is UNMET


def test_each_item_is_explained_with_its_fact() -> None:
    (group,) = explain([any_of(MICRO, all_of(LARGE, MANY), clause_en="Article 3")], FACTS)
    assert (group.outcome, group.fact, group.condition["clause_en"]) == (UNKNOWN, None, "Article 3")
    micro, inner = group.items
    assert (micro.outcome, micro.fact, micro.items) == (UNMET, "large", ())
    assert [(each.outcome, each.fact) for each in inner.items] == [(MET, "large"), (UNKNOWN, None)]


@pytest.mark.parametrize(
    ("tree", "facts", "settles", "missing"),
    [
        ([any_of(MICRO, MANY)], {"size": "large"}, "employees", ["employees"]),
        ([any_of(MICRO, MANY)], {}, None, ["size", "employees"]),
        ([any_of(MICRO, MANY)], {"size": "micro"}, None, []),
        ([any_of(MANY, condition("employees", "lte", 5))], {}, "employees", ["employees"]),
        ([all_of(LISTED, any_of(MICRO, MANY))], FACTS, "employees", ["employees"]),
        ([any_of(all_of(MICRO, MANY), all_of(LARGE, SRDI))], FACTS, "titles", ["titles"]),
        ([any_of(LISTED, MANY), SRDI], FACTS, "titles", []),
        ([any_of(SRDI, MANY), MICRO], FACTS, None, ["titles", "employees"]),
    ],
)
def test_which_field_would_settle_it(tree: list[Item], facts: Item, settles: str | None, missing: list[str]) -> None:
    assert settling_field(explain(tree, facts)) == settles
    assert missing_in(*compile_criteria(tree)[0], facts) == missing


def test_an_unmet_group_is_ruled_out_by_the_first_condition_that_fails() -> None:
    for tree, field in (
        (any_of(MICRO, condition("listed", "eq", False)), "size"),
        (all_of(LISTED, condition("ownership", "eq", "foreign"), MICRO), "ownership"),
        (any_of(all_of(LISTED, MICRO), condition("listed", "eq", False)), "size"),
    ):
        assert ruled_out_by(*compile_criteria([tree])[0], FACTS | {"ownership": "domestic"}) == field


# --- what is refused ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "number", "told"),
    [
        ([any_of()], "1", "The group is empty"),
        ([LISTED, all_of(MICRO)], "2", "at least two conditions"),
        ([{"any": MICRO}], "1", "must be a list"),
        ([{"any": None}], "1", "must be a list"),
        ([{"any": [MICRO, LARGE], "all": []}], "1", "holds only its conditions"),
        ([any_of(MICRO, LARGE) | {"note": "x"}], "1", "holds only its conditions"),
        ([{"any": [MICRO, LARGE], "clause_zh": 3}], "1", "holds only its conditions"),
        ([any_of(MICRO, {"field": "shoe_size", "op": "eq", "value": 1})], "1.2", "no field named"),
        ([any_of(MICRO, None)], "1.2", "must have a field"),
        ([any_of(MICRO, condition("size", "gte", "large"))], "1.2", "cannot be used"),
        ([any_of(MICRO, all_of(any_of(LISTED, SRDI), MANY))], "1.2.1", "2 deep at most"),
        ([any_of(MICRO, MICRO)], "1.2", "the same as condition 1.1"),
        ([all_of(MICRO, MICRO | {"clause_en": "Article 2"})], "1.2", "the same as condition 1.1"),
        ([any_of(MICRO, LARGE), LISTED, any_of(LARGE, MICRO)], "3", "the same as condition 1"),
        ([all_of(MANY, FEW)], "1.2", "contradicts condition 1.1"),
        ([all_of(MICRO, LARGE)], "1.2", "contradicts condition 1.1"),
        ([MICRO, any_of(LISTED, LARGE)], "2.2", "contradicts condition 1"),
        ([any_of(LISTED, LARGE), MICRO], "2", "contradicts condition 1.2"),
        ([any_of(SRDI, all_of(MANY, FEW))], "1.2.2", "contradicts condition 1.2.1"),
        ([all_of(LISTED, MICRO), all_of(SRDI, LARGE)], "2.2", "contradicts condition 1.2"),
        ([sized("micro", "small"), sized("small", "medium"), sized("micro", "medium")], "3", "contradicts condition 2"),
        ([sized("micro", "small"), sized("small", "medium"), any_of(SRDI, MICRO)], "3.2", "contradicts condition 2"),
        ([industry("I", "K70"), industry("I65", "K"), industry("I64", "K7020"), industry("K71")], "4", "condition 1"),
        ([LISTED, all_of(SRDI, any_of(MANY, condition("listed", "eq", False)))], "2.2.2", "contradicts condition 1"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tree: list[Item], number: str, told: str) -> None:
    (problem,) = validate(tree)
    assert (problem.number, problem.index) == (number, int(number[0]) - 1)
    assert told in problem.message


@pytest.mark.parametrize(
    "tree",
    [
        [any_of(MICRO, LARGE)],
        [any_of(MANY, FEW), LISTED],
        [any_of(MICRO, MANY), any_of(LARGE, FEW)],  # a large one with many employees meets both
        [MICRO, any_of(condition("size", "in", ["micro", "small"]), LISTED)],
        [any_of(all_of(MICRO, FEW), all_of(LARGE, MANY), clause_zh="第三条", clause_en="Article 3")],
        [any_of(MICRO, LARGE), all_of(LISTED, SRDI)],
        [sized("micro", "small"), any_of(sized("small", "medium"), LISTED), any_of(sized("micro", "large"), SRDI)],
        [industry("I", "K70"), industry("I65", "K"), industry("I64", "K7020")],
    ],
)
def test_what_can_be_met_is_accepted(tree: list[Item]) -> None:
    assert validate(tree) == []


def test_everything_counts_towards_the_limit_and_depth_costs_nothing() -> None:
    numbers = [condition("employees", "gte", n) for n in range(60)]
    assert validate([any_of(*numbers[:24]), any_of(*numbers[24:48])]) == []
    (problem,) = validate([any_of(*numbers[:25]), any_of(*numbers[25:50])])
    assert "At most 50 conditions" in problem.message
    assert (problem.index, problem.number) == (-1, "")
    deep: Any = [MICRO]
    for _level in range(5_000):
        deep = [{"any": deep}]
    start = time.process_time()
    assert validate(deep)
    assert validate([any_of(*[any_of(*numbers[:50])] * 50)])
    assert time.process_time() - start < 0.5


def test_a_file_names_the_place_of_what_is_wrong() -> None:
    faults = faults_of([{"id": "x", "eligibility": [LISTED, any_of(MICRO, condition("size", "eq", "tiny"))]}])
    assert "condition 2.2 (size): “tiny” is not a valid code" in next(
        f.message for f in faults if f.field == "eligibility"
    )
    faults = faults_of([{"id": "x", "eligibility": [any_of()]}])
    assert "condition 1: The group is empty." in next(f.message for f in faults if f.field == "eligibility")


# --- how they are said --------------------------------------------------------------------------------------------


def test_a_group_is_one_sentence_in_both_languages() -> None:
    tree = any_of(LISTED, all_of(FEW, condition("ownership", "eq", "foreign")))
    english = "Any of: Listed on a stock exchange; (All of: At most 50 employees; Ownership: foreign-invested)"
    assert sentence(tree, "en") == english
    assert (
        sentence(tree, "zh-hans")
        == "符合下列条件之一：已上市；（同时符合下列条件：员工人数不超过50人；企业性质为外资）"
    )
    with translation.override("zh-hans"):
        assert [heading(kind) for kind in ("any", "all")] == ["符合下列条件之一：", "同时符合下列条件："]


def test_the_shape_of_criteria() -> None:
    tree = [LISTED, any_of(MICRO, all_of(MANY, LISTED, clause_en="b"), clause_zh="甲")]
    assert list(leaves(tree)) == [LISTED, MICRO, MANY, LISTED]
    assert [kind_of(item) for item in walk(tree)] == ["", "any", "", "all", "", ""]
    assert fields_in(tree[1]) == ["size", "employees", "listed"]
    assert bare(tree[1]) == any_of(MICRO, all_of(MANY, LISTED))
    assert items_of(LISTED) == []
    assert codes_in(tree) == {("size", "micro")}


# --- agreement ----------------------------------------------------------------------------------------------------

PLAIN = st.sampled_from([MICRO, LARGE, MANY, FEW, SRDI, LISTED, condition("employees", "eq", 50)])


def items(depth: int = 2) -> Any:
    if not depth:
        return PLAIN
    groups = st.lists(items(depth - 1), min_size=1, max_size=3)
    return PLAIN | st.builds(lambda kind, held: {kind: held}, st.sampled_from(["any", "all"]), groups)


KNOWN = st.fixed_dictionaries(
    {},
    optional={
        "size": st.sampled_from(["micro", "large", "small", None]),
        "employees": st.sampled_from([0, 50, 100]),
        "titles": st.sampled_from([frozenset({"srdi"}), frozenset()]),
        "listed": st.booleans(),
    },
)


@given(st.lists(items(), max_size=4), KNOWN)
def test_one_by_one_at_once_and_explained_agree(tree: list[Item], facts: Item) -> None:
    compiled = compile_criteria(tree)
    whole = evaluate(compiled, facts)
    explained = explain(tree, facts)
    outcomes = [item.outcome for item in explained]
    assert whole is next((each for each in (UNMET, UNKNOWN) if each in outcomes), MET)
    assert evaluate_many([compiled, compiled], facts) == [whole, whole]
    settles = settling_field(explained)
    for value in {"size": ["micro", "small", "large"], "listed": [True, False]}.get(settles or "", []):
        assert evaluate(compiled, facts | {settles: value}) is not UNKNOWN, "it settles it whatever it is"


@given(st.lists(items(), max_size=4), KNOWN)
def test_what_passes_the_check_is_sound_and_more_facts_never_reopen(tree: list[Item], facts: Item) -> None:
    before = evaluate(compile_criteria(tree), facts)
    more = {"size": "large", "employees": 50, "titles": frozenset(), "listed": True} | {
        name: value for name, value in facts.items() if value is not None
    }
    after = evaluate(compile_criteria(tree), more)
    assert after is not UNKNOWN
    assert before in (UNKNOWN, after)
    if any(
        "contradicts" in each.message and len(each.place) == 1 for each in validate([i for i in tree if not kind_of(i)])
    ):
        assert after is UNMET


def test_groups_are_quick_too() -> None:
    """Two thousand policies with two different groups each: 0.5 ms of CPU; eight times that is allowed."""
    trees = [
        compile_criteria([LISTED, any_of(MICRO, condition("employees", "gte", n % 60), SRDI), any_of(LARGE, MANY)])
        for n in range(2_000)
    ]
    facts = {"listed": True, "size": "large", "employees": 30}
    rounds = []
    for _round in range(5):
        start = time.process_time()
        found = evaluate_many(trees, facts)
        rounds.append(time.process_time() - start)
    assert found == [evaluate(each, facts) for each in trees]
    assert set(found) == {MET, UNKNOWN}
    assert min(rounds) < 0.004
