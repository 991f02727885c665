"""A session's people, a talk booked from a request, what time makes of a session, and the hours of the place."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from notices.models import Message
from outreach.enums import OccasionState, RegistrationState
from outreach.guests import upkeep
from outreach.models import OpeningHours, Registration
from outreach.points.workflow import keep_place
from outreach.reception import queries, workflow
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
S = RegistrationState


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def at(name: str, *args: Any) -> str:
    return reverse(f"reception:{name}", args=args)


def steward_person() -> Any:
    return StewardFactory()


def told(person: Any) -> list[str]:
    found = Message.objects.filter(recipient=person, kind="event.sitting_planned").order_by("pk")
    return [row.key.split(":")[-3] for row in found]


def test_other_staff_for_a_session_and_everybody_concerned_is_told_once(as_user: Any) -> None:
    session, first, second = make.sitting(), steward_person(), steward_person()
    session.present.create(person=first)
    guest = make.registration(session.occasion)
    client, page = as_user(make.organiser()), at("session", session.pk)
    assert "Other staff for this session" in client.get(page).content.decode()
    for _twice in range(2):
        assert client.post(at("act", session.pk, "staff"), {"staff": [second.pk]}).status_code == 302
    assert [each.person for each in session.present.all()] == [second]
    assert (told(first), told(second)) == (["released"], ["appointed"])
    assert as_user(first).get(page).status_code == 404
    assert guest.name in as_user(second).get(page).content.decode()
    client = as_user(make.organiser())
    client.post(at("act", session.pk, "staff"), {"staff": [first.pk, second.pk]})
    assert told(first) == ["released", "appointed"]


@pytest.mark.parametrize("case", ["nobody", "elsewhere", "over", "cancelled", "steward"])
def test_who_cannot_be_put_into_a_session(case: str) -> None:
    person, by = steward_person(), make.organiser()
    session = make.sitting(day=local_day() - timedelta(days=2) if case == "over" else None)
    people = [person]
    if case == "nobody":
        people = []
    elif case == "elsewhere":
        make.sitting().present.create(person=person)
    elif case == "cancelled":
        session.occasion.state = OccasionState.CANCELLED
        session.occasion.save()
    elif case == "steward":
        by = steward_person()
    with pytest.raises(Refused):
        workflow.appoint(session.occasion, people, by=by)
    assert not session.present.exists()


def test_a_steward_sees_no_form_for_staff_and_finds_the_room_in_the_menu(as_user: Any) -> None:
    session, steward = make.sitting(), steward_person()
    session.present.create(person=steward)
    client = as_user(steward)
    page = client.get(at("session", session.pk)).content.decode()
    assert "Other staff" not in page
    assert f'href="{at("desk")}"' in client.get("/en/desk/").content.decode()
    assert client.post(at("act", session.pk, "staff"), {"staff": [steward_person().pk]}).status_code == 422
    assert [each.person for each in session.present.all()] == [steward]


def test_whoever_booked_a_talk_and_did_not_come_is_not_left_waiting() -> None:
    """Also where nobody was let in at all; but not at an event, whose door perhaps nobody kept, nor if cancelled."""
    past = local_day() - timedelta(days=1)
    rows = [make.sitting(day=past).occasion, make.event(day=past).occasion]
    rows.append(make.sitting(day=past, state=OccasionState.CANCELLED).occasion)
    rows.append(make.sitting(day=local_day() + timedelta(days=1)).occasion)
    held = [make.registration(row) for row in rows]
    for _twice in range(2):
        upkeep.close()
    assert [Registration.objects.get(pk=each.pk).state for each in held] == [S.MISSED, *[S.CONFIRMED] * 3]


def test_a_talk_about_ones_own_request(as_user: Any, client: Client) -> None:
    member: Any = MembershipFactory()
    asked: Any = HelpRequestFactory(enterprise=member.enterprise, asker=member.user)
    topic = make.topic()
    session = make.sitting(topics=[topic])
    own = as_user(member.user)
    assert f"?request={asked.number}" in own.get(f"/en/requests/{asked.number}/").content.decode()
    for name, args in (("topics", ()), ("times", (topic.pk,))):
        page = own.get(at(name, *args), {"request": asked.number}).content.decode()
        assert f"?request={asked.number}" in page
        assert asked.subject in page
    form = own.get(at("book", topic.pk, session.pk), {"request": asked.number}).content.decode()
    assert f'<option value="{asked.pk}" selected>' in form
    for stranger in (client, as_user(UserFactory())):
        assert asked.subject not in stranger.get(at("topics"), {"request": asked.number}).content.decode()
    assert own.get(at("topics"), {"request": "x" * 99}).status_code == 200


def test_the_way_to_a_talk_from_where_help_is_asked_for(as_user: Any) -> None:
    member: Any = MembershipFactory()
    for path in ("/en/requests/new/", "/en/package/"):
        assert at("topics") in as_user(member.user).get(path).content.decode()


def test_the_hours_of_the_room_are_entered_and_hold_by_the_calendar(as_user: Any) -> None:
    zone = make.zone()
    client = as_user(make.organiser())
    kept = client.get(at("kept")).content.decode()
    assert "no opening hours entered" in kept
    assert reverse("points:place", args=[zone.place.slug]) in kept
    nine, five = time(9), time(17)
    keep_place(zone.place, by=make.organiser(), hours=[(day, nine, five) for day in (0, 4, 5)])
    assert "Monday 09:00–17:00 · Friday 09:00–17:00 · Saturday 09:00–17:00" in client.get(at("kept")).content.decode()
    assert list(OpeningHours.objects.values_list("weekday", "working_days")) == [(0, True), (4, True), (5, False)]
    days = queries.opening_days(zone.place, [], first=date(2026, 2, 13))
    is_open = {each.day.isoformat(): each.open for each in days}
    assert is_open["2026-02-13"]  # a Friday
    assert is_open["2026-02-14"]  # a make-up workday, a Saturday
    assert not is_open["2026-02-16"]  # a Monday in the Spring Festival
    assert is_open["2026-02-21"]  # every Saturday


def test_roles_that_keep_the_room(as_user: Any) -> None:
    for role, status in ((Role.EDITOR, 200), (Role.STEWARD, 404), (Role.AUDITOR, 404)):
        assert as_user(UserFactory(roles=[role])).get(at("kept")).status_code == status
