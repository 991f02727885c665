"""The demo is in the demo alone, production can't show its person picker; and the parts that the demo is made of."""

import json
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.utils import timezone

from portal.core import calendar
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.links import linked, paragraphs
from tests.deploy.modes import in_mode


@pytest.fixture(scope="module")
def static_root() -> Iterator[Path]:
    """A manifest as collectstatic writes it, without the files: pages only need the names."""
    with tempfile.TemporaryDirectory(prefix="portal static ") as directory:
        names = {name: name for finder in get_finders() for name, _storage in finder.list([])}
        manifest = {"paths": names, "version": "1.1", "hash": ""}
        (Path(directory) / "staticfiles.json").write_text(json.dumps(manifest), encoding="utf-8")
        yield Path(directory)


# --- production ---------------------------------------------------------------------------------------------------


@pytest.mark.processes
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
