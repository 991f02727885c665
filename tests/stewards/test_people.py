"""Staff: added by the service centre, invited through the outbox, never locked out by accident."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from accounts.models import User
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.centre.people import add_person, change_person, invite_again
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.stewards import StewardshipFactory, accepted

pytestmark = pytest.mark.django_db


def facts(**given):
    plain = {"name_zh": "新人", "name_en": "New Person", "title_zh": "", "title_en": "", "phone": "", "language": "en"}
    return {**plain, "department": None, "roles": ["auditor"], **given}


def test_a_new_person_is_sent_a_link_and_can_sign_in_with_the_password_set(admin_user, client, settings, fresh_cache):
    settings.SITE_URL = "http://testserver"
    person = add_person(by=admin_user, email="New@Example.org", **facts())
    mail = Message.objects.get()
    assert (mail.email, mail.kind, mail.state) == ("new@example.org", "staff_invitation", "queued")
    assert mail.is_private
    link = re.search(r"http://testserver(\S+)", mail.body).group(1)
    page = client.get(link, follow=True)
    form_url = page.redirect_chain[-1][0]
    client.post(form_url, {"password1": "a-long-enough-word-7", "password2": "a-long-enough-word-7"})
    person.refresh_from_db()
    assert person.check_password("a-long-enough-word-7")
    assert EmailAddress.objects.get(user=person).verified


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_invitation_is_in_the_persons_language(admin_user, language):
    add_person(by=admin_user, email="a@example.org", **facts(language=language))
    mail = Message.objects.get()
    assert mail.language == language
    assert f"/{language}/accounts/password/reset/key/" in mail.body


def test_an_address_is_used_once_whatever_its_case(admin_user):
    UserFactory(email="taken@example.org")
    with pytest.raises(Refused, match="account with this e-mail address"):
        add_person(by=admin_user, email="TAKEN@example.org", **facts())
    assert not Message.objects.exists()


def test_only_the_service_centre_adds_invites_and_changes():
    outsider, person = UserFactory(roles=["steward"]), UserFactory(roles=["auditor"])
    with pytest.raises(Refused):
        add_person(by=outsider, email="x@example.org", **facts())
    with pytest.raises(Refused):
        change_person(person, by=outsider, is_active=True, **facts(roles=["admin"]))
    with pytest.raises(Refused):
        invite_again(person, by=outsider)
    assert User.objects.count() == 2


def test_changing_roles_and_department(admin_user):
    person, department = UserFactory(roles=["auditor"]), DepartmentFactory()
    change_person(person, by=admin_user, is_active=True, **facts(roles=["steward"], department=department))
    person.refresh_from_db()
    assert (person.roles, person.department, person.name_en) == (["steward"], department, "New Person")


@pytest.mark.parametrize("change", [{"roles": ["auditor"]}, {"is_active": False}])
def test_nobody_takes_the_centre_away_from_themselves(admin_user, change):
    given = {"is_active": True, **facts(roles=["admin"]), **change}
    with pytest.raises(Refused, match="ask another admin"):
        change_person(admin_user, by=admin_user, **given)


@pytest.mark.parametrize("change", [{"roles": ["auditor"]}, {"is_active": False}])
def test_nobody_leaves_while_somebody_counts_on_them(admin_user, change):
    given = {"is_active": True, **facts(roles=["steward"]), **change}
    entrusted = StewardshipFactory().steward
    with pytest.raises(Refused, match="holds one stewardship"):
        change_person(entrusted, by=admin_user, **given)
    to_come = StewardshipFactory(starts_on=local_day() + timedelta(days=9)).steward
    with pytest.raises(Refused, match="holds one stewardship"):
        change_person(to_come, by=admin_user, **given)
    responsible = accepted().steward
    with pytest.raises(Refused, match="responsible for one open request"):
        change_person(responsible, by=admin_user, **given)
    free = StewardFactory()
    change_person(free, by=admin_user, **given)
    free.refresh_from_db()
    assert (free.roles, free.is_active) == (given["roles"], given["is_active"])


def test_a_new_link_only_for_who_has_no_password_yet(admin_user):
    person = add_person(by=admin_user, email="a@example.org", **facts())
    invite_again(person, by=admin_user)
    assert Message.objects.count() == 2
    person.set_password("something-set")
    with pytest.raises(Refused, match="set a password already"):
        invite_again(person, by=admin_user)


def test_make_admin_makes_a_new_or_a_known_person_an_admin(capsys):
    known = UserFactory(email="known@example.org", roles=["steward"])
    call_command("make_admin", "KNOWN@example.org")
    call_command("make_admin", "known@example.org")
    call_command("make_admin", "fresh@example.org")
    known.refresh_from_db()
    fresh = User.objects.get(email="fresh@example.org")
    assert known.roles == ["steward", "admin"]
    assert fresh.roles == ["admin"]
    assert EmailAddress.objects.get(user=fresh).verified
    assert capsys.readouterr().out.count("The person is new") == 1


@pytest.mark.parametrize("address", ["", "nonsense", "a@b", "a b@example.org"])
def test_make_admin_refuses_what_is_no_address(address):
    with pytest.raises(CommandError, match="is no e-mail address"):
        call_command("make_admin", address)
    assert not User.objects.exists()


def test_make_admin_leaves_a_switched_off_account_off():
    UserFactory(email="gone@example.org", is_active=False)
    with pytest.raises(CommandError, match="switched off"):
        call_command("make_admin", "gone@example.org")
