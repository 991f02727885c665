"""The calendar address against RFC 5545, read by a small reader of its own; and who can no longer read it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from engagement import peace, workflow
from engagement.enums import Side
from engagement.models import CalendarFeed, Visit
from enterprises.models import Membership
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.engagement import Scene, ahead, at, visit
from tests.factories.enterprises import MembershipFactory

pytestmark = pytest.mark.django_db
STAMP = re.compile(r"\d{8}T\d{6}Z")
Event = dict[str, str]
LONG = "关于人才公寓、子女入学与跨境资金池备案的综合走访，" * 8


def address(feed: CalendarFeed) -> str:
    return f"/calendars/visits/{feed.token}.ics"


def raw(feed: CalendarFeed) -> bytes:
    response = Client().get(address(feed))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return bytes(response.content)


def events(content: bytes) -> list[Event]:
    """Unfolded by the rule (CRLF and a space), split at the first colon, unescaped."""
    text = content.replace(b"\r\n ", b"").decode()
    found: list[Event] = []
    for line in text.split("\r\n"):
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name != "END":
            assert name not in found[-1], f"{name} twice"
            found[-1][name] = re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
    return found


@pytest.fixture
def own(scene: Scene) -> CalendarFeed:
    return peace.make_feed(scene.owner, scene.enterprise)


@pytest.fixture
def staff(scene: Scene) -> CalendarFeed:
    return peace.make_feed(scene.steward)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_lines_are_folded_at_75_octets_and_no_character_is_cut(
    scene: Scene, staff: CalendarFeed, language: str
) -> None:
    User.objects.filter(pk=scene.steward.pk).update(language=language)
    scene.visit(purpose=LONG[:200], place="虹口区四川北路一号（虚构地址）" * 8)
    content = raw(staff)
    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    assert len([line for line in lines if line.startswith(b" ")]) > 10
    assert [line.decode() for line in lines]  # each is whole UTF-8 of its own
    assert LONG[:200] in events(content)[0]["SUMMARY"]


@pytest.mark.parametrize(
    "words",
    ["a;b,c\\d", "one\ntwo", "one\r\ntwo", "END:VEVENT", "x\r\nEND:VCALENDAR", "“quoted”: yes", "ending\\", ",;,;"],
    ids=["marks", "lines", "crlf", "end", "injected", "colon", "backslash", "only marks"],
)
def test_what_people_write_stays_text(scene: Scene, staff: CalendarFeed, words: str) -> None:
    Visit.objects.filter(pk=scene.visit().pk).update(place=words)
    content = raw(staff)
    assert content.count(b"\r\nEND:VEVENT\r\n") == 1
    assert content.count(b"\r\nEND:VCALENDAR\r\n") == 1
    assert events(content)[0]["LOCATION"] == words.replace("\r\n", "\n")


def test_every_event_has_what_the_standard_asks_for(scene: Scene, staff: CalendarFeed) -> None:
    for n, state in enumerate(["planned", "requested", "moved", "confirmed", "held", "written_up", "declined"], 3):
        scene.visit(state, day=ahead(n) if n < 7 else local_day() - timedelta(days=n))
    content = raw(staff)
    assert content.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert content.endswith(b"END:VCALENDAR\r\n")
    found = events(content)
    assert len({each["UID"] for each in found}) == len(found) == 7
    for each in found:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "STATUS", "URL"} <= set(each)
        assert all(STAMP.fullmatch(each[name]) for name in ("DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED"))
        assert each["DTSTART"] < each["DTEND"]
        assert each["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
        assert each["URL"].startswith("http")


def test_times_are_the_district_s_told_in_utc(scene: Scene, staff: CalendarFeed) -> None:
    day = ahead()
    scene.visit(day=day, clock="07:30")
    told = datetime.strptime(events(raw(staff))[0]["DTSTART"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert told == at(day, "07:30")
    assert (told.hour, told.day) == (23, (day - timedelta(days=1)).day)


def test_a_move_keeps_the_event_and_raises_its_number(scene: Scene, own: CalendarFeed, staff: CalendarFeed) -> None:
    asked = scene.visit("requested")
    before = [events(raw(feed))[0] for feed in (own, staff)]
    start = at(ahead(6))
    workflow.move(asked, by=scene.owner, side=Side.ENTERPRISE, starts_at=start, ends_at=start + timedelta(hours=2))
    after = [events(raw(feed))[0] for feed in (own, staff)]
    assert [each["UID"] for each in after] == [each["UID"] for each in before]
    assert len({each["UID"] for each in after}) == 2
    assert all(int(a["SEQUENCE"]) > int(b["SEQUENCE"]) for a, b in zip(after, before, strict=True))
    assert all(a["DTSTART"] != b["DTSTART"] for a, b in zip(after, before, strict=True))
    workflow.decline(asked, by=scene.steward, text="No.", side=Side.GOVERNMENT)
    assert {each["STATUS"] for feed in (own, staff) for each in events(raw(feed))} == {"CANCELLED"}


def test_the_enterprise_reads_only_what_it_was_told(scene: Scene, own: CalendarFeed, staff: CalendarFeed) -> None:
    scene.visit("planned", purpose="Only planned")
    scene.visit(purpose="Inspection", asked_by="enforcement", told_at=None)
    scene.visit(purpose="Agreed")
    assert [each["SUMMARY"] for each in events(raw(own))] == ["Agreed (Stella Steward)"]
    assert len(events(raw(staff))) == 3


def test_what_is_long_past_is_left_out(scene: Scene, staff: CalendarFeed) -> None:
    for days in (89, 90, 91):
        scene.visit("held", day=local_day() - timedelta(days=days))
    assert len(events(raw(staff))) == 2


@pytest.mark.parametrize("how", ["revoked", "account ended", "role lost", "membership ended", "mandate over"])
def test_who_has_gone_reads_nothing(scene: Scene, own: CalendarFeed, staff: CalendarFeed, how: str) -> None:
    feed = staff if how in ("revoked", "account ended", "role lost") else own
    assert raw(feed)
    if how == "revoked":
        peace.revoke_feed(scene.steward)
    elif how == "account ended":
        User.objects.filter(pk=scene.steward.pk).update(is_active=False)
    elif how == "role lost":
        User.objects.filter(pk=scene.steward.pk).update(roles=["auditor"])
    elif how == "membership ended":
        Membership.objects.update(state="ended")
    else:
        Membership.objects.update(role="agent", until=local_day() - timedelta(days=1))
    assert Client().get(address(feed)).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 5000, "é", "..", "' OR 1=1", "%2e%2e"])
def test_a_guessed_address_is_none(token: str) -> None:
    assert Client().get(f"/calendars/visits/{token}.ics").status_code == 404


def test_one_person_two_enterprises_two_calendars(scene: Scene, own: CalendarFeed) -> None:
    other = MembershipFactory(user=scene.owner).enterprise
    second = peace.make_feed(scene.owner, other)
    visit(other, scene.steward, purpose="Of the other")
    scene.visit(purpose="Of the first")
    assert [events(raw(feed))[0]["SUMMARY"][:12] for feed in (own, second)] == ["Of the first", "Of the other"]
    peace.revoke_feed(scene.owner, other)
    assert Client().get(address(second)).status_code == 404
    assert raw(own)


@pytest.mark.parametrize("rows", [1, 30])
def test_a_constant_number_of_queries(
    scene: Scene, staff: CalendarFeed, rows: int, django_assert_num_queries: Any
) -> None:
    for _n in range(rows):
        scene.visit("held")
    with django_assert_num_queries(2):
        raw(staff)


def test_reading_is_not_kept_by_anybody(scene: Scene, staff: CalendarFeed) -> None:
    assert Client().get(address(staff)).headers["Cache-Control"] == "private, no-store"
    assert as_stranger(staff) == Client().get(address(staff)).content
    assert timezone.now() >= staff.created_at


def as_stranger(feed: CalendarFeed) -> bytes:
    """Signed in as somebody else: the address alone says whose calendar it is."""
    client = Client()
    client.force_login(UserFactory(language="zh-hans"))
    return bytes(client.get(address(feed)).content)
