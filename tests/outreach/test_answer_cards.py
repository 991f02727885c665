"""Follow-ups of an answer that point to records of the portal: found by typing, kept, shown as they are today."""

from collections.abc import Callable, Iterable
from datetime import time, timedelta
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from outreach.enums import OccasionState, RegistrationState
from outreach.models import Event, Material, MaterialEdition, Occasion, Place, PublicityPoint, Registration
from policies.search.index import refresh_search
from portal.core.calendar import local_day
from stewards import workflow
from stewards.deskwork import cards, records
from stewards.deskwork.card_field import CardsField
from stewards.deskwork.follow_ups import Shelf
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory
from tests.stewards.scene import Scene, last_mail

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
OVER = local_day() - timedelta(days=3)


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


def event(slug: str = "session", **fields: Any) -> Event:
    return make.event(**{**make.both(title="Rent session"), **fields}, event={"slug": slug, **make.both(about="Rent")})


def point(slug: str = "library", **fields: Any) -> PublicityPoint:
    at = make.place(slug=slug, **make.both(name="Rent library", address="1 Fictional Road"), **fields)
    return PublicityPoint.objects.create(place=at)


def material(slug: str = "rent-guide") -> Material:
    row = Material.objects.create(slug=slug, **make.both(title="Rent guide", summary="How to rent"))
    MaterialEdition.objects.create(material=row, number=1, issued_on=local_day())
    return row


def sitting(**fields: Any) -> Any:
    return make.sitting(topics=[make.topic(**make.both(name="Rent talks"))], **fields)


def everything() -> dict[str, str]:
    """One of each kind: kind → ref."""
    refresh_search(PolicyFactory(slug="rent", title_en="Rent subsidy", title_zh_hans="租金 Rent"))
    made = {"event": event(), "point": point(), "material": material(), "session": sitting()}
    partner = make.partner(**make.both(name="Rent chamber"))
    refs = {"event": "session", "point": "library", "material": "rent-guide", "session": str(made["session"].pk)}
    return {"policy": "rent", **refs, "partner": partner.slug}


def card(kind: str, ref: str) -> cards.Card:
    kept = {"kind": kind, "ref": ref, "titles": {"zh-hans": "当时", "en": "As it was"}}
    return cards.shown(kept, records.resolve_all([(kind, ref)]))


def pick(*tokens: str, find: str = "") -> Shelf:
    data = QueryDict(mutable=True)
    data.setlist("picked", list(tokens))
    data["find"] = find
    return Shelf(data)


def test_every_kind_is_found_by_words_of_either_language_kept_and_shown() -> None:
    known = everything()
    for words in ("rent", "RENT", "  Rent  "):
        assert {kind.name: record.ref for kind, record in records.search(words)} == known
    kept = pick(*(f"{kind}:{ref}" for kind, ref in known.items())).kept()
    assert [(each["kind"], each["ref"]) for each in kept] == list(known.items())
    for each in kept:
        shown = cards.shown(each, records.resolve_all([(each["kind"], each["ref"])]))
        assert shown.title
        assert shown.label
        assert shown.schema
        assert not shown.note
        assert Client().get(shown.url).status_code in (200, 302), shown


@pytest.mark.parametrize("words", ["", "  ", "nothing-like-it", "Rent nothing-like-it"])
def test_nothing_is_found_without_words_or_without_all_of_them(words: str) -> None:
    everything()
    assert records.search(words) == []


def test_only_what_can_be_recommended_now_is_found() -> None:
    event("over", day=OVER)
    event("off", state=OccasionState.CANCELLED)
    event("draft", state=OccasionState.DRAFT)
    point("closed", active=False)
    Material.objects.create(slug="no-edition", **make.both(title="Rent guide"))
    Material.objects.filter(pk=material("gone").pk).update(withdrawn_at=timezone.now())
    make.partner(**make.both(name="Rent chamber"), public=False)
    sitting(state=OccasionState.CANCELLED)
    sitting(day=OVER)
    full = sitting()
    state = RegistrationState.CONFIRMED
    Registration.objects.create(occasion=full.occasion, name="G", email="g@example.org", state=state)
    assert records.search("rent") == []


def test_a_session_about_several_topics_is_found_once_with_its_places_counted_once() -> None:
    topics = [make.topic(**make.both(name=f"Rent {n}")) for n in range(3)]
    row = make.sitting(topics=topics, capacity=2)
    state = RegistrationState.CONFIRMED
    Registration.objects.create(occasion=row.occasion, name="G", email="g@example.org", state=state)
    [(_kind, found)] = records.search("rent")
    assert found.ref == str(row.pk)
    assert card("session", str(row.pk)).note == ""


