"""Who looks after whom, as the service centre sees and changes it."""

from datetime import timedelta

import pytest

from portal.core.calendar import local_day
from stewards.models import Stewardship
from tests.factories.accounts import StewardFactory
from tests.factories.enterprises import EnterpriseFactory, ParkFactory
from tests.factories.stewards import StewardshipFactory

pytestmark = pytest.mark.django_db

CENTRE = "/en/centre/"


@pytest.fixture
def centre(as_user, admin_user):
    return as_user(admin_user)


def text(response) -> str:
    return response.content.decode()


def test_key_enterprises_and_who_looks_after_them(centre):
    own = StewardshipFactory(enterprise=EnterpriseFactory(tier="municipal", name_en="Own Ltd"))
    park = ParkFactory(name_en="Harbour Park")
    covered = StewardshipFactory(scope="park", enterprise=None, park=park)
    EnterpriseFactory(tier="district", name_en="Parked Ltd", park=park)
    EnterpriseFactory(tier="district", name_en="Alone Ltd")
    EnterpriseFactory(name_en="Ordinary Ltd")
    page = text(centre.get(f"{CENTRE}stewards/"))
    for words in (own.steward.name, covered.steward.name, "Harbour Park", "no steward"):
        assert words in page
    assert "Ordinary Ltd" not in page
    missing = text(centre.get(f"{CENTRE}stewards/", {"show": "missing"}))
    assert "Alone Ltd" in missing
    assert "Parked Ltd" not in missing
    assert "Ordinary Ltd" in text(centre.get(f"{CENTRE}stewards/", {"show": "all"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "harb"}, ["Harbour Ltd"]),
        ({"q": "海港"}, ["Harbour Ltd"]),
        ({"q": "91350100M"}, ["Harbour Ltd"]),
        ({"q": "nothing"}, []),
        ({"show": "nonsense"}, ["Harbour Ltd", "Other Ltd"]),
        ({"q": "x" * 101}, ["Harbour Ltd", "Other Ltd"]),
    ],
)
def test_enterprises_are_found_by_name_and_code(centre, query, found):
    EnterpriseFactory(tier="district", name_en="Harbour Ltd", name_zh_hans="海港公司", credit_code="91350100M000100Y43")
    EnterpriseFactory(tier="district", name_en="Other Ltd", name_zh_hans="其他公司")
    rows = centre.get(f"{CENTRE}stewards/", query).context["page"].rows
    assert [row.name_en for row in rows] == found


def test_an_ended_stewardship_leaves_nobody(centre):
    ended = StewardshipFactory(enterprise=EnterpriseFactory(tier="district"), ends_on=local_day() - timedelta(days=1))
    rows = centre.get(f"{CENTRE}stewards/", {"show": "missing"}).context["page"].rows
    assert rows == [ended.enterprise]


def test_naming_a_steward(centre):
    enterprise, steward = EnterpriseFactory(tier="district"), StewardFactory(name_en="Sue Steward")
    url = f"{CENTRE}stewards/enterprise/{enterprise.pk}/"
    data = {"steward": steward.pk, "starts_on": local_day().isoformat()}
    assert "Sue Steward is the steward of" in text(centre.post(url, data, follow=True))
    assert Stewardship.objects.get().steward == steward
    assert "is the steward already" in text(centre.post(url, data))
    assert "Sue Steward" in text(centre.get(url))


@pytest.mark.parametrize("day", ["", "31.12.2026", "2026-02-30", "0000-00-00"])
def test_a_day_that_is_none(centre, day):
    enterprise = EnterpriseFactory()
    response = centre.post(
        f"{CENTRE}stewards/enterprise/{enterprise.pk}/", {"steward": StewardFactory().pk, "starts_on": day}
    )
    assert response.status_code == 200
    assert "error-summary" in text(response)
    assert not Stewardship.objects.exists()


def test_naming_the_steward_of_a_park(centre):
    park = ParkFactory(name_en="Harbour Park")
    data = {"steward": StewardFactory().pk, "starts_on": local_day().isoformat()}
    response = centre.post(f"{CENTRE}stewards/park/{park.pk}/", data)
    assert response["Location"] == f"{CENTRE}stewards/places/"
    assert "Harbour Park" in text(centre.get(f"{CENTRE}stewards/places/"))
    assert Stewardship.objects.get().park == park


@pytest.mark.parametrize(
    "path", ["enterprise/0/", "enterprise/abc/", f"enterprise/{'9' * 30}/", "park/none/", "moon/1/", "subdistrict/1/"]
)
def test_places_that_do_not_exist(centre, path):
    assert centre.get(f"{CENTRE}stewards/{path}").status_code == 404


@pytest.mark.parametrize(
    ("begun", "ended", "offered"), [(None, None, 0), (-9, -1, 0), (1, None, 0), (-9, None, 1), (-9, 0, 1)]
)
def test_a_steward_is_offered_for_today_where_nobody_is_named(centre, begun, ended, offered):
    enterprise, today = EnterpriseFactory(), local_day()
    if begun is not None:
        ends = None if ended is None else today + timedelta(days=ended)
        StewardshipFactory(enterprise=enterprise, starts_on=today + timedelta(days=begun), ends_on=ends)
    page = text(centre.get(f"{CENTRE}stewards/enterprise/{enterprise.pk}/"))
    assert f'value="{(today + timedelta(days=offered)).isoformat()}"' in page
