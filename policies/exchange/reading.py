"""Opens a file with policies: a workbook, a table as text, or JSON. What it is, its content says; its name must agree.

Bounded in memory: the size of the file is, what a workbook unpacks to is, and rows come one by one.
"""

from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import PurePosixPath

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from policies.exchange.reading_text import read_csv, read_json
from policies.exchange.reading_xlsx import read_xlsx
from policies.exchange.tables import Line, Table
from portal.core.access import Refused
from portal.core.uploads import MIB, clean_name

MAX_BYTES = 10 * MIB
MAX_ROWS = 5_000
KINDS = ("xlsx", "csv", "json")
ACCEPT = ".xlsx,.csv,.txt,.json"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was read to its end."""

    name: str
    sha256: str
    table: Table
    lines: list[Line]


def open_file(file: UploadedFile) -> Opened:
    """All rows of a file; Refused says in words why it can't be read."""
    name = clean_name(file.name or "")
    if file.size is not None and file.size > MAX_BYTES:
        raise Refused(_("The file is larger than %(limit)s MB.") % {"limit": MAX_BYTES // MIB})
    data = file.read(MAX_BYTES + 1)
    table = _table(name, data)
    lines = list(islice(table.lines, MAX_ROWS + 1))
    if len(lines) > MAX_ROWS:
        said = _("The file has more than %(limit)s rows. Please split it into several files.")
        raise Refused(said % {"limit": f"{MAX_ROWS:,}"})
    if not lines:
        raise Refused(_("The file holds no row with a policy."))
    return Opened(name, sha256(data).hexdigest(), table, lines)


def _table(name: str, data: bytes) -> Table:
    kind, extension = kind_of(data), PurePosixPath(name).suffix.lstrip(".").lower()
    if extension not in {"xlsx": ("xlsx",), "json": ("json",), "csv": ("csv", "txt")}[kind]:
        said = _("The name of the file ends in “%(extension)s”, but it is %(kind)s. Please name it so.")
        raise Refused(said % {"extension": f".{extension}"[:12], "kind": kind_words(kind)})
    return {"xlsx": read_xlsx, "csv": read_csv, "json": read_json}[kind](data)


def kind_of(data: bytes) -> str:
    """xlsx, csv or json, by its content."""
    start = data[:4096]
    if not data.strip():
        raise Refused(_("The file is empty."))
    if start.startswith(_OLE):
        if _ENCRYPTED in data:
            raise Refused(_("The file is protected by a password. Please send it without one."))
        raise Refused(_("This is a file of an old kind (.xls). Please save it as .xlsx and send that."))
    if start.startswith(b"PK\x03\x04"):
        return "xlsx"
    if start.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff")):
        raise Refused(_("This is no table. Accepted are xlsx, csv and JSON."))
    opening = start.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1]
    return "json" if opening in (b"[", b"{") else "csv"


def kind_words(kind: str) -> str:
    return {"xlsx": _("a workbook (xlsx)"), "csv": _("a text (csv)"), "json": "JSON"}[kind]
