"""Partners and their contacts: the public list, the desk, who is let in and who is not."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from notices.models import Message
from outreach.enums import MemorandumState
from outreach.loading import rows
from outreach.models import JointTask, Memorandum, Partner, PartnerContact
from outreach.partners import loading, queries, workflow
from outreach.rules import may_speak_for
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.attachments import pdf, png
from tests.factories.outreach_rooms.partners import memorandum, task

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def url(name: str, *args: Any) -> str:
    return reverse(f"partners:{name}", args=args)


def verified(email: str = "tan@example.org", **fields: Any) -> Any:
    user = UserFactory(email=email, **fields)
    EmailAddress.objects.create(user=user, email=email, verified=fields.pop("verified", True), primary=True)
    return user


FORM = {"name_zh_hans": "虚构商会", "name_en": "Fictional Chamber", "kind": "chamber", "public": "on", "active": "on"}


# --- for everybody ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fields", "shown"), [({}, True), ({"public": False}, False), ({"active": False}, False)])
def test_only_public_partners_that_cooperate_are_shown(client: Client, fields: dict[str, Any], shown: bool) -> None:
    partner = make.partner(**fields)
    assert (partner.name in client.get(url("list")).content.decode()) is shown
    assert client.get(url("detail", partner.slug)).status_code == (200 if shown else 404)


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, True),
        ({"state": MemorandumState.ENDED}, True),
        ({"state": MemorandumState.DRAFT}, False),
        ({"public": False}, False),
    ],
)
def test_drafts_and_confidential_memoranda_are_not_public(client: Client, fields: dict[str, Any], shown: bool) -> None:
    partner, row = make.partner(), memorandum(**fields)
    row.parties.add(partner)
    assert (row.title in client.get(url("detail", partner.slug)).content.decode()) is shown


def test_the_public_page_names_no_person_and_runs_no_script(client: Client) -> None:
    partner = make.partner(name_en=SCRIPT, about_en=SCRIPT, phone="021-0000-0000")
    contact = make.contact(partner)
    silent = make.partner(name_en="№ silent", public=False)
    row = memorandum(partner, silent, title_en=SCRIPT)
    row.reviews.create(year=local_day().year, text_en=SCRIPT, text_zh_hans="…", by=make.organiser())
    page = client.get(url("detail", partner.slug)).content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert") >= 4
    assert "021-0000-0000" in page
    assert contact.email not in page
    assert "№ silent" not in page


@pytest.mark.parametrize("count", [1, 3, 30])
def test_lists_take_as_many_queries_for_one_as_for_many(
    count: int, as_user: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    reader, contact = make.organiser(), UserFactory()
    for _n in range(count):
        partner = make.partner()
        make.contact(partner, user=contact)
        task(memorandum(partner, file=False))
    with django_assert_max_num_queries(4):
        client.get(url("list"))
    for user, name, most in ((reader, "desk", 8), (contact, "own", 14)):
        with django_assert_max_num_queries(most):
            assert as_user(user).get(url(name)).status_code == 200


# --- real data ----------------------------------------------------------------------------------------------------


def test_real_associations_come_with_their_source_and_nothing_made_up(client: Client) -> None:
    known = rows("associations")
    assert loading.load() == len(known) + 1
    assert loading.load() == 0
    assert Partner.objects.exclude(source_url="").count() == len(known) == Partner.objects.exclude(about_en="").count()
    row = Memorandum.objects.get()
    unknown = (row.signed_on, row.begins_on, row.ends_on, row.file, row.steward, row.number, row.areas)
    assert not any(unknown)
    page = client.get(url("detail", loading.SIGNED_2024)).content.decode()
    assert row.source_url in page
    assert "The Chinese name is this portal" in page
    assert "None" not in page


def test_what_an_official_changed_stays_changed() -> None:
    loading.load()
    Partner.objects.filter(slug=loading.SIGNED_2024).update(about_en="Changed")
    assert loading.load() == 0
    assert Partner.objects.get(slug=loading.SIGNED_2024).about_en == "Changed"  # type: ignore[attr-defined]


# --- the desk -----------------------------------------------------------------------------------------------------


def test_a_partner_is_written_changed_and_found(as_user: Any) -> None:
    client = as_user(make.organiser())
    logo = SimpleUploadedFile("logo.png", png())
    page = client.post(url("new"), {**FORM, "logo_file": logo}, follow=True)
    partner = Partner.objects.get()
    assert page.redirect_chain[-1][0] == url("partner", partner.pk)
    assert (partner.slug, partner.logo and partner.logo.public) == ("fictional-chamber", True)
    client.post(url("edit", partner.pk), {**FORM, "about_en": "About", "kind": "alliance"})
    partner.refresh_from_db()
    assert (partner.kind, partner.about, partner.slug, bool(partner.logo)) == (
        "alliance",
        "About",
        "fictional-chamber",
        True,
    )
    for words, there in (("?q=商会", True), ("?q=fict", True), ("?kind=alliance", True), ("?kind=park", False)):
        assert ("Fictional Chamber" in client.get(url("desk") + words).content.decode()) is there
    client.post(url("new"), FORM)
    assert Partner.objects.filter(slug="fictional-chamber-2").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name_en": ""},
        {"name_zh_hans": " "},
        {"kind": "cartel"},
        {"website": "javascript:alert(1)"},
        {"logo_file": SimpleUploadedFile("logo.png", b"no picture")},
        {"logo_file": SimpleUploadedFile("logo.pdf", pdf("text"))},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_partner_written_badly_is_not_kept(as_user: Any, wrong: dict[str, Any]) -> None:
    page = as_user(make.organiser()).post(url("new"), {**FORM, **wrong})
    assert page.status_code == 422
    assert not Partner.objects.exists()


@pytest.mark.parametrize("query", ["?q=" + "x" * 500, "?kind=%27", "?cursor=forged"])
def test_odd_searches_are_answered(as_user: Any, query: str) -> None:
    assert as_user(make.organiser()).get(url("desk") + query).status_code == 200


# --- contacts -----------------------------------------------------------------------------------------------------


def ask(partner: Partner, email: str = "tan@example.org", **fields: Any) -> PartnerContact:
    return workflow.invite(partner, by=make.organiser(), email=email, name="Tan", **fields)


def test_who_has_shown_the_address_to_be_theirs_is_let_in_at_once(as_user: Any) -> None:
    partner, user = make.partner(), verified()
    assert as_user(user).get(url("own")).status_code == 404
    ask(partner, "TAN@example.org")
    assert may_speak_for(user, partner)
    assert as_user(user).get(url("own")).status_code == 200
    assert Message.objects.get(email="tan@example.org").recipient == user


def test_everybody_else_when_they_have() -> None:
    partner = make.partner()
    contact = ask(partner)
    user: Any = UserFactory(email="tan@example.org")
    address = EmailAddress.objects.create(user=user, email=user.email, verified=False)
    assert (workflow.link_known(), workflow.join(user), bool(may_speak_for(user, partner))) == (0, 0, False)
    EmailAddress.objects.filter(pk=address.pk).update(verified=True)
    assert (workflow.link_known(), workflow.link_known()) == (1, 0)
    contact.refresh_from_db()
    assert contact.user == user


def test_an_invitation_is_accepted_on_the_room_page(as_user: Any) -> None:
    partner = make.partner()
    contact, user = ask(partner), verified()
    client = as_user(user)
    assert "invited to speak for" in client.get(url("own")).content.decode()
    contact.refresh_from_db()
    assert contact.user is None
    for _twice in range(2):
        assert client.post(url("join")).status_code == 302
    assert "invited to speak for" not in client.get(url("own")).content.decode()
    assert as_user(UserFactory()).post(url("join")).status_code == 404


def test_an_address_is_invited_once_and_again_after_it_ended(as_user: Any) -> None:
    partner, user, client = make.partner(), verified(), as_user(make.organiser())
    data = {"name": "Tan", "email": user.email}
    assert client.post(url("invite", partner.pk), data).status_code == 302
    assert client.post(url("invite", partner.pk), data).status_code == 422
    assert client.post(url("invite", partner.pk), {**data, "email": "x"}).status_code == 422
    contact = PartnerContact.objects.get()
    for _twice in range(2):
        assert client.post(url("end-contact", contact.pk)).status_code == 302
    assert not may_speak_for(user, partner)
    assert "Former contact" in client.get(url("partner", partner.pk)).content.decode()
    assert client.post(url("invite", partner.pk), {**data, "name": "Tan Xin"}).status_code == 302
    assert PartnerContact.objects.get().name == "Tan Xin"
    assert may_speak_for(user, partner)


def test_only_officials_invite_and_end() -> None:
    contact = make.contact(make.partner())
    for verb in (
        lambda: workflow.invite(contact.partner, by=contact.user, email="x@example.org", name="X"),
        lambda: workflow.end_contact(contact, by=contact.user),
        lambda: workflow.write(contact.partner, by=contact.user, facts=FORM),
    ):
        with pytest.raises(Refused):
            verb()
    assert PartnerContact.objects.active().count() == 1


# --- the partner room ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["another partner's", "a former contact", "nobody's", "only invited", "of a past one"])
def test_what_is_another_partners_is_not_there(as_user: Any, who: str) -> None:
    partner = make.partner()
    row = memorandum(partner)
    joint = task(row)
    user = verified()
    if who == "another partner's":
        memorandum(make.contact(make.partner(), user=user).partner)
    elif who == "a former contact":
        make.contact(partner, user=user, until=local_day() - timedelta(days=1))
    elif who == "only invited":
        PartnerContact.objects.create(partner=partner, name="№ 1", email=user.email)
    elif who == "of a past one":
        make.contact(partner, user=user)
        Partner.objects.update(active=False)
    client = as_user(user)
    for name in ("own-memorandum", "file"):
        assert client.get(url(name, row.pk)).status_code == 404
    assert client.post(url("own-task", joint.pk), {f"t{joint.pk}-progress": 50}).status_code == 404
    page = client.get(url("own"))
    assert row.title not in page.content.decode()
    assert not queries.own_tasks(user).filter(pk=joint.pk).exists()
    joint.refresh_from_db()
    assert joint.progress == 0


def test_a_contact_reads_what_is_agreed_and_no_draft(as_user: Any) -> None:
    partner = make.partner()
    row, draft = memorandum(partner, public=False), memorandum(partner, state=MemorandumState.DRAFT)
    joint = task(row)
    client = as_user(make.contact(partner).user)
    page = client.get(url("own")).content.decode()
    assert row.title in page
    assert joint.title in page
    assert draft.title not in page
    assert client.get(url("own-memorandum", draft.pk)).status_code == 404
    given = client.get(url("file", row.pk))
    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    assert client.get(url("desk")).status_code == 404


@pytest.mark.parametrize(
    ("progress", "status", "state"),
    [("50", 302, "open"), ("100", 302, "done"), ("101", 422, "open"), ("-1", 422, "open"), ("x", 422, "open")],
)
def test_a_contact_says_where_a_task_stands(as_user: Any, progress: str, status: int, state: str) -> None:
    partner, keeper = make.partner(), make.organiser()
    joint = task(memorandum(partner, steward=keeper))
    client = as_user(make.contact(partner).user)
    for _twice in range(2):
        data = {f"t{joint.pk}-progress": progress, f"t{joint.pk}-note": SCRIPT, f"t{joint.pk}-drop": "on"}
        assert client.post(url("own-task", joint.pk), data).status_code == status
    joint = JointTask.objects.get()
    assert (joint.state, joint.progress) == (state, int(progress) if status == 302 else 0)
    assert Message.objects.filter(recipient=keeper, kind="partner.task").count() == (status == 302)
    assert "<script>alert" not in client.get(url("own-memorandum", joint.memorandum_id)).content.decode()
