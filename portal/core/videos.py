"""Whether a file is a video that every browser plays: MP4 or WebM, read from its own tables, never from its name.

Only tables are read, box by box or element by element; pictures and sound are skipped, however large the file is.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.core.uploads import Checked, clean_name, measure

CONTENT_TYPES = {"mp4": "video/mp4", "webm": "video/webm"}
ACCEPT = ".mp4,.m4v,.webm"
EXTENSIONS = {"mp4": "mp4", "m4v": "mp4", "webm": "webm"}
PLAYED = {"avc1", "avc3", "vp08", "vp09", "av01"}  # in MP4
PLAYED_WEBM = {"V_VP8", "V_VP9", "V_AV1"}
MOST_PARTS = 20_000
# Boxes of an MP4 file that lead down to the kind of its pictures
NESTED = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
EBML, SEGMENT, TRACKS, ENTRY, CODEC, DOCTYPE = 0x1A45DFA3, 0x18538067, 0x1654AE6B, 0xAE, 0x86, 0x4282


class Part(NamedTuple):
    """A box or an element of a file; start and end of what is in it."""

    name: bytes
    start: int
    end: int


def check_video(file: UploadedFile, *, max_bytes: int) -> Checked:
    """The video's checked facts, its position back at the start; ValidationError (in the active language) if refused.

    Codes: empty, too_large, extension, not_video, codec.
    """
    name = clean_name(file.name or "")
    kind = EXTENSIONS.get(PurePosixPath(name).suffix.lstrip(".").lower())
    if kind is None:
        raise ValidationError(_("A video is an MP4 or a WebM file."), code="extension")
    size, sha256 = measure(file, max_bytes)
    try:
        codecs, played = (_mp4(file, size), PLAYED) if kind == "mp4" else (_webm(file, size), PLAYED_WEBM)
    finally:
        file.seek(0)
    if not codecs & played:
        told = _("Not every browser plays this kind of video (%(codec)s). Save it as MP4 with H.264, or as WebM.")
        raise ValidationError(told, code="codec", params={"codec": ", ".join(sorted(codecs))})
    return Checked(kind, CONTENT_TYPES[kind], name, size, sha256)


def _not_video() -> ValidationError:
    return ValidationError(
        _("This file is no video, whatever its name says, or it is damaged or not complete."), code="not_video"
    )


# --- MP4 ------------------------------------------------------------------------------------------------------------


def _mp4(file: IO[bytes] | UploadedFile, size: int) -> set[str]:
    """Kinds of pictures in the file; it has a type, a table of contents and something to show."""
    top = list(_boxes(file, 0, size))
    names = [box.name for box in top]
    if names[:1] != [b"ftyp"] or b"moov" not in names or b"mdat" not in names:
        raise _not_video()
    codecs = {
        codec for box in top if box.name == b"moov" for found in _samples(file, box) for codec in _codecs(file, found)
    }
    if not codecs:
        raise _not_video()
    return codecs


def _boxes(file: IO[bytes] | UploadedFile, start: int, end: int) -> Iterator[Part]:
    """The boxes that fill a stretch of the file to its last byte."""
    for _n in range(MOST_PARTS):
        if start == end:
            return
        file.seek(start)
        head = file.read(16)
        length, header = int.from_bytes(head[:4]), 8
        if length == 1:
            length, header = int.from_bytes(head[8:16]), 16
        elif length == 0:
            length = end - start
        if len(head) < header or length < header or start + length > end:
            raise _not_video()
        yield Part(head[4:8], start + header, start + length)
        start += length
    raise _not_video()


def _samples(file: IO[bytes] | UploadedFile, contents: Part) -> Iterator[Part]:
    """The descriptions of what each track of pictures holds; boxes lie in boxes, however many and however deep."""
    waiting, seen = [contents], 0
    while waiting:
        box = waiting.pop()
        inner = list(_boxes(file, box.start, box.end))
        seen += len(inner)
        if seen > MOST_PARTS:
            raise _not_video()
        if box.name == b"mdia" and not any(_is_video(file, each) for each in inner):
            continue
        waiting += [each for each in inner if each.name in NESTED]
        yield from (each for each in inner if each.name == b"stsd")


def _is_video(file: IO[bytes] | UploadedFile, box: Part) -> bool:
    file.seek(box.start + 8)
    return box.name == b"hdlr" and file.read(4) == b"vide"


def _codecs(file: IO[bytes] | UploadedFile, box: Part) -> list[str]:
    return [entry.name.decode("ascii", "replace") for entry in _boxes(file, box.start + 8, box.end)]


# --- WebM -----------------------------------------------------------------------------------------------------------


def _webm(file: IO[bytes] | UploadedFile, size: int) -> set[str]:
    """Kinds of pictures and sound in the file."""
    top = list(_elements(file, 0, size))
    if [each.name for each in top[:2]] != [_id(EBML), _id(SEGMENT)]:
        raise _not_video()
    header = _elements(file, top[0].start, top[0].end)
    if [_text(file, each) for each in header if each.name == _id(DOCTYPE)] != ["webm"]:
        raise _not_video()
    for part in _elements(file, top[1].start, top[1].end):
        if part.name == _id(TRACKS):
            return _webm_codecs(file, part)
    raise _not_video()


def _webm_codecs(file: IO[bytes] | UploadedFile, tracks: Part) -> set[str]:
    entries = [each for each in _elements(file, tracks.start, tracks.end) if each.name == _id(ENTRY)]
    return {
        _text(file, each)
        for entry in entries
        for each in _elements(file, entry.start, entry.end)
        if each.name == _id(CODEC)
    }


def _elements(file: IO[bytes] | UploadedFile, start: int, end: int) -> Iterator[Part]:
    """The elements of a stretch of the file; one of unknown length, which recorders write, goes on to the end."""
    for _n in range(MOST_PARTS):
        if start >= end:
            return
        file.seek(start)
        head = file.read(12)
        wide = _width(head[:1])
        long = _width(head[wide : wide + 1])
        if not wide or wide > 4 or not long:
            raise _not_video()
        length = int.from_bytes(head[wide : wide + long]) & ((1 << 7 * long) - 1)
        begin = start + wide + long
        unknown = length == (1 << 7 * long) - 1
        stop = end if unknown else begin + length
        if max(begin, stop) > end:
            raise _not_video()
        yield Part(head[:wide], begin, stop)
        start = stop
    raise _not_video()


def _width(first: bytes) -> int:
    """How many bytes a number takes, from its first one; 0 where that cannot be."""
    return 9 - first[0].bit_length() if first and first[0] else 0


def _id(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8)


def _text(file: IO[bytes] | UploadedFile, part: Part) -> str:
    file.seek(part.start)
    return file.read(min(part.end - part.start, 64)).decode("ascii", "replace").rstrip("\x00")
