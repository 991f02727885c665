"""What bin/demo does, step by step; no server is started here (tests/deploy does that)."""

import http.server
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.embedded import demo, with_servers
from portal.embedded.binaries import Failure
from portal.embedded.demo import Address, Announcement
from portal.embedded.places import Place
from portal.embedded.servers import Servers

# --- where the demo listens -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "url", "bind", "allowed"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000", "127.0.0.1:8000", "localhost,127.0.0.1,[::1],127.0.0.1"),
        ("0.0.0.0", "http://127.0.0.1:8000", "0.0.0.0:8000", "*"),
        ("::", "http://127.0.0.1:8000", "[::]:8000", "*"),
        ("::1", "http://[::1]:8000", "[::1]:8000", "localhost,127.0.0.1,[::1],::1"),
        ("portal.lan", "http://portal.lan:8000", "portal.lan:8000", "localhost,127.0.0.1,[::1],portal.lan"),
    ],
)
def test_an_address_in_its_three_spellings(host: str, url: str, bind: str, allowed: str) -> None:
    address = Address(host, 8000)
    assert (address.url, address.bind, address.allowed_hosts) == (url, bind, allowed)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("127.0.0.1", 8000)),
        ({"PORT": "", "HOST": ""}, ("127.0.0.1", 8000)),
        ({"PORT": "8010"}, ("127.0.0.1", 8010)),
        ({"PORT": "65535", "HOST": "0.0.0.0"}, ("0.0.0.0", 65535)),
    ],
)
def test_port_and_host_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], expected: tuple[str, int]
) -> None:
    for name in ("PORT", "HOST"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert Address.chosen() == Address(*expected)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000 ", "８００００"])
def test_a_port_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Failure, match="must be a number from 1 to 65535"):
        Address.chosen()


def test_a_taken_port_is_told_and_a_free_one_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=rf"127\.0\.0\.1:{port} cannot be used .*PORT={port + 1} bin/demo"):
            Address("127.0.0.1", port).must_be_free()
    Address("127.0.0.1", port).must_be_free()


def test_a_host_that_is_not_ours_is_told() -> None:
    with pytest.raises(Failure, match="cannot be used"):
        Address("192.0.2.1", 8000).must_be_free()


