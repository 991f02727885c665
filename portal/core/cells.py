"""Cells of tables that leave the house as CSV: a spreadsheet shows them, and works nothing out."""

from typing import Any

BOM = "\ufeff"  # so that spreadsheets read Chinese
_BLANK = " \u00a0\u2003\u200b\u3000\ufeff"  # what a spreadsheet may pass over
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: Any) -> str:
    """A cell that a spreadsheet shows and does not work out."""
    text = str(value)
    return f"'{text}" if text.lstrip(_BLANK).startswith(_BEGINS) else text
