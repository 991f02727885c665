"""The service centre's pages: what they show, what their forms do, and that nobody else finds them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notices.models import Delivery, Endpoint
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory
from tests.factories.notices import MessageFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

pytestmark = pytest.mark.django_db

CENTRE = "/en/centre/"
PAGES = [
    "",
    "unassigned/",
    "stewards/",
    "stewards/places/",
    "reminders/",
    "reminders/rules/",
    "reminders/rules/overdue/",
    "calendar/",
    "people/",
    "people/new/",
]


@pytest.fixture
def centre(as_user, admin_user):
    return as_user(admin_user)


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_empty_in_both_languages(centre, path, language):
    response = centre.get(f"/{language}/centre/{path}")
    assert response.status_code == 200
    assert text(response).count("<h1") == 1


@pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["leader"], ["auditor"], ["reviewer"]])
def test_for_everybody_else_the_centre_does_not_exist(as_user, roles):
    other = UserFactory(roles=roles)
    client, enterprise = as_user(other), EnterpriseFactory()
    paths = [*PAGES, f"stewards/enterprise/{enterprise.pk}/", f"people/{other.pk}/"]
    for path in paths:
        assert client.get(CENTRE + path).status_code == 404, path
        assert client.post(CENTRE + path).status_code in (404, 405), path
    assert client.post(f"{CENTRE}people/{other.pk}/invite/").status_code == 404


def test_the_overview_says_what_waits(centre):
    today = local_day()
    department = DepartmentFactory(name_en="Finance Office")
    late = accepted(StewardFactory(department=department), due_on=today - timedelta(days=3))
    HelpRequestFactory(subject="Nobody has me")
    MembershipFactory(state="claimed")
    EnterpriseFactory(tier="district", name_en="Alone Ltd")
    MessageFactory(state="failed")
    endpoint = Endpoint.objects.create(name="Fictional", url="https://messenger.example/")
    for state in ("failed", "failed", "sent", "queued"):
        Delivery.objects.create(message=MessageFactory(state="sent"), endpoint=endpoint, state=state)
    past = timezone.now() - timedelta(hours=2)
    MessageFactory(created_at=past, next_attempt_at=past)
    response = centre.get(CENTRE)
    assert {name: str(figure) for name, figure in response.context["figures"].items()} == {
        "unassigned": "1",
        "overdue": "1",
        "claims": "1",
        "supervised": "0",
        "more_time": "0",
        "rectifications": "0",
        "unheard": "0",
        "failed": "1",
        "undelivered": "2",
        "late": "1",
    }
    page = text(response)
    assert "Nobody has me" in page
    assert "Finance Office" in page
    assert late.steward.name in page
    assert "waited for more than an hour" in page
    assert 'href="/en/centre/messages/channels/"' in response.content.decode()


def test_waiting_answered_and_withdrawn_requests_are_not_overdue(centre):
    past = local_day() - timedelta(days=3)
    steward = StewardFactory()
    for state in ("answered", "closed", "withdrawn"):
        HelpRequestFactory(state=state, steward=steward, due_on=past)
    HelpRequestFactory(state="waiting", steward=steward, due_on=past, waiting_since=timezone.now())
    response = centre.get(CENTRE)
    assert response.context["figures"]["overdue"].count == 0
    assert [load.open for _person, load in response.context["loads"]] == [1]


def test_numbers_stop_at_the_cap(centre, monkeypatch):
    monkeypatch.setattr("stewards.centre.overview.CAP", 2)
    HelpRequestFactory.create_batch(3)
    assert str(centre.get(CENTRE).context["figures"]["unassigned"]) == "2+"


@pytest.mark.parametrize(("path", "queries"), [("", 22), ("unassigned/", 6), ("stewards/", 4), ("people/", 3)])
def test_a_fixed_number_of_queries(centre, path, queries, django_assert_num_queries):
    def grow(n: int) -> None:
        for _n in range(n):
            HelpRequestFactory(due_on=local_day() - timedelta(days=1))
            accepted(due_on=local_day() - timedelta(days=1))
            StewardshipFactory(enterprise=EnterpriseFactory(tier="municipal", park=ParkFactory()))

    for more in (1, 2, 27):
        grow(more)
        centre.get(CENTRE + path)
        with django_assert_num_queries(queries):
            centre.get(CENTRE + path)


def test_assigning_several_at_once(centre):
    one, two, three = HelpRequestFactory.create_batch(3)
    steward = StewardFactory(name_en="Sue Steward")
    data = {"requests": [one.number, two.number], "steward": steward.pk}
    page = text(centre.post(f"{CENTRE}unassigned/", data, follow=True))
    assert "2 requests are assigned to Sue Steward." in page
    assert three.subject in page
    assert one.subject not in page
    assert set(HelpRequest.objects.filter(steward=steward, state="assigned")) == {one, two}


def test_most_urgent_first_and_drafts_never(centre):
    HelpRequestFactory(subject="later", due_on=local_day() + timedelta(days=9))
    HelpRequestFactory(subject="sooner", due_on=local_day() - timedelta(days=1))
    HelpRequestFactory(subject="a draft", state="draft", number=None)
    accepted(subject="has somebody")
    page = text(centre.get(f"{CENTRE}unassigned/"))
    assert page.index("sooner") < page.index("later")
    assert "a draft" not in page
    assert "has somebody" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"requests": []}, "Tick at least one request."),
        ({"steward": ""}, "This field is required."),
        ({"steward": "0"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_the_ticks_stay(centre, change, words):
    found = HelpRequestFactory()
    data = {"requests": [found.number], "steward": StewardFactory().pk, **change}
    response = centre.post(f"{CENTRE}unassigned/", data)
    assert words in text(response)
    assert (f'aria-label="Choose: {found.number}" checked' in text(response)) == bool(data["requests"])
    found.refresh_from_db()
    assert found.state == "submitted"


def test_what_somebody_took_in_the_meantime_is_left_alone(centre):
    found, free = HelpRequestFactory.create_batch(2)
    quick = StewardFactory()
    HelpRequest.objects.filter(pk=found.pk).update(state="accepted", steward=quick, lock_version=5)
    data = {"requests": [found.number, free.number], "steward": StewardFactory().pk, f"seen-{found.number}": "0"}
    page = text(centre.post(f"{CENTRE}unassigned/", data, follow=True))
    assert found.number in page
    assert "One request is assigned" in page
    found.refresh_from_db()
    assert found.steward == quick


@pytest.mark.parametrize("numbers", [["no such number"], ["'; DROP TABLE"], ["T-" + "9" * 500]])
def test_numbers_that_do_not_exist(centre, numbers):
    data = {"requests": numbers, "steward": StewardFactory().pk}
    page = text(centre.post(f"{CENTRE}unassigned/", data, follow=True))
    assert "None of these requests waits" in page
