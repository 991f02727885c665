"""Every page of the service desk, with all that can be opened on it; a new address needs no line here.

Axe sees each page in one of the four combinations of language and width, in turn; at the other width it must fit too.
"""

from collections.abc import Callable
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from tests.browser.conftest import SIZES
from tests.browser.reader import Reader
from tests.test_access_matrix import TABLE, World

ROOMS = ("requests", "desk", "centre", "visits", "contacts", "rating", "surveys", "messages", "outbox")
NO_PAGES = {"requests:attachment", "requests:why", "desk:present", "rating:figures-file"}
WHO = "votad"  # whoever comes first among those who get in; a visitor where nobody needs to sign in


def pages() -> dict[str, str]:
    """The addresses that are pages of the desk, each with the one who opens it."""
    read = {name: kinds for name, (method, kinds) in TABLE.items() if method == "G" and name not in NO_PAGES}
    mine = {name: kinds for name, kinds in read.items() if name.partition(":")[0] in ROOMS}
    return {name: next(kind for kind in WHO if kind in kinds) for name, kinds in mine.items()}


@pytest.mark.django_db(transaction=True)
def test_every_page_of_the_desk_in_both_languages_and_widths(
    open_as: Callable[..., Reader], settings: Any, tmp_path: Path, subtests: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world, opened = World(), pages()
    assert len(opened) > 70
    readers = {kind: open_as(world.people.get(kind), first="start/") for kind in set(opened.values())}
    readers["v"].go("")
    combinations = cycle(product(("en", "zh-hans"), SIZES))
    for (name, kind), (language, size) in zip(opened.items(), combinations, strict=False):
        with subtests.test(name, language=language, size=size), translation.override(language):
            reader, other = readers[kind], next(each for each in SIZES if each != size)
            reader.language = language
            reader.page.set_viewport_size(SIZES[size])
            reader.lay(reverse(name, args=world.arguments.get(name)).removeprefix(f"/{language}/"))
            reader.page.set_viewport_size(SIZES[other])
            reader.expect_to_fit()
