"""The pages for the district staff."""

import pytest

from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory

pytestmark = pytest.mark.django_db

CENTRE = "/en/centre/"


@pytest.fixture
def centre(as_user, admin_user):
    return as_user(admin_user)


def text(response) -> str:
    return response.content.decode()


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
