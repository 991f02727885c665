"""Places, waiting lists, letters: one lock decides."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from notices.models import Message
from outreach import registering
from outreach.enums import OccasionKind, OccasionState, RegistrationState
from outreach.guests import upkeep
from outreach.models import Registration
from outreach.registering import Guest
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
S = RegistrationState


def signed_in(**fields: Any) -> Guest:
    user = UserFactory()
    return Guest(name=user.name, email=user.email, user=user, **fields)


def letters(to: Registration) -> list[str]:
    rows = Message.objects.filter(email=to.email, key__startswith=f"guest:guest:{to.pk}:").order_by("pk")
    return [key.split(":")[3] for key in rows.values_list("key", flat=True)]


def test_with_an_account_the_place_is_taken_at_once_and_told() -> None:
    own = registering.register(make.occasion(capacity=1), guest=signed_in())
    assert own.state == S.CONFIRMED
    assert letters(own) == ["placed"]
    assert own.code[:4] in Message.objects.get(email=own.email).body


def test_an_address_takes_no_place_before_its_owner_has_said_yes() -> None:
    row = make.occasion(capacity=1)
    own = registering.register(row, guest=Guest("№ 1", "someone@example.com"))
    assert own.state == S.UNVERIFIED
    assert registering.free_places(row) == 1
    assert letters(own) == ["confirm"]
    registering.verify(own)
    registering.verify(own)
    own.refresh_from_db()
    assert own.state == S.CONFIRMED
    assert registering.free_places(row) == 0
    assert letters(own) == ["confirm", "placed"]


def test_the_same_address_again_is_the_same_registration_and_says_nothing_of_it() -> None:
    row = make.occasion(capacity=5)
    first = registering.register(row, guest=Guest("№ 1", "Some.One@example.com"))
    again = registering.register(row, guest=Guest("№ 2", "some.one@example.com"))
    assert again.pk == first.pk
    assert letters(first) == ["confirm"]  # one an hour
    member = signed_in()
    assert registering.register(row, guest=member).pk == registering.register(row, guest=member).pk


def test_a_full_house_has_a_waiting_list_that_moves_up_in_order() -> None:
    row = make.occasion(capacity=2)
    people = [registering.register(row, guest=signed_in()) for _n in range(4)]
    assert [p.state for p in people] == [S.CONFIRMED, S.CONFIRMED, S.WAITING, S.WAITING]
    registering.cancel(people[0])
    registering.cancel(people[0])
    states = [Registration.objects.get(pk=p.pk).state for p in people]
    assert states == [S.CANCELLED, S.CONFIRMED, S.CONFIRMED, S.WAITING]
    assert letters(people[2]) == ["placed", "moved-up"]
    assert letters(people[0]) == ["placed", "cancelled"]


def test_nobody_overtakes_those_who_wait_but_a_group_too_large_is_passed_by() -> None:
    row = make.occasion(capacity=3)
    first = registering.register(row, guest=signed_in(seats=2))
    group = registering.register(row, guest=signed_in(seats=3))
    single = registering.register(row, guest=signed_in())
    assert (group.state, single.state) == (S.WAITING, S.WAITING)  # one place is free, and the group was first
    registering.cancel(group)
    single.refresh_from_db()
    assert single.state == S.CONFIRMED
    assert registering.free_places(row) == 0
    registering.cancel(first)
    assert registering.free_places(row) == 2


def test_places_kept_for_partners_are_a_list_of_their_own() -> None:
    made = make.event(capacity=3, event={"group_places": 2})
    row, partner = made.occasion, make.partner()
    group = registering.register(row, guest=signed_in(seats=2, partner=partner))
    one, two = (registering.register(row, guest=signed_in()) for _n in range(2))
    assert [group.state, one.state, two.state] == [S.CONFIRMED, S.CONFIRMED, S.WAITING]
    registering.cancel(group)
    two.refresh_from_db()
    assert two.state == S.WAITING  # what is kept for partners is theirs


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": OccasionState.CANCELLED}, "cancelled"),
        ({"state": OccasionState.DRAFT}, "Nobody can register"),
        ({"day": local_day() - timedelta(days=1)}, "begun already"),
        ({"registers_until": timezone.now() - timedelta(minutes=1)}, "closed"),
    ],
    ids=["cancelled", "draft", "past", "closed"],
)
def test_what_cannot_be_registered_for_says_why(fields: dict[str, Any], says: str) -> None:
    with translation.override("en"), pytest.raises(Refused, match=says):
        registering.register(make.occasion(capacity=3, **fields), guest=signed_in())


def test_an_address_confirmed_too_late_takes_nothing() -> None:
    row = make.occasion(capacity=1)
    late = registering.register(row, guest=Guest("№ 1", "late@example.com"))
    row.state = OccasionState.CANCELLED
    row.save(update_fields=["state"])
    with pytest.raises(Refused):
        registering.verify(late)


def test_another_time_is_taken_whole_or_everything_stays() -> None:
    topic = make.topic()
    here, free, full = (make.sitting(clock=c, topics=[topic]).occasion for c in ("09:00", "10:00", "11:00"))
    make.registration(full)
    own = registering.register(here, guest=signed_in(topic=topic))
    waiting = registering.register(here, guest=signed_in())
    with pytest.raises(Refused):
        registering.reschedule(own, to=full)
    moved = registering.reschedule(own, to=free)
    waiting.refresh_from_db()
    assert (moved.occasion_id, waiting.state) == (free.pk, S.CONFIRMED)
    assert letters(own).count("moved") == 1
    assert registering.reschedule(own, to=free).pk == own.pk  # the second of two clicks
    assert letters(own).count("moved") == 1
    for to in (make.sitting(clock="13:00", topics=[topic]).occasion, free):  # there and back again: a letter each time
        moved = registering.reschedule(moved, to=to)
    assert letters(own).count("moved") == 3
    with pytest.raises(Refused):
        registering.reschedule(moved, to=make.occasion(capacity=3, kind=OccasionKind.EVENT))


@pytest.mark.parametrize("code", ["", "ABCD", "ZZZZZZZZ", "0O1I-0O1I", "x" * 10_000, "ＡＢＣＤ２３４５"])
def test_a_forged_code_opens_no_door(code: str) -> None:
    with pytest.raises(Refused):
        registering.check_in(make.occasion(day=local_day(), clock="23:00"), code, by=make.organiser())


def test_a_code_opens_its_own_door_on_its_own_day_once() -> None:
    row, by = make.occasion(day=local_day(), clock="23:00"), make.organiser()
    own, waiting = make.registration(row), make.registration(row, "waiting")
    typed = f"{own.code[:4]}-{own.code[4:]}".lower()
    first = registering.check_in(row, f" {typed} ", by=by)
    again = registering.check_in(row, own.code, by=make.organiser())
    assert (first.state, again.checked_in_by_id) == (S.ATTENDED, by.pk)
    elsewhere = make.registration(make.occasion(day=local_day(), clock="23:00"))
    tomorrow = make.registration(make.occasion(day=local_day() + timedelta(days=1)))
    for at, code in ((row, waiting.code), (row, elsewhere.code), (tomorrow.occasion, tomorrow.code)):
        with pytest.raises(Refused):
            registering.check_in(at, code, by=by)


def test_time_reminds_closes_drops_and_forgets_once() -> None:
    tomorrow = make.occasion(day=local_day() + timedelta(days=1))
    going = make.registration(tomorrow, created_at=timezone.now() - timedelta(days=3))
    on_the_eve = make.registration(tomorrow)
    over = make.occasion(day=local_day() - timedelta(days=2))
    came, missed = make.registration(over, "attended"), make.registration(over)
    long_over = make.registration(make.occasion(day=local_day() - timedelta(days=120)), "attended")
    stranger = make.registration(tomorrow, "unverified", created_at=timezone.now() - timedelta(days=3))
    for _turn in range(2):
        upkeep.keep()
    states = {r.pk: r.state for r in Registration.objects.all()}
    assert letters(going) == ["remind"]
    assert letters(on_the_eve) == []
    assert (states[missed.pk], states[came.pk]) == (S.MISSED, S.ATTENDED)
    assert stranger.pk not in states
    long_over.refresh_from_db()
    assert (long_over.name, long_over.email, long_over.state) == ("", "", S.ATTENDED)


def test_letters_speak_the_guests_language() -> None:
    row = make.occasion(capacity=1, title_zh_hans="政策宣讲会", title_en="Policy session")
    registering.register(row, guest=Guest("№ 1", "zh@example.com", language="zh-hans"))
    registering.register(row, guest=Guest("№ 2", "en@example.com", language="en"))
    assert "政策宣讲会" in Message.objects.get(email="zh@example.com").subject
    assert "Policy session" in Message.objects.get(email="en@example.com").subject
