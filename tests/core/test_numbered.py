"""Numbered pages know their neighbours."""

from dataclasses import dataclass

import pytest

from portal.core.numbered import Numbered


@dataclass(frozen=True, slots=True)
class Sheet(Numbered):
    number: int
    last: int


@pytest.mark.parametrize(
    ("number", "last", "previous", "following"),
    [(1, 1, None, None), (1, 3, None, 2), (2, 3, 1, 3), (3, 3, 2, None)],
)
def test_neighbours(number: int, last: int, previous: int | None, following: int | None) -> None:
    sheet = Sheet(number, last)
    assert (sheet.previous, sheet.next) == (previous, following)


def test_it_adds_no_weight() -> None:
    assert not hasattr(Sheet(1, 1), "__dict__")
