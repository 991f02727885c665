"""A stored file given out as a whole or in the part that is asked for, so that one can seek in a video."""

import re
from collections.abc import Iterator
from typing import IO

from django.conf import settings
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.http import parse_etags

CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})$")


def ranged(request: HttpRequest, stored: FieldFile, *, size: int, content_type: str, etag: str) -> HttpResponseBase:
    """200 with everything, 206 with the part, 304, or 416; several parts at once are answered with everything.

    Where MEDIA_ACCEL says so, the proxy in front sends the file itself, and sees to the parts.
    """
    response: HttpResponseBase
    if settings.MEDIA_ACCEL:
        response = HttpResponse(content_type=content_type)
        response.headers["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL}{stored.name}"
    else:
        response = _answer(request, stored, size, content_type, f'"{etag}"')
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["ETag"] = f'"{etag}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _answer(request: HttpRequest, stored: FieldFile, size: int, content_type: str, etag: str) -> HttpResponseBase:
    if {"*", etag} & {known.removeprefix("W/") for known in parse_etags(request.headers.get("If-None-Match", ""))}:
        return HttpResponseNotModified()
    part = _part(request, size, etag)
    if part == (0, 0):
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    try:
        opened = stored.storage.open(str(stored.name), "rb")
    except FileNotFoundError:
        raise Http404 from None
    if part is None:
        return FileResponse(opened, content_type=content_type)
    start, end = part
    response = StreamingHttpResponse(_Piece(opened, start, end), status=206, content_type=content_type)
    response.headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response.headers["Content-Length"] = str(end - start)
    return response


def _part(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """[start, end) of what is asked for; None for everything, (0, 0) for what does not exist."""
    found = _RANGE.match(request.headers.get("Range", ""))
    if found is None or not (found[1] or found[2]) or request.headers.get("If-Range", etag) != etag:
        return None
    if not found[1]:
        return (max(0, size - int(found[2])), size) if int(found[2]) and size else (0, 0)
    start, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if found[2] and start > last:
        return None
    return (start, min(last + 1, size)) if start < size else (0, 0)


class _Piece:
    """A part of a file, read as it is sent, and the file closed at its end."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self.file, self.start, self.end = file, start, end

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.end - self.start
        while left > 0 and (chunk := self.file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self.file.close()
