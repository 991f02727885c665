"""`bin/demo` itself: from nothing to a page, what is found there, killed, started again, stopped."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from portal.embedded.servers import addresses
from tests.deploy.modes import in_mode
from tests.processes import wait_for

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("demo")]
ROOT = Path(__file__).resolve().parents[2]
PAGES = ("", "policies/", "demo/", "demo/mail/", "accounts/login/", "accounts/signup/", "accessibility/")


class Demo:
    """A demo with data of its own, so that one running on this machine is left alone."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data / "said"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        given = {"PORTAL_DATA": str(self.data), "PORT": str(self.port), "PYTHONFAULTHANDLER": "1"}
        command = [sys.executable, "-m", "portal.embedded", "demo", *words]
        kept = {name: value for name, value in os.environ.items() if name not in {"HOST", "ALLOWED_HOSTS", "SITE_URL"}}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**kept, **given},
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a script's background job is
            )
        return self.process

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def until_ready(self, seconds: float) -> str:
        return self.until("The portal is ready", seconds)

    def until(self, words: str, seconds: float) -> str:
        assert self.process
        until = time.monotonic() + seconds
        while words not in self.said():
            assert self.process.poll() is None, self.said()[-3000:]
            assert time.monotonic() < until, self.said()[-3000:]
            time.sleep(0.1)
        return self.said()

    def code(self) -> int:
        """With what it ended; where it does not end, what it is at."""
        assert self.process
        try:
            return self.process.wait(40)
        except subprocess.TimeoutExpired:
            at_work = subprocess.run(["ps", "-ef", "--forest"], capture_output=True, text=True, check=False).stdout
            self.process.send_signal(signal.SIGABRT)
            self.process.wait(10)
            raise AssertionError(f"{self.said()[-4000:]}\n{at_work[-6000:]}") from None

    def until_migrating(self) -> str:
        wait_for(lambda: "Bringing the database up to date …" in self.said())
        return self.said()

    def copy_what_was_seeded(self) -> None:
        """While nobody is at work in it, the static files being next: held there, the demo starts nothing else."""
        assert self.process
        self.until("Collecting the static files …", 170)
        self.process.send_signal(signal.SIGSTOP)
        try:
            with psycopg.connect(self.environment("postgres")["DATABASE_URL"], autocommit=True) as server:
                server.execute("CREATE DATABASE seen TEMPLATE portal")
        finally:
            self.process.send_signal(signal.SIGCONT)

    def environment(self, database: str) -> dict[str, str]:
        """A database of its server, beside the one that it works with."""
        sockets = json.loads((self.data / "demo" / "running.json").read_text())["sockets"]
        found = urlsplit(addresses(Path(sockets))["DATABASE_URL"])._replace(path=f"/{database}").geturl()
        return {"DATABASE_URL": found, "MEDIA_ROOT": str(self.data / "demo" / "media"), "EMAIL_URL": ""}

    def page(self, path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            assert answer.status == 200
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    data = Path(tempfile.mkdtemp(prefix="portal 演示 "))
    data.chmod(0o711)
    found = Demo(data)
    yield found
    if found.process and found.process.poll() is None:
        found.process.kill()
        found.process.wait()
        time.sleep(1)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="module")
def seen(demo: Demo) -> Any:
    """What a script saw in a copy of the demo that was just seeded, before any of its tasks ran; see demo_script.py."""
    where = demo.environment("seen") | {"SITE_URL": "http://127.0.0.1:8000"}
    return in_mode("demo", "demo_script.py", demo.data / "demo" / "static", **where)


def test_stopped_half_way_it_leaves_at_once(demo: Demo) -> None:
    process = demo.start()
    demo.until_migrating()
    process.send_signal(signal.SIGTERM)
    assert demo.code() == 128 + signal.SIGTERM
    assert not (demo.data / "demo" / "running.json").exists()


