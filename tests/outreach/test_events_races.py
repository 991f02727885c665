"""Two at the same moment at one event: the last place, the waiting list, the door, one question."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Any

import pytest
from django.utils import timezone

from notices.models import Message
from outreach import registering
from outreach.enums import RegistrationState
from outreach.events import inviting, questions
from outreach.models import Event, Occasion, Registration
from outreach.registering import Guest
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.races import Racer, outcome, race

pytestmark = pytest.mark.django_db(transaction=True)
S = RegistrationState


def row_of(event: Event) -> Any:
    return Occasion.objects.filter(pk=event.pk)


def guest() -> Guest:
    user: Any = UserFactory()
    return Guest(name=user.name, email=user.email, user=user)


def test_of_two_at_the_last_place_one_has_it_and_one_waits() -> None:
    event = make.event(capacity=1)
    acts = [partial(registering.register, event.occasion, guest=guest()) for _n in range(3)]
    won, told = outcome(race(row_of(event), *acts))
    assert told == []
    assert sorted(each.state for each in won) == [S.CONFIRMED, S.WAITING, S.WAITING]
    assert registering.free_places(event.occasion) == 0


def test_at_the_last_place_in_the_room_online_guests_keep_nobody_out() -> None:
    event = make.event(capacity=1, event={"format": "both"})
    guests = [replace(guest(), online=online) for online in (True, False, True, False)]
    acts = [partial(registering.register, event.occasion, guest=each) for each in guests]
    won, told = outcome(race(row_of(event), *acts))
    assert told == []
    assert sorted((each.online, each.state) for each in won) == [
        (False, S.CONFIRMED),
        (False, S.WAITING),
        (True, S.CONFIRMED),
        (True, S.CONFIRMED),
    ]


def test_the_waiting_list_moves_by_one_place_for_one_who_cancels_while_another_comes() -> None:
    event = make.event(capacity=2)
    going = [make.registration(event.occasion) for _n in range(2)]
    first, second = (make.registration(event.occasion, "waiting") for _n in range(2))
    new = guest()
    race(
        row_of(event),
        lambda: registering.cancel(going[0]),
        lambda: registering.register(event.occasion, guest=new),
        lambda: registering.cancel(second),
    )
    states = dict(Registration.objects.values_list("pk", "state"))
    assert states[going[0].pk] == states[second.pk] == S.CANCELLED
    assert states[first.pk] == S.CONFIRMED
    assert Registration.objects.get(user=new.user).state == S.WAITING
    assert Registration.objects.holding().count() == 2


def test_one_code_at_two_doors_lets_in_once() -> None:
    event = make.event(day=local_day(), clock="00:00", ends_at=timezone.now() + timedelta(hours=1))
    own, staff = make.registration(event.occasion), make.organiser()
    acts = [lambda: registering.check_in(event.occasion, own.code, by=staff) for _n in range(2)]
    won, told = outcome(race(row_of(event), *acts))
    assert (len(won), told) == (2, [])
    assert len({each.checked_in_at for each in won}) == 1


def test_a_question_passed_on_by_two_is_one_request() -> None:
    event, staff = make.event(), make.organiser()
    asked = questions.ask(event.occasion, text="№ why?", user=UserFactory())
    acts = [lambda: questions.pass_on(asked, by=staff) for _n in range(2)]
    won, _told = outcome(race(event.occasion.questions.all(), *acts))
    assert len({each.pk for each in won}) == 1
    assert HelpRequest.objects.count() == 1


def test_two_who_invite_at_once_invite_nobody_twice() -> None:
    event, staff = make.event(), make.organiser()
    policy: Any = PolicyFactory(criteria=[{"field": "district", "op": "eq", "value": "310109"}])
    event.policies.add(policy)
    MembershipFactory(enterprise__verified_at=timezone.now())
    acts = [lambda: inviting.invite(event.occasion, by=staff) for _n in range(2)]
    won, told = outcome(race(row_of(event), *acts))
    assert (len(won), len(told), event.invitations.count()) == (1, 1, 1)


def test_five_hundred_register_within_a_minute_through_eight_doors() -> None:
    """Each door has a connection of its own; who is first is settled by the event's row alone."""
    event, doors = make.event(capacity=300), 8
    people = [UserFactory() for _n in range(500)]

    def arrive(few: list[Any]) -> None:
        for user in few:
            registering.register(event.occasion, guest=Guest(name=user.name, email=user.email, user=user))

    began = monotonic()
    racers = [Racer(partial(arrive, people[door::doors])) for door in range(doors)]
    for racer in racers:
        racer.join(timeout=60)
    assert monotonic() - began < 60
    assert [racer.result for racer in racers] == [None] * doors
    states = list(event.occasion.registrations.values_list("state", flat=True))
    assert (states.count(S.CONFIRMED), states.count(S.WAITING)) == (300, 200)
    assert Message.objects.filter(kind="event.registration").count() == 500
