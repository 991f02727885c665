"""Held on site and online at once: places are in the room, online there is always room. And: of several days."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notices.models import Message
from outreach import registering
from outreach.enums import EventFormat, RegistrationState
from outreach.events import queries
from outreach.guests import upkeep
from outreach.models import Event, Feedback, Occasion, Registration
from outreach.registering import Guest
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.outreach.test_events_desk import at, filled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
S = RegistrationState
ONLINE = "https://meet.example.com/room"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def both_ways(*args: Any, group_places: int = 0, **fields: Any) -> Event:
    facts: dict[str, Any] = {"format": EventFormat.BOTH, "group_places": group_places}
    return make.event(*args, event=facts, place=make.place(), online_url=ONLINE, **fields)


def come(event: Event, *, online: bool = False, **fields: Any) -> Registration:
    user: Any = UserFactory(language="en")
    guest = Guest(name=user.name, email=user.email, user=user, language="en", online=online, **fields)
    return registering.register(Occasion.objects.get(pk=event.pk), guest=guest)


def state_of(own: Registration) -> str:
    return Registration.objects.get(pk=own.pk).state


def letter(own: Registration) -> str:
    return Message.objects.filter(email=own.email).latest("pk").body


def test_online_guests_take_no_place_in_the_room_and_never_wait() -> None:
    event = both_ways(capacity=2)
    online = [come(event, online=True, seats=5) for _n in range(3)]
    there = [come(event) for _n in range(3)]
    late = come(event, online=True)
    assert {own.state for own in (*online, late)} == {S.CONFIRMED}
    assert [own.state for own in there] == [S.CONFIRMED, S.CONFIRMED, S.WAITING]
    assert registering.free_places(event.occasion) == 0
    registering.cancel(online[0])
    assert state_of(there[2]) == S.WAITING  # an online guest leaves no chair
    registering.cancel(there[0])
    assert state_of(there[2]) == S.CONFIRMED


@pytest.mark.parametrize("form", [EventFormat.ON_SITE, EventFormat.ONLINE])
def test_where_one_cannot_choose_a_forged_tick_is_a_place_like_any(form: EventFormat) -> None:
    event = make.event(capacity=1, event={"format": form})
    first, second = come(event, online=True), come(event, online=True)
    assert (first.online, first.state, second.state) == (False, S.CONFIRMED, S.WAITING)


def test_an_address_that_is_confirmed_is_online_at_once_in_a_full_house() -> None:
    event = both_ways(capacity=1)
    come(event)
    own = registering.register(event.occasion, guest=Guest("№", "online@example.com", language="en", online=True))
    assert registering.verify(own).state == S.CONFIRMED
    assert "taking part online is on your own page" in letter(own)
    assert own.code[:4] not in letter(own)


def test_groups_and_guests_count_apart_and_online_in_neither() -> None:
    event, partner = both_ways(capacity=3, group_places=2), make.partner()
    come(event, online=True)
    group = come(event, partner=partner, seats=2)
    assert (group.state, registering.free_places(event.occasion, group=True)) == (S.CONFIRMED, 0)
    assert registering.free_places(event.occasion) == 1
    assert not registering.may_go_online(group)
    with pytest.raises(Refused):
        registering.take_part_online(group)


@pytest.mark.parametrize("fields", [{}, {"group_places": 1}, {"capacity": None}])
def test_lists_say_what_the_lock_decides(fields: dict[str, Any]) -> None:
    event = both_ways(**{"capacity": 2, **fields})
    marks = []
    for _n in range(2):
        come(event, online=True)
        come(event)
        (row,) = queries.rows([Occasion.objects.get(pk=event.pk)])
        assert row.free == registering.free_places(event.occasion)
        marks.append(row.mark)
    full, free = ("info", "Full on site, open online"), ("ok", "Places free")
    if fields.get("capacity", 2) is None:
        assert marks == [None, None]
    else:
        assert marks == [full if fields else free, full]


def test_pages_of_a_full_room(client: Client) -> None:
    event = both_ways(capacity=1)
    come(event)
    page = client.get(at("detail", event.slug)).content.decode()
    for words in (
        "Full on site, open online",
        "Places free on site",
        "Online you can take part at once",
        'name="online"',
    ):
        assert words in page
    client.force_login(UserFactory(language="en"))
    answer = client.post(at("register", event.slug), {"name": "№", "seats": 1, "online": "on"}, follow=True)
    assert "Your way in online" in answer.content.decode()
    for name, words in (("list", "Full on site, open online"), ("desk", event.occasion.title)):
        client.force_login(make.organiser(language="en"))
        assert words in client.get(at(name)).content.decode()


def test_from_the_waiting_list_or_the_room_one_can_go_online(client: Client) -> None:
    event = both_ways(capacity=1)
    first, second, third = (come(event) for _n in range(3))
    page = reverse("outreach:guest", args=[second.key])
    assert "You can also take part online at once" in letter(second)
    assert "Take part online instead" in client.get(page).content.decode()
    assert ONLINE not in client.get(page).content.decode()
    assert ONLINE not in client.get(reverse("outreach:guest", args=[first.key])).content.decode()  # comes to the room
    for _twice in range(2):
        client.post(reverse("outreach:guest-act", args=[second.key, "online"]))
    answer = client.get(page).content.decode()
    assert ONLINE in answer
    assert "At the door" not in answer
    assert "Take part online instead" not in answer
    assert Message.objects.filter(email=second.email, key__contains=":online").count() == 1
    registering.take_part_online(first)
    assert [state_of(own) for own in (first, second, third)] == [S.CONFIRMED] * 3
    assert registering.free_places(event.occasion) == 0


@pytest.mark.parametrize("how", ["unverified", "cancelled", "attended", "over", "on site only", "called off"])
def test_who_cannot_go_online(client: Client, how: str) -> None:
    event = both_ways(day=local_day() - timedelta(days=2)) if how == "over" else both_ways()
    own = make.registration(event.occasion, how if how in S.values else S.CONFIRMED)
    if how == "on site only":
        Event.objects.update(format=EventFormat.ON_SITE)
    if how == "called off":
        Occasion.objects.update(state="cancelled")
    assert "Take part online" not in client.get(reverse("outreach:guest", args=[own.key])).content.decode()
    client.post(reverse("outreach:guest-act", args=[own.key, "online"]))
    own.refresh_from_db()
    assert (own.online, own.state) == (False, how if how in S.values else S.CONFIRMED)


def test_attendance_tells_the_room_from_the_line() -> None:
    event = both_ways(day=local_day() - timedelta(days=1), capacity=9)
    for state, online, seats in (("attended", False, 2), ("confirmed", False, 3), ("confirmed", True, 4)):
        make.registration(event.occasion, state, online=online, seats=seats)
    upkeep.close()
    said = queries.figures(Occasion.objects.get())
    names = ("registered", "online", "came", "missed", "confirmed")
    assert [said[name] for name in names] == [9, 4, 2, 3, 0]
    own = Registration.objects.get(online=True)
    assert own.state == S.CONFIRMED  # no door saw them: they have not missed it


def test_online_guests_say_how_it_was_once_it_is_over(client: Client) -> None:
    ahead, over = both_ways(), both_ways(day=local_day() - timedelta(days=1))
    for event, online, status in ((ahead, True, 404), (over, False, 404), (over, True, 302)):
        own = make.registration(event.occasion, online=online)
        answer = client.post(reverse("outreach:guest-feedback", args=[own.key]), {"rating": "5"})
        assert answer.status_code == status
    assert Feedback.objects.get().occasion_id == over.pk


def test_who_comes_after_all_is_let_in_and_counts_on_site() -> None:
    event = both_ways(day=local_day(), clock="00:00", ends_at=timezone.now() + timedelta(hours=1), capacity=1)
    own = make.registration(event.occasion, online=True)
    registering.check_in(event.occasion, own.code, by=make.organiser())
    said = queries.figures(event.occasion)
    assert (said["came"], said["online"], registering.free_places(event.occasion)) == (1, 0, 0)


def test_the_desk_changes_places_and_format(as_user: Any) -> None:
    event = both_ways(capacity=1)
    there, waits, online = come(event), come(event), come(event, online=True)
    client = as_user(make.organiser(language="en"))
    data = filled(format="both", online_url=ONLINE, capacity="2")

    def save(seen: int, **other: Any) -> int:
        status: int = client.post(at("edit", event.pk), {**data, **other, "seen": seen}).status_code
        return status

    assert save(0) == 302
    assert (state_of(waits), Registration.objects.get(pk=online.pk).online) == (S.CONFIRMED, True)
    assert save(1, format="on_site") == 422  # somebody takes part online
    assert save(1, capacity="1") == 302  # nobody is sent away
    assert [state_of(own) for own in (there, waits)] == [S.CONFIRMED, S.CONFIRMED]
    page = client.get(at("manage", event.pk)).content.decode()
    assert "Takes part online</dt><dd>1<" in page
    registering.cancel(online)
    assert save(2, format="on_site", capacity="1") == 302


def test_who_registered_online_stays_online_when_a_room_is_added(as_user: Any) -> None:
    event = make.event(capacity=1, online_url=ONLINE, event={"format": EventFormat.ONLINE})
    own, waits = come(event), come(event)
    data = filled(format="both", online_url=ONLINE, capacity="1", seen=0)
    assert as_user(make.organiser()).post(at("edit", event.pk), data).status_code == 302
    for each in (own, waits):
        each.refresh_from_db()
    assert (own.online, waits.online, waits.state) == (True, True, S.CONFIRMED)
    assert registering.free_places(event.occasion) == 1
    assert Message.objects.filter(key__contains=f"guest:{own.pk}:changed").exists()


def days_about_today(before: int, after: int, **fields: Any) -> Event:
    """An event of several days: begun so many days ago, until so many days from now."""
    first, last = (local_day() + timedelta(days=n) for n in (-before, after))
    times = {"starts_at": make.moment(first, "00:01"), "ends_at": make.moment(last, "23:59")}
    return make.event(day=first, **{**times, **fields})


@pytest.mark.parametrize(
    ("before", "after", "open_"),
    [(0, 0, True), (0, 2, True), (1, 1, True), (2, 0, True), (3, -1, False), (-1, 2, False)],
)
def test_people_are_let_in_on_each_day_and_counted_once(as_user: Any, before: int, after: int, open_: bool) -> None:
    event, staff = days_about_today(before, after), make.organiser(language="en")
    own = make.registration(event.occasion)
    client = as_user(staff)
    assert ("data-camera" in client.get(at("door", event.pk)).content.decode()) is open_
    for _day in range(2):
        client.post(at("check-in", event.pk), {"code": own.code})
    client.post(at("walk-in", event.pk), {"name": "№ walk"})
    assert queries.figures(event.occasion)["came"] == (2 if open_ else 0)


def test_an_event_that_still_runs_is_among_the_coming_ones(client: Client) -> None:
    runs, over = days_about_today(1, 1), days_about_today(3, -1)
    for query, found in (("", {runs}), ("?when=past", {over})):
        page = client.get(at("list") + query).content.decode()
        assert {each for each in (runs, over) if at("detail", each.slug) in page} == found


def test_planned_over_several_days_and_shown_so_again(as_user: Any) -> None:
    client, day = as_user(make.organiser(language="en")), local_day() + timedelta(days=10)
    last = day + timedelta(days=2)
    for bad in (day - timedelta(days=1), day + timedelta(days=40)):
        page = client.post(at("new"), filled(last_day=bad.isoformat()))
        assert page.status_code == 422
        assert page.context["form"].errors["last_day"]
    assert client.post(at("new"), filled(last_day=last.isoformat(), begins="16:00", ends="10:00")).status_code == 302
    row: Any = Occasion.objects.get()
    assert (row.day, local_day(row.ends_at)) == (day, last)
    page = client.get(at("edit", row.pk))
    assert page.context["form"]["last_day"].value() == last
    assert f'value="{last:%Y-%m-%d}"' in page.content.decode()


@pytest.mark.parametrize(("ends", "last"), [(None, date(2026, 3, 2)), (datetime(2026, 3, 4, 1), date(2026, 3, 4))])
def test_days_of_an_occasion(monkeypatch: pytest.MonkeyPatch, ends: datetime | None, last: date) -> None:
    first = date(2026, 3, 2)
    row = Occasion(day=first, starts_at=make.moment(first), ends_at=timezone.make_aware(ends) if ends else None)
    for offset in range(-1, 4):
        today = first + timedelta(days=offset)
        monkeypatch.setattr(
            "outreach.models.shared.local_day",
            lambda moment=None, today=today: timezone.localdate(moment) if moment else today,
        )
        assert row.is_today is (first <= today <= last)
