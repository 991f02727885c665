"""The demo's person picker, mailbox and history exist in the demo; production can't show them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.db import connection
from django.utils import timezone

from portal.core import calendar
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.links import linked, paragraphs
from stewards.models import HelpRequest, ReminderRule

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("demo-mode")]
ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
PAGES = ("", "policies/", "demo/", "demo/mail/", "accounts/login/", "accounts/signup/", "accessibility/")


# --- running the portal in another mode ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def static_root() -> Iterator[Path]:
    """A manifest as collectstatic writes it, without the files: pages only need the names."""
    with tempfile.TemporaryDirectory(prefix="portal static ") as directory:
        names = {name: name for finder in get_finders() for name, _storage in finder.list([])}
        manifest = {"paths": names, "version": "1.1", "hash": ""}
        (Path(directory) / "staticfiles.json").write_text(json.dumps(manifest), encoding="utf-8")
        yield Path(directory)


def in_mode(mode: str, script: str, static_root: Path, **more: str) -> Any:
    """What a script prints as JSON, in a process of its own."""
    environment = {**os.environ, "PORTAL_MODE": mode, "STATIC_ROOT": str(static_root), "SECRET_KEY": "s" * 60}
    environment |= {"DJANGO_SETTINGS_MODULE": "portal.settings", **more}
    run = f"import django, runpy; django.setup(); runpy.run_path({str(HERE / script)!r})"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", run],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A throw-away database: a copy of the tests' one where that has its first rows, else migrated by the script."""
    name = f"{settings.DATABASES['default']['NAME']}_demo"[-60:]
    with django_db_blocker.unblock():
        source = connection.settings_dict["NAME"]
        template = source if ReminderRule.objects.exists() and not HelpRequest.objects.exists() else "template1"
        connection.close()
    parts = urlsplit(os.environ["DATABASE_URL"])
    admin = parts._replace(path="/postgres").geturl()
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        yield parts._replace(path=f"/{name}").geturl()
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def demo(database: str, static_root: Path) -> Any:
    """What the demo's script saw; see demo_script.py."""
    with tempfile.TemporaryDirectory(prefix="portal media ") as media:
        more = {"DATABASE_URL": database, "MEDIA_ROOT": media, "SITE_URL": "http://127.0.0.1:8000", "EMAIL_URL": ""}
        return in_mode("demo", "demo_script.py", static_root, **more)


# --- production ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_production_has_no_picker(static_root: Path) -> None:
    facts = in_mode("production", "production_script.py", static_root, ALLOWED_HOSTS="portal.example")
    assert facts["installed"] is False
    assert facts["commands"] == []
    assert facts["reverse"] == "NoReverseMatch"
    assert facts["sign_in_status"] == 200
    assert "demo" not in facts["sign_in_page"].lower()
    assert set(facts["demo_pages"].values()) == {404}


def test_the_tests_mode_has_no_picker_either() -> None:
    assert "portal.demo" not in settings.INSTALLED_APPS


# --- the demo -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
class TestDemo:
    def test_seed_can_be_run_again_and_changes_nothing(self, demo: Any) -> None:
        assert "80 policies" in demo["first"]
        assert "nothing to do" in demo["second"]
        assert demo["rows_after_first"] == demo["rows_after_second"]
        assert demo["second_seconds"] < 10

    def test_every_role_can_be_picked(self, demo: Any) -> None:
        assert len(demo["people"]) >= 16
        roles = {role for person in demo["people"] for role in person["roles"]}
        assert roles == {"admin", "steward", "handler", "editor", "translator", "reviewer", "leader", "auditor"}
        assert sum(person["roles"] == ["steward"] for person in demo["people"]) == 3
        assert sum(not person["roles"] for person in demo["people"]) >= 8
        assert {person["language"] for person in demo["people"]} == {"zh-hans", "en"}
        assert not any(person["password"] for person in demo["people"])

    def test_everybody_lands_on_a_page_of_theirs_in_both_languages(self, demo: Any) -> None:
        wrong = [
            (person["email"], language, landing)
            for person in demo["people"]
            for language, landing in person["landing"].items()
            if landing["status"] != 200 or not landing["path"].startswith(f"/{language}/") or not landing["signed_in"]
        ]
        assert wrong == []

    def test_every_page_of_their_navigation_opens(self, demo: Any) -> None:
        landings = [landing for person in demo["people"] for landing in person["landing"].values()]
        assert [landing["broken"] for landing in landings if landing["broken"]] == []
        assert all(landing["links"] for landing in landings)

    def test_the_desks_differ_by_role(self, demo: Any) -> None:
        desks = {tuple(p["roles"]): p["landing"]["en"]["path"].split("?")[0] for p in demo["people"]}
        assert desks["steward",] == "/en/desk/"
        assert desks["admin",] == "/en/centre/"
        assert desks["editor",] == "/en/publishing/"
        assert desks[()] == "/en/package/"

    def test_only_the_demos_people_can_be_picked(self, demo: Any) -> None:
        assert demo["refusals"] == {
            "by get": 405,
            "somebody who registered": 404,
            "nobody": 404,
            "no number": 404,
            "a huge number": 404,
            "an inactive person": 404,
        }

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_public_pages_open(self, demo: Any, language: str) -> None:
        pages = {f"/{language}/{page}" for page in PAGES}
        assert {path: status for path, status in demo["pages"].items() if path in pages} == dict.fromkeys(pages, 200)

    def test_the_picker_names_each_person_in_the_language_of_the_page(self, demo: Any) -> None:
        assert "Continue as Lin Xiao" in demo["picker"]["en"]
        assert "林晓" in demo["picker"]["zh-hans"]
        assert "Xugou Stars Software" in demo["picker"]["en"]
        assert "Choose a person" in demo["sign_in_page"]

    def test_a_newcomer_finds_the_link_in_the_mailbox(self, demo: Any) -> None:
        newcomer = demo["newcomer"]
        assert newcomer["signed_up"] == 200
        assert newcomer["mails_found"] == 1
        assert newcomer["link"].startswith("/en/accounts/confirm-email/")
        assert newcomer["confirmed"] is True

    def test_the_mailbox_shows_what_was_sent_and_nothing_else(self, demo: Any) -> None:
        assert demo["mail"]["sent"] == 200
        assert demo["mail"]["held"] == 404
        assert demo["mail"]["other_address"] == "No message found"
        assert demo["mail"]["odd_cursor"] == 200

    def test_requests_are_in_every_state(self, demo: Any) -> None:
        states = demo["states"]
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
    def test_the_history_has(self, demo: Any, what: str) -> None:
        assert demo["history"][what] > 0

    def test_the_history_is_true(self, demo: Any) -> None:
        """Moments in order and not in the future; due dates as the calendar counts; numbers in the order of time."""
        assert demo["untrue"] == {}

    def test_reminders_of_every_kind_and_digests_went_out(self, demo: Any) -> None:
        assert {"unaccepted", "due-tomorrow", "overdue", "overdue-admin", "overdue-leader"} <= set(demo["reminders"])
        assert {"overdue-enterprise", "waiting", "waiting-again", "unrated", "lasting"} <= set(demo["reminders"])
        assert demo["digests"] > 20
        assert demo["queued"] == 0

    def test_matching_shows_met_unmet_and_unknown(self, demo: Any) -> None:
        assert set(demo["outcomes"]) == {"met", "unmet", "unknown"}

    def test_officials_have_something_on_their_desks(self, demo: Any) -> None:
        assert demo["revisions"] == {"draft": 3, "in_review": 2, "returned": 1, "published": 1}
        assert demo["stale"] == 1
        assert demo["packages"] == ["enterprise", "theme"]
        assert demo["claims"] == 1
        assert demo["without_steward"] >= 1

    def test_no_fictional_policy_is_published(self, demo: Any) -> None:
        assert demo["published"] == 80
        assert demo["published_fictional"] == 0

    def test_the_people_are_listed_for_the_terminal(self, demo: Any) -> None:
        table = demo["table"]
        assert "Lin Xiao 林晓" in table
        assert "zhou.min@demo.example" in table
        assert table.count("@demo.example") == len(demo["people"])