# --- the demo's steps -------------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "a.py").write_text("1")
    for directory in ("tests", "docs", "var", ".git", "portal/__pycache__"):
        (tmp_path / directory).mkdir(exist_ok=True)
    monkeypatch.setattr(demo, "REPOSITORY", tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", ["portal/b.py", "manage.py", "portal/new.json"])
def test_new_code_is_a_new_state(checkout: Path, path: str) -> None:
    before = demo._state_of_code()
    (checkout / path).write_text("2")
    assert demo._state_of_code() != before


def test_changed_code_is_a_new_state_and_unchanged_is_not(checkout: Path) -> None:
    before = demo._state_of_code()
    assert demo._state_of_code() == before
    os.utime(checkout / "portal" / "a.py", ns=(1, 1))
    assert demo._state_of_code() != before


@pytest.mark.parametrize("path", ["tests/t.py", "docs/d.md", "var/x", ".git/HEAD", "portal/__pycache__/a.pyc"])
def test_what_is_no_code_does_not_count(checkout: Path, path: str) -> None:
    before = demo._state_of_code()
    (checkout / path).write_text("2")
    assert demo._state_of_code() == before


def manage(checkout: Path, text: str) -> None:
    (checkout / "manage.py").write_text(text)


def test_preparing_is_done_once_for_each_state_of_the_code(checkout: Path, place: Place) -> None:
    manage(
        checkout, "import sys, pathlib; pathlib.Path('var/said').open('a').write(sys.argv[1] + ' '); print('Lin Xiao')"
    )
    demo._prepare(place, dict(os.environ))
    assert (checkout / "var" / "said").read_text() == "migrate seed collectstatic demo_people "
    assert (place.home / "people").read_text() == "Lin Xiao\n"
    demo._prepare(place, dict(os.environ))
    assert (checkout / "var" / "said").read_text().count("seed") == 1


def test_a_step_that_fails_is_told_with_its_words_and_tried_again(checkout: Path, place: Place) -> None:
    manage(checkout, "import sys; print('no such table 表'); sys.exit(3)")
    (place.home / "prepared").write_text("an older state")
    with pytest.raises(Failure, match=r"manage.py migrate failed:\nno such table 表"):
        demo._prepare(place, dict(os.environ))
    assert not (place.home / "prepared").exists()


def test_the_environment_of_the_demo_is_its_own(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    monkeypatch.setenv("PORTAL_MODE", "production")
    monkeypatch.setenv("SITE_URL", "https://mine.example")
    found = demo._environment(place, Servers(place), Address("127.0.0.1", 8000))
    assert found["DATABASE_URL"] == f"postgresql://portal@/portal?host={place.sockets}"
    assert found["REDIS_URL"] == f"unix://{place.sockets}/vk.sock"
    assert (found["PORTAL_MODE"], found["SITE_URL"]) == ("demo", "https://mine.example")
    assert found["EMBED_ALLOWED"].startswith("http://localhost:")  # a partner's list can be tried
    assert found["SECRET_KEY"] == with_servers.secret_key(place.home)


def test_reset_empties_all_but_lock_and_log(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("postgres/base", "valkey", "media/files"):
        (place.home / name).mkdir(parents=True)
    for name in ("lock", "people", "prepared"):
        (place.home / name).touch()
    demo._empty(place)
    assert {path.name for path in place.home.iterdir()} == {"lock", "log"}
    assert "Removing the demo's data" in capsys.readouterr().err


@pytest.mark.parametrize(("record", "words"), [({"address": "http://x:1"}, " at http://x:1/."), ({}, "running. Stop")])
def test_a_second_demo_says_where_the_first_one_is(
    place: Place, capsys: pytest.CaptureFixture[str], record: dict[str, str], words: str
) -> None:
    place.note(**record)
    assert demo._already_running(place) == 1
    assert words in capsys.readouterr().err


def test_web_worker_and_beat_are_what_the_demo_runs(place: Place) -> None:
    found = demo.commands(Address("::1", 8010), place)
    assert list(found) == ["web", "worker", "beat"]
    assert found["web"][found["web"].index("--bind") + 1] == "[::1]:8010"
    assert "--no-control-socket" in found["web"]
    assert str(place.home / "beat-schedule") in found["beat"]
    assert all(command[0] == sys.executable for command in found.values())


class Probe(http.server.BaseHTTPRequestHandler):
    answers: dict[str, int] = {}

    def do_GET(self) -> None:
        self.send_response(self.answers.get(self.path, 404))
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Address]:
    server = http.server.HTTPServer(("127.0.0.1", 0), Probe)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield Address("127.0.0.1", server.server_port)
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("answers", "ago", "said"),
    [
        ({"/readyz": 503, "/healthz": 200}, 0, None),
        ({"/readyz": 200, "/healthz": 200}, 3, "The portal is ready (3 s)"),
        ({"/readyz": 503, "/healthz": 200}, 60, "The portal is ready (60 s)"),
        ({"/readyz": 503, "/healthz": 500}, 60, None),
    ],
)
def test_readiness_is_announced_when_it_is_true(
    web: Address, capsys: pytest.CaptureFixture[str], answers: dict[str, int], ago: int, said: str | None
) -> None:
    Probe.answers = answers
    announcement = Announcement(web, "Lin Xiao 林晓\n", time.monotonic() - ago)
    assert announcement.due() is (said is not None)
    out, err = capsys.readouterr()
    assert (said or "") in out
    assert ("Lin Xiao 林晓" in out) is (said is not None)
    assert ("/readyz says what is missing" in err) is bool(said and answers["/readyz"] == 503)


def test_nobody_at_the_address_is_not_ready() -> None:
    assert not Announcement(Address("127.0.0.1", 1), "", time.monotonic()).due()
