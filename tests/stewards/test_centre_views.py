"""The service centre's pages: what they show, what their forms do, and that nobody else finds them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.core.calendar import local_day
from stewards.models import HelpRequest, Reminder, ReminderRule, Stewardship
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
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


# --- overview ---------------------------------------------------------------------------------------------------------


def test_the_overview_says_what_waits(centre):
    today = local_day()
    department = DepartmentFactory(name_en="Finance Office")
    late = accepted(StewardFactory(department=department), due_on=today - timedelta(days=3))
    HelpRequestFactory(subject="Nobody has me")
    MembershipFactory(state="claimed")
    EnterpriseFactory(tier="district", name_en="Alone Ltd")
    MessageFactory(state="failed")
    MessageFactory(created_at=timezone.now() - timedelta(hours=2))
    response = centre.get(CENTRE)
    assert {name: str(figure) for name, figure in response.context["figures"].items()} == {
        "unassigned": "1",
        "overdue": "1",
        "claims": "1",
        "without_steward": "1",
        "failed": "1",
        "late": "1",
    }
    page = text(response)
    assert "Nobody has me" in page
    assert "Finance Office" in page
    assert late.steward.name in page
    assert "waited for more than an hour" in page


def test_waiting_answered_and_withdrawn_requests_are_not_overdue(centre):
    past = local_day() - timedelta(days=3)
    steward = StewardFactory()
    for state in ("answered", "closed", "withdrawn"):
        HelpRequestFactory(state=state, steward=steward, due_on=past)
    HelpRequestFactory(state="waiting", steward=steward, due_on=past, waiting_since=timezone.now())
    response = centre.get(CENTRE)
    assert response.context["figures"]["overdue"].count == 0
    assert response.context["loads"][0].open == 1


def test_numbers_stop_at_the_cap(centre, monkeypatch):
    monkeypatch.setattr("stewards.centre.CAP", 2)
    HelpRequestFactory.create_batch(3)
    assert str(centre.get(CENTRE).context["figures"]["unassigned"]) == "2+"


@pytest.mark.parametrize(("path", "queries"), [("", 15), ("unassigned/", 5), ("stewards/", 4), ("people/", 3)])
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


# --- unassigned -------------------------------------------------------------------------------------------------------


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


# --- stewards ---------------------------------------------------------------------------------------------------------


def test_key_enterprises_and_who_looks_after_them(centre):
    own = StewardshipFactory(enterprise=EnterpriseFactory(tier="municipal", name_en="Own Ltd"))
    park = ParkFactory(name_en="Harbour Park")
    covered = StewardshipFactory(scope="park", enterprise=None, park=park)
    EnterpriseFactory(tier="district", name_en="Parked Ltd", park=park)
    EnterpriseFactory(tier="district", name_en="Alone Ltd")
    EnterpriseFactory(name_en="Ordinary Ltd")
    page = text(centre.get(f"{CENTRE}stewards/"))
    for words in (own.steward.name, covered.steward.name, "Harbour Park", "no steward"):
        assert words in page
    assert "Ordinary Ltd" not in page
    missing = text(centre.get(f"{CENTRE}stewards/", {"show": "missing"}))
    assert "Alone Ltd" in missing
    assert "Parked Ltd" not in missing
    assert "Ordinary Ltd" in text(centre.get(f"{CENTRE}stewards/", {"show": "all"}))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "harb"}, ["Harbour Ltd"]),
        ({"q": "海港"}, ["Harbour Ltd"]),
        ({"q": "91350100M"}, ["Harbour Ltd"]),
        ({"q": "nothing"}, []),
        ({"show": "nonsense"}, ["Harbour Ltd", "Other Ltd"]),
        ({"q": "x" * 101}, ["Harbour Ltd", "Other Ltd"]),
    ],
)
def test_enterprises_are_found_by_name_and_code(centre, query, found):
    EnterpriseFactory(tier="district", name_en="Harbour Ltd", name_zh_hans="海港公司", credit_code="91350100M000100Y43")
    EnterpriseFactory(tier="district", name_en="Other Ltd", name_zh_hans="其他公司")
    rows = centre.get(f"{CENTRE}stewards/", query).context["page"].rows
    assert [row.name_en for row in rows] == found


def test_an_ended_stewardship_leaves_nobody(centre):
    ended = StewardshipFactory(enterprise=EnterpriseFactory(tier="district"), ends_on=local_day() - timedelta(days=1))
    rows = centre.get(f"{CENTRE}stewards/", {"show": "missing"}).context["page"].rows
    assert rows == [ended.enterprise]


def test_naming_a_steward(centre):
    enterprise, steward = EnterpriseFactory(tier="district"), StewardFactory(name_en="Sue Steward")
    url = f"{CENTRE}stewards/enterprise/{enterprise.pk}/"
    data = {"steward": steward.pk, "starts_on": local_day().isoformat()}
    assert "Sue Steward is the steward of" in text(centre.post(url, data, follow=True))
    assert Stewardship.objects.get().steward == steward
    assert "is the steward already" in text(centre.post(url, data))
    assert "Sue Steward" in text(centre.get(url))


@pytest.mark.parametrize("day", ["", "31.12.2026", "2026-02-30", "0000-00-00"])
def test_a_day_that_is_none(centre, day):
    enterprise = EnterpriseFactory()
    response = centre.post(
        f"{CENTRE}stewards/enterprise/{enterprise.pk}/", {"steward": StewardFactory().pk, "starts_on": day}
    )
    assert response.status_code == 200
    assert "error-summary" in text(response)
    assert not Stewardship.objects.exists()


def test_naming_the_steward_of_a_park(centre):
    park = ParkFactory(name_en="Harbour Park")
    data = {"steward": StewardFactory().pk, "starts_on": local_day().isoformat()}
    response = centre.post(f"{CENTRE}stewards/park/{park.pk}/", data)
    assert response["Location"] == f"{CENTRE}stewards/places/"
    assert "Harbour Park" in text(centre.get(f"{CENTRE}stewards/places/"))
    assert Stewardship.objects.get().park == park


@pytest.mark.parametrize(
    "path", ["enterprise/0/", "enterprise/abc/", f"enterprise/{'9' * 30}/", "park/none/", "moon/1/", "subdistrict/1/"]
)
def test_places_that_do_not_exist(centre, path):
    assert centre.get(f"{CENTRE}stewards/{path}").status_code == 404


# --- reminders --------------------------------------------------------------------------------------------------------


def remind(code="overdue", **fields) -> Reminder:
    request = fields.pop("request", None) or accepted()
    rule = ReminderRule.objects.get(code=code)
    recipient = fields.pop("recipient", None) or request.steward
    message = MessageFactory(recipient=recipient)
    return Reminder.objects.create(
        request=request, rule=rule, cycle="1", recipient=recipient, message=message, **fields
    )


def test_the_ledger_answers_why(centre):
    entry = remind()
    page = text(centre.get(f"{CENTRE}reminders/"))
    assert entry.request.number in page
    assert entry.recipient.name in page
    assert "its last day has passed without an answer" in page
    assert f"/en/centre/messages/{entry.message_id}/" in page


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"rule": "unrated"}, ["unrated"]),
        ({"rule": "no such rule"}, ["overdue", "unrated"]),
        ({"number": "t-000777"}, ["overdue"]),
        ({"number": "T-1"}, []),
        ({"recipient": "wang"}, ["overdue"]),
        ({"recipient": "wang", "rule": "unrated"}, []),
        ({"cursor": "broken"}, ["overdue", "unrated"]),
    ],
)
def test_the_ledger_is_filtered_by_the_address(centre, query, codes):
    remind("unrated")
    remind(request=accepted(number="T-000777"), recipient=HandlerFactory(name_en="Wang Wei"))
    rows = centre.get(f"{CENTRE}reminders/", query).context["page"].rows
    assert [row.rule.code for row in rows] == codes


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_ledger_takes_a_fixed_number_of_queries(centre, rows, django_assert_num_queries):
    for _n in range(rows):
        remind()
    centre.get(f"{CENTRE}reminders/")
    with django_assert_num_queries(3):
        centre.get(f"{CENTRE}reminders/")


@pytest.mark.parametrize(("code", "days", "stored"), [("overdue", 2, 2), ("due-tomorrow", 2, -2), ("lasting", 30, 30)])
def test_a_rules_days_are_the_districts_to_change(centre, code, days, stored):
    response = centre.post(f"{CENTRE}reminders/rules/{code}/", {"days": days, "active": "on"}, follow=True)
    rule = ReminderRule.objects.get(code=code)
    assert (rule.days, rule.active) == (stored, True)
    assert "The rule is changed" in text(response)
    assert f"{days} " in text(response)


def test_a_rule_is_tried_before_it_is_changed(centre):
    steward = StewardFactory()
    for days in (40, 41):
        accepted(steward, due_on=local_day() - timedelta(days=days))
    url = f"{CENTRE}reminders/rules/overdue/"
    assert "would send 2 reminders" in text(centre.post(url, {"days": 3, "active": "on", "try": "yes"}))
    assert "would send 0 reminders" in text(centre.post(url, {"days": 90, "active": "on", "try": "yes"}))
    assert "error-summary" in text(centre.post(url, {"days": "x", "try": "yes"}))
    assert ReminderRule.objects.get(code="overdue").days == 1
    assert not Reminder.objects.exists()


def test_a_rule_is_taken_out_of_use(centre):
    page = text(centre.post(f"{CENTRE}reminders/rules/lasting/", {"days": 10}, follow=True))
    assert not ReminderRule.objects.get(code="lasting").active
    assert "not in use" in page


@pytest.mark.parametrize("days", ["", "0", "-1", "91", "1.5", "many"])
def test_days_that_make_no_sense(centre, days):
    response = centre.post(f"{CENTRE}reminders/rules/overdue/", {"days": days, "active": "on"})
    assert "error-summary" in text(response)
    assert ReminderRule.objects.get(code="overdue").days == 1


def test_a_rule_that_does_not_exist(centre):
    assert centre.get(f"{CENTRE}reminders/rules/no-such-rule/").status_code == 404


def test_the_rules_are_told_in_words(centre):
    page = text(centre.get(f"{CENTRE}reminders/rules/"))
    for words in ("1 working day before the due date", "7 working days after the due date", "10 days after closing"):
        assert words in page


# --- staff ------------------------------------------------------------------------------------------------------------


def test_staff_with_their_roles_and_no_enterprise_people(centre):
    StewardFactory(name_en="Sue Steward")
    UserFactory(name_en="Olly Owner")
    UserFactory(roles=["auditor"], name_en="Gone Girl", is_active=False)
    page = text(centre.get(f"{CENTRE}people/"))
    assert "Sue Steward" in page
    assert "Service steward" in page
    assert "switched off" in page
    assert "Olly Owner" not in page


def person_data(**change) -> dict:
    return {"name_en": "New Person", "language": "en", "roles": ["auditor"], **change}


def test_adding_a_person(centre):
    page = text(centre.post(f"{CENTRE}people/new/", person_data(email="New@example.org"), follow=True))
    assert "New Person is added and has been sent a link." in page
    assert "new@example.org" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "nonsense"}, "Enter a valid email address"),
        ({"email": ""}, "This field is required."),
        ({"email": "TAKEN@example.org"}, "already exists"),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["emperor"]}, "Select a valid choice"),
        ({"name_en": ""}, "Give a name in Chinese or in Latin letters."),
        ({"roles": ["handler"]}, "belongs to a department"),
    ],
)
def test_a_person_who_cannot_be_added(centre, change, words):
    UserFactory(email="taken@example.org")
    data = person_data(email="x@example.org") | change
    assert words in text(centre.post(f"{CENTRE}people/new/", data))


def test_changing_a_person(centre):
    person, department = UserFactory(roles=["auditor"]), DepartmentFactory()
    data = person_data(roles=["steward"], department=department.pk, is_active="on", name_en="Renamed")
    assert "The changes are saved." in text(centre.post(f"{CENTRE}people/{person.pk}/", data, follow=True))
    person.refresh_from_db()
    assert (person.roles, person.name_en, person.is_active) == (["steward"], "Renamed", True)


def test_what_may_not_be_changed_is_said(centre, admin_user):
    page = text(centre.post(f"{CENTRE}people/{admin_user.pk}/", person_data(is_active="on")))
    assert "ask another admin" in page
    admin_user.refresh_from_db()
    assert admin_user.roles == ["admin"]


def test_enterprise_people_are_not_staff(centre):
    assert centre.get(f"{CENTRE}people/{UserFactory().pk}/").status_code == 404


def test_a_new_link(centre):
    person = UserFactory(roles=["auditor"], password="!")
    person.set_unusable_password()
    person.save()
    assert "Send a new link" in text(centre.get(f"{CENTRE}people/{person.pk}/"))
    url = f"{CENTRE}people/{person.pk}/invite/"
    assert centre.get(url).status_code == 405
    assert "has been sent a new link" in text(centre.post(url, follow=True))
    person.set_password("a-long-enough-word")
    person.save()
    assert "has set a password already" in text(centre.post(url, follow=True))
