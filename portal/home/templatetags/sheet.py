"""Words on a sheet that has to stay one page."""

import unicodedata

from django import template

register = template.Library()


@register.filter
def within(text: object, columns: int) -> str:
    """Shortened to so many columns; a Chinese character takes two."""
    kept, left = "", columns
    for char in str(text):
        left -= 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if left < 0:
            return f"{kept.rstrip()}…"
        kept += char
    return kept
