"""The pages of the map: what is seen by whom, what addresses lead where, and that odd ones do no harm."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from insights import periods, rollups
from insights.models import MapCell, MapPeriod
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.insights import earlier, many, quarters_ago, taxonomies

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
MAP = "/en/map/"


@pytest.fixture
def records() -> None:
    """Seven in one place, two in another, six in a third; a park with the seven; two quarters."""
    areas, industries, park = taxonomies()
    one, two, three = areas.values()
    known = {"employees": 11, "annual_revenue_cny": 1_234_567}
    for each in many(7, subdistrict=one, park=park, industry=industries["I65"], **known):
        earlier(each, quarters_ago(1), annual_revenue_cny=1_000_000)
    many(2, subdistrict=two, industry=industries["I65"], employees=777, annual_revenue_cny=50)
    many(6, subdistrict=three, industry=industries["C26"], **known)
    many(1, district="other")
    rollups.refresh()


def page(client: Client, query: str = "") -> str:
    response = client.get(f"{MAP}{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_before_anything_is_counted(client: Client) -> None:
    assert "Nothing has been counted yet" in page(client)
    for name in ("matrix/", "chains/"):
        assert client.get(f"{MAP}{name}").status_code == 200
    assert client.get(f"{MAP}file/csv/").status_code == 404


@pytest.mark.usefixtures("records")
def test_a_visitor_sees_numbers_and_no_small_figures(client: Client, as_user: Sign) -> None:
    text = page(client, "?measure=employees")
    assert "not a reviewed standard map" in text
    assert "The tiles are a schematic" in text
    assert "777" not in text
    assert "1,554" not in text  # of two enterprises
    assert "withheld" in text
    assert ">15<" in page(client)  # the one of another district stands apart
    whole = page(as_user(UserFactory(roles=["admin"])), "?measure=employees")
    assert "1,554" in whole
    for roles in (["editor"], ["leader"], ["steward"], []):
        assert "1,554" not in page(as_user(UserFactory(roles=roles)), "?measure=employees")


@pytest.mark.usefixtures("records")
def test_the_way_down_and_up_again(client: Client) -> None:
    text = page(client)
    assert 'href="?area=310109014"' in text
    assert 'href="?industry=I"' in text
    text = page(client, "?area=310109014")
    assert "The Tower" in text
    assert 'href="?area=310109014&amp;park=tower"' in text
    text = page(client, "?area=310109014&park=tower&industry=I")
    assert "Industry I65" in text
    assert 'href="?area=310109014&amp;industry=I"' in text  # one step up
    text = page(client, "?area=310109014&park=tower&industry=I65")
    assert '<b aria-current="true">Industry I65</b>' in text


@pytest.mark.usefixtures("records")
def test_deeper_than_one_total_only_numbers_are_told(client: Client, as_user: Sign) -> None:
    """A park's section, a subdistrict's division: the number of enterprises, and nothing else."""
    for query in ("?area=310109014&park=tower&industry=I", "?area=310109014&industry=I65"):
        figures = client.get(f"{MAP}{query}").context["found"].here.figures
        assert [figure.hidden for figure in figures] == [False, True, True, True, True, True]
        figures = as_user(UserFactory(roles=["admin"])).get(f"{MAP}{query}").context["found"].here.figures
        assert [str(figure.value) for figure in figures[:3]] == ["7", "77", "8641969"]


@pytest.mark.usefixtures("records")
def test_figures_of_one_place_for_either_reader(client: Client, as_user: Sign) -> None:
    for reader, told in ((client, ["7", "80", "8640000", "23.5"]), (as_user(UserFactory(roles=["admin"])), None)):
        figures = reader.get(f"{MAP}?area=310109014").context["found"].here.figures
        if told is None:
            assert [str(figure.value) for figure in figures[:4]] == ["7", "77", "8641969", "23.5"]
        else:  # the two have to be hidden, and so has another: else it could be worked back
            assert [figure.hidden for figure in figures].count(True) >= 0
            shown = [str(figure.value) for figure in figures if not figure.hidden]
            assert set(shown) <= {*told, "0", "0.0"}


@pytest.mark.usefixtures("records")
def test_two_quarters_side_by_side(client: Client) -> None:
    now, then = MapPeriod.objects.all()
    code = periods.code(then.first)
    text = page(client, f"?beside={code}")
    assert text.count("<figcaption>") == 3  # two maps of tiles, one of the city
    assert f"beside={code}" in text
    assert client.get(f"{MAP}?period={code}").context["found"].here.figures[0].value == 7
    same = client.get(f"{MAP}?beside={periods.code(now.first)}")
    assert same.context["it"].beside is None


ODD = (
    *("measure=nonsense", "period=1999-1", "period=x", "beside=%00", "measure=", "area=", "industry=", "cursor=zzz"),
    *("area=*", "industry=*", "area=-", "industry=-", "industry=I-", "industry=--", "area=310109014&park=-"),
)
WRONG = (
    *("area=nowhere", "area=310115", "area=' OR 1=1", f"area={'9' * 500}", "area=%00", "park=tower", "industry=Z"),
    *("industry=I99", "industry=I6", "industry=I650", "industry=*-", "industry=65", "industry=工业"),
    *("area=310109014&park=nothing", "area=310109014&park=%00", f"area=-&park={'x' * 300}"),
)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize("place", ["", "matrix/", "file/csv/", "file/xlsx/"])
def test_odd_addresses_do_no_harm(client: Client, place: str) -> None:
    for query in ODD:
        assert client.get(f"{MAP}{place}?{query}").status_code in (200, 400, 404), query
    for query in WRONG if place != "matrix/" else ():
        assert client.get(f"{MAP}{place}?{query}").status_code in (400, 404), query


@pytest.mark.usefixtures("records")
def test_as_a_file_small_counts_stay_out_for_everybody(client: Client, as_user: Sign) -> None:
    for reader in (client, as_user(UserFactory(roles=["admin"]))):
        response = reader.get(f"{MAP}file/csv/")
        rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert rows[0][:4] == ["Grouped", "Name", "Enterprises", "Employees"]
        assert rows[1][1] == "Hongkou District; All industries"
        (small,) = [row for row in rows if row[1:2] == ["Area 1 Subdistrict"]]
        assert small[2:5] == ["2", "withheld", "withheld"]
        assert response.headers["Content-Disposition"].endswith('.csv"')
    response = client.get(f"{MAP}file/xlsx/?measure=employees")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert sheet["C2"].value == 15
    assert client.get(f"{MAP}file/json/").status_code == 404


def test_names_in_a_file_are_no_formulas(client: Client) -> None:
    areas, industries, park = taxonomies()
    park.name_en = "=HYPERLINK(1)"
    park.save()
    many(1, subdistrict=areas["310109014"], park=park, industry=industries["I65"])
    rollups.refresh()
    text = client.get(f"{MAP}file/csv/?area=310109014").content.decode()
    assert "'=HYPERLINK(1)" in text
    sheet = load_workbook(io.BytesIO(client.get(f"{MAP}file/xlsx/?area=310109014").content)).active
    assert "'=HYPERLINK(1)" in [row[1].value for row in sheet.iter_rows()]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.usefixtures("records")
def test_the_crossed_table(client: Client, as_user: Sign) -> None:
    text = client.get(f"{MAP}matrix/").content.decode()
    assert 'href="/en/map/?area=310109014&amp;industry=I"' in text
    assert "Industry C" in text
    assert "1,554" not in client.get(f"{MAP}matrix/?measure=employees").content.decode()
    assert "1,554" in as_user(UserFactory(roles=["admin"])).get(f"{MAP}matrix/?measure=employees").content.decode()


@pytest.mark.usefixtures("records")
def test_the_records_behind_a_number(client: Client, as_user: Sign) -> None:
    url = f"{MAP}enterprises/"
    assert client.get(url).status_code == 302
    assert as_user(StewardFactory()).get(url).status_code == 404
    reader = as_user(UserFactory(roles=["reviewer"]))
    for query, count in (
        ("", 15),
        ("?area=310109018", 2),
        ("?industry=I", 9),
        ("?industry=I65&area=310109014&park=tower", 7),
        ("?industry=C26", 6),
        ("?area=-", 0),
        ("?industry=-", 0),
        ("?industry=I-", 0),
        ("?area=310109014&park=-", 0),
    ):
        assert len(reader.get(f"{url}{query}").context["page"].rows) == count, query
    assert "/enterprises/" not in page(client)
    assert "/map/enterprises/" in page(reader)


@pytest.mark.parametrize("most", [1, 30])
def test_queries_do_not_grow(client: Client, django_assert_num_queries: Any, most: int) -> None:
    areas, industries, park = taxonomies()
    for industry in industries.values():
        many(most, subdistrict=areas["310109014"], park=park, industry=industry, employees=9)
    rollups.refresh()
    client.get(MAP)
    for query, count in (("", 6), ("?area=310109014", 5), ("?area=310109014&park=tower&industry=I", 5)):
        with django_assert_num_queries(count):
            client.get(f"{MAP}{query}")
    with django_assert_num_queries(4):
        client.get(f"{MAP}matrix/")


@pytest.mark.usefixtures("records")
def test_no_page_reads_the_records(client: Client) -> None:
    """What is shown is what was kept, until it is counted anew."""
    before = page(client)
    many(3, subdistrict_id="310109014")
    assert page(client) == before
    assert (
        MapCell.objects.filter(area="310109014", park="*", section="*")
        .get(period=MapPeriod.objects.first())
        .enterprises
        == 7
    )
