"""Pages as eyes read them: without the words that only screen readers say."""

import re
from html import unescape
from typing import Any

_HIDDEN = re.compile(r'<span class="visually-hidden"[^>]*>[^<]*</span>')


def seen(page: Any) -> str:
    """The page of a response, or a page, without what is visually hidden."""
    html = page if isinstance(page, str) else page.content.decode()
    return unescape(_HIDDEN.sub("", html))
