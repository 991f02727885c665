"""Numbers that the public may know of a consultation: nobody works a small one back from the others."""

from collections import defaultdict
from itertools import product
from typing import Any

import pytest

from policies.consultation import results
from policies.consultation.enums import Outcome
from policies.consultation.figures import SMALLEST, Shares, small
from policies.consultation.results import Answer, results_of, told, total_told
from policies.models import CommentGroup, ConsultationClause
from tests.factories import consultations as made

TOP = 10  # the greatest number that is tried out


def published(counts: tuple[int, ...]) -> tuple[tuple[int | None, ...], int | None]:
    kept = told(counts)
    return tuple(kept), total_told(counts, kept)


def concealed(counts: tuple[int, ...], kept: tuple[int | None, ...]) -> list[tuple[int, int]]:
    """Place and number of each that is not shown."""
    return [(place, count) for place, count in enumerate(counts) if kept[place] is None]


# --- by example: groups in their order, and last the comments that were set aside ------------------------------------


@pytest.mark.parametrize(
    ("counts", "kept", "total"),
    [
        ([], [], 0),
        ([0], [0], 0),
        ([5], [5], 5),
        ([7, 9, 0], [7, 9, 0], 16),
        ([4, 0], [None, 0], None),  # the total would be the four
        ([7, 3, 9, 0], [None, None, 9, 0], 19),  # a second one, or the total would tell the 3
        ([9, 3, 7, 0], [None, None, 7, 0], 19),  # the first of them, be it great or small
        ([6, 6, 1], [None, 6, None], 13),
        ([5, 9, 1], [None, None, None], 15),  # 6 for two of whom one has five at least: it would tell the 1
        ([5, 1], [None, None], None),
        ([1, 2, 9], [None, None, None], 12),  # 3 for two is a small number itself
        ([2, 4, 9], [None, None, 9], 15),
        ([1, 1, 1, 1, 1], [None] * 5, None),  # 5 for five would tell each of them
        ([4, 4, 30], [None, None, None], 38),  # 8 for two small ones as well
        ([4, 4], [None, None], None),
        ([1, 1, 1, 1, 2], [None] * 5, 6),  # which one has two, nobody can say
        ([8, 8, 8, 2], [None, 8, 8, None], 26),
    ],
)
def test_small_numbers_and_those_that_would_tell_them(
    counts: list[int], kept: list[int | None], total: int | None
) -> None:
    assert told(counts) == kept
    assert total_told(counts, kept) == total


# --- by trying out everything ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_somebody_who_knows_the_method_finds_no_small_number(groups: int) -> None:
    """All that could have led to the same page: each hidden small number has at least two values there."""
    could_be: dict[Any, set[int]] = defaultdict(set)
    small_ones: set[Any] = set()
    for counts in product(*[range(1, TOP)] * groups, range(TOP)):
        page = published(counts)
        hidden = concealed(counts, page[0])
        if sum(count for _place, count in hidden) >= TOP:
            continue  # its like with greater numbers was not tried out
        for place, count in hidden:
            could_be[page, place].add(count)
            if small(count):
                small_ones.add((page, place))
    assert len(small_ones) >= 2
    assert [key for key in small_ones if len(could_be[key]) == 1] == []


@pytest.mark.parametrize("groups", [1, 2, 3])
def test_what_is_shown_is_true_and_never_small(groups: int) -> None:
    for counts in product(range(8), repeat=groups):
        kept, total = published(counts)
        assert total in (None, sum(counts))
        assert not small(total or 0)
        for count, shown in zip(counts, kept, strict=True):
            assert shown in (None, count)
            assert shown is None or not small(shown)


def test_nothing_is_hidden_without_need() -> None:
    for counts in product((0, SMALLEST, SMALLEST + 1, 40), repeat=3):
        assert published(counts) == (counts, sum(counts))


def test_the_choice_of_what_else_is_hidden_does_not_go_by_size() -> None:
    for first, second in product((7, 11, 50), repeat=2):
        kept, _total = published((first, second, 3))
        assert [number is None for number in kept] == [True, False, True]


