"""The unified social credit code: real ones, wrong ones with the reason, and made-up ones for fictional enterprises."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from enterprises.credit_code import ALPHABET, DIVISION_END, LENGTH, _sound, check, make, normalise

VALID = ["91350100M000100Y43", "91310109KJJCL55G70"]


@pytest.mark.parametrize("code", VALID)
def test_valid_codes(code):
    assert check(code) == code
    assert check(code.lower()) == code


@pytest.mark.parametrize(
    "typed",
    [
        "９１３５０１００Ｍ０００１００Ｙ４３",
        " 9135 0100 M000 100Y 43 ",
        "91350100-M000100Y4-3",
        "91350100\u2014M000100Y43",
        "\ufeff91350100M000100Y43\u200b",
        "91350100\u3000m000100y43\n",
    ],
)
def test_what_people_paste_is_normalised(typed):
    assert check(typed) == VALID[0]
    assert normalise(normalise(typed)) == VALID[0]


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("", "length", "this one has 0"),
        ("91350100M000100Y4", "length", "this one has 17"),
        ("91350100M000100Y433", "length", "this one has 19"),
        ("9" * 5000, "length", "this one has 5000"),
        ("91350100M000100Y4Z", "character", "Character 18, “Z”"),
        ("91350100I000100Y43", "character", "Character 9, “I”"),
        ("9135010OM000100Y43", "character", "Character 8, “O”"),
        ("A1350100M000100Y43", "character", "Character 1, “A”"),
        ("91A50100M000100Y43", "character", "Character 3, “A”"),
        ("91350100M000100Y4企", "character", "Character 18, “企”"),
        ("<script>alert(1)</", "character", "Character 1, “<”"),
        ("٩١٣٥٠١٠٠M000100Y43", "character", "Character 1"),
        ("91350100M000100Y44", "check_digit", "check digit does not fit"),
        ("91310109KJJCL55G07", "check_digit", "check digit does not fit"),
        ("91310109KJJCL5G570", "check_digit", "check digit does not fit"),
    ],
)
def test_wrong_codes_say_what_is_wrong(typed, code, words):
    with pytest.raises(ValidationError) as refused:
        check(typed)
    assert refused.value.code == code
    assert words in refused.value.messages[0]


@given(st.text(max_size=30) | st.text(ALPHABET, min_size=18, max_size=18))
def test_check_never_breaks_and_agrees_with_the_library(text):
    if uscc.is_valid(normalise(text)):
        assert check(text) == normalise(text)
        return
    with pytest.raises(ValidationError) as refused:
        check(text)
    assert refused.value.code in {"length", "character", "check_digit"}


@given(st.integers(0, 31**6 - 1), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_made_codes_are_valid_and_one_wrong_character_is_always_noticed(serial, place, character):
    code = make(serial)
    assert check(code) == code
    assert code.startswith("91310109MA")
    damaged = code[:place] + character + code[place + 1 :]
    assert (damaged == code) or not uscc.is_valid(damaged)


def test_made_codes_differ():
    assert len({make(serial) for serial in range(5000)}) == 5000
    assert make(7, "91310115").startswith("91310115")


@pytest.mark.parametrize(("serial", "prefix"), [(-1, "91310109"), (31**6, "91310109"), (1, "9131"), (1, "9131010A")])
def test_what_cannot_be_made(serial, prefix):
    with pytest.raises(ValueError, match="no credit code"):
        make(serial, prefix)


@pytest.mark.parametrize("serial", range(0, 880_000_000, 110_000_001))
def test_the_quick_look_agrees_with_the_library_about_every_change_of_a_character(serial):
    """Most codes of a long table are found sound by it, and never reach the library."""
    good = make(serial)
    assert _sound(good)
    for place in range(LENGTH):
        for char in "0A9Y":
            text = good[:place] + char + good[place + 1 :]
            assert _sound(text) is (uscc.is_valid(text) and text[:DIVISION_END].isdecimal()), text


@pytest.mark.parametrize("text", ["", "9", "９" * 18, "I" * 18, "-" * 18, "913101090MA00000X1", "91310109" + "é" * 10])
def test_the_quick_look_is_not_misled(text):
    assert _sound(text) is False