# --- parts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Open http://127.0.0.1:8000/en/accounts/confirm-email/a:b/", ["/en/accounts/confirm-email/a:b/"]),
        ("http://localhost:9000/zh-hans/requests/?page=2.", ["/zh-hans/requests/?page=2"]),
        ("请打开 http://demo.local/zh-hans/messages/。谢谢", ["/zh-hans/messages/"]),
        ("http://a.localhost.evil.example/en/", []),
        ("http://evil.example/en/accounts/login/", []),
        ("https://demo.local.evil.example/en/", []),
        ("javascript:alert(1) ftp://localhost/x", []),
        ("http://localhost//evil.example/", []),
        ("http://[broken/en/", []),
        ("nothing", []),
        ("", []),
    ],
)
def test_only_addresses_of_this_portal_become_links(text: str, links: list[str]) -> None:
    pieces = linked(text, "demo.local:8000")
    assert [path for _piece, path in pieces if path] == links
    assert "".join(piece for piece, _path in pieces) == text


def test_a_mail_is_laid_out_in_paragraphs_of_lines() -> None:
    assert paragraphs("One\ntwo\n \n\nthree\n", "demo.local") == [[[("One", "")], [("two", "")]], [[("three", "")]]]


@pytest.mark.django_db
class TestClock:
    def test_goes_back_by_working_days(self) -> None:
        clock = Clock()
        days = [clock.day(ago) for ago in range(12)]
        assert all(calendar.current().is_working(day) for day in days)
        assert days == sorted(days, reverse=True)
        assert calendar.current().working_days_between(days[10], days[0]) == 10

    def test_what_happens_inside_happens_then(self) -> None:
        clock = Clock()
        then = clock.moment(5, "09:30")
        with clock.at(then):
            assert timezone.now() == then
            assert local_day() == clock.day(5)
        assert timezone.now() - clock.now < timedelta(minutes=1)

    def test_never_in_the_future_and_never_backwards(self) -> None:
        clock = Clock()
        with clock.at(clock.now + timedelta(days=3)) as moment:
            assert moment == clock.now
        with clock.at(clock.moment(4, "10:00")) as later:
            assert later > clock.now - timedelta(seconds=1)

    def test_the_real_clock_comes_back_after_a_failure(self) -> None:
        clock, real = Clock(), timezone.now
        with pytest.raises(ZeroDivisionError), clock.at(clock.moment(2, "10:00")):
            raise ZeroDivisionError
        assert timezone.now is real

    def test_rows_that_stamp_themselves_get_the_moment(self) -> None:
        from notices.models import Message
        from tests.factories.notices import MessageFactory

        old = MessageFactory()
        clock = Clock()
        with clock.at(clock.moment(3, "11:00")) as moment:
            new = MessageFactory()
        new.refresh_from_db()
        assert (new.created_at, new.state, new.sent_at) == (moment, "sent", moment)
        assert Message.objects.get(pk=old.pk).state == "queued"
        assert isinstance(new.next_attempt_at, datetime)
