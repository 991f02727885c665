"""The whole house in both languages: catalogues complete, and no page shows words of the other language."""

from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.urls import reverse
from django.utils import translation

from portal.core import bilingual, catalogues
from tests.test_access_matrix import PEOPLE, TABLE, World
from tests.words import Pages, foreign_words


def test_the_search_for_foreign_words_finds_them() -> None:
    assert foreign_words("<p>Hello <b>政策</b></p>", "en") == ["政策"]
    assert foreign_words('<p>Hello <b lang="zh-Hans">政策</b></p>', "en") == []
    assert foreign_words('<p>政策 <b title="Read more">x</b></p>', "zh-hans") == ["Read more"]


@pytest.mark.django_db
def test_no_page_shows_words_of_the_other_language(settings: Any, tmp_path: Any) -> None:
    """In Chinese; tests/test_access_matrix.py reads the English ones, which it opens anyway."""
    settings.MEDIA_ROOT = tmp_path
    pages = Pages("zh-hans", TABLE)
    with translation.override("zh-hans"):
        world = World()
        urls = {name: reverse(name, args=world.arguments.get(name)) for name in pages.readers}
    for kind in ("v", *PEOPLE):
        client = world.client(kind)
        for name, url in urls.items():
            if pages.wanted(name, kind):
                pages.look(name, kind, client.get(url))
    assert pages.faults() == []
    assert len(pages.titles) > 240


@pytest.mark.parametrize("locale", catalogues.LOCALES)
def test_catalogues_are_complete(locale: str) -> None:
    assert list(catalogues.faults(catalogues.read(catalogues.path_of(locale)))) == []


def test_faults_are_found() -> None:
    catalogue = Catalog(locale="zh_Hans")
    catalogue.add("plain", "")
    catalogue.add("with %(name)s", "没有名字")
    catalogue.add("good %(name)s", "好%(name)s")
    catalogue.add("fuzzy", "模糊", flags=["fuzzy"])
    catalogue.add(("%(count)s thing", "%(count)s things"), ("%(number)s件",))
    told = list(catalogues.faults(catalogue))
    assert [fault.partition(":")[0] for fault in told] == [
        "not translated",
        "placeholders differ",
        "fuzzy",
        "placeholders differ",
    ]


def test_columns_and_other_language() -> None:
    assert bilingual.columns("title") == ("title_zh_hans", "title_en")
    assert [bilingual.other(language) for language in bilingual.LANGUAGES] == ["en", "zh-hans"]
    with bilingual.speaking("zh-hans"):
        assert bilingual.current() == "zh-hans"
    with bilingual.speaking("tlh"):
        assert bilingual.current() == "zh-hans"
