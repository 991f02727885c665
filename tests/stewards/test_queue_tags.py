"""Tags on the rows of the queue: three at most, in the page's language, however many rows there are."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from stewards.models import HelpRequest, RequestTag, Tag
from tests.factories.accounts import StewardFactory
from tests.factories.stewards import accepted

AsUser = Callable[[Any], Client]
pytestmark = pytest.mark.django_db
NAMES = (("租金", "Rent"), ("签证", ""), ("", "Tax"), ("融资", "Funding"), ("人才", "Talent"))


@pytest.fixture
def tags(db: None) -> list[Tag]:
    return [Tag.objects.create(name_zh_hans=zh or None, name_en=en or None) for zh, en in NAMES]


def tagged(steward: Any, tags: list[Tag]) -> HelpRequest:
    asked = accepted(steward)
    RequestTag.objects.bulk_create(RequestTag(request=asked, tag=tag, by=steward) for tag in tags)
    return asked


@pytest.mark.parametrize(
    ("language", "most", "shown", "more"),
    [
        ("en", 0, [], 0),
        ("en", 1, ["Rent"], 0),
        ("en", 3, ["Rent", "签证", "Tax"], 0),
        ("en", 5, ["Rent", "签证", "Tax"], 2),
        ("zh-hans", 5, ["租金", "签证", "Tax"], 2),
    ],
)
@pytest.mark.parametrize("filters", ["", "&type=help"], ids=["as it is", "filtered"])
def test_a_row_shows_its_first_tags(
    as_user: AsUser, tags: list[Tag], language: str, most: int, shown: list[str], more: int, filters: str
) -> None:
    """By the statement that is kept as by those with filters."""
    steward = StewardFactory()
    asked = tagged(steward, tags[:most])
    HelpRequest.objects.update(type="help")
    response = as_user(steward).get(f"/{language}/desk/?tab=mine{filters}")
    (row,) = response.context["page"].rows
    assert (row.number, row.tags, row.more_tags) == (asked.number, shown, more)
    page = response.content.decode()
    assert [f'<span class="tag">{each}</span>' in page for each in shown] == [True] * len(shown)
    assert (f"+{more}<" in page) is bool(more)
    assert ("row-tags" in page) is bool(shown)


def test_each_row_has_its_own_and_markup_stays_text(as_user: AsUser, tags: list[Tag]) -> None:
    steward = StewardFactory()
    Tag.objects.filter(pk=tags[0].pk).update(name_en="<b>Rent</b>")
    of_row = {str(tagged(steward, each).number): len(each) for each in (tags[:1], tags[1:2], [])}
    response = as_user(steward).get("/en/desk/?tab=mine")
    assert {row.number: len(row.tags) for row in response.context["page"].rows} == of_row
    assert "<b>Rent" not in response.content.decode()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_queries_do_not_grow_with_the_rows(
    as_user: AsUser, tags: list[Tag], django_assert_num_queries: Any, count: int
) -> None:
    steward = StewardFactory()
    for _each in range(count):
        tagged(steward, tags)
    client = as_user(steward)
    client.get("/en/desk/?tab=mine")  # what is kept is there then
    with django_assert_num_queries(6):
        response = client.get("/en/desk/?tab=mine")
    assert [row.more_tags for row in response.context["page"].rows] == [2] * count
