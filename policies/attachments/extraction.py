"""The text inside a file, for the search. Bounded: pages, rows, characters, seconds. No database.

Files were checked by content when they came (portal/core/uploads.py), yet may still be damaged or made to be costly:
whatever a reader raises means that the file cannot be read, never more.
"""

import time
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from defusedxml.ElementTree import iterparse

MOST_CHARACTERS = 100_000
MOST_PAGES = 300
MOST_ROWS = 20_000
MOST_PART = 50 * 1024 * 1024  # unpacked bytes of a document's text
SECONDS = 45
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PICTURES = frozenset({"png", "jpg"})


class Unreadable(Exception):
    """The file has no text that could be got at: damaged, protected, or too costly."""


def text_in(file: IO[bytes], kind: str, *, seconds: float = SECONDS) -> str:
    """All text as one, white space drawn together; "" when there is none (a scan). Unreadable for bad files."""
    end = time.monotonic() + seconds
    kept: list[str] = []
    size = 0
    try:
        for piece in READERS[kind](file):
            words = " ".join(piece.replace("\x00", " ").split())
            kept += [words] if words else []
            size += len(words) + 1
            if size > MOST_CHARACTERS or time.monotonic() > end:
                break
    except Unreadable:
        raise
    except Exception as error:  # readers of documents raise nearly everything on damaged input
        raise Unreadable(type(error).__name__) from error
    text = "\n".join(kept)[:MOST_CHARACTERS]
    return text.encode(errors="ignore").decode()


def _pdf(file: IO[bytes]) -> Iterator[str]:
    from pypdf import PdfReader  # only workers need it

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("protected")
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES:
            return
        yield page.extract_text() or ""


def _docx(file: IO[bytes]) -> Iterator[str]:
    """Paragraph by paragraph, tables included; nothing of the document is held as a whole."""
    with zipfile.ZipFile(file) as archive:
        if archive.getinfo("word/document.xml").file_size > MOST_PART:
            raise Unreadable("too large")
        with archive.open("word/document.xml") as part:
            words: list[str] = []
            for _event, element in iterparse(part):
                if element.tag == f"{WORD}t":
                    words.append(element.text or "")
                elif element.tag in (f"{WORD}tab", f"{WORD}br"):
                    words.append(" ")
                elif element.tag == f"{WORD}p":
                    yield "".join(words)
                    words.clear()
                    element.clear()


def _xlsx(file: IO[bytes]) -> Iterator[str]:
    from openpyxl import load_workbook

    left = MOST_ROWS
    book = load_workbook(file, read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            yield str(sheet.title)
            for row in sheet.iter_rows(values_only=True, max_row=left or 1, max_col=100):
                yield " ".join(_cell(value) for value in row if value is not None)
                left -= 1
                if left <= 0:
                    return
    finally:
        book.close()


def _cell(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _picture(file: IO[bytes]) -> Iterator[str]:
    return iter(())


READERS: dict[str, Callable[[IO[bytes]], Iterator[str]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    **dict.fromkeys(PICTURES, _picture),
}
