"""Suggestions while one types; and what nobody should be able to break by typing."""

from typing import Any

import pytest
from django.test import Client

from policies.models import SynonymGroup
from policies.search.typing import MOST, suggestions
from portal.core import bilingual
from portal.core.calendar import local_day
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
HALF_AN_EMOJI = "%ED%A0%BD"
ODD = ["x" * 10_000, "税" * 10_000, "%E2%80%9C%3F%21%2C", "%2F%2A%27%22%3B--", HALF_AN_EMOJI, "%F0%9F", "%", "()&|!:*"]


@pytest.fixture(autouse=True)
def _no_words() -> None:
    SynonymGroup.objects.all().delete()


def offered(typed: str) -> list[str]:
    return ["".join(text for text, _hit in each.pieces) for each in suggestions(typed, local_day())]


def test_titles_that_begin_so_come_first_then_words_then_the_rest() -> None:
    for title in ("Great rent aid", "Current affairs", "Rent relief", "Something else"):
        PolicyFactory(title_en=title)
    PolicyFactory(title_en="Rent of the past", repealed_on=local_day())
    assert offered("RENT") == ["Rent relief", "Great rent aid", "Current affairs"]
    assert offered("ｒｅｎｔ  relief") == ["Rent relief"]
    assert offered("nothing so") == []


def test_the_language_of_the_page_leads_and_the_other_says_so() -> None:
    policy = PolicyFactory(title_en="Talent 人才 housing", title_zh_hans="人才公寓")
    other = PolicyFactory(title_en="Green aid", title_zh_hans="绿色人才")
    english = suggestions("人才", local_day())
    assert [(each.url, each.lang) for each in english] == [
        (f"/en/policies/{policy.slug}/", ""),
        (f"/en/policies/{other.slug}/", "zh-hans"),
    ]
    with bilingual.speaking("zh-hans"):
        chinese = suggestions("人才", local_day())
    assert [each.lang for each in chinese] == ["", ""]
    assert chinese[0].pieces == [("人才", True), ("公寓", False)]


@pytest.mark.parametrize("typed", ["沪府规〔2031〕5", "沪府规[2031]5号", "2031〕5", "（2031）5"])
def test_numbers_of_documents_however_bracketed(typed: str) -> None:
    PolicyFactory(document_number="沪府规〔2031〕5号", title_en="Harbour aid", title_zh_hans="港口")
    found = suggestions(typed, local_day())[0]
    assert (found.pieces, found.note) == ([("沪府规〔2031〕5号", True)], "Harbour aid")


def test_words_that_officials_keep() -> None:
    SynonymGroup.objects.create(words_zh_hans=["高企", "高新技术企业"], words_en=["high-tech enterprise"])
    found = suggestions("高新", local_day())
    assert [(each.pieces, each.lang) for each in found] == [([("高新", True), ("技术企业", False)], "zh-hans")]
    assert found[0].url == "/en/policies/?q=%E9%AB%98%E6%96%B0%E6%8A%80%E6%9C%AF%E4%BC%81%E4%B8%9A"
    assert offered("高企") == []  # what is typed already is no suggestion


def test_eight_at_most_and_two_queries(django_assert_num_queries: Any) -> None:
    for number in range(MOST + 3):
        PolicyFactory(title_en=f"Rent aid {number}")
    client = Client()
    client.get("/en/policies/suggest/?q=re")
    with django_assert_num_queries(2):
        answer = client.get("/en/policies/suggest/?q=rent")
    page = answer.content.decode()
    assert page.count('role="option"') == MOST
    assert "<mark>Rent</mark> aid 10" in page
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "<html" not in page


def test_titles_are_shown_and_never_run() -> None:
    PolicyFactory(title_en='Rent <script>alert(1)</script>"')
    page = Client().get("/en/policies/suggest/?q=rent").content.decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("typed", ["", "%20", *ODD], ids=range(len(ODD) + 2))
def test_odd_words_suggest_nothing(typed: str) -> None:
    PolicyFactory()
    answer = Client().get(f"/en/policies/suggest/?q={typed}")
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("typed", ODD[1:5], ids=range(4))  # the others differ for suggestions alone
def test_odd_words_break_no_page_no_data_no_feed(typed: str) -> None:
    policy = PolicyFactory()
    client = Client()
    listed = client.get(f"/zh-hans/policies/?q={typed}")
    assert listed.status_code == 200
    wanted = listed.context["wanted"]
    assert wanted.shortened or wanted.ignored or not wanted.words
    for address in ("/api/v1/policies/", "/en/policies/feed.xml", "/en/policies/calendar.ics", "/en/policies/embed/"):
        answer = client.get(f"{address}?q={typed}&category={typed}&industry={typed}")
        assert answer.status_code in (200, 404), address  # a feed of a category that is none is not there
        assert b"Traceback" not in answer.content
    assert client.get(f"/en/policies/{policy.slug}/?q={typed}").status_code == 200


def test_the_box_is_a_plain_search_without_javascript() -> None:
    for address in ("/en/", "/en/policies/"):
        page = Client().get(address).content.decode()
        assert 'type="search" id="q" name="q"' in page
        assert 'hx-get="/en/policies/suggest/"' in page
        assert 'role="combobox"' not in page  # the module makes it one
        assert "onkey" not in page
