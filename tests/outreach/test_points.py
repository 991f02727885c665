"""Points, materials and their editions: what is superseded leads on, what is old is to be replaced."""

from datetime import datetime, time
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notices.models import Message
from outreach.models import Feedback, OpeningHours, Place, PublicityPoint, Stock
from outreach.points import loading, queries, workflow
from portal.core.access import Refused
from stewards.models import HelpRequest
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import pdf
from tests.factories.policies import PolicyFactory
from tests.signing import signed_in

pytestmark = pytest.mark.django_db


def file(name: str = "guide.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf("Guide") if content is None else content)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()  # it counts how often an address writes


def point(**fields: Any) -> PublicityPoint:
    return PublicityPoint.objects.create(place=make.place(), **fields)


def edition(material: Any, by: Any) -> Any:
    return workflow.add_edition(material, by=by, file_zh=file(), file_en=file())


def test_the_real_places_are_loaded_once_and_nothing_is_invented() -> None:
    assert loading.load() == 24
    assert loading.load() == 0
    assert PublicityPoint.objects.count() == 2  # as the source says of two
    street = Place.objects.get(slug="anqiu-community")
    assert (street.address, street.hours.count(), street.languages) == ("", 0, [])
    assert Place.objects.exclude(source_url="").count() + Place.objects.filter(source_url="").count() == 24


def test_an_old_code_says_so_and_leads_to_the_newest_edition(client: Client) -> None:
    row = make.material(editions=2)
    old, new = row.editions.get(number=1), row.editions.get(number=2)
    page = client.get(f"/en/materials/edition/{old.code}/").content.decode()
    assert "Superseded" in page
    assert reverse("points:material", args=[row.slug]).split("/", 2)[2] in page
    assert client.get(f"/en/materials/edition/{new.code}/").headers["Location"] == f"/en/materials/{row.slug}/"
    printed = client.get(f"/m/{old.code}/", headers={"accept-language": "en"})
    assert printed.headers["Location"] == f"/en/materials/edition/{old.code}/"
    workflow.withdraw(row, by=make.organiser())
    assert "Withdrawn" in client.get(f"/en/materials/edition/{new.code}/").content.decode()


@pytest.mark.parametrize("code", ["ZZZZZZZZ", "x" * 3000, "<script>", "..%2f..%2f"])
def test_a_forged_code_leads_nowhere(client: Client, code: str) -> None:
    for path in (f"/m/{code}/", f"/m/{code}.svg", f"/en/materials/edition/{code}/"):
        assert client.get(path).status_code == 404


def test_a_new_edition_tells_each_keeper_of_old_copies_once() -> None:
    by, keeper = make.organiser(), UserFactory(language="en")
    row, here, empty = make.material(editions=0), point(keeper=keeper), point(keeper=UserFactory())
    first = edition(row, by)
    workflow.count_stock(here, first, copies=10, by=by)
    workflow.count_stock(empty, first, copies=0, by=by)
    second = edition(row, by)
    told = Message.objects.filter(kind="event.material")
    assert [message.recipient for message in told] == [keeper]
    assert [each.edition for each in queries.to_replace()] == [first]
    workflow.count_stock(here, first, copies=0, by=by)
    workflow.count_stock(here, second, copies=5, by=by)
    assert not queries.to_replace().exists()


def test_an_amended_policy_and_a_withdrawn_material_are_to_be_replaced_too() -> None:
    by, policy = make.organiser(), PolicyFactory(version=1)
    row, here = make.material(editions=0, policy=policy), point()
    workflow.count_stock(here, edition(row, by), copies=1, by=by)
    assert not queries.to_replace().exists()
    policy.version = 2
    policy.save(update_fields=["version"])
    with translation.override("en"):
        assert [queries.why_replaced(each)[:10] for each in queries.to_replace()] == ["The policy"]
        workflow.withdraw(row, by=by)
        assert [queries.why_replaced(each) for each in queries.to_replace()] == ["This material was withdrawn."]


@pytest.mark.parametrize(
    ("moment", "known", "is_open"),
    [
        ("2026-11-20 10:00", True, True),  # a Friday
        ("2026-11-20 17:00", True, False),
        ("2026-11-21 10:00", True, False),  # a Saturday
        ("2026-10-01 10:00", True, False),  # a holiday
        ("2026-02-14 10:00", True, True),  # a Saturday that is a make-up workday
    ],
)
def test_it_is_open_by_the_working_day_calendar(moment: str, known: bool, is_open: bool) -> None:
    place = make.place()
    for day in range(5):
        OpeningHours.objects.create(place=place, weekday=day, opens=time(9), closes=time(17))
    at = timezone.make_aware(datetime.strptime(moment, "%Y-%m-%d %H:%M"))
    found = queries.today(place, at)
    assert (found.known, found.open) == (known, is_open)
    assert not queries.today(make.place(), at).known


@pytest.mark.parametrize(
    ("zh", "en"),
    [(None, file()), (file(), None), (file("guide.pdf", b"MZ\x90\x00" * 50), file()), (file("a.exe", b"MZ"), file())],
    ids=["no-chinese", "no-english", "exe-called-pdf", "exe"],
)
def test_an_edition_is_whole_or_not_at_all(zh: Any, en: Any) -> None:
    row, by = make.material(editions=0), make.organiser()
    client = signed_in(by)
    sent = {name: each for name, each in (("file_zh", zh), ("file_en", en)) if each}
    for each in sent.values():
        each.seek(0)
    assert client.post(f"/en/outreach/materials/{row.slug}/", sent).status_code == 422
    assert not row.editions.exists()


def test_feedback_on_a_place_is_kept_without_a_name_and_becomes_a_request_once(client: Client) -> None:
    here = point()
    url = f"/en/points/{here.place.slug}/"
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"text": "x" * 3_000}).status_code == 422
    assert client.post(url, {"rating": "2", "text": "<script>№ 1</script>"}).status_code == 302
    said = Feedback.objects.get()
    admin = UserFactory(roles=["admin"])
    page = signed_in(admin).get("/en/outreach/points/").content.decode()
    assert "<script>№" not in page
    first, again = (workflow.make_request(said, by=admin) for _n in range(2))
    assert first.pk == again.pk
    assert HelpRequest.objects.get().due_on is not None
    with pytest.raises(Refused):
        workflow.make_request(Feedback.objects.create(place=here.place, rating=1), by=admin)