def test_from_half_way_to_a_page_with_people_to_pick(demo: Demo) -> None:
    demo.start()
    demo.copy_what_was_seeded()
    said = demo.until_ready(170)
    for line in ("Bringing the database up to date …", "Loading the demo data …", f"http://127.0.0.1:{demo.port}/"):
        assert line in said
    assert "@demo.example" in said
    assert (demo.data / "demo" / "secret_key").stat().st_mode & 0o777 == 0o600
    assert "/demo/" in demo.page("/en/accounts/login/")
    assert "政策" in demo.page("/zh-hans/policies/")


# --- the demo -----------------------------------------------------------------------------------------------------


class TestSeen:
    """What the people of the demo find in it."""

    def test_seed_can_be_run_again_and_changes_nothing(self, seen: Any) -> None:
        assert "(80 policies); nothing to do" in seen["again"]
        assert seen["rows"] == seen["rows_after"]
        assert seen["seconds"] < 10

    def test_every_role_can_be_picked(self, seen: Any) -> None:
        assert len(seen["people"]) >= 16
        roles = {role for person in seen["people"] for role in person["roles"]}
        assert roles == {"admin", "steward", "handler", "editor", "translator", "reviewer", "leader", "auditor"}
        assert sum(person["roles"] == ["steward"] for person in seen["people"]) == 3
        assert sum(not person["roles"] for person in seen["people"]) >= 8
        assert {person["language"] for person in seen["people"]} == {"zh-hans", "en"}
        assert not any(person["password"] for person in seen["people"])

    def test_everybody_lands_on_a_page_of_theirs_in_both_languages(self, seen: Any) -> None:
        wrong = [
            (person["email"], language, landing)
            for person in seen["people"]
            for language, landing in person["landing"].items()
            if landing["status"] != 200 or not landing["path"].startswith(f"/{language}/") or not landing["signed_in"]
        ]
        assert wrong == []

    def test_every_page_of_their_navigation_opens(self, seen: Any) -> None:
        landings = [landing for person in seen["people"] for landing in person["landing"].values()]
        assert [landing["broken"] for landing in landings if landing["broken"]] == []
        assert all(landing["links"] for landing in landings)

    def test_the_desks_differ_by_role(self, seen: Any) -> None:
        landed = [(tuple(p["roles"]), p["landing"]["en"]["path"].split("?")[0]) for p in seen["people"]]
        desks = dict(reversed(landed))  # of each kind the first: partners and observers without a role come later
        assert desks["steward",] == "/en/desk/"
        assert desks["admin",] == "/en/centre/"
        assert desks["editor",] == "/en/today/"
        assert desks[()] == "/en/package/"
        assert {path for roles, path in landed if not roles} == {"/en/package/", "/en/partner/", "/en/observer/"}

    def test_only_the_demos_people_can_be_picked(self, seen: Any) -> None:
        assert seen["refusals"] == {
            "by get": 405,
            "somebody who registered": 404,
            "nobody": 404,
            "no number": 404,
            "a huge number": 404,
            "an inactive person": 404,
        }

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_public_pages_open(self, seen: Any, language: str) -> None:
        pages = {f"/{language}/{page}" for page in PAGES}
        assert {path: status for path, status in seen["pages"].items() if path in pages} == dict.fromkeys(pages, 200)

    def test_the_picker_names_each_person_in_the_language_of_the_page(self, seen: Any) -> None:
        assert "Continue as Lin Xiao" in seen["picker"]["en"]
        assert "林晓" in seen["picker"]["zh-hans"]
        assert "Xugou Stars Software" in seen["picker"]["en"]
        assert "Choose a person" in seen["sign_in_page"]

    def test_a_newcomer_finds_the_link_in_the_mailbox(self, seen: Any) -> None:
        newcomer = seen["newcomer"]
        assert newcomer["signed_up"] == 200
        assert newcomer["mails_found"] == 1
        assert newcomer["link"].startswith("/en/accounts/confirm-email/")
        assert newcomer["confirmed"] is True

    def test_the_mailbox_shows_what_was_sent_and_nothing_else(self, seen: Any) -> None:
        assert seen["mail"]["sent"] == 200
        assert seen["mail"]["held"] == 404
        assert seen["mail"]["other_address"] == "No message found"
        assert seen["mail"]["odd_cursor"] == 200

    def test_requests_are_in_every_state(self, seen: Any) -> None:
        states = seen["states"]
        assert sum(states.values()) >= 25
        assert set(states) == {
            *("draft", "submitted", "assigned", "accepted", "in_progress", "waiting"),
            *("answered", "rated", "closed", "not_accepted", "withdrawn", "merged"),
        }

    @pytest.mark.parametrize(
        "what",
        [
            *("overdue", "due next", "waiting", "unrated", "rated badly", "reopened", "referred", "unassigned"),
            *("in English", "in Chinese", "with a policy", "without an enterprise", "internal notes"),
        ],
    )
    def test_the_history_has(self, seen: Any, what: str) -> None:
        assert seen["history"][what] > 0

    def test_the_history_is_true(self, seen: Any) -> None:
        """Moments in order and not in the future; due dates as the calendar counts; numbers in the order of time."""
        assert seen["untrue"] == {}

    def test_reminders_of_every_kind_and_digests_went_out(self, seen: Any) -> None:
        assert {"unaccepted", "due-tomorrow", "overdue", "overdue-admin", "overdue-leader"} <= set(seen["reminders"])
        assert {"overdue-enterprise", "waiting", "waiting-again", "unrated", "lasting"} <= set(seen["reminders"])
        assert seen["digests"] > 20
        assert seen["queued"] == 0

    def test_matching_shows_met_unmet_and_unknown(self, seen: Any) -> None:
        assert set(seen["outcomes"]) == {"met", "unmet", "unknown"}

    def test_officials_have_something_on_their_desks(self, seen: Any) -> None:
        assert seen["revisions"] == {"draft": 3, "in_review": 2, "returned": 1, "published": 1}
        assert seen["stale"] == 1
        assert seen["packages"] == ["enterprise", "segment", "theme"]
        assert seen["claims"] == 1
        assert seen["without_steward"] >= 1

    def test_no_fictional_policy_is_published(self, seen: Any) -> None:
        assert seen["published"] == 80
        assert seen["published_fictional"] == 0

    def test_the_people_are_listed_for_the_terminal(self, seen: Any) -> None:
        table = seen["table"]
        assert "Lin Xiao 林晓" in table
        assert "zhou.min@demo.example" in table
        assert table.count("@demo.example") == len(seen["people"])


