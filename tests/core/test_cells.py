"""Cells that a spreadsheet shows and does not work out."""

import pytest

from portal.core.cells import BOM, harmless


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@A1",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u3000=1",
        "\u00a0+1",
        "＝1",
        "＋1",
        "－1",
        "＠A1",
        "\u200b=1",
    ],
)
def test_what_would_be_worked_out_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "1", "a=b", "星辰公司", "a-b", "100%", "'=1"])
def test_all_else_stays(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(("value", "cell"), [(5, "5"), (None, "None"), (-5, "'-5"), (1.5, "1.5")])
def test_what_is_no_text(value: object, cell: str) -> None:
    assert harmless(value) == cell


def test_files_begin_so_that_chinese_is_read() -> None:
    assert BOM.encode() == b"\xef\xbb\xbf"
