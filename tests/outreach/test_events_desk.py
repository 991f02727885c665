"""The organisers' side of events: plans, changes, cancelling, inviting, questions, the door, groups, figures."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import Role
from engagement.models import NotNow
from enterprises.models import Industry
from notices.models import Message
from outreach import registering
from outreach.enums import OccasionState, RegistrationState
from outreach.events import inviting, queries, questions, workflow
from outreach.models import Event, Invitation, Occasion, Registration
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
S = RegistrationState
SOFTWARE = [{"field": "industry_code", "op": "in", "value": ["I65"]}]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def at(name: str, *args: Any) -> str:
    return reverse(f"events:{name}", args=args)


def filled(**other: Any) -> dict[str, Any]:
    day = (local_day() + timedelta(days=10)).isoformat()
    texts = {f"{name}_{side}": f"№ {name} {side}" for name in ("title", "about", "host") for side in ("zh_hans", "en")}
    return {
        **texts,
        "kind": "open_month",
        "format": "on_site",
        "day": day,
        "begins": "14:00",
        "ends": "16:00",
        "place": make.place().pk,
        "languages": ["zh", "en"],
        "capacity": "2",
        "group_places": "0",
        "speakers_zh_hans": "甲；主任；政策",
        "speakers_en": "A; head; policies",
        **other,
    }


def letters(of: Registration, what: str) -> int:
    return Message.objects.filter(key__startswith=f"guest:guest:{of.pk}:{what}").count()


def test_from_plan_to_published_and_changed(as_user: Any) -> None:
    client, policy = as_user(make.organiser()), PolicyFactory()
    data = filled(policies=f"https://x.example/en/policies/{policy.slug}/?a=1")
    assert client.post(at("new"), data).status_code == 302
    event = Event.objects.get()
    assert list(event.policies.all()) == [policy]
    speaker: Any = event.speakers.get()
    assert speaker.name_zh_hans == "甲"
    for _twice in range(2):
        assert client.post(at("act", event.pk, "publish")).status_code == 302
    guest = make.registration(event.occasion)
    waits = [make.registration(event.occasion, state="waiting") for _n in range(2)]
    make.registration(event.occasion)
    again = filled(place=Occasion.objects.get().place_id, capacity="3")
    assert client.post(at("edit", event.pk), {**again, "seen": 2}).status_code == 302
    assert [Registration.objects.get(pk=each.pk).state for each in waits] == [S.CONFIRMED, S.WAITING]
    assert letters(guest, "changed") == 0
    assert client.post(at("edit", event.pk), {**again, "begins": "13:00", "seen": 3}).status_code == 302
    assert letters(guest, "changed") == 1
    assert Occasion.objects.get().sequence == 2
    assert client.post(at("edit", event.pk), {**again, "seen": 2}).status_code == 422


@pytest.mark.parametrize(
    "bad",
    [
        {"day": "2020-01-01"},
        {"day": "x"},
        {"ends": "14:00"},
        {"capacity": "0"},
        {"group_places": "3"},
        {"registers_until": "2099-01-01T10:00"},
        {"policies": "no-such-policy"},
        {"speakers_en": ""},
        {"speakers_en": f"{'x' * 90}; a; b"},
        {"title_en": ""},
        {"languages": ["xx"]},
        {"place": "999999"},
    ],
)
def test_what_cannot_be_is_not_kept(as_user: Any, bad: dict[str, Any]) -> None:
    assert as_user(make.organiser()).post(at("new"), filled(**bad)).status_code == 422
    assert not Event.objects.exists()


def test_published_only_in_both_languages(as_user: Any) -> None:
    client = as_user(make.organiser())
    client.post(at("new"), filled(about_zh_hans=""))
    event = Event.objects.get()
    page = client.post(at("act", event.pk, "publish"))
    assert page.status_code == 409
    assert "what it is about (Chinese)" in page.content.decode()
    assert Occasion.objects.get().state == OccasionState.DRAFT
    client.post(at("act", event.pk, "discard"))
    assert not Occasion.objects.exists()


def test_cancelling_says_why_in_both_languages_and_tells_everybody(as_user: Any) -> None:
    client, event = as_user(make.organiser()), make.event()
    guests = [make.registration(event.occasion, state=state) for state in ("confirmed", "waiting", "cancelled")]
    assert client.post(at("act", event.pk, "cancel"), {"why_en": "№"}).status_code == 422
    for _twice in range(2):
        client.post(at("act", event.pk, "cancel"), {"why_en": "№ storm", "why_zh_hans": "台风"})
    assert [letters(guest, "called-off") for guest in guests] == [1, 1, 0]
    row = Occasion.objects.get()
    assert (row.state, row.sequence) == (OccasionState.CANCELLED, 1)
    over = make.event(day=local_day() - timedelta(days=2))
    assert client.post(at("act", over.pk, "cancel"), {"why_en": "№", "why_zh_hans": "№"}).status_code == 409


def software(**fields: Any) -> Any:
    Industry.objects.get_or_create(code="I65", defaults={"name_en": "№", "name_zh_hans": "№", "section": "I"})
    return EnterpriseFactory(industry_id="I65", verified_at=timezone.now(), **fields)


def invited(count: int = 3) -> tuple[Event, list[Any]]:
    """An event on software, and enterprises of that kind with an owner each."""
    event = make.event()
    policy: Any = PolicyFactory(criteria=SOFTWARE)
    event.policies.add(policy)
    members = []
    for n in range(count):
        enterprise = software(tier="municipal" if n == count - 1 else "")
        members.append(MembershipFactory(enterprise=enterprise))
    return event, members


def test_the_guard_spares_whoever_asked_for_quiet_and_nobody_is_invited_twice(as_user: Any) -> None:
    event, members = invited()
    quiet, until = members[0], local_day() + timedelta(days=60)
    NotNow.objects.create(enterprise=quiet.enterprise, first=local_day(), last=until, by=quiet.user)
    alone = software()
    assert inviting.candidates(event)[0].enterprise == members[-1].enterprise
    client = as_user(make.organiser())
    assert "has asked for quiet" in client.get(at("invitations", event.pk)).content.decode()
    client.post(at("act", event.pk, "invite"))
    assert client.post(at("act", event.pk, "invite")).status_code == 409
    held = {each.enterprise: each.held_back for each in Invitation.objects.all()}
    assert held[members[0].enterprise] == "not_now"
    assert held[alone] == "nobody"
    assert held[members[1].enterprise] == ""
    told = Message.objects.filter(kind="event.invitation").values_list("recipient", flat=True)
    assert sorted(told) == sorted(member.user_id for member in members[1:])


def test_an_enterprise_declines_with_one_click(as_user: Any) -> None:
    event, members = invited(2)
    inviting.invite(event.occasion, by=make.organiser())
    client = as_user(members[0].user)
    assert "Your enterprise is invited" in client.get(at("detail", event.slug)).content.decode()
    for _twice in range(2):
        assert client.post(at("decline", event.slug)).status_code == 302
    assert Invitation.objects.filter(declined_at__isnull=False).get().enterprise == members[0].enterprise
    assert as_user(UserFactory()).post(at("decline", event.slug)).status_code == 404


def test_a_question_becomes_the_askers_own_request_once(as_user: Any) -> None:
    event, member = make.event(), MembershipFactory()
    asked = questions.ask(event.occasion, text="№ rent?", user=member.user)
    client = as_user(make.organiser())
    for _twice in range(2):
        client.post(at("question", asked.pk, "request"))
    made = HelpRequest.objects.get()
    assert (made.asker, made.enterprise, made.body) == (member.user, member.enterprise, "№ rent?")
    assert made.due_on is not None
    assert made.number


def test_a_visitors_question_is_written_down_by_the_request_desk_if_they_can_be_reached() -> None:
    event, centre = make.event(), UserFactory(roles=[Role.ADMIN])
    lost = questions.ask(event.occasion, text="№ 1", name="№")
    with pytest.raises(Refused):
        questions.pass_on(lost, by=centre)
    guest = make.registration(event.occasion)
    asked = questions.ask(event.occasion, text="№ 2", name="№", code=guest.code)
    with pytest.raises(Refused):
        questions.pass_on(asked, by=make.organiser())
    made = questions.pass_on(asked, by=centre)
    assert (made.channel, guest.email in made.caller, made.recorded_by) == ("event", True, centre)


def test_the_door_takes_codes_of_today_only_and_forged_ones_never(as_user: Any) -> None:
    event = make.event(day=local_day(), clock="00:00", capacity=5, ends_at=timezone.now() + timedelta(hours=1))
    guest, waits = make.registration(event.occasion), make.registration(event.occasion, "waiting")
    other = make.registration(make.occasion(day=local_day(), clock="00:00"))
    client = as_user(make.organiser())
    for code in ("", "AAAAAAAA", "' OR 1=1 --", other.code, waits.code, guest.code[:7], "２" * 8):
        page = client.post(at("check-in", event.pk), {"code": code}, follow=True)
        assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert not Registration.objects.filter(state=S.ATTENDED).exists()
    for code in (f" {guest.code[:4]}-{guest.code[4:].lower()} ", guest.code):
        client.post(at("check-in", event.pk), {"code": code})
    assert Registration.objects.get(state=S.ATTENDED) == guest
    assert client.post(at("walk-in", event.pk), {"name": ""}).status_code == 422
    assert client.post(at("walk-in", event.pk), {"name": "№ walk"}).status_code == 302
    assert queries.figures(event.occasion)["came"] == 2
    later = make.event()
    early = make.registration(later.occasion)
    client.post(at("check-in", later.pk), {"code": early.code})
    early.refresh_from_db()
    assert early.state == S.CONFIRMED


def test_the_guest_list_has_no_addresses(as_user: Any) -> None:
    event = make.event()
    guest = make.registration(event.occasion, phone="021-0000-9999")
    page = as_user(make.organiser()).get(at("guests", event.pk)).content.decode()
    assert guest.name in page
    assert guest.email not in page
    assert guest.phone not in page


def test_groups_take_of_the_places_kept_for_them(as_user: Any) -> None:
    event = make.event(capacity=10, event={"group_places": 4})
    partner, stranger = make.partner(), make.partner()
    event.partners.create(partner=partner)
    client = as_user(make.contact(partner).user)
    assert client.post(at("group", event.slug), {"seats": "0"}).status_code == 422
    client.post(at("group", event.slug), {"seats": "4"})
    own = Registration.objects.get()
    assert (own.partner, own.seats, own.state) == (partner, 4, S.CONFIRMED)
    assert registering.free_places(event.occasion) == 6
    assert "4 people" in client.get(at("groups")).content.decode()
    client.post(at("group", event.slug), {"verb": "cancel"})
    own.refresh_from_db()
    assert own.state == S.CANCELLED
    assert as_user(make.contact(stranger).user).post(at("group", event.slug), {"seats": "1"}).status_code == 404
    assert as_user(UserFactory()).get(at("groups")).status_code == 404


def test_afterwards_materials_and_a_summary_in_both_languages(as_user: Any) -> None:
    client, event, material = as_user(make.organiser()), make.event(day=date(2026, 1, 5)), make.material()
    half = {"materials": [material.pk], "summary_en": "№ went well"}
    assert client.post(at("after", event.pk), half).status_code == 422
    assert client.post(at("after", event.pk), {**half, "summary_zh_hans": "顺利"}).status_code == 302
    page = client.get(at("detail", event.slug)).content.decode()
    assert "№ went well" in page
    assert str(material.title) in page
    ahead = make.event()
    facts: dict[str, Any] = {"summary": {"en": "№", "zh-hans": "№"}, "recording": None, "materials": []}
    with pytest.raises(Refused):
        workflow.keep_after(ahead.occasion, by=make.organiser(), **facts)


def test_attendance_counts_people(as_user: Any) -> None:
    event = make.event(day=local_day() - timedelta(days=1))
    for state, seats in (("attended", 3), ("missed", 1), ("waiting", 1), ("cancelled", 5), ("unverified", 7)):
        make.registration(event.occasion, state, seats=seats, partner=make.partner() if seats == 3 else None)
    make.registration(event.occasion, "attended", walk_in=True, language="en")
    said = queries.figures(event.occasion)
    names = ("registered", "came", "walked_in", "missed", "waiting", "cancelled")
    assert [said[name] for name in names] == [5, 4, 1, 1, 1, 5]
    assert [row["seats"] for row in said["by_partner"]] == [3]
    assert {row["language"]: row["seats"] for row in said["by_language"]} == {"zh-hans": 3, "en": 1}
    assert as_user(UserFactory(roles=[Role.LEADER])).get(at("report", event.pk)).status_code == 200
