"""The reception room's people: series planned, guests received, notes, requests, zones and topics."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.enums import Role
from notices.models import Message
from outreach.enums import OccasionState, RegistrationState
from outreach.models import Occasion, Registration, Topic, Zone
from outreach.reception import queries, workflow
from outreach.reception.workflow import Series
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.stewards import HelpRequestFactory
from tests.races import outcome, race

pytestmark = pytest.mark.django_db
S = RegistrationState
WEEK = {"weekdays": (0, 1, 2, 3, 4)}
WHY = {"zh-hans": "停电", "en": "No electricity"}


def url(name: str, *args: Any) -> str:
    return reverse(f"reception:{name}", args=args)


def series(**more: Any) -> Series:
    day = local_day() + timedelta(days=7)
    day += timedelta(days=-day.weekday() % 7)
    known: dict[str, Any] = {
        "first": day,
        "last": day,
        "begins": time(9),
        "ends": time(11),
        "minutes": 30,
        "languages": ("zh", "en"),
    }
    for name, default in (
        ("zone", make.zone),
        ("topics", lambda: (make.topic(),)),
        ("staff", lambda: (UserFactory(),)),
    ):
        known[name] = more.pop(name) if name in more else default()
    return Series(**{**known, **WEEK, **more})


def today(**fields: Any) -> Occasion:
    return make.sitting(day=local_day(), clock="00:00", topics=[make.topic()], **fields).occasion


def test_a_series_is_planned_and_its_people_are_told() -> None:
    wanted = series()
    made = workflow.plan(wanted, by=make.organiser())
    assert [f"{row.starts_at.astimezone():%M}" for row in made] == ["00", "30", "00", "30"]
    assert {(row.state, row.capacity, row.place_id) for row in made} == {("published", 1, wanted.zone.place_id)}
    assert made[0].title_en.endswith(wanted.zone.name_en)
    assert made[0].title_zh_hans.endswith(wanted.zone.name_zh_hans)
    assert Message.objects.filter(recipient=wanted.staff[0]).count() == 1


# the national day of 2026 (1 to 7 October), and the make-up workdays 20 September and 10 October
def test_working_days_only_and_makeup_days_are_fridays() -> None:
    span = {"first": date(2026, 9, 28), "last": date(2026, 10, 11), "ends": time(9, 30)}
    days = {first.astimezone().date() for first, _last in series(**span).spans()}
    assert date(2026, 10, 1) not in days
    assert date(2026, 10, 7) not in days
    assert date(2026, 10, 8) in days
    assert date(2026, 10, 10) in days
    assert date(2026, 10, 11) not in days
    mondays = {first.astimezone().date() for first, _last in series(**span, weekdays=(0,)).spans()}
    assert mondays == {date(2026, 9, 28)}


def bad_series() -> list[tuple[str, dict[str, Any]]]:
    past = local_day() - timedelta(days=14)
    saturday = date(2026, 11, 28)
    return [
        ("past", {"first": past, "last": past + timedelta(days=6)}),
        ("closed", {"first": saturday, "last": saturday + timedelta(days=1)}),
        ("backwards", {"first": local_day() + timedelta(days=20), "last": local_day() + timedelta(days=10)}),
        ("hours", {"begins": time(12), "ends": time(11)}),
        ("short", {"minutes": 180}),
        ("tiny", {"minutes": 0}),
        ("nobody", {"staff": ()}),
        ("about nothing", {"topics": ()}),
        ("too many", {"last": local_day() + timedelta(days=80), "minutes": 10}),
    ]


@pytest.mark.parametrize("more", [row[1] for row in bad_series()], ids=[row[0] for row in bad_series()])
def test_what_cannot_be_planned(more: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        workflow.plan(series(**more), by=make.organiser())
    assert not Occasion.objects.exists()


def test_a_zone_without_its_english_name_is_not_opened() -> None:
    with pytest.raises(Refused, match="both languages"):
        workflow.plan(series(zone=make.zone(name_en="")), by=make.organiser())


@pytest.mark.parametrize("same", ["zone", "staff"])
@pytest.mark.parametrize(("begins", "ends", "fits"), [(9, 10, False), (10, 12, False), (8, 12, False), (11, 12, True)])
def test_no_zone_and_nobody_is_in_two_sessions(same: str, begins: int, ends: int, fits: bool) -> None:
    first = series()
    by = make.organiser()
    workflow.plan(first, by=by)
    second = series(**{same: getattr(first, same)}, begins=time(begins), ends=time(ends))
    if fits:
        assert workflow.plan(second, by=by)
        return
    with pytest.raises(Refused, match="taken at that time"):
        workflow.plan(second, by=by)
    assert Occasion.objects.count() == 4


def test_a_cancelled_session_leaves_its_time_free() -> None:
    first, by = series(ends=time(9, 30)), make.organiser()
    row = workflow.plan(first, by=by)[0]
    workflow.call_off(row, by=by, why=WHY)
    assert workflow.plan(first, by=by)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["zone", "staff"])
def test_two_plan_the_same_at_once(same: str) -> None:
    first = series(ends=time(9, 30))
    second = series(**{same: getattr(first, same)}, ends=time(9, 30))
    by = make.organiser()
    held: Any = (
        Zone.objects.filter(pk=first.zone.pk) if same == "zone" else type(by).objects.filter(pk=first.staff[0].pk)
    )
    won, told = outcome(race(held, lambda: workflow.plan(first, by=by), lambda: workflow.plan(second, by=by)))
    assert (len(won), len(told)) == (1, 1)
    assert Occasion.objects.count() == 1


def test_the_plan_page(as_user: Any) -> None:
    wanted = series()
    client = as_user(make.organiser())
    data = {
        "zone": wanted.zone.pk,
        "first": wanted.first,
        "last": wanted.last,
        "weekdays": [0],
        "begins": "09:00",
        "ends": "11:00",
        "minutes": 30,
        "capacity": 1,
        "languages": ["en"],
        "topics": [wanted.topics[0].pk],
        "staff": [wanted.staff[0].pk],
    }
    wrong: dict[str, Any] = {
        "staff": [0],
        "zone": 0,
        "weekdays": [6],
        "minutes": 7,
        "capacity": 0,
        "last": "2020-01-01",
        "ends": "08:00",
    }
    for name, value in wrong.items():
        assert client.post(url("plan"), {**data, name: value}).status_code == 422, name
    visitor = UserFactory(roles=[])
    assert client.post(url("plan"), {**data, "staff": [visitor.pk]}).status_code == 422
    assert not Occasion.objects.exists()
    wanted.staff[0].roles = [Role.HANDLER]
    wanted.staff[0].save()
    assert client.post(url("plan"), data).url == url("desk")
    assert Occasion.objects.count() == 4
    assert client.post(url("plan"), data).status_code == 422  # a double click


def test_cancelled_with_a_reason_everybody_is_told(as_user: Any) -> None:
    row = workflow.plan(series(), by=make.organiser())[0]
    guest = make.registration(row)
    client = as_user(make.organiser())
    act = url("act", row.pk, "cancel")
    assert client.post(act, {"why_en": "No electricity"}).status_code == 422
    words = {"why_en": "No electricity", "why_zh_hans": "停电"}
    assert client.post(act, words).status_code == client.post(act, words).status_code == 302
    row.refresh_from_db()
    assert row.state == OccasionState.CANCELLED
    assert Message.objects.filter(email__iexact=guest.email).count() == 1
    assert Message.objects.filter(key__contains=f"sitting:{row.pk}:called-off").count() == 1


def test_who_comes_is_seen_by_the_sessions_people_alone(as_user: Any) -> None:
    row, steward, other = today(), StewardFactory(), StewardFactory()
    row.sitting.present.create(person=steward)
    own = make.registration(row, name="Ann", matter="A permit", checked=[1], topic=row.sitting.topics.get())
    page = as_user(steward).get(url("session", row.pk)).content.decode()
    assert "A permit" in page
    assert "№ 2: <b>ready</b>" in page
    for name, key in (("session", row.pk), ("visit", own.pk)):
        assert as_user(steward).get(url(name, key)).status_code == 200
        assert as_user(other).get(url(name, key)).status_code == 404
    assert as_user(other).post(url("visit", own.pk), {"note": "x"}).status_code == 404
    listed = as_user(other).get(url("desk")).content.decode()
    assert url("session", row.pk) not in listed
    assert "Ann" not in listed
    with pytest.raises(Refused):
        workflow.keep_note(own, "x", by=other)


@pytest.mark.parametrize("code", ["", "AAAAAAAA", "<script>", "x" * 21])
def test_forged_codes_let_nobody_in(as_user: Any, code: str) -> None:
    row = today()
    own = make.registration(row)
    make.registration(today(), code="AAAAAAAA")  # somewhere else
    assert as_user(make.organiser()).post(url("act", row.pk, "check-in"), {"code": code}).status_code == 422
    own.refresh_from_db()
    assert own.state == S.CONFIRMED


def test_let_in_written_down_made_a_request_once(as_user: Any) -> None:
    row, steward = today(), StewardFactory()
    row.sitting.present.create(person=steward)
    own = make.registration(row, name="Ann", matter="A permit", language="en")
    client = as_user(steward)
    asked = {"type": "help", "subject": "A permit", "body": "How long does it take?"}
    assert client.post(url("visit", own.pk), {"note": "early"}).status_code == 422
    assert client.post(url("to-request", own.pk), asked).status_code == 422
    assert (
        client.post(url("act", row.pk, "check-in"), {"code": f"{own.code[:4]}-{own.code[4:].lower()}"}).status_code
        == 302
    )
    assert client.post(url("visit", own.pk), {"note": "Explained the form."}).status_code == 302
    assert client.post(url("to-request", own.pk), {**asked, "subject": ""}).status_code == 422
    for _click in range(2):
        assert client.post(url("to-request", own.pk), asked).status_code == 302
    own.refresh_from_db()
    made = HelpRequest.objects.get()
    assert (own.note, own.request) == ("Explained the form.", made)
    assert made.caller == f"Ann · {own.email}"
    assert (made.recorded_by, made.channel, made.language) == (steward, "window", "en")
    assert made.number in client.get(url("visit", own.pk)).content.decode()


def test_editors_may_note_but_not_record_requests(as_user: Any) -> None:
    own = make.registration(today(), "attended")
    page = as_user(make.organiser()).get(url("visit", own.pk)).content.decode()
    assert "Keep this note" in page
    assert "Make it a request" not in page


def test_walk_ins_may_be_more_than_the_places(as_user: Any) -> None:
    row = today()
    make.registration(row)
    client = as_user(make.organiser())
    act = url("act", row.pk, "walk-in")
    assert client.post(act, {"language": "en"}).status_code == 422
    assert client.post(act, {"name": "Bo", "language": "fr"}).status_code == 422
    assert client.post(act, {"name": "Bo", "language": "en"}).status_code == 302
    assert Registration.objects.get(walk_in=True).state == S.ATTENDED
    later = make.sitting(clock="12:00").occasion
    assert client.post(url("act", later.pk, "walk-in"), {"name": "Bo", "language": "en"}).status_code == 422


def test_who_did_not_come(as_user: Any) -> None:
    row = today()
    own, there = make.registration(row), make.registration(row, "attended")
    later = make.registration(make.sitting().occasion)
    client = as_user(make.organiser())
    assert [client.post(url("visit", r.pk), {"missed": "1"}).status_code for r in (own, own, there, later)] == [
        302,
        302,
        422,
        422,
    ]
    assert "Did not come" not in client.get(url("visit", own.pk)).content.decode().replace("Did not come</", "")
    own.refresh_from_db()
    assert own.state == S.MISSED


@pytest.mark.parametrize("verb", ["explode", "publish"])
def test_odd_verbs_and_other_kinds_are_not_there(as_user: Any, verb: str) -> None:
    client = as_user(make.organiser())
    assert client.post(url("act", today().pk, verb)).status_code == 404
    event = make.occasion()
    assert client.get(url("session", event.pk)).status_code == 404
    assert client.get(url("visit", make.registration(event).pk)).status_code == 404
    assert client.get(url("act", event.pk, "cancel")).status_code == 405


@pytest.mark.parametrize(
    ("zh", "en", "kept"),
    [("护照\n合同", "Passport\nContract", True), ("护照\n\n 合同 ", "Passport\nContract\n", True),
     ("护照", "Passport\nContract", False), ("", "Passport", False), ("", "", True)],
)  # fmt: skip
def test_each_document_in_both_languages(as_user: Any, zh: str, en: str, kept: bool) -> None:
    data = {"name_zh_hans": "居留", "name_en": "Stay", "position": 0, "checklist_zh_hans": zh, "checklist_en": en}
    answer = as_user(make.organiser()).post(url("topic-new"), data)
    assert answer.status_code == (302 if kept else 422)
    if kept:
        assert len(queries.lines(Topic.objects.get())) == en.strip().count("\n") + bool(en)


@pytest.mark.parametrize("lacking", ["name_zh_hans", "name_en", "place", "kind", "about_en"])
def test_a_zone_in_both_languages(as_user: Any, lacking: str) -> None:
    texts = {"name_zh_hans": "体验区", "name_en": "Experience", "about_zh_hans": "看", "about_en": "See"}
    data = {**texts, "place": make.place().pk, "kind": "experience", "position": 1, "active": "on"}
    client = as_user(make.organiser())
    assert client.post(url("zone-new"), {k: v for k, v in data.items() if k != lacking}).status_code == 422
    assert client.post(url("zone-new"), data).status_code == 302
    assert client.post(url("zone", Zone.objects.get().pk), {**data, "name_en": "Look"}).status_code == 302
    assert Zone.objects.get().name_en == "Look"


def test_a_request_that_came_along_is_a_link_for_those_who_may_read_it(as_user: Any) -> None:
    request = HelpRequestFactory(state="submitted")
    own = make.registration(today(), "attended", request=request)
    assert request.number in as_user(make.organiser()).get(url("visit", own.pk)).content.decode()
    admin = UserFactory(roles=[Role.ADMIN])
    assert reverse("desk:request", args=[request.number]) in as_user(admin).get(url("visit", own.pk)).content.decode()
