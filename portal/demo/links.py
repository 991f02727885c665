"""Addresses of this portal in the text of a mail, made ready to be followed on the host the visitor is at."""

import re
from urllib.parse import urlsplit

from django.conf import settings

HERE = {"localhost", "127.0.0.1", "::1"}
_ADDRESS = re.compile(r"https?://[^\s<>\"“”，。；）]+[^\s<>\"“”，。；）.,;:!?)]")


Line = list[tuple[str, str]]


def paragraphs(text: str, host: str) -> list[list[Line]]:
    """A mail's text as paragraphs of lines, each line in pieces."""
    parts = re.split(r"\n\s*\n", text.strip())
    return [[linked(line, host) for line in part.splitlines()] for part in parts]


def linked(text: str, host: str) -> Line:
    """(piece, path) pairs; the path is empty where the piece is plain text or an address elsewhere."""
    pieces: Line = []
    at = 0
    for match in _ADDRESS.finditer(text):
        path = _path(match[0], host)
        if path:
            pieces += [(text[at : match.start()], ""), (match[0], path)]
            at = match.end()
    pieces.append((text[at:], ""))
    return [piece for piece in pieces if piece[0]]


def _path(address: str, host: str) -> str:
    """The address without its host, when that is this portal: under any of this machine's names, or on an old port."""
    try:
        parts = urlsplit(address)
        ours = {host.rpartition(":")[0] or host, urlsplit(settings.SITE_URL).hostname} | HERE
        known = parts.hostname in ours or parts.netloc == host
    except ValueError:
        return ""
    if not known or not parts.path.startswith("/") or parts.path.startswith("//"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
