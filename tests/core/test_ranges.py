"""Files in parts: what a browser asks for when somebody seeks in a video."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile
from django.http import Http404
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.models import InterpretationFile
from portal.core.ranges import CHUNK, _part, ranged

CONTENT = bytes(range(100))


class Stored(FieldFile):
    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(InterpretationFile(), InterpretationFile._meta.get_field("file"), name)
        self.storage = FileSystemStorage(location=folder)


def ask(folder: Path, name: str = "a", size: int = 100, **headers: str) -> Any:
    request = RequestFactory().get("/", headers={k.replace("_", "-"): v for k, v in headers.items()})
    return ranged(request, Stored(folder, name), size=size, content_type="video/mp4", etag="e1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a").write_bytes(CONTENT)
    return tmp_path


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, 100),
        ("bytes=10-19", 10, 20),
        ("bytes=99-", 99, 100),
        ("bytes=90-500", 90, 100),  # more than there is
        ("bytes=-10", 90, 100),
        ("bytes=-500", 0, 100),
    ],
)
def test_a_part(folder: Path, asked: str, start: int, end: int) -> None:
    response = ask(folder, Range=asked)
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {start}-{end - 1}/100"
    assert response.headers["Content-Length"] == str(end - start)
    assert response.getvalue() == CONTENT[start:end]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-3",
        "bytes=300-200",
        "bytes=1-2,4-5",
        "lines=1-2",
        "bytes=a-b",
        "bytes=" + "9" * 40 + "-",
    ],
)
def test_everything_where_no_part_is_understood(folder: Path, asked: str) -> None:
    response = ask(folder, **({"Range": asked} if asked else {}))
    assert response.status_code == 200
    assert response.headers["Accept-Ranges"] == "bytes"
    assert response.headers["ETag"] == '"e1"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue() == CONTENT


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_lies_beyond_the_end(folder: Path, asked: str) -> None:
    response = ask(folder, Range=asked)
    assert (response.status_code, response.headers["Content-Range"]) == (416, "bytes */100")


@pytest.mark.parametrize(("known", "status"), [('"e1"', 206), ('"older"', 200)])
def test_a_part_of_another_file_is_not_mixed_in(folder: Path, known: str, status: int) -> None:
    assert ask(folder, Range="bytes=0-9", If_Range=known).status_code == status


def test_a_large_part_comes_in_pieces_and_the_file_is_closed(folder: Path) -> None:
    (folder / "b").write_bytes(b"x" * (CHUNK + 10))
    response = ask(folder, "b", CHUNK + 10, Range="bytes=5-")
    (piece,) = response._resource_closers
    opened = piece.__self__.file
    assert [len(each) for each in response] == [CHUNK, 5]
    piece()  # what the server calls in the end
    assert opened.closed


def test_a_file_that_is_gone_is_not_there(folder: Path) -> None:
    for headers in ({}, {"Range": "bytes=0-1"}):
        with pytest.raises(Http404):
            ask(folder, "gone", **headers)


def test_the_proxy_sends_it_where_it_is_said_to(folder: Path, settings: Any) -> None:
    settings.MEDIA_ACCEL = "/protected/"
    response = ask(folder, "interpretations/ab/key", Range="bytes=0-9")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-Accel-Redirect"] == "/protected/interpretations/ab/key"
    assert response.headers["Content-Type"] == "video/mp4"


@pytest.mark.parametrize(
    ("asked", "size", "status", "told"),
    [
        ("bytes=0-0", 100, 206, "bytes 0-0/100"),
        ("bytes=-1", 100, 206, "bytes 99-99/100"),
        ("bytes=-100", 100, 206, "bytes 0-99/100"),
        ("bytes=00-09", 100, 206, "bytes 0-9/100"),
        ("bytes=0-999999999999999", 100, 206, "bytes 0-99/100"),
        ("bytes=999999999999999-", 100, 416, "bytes */100"),
        ("bytes=0-", 0, 416, "bytes */0"),
        ("bytes=-5", 0, 416, "bytes */0"),
        ("bytes=0-0", 0, 416, "bytes */0"),
        ("bytes=-000", 100, 416, "bytes */100"),
        ("bytes= 0-5", 100, 200, None),
        ("bytes=0 -5", 100, 200, None),
        ("bytes=+0-5", 100, 200, None),
        ("bytes=--5", 100, 200, None),
        ("bytes=0--5", 100, 200, None),
        ("bytes=0-5,", 100, 200, None),
        ("bytes=0x0-5", 100, 200, None),
        ("bytes=\xb2-5", 100, 200, None),
        ("xbytes=0-5", 100, 200, None),
        ("0-5", 100, 200, None),
    ],
)
def test_odd_questions(folder: Path, asked: str, size: int, status: int, told: str | None) -> None:
    (folder / "a").write_bytes(CONTENT[:size])
    response = ask(folder, size=size, Range=asked)
    assert (response.status_code, response.headers.get("Content-Range")) == (status, told)
    if status == 200:
        assert response.getvalue() == CONTENT[:size]


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ("e1", 200),
        ('W/"e1"', 200),
        ("", 200),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 200),
        ('"e1", "e2"', 200),
        ('"e1"', 206),
    ],
)
def test_only_the_very_same_file_is_gone_on_with(folder: Path, known: str, status: int) -> None:
    assert ask(folder, Range="bytes=0-9", If_Range=known).status_code == status


def test_a_file_shorter_than_its_row_says_ends_where_it_ends(folder: Path) -> None:
    response = ask(folder, size=1_000, Range="bytes=90-199")
    assert response.getvalue() == CONTENT[90:]


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="0123456789-=,bytes ", max_size=12), st.integers(0, 30))
def test_what_is_promised_is_what_comes(tail: str, size: int) -> None:
    part = _part(RequestFactory().get("/", headers={"range": f"bytes={tail}"}), size, '"e"')
    assert part is None or part == (0, 0) or 0 <= part[0] < part[1] <= size


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ('"e1"', 304),
        ('W/"e1"', 304),
        ('"e0", "e1"', 304),
        ("*", 304),
        ('"e0"', 200),
        ("e1", 200),
        ('"e1', 200),
        ("", 200),
    ],
)
def test_what_the_browser_has_already_is_not_sent_again(folder: Path, known: str, status: int) -> None:
    for asked in ({}, {"Range": "bytes=0-9"}):
        response = ask(folder, If_None_Match=known, **asked)
        assert response.status_code == (206 if asked and status == 200 else status)
        assert response.headers["ETag"] == '"e1"'
        assert bool(response.getvalue()) is (status == 200)