CHANGES: list[tuple[str, Callable[[], Any], str, bool]] = [
    ("event", lambda: Occasion.objects.update(state=OccasionState.CANCELLED), "Cancelled.", True),
    (
        "event",
        lambda: Occasion.objects.update(state=OccasionState.CANCELLED, cancelled_why_en="Storm"),
        "Cancelled: Storm",
        True,
    ),
    (
        "event",
        lambda: Occasion.objects.update(day=OVER, starts_at=None, ends_at=None, capacity=None),
        "This event is over.",
        True,
    ),
    ("event", lambda: Occasion.objects.update(state=OccasionState.DRAFT), "no longer published", False),
    ("event", lambda: Event.objects.all().delete(), "no longer published", False),
    ("point", lambda: Place.objects.update(active=False), "closed", False),
    ("point", lambda: PublicityPoint.objects.update(closed_on=local_day()), "closed", False),
    ("material", lambda: Material.objects.update(withdrawn_at=timezone.now()), "withdrawn", True),
    ("session", lambda: Occasion.objects.update(state=OccasionState.CANCELLED), "Cancelled.", True),
    ("session", lambda: Occasion.objects.update(state=OccasionState.DRAFT), "no longer offered", False),
]


@pytest.mark.parametrize(("kind", "change", "note", "reads"), CHANGES)
def test_what_has_changed_since_is_said_on_the_card(
    kind: str, change: Callable[[], Any], note: str, reads: bool
) -> None:
    known = everything()
    change()
    shown = card(kind, known[kind])
    assert note in shown.note
    assert bool(shown.url) is reads
    assert (shown.title == "As it was") is not reads
    assert shown.status == ("EventCancelled" if note.startswith("Cancelled") else "")
    if reads:
        assert Client().get(shown.url).status_code in (200, 302)


@pytest.mark.parametrize(
    ("days", "language", "words"),
    [
        (range(5), "en", "Monday–Friday 09:00–17:00"),
        (range(5), "zh-hans", "星期一–星期五 09:00–17:00"),
        ((0, 2, 3), "en", "Monday 09:00–17:00; Wednesday–Thursday 09:00–17:00"),
        ((0, 2), "zh-hans", "星期一 09:00–17:00；星期三 09:00–17:00"),
        ((6,), "en", "Sunday 09:00–17:00"),
    ],
)
def test_opening_hours_in_short(days: Iterable[int], language: str, words: str) -> None:
    row = point()
    for day in days:
        row.place.hours.create(weekday=day, opens=time(9), closes=time(17))
    with translation.override(language):
        told = {field: said for field, _name, said in card("point", "library").rows}
    assert told["hours"] == words


def test_a_session_that_is_taken_leads_to_other_times() -> None:
    row = sitting()
    assert card("session", str(row.pk)).url.startswith("/en/reception/book/")
    state = RegistrationState.CONFIRMED
    Registration.objects.create(occasion=row.occasion, name="G", email="g@example.org", state=state)
    shown = card("session", str(row.pk))
    assert (shown.note, shown.url) == ("This time is taken.", "/en/reception/")


@pytest.mark.parametrize(
    "address", ["/zh-hans/events/session/", "/en/events/session", "https://here.example/en/events/session/"]
)
def test_the_address_of_a_page_here_is_the_record(address: str, settings: Any) -> None:
    settings.SITE_URL = "https://here.example"
    event()
    [kept] = CardsField(required=False).clean(address)
    assert kept == {
        "kind": "event",
        "ref": "session",
        "titles": {"en": "Rent session", "zh-hans": "Rent session（中）"},
    }


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://elsewhere.example/en/events/session/ There", "link"),
        ("/en/events/hidden/", "nothing is published under"),
        ("/en/events/", "no address"),
        ("/en/desk/", "no address"),
        ("/fr/events/session/", "no address"),
    ],
)
def test_other_addresses_are_no_records(address: str, kind: str, settings: Any) -> None:
    settings.SITE_URL = "https://here.example"
    event()
    event("hidden", state=OccasionState.DRAFT)
    if kind == "link":
        assert CardsField(required=False).clean(address)[0]["kind"] == kind
        return
    with pytest.raises(ValidationError, match=kind):
        CardsField(required=False).clean(address)


@pytest.mark.parametrize(
    "token", ["event:nowhere", "event:", "spaceship:x", "x", "session:9" * 3, "session:²", "event:a b"]
)
def test_ticks_that_lead_nowhere_are_refused(token: str) -> None:
    with pytest.raises(ValidationError, match="no longer there"):
        pick(token).kept()


@pytest.mark.parametrize("words", ["\x00rent", "%", "'", "((", "的", "🙂", "a" * 500, "_ \\", "and or"])
def test_odd_words_break_nothing(scene: Scene, as_user: AsUser, words: str) -> None:
    everything()
    asked = scene.request("accepted")
    data = {"seen": asked.lock_version, "text": "T", "look": "yes", "find": words, "picked": ["\x00", "session:٣", ""]}
    page = as_user(scene.steward).post(f"/en/desk/{asked.number}/answer/", data)
    assert page.status_code in (200, 400)


