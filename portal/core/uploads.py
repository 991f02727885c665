"""Checks a file that somebody sends us: by its content, not by what it calls itself.

Nothing is held in memory as a whole: the file is read in chunks, archives entry by entry.
"""

import codecs
import hashlib
import lzma
import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image

MIB = 1024 * 1024
MAX_BYTES = 20 * MIB
MAX_NAME = 120
MAX_PIXELS = 40_000_000
MAX_ENTRIES = 2_000
MAX_DIRECTORY = MIB  # bytes of an archive's table of contents
MAX_UNPACKED = 200 * MIB
MAX_RATIO = 100
CHUNK = 64 * 1024
# everything that the standard library's archive reader raises on damaged input
ARCHIVE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error),
    *(OSError, EOFError, KeyError, NotImplementedError, RuntimeError, UnicodeError),
)

OOXML = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": OOXML + "wordprocessingml.document",
    "xlsx": OOXML + "spreadsheetml.sheet",
    "pptx": OOXML + "presentationml.presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
}
EXTENSIONS = {**{kind: kind for kind in CONTENT_TYPES}, "jpeg": "jpg"}
ACCEPT = ",".join(f".{extension}" for extension in EXTENSIONS)  # for <input type="file" accept>


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that passed. kind: one of CONTENT_TYPES; name: safe to show; size in bytes; sha256 in hexadecimal."""

    kind: str
    content_type: str
    name: str
    size: int
    sha256: str


def check_upload(file: UploadedFile, *, max_bytes: int = MAX_BYTES) -> Checked:
    """The file's checked facts, its position back at the start; ValidationError (in the active language) if refused.

    Codes: empty, too_large, extension, mismatch, bomb, encrypted, macros, pixels.
    """
    name = clean_name(file.name or "")
    kind = EXTENSIONS.get(PurePosixPath(name).suffix.lstrip(".").lower())
    if kind is None:
        allowed = ", ".join(CONTENT_TYPES)
        raise _refusal("extension", _("Files of this type are not accepted. Accepted are: %(types)s."), types=allowed)
    size, sha256 = measure(file, max_bytes)
    try:
        CHECKS[kind](file, kind, size)
    finally:
        file.seek(0)
    return Checked(kind, CONTENT_TYPES[kind], name, size, sha256)


def clean_name(name: str) -> str:
    """A file name without path, control or direction-changing characters; at most 120 characters, extension kept."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = (" " if char.isspace() else char for char in name if char.isspace() or unicodedata.category(char)[0] != "C")
    name = re.sub(r'[<>:"|?*]', "_", re.sub(r"\s+", " ", "".join(kept))).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        return name[:MAX_NAME] or "file"
    extension = extension.strip()[:10]
    return f"{stem.strip(' .')[: MAX_NAME - 1 - len(extension)] or 'file'}.{extension}"


def _refusal(code: str, message: str, **params: object) -> ValidationError:
    return ValidationError(message, code=code, params=params or None)


def _mismatch() -> ValidationError:
    message = _("The content of this file does not match its extension, or the file is damaged.")
    return _refusal("mismatch", message)


def _chunks(file: IO[bytes] | UploadedFile) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def measure(file: UploadedFile, max_bytes: int) -> tuple[int, str]:
    """Size and digest, read once; stops reading as soon as the file is too large."""
    too_large = _refusal("too_large", _("The file is larger than %(limit)s MB."), limit=f"{max_bytes / MIB:g}")
    if file.size is not None and file.size > max_bytes:
        raise too_large
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(file):
        digest.update(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise too_large
    if size == 0:
        raise _refusal("empty", _("The file is empty."))
    return size, digest.hexdigest()


def _tail(file: UploadedFile, size: int, length: int) -> bytes:
    file.seek(max(0, size - length))
    return bytes(file.read(length))


def _check_pdf(file: UploadedFile, kind: str, size: int) -> None:
    file.seek(0)
    if not file.read(5) == b"%PDF-" or b"%%EOF" not in _tail(file, size, 2048):
        raise _mismatch()


def _check_text(file: UploadedFile, kind: str, size: int) -> None:
    """UTF-8 or the Chinese national encoding, without the control characters of binary files."""
    decoders = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")]
    for chunk in _chunks(file):
        if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]", chunk):
            raise _mismatch()
        decoders = [decoder for decoder in decoders if _decodes(decoder, chunk)]
    if not any(_decodes(decoder, b"", final=True) for decoder in decoders):
        raise _mismatch()


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _check_image(file: UploadedFile, kind: str, size: int) -> None:
    too_big = _refusal("pixels", _("The picture has more than %(limit)s million pixels."), limit=MAX_PIXELS // 10**6)
    file.seek(0)
    try:
        with Image.open(file, formats=["jpeg" if kind == "jpg" else kind]) as image:
            width, height = image.size
            if width * height * getattr(image, "n_frames", 1) > MAX_PIXELS:
                raise too_big
            if kind == "jpg":  # decoded at an eighth of its size, which shows whether it is whole
                image.draft("L", (max(1, width // 8), max(1, height // 8)))
                image.load()
            else:
                image.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_big
    except ValidationError:
        raise
    except Exception as error:  # the image readers raise a great many kinds on damaged input
        raise _mismatch() from error


def _check_office(file: UploadedFile, kind: str, size: int) -> None:
    _check_directory(file, size)
    try:
        with zipfile.ZipFile(file) as archive:
            _check_entries(archive.infolist(), size)
            _check_parts(archive, kind)
            _unpack(archive)
    except ARCHIVE_ERRORS as error:
        raise _mismatch() from error


def _bomb() -> ValidationError:
    return _refusal("bomb", _("The file unpacks to far more than a document should hold."))


def _check_directory(file: UploadedFile, size: int) -> None:
    """Before anything parses the archive's table of contents: is it there, and of sensible size?"""
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        raise _mismatch()
    tail = _tail(file, size, 65_557)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise _mismatch()
    entries, directory = struct.unpack_from("<H L", tail, end + 10)
    if entries > MAX_ENTRIES or directory > MAX_DIRECTORY or tail[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        raise _bomb()


def _check_entries(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > size * MAX_RATIO:
        raise _bomb()
    if any(entry.flag_bits & 1 for entry in entries):
        raise _refusal("encrypted", _("The file is protected by a password. Please send it without one."))
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise _mismatch()


def _check_parts(archive: zipfile.ZipFile, kind: str) -> None:
    """The document is what its extension says, and brings no macros."""
    names = {name.lower() for name in archive.namelist()}
    with archive.open("[Content_Types].xml") as part:
        declared = part.read(MIB)
    if b"macroEnabled" in declared or any(re.search(r"vba(project|data)|macrosheets/", name) for name in names):
        raise _refusal("macros", _("The file contains macros. Please save it without macros and send it again."))
    if f"{CONTENT_TYPES[kind]}.main+xml".encode() not in declared:
        raise _mismatch()


def _unpack(archive: zipfile.ZipFile) -> None:
    """Every entry really unpacks to what the table of contents says (sizes and checksums)."""
    for entry in archive.infolist():
        with archive.open(entry) as part:
            while part.read(CHUNK):
                pass


CHECKS: dict[str, Callable[[UploadedFile, str, int], None]] = {
    "pdf": _check_pdf,
    "docx": _check_office,
    "xlsx": _check_office,
    "pptx": _check_office,
    "png": _check_image,
    "jpg": _check_image,
    "webp": _check_image,
    "txt": _check_text,
    "csv": _check_text,
}