# --- shares ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("smes", "large", "percent", "half", "exact"),
    [
        (0, 0, None, False, False),
        (1, 0, 100, True, False),
        (4, 0, 100, True, False),
        (5, 0, 100, True, True),
        (0, 5, 0, False, True),
        (4, 1, 80, True, False),
        (1, 4, 20, False, False),
        (5, 4, 55, True, False),
        (4, 5, 44, False, False),
        (5, 5, 50, True, True),
        (5, 6, 45, False, True),
        (6, 5, 54, True, True),
        (999, 1_000, 49, False, True),
        (1_000, 999, 50, True, True),
        (1, 10**9, 0, False, False),
    ],
)
def test_the_share_of_smes(smes: int, large: int, percent: int | None, half: bool, exact: bool) -> None:
    shares = Shares({"medium": smes, "large": large}, silent=0)
    assert (shares.said, shares.percent, shares.half, shares.exact) == (smes + large, percent, half, exact)
    assert shares.enough is (smes + large >= SMALLEST)


@pytest.mark.parametrize("which", ["micro", "small", "medium"])
def test_each_class_below_large_is_an_sme(which: str) -> None:
    shares = Shares({which: 3, "large": 2}, 0)
    assert (shares.smes, shares.large) == (3, 2)


@pytest.mark.parametrize(("silent", "shown"), [(0, 0), (1, None), (4, None), (5, 5), (10**6, 10**6)])
def test_how_many_said_no_size(silent: int, shown: int | None) -> None:
    shares = Shares({"micro": 7}, silent)
    assert (shares.silent_told, shares.said) == (shown, 7)  # they do not count towards the share


def test_no_share_is_told_from_which_one_enterprise_follows() -> None:
    """Wherever the exact share is told, both sides are none or five and more."""
    for smes, large in product(range(12), repeat=2):
        if Shares({"micro": smes, "large": large}, 0).exact:
            assert not small(smes)
            assert not small(large)


# --- the page -------------------------------------------------------------------------------------------------------


def test_answers_stand_under_their_articles_in_the_order_they_come() -> None:
    first, second = (ConsultationClause(pk=pk, number=pk) for pk in (1, 2))
    whole, one, two, late = (CommentGroup(clause=clause, kind="adopted") for clause in (None, first, second, first))
    sections = list(results._sections([Answer(group, "ok", None) for group in (whole, one, two, late)]))
    assert [(section.clause, [each.group for each in section.answers]) for section in sections] == [
        (None, [whole]),
        (first, [one, late]),
        (second, [two]),
    ]


@pytest.mark.parametrize(
    ("outcome", "tone", "word"),
    [
        (Outcome.ADOPTED, "ok", "Adopted"),
        (Outcome.PARTLY, "info", "Partly adopted"),
        (Outcome.NOT_ADOPTED, "warn", "Not adopted"),
        (Outcome.COVERED, "quiet", "Already covered"),
        (Outcome.OUTSIDE, "quiet", "Outside this draft"),
    ],
)
def test_what_became_of_it_in_a_word_and_a_look(outcome: Outcome, tone: str, word: str) -> None:
    assert (results.TONES[outcome], str(outcome.label)) == (tone, word)
    assert CommentGroup(kind=outcome).get_kind_display() == word


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sizes", "aside", "total", "told_aside", "hidden"),
    [
        ([], 0, 0, 0, False),
        ([], 3, None, None, True),
        ([], 5, 5, 5, False),
        ([9], 0, 9, 0, False),
        ([9], 2, 11, None, True),
        ([5], 1, None, None, True),  # 6 in all would tell the one
    ],
)
def test_the_numbers_of_a_page(
    sizes: list[int], aside: int, total: int | None, told_aside: int | None, hidden: bool
) -> None:
    """What is told, and whether the page says that something is not."""
    row = made.answered(clauses=0)
    for size in sizes:
        made.say(row, *["The same"] * size, group=made.group(row))
    made.say(row, *["Advert"] * aside, set_aside="abuse")
    found = results_of(row)
    assert (found.total, found.aside, found.hidden) == (total, told_aside, hidden)
    assert (found.any, found.aside_any) == (bool(sizes or aside), bool(aside))