def test_ticked_ones_stand_first_and_once() -> None:
    event()
    material()
    shelf = pick("material:rent-guide", "material:rent-guide", find="rent")
    assert [(choice.token, choice.ticked) for choice in shelf.choices] == [
        ("material:rent-guide", True),
        ("event:session", False),
    ]
    assert not shelf.nothing
    assert pick("material:rent-guide", find="guide").nothing
    assert not pick("material:rent-guide").nothing


def test_from_the_form_to_the_enterprise_and_its_mail(scene: Scene, as_user: AsUser) -> None:
    row = event(place=make.place(**make.both(name="Hall")), room_en="Room 5", room_zh_hans="五号厅")
    asked = scene.request("accepted")
    url = f"/en/desk/{asked.number}/answer/"
    typed = {"seen": asked.lock_version, "text": "Come along.", "find": "rent", "look": "yes"}
    client = as_user(scene.steward)
    page = client.post(url, typed)
    text = page.content.decode()
    assert page.status_code == 200
    assert "Come along.</textarea>" in text
    assert 'name="picked" value="event:session">' in text
    assert not asked.events.filter(kind="answered").exists()
    page = client.post(url, {**typed, "picked": "event:session", "insert": "yes"})
    assert 'value="event:session" checked' in page.content.decode(), "a canned answer leaves the ticks"
    typed.pop("look")
    assert client.post(url, {**typed, "picked": "event:session"}).status_code == 302
    mail = last_mail(scene.owner).body
    when = cards.shown({"kind": "event", "ref": "session"}, records.resolve_all([("event", "session")])).rows[0][2]
    assert f"– Rent session · {when} · Hall, Room 5\n  {configured.SITE_URL}/en/events/session/" in mail
    for language, name in (("en", "Rent session"), ("zh-hans", "Rent session（中）")):
        page = as_user(scene.owner).get(f"/{language}/requests/{asked.number}/").content.decode()
        assert f'href="/{language}/events/session/" itemprop="url"><span itemprop="name">{name}</span>' in page
        assert f'<time datetime="{row.occasion.starts_at.isoformat()}" itemprop="startDate">' in page
        assert 'itemtype="https://schema.org/Event"' in page
    Occasion.objects.update(state=OccasionState.CANCELLED)
    page = as_user(scene.owner).get(f"/en/requests/{asked.number}/").content.decode()
    assert "Cancelled." in page
    assert "https://schema.org/EventCancelled" in page


def test_too_many_or_gone_keep_the_answer_typed(scene: Scene, as_user: AsUser) -> None:
    asked = scene.request("accepted")
    known = [f"event:{event(f'e-{n}').slug}" for n in range(6)]
    for picked, why in ((known, "At most 5"), (["event:gone"], "no longer there")):
        data = {"seen": asked.lock_version, "text": "Typed.", "picked": picked}
        page = as_user(scene.steward).post(f"/en/desk/{asked.number}/answer/", data)
        assert page.status_code == 422
        assert why in page.content.decode()
        assert "Typed.</textarea>" in page.content.decode()
    assert not asked.events.filter(kind="answered").exists()


def test_the_list_for_typing(scene: Scene, as_user: AsUser) -> None:
    event()
    page = as_user(scene.handler).get("/en/desk/follow-ups/", {"find": "rent", "picked": "event:session"})
    assert 'value="event:session" checked' in page.content.decode()
    assert "<html" not in page.content.decode()
    page = as_user(scene.handler).get("/en/desk/follow-ups/", {"find": "nowhere"})
    assert "Nothing published answers" in page.content.decode()
    assert as_user(scene.owner).get("/en/desk/follow-ups/").status_code == 404
    assert as_user(UserFactory(roles=["leader"])).get("/en/desk/follow-ups/").status_code == 404


@pytest.mark.parametrize("many", [1, 4])
def test_records_are_asked_for_once_a_kind(many: int, django_assert_num_queries: Any) -> None:
    refs = [("event", event(f"e-{n}").slug) for n in range(many)]
    refs += [("session", str(sitting().pk)) for _n in range(many)]
    refs += [("point", point(f"p-{n}").place.slug) for n in range(many)]
    with django_assert_num_queries(5):  # events; sessions and topics; points and hours
        assert len(records.resolve_all(refs)) == 3 * many


def test_an_answer_kept_before_there_were_refs_is_shown(scene: Scene, as_user: AsUser) -> None:
    PolicyFactory(slug="rent", title_en="Rent subsidy")
    asked = scene.request("accepted")
    old = {"kind": "policy", "slug": "rent", "titles": {"en": "Rent", "zh-hans": "租金"}}
    workflow.answer(asked, by=scene.steward, text="Apply.", cards=[old])
    page = as_user(scene.owner).get(f"/en/requests/{asked.number}/").content.decode()
    assert 'href="/en/policies/rent/"' in page
