"""Places and events among the follow-ups of an answer: read from a line, kept in both languages, shown as cards."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from stewards import timeline
from stewards.deskwork import card_lines, cards
from stewards.deskwork.card_field import CardsField
from tests.stewards.scene import Scene, last_mail

AsUser = Callable[[Any], Client]
TODAY = "2026-11-22 10:00+08:00"
PLACE = "Place: 虹口创业园 / Hongkou Start-up Park | 1 Fictional Road | 021-0000 0000 | https://park.example/"
EVENT = "Event: 政策宣讲会 / Policy session | 2026-12-01 14:00 | Room 5 | https://session.example/"
ABOUT = {"line": 1, "what": ""}


def read(line: str) -> Any:
    with time_machine.travel(TODAY, tick=False):
        return card_lines.read(line, ABOUT)


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_a_place() -> None:
    assert read(PLACE) == {
        "kind": "place",
        "titles": {"zh-hans": "虹口创业园", "en": "Hongkou Start-up Park"},
        "address": "1 Fictional Road",
        "phone": "021-0000 0000",
        "url": "https://park.example/",
    }


def test_an_event() -> None:
    assert read(EVENT) == {
        "kind": "event",
        "titles": {"zh-hans": "政策宣讲会", "en": "Policy session"},
        "at": "2026-12-01T14:00:00+08:00",
        "where": "Room 5",
        "url": "https://session.example/",
    }


@pytest.mark.parametrize(
    ("line", "kind", "name", "rest"),
    [
        ("place: Park", "place", "Park", ("", "", "")),
        ("PLACE :Park|Road", "place", "Park", ("Road", "", "")),
        ("地点：创业园｜虚构路一号｜021-0000 0000", "place", "创业园", ("虚构路一号", "021-0000 0000", "")),
        ("地点: 创业园 | | | http://park.example/", "place", "创业园", ("", "", "http://park.example/")),
        ("Place: A/B Park", "place", "A/B Park", ("", "", "")),
        ("活动：宣讲会｜2026-12-01", "event", "宣讲会", ("2026-12-01", "", "")),
        ("活动：宣讲会｜２０２６-１２-０１　１４:００", "event", "宣讲会", ("2026-12-01T14:00:00+08:00", "", "")),
        ("Event: Session | 2026-11-22 | Here", "event", "Session", ("2026-11-22", "Here", "")),
        ("event: Session | 2026-11-22 10:01", "event", "Session", ("2026-11-22T10:01:00+08:00", "", "")),
    ],
)
def test_ways_to_write_one(line: str, kind: str, name: str, rest: tuple[str, ...]) -> None:
    found = read(line)
    fields = ("address", "phone", "url") if kind == "place" else ("at", "where", "url")
    assert (found["kind"], set(found["titles"].values())) == (kind, {name})
    assert tuple(found[field] for field in fields) == rest


@pytest.mark.parametrize("line", ["", "rent-2026", "https://example.org/ Place: x", "Places: x", "Place x", "地 点：x"])
def test_other_lines_are_left_to_others(line: str) -> None:
    assert read(line) is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Place:", "write a name"),
        ("Place: | 1 Road", "write a name"),
        ("Place: a | b | c | https://d.example | e", "at most three fields"),
        ("Place: " + "x" * 121, "write a name"),
        ("Place: a | " + "x" * 121, "write a name"),
        ("Place: a | b | c | javascript:alert(1)", "not the address of a page"),
        ("Place: a | b | c | ftp://d.example", "not the address of a page"),
        ("Place: a | b | c | //d.example", "not the address of a page"),
        ("Event: a", "write the day of the event"),
        ("Event: a | tomorrow", "write the day of the event"),
        ("Event: a | 2026-02-30", "write the day of the event"),
        ("Event: a | 2026-12-01 25:00", "write the day of the event"),
        ("Event: a | 1.12.2026", "write the day of the event"),
        ("Event: a | 2026-11-21", "is over already"),
        ("Event: a | 2026-11-22 09:59", "is over already"),
        ("Event: a | 0001-01-01", "is over already"),
        ("Event: a | 2026-12-01 | b | no address", "not the address of a page"),
    ],
)
def test_what_is_refused(line: str, why: str) -> None:
    with pytest.raises(ValidationError, match=why) as refused:
        read(line)
    assert "Line 1:" in refused.value.messages[0]


@given(st.text(max_size=40), st.text(max_size=20))
@settings(max_examples=20, deadline=None)
def test_whatever_is_typed_is_a_card_or_refused(name: str, rest: str) -> None:
    for kind in ("Place", "Event"):
        try:
            found = card_lines.read(f"{kind}: {name} | {rest}", ABOUT)
        except ValidationError:
            continue
        assert found is None or set(found["titles"]) == {"zh-hans", "en"}


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("中文 / English", ("中文", "English")),
        ("中文 / ", ("中文 /", "中文 /")),
        ("中文/English", ("中文/English", "中文/English")),
        ("a / b / c", ("a", "b / c")),
    ],
)
def test_names_in_both_languages(name: str, titles: tuple[str, str]) -> None:
    assert tuple(card_lines.titles_of(name.strip()).values()) == titles


@pytest.mark.django_db
def test_the_line_that_is_wrong_is_named_among_others() -> None:
    with pytest.raises(ValidationError, match="Line 3: write the day"):
        CardsField(required=False).clean(f"{PLACE}\n\nEvent: a | soon")


@pytest.mark.parametrize(
    ("moment", "language", "when", "note"),
    [
        ("2026-12-01T14:00:00+08:00", "en", "1 December 2026 14:00", ""),
        ("2026-12-01T14:00:00+08:00", "zh-hans", "2026年12月1日 14:00", ""),
        ("2026-12-01T06:00:00+00:00", "en", "1 December 2026 14:00", ""),
        ("2026-12-01", "en", "1 December 2026", ""),
        ("2026-11-22", "en", "22 November 2026", ""),
        ("2026-11-21", "en", "21 November 2026", "over"),
        ("2025-12-31T20:00:00+08:00", "en", "2025", "over"),
    ],
)
def test_when_an_event_is(moment: str, language: str, when: str, note: str) -> None:
    kept = {"kind": "event", "titles": {"zh-hans": "会", "en": "Session"}, "at": moment, "where": "", "url": ""}
    with time_machine.travel(TODAY, tick=False), translation.override(language):
        card = cards.shown(kept, {})
    assert when in {field: words for field, _name, words in card.rows}["at"]
    assert bool(card.note) is bool(note)


@pytest.mark.django_db
def test_from_the_answer_to_the_enterprise(scene: Scene, as_user: AsUser) -> None:
    asked = scene.request("accepted")
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    lines = f"地点：创业园 / Park <1> | 1 Road\r\nEvent: 宣讲会 / Session | {day} 14:00 | Room 5 | https://s.example/x"
    data = {"seen": asked.lock_version, "text": "See below.", "cards": lines}
    assert as_user(scene.steward).post(f"/en/desk/{asked.number}/answer/", data).status_code == 302
    event = asked.events.get(kind="answered")
    assert [card["kind"] for card in event.data["cards"]] == ["place", "event"]
    told = last_mail(scene.owner).body
    assert "– Park <1> · 1 Road\n– Session · " in told
    assert "14:00 · Room 5\n  https://s.example/x" in told
    assert "<time" not in told
    page = text(as_user(scene.owner).get(f"/en/requests/{asked.number}/"))
    assert '<li class="card" data-kind="place" itemscope itemtype="https://schema.org/Place"><h3>' in page
    assert '<span itemprop="name">Park &lt;1&gt;</span>' in page
    assert '<div data-field="address"><dt>Address</dt><dd itemprop="address">1 Road</dd></div>' in page
    assert f'<time datetime="{day}T14:00:00+08:00" itemprop="startDate">' in page
    assert 'data-field="phone"' not in page
    assert "opens in a new tab · s.example" in page
    chinese = text(as_user(scene.owner).get(f"/zh-hans/requests/{asked.number}/"))
    assert ">创业园</span></h3>" in chinese
    assert ">宣讲会</span></a>" in chinese
    assert "Park &lt;1&gt;" not in chinese


@pytest.mark.django_db
def test_a_line_that_is_refused_keeps_what_was_typed(scene: Scene, as_user: AsUser) -> None:
    asked = scene.request("accepted")
    data = {"seen": asked.lock_version, "text": "Long answer.", "cards": "Event: Session | soon"}
    response = as_user(scene.steward).post(f"/en/desk/{asked.number}/answer/", data)
    assert response.status_code == 422
    assert "Line 1: write the day of the event" in text(response)
    assert "Long answer.</textarea>" in text(response)
    assert "Event: Session | soon</textarea>" in text(response)


@pytest.mark.django_db
def test_cards_need_no_query_of_their_own(scene: Scene, django_assert_num_queries: Any) -> None:
    asked = scene.request("answered")
    kept = [read(PLACE), read(EVENT)] * 2
    asked.events.filter(kind="answered").update(data={"cards": kept})
    with django_assert_num_queries(2):
        found = timeline.entries(asked)
    assert [card.kind for card in found[-1].cards] == ["place", "event"] * 2
