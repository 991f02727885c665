"""The bench: its floors do what they claim, its verdicts are right, and nothing of it is in production."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from enterprises.models import Enterprise
from portal.bench import pages as bench_pages
from portal.bench.__main__ import arguments, sizes
from portal.bench.measure import Client as BenchClient
from portal.bench.measure import Result, report, spread
from portal.bench.pages import FULL, Page, cookie_of
from stewards.models import HelpRequest
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, accepted

with_floors = pytest.mark.urls("portal.bench.urls")


def results(**ratios: tuple[list[float], float | None]) -> dict[str, Result]:
    """A run in which FULL cost 10 ms in each round, and each page that many times as much."""
    found = {FULL: Result(Page(FULL, "/"), 1000, [10.0] * 3, [20.0] * 3)}
    for name, (times, most) in ratios.items():
        found[name] = Result(Page(name, "/", most=most), 1000, [10.0 * t for t in times], [20.0] * 3)
    return found


# --- verdicts -----------------------------------------------------------------------------------------------------


def test_report_says_pass_and_over() -> None:
    lines, kept = report(
        results(cheap=([1.9, 2.0, 2.1], 2.0), dear=([2.1, 2.2, 5.0], 2.0), free=([9.0, 9.0, 9.0], None))
    )
    found = {line.split()[0]: line for line in lines}
    assert found["cheap"].endswith("2.0 PASS")
    assert found["dear"].endswith("2.0 over")
    assert "9.00" in found["free"]
    assert "PASS" not in found["free"] + found["FULL"]
    assert not kept
    assert report(results(cheap=([1.0, 1.0, 1.0], 2.0)))[1]


def test_ratios_compare_within_a_round() -> None:
    """A slow moment of the machine weighs on the floor as on the page."""
    floor = Result(Page(FULL, "/"), 0, [10.0, 20.0, 10.0])
    assert Result(Page("page", "/"), 0, [20.0, 40.0, 20.0]).ratios(floor) == [2.0, 2.0, 2.0]


@pytest.mark.parametrize(
    ("figures", "expected"), [([1.0], 0.0), ([1.0, 2.0], 0.0), ([2.0, 2.0, 2.0], 0.0), ([1.0, 2.0, 3.0], 0.5)]
)
def test_spread_is_half_the_quartiles_distance(figures: list[float], expected: float) -> None:
    assert spread(figures) == pytest.approx(expected)


def test_quick_is_small_and_what_is_said_wins() -> None:
    usual, quick = (sizes(arguments().parse_args(words)) for words in ([], ["--quick", "--rounds", "5"]))
    assert (usual.requests, usual.policies) == (110_000, 2_000)
    assert quick.requests < usual.requests / 10
    assert quick.rounds == 5


# --- floors -------------------------------------------------------------------------------------------------------


@with_floors
@pytest.mark.django_db
def test_full_takes_four_queries_and_shows_what_it_claims(
    as_user: Callable[[Any], Client], django_assert_num_queries: Any
) -> None:
    steward = StewardFactory(name_en="Stella Steward")
    made = [accepted(steward=steward) for _n in range(31)]
    client = as_user(steward)
    with django_assert_num_queries(4):
        page = client.get("/en/bench/full/").content.decode()
    assert page.count("<tr>") == 31  # the head and thirty rows
    for words in ("Stella Steward", "Accepted", "due in 7 working days", made[0].subject, "Next page"):
        assert words in page
    assert f'href="/en/desk/{made[0].number}/"' in page
    assert "下一页" in client.get("/zh-hans/bench/full/").content.decode()


@with_floors
@pytest.mark.django_db
def test_bare_takes_one_query_and_hello_none(client: Client, django_assert_num_queries: Any) -> None:
    request = HelpRequestFactory()
    with django_assert_num_queries(1):
        assert request.number in client.get("/bench/bare/").content.decode()
    with django_assert_num_queries(0):
        assert client.get("/bench/hello/").content == b"hello"
        first, second = (float(client.get("/bench/cpu/").content) for _again in range(2))
    assert 0 < first <= second


@with_floors
@pytest.mark.django_db
def test_the_pages_exist_and_open_for_the_people_chosen(client: Client) -> None:
    steward = StewardFactory()
    enterprise: Enterprise = EnterpriseFactory()
    owner = MembershipFactory(enterprise=enterprise).user
    UserFactory(roles=["admin"])
    PolicyFactory()
    for _n in range(3):
        accepted(steward=steward, enterprise=enterprise, asker=owner)
    found = bench_pages.pages("en")
    assert len({page.name for page in found}) == len(found) > 15
    assert {"policy list", "policy page", "package page", "request page on the desk"} <= {page.name for page in found}
    for page in found:
        client.cookies.clear()
        name, _sign, value = page.cookie.partition("=")
        if name:
            client.cookies[name] = value
        assert client.get(page.path).status_code == 200, page.name
    assert HelpRequest.objects.count() == 3


# --- not in production --------------------------------------------------------------------------------------------


def test_floors_have_no_address_in_the_portal(client: Client) -> None:
    assert settings.ROOT_URLCONF == "portal.urls"
    with pytest.raises(NoReverseMatch):
        reverse("bench:full")
    assert "bench" not in get_resolver("portal.urls").namespace_dict
    assert client.get("/bench/cpu/").status_code == 404


@pytest.mark.django_db
@pytest.mark.processes
def test_a_page_that_does_not_answer_stops_the_run(live_server: Any) -> None:
    port = int(live_server.url.rpartition(":")[2])
    with closing(BenchClient(port)) as client:
        with pytest.raises(SystemExit, match="answered 404"):
            client.get("/en/nothing-here/")
        assert b"<html" in client.get("/en/policies/", cookie_of(UserFactory()))


def test_the_command_explains_itself() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "portal.bench", "--help"], capture_output=True, text=True, check=True
    )
    assert "--quick" in answer.stdout
