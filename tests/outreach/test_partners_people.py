"""Partners as they are written, and the people who speak for them: invited, let in, ended, written to."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from notices.models import Message
from outreach.enums import MemorandumState
from outreach.models import Partner, PartnerContact
from outreach.partners import queries, workflow
from outreach.rules import may_speak_for
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import png
from tests.factories.outreach_rooms.partners import memorandum

pytestmark = pytest.mark.django_db
S = MemorandumState
FORM = {"name_zh_hans": "虚构商会", "name_en": "Fictional Chamber", "kind": "chamber", "public": "on", "active": "on"}
NOON = "2026-06-15T12:00+08:00"


def url(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


def day(days: int = 0) -> date:
    return local_day() + timedelta(days=days)


def text(client: Client, name: str, *args: Any) -> str:
    answer = client.get(url(name, *args))
    assert answer.status_code == 200
    return answer.content.decode()


def verified(user: Any) -> Any:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def invite(partner: Partner, email: str, **fields: Any) -> PartnerContact:
    return workflow.invite(partner, by=make.organiser(), email=email, name="Tan", **fields)


@pytest.mark.parametrize("facts", [{"name_en": ""}, {"name_zh_hans": ""}, {}])
def test_a_partner_needs_both_names(facts: dict[str, str]) -> None:
    with pytest.raises(Refused, match="both languages"):
        workflow.write(None, by=make.organiser(), facts={**FORM, **facts} if facts else {})
    assert not Partner.objects.exists()


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["A B", "A b!", "a-b"], ["a-b", "a-b-2", "a-b-3"]),
        (["商会", "公司"], ["partner", "partner-2"]),
        (["x" * 100], ["x" * 70]),
    ],
)
def test_each_partner_has_its_own_address(names: list[str], slugs: list[str]) -> None:
    facts = {"name_zh_hans": "甲", "kind": "chamber"}
    rows = [workflow.write(None, by=make.organiser(), facts={**facts, "name_en": name}) for name in names]
    assert [row.slug for row in rows] == slugs


def test_another_name_leaves_the_address_and_what_is_not_on_the_form(as_user: Any) -> None:
    partner = make.partner(source_url="https://example.org/", phone="021", **make.both(about="§"))
    data = {**FORM, "name_en": "Renamed"}
    assert as_user(make.organiser()).post(url("edit", partner.pk), data).status_code == 302
    row = Partner.objects.get()
    assert (row.slug, row.name, row.source_url) == (partner.slug, "Renamed", "https://example.org/")
    assert (row.phone, row.about) == ("", "")  # emptied on the form


def test_a_form_filled_in_badly_keeps_what_was_typed_and_changes_nothing(as_user: Any) -> None:
    partner = make.partner()
    client, data = as_user(make.organiser()), {**FORM, "name_en": "", "about_en": "§ typed", "website": "no site"}
    for name, args in (("new", []), ("edit", [partner.pk])):
        answer = client.post(url(name, *args), data)
        assert (answer.status_code, "§ typed" in answer.content.decode()) == (422, True)
    assert Partner.objects.get().name == partner.name


def test_without_a_new_logo_the_old_one_stays(as_user: Any) -> None:
    client = as_user(make.organiser())
    client.post(url("new"), {**FORM, "logo_file": SimpleUploadedFile("1.png", png())})
    first = Partner.objects.get()
    client.post(url("edit", first.pk), FORM)
    assert Partner.objects.get().logo_id == first.logo_id is not None
    client.post(url("edit", first.pk), {**FORM, "logo_file": SimpleUploadedFile("2.png", png())})
    assert Partner.objects.get().logo_id not in (None, first.logo_id)


@pytest.mark.parametrize(("until", "speaks"), [(-1, False), (0, True), (1, True), (None, True)])
def test_a_contact_speaks_up_to_the_last_day(as_user: Any, until: int | None, speaks: bool) -> None:
    partner = make.partner()
    contact = make.contact(partner, until=None if until is None else day(until))
    assert bool(may_speak_for(contact.user, partner)) is speaks
    assert queries.is_contact(contact.user) is speaks
    assert as_user(contact.user).get(url("own")).status_code == (200 if speaks else 404)
    page = text(as_user(make.organiser()), "partner", partner.pk)
    assert ("Former contact" in page, url("end-contact", contact.pk) in page) == (not speaks, speaks)


@pytest.mark.parametrize(("until", "kept"), [(-9, -9), (-1, -1), (0, -1), (5, -1), (None, -1)])
def test_who_ended_earlier_ended_then(until: int | None, kept: int) -> None:
    contact = make.contact(make.partner(), until=None if until is None else day(until))
    workflow.end_contact(contact, by=make.organiser())
    contact.refresh_from_db()
    assert contact.until == day(kept)


def test_an_address_is_the_same_in_any_writing() -> None:
    partner = make.partner()
    assert invite(partner, "Tan.Xin@Example.ORG").email == "tan.xin@example.org"
    with pytest.raises(Refused, match="already"):
        invite(partner, "TAN.XIN@example.org")
    assert invite(make.partner(), "tan.xin@example.org").pk  # of another partner too


def test_an_invitation_is_written_in_chinese_to_whoever_is_not_known_yet() -> None:
    partner = make.partner(**make.both(name="§ Chamber"))
    contact = invite(partner, "new@example.org")
    letter = Message.objects.get()
    assert (letter.language, letter.kind, letter.recipient) == ("zh-hans", "partner.contact", None)
    assert "§ Chamber（中）" in letter.subject
    assert contact.email in letter.body
    assert letter.url.endswith("/partner/")


@pytest.mark.parametrize(("language", "name"), [("en", "§ Chamber"), ("zh-hans", "§ Chamber（中）")])
def test_an_invitation_speaks_the_language_of_its_account(language: str, name: str) -> None:
    user = verified(UserFactory(language=language))
    assert invite(make.partner(**make.both(name="§ Chamber")), user.email).user == user
    letter = Message.objects.get()
    assert (letter.language, letter.recipient) == (language, user)
    assert name in letter.subject
    assert (user.email in letter.body) is False  # nothing has to be opened any more


def test_asked_again_within_the_hour_no_second_letter_is_written() -> None:
    partner, by = make.partner(), make.organiser()
    with time_machine.travel(NOON, tick=False) as clock:
        for minutes, letters_so_far in ((0, 1), (59, 1), (1, 2)):
            clock.shift(timedelta(minutes=minutes))
            contact = workflow.invite(partner, by=by, email="tan@example.org", name="Tan")
            assert Message.objects.count() == letters_so_far
            workflow.end_contact(contact, by=by)
    assert PartnerContact.objects.count() == 1


def test_of_a_partner_whose_cooperation_has_ended_nobody_is_invited(as_user: Any) -> None:
    partner = make.partner(active=False)
    client = as_user(make.organiser())
    assert url("invite", partner.pk) not in text(client, "partner", partner.pk)
    answer = client.post(url("invite", partner.pk), {"name": "Tan", "email": "tan@example.org"})
    assert answer.status_code == 422
    assert "The cooperation with" in answer.content.decode()
    assert not PartnerContact.objects.exists()
    assert not Message.objects.exists()


def test_an_invited_person_who_left_is_not_let_in_by_showing_the_address() -> None:
    contact = invite(make.partner(), "tan@example.org")
    workflow.end_contact(contact, by=make.organiser())
    user = verified(UserFactory(email="tan@example.org"))
    assert (workflow.link_known(), workflow.join(user), queries.waiting_contacts(user).count()) == (0, 0, 0)


def test_an_account_that_is_closed_is_not_let_in() -> None:
    user = verified(UserFactory(email="tan@example.org", is_active=False))
    contact = invite(make.partner(), user.email)
    assert contact.user is None
    assert workflow.link_known() == 0


def test_who_has_two_invitations_accepts_both_and_sees_both_rooms(as_user: Any) -> None:
    one, two = (make.partner(**make.both(name=name)) for name in ("§ One", "§ Two"))
    for partner in (one, two):
        invite(partner, "tan@example.org")
    client = as_user(verified(UserFactory(email="tan@example.org")))
    page = text(client, "own")
    for word in ("§ One · § Two", "You were invited to speak for:"):
        assert word in page
    assert "Open joint tasks" not in page  # nothing is shown before it is accepted
    page = client.post(url("join"), follow=True).content.decode()
    assert "Welcome" in page
    assert page.count('<section class="panel stack"') == 2


def test_an_address_that_is_not_shown_to_be_theirs_opens_nothing(as_user: Any) -> None:
    invite(make.partner(), "tan@example.org")
    user = UserFactory(email="tan@example.org")
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)
    client = as_user(user)
    assert client.get(url("own")).status_code == 404
    assert client.post(url("join")).status_code == 404
    assert PartnerContact.objects.get().user is None


def test_what_is_recorded_of_a_contact_holds_neither_telephone_nor_address() -> None:
    contact = invite(make.partner(), "tan@example.org", phone="021-0000")
    workflow.end_contact(contact, by=make.organiser())
    events: Any = PartnerContact._meta.get_field("audit_rows").related_model
    trail = events.objects.filter(pgh_obj_id=contact.pk)
    assert list(trail.order_by("pgh_id").values_list("pgh_label", "until")) == [("insert", None), ("update", day(-1))]
    assert not {"phone", "email"} & {field.name for field in trail.model._meta.get_fields()}


def test_the_desk_counts_contacts_that_still_speak_and_memoranda_that_hold(as_user: Any) -> None:
    partner = make.partner(**make.both(name="§ Counted"))
    for until in (None, day(), day(-1)):
        make.contact(partner, until=until)
    for state in (S.SIGNED, S.SIGNED, S.SIGNED, S.ENDED, S.DRAFT):
        memorandum(partner, state=state, file=False)
    row = queries.found("§ counted").get()
    assert (row.signed, row.people) == (3, 2)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("words", "there"), [("100%", True), ("%", True), ("_", False), ("\\", False), ("虚构", True)])
def test_signs_that_mean_something_to_the_database_are_only_signs(words: str, there: bool) -> None:
    make.partner(name_en="100% Fictional", name_zh_hans="虚构")
    assert queries.found(words).exists() is there