def test_after_kill_9_the_next_start_is_quick_and_keeps_everything(demo: Demo) -> None:
    assert demo.process
    key = (demo.data / "demo" / "secret_key").read_text()
    demo.process.kill()
    demo.process.wait()
    began = time.monotonic()
    demo.start()
    said = demo.until_ready(60)
    assert "Loading the demo data" not in said
    assert "@demo.example" in said
    assert (demo.data / "demo" / "secret_key").read_text() == key
    # 15 seconds on an idle machine; here other tests run beside it.
    assert time.monotonic() - began < 45


def test_ctrl_c_stops_everything(demo: Demo) -> None:
    assert demo.process
    demo.process.send_signal(signal.SIGINT)
    assert demo.code() == 130
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", demo.port))
    assert demo.said().rstrip().endswith("Stopped.")
    assert not (demo.data / "demo" / "running.json").exists()


def test_reset_removes_the_data_first(demo: Demo) -> None:
    mark = demo.data / "demo" / "media" / "mark"
    mark.parent.mkdir(exist_ok=True)
    mark.write_text("old")
    process = demo.start("--reset")
    said = demo.until_migrating()
    process.send_signal(signal.SIGINT)
    assert demo.code() == 130
    assert said.startswith("Removing the demo's data …\n")
    assert not mark.exists()
