"""Every link of the map followed: parts add up to totals, nothing small is told anywhere, in either language."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from insights import masks, reading, rollups
from insights.models import ALL, NONE, MapCell
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.insights import AREAS, earlier, many, quarters_ago, taxonomies

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
MAP = "/en/map/"
SECRET = 123_457  # employees of each of the few; no sum of others looks like it
LINK = re.compile(r'href="(?:/en/map/)?(\?[^"#]*)"')


@pytest.fixture
def records() -> None:
    """Four subdistricts' worth of records, some places with one or two; each of these has a number to be known by."""
    areas, industries, park = taxonomies()
    for n, code in enumerate(AREAS):
        for m, industry in enumerate(("I65", "I64", "C26")):
            count = [[12, 1, 6], [7, 9, 2], [1, 8, 11]][n][m]
            people = SECRET if count < 5 else 20
            facts = {"employees": people, "annual_revenue_cny": people * 1_000}
            rows = many(count, subdistrict=areas[code], industry=industries[industry], **facts)
            for row in rows[:2]:
                row.park = park
                row.save()
            earlier(rows[0], quarters_ago(1), annual_revenue_cny=10)
    EnterpriseFactory(district="", employees=20)  # nothing is known of it
    rollups.refresh()


def walk(client: Client, start: str = "") -> Iterator[tuple[str, Any]]:
    """Each address that can be reached by links of the map itself, with its answer."""
    seen, waiting = {start}, [start]
    while waiting:
        query = waiting.pop()
        response = client.get(f"{MAP}{query}")
        assert response.status_code == 200, query
        yield query, response
        for link in LINK.findall(response.content.decode()):
            words = parse_qs(unescape(link)[1:])
            if unescape(link) not in seen and words.get("measure", ["employees"]) == ["employees"]:
                seen.add(unescape(link))
                waiting.append(unescape(link))


@pytest.mark.usefixtures("records")
def test_parts_add_up_wherever_one_goes(as_user: Sign) -> None:
    reader = as_user(UserFactory(roles=["admin"]))
    pages = list(walk(reader))
    assert len(pages) > 60
    for query, response in pages:
        found: reading.Shown = response.context["found"]
        whole = found.here.figures[0].value
        for rows in (found.places, found.industries):
            if rows:
                assert sum(row.figures[0].value or 0 for row in rows) == whole, query
                assert sum(row.figures[1].value or 0 for row in rows) == (found.here.figures[1].value or 0), query


@pytest.mark.usefixtures("records")
def test_nowhere_is_anything_small_told(client: Client) -> None:
    """Neither the page, nor the crossed table, nor the files hold a figure that is hidden in its cell."""
    words = (f"{SECRET:,}", f"{SECRET * 2:,}", "123,000", str(SECRET), "123460", "246910", "246,910")
    for query, response in walk(client, "?measure=employees"):
        it: reading.Shown = response.context["found"]
        texts = [response.content.decode()]
        texts.append(client.get(f"{MAP}file/csv/{query}").content.decode())
        for text in texts:
            assert [word for word in words if word in text] == [], query
        for row in (it.here, *it.places, *it.industries):
            if row.cell is not None:
                hidden = [figure.measure.code for figure in row.figures if figure.hidden]
                assert set(hidden) == set(row.cell.hidden), query
    crossed = client.get(f"{MAP}matrix/?measure=employees").content.decode()
    assert [word for word in words if word in crossed] == []


@pytest.mark.usefixtures("records")
def test_what_is_kept_hides_all_that_is_small() -> None:
    cells = list(MapCell.objects.all())
    for cell in cells:
        for measure in masks.MEASURES:
            assert not masks.small(cell, measure) or measure in cell.hidden
        assert set(cell.hidden) == set(masks.MEASURES) or not masks.deep(cell)
    assert any("requests" not in cell.hidden and cell.area != ALL for cell in cells)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    "words",
    [
        {},
        {"area": AREAS[0]},
        {"area": NONE},
        {"area": AREAS[0], "park": "tower", "industry": "I65"},
        {"area": AREAS[0], "park": NONE, "industry": "I"},
        {"industry": NONE},
        {"industry": "--"},
        {"industry": "I-", "measure": "growth"},
        {"measure": "take_up", "industry": "C26"},
    ],
)
def test_an_address_says_what_was_chosen(words: dict[str, str]) -> None:
    query = reading.chosen(words).query()
    assert {name: values[0] for name, values in parse_qs(query[1:]).items()} == words
    assert reading.chosen(words) == reading.chosen({name: value[0] for name, value in parse_qs(query[1:]).items()})


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("query", ["", f"?area={AREAS[0]}", "?industry=I&measure=growth", "?measure=revenue"])
def test_in_chinese(client: Client, query: str) -> None:
    text = client.get(f"/zh-hans/map/{query}").content.decode()
    assert "区域产业地图" in text
    assert "年营业收入" in text
    for word in ("withheld", "not known", "Subdistrict", "Enterprises"):
        assert word not in text.replace('hreflang="en"', "")


@pytest.mark.usefixtures("records")
def test_each_tile_is_a_link_with_its_number_said(client: Client) -> None:
    text = client.get(MAP).content.decode()
    assert f'<a href="?area={AREAS[0]}" aria-label="Area 0 Subdistrict: 19">' in text
    for part in ("<title", "<desc", 'role="group"', 'role="img"'):
        assert part in text
    assert text.count('class="district district-ours"') == 1
    assert text.count('class="district"') == 15


@pytest.mark.usefixtures("records")
def test_who_is_offered_what(client: Client, as_user: Sign) -> None:
    """Links lead to pages the reader may open."""
    for roles, offered in (
        (None, set()),
        ([], set()),
        (["steward"], set()),
        (["editor"], {"enterprises"}),
        (["admin"], {"enterprises", "outline"}),
    ):
        reader = client if roles is None else as_user(UserFactory(roles=roles))
        text = reader.get(MAP).content.decode()
        assert {name for name in ("enterprises", "outline") if f"/map/{name}/" in text} == offered
        for name in offered:
            assert reader.get(f"{MAP}{name}/").status_code == 200
        assert (reader.get(f"{MAP}chains/").content.decode().count("/chains/new/") > 0) is (roles == ["admin"])


@pytest.mark.usefixtures("records")
def test_the_list_of_records_goes_on_page_by_page(as_user: Sign) -> None:
    reader, seen, cursor = as_user(UserFactory(roles=["editor"])), [], ""
    while True:
        page = reader.get(f"{MAP}enterprises/?cursor={cursor}").context["page"]
        seen += [row.pk for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert (
        len(seen)
        == len(set(seen))
        == MapCell.objects.get(
            area=ALL, park=ALL, section=ALL, division=ALL, period=reading.chosen({}).period
        ).enterprises
    )


@pytest.mark.parametrize("most", [1, 3, 30])
def test_the_list_of_records_takes_so_many_queries(as_user: Sign, django_assert_num_queries: Any, most: int) -> None:
    areas, industries, park = taxonomies()
    many(most, subdistrict=areas[AREAS[0]], industry=industries["I65"], park=park)
    rollups.refresh()
    reader = as_user(UserFactory(roles=["editor"]))
    reader.get(f"{MAP}enterprises/")
    with django_assert_num_queries(8):
        reader.get(f"{MAP}enterprises/?area={AREAS[0]}")
