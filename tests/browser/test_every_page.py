"""Every page of the house, with all that can be opened on it; a new address needs no line here.

Axe sees each page in one of the four combinations of language and width, in turn; at the other width it must fit too.
One window serves them all: who looks changes by the cookie, and pages are laid into it.
"""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from tests.browser.reader import Reader
from tests.test_access_matrix import TABLE, World
from tests.words import NO_PAGES

WHO = "votaedlrsu"  # whoever comes first among those who get in; a visitor where nobody needs to sign in
NO_PAGES = NO_PAGES | {"desk:present", "desk:follow-ups", "policies:feed", "policies:suggest", "home:views-file"}
COMBINATIONS = (("en", "phone"), ("en", "desktop"), ("zh-hans", "phone"), ("zh-hans", "desktop"))


def pages() -> list[tuple[str, str]]:
    """The addresses that are pages, each with the one who opens it; person by person."""
    read = {name: kinds for name, (method, kinds) in TABLE.items() if method == "G" and name not in NO_PAGES}
    who = {name: next(kind for kind in WHO if kind in kinds) for name, kinds in read.items() if name[:5] != "open:"}
    return sorted(who.items(), key=lambda row: WHO.index(row[1]))


@pytest.mark.django_db(transaction=True)
def test_every_page_in_both_languages_and_widths(
    open_as: Callable[..., Reader], settings: Any, tmp_path: Path, subtests: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    world, opened, looking = World(), pages(), "v"
    assert len(opened) > 240
    reader = open_as(size="phone").go("")
    for (name, kind), (language, size) in zip(opened, cycle(COMBINATIONS), strict=False):
        if kind != looking:
            looking = kind
            reader.become(world.client(kind))
        with subtests.test(name, language=language, size=size), translation.override(language):
            reader.language = language
            reader.resize(size)
            reader.lay(reverse(name, args=world.arguments.get(name)).removeprefix(f"/{language}/"))
            reader.resize("phone" if size == "desktop" else "desktop").expect_to_fit()
