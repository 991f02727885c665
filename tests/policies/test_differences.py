"""Marks of what changed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.publishing.differences import MAX_PIECES, Mark, differences


def said(old: str, new: str) -> str:
    signs = {"same": "{}", "ins": "+{}+", "del": "-{}-"}
    return "".join(signs[mark.kind].format(mark.text) for mark in differences(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("最高20万元。", "最高30万元。", "最高-20-+30+万元。"),
        ("面向企业", "面向中小企业", "面向+中小+企业"),
        ("for large firms", "for small firms", "for -large-+small+ firms"),
        ("", "新", "+新+"),
        ("旧", "", "-旧-"),
        ("same", "same", "same"),
        ("", "", ""),
        ("one\ntwo", "one\nthree", "one\n-two-+three+"),
        ("from 2027 on", "as of now", "-from 2027 on-+as of now+"),
        ("a b c", "a x c", "a -b-+x+ c"),
        ("奖励📌", "奖励🎉", "奖励-📌-+🎉+"),
        ("<b>", "<i>", "<-b-+i+>"),
    ],
)
def test_marks(old: str, new: str, expected: str) -> None:
    assert said(old, new) == expected


def test_very_long_texts_are_replaced_as_a_whole_and_quickly() -> None:
    old, new = "甲乙" * MAX_PIECES, "乙丙" * MAX_PIECES
    begun = time.monotonic()
    assert differences(old, new) == [Mark("del", old), Mark("ins", new)]
    assert time.monotonic() - begun < 1


def test_the_longest_compared_texts_take_little_time() -> None:
    old = "".join(chr(0x4E00 + n % 97) for n in range(MAX_PIECES))
    new = "".join(chr(0x4E00 + (n * 7) % 89) for n in range(MAX_PIECES))
    begun = time.monotonic()
    differences(old, new)
    assert time.monotonic() - begun < 3


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_is_lost_in_between(old: str, new: str) -> None:
    marks = differences(old, new)
    assert "".join(mark.text for mark in marks if mark.kind != "del") == new
    assert "".join(mark.text for mark in marks if mark.kind != "ins") == old
    assert all(mark.text for mark in marks)
