"""The bench as a process: a real web server, real sessions, rounds, a table, and exit codes that tell."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from accounts.models import Department
from portal.bench import aside
from portal.bench import measure as measuring
from portal.bench.__main__ import arguments, run, sizes
from portal.bench.measure import server
from portal.bench.pages import Page
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import accepted

pytestmark = pytest.mark.processes
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> None:
    owner = MembershipFactory()
    steward = StewardFactory()
    UserFactory(roles=["admin"])
    PolicyFactory()
    for _n in range(3):
        accepted(steward, asker=owner.user, enterprise=owner.enterprise)


@pytest.fixture
def environment() -> dict[str, str]:
    """What bin/bench is started with, pointing at the tests' own database."""
    address = urlsplit(os.environ["DATABASE_URL"])
    name = quote(str(connection.settings_dict["NAME"]))
    return {
        **os.environ,
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{name}")),
        "REDIS_URL": settings.REDIS_URL,
        "SECRET_KEY": "bench-tests-" + "x" * 50,
    }


def bench(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "portal.bench", "--as-is", "--part", "pages", *words]
    return subprocess.run(
        command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120, check=False
    )


@committed
def test_a_small_run_prints_every_page_with_its_ratio(world: None, environment: dict[str, str]) -> None:
    done = bench(environment, "--rounds", "1", "--each", "1", "--language", "en")
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stdout.splitlines() if re.search(r"\d\.\d\d ", line)]
    names = [line[:42].strip() for line in lines]
    assert names[:3] == ["hello", "BARE floor", "FULL floor"]
    assert {"queue of the steward: mine", "policy list", "package page", "policy page"} <= set(names)
    full = next(line for line in lines if line.startswith("FULL"))
    assert " 1.00 " in full
    limited = [line for line in lines if re.search(r"\d\.\d (PASS|over)$", line)]
    assert len(limited) > 10
    # With three rows the figures mean little; but the exit code must say what the table says.
    assert done.returncode == int(any(line.endswith("over") for line in limited))
    assert ("All limits are kept." in done.stdout) == (done.returncode == 0)


@pytest.mark.django_db
def test_an_empty_database_is_refused_with_words(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="no steward in this database"):
        run(sizes(arguments().parse_args(["--as-is", "--part", "pages"])))
    assert capsys.readouterr().out == ""


def test_unknown_options_are_refused() -> None:
    words = [sys.executable, "-m", "portal.bench", "--slow"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "--slow" in done.stderr


def test_a_server_that_cannot_start_stops_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.no_such_settings")
    with pytest.raises(SystemExit, match="did not start"), server(1):
        pytest.fail("it started")


@committed
def test_the_server_ends_with_the_run(
    world: None, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "portal.bench.settings")
    with server(1) as port:
        results = measuring.measure(port, [Page("hello", "/bench/hello/")], rounds=2, requests=2)
    assert len(results["hello"].cpu) == len(results["hello"].wall) == 2
    assert results["hello"].size == len("hello")
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        pytest.fail("it still listens")


@committed
def test_the_small_district_is_kept_beside_the_large_one(world: None) -> None:
    counted = "SELECT count(*) FROM accounts_department"
    there = Department.objects.count()
    with aside.copied() as address:
        DepartmentFactory()
        with psycopg.connect(address) as small:
            assert small.execute(counted).fetchone() == (there,)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(address)


def test_districts_take_turns_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(measuring.Client, "get", lambda self, path, cookie="": opened.append(path) or b"0.0")
    small, large = [Page("a", "/a"), Page("b", "/b")], [Page("a", "/A"), Page("b", "/B")]
    both = measuring.measure_beside((1, small), (2, large), rounds=2, requests=1)
    assert "".join(path.strip("/") for path in opened if len(path) == 2) == "aaaAAAbbbBBB" + "aAbB" + "AaBb"
    assert [len(each["a"].wall) for each in both] == [2, 2]


def test_rounds_take_the_pages_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow minute must not fall on one page alone."""
    opened: list[str] = []
    monkeypatch.setattr(measuring.Client, "get", lambda self, path, cookie="": opened.append(path) or b"0.0")
    measuring.measure(1, [Page("a", "/a"), Page("b", "/b")], rounds=2, requests=2)
    visits = "".join(path.strip("/") for path in opened if path in ("/a", "/b"))
    assert visits == "aaabbb" + "aabb" * 2
