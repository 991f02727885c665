"""Markdown that people write: to HTML in which nothing of theirs is markup but headings, lists, tables and links.

HTML and scripts come out as the text they are, pictures as links to them; links lead to the web, a mailbox, a telephone
or a place of this site.
"""

import re
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_ADDRESS = re.compile(r"(?:https?://|mailto:|tel:|/(?![/\\])|#)", re.IGNORECASE)


def rendered(text: str, *, top: int = 2) -> SafeString:
    """HTML with its highest heading at level `top`; “” for nothing."""
    reader = _reader()
    tokens = reader.parse(text)
    _fit_headings(tokens, top)
    for token in tokens:
        token.attrs.pop("style", None)  # the alignment of a table's cells: the security policy has no inline style
    return mark_safe(reader.renderer.render(tokens, reader.options, {}))  # noqa: S308


@cache
def _reader() -> MarkdownIt:
    return _Reader("commonmark", {"html": False}).enable("table").disable("image")


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return bool(_ADDRESS.match(url.strip()))


def _fit_headings(tokens: list[Token], top: int) -> None:
    """Levels without gaps, in the order of the page, whichever signs were used for them."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(top + used.index(token.tag), 6)}"
