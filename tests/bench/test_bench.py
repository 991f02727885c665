"""The bench: its floors do what they claim, its verdicts are right, and nothing of it is in production."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, nullcontext
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from enterprises.models import Enterprise
from policies.eligibility.sql import matching
from policies.models import Policy
from policies.search.index import refresh_search
from portal.bench import __main__ as main
from portal.bench import growth, matches, plain
from portal.bench import pages as bench_pages
from portal.bench.__main__ import PARTS, arguments, sizes
from portal.bench.measure import Client as BenchClient
from portal.bench.measure import Result, report, spread
from portal.bench.pages import FULL, HELLO, Page, cookie_of
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from stewards.populate import Sizes, populate
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
    assert Result(Page("page", "/"), 0, [20.0, 40.0, 20.0]).ratios({FULL: floor}) == [2.0, 2.0, 2.0]


def test_a_search_is_held_against_the_floor_and_its_bare_sql_by_the_clock() -> None:
    walls = {HELLO: [1.0, 2.0], FULL: [10.0, 20.0], "bare": [5.0, 4.0]}
    found = {name: Result(Page(name, "/"), 0, [1.0, 1.0], times) for name, times in walls.items()}
    page = Result(Page("search", "/", beside="bare"), 0, [99.0, 99.0], [28.0, 22.0])
    assert page.ratios(found) == [2.0, 1.0]


def test_a_table_of_growth_compares_the_list_with_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run against its own floor: that the machine was twice as slow the second time is no growth."""
    made: list[int] = []
    costs = iter([(10.0, 12.0), (20.0, 30.0)])

    def measured(*_args: Any, **_options: Any) -> dict[str, Result]:
        floor, listed = next(costs)
        return {
            FULL: Result(Page(FULL, "/"), 0, [floor] * 3, [floor] * 3),
            growth.LIST: Result(Page(growth.LIST, "/", most=2.0), 0, [listed] * 3, [listed] * 3),
        }

    monkeypatch.setattr(growth, "server", lambda _threads: nullcontext(0))
    monkeypatch.setattr(growth, "pages", lambda _language: [])
    monkeypatch.setattr(growth, "measure", measured)
    lines, kept = growth.run(made.append, "en", 1, 1, 1, few=10, many=200)
    assert made == [10, 200]
    assert lines[-1].endswith("among 10: 1.25  1.1 over")
    assert not kept


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
    assert (usual.part, usual.matched, usual.many) == ("all", 100_000, 20_000)
    assert sizes(arguments().parse_args(["--enterprises", "7"])).matched == 7


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ["pages", "policies", "matches", "desk", "recommend", "registry", "district"]),
        (["--part", "matches"], ["matches"]),
        (["--only", "queue"], ["pages"]),
        (
            ["--as-is"],
            ["pages", "matches", "desk", "recommend", "district"],
        ),  # growth would have to change what there is
    ],
)
def test_parts_are_measured_together_or_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], expected: list[str]
) -> None:
    done: list[str] = []
    for part in PARTS:
        fine = part != "matches"
        monkeypatch.setattr(main, f"_{part}", lambda _c, part=part, fine=fine: (done.append(part), ([part], fine))[1])
    assert main.run(main.sizes(arguments().parse_args(words))) == int("matches" in expected)
    assert done == expected
    assert ("All limits are kept." in capsys.readouterr().out) == ("matches" not in expected)


@with_floors
@pytest.mark.django_db
def test_each_search_comes_after_its_own_bare_sql_and_both_open(client: Client) -> None:
    StewardFactory()
    for category in ("finance", "finance", "green"):
        PolicyFactory(category=category, title_en="Fictional policy")
    refresh_search(Policy.objects.latest("pk"))
    found = {page.name: page for page in growth.pages("en")}
    searches = [page for page in found.values() if page.beside]
    assert len(searches) == 4
    for page in searches:
        bare = found[page.beside]
        assert bare.path.partition("?")[2] == page.path.partition("?")[2]
        assert ("category=green" in page.path) == (page.name == "search, most policies found, filtered")
        assert client.get(page.path).status_code == 200
        assert client.get(bare.path).status_code == 200
    green = "/bench/ranked/?q=fictional&category="
    assert [client.get(green + each).content for each in ("green", "finance")] == [b"1", b"0"]


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


# --- matching -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_matching_is_measured_and_compared_with_what_the_floors_found() -> None:
    """On rows as `populate` makes them; the exit code must say what the table says."""
    populate(Sizes(enterprises=40, policies=25, requests=0, staff=1), seed=1, day=local_day())
    lines, kept = matches.run(1)
    assert len(lines) == 6
    assert "the same as the floor's" in lines[-1]
    assert [line.rpartition(" ")[2] in ("PASS", "over") for line in lines[1:-1]] == [True] * 4
    assert kept == (not any(line.endswith("over") for line in lines))
    for policy in Policy.objects.all():
        plain.run("TRUNCATE bench_pairs")
        plain.store_policy(policy.pk, policy.criteria, local_day())
        pairs = {key for (key,) in plain.run("SELECT enterprise FROM bench_pairs")}
        assert pairs == set(matching(policy.criteria, local_day()).values_list("pk", flat=True)), policy.criteria


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