def test_the_last_count_holds_and_odd_numbers_are_refused() -> None:
    by, here, row = make.organiser(), point(), make.material()
    held = row.editions.get()
    for copies in (5, 7):
        workflow.count_stock(here, held, copies=copies, by=by)
    assert Stock.objects.get().copies == 7
    assert (
        signed_in(by)
        .post(f"/en/outreach/points/{here.place.slug}/stock/", {"edition": held.pk, "copies": -1})
        .status_code
        == 422
    )


def test_a_place_is_written_with_hours_in_both_languages() -> None:
    client, data = signed_in(make.organiser()), {"name_zh_hans": "甲", "name_en": "A", "kind": "office", "point": "on"}
    assert client.post("/en/outreach/places/new/", data | {"name_en": ""}).status_code == 422
    wrong = client.post("/en/outreach/places/new/", data | {"opens_0": "10:00", "closes_0": "09:00"})
    assert (wrong.status_code, 'value="甲"' in wrong.content.decode()) == (422, True)
    assert client.post("/en/outreach/places/new/", data | {"opens_0": "09:00", "closes_0": "17:00"}).status_code == 302
    made = Place.objects.get()
    assert (made.slug, made.hours.count(), made.point.closed_on) == ("a", 1, None)
    assert (
        client.post(
            f"/en/outreach/places/{made.slug}/edit/", {k: v for k, v in data.items() if k != "point"} | {"active": "on"}
        ).status_code
        == 302
    )
    assert PublicityPoint.objects.get().closed_on is not None


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_lists_ask_the_same_number_of_questions(client: Client, rows: int, django_assert_num_queries: Any) -> None:
    for _n in range(rows):
        point()
    with django_assert_num_queries(3):
        assert client.get("/en/points/").status_code == 200
