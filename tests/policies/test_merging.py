"""Two people's versions of one draft."""

from typing import Any

from policies.publishing.merging import merge

COLUMNS = ("title_en", "title_zh_hans", "level")
BASE = {"title_en": "A", "title_zh_hans": "甲", "level": "district"}


def test_each_changed_something_else() -> None:
    merged = merge(BASE, BASE | {"title_en": "B"}, BASE | {"title_zh_hans": "乙"}, COLUMNS)
    assert merged.content == {"title_en": "B", "title_zh_hans": "乙", "level": "district"}
    assert merged.taken == ["title_zh_hans"]
    assert merged.clashes == []


def test_both_changed_the_same_text_mine_stays() -> None:
    merged = merge(BASE, BASE | {"title_en": "B"}, BASE | {"title_en": "C"}, COLUMNS)
    assert merged.content["title_en"] == "B"
    assert merged.clashes == ["title_en"]
    assert merged.taken == []


def test_both_made_the_same_change() -> None:
    merged = merge(BASE, BASE | {"level": "park"}, BASE | {"level": "park"}, COLUMNS)
    assert (merged.taken, merged.clashes) == ([], [])


def test_without_a_common_beginning_every_difference_is_shown() -> None:
    merged = merge(None, BASE | {"title_en": "B"}, BASE | {"level": "park"}, COLUMNS)
    assert merged.clashes == ["title_en", "level"]
    assert merged.content == BASE | {"title_en": "B"}


def test_mine_is_not_changed_in_place() -> None:
    mine: dict[str, Any] = dict(BASE)
    merge(BASE, mine, BASE | {"level": "park"}, COLUMNS)
    assert mine == BASE
