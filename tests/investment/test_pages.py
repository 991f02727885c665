"""The pages: who sees what, what is sent to them, and how many queries they take."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from investment import wanting
from investment.models import Keeper, Mark, Need, Provider, Resource, ResourceFile, Viewing
from portal.home import doors
from stewards.models import HelpRequest, Stewardship
from tests.factories import investment as make
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import IndustryFactory, ParkFactory, SubdistrictFactory
from tests.factories.interpretations import picture
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"
SPACE = {"area_from": "150", "area_to": "250", "budget": "5", "budget_unit": "day"}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def text(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status
    return response.content.decode()


def url(name: str, *args: Any) -> str:
    return reverse(f"investment:{name}", args=args)


def slot(days: int = 2) -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime("%Y-%m-%dT10:00")


# --- for everybody ------------------------------------------------------------------------------------------------


def test_only_what_is_published_can_be_found(client: Client) -> None:
    make.resource(**make.both(title="Seen", about="№"))
    for state in ("draft", "in_review", "stale", "withdrawn"):
        row = make.resource(state=state, **make.both(title="Unseen", about="№"))
        assert client.get(url("resource", row.pk)).status_code == 404
    make.resource(make.provider(active=False), **make.both(title="Unseen", about="№"))
    page = text(client, url("list"))
    assert "Seen" in page
    assert "Unseen" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=river", "River"),
        ("q=滨江", "River"),
        ("kind=loan", "Loan"),
        ("subdistrict=310109014", "River"),
        ("section=C", "Loan River"),
        ("section=I", "Tower River"),
        ("area=175", "Tower"),
        ("area=190", "Tower"),
        ("rent=4", "Tower"),
        ("stage=seed", "Tower River"),
        ("amount=50", "Loan"),
        ("amount=501", ""),
        ("area=-5&rent=x&kind=castle&amount=1e99&subdistrict=x", "Tower River Loan"),
    ],
)
def test_filters(client: Client, query: str, found: str) -> None:
    IndustryFactory(code="I"), IndustryFactory(code="C")
    make.resource(sections=["I"], area_m2=190, rent=4, **make.both(title="Tower", about="№"))
    river = {"title_en": "River", "title_zh_hans": "滨江", "about_en": "№", "about_zh_hans": "№"}
    make.resource(area_m2=500, rent=6, subdistrict=SubdistrictFactory(), **river)
    money: dict[str, Any] = {"area_m2": None, "rent": None, "ticket_max": 5_000_000, "stages": ["growth"]}
    make.resource(kind="loan", sections=["C"], **money, **make.both(title="Loan", about="№"))
    page = text(client, f"{url('list')}?{query}")
    assert {name for name in ("Tower", "River", "Loan") if f"{name}</a></h2>" in page} == set(found.split())


@pytest.mark.parametrize("count", [1, 3, 30])
def test_lists_take_the_same_queries(client: Client, count: int, django_assert_num_queries: Any) -> None:
    for n in range(count):
        make.resource(park=ParkFactory(slug=f"p-{n}"), subdistrict=SubdistrictFactory())
    with django_assert_num_queries(3):  # names of places and industries, the rows
        client.get(url("list"))
    with django_assert_num_queries(1):
        client.get(url("places"))


def test_page_after_page(client: Client) -> None:
    rows = [make.resource(days=n) for n in range(33)]
    first = client.get(url("list"))
    assert f"/resources/{rows[0].pk}/" in first.content.decode()
    cursor = first.context["page"].next_cursor
    rest = text(client, f"{url('list')}?cursor={cursor}")
    assert [f"/resources/{row.pk}/" in rest for row in rows[-4:]] == [False, True, True, True]
    assert client.get(f"{url('list')}?cursor=forged").status_code == 200


def test_side_by_side_up_to_four(client: Client) -> None:
    rows = [make.resource(rent=n + 1, floor=str(n), **make.both(title=f"Office {n}", about="№")) for n in range(5)]
    hidden = make.resource(state="stale")
    keys = [rows[2].pk, rows[0].pk, rows[2].pk, hidden.pk]
    page = text(client, url("compare") + "?" + "&".join(f"r={key}" for key in keys))
    assert page.index("Office 2") < page.index("Office 0")
    assert "CNY 3.00 per m² and day" in page
    assert "Interest a year" not in page
    many = client.get(url("compare") + "?" + "&".join(f"r={row.pk}" for row in rows))
    assert len(many.context["columns"]) == 4
    for odd in ("", "?r=x&r=-1&r=99999999999999999999"):
        assert "Nothing to compare" in text(client, url("compare") + odd)


def test_by_place(client: Client) -> None:
    place = SubdistrictFactory()
    for rent in (4, 6):
        make.resource(park=ParkFactory(), subdistrict=place, rent=rent, area_m2=100 * rent)
    make.resource(subdistrict=place, rent=None)
    rows = client.get(url("places")).context["rows"]
    assert [(row["park"], row["count"], row["area"], row["least"], row["most"]) for row in rows] == [
        ("Fictional Park", 2, 600, 4, 6),
        (None, 1, 200, None, None),
    ]
    assert "4.00–6.00" in text(client, url("places"))


def test_names_with_markup_are_words(client: Client) -> None:
    row = make.resource(
        make.provider(**make.both(name=SCRIPT)), **make.both(title=SCRIPT, about=SCRIPT, address=SCRIPT)
    )
    person = make.member()
    need = make.need(person, words=SCRIPT)
    keeper = make.keeper(row.provider)
    for reader, address in (
        *((client, name) for name in (url("list"), url("resource", row.pk), f"{url('compare')}?r={row.pk}")),
        *((signed_in(person), name) for name in (url("need", need.pk), url("interest", row.pk), url("needs"))),
        *((signed_in(keeper), name) for name in (url("room"), url("entry", row.pk), url("entry-edit", row.pk))),
    ):
        page = text(reader, address)
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page or address == url("needs")


def test_a_picture_of_a_draft_is_seen_by_those_who_keep_it(client: Client) -> None:
    row = make.resource()
    stored = make.picture_of(row)
    address = url("file", stored.key)
    given = client.get(address)
    assert given.headers["Content-Type"] == "image/jpeg"
    assert "sandbox" in given.headers["Content-Security-Policy"]
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    Resource.objects.update(state="draft")
    for reader in (client, signed_in(make.member()), signed_in(make.keeper(make.provider()))):
        assert reader.get(address).status_code == 404
    assert signed_in(make.keeper(row.provider)).get(address).headers["Cache-Control"] == "private, no-store"


# --- the enterprise -----------------------------------------------------------------------------------------------


def test_a_need_is_said_once_and_leads_to_recommendations() -> None:
    place = SubdistrictFactory()
    industry = IndustryFactory(code="I")
    person = make.member()
    person.enterprise.industry, person.enterprise.subdistrict = industry, place
    person.enterprise.save()
    fits = make.resource(subdistrict=place, **make.both(title="Fits", about="№"))
    client = signed_in(person)
    assert "Incubator" in text(client, url("need-new"))
    address = f"{url('need-new')}?kind=premises"
    form = client.get(address).context["form"]
    assert (form.initial["section"], form.initial["subdistricts"]) == ("I", [place.pk])
    sent = {**SPACE, "section": "I", "subdistricts": [place.pk], "words": "A lift, please."}
    for _n in range(2):
        assert client.post(address, sent).headers["Location"] == url("need", Need.objects.get().pk)
    page = text(client, url("need", Need.objects.get().pk))
    for words in ("Fits", "The rent is 20% below your budget.", "It is where you want to be: Jiaxing Road", "A lift"):
        assert words in page
    assert f"/resources/{fits.pk}/interest/?need=" in page


@pytest.mark.parametrize(
    ("kind", "wrong", "words"),
    [
        ("premises", {"area_from": "", "area_to": ""}, "Say how much area you need"),
        ("premises", {"area_from": "300", "area_to": "200"}, "“To” is less than “from”."),
        ("premises", {"area_from": "-3"}, "greater than or equal to 1"),
        ("premises", {"area_from": "1e9"}, "whole number"),
        ("premises", {"area_to": "99999999999999999999"}, "less than or equal to 1000000"),
        ("premises", {"budget": "NaN"}, "Enter a number"),
        ("premises", {"budget": "0"}, "greater than or equal to 0.01"),
        ("premises", {"wanted_by": "2020-01-01"}, "This day is over already"),
        ("premises", {"wanted_by": "9999-01-01"}, "Check the year"),
        ("premises", {"subdistricts": ["1' OR 1=1"]}, "not one of the available choices"),
        ("premises", {"section": "Z"}, "not one of the available choices"),
        ("fund", {"amount": ""}, "Say how much you need"),
        ("fund", {"amount": "99999999999"}, "less than or equal"),
        ("loan", {"amount": "5", "stage": "unicorn"}, "not one of the available choices"),
    ],
)
def test_a_need_that_cannot_be_is_refused_at_its_field(kind: str, wrong: dict[str, Any], words: str) -> None:
    client = signed_in(make.member())
    response = client.post(f"{url('need-new')}?kind={kind}", {**SPACE, **wrong})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Need.objects.exists()


def test_a_need_is_changed_and_closed() -> None:
    person = make.member()
    need = make.need(person, wanted_by=timezone.localdate() - timedelta(days=5))
    client = signed_in(person)
    sent = {**SPACE, "area_to": "220", "wanted_by": need.wanted_by.isoformat()}
    assert client.post(url("need-change", need.pk), sent).status_code == 302  # a day that has passed since may stay
    need.refresh_from_db()
    assert need.area_to == 220
    assert client.post(url("need-close", need.pk)).headers["Location"] == url("needs")
    page = text(client, url("need", need.pk))
    assert "Closed" in page
    assert url("need-change", need.pk) not in page


def test_money_is_said_in_ten_thousands() -> None:
    person = make.member()
    client = signed_in(person)
    client.post(f"{url('need-new')}?kind=fund", {"amount": "150.5", "stage": "seed"})
    need = Need.objects.get()
    assert need.amount == 1_505_000
    assert 'value="150.5"' in text(client, url("need-change", need.pk))


def test_marks_by_their_buttons() -> None:
    person, row = make.member(), make.resource(**make.both(title="Office", about="№"))
    need, client = make.need(person), signed_in(person)
    for verb, data in (("shortlist", {}), ("decline", {"why": "price"}), ("undecline", {}), ("unlist", {})):
        for _twice in range(2):
            response = client.post(url("mark", need.pk, row.pk, verb), data, follow=True)
            assert response.status_code == 200
        found = response.context["found"]
        assert [len(found.shortlist), len(found.declined)] == [verb == "shortlist", verb == "decline"]
    assert client.post(url("mark", need.pk, row.pk, "steal")).status_code == 404
    assert "Say why" in client.post(url("mark", need.pk, row.pk, "decline"), follow=True).content.decode()
    fund = make.resource(kind="fund")
    assert client.post(url("mark", need.pk, fund.pk, "shortlist")).status_code == 404


def test_another_enterprises_needs_are_not_there() -> None:
    person, row = make.member(), make.resource()
    need = make.need()
    viewing = make.viewing(row, make.member())
    client = signed_in(person)
    for address in (url("need", need.pk), url("need-change", need.pk), url("viewing", viewing.pk)):
        assert client.get(address).status_code == 404
    for address in (
        url("need-close", need.pk),
        url("mark", need.pk, row.pk, "shortlist"),
        url("viewing-act", viewing.pk, "cancel"),
    ):
        assert client.post(address, {"seen": "0"}).status_code == 404
    own = {"slot_1": slot(), "need": need.pk}
    assert client.post(url("interest", row.pk), own).status_code == 422
    assert client.get(f"{url('resource', row.pk)}?need={need.pk}").context.get("need") is None
    assert not Mark.objects.exists()


def test_its_steward_reads_a_need_and_finds_it_on_the_enterprises_page() -> None:
    person, steward = make.member(), StewardFactory()
    need = make.need(person)
    row = make.resource(**make.both(title="Office", about="№"))
    wanting.shortlist(need, row, by=person)
    client = signed_in(steward)
    assert client.get(url("need", need.pk)).status_code == 404
    Stewardship.objects.create(
        steward=steward, scope="enterprise", enterprise=person.enterprise, starts_on=timezone.localdate()
    )
    story = text(client, reverse("home:story", args=[person.enterprise.pk]))
    assert url("need", need.pk) in story
    assert "150 to 250 m²" in story
    assert "1 on the short list" in story
    page = text(client, url("need", need.pk))
    assert "Office" in page
    assert "mark/" not in page
    assert f"/needs/{need.pk}/{row.pk}/" not in page
    assert client.post(url("mark", need.pk, row.pk, "unlist")).status_code == 404


def test_what_is_opened_for_a_need_is_noted_by_a_worker_and_not_by_the_page(settings: Any) -> None:
    person, row = make.member(), make.resource()
    need = make.need(person)
    page = text(signed_in(person), f"{url('resource', row.pk)}?need={need.pk}")
    assert "How it goes with what you need" in page
    assert not Mark.objects.exists()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_an_enterprises_pages_take_the_same_queries(count: int, django_assert_num_queries: Any) -> None:
    person = make.member()
    need = make.need(person)
    for n in range(count):
        row = make.resource(park=ParkFactory(slug=f"p-{n}"))
        make.need(person, area_from=n + 1)
        make.viewing(row, person, need=need)
        make.picture_of(row)
    client = signed_in(person)
    for address, queries in (
        (url("need", need.pk), 10),
        (url("needs"), 7),
        (f"{url('resource', row.pk)}?need={need.pk}", 9),
    ):
        with django_assert_num_queries(queries):
            assert client.get(address).status_code == 200


# --- interest -----------------------------------------------------------------------------------------------------


def test_from_interest_to_an_agreed_time() -> None:
    person, row = make.member(), make.resource(**make.both(title="Office", about="№"))
    keeper, need = make.keeper(row.provider), make.need(person)
    client, other = signed_in(person), signed_in(keeper)
    address = f"{url('interest', row.pk)}?need={need.pk}"
    assert person.enterprise.name in text(client, address)
    for _double_click in range(2):
        sent = {"slot_1": slot(2), "slot_2": slot(3), "words": "Is there a lift?", "need": need.pk}
        assert client.post(address, sent).headers["Location"] == url("viewing", Viewing.objects.get().pk)
    viewing, request = Viewing.objects.get(), HelpRequest.objects.get()
    assert request.number in text(client, url("viewing", viewing.pk))
    room = text(other, url("room"))
    assert url("viewing", viewing.pk) in room
    page = text(other, url("viewing", viewing.pk))
    assert person.enterprise.name in page
    for private in (person.name, person.email, request.number, "lift"):
        assert private not in page
        assert private not in room
    at = viewing.slots[0].isoformat()
    assert other.post(url("viewing-act", viewing.pk, "agree"), {"at": "x", "seen": "0"}).status_code == 422
    for _double_click in range(2):
        assert other.post(url("viewing-act", viewing.pk, "agree"), {"at": at, "seen": "0"}).status_code == 302
    viewing.refresh_from_db()
    assert (viewing.state, viewing.at) == ("agreed", viewing.slots[0])
    assert "Agreed" in text(client, url("needs"))
    assert "You have asked about this already" in text(client, url("resource", row.pk))
    client.post(url("viewing-act", viewing.pk, "propose"), {"propose-slot_1": slot(5), "seen": "1"})
    client.post(url("viewing-act", viewing.pk, "cancel"), {"note": "Moved", "seen": "2"})
    viewing.refresh_from_db()
    assert (viewing.state, viewing.note) == ("cancelled", "Moved")
    assert "No such verb" not in page
    assert client.post(url("viewing-act", viewing.pk, "burn")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({}, "This field is required"),
        ({"slot_1": "yesterday"}, "Enter a valid date/time"),
        ({"slot_1": "2020-01-01T10:00"}, "This time is over already"),
        ({"slot_1": slot(), "slot_2": slot(90)}, "within the next 60 days"),
        ({"slot_1": slot(), "words": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_interest_without_a_possible_time(sent: dict[str, str], words: str) -> None:
    response = signed_in(make.member()).post(url("interest", make.resource().pk), sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not HelpRequest.objects.exists()


def test_it_took_place() -> None:
    person, row = make.member(), make.resource()
    make.keeper(row.provider)
    viewing = make.viewing(row, person, state="agreed", at=timezone.now(), need=make.need(person))
    client = signed_in(person)
    assert "It took place" in text(client, url("viewing", viewing.pk))
    client.post(url("viewing-act", viewing.pk, "hold"))
    assert Mark.objects.get().visited_at
    assert "It took place" not in text(client, url("viewing", viewing.pk)).split("</h1>")[1].split("<dl")[1]


# --- the room -----------------------------------------------------------------------------------------------------


def entry_form(**more: Any) -> dict[str, Any]:
    known = {"title_zh_hans": "办公室", "title_en": "Office", "about_zh_hans": "明亮", "about_en": "Bright"}
    return {**known, "area_m2": "200", "rent": "4.50", "rent_unit": "day", **more}


def test_an_entry_from_writing_to_the_public(client: Client) -> None:
    park = ParkFactory(subdistrict=SubdistrictFactory())
    provider = make.provider(park=park)
    keeper, reviewer = signed_in(make.keeper(provider)), signed_in(make.official())
    address = f"{url('entry-new')}?provider={provider.pk}&kind=premises"
    assert keeper.get(address).context["form"].initial["park"] == park.pk
    keeper.post(address, entry_form(park=park.pk))
    row = Resource.objects.get()
    assert (row.subdistrict_id, row.state) == (park.subdistrict_id, "draft")
    assert url("entry", row.pk) in text(keeper, url("room"))
    keeper.post(url("entry-act", row.pk, "send"))
    assert "Office" in text(reviewer, url("room"))
    assert "To be reviewed" in text(reviewer, url("room"))
    page = text(keeper, url("entry", row.pk))
    assert "Only a reviewer or the service centre can publish this." in page
    assert url("entry-act", row.pk, "publish") not in page
    keeper.post(url("entry-act", row.pk, "publish"), {"seen": "1"})
    assert client.get(url("resource", row.pk)).status_code == 404
    assert (
        "Read it once more"
        in reviewer.post(url("entry-act", row.pk, "publish"), {"seen": "x"}, follow=True).content.decode()
    )
    reviewer.post(url("entry-act", row.pk, "publish"), {"seen": "1"})
    assert "Office" in text(client, url("resource", row.pk))
    sent = {**entry_form(park=park.pk, rent="9"), "seen": str(Resource.objects.get().lock_version)}
    keeper.post(url("entry-edit", row.pk), sent)
    page = text(reviewer, url("entry", row.pk))
    assert "The change that waits for review" in page
    assert "CNY 9.00 per m² and day" in page
    assert "CNY 4.50 per m² and day" in text(client, url("resource", row.pk))
    keeper.post(url("entry-act", row.pk, "withdraw"))
    assert client.get(url("resource", row.pk)).status_code == 404
    assert keeper.post(url("entry-act", row.pk, "explode")).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title_zh_hans": "", "title_en": ""}, "Give a title in at least one language"),
        ({"area_m2": "0"}, "greater than or equal to 1"),
        ({"area_min_m2": "300"}, "A part cannot be larger than the whole"),
        ({"rent": "-1"}, "greater than or equal to 0"),
        ({"rent": "123456789"}, "no more than"),
        ({"rent_unit": "year"}, "not one of the available choices"),
        ({"fitout": "gold"}, "not one of the available choices"),
        ({"available_on": "1999-01-01"}, "Check the year"),
        ({"park": "nowhere"}, "not one of the available choices"),
        ({"sections": ["?"]}, "not one of the available choices"),
        ({"about_en": "x" * 3001}, "at most 3000 characters"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_at_its_field(wrong: dict[str, Any], words: str) -> None:
    provider = make.provider()
    address = f"{url('entry-new')}?provider={provider.pk}&kind=premises"
    response = signed_in(make.keeper(provider)).post(address, entry_form(**wrong))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Resource.objects.exists()


@pytest.mark.parametrize("kind", ["incubator", "fund", "loan", "talent", "rnd"])
def test_each_kind_asks_what_it_needs(kind: str) -> None:
    provider = make.provider()
    client = signed_in(make.keeper(provider))
    address = f"{url('entry-new')}?provider={provider.pk}&kind={kind}"
    names = set(client.get(address).context["form"].fields)
    assert ("rent" in names) == (kind == "incubator")
    assert ("ticket_min" in names) == (kind in ("fund", "loan"))
    sent = entry_form(ticket_min="50", ticket_max="100", fee="1.5", stages=["seed"])
    assert client.post(address, sent).status_code == 302
    row = Resource.objects.get()
    assert (row.ticket_min == 500_000) == (kind in ("fund", "loan"))
    assert (row.fee == 15_000) == (kind in ("talent", "rnd"))
    if kind in ("fund", "loan"):
        wrong = client.post(address, {**sent, "ticket_max": "10"})
        assert "“Up to” is less than “from”." in wrong.content.decode()


def test_another_providers_entries_are_not_there() -> None:
    row = make.resource(**make.both(title="Theirs", about="№"))
    stored = make.picture_of(row)
    client = signed_in(make.keeper(make.provider()))
    assert "Theirs" not in text(client, url("room"))
    for name in ("entry", "entry-edit"):
        assert client.get(url(name, row.pk)).status_code == 404
    chosen = client.get(f"{url('entry-new')}?provider={row.provider_id}&kind=loan")
    assert "form" not in chosen.context
    for address in (
        url("entry-act", row.pk, "confirm"),
        url("picture", row.pk),
        url("picture-drop", row.pk, stored.key),
    ):
        assert client.post(address).status_code == 404
    client.post(f"{url('entry-new')}?provider={row.provider_id}&kind=loan", entry_form())
    assert Resource.objects.count() == 1
    assert ResourceFile.objects.count() == 1


def test_one_click_says_that_it_still_holds() -> None:
    row = make.resource(days=90, state="stale")
    client = signed_in(make.keeper(row.provider))
    assert "Hidden: not confirmed for too long" in text(client, url("room"))
    assert text(client, url("room") + "?state=draft").count("Still true") == 0
    client.post(url("entry-act", row.pk, "confirm"))
    assert Resource.objects.get().state == "published"


def test_pictures_by_the_form() -> None:
    row = make.resource(state="draft")
    client = signed_in(make.keeper(row.provider))
    words = {"kind": "plan", "about_zh_hans": "平面图", "about_en": "Plan"}
    assert client.post(url("picture", row.pk), {**words, "file": picture()}).status_code == 302
    stored = ResourceFile.objects.get()
    assert url("file", stored.key) in text(client, url("entry", row.pk))
    for wrong in (
        {**words},
        {**words, "kind": "song", "file": picture()},
        {**words, "about_en": "", "file": picture()},
    ):
        assert client.post(url("picture", row.pk), wrong).status_code == 422
    bad = client.post(url("picture", row.pk), {**words, "file": picture("a.pdf")})
    assert bad.status_code == 422
    assert "does not match its extension" in bad.content.decode()
    client.post(url("picture-drop", row.pk, stored.key))
    assert not ResourceFile.objects.exists()


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_room_takes_the_same_queries(count: int, django_assert_num_queries: Any) -> None:
    provider = make.provider()
    keeper, official = make.keeper(provider), make.official()
    for _n in range(count):
        row = make.resource(provider)
        make.viewing(row, make.member())
        make.resource(make.provider(), state="in_review")
    client, district = signed_in(keeper), signed_in(official)
    with django_assert_num_queries(6):
        client.get(url("room"))
    with django_assert_num_queries(5):
        district.get(url("room"))
    with django_assert_num_queries(3):
        district.get(url("providers"))


def test_providers_and_keepers_by_their_pages() -> None:
    client = signed_in(make.official(Role.EDITOR))
    sent = {"name_zh_hans": "虚构", "name_en": "Fictional", "kind": "park", "active": "on"}
    assert client.post(url("provider-new"), {**sent, "name_en": ""}).status_code == 422
    client.post(url("provider-new"), sent)
    row = Provider.objects.get()
    client.post(url("provider-edit", row.pk), {**sent, "phone": "021-0000"})
    assert "021-0000" in text(client, url("provider", row.pk))
    assert client.post(url("appoint", row.pk), {"name": "Kim", "email": "kim@"}).status_code == 422
    client.post(url("appoint", row.pk), {"name": "Kim", "email": "kim@example.org"})
    assert "kim@example.org" in text(client, url("provider", row.pk))
    client.post(url("dismiss", Keeper.objects.get().pk))
    assert "kim@example.org" not in text(client, url("provider", row.pk))
    assert "Fictional" in text(client, url("providers"))


def test_a_keeper_finds_the_room_in_the_navigation(rf: Any) -> None:
    keeper = make.keeper(make.provider())
    client = signed_in(keeper)
    client.get(reverse("home:landing"))
    for person, expected in ((keeper, [doors.KEEPER]), (UserFactory(), [])):
        request = rf.get("/")
        request.session = {}
        assert doors.remember(request, person) == expected


# --- elsewhere ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "found"), [("Brightly", True), ("明亮", True), ("Hidden", False)])
def test_the_one_search_finds_what_is_published(client: Client, words: str, found: bool) -> None:
    texts = {"title_en": "Brightly lit office", "title_zh_hans": "明亮办公室", "about_en": "№", "about_zh_hans": "№"}
    row = make.resource(**texts)
    make.resource(state="stale", **make.both(title="Hidden office", about="№"))
    assert (url("resource", row.pk) in text(client, f"/en/search/?q={words}")) == found


@pytest.mark.parametrize("role", ["", *Role.values])
def test_needs_are_read_by_their_own_and_those_who_look_after_them(role: str) -> None:
    need = make.need()
    reader = signed_in(UserFactory(roles=[role] if role else []))
    assert reader.get(url("need", need.pk)).status_code == (200 if role == Role.ADMIN else 404)
    assert reader.get(url("needs")).status_code == 404
    assert reader.get(f"{url('need-new')}?kind=fund").status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_the_room_is_for_keepers_and_the_district(role: str) -> None:
    expected = 200 if role in (Role.EDITOR, Role.REVIEWER, Role.ADMIN) else 404
    client = signed_in(make.official(role))
    for name in ("room", "entry-new", "providers"):
        assert client.get(url(name)).status_code == expected, name
    row = make.resource()
    assert client.get(url("entry", row.pk)).status_code == expected
    assert client.get(url("entry-edit", row.pk)).status_code == expected


def test_what_is_in_review_is_not_rewritten_but_taken_back() -> None:
    row = make.resource(state="in_review")
    client = signed_in(make.keeper(row.provider))
    assert client.get(url("entry-edit", row.pk)).headers["Location"] == url("entry", row.pk)
    long = "To be mended. " * 40
    response = client.post(url("entry-act", row.pk, "take-back"), {"remark": long})
    assert response.status_code == 422
    assert long.strip() in response.content.decode()
    row.refresh_from_db()
    assert row.state == "in_review"
    client.post(url("entry-act", row.pk, "take-back"), {"remark": ""})
    assert client.get(url("entry-edit", row.pk)).status_code == 200


def test_an_old_form_saves_nothing_and_says_so() -> None:
    row = make.resource(state="draft")
    client = signed_in(make.keeper(row.provider))
    for seen in ("7", "", "x", "-1"):
        response = client.post(url("entry-edit", row.pk), entry_form(seen=seen))
        assert response.status_code == 422
    assert Resource.objects.get().title_en == row.title_en  # type: ignore[attr-defined]


def test_nobody_reads_by_an_address_that_must_be_sent(client: Client) -> None:
    person, row = make.member(), make.resource()
    need, viewing = make.need(person), make.viewing(row, person)
    reader = signed_in(person)
    for address in (
        url("need-close", need.pk),
        url("mark", need.pk, row.pk, "shortlist"),
        url("viewing-act", viewing.pk, "cancel"),
        url("entry-act", row.pk, "confirm"),
        url("appoint", row.provider_id),
    ):
        assert reader.get(address).status_code in (404, 405)
        assert client.post(address).status_code == 302
    assert Need.objects.get().closed_at is None
    assert Viewing.objects.get().state == "asked"


def test_an_enterprise_with_two_companies_says_for_which(client: Client) -> None:
    person = make.member()
    from tests.factories.enterprises import MembershipFactory

    second = MembershipFactory(user=person).enterprise
    reader = signed_in(person)
    reader.post(f"{url('need-new')}?kind=fund&enterprise={second.pk}", {"amount": "10"})
    assert Need.objects.get().enterprise == second
    assert second.name in text(reader, url("needs"))
    other = make.member().enterprise
    assert reader.post(f"{url('need-new')}?kind=fund&enterprise={other.pk}", {"amount": "10"}).status_code == 404


def test_a_claim_that_is_not_verified_opens_nothing() -> None:
    person, row = make.member(), make.resource()
    person.memberships.update(state="claimed")
    reader = signed_in(person)
    for address in (url("needs"), url("need-new"), url("interest", row.pk)):
        assert reader.get(address).status_code == 404
