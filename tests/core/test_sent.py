"""What a form says beside its fields, and what is said when an act was refused."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from django.utils import translation

from portal.core.access import Refused
from portal.core.sent import say_refused, seen_version


@pytest.mark.parametrize(
    ("data", "version"),
    [
        ({"seen": "0"}, 0),
        ({"seen": "7"}, 7),
        ({"seen": "999999999"}, 999_999_999),
        ({"seen": "9999999999"}, -1),
        ({"seen": "-1"}, -1),
        ({"seen": "１"}, -1),
        ({"seen": "²"}, -1),
        ({"seen": "1.0"}, -1),
        ({"seen": ""}, -1),
        ({"seen": "\0"}, -1),
        ({}, -1),
    ],
)
def test_the_version_that_the_page_showed(rf: RequestFactory, data: dict[str, str], version: int) -> None:
    assert seen_version(rf.post("/", data)) == version


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"text": "x"}, ["Not now."]),
        (
            {"file": SimpleUploadedFile("a.txt", b"a")},
            ["Not now.", "Please choose the files again; your text is kept."],
        ),
    ],
    ids=["words alone", "with a file"],
)
def test_a_refusal_and_the_files(rf: RequestFactory, data: dict[str, Any], said: list[str]) -> None:
    request = rf.post("/", data)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    say_refused(request, Refused("Not now."))
    assert [str(each) for each in get_messages(request)] == said


def test_it_is_said_in_the_language_of_the_page(rf: RequestFactory) -> None:
    request = rf.post("/", {"file": SimpleUploadedFile("a.txt", b"a")})
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    with translation.override("zh-hans"):
        say_refused(request, Refused("现在不行。"))
    assert "Please" not in "".join(str(each) for each in get_messages(request))
