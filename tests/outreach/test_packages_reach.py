"""Packages in the hands of partners: letters, receipts, old codes, counts at their limits, what is recorded."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from notices.models import Message
from outreach.enums import Publication
from outreach.models import (
    EnterpriseOrigin,
    HandOver,
    PackageVersion,
    Partner,
    PartnerContact,
    ShareLink,
    ShareUse,
    StoredFile,
)
from outreach.packages import handing, news, origin, workflow
from outreach.packages.reach import reaches
from policies.models import Policy
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.outreach_rooms import packages as packs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
P = Publication
WHY = {"why_en": "Wrong.", "why_zh_hans": "有误。"}


def url(name: str, *args: Any) -> str:
    return reverse(f"packs:{name}", args=args)


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def trail(row: Any) -> list[str]:
    events: Any = row._meta.get_field("audit_rows").related_model
    return list(events.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id").values_list("pgh_label", flat=True))


# --- letters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "language", "said"),
    [
        (1, "en", ["A policy service package for you: § Pack, version 1", "a QR code and a list"]),
        (2, "en", ["A new version for you to pass on: § Pack, version 2", "№ 2", "confirm that you have received it"]),
        (2, "zh-hans", ["§ Pack（中）", "№ 2（中）"]),
    ],
)
def test_the_letter_of_a_hand_over(number: int, language: str, said: list[str]) -> None:
    made = packs.version(P.PUBLISHED, number=number)
    type(made.package).objects.update(**make.both(title="§ Pack"))
    contact = make.contact(make.partner(), user=UserFactory(language=language))
    workflow.hand_over(PackageVersion.objects.get(pk=made.pk), [contact.partner], by=make.organiser())
    letter = Message.objects.get()
    assert letter.recipient == contact.user
    assert letter.url.endswith(f"/partner/packages/{HandOver.objects.get().pk}/")
    for words in said:
        assert words in letter.subject + letter.body


def test_who_has_no_account_is_written_to_in_chinese() -> None:
    partner, made = make.partner(), packs.version(P.PUBLISHED)
    PartnerContact.objects.create(partner=partner, name="№ 1", email="desk@example.com")
    workflow.hand_over(made, [partner], by=make.organiser())
    letter = Message.objects.get()
    assert (letter.email, letter.recipient, letter.language) == ("desk@example.com", None, "zh-hans")
    assert made.package.title_zh_hans in letter.subject  # type: ignore[attr-defined]


def test_handed_to_several_at_once_each_has_its_own_link_and_letter() -> None:
    made, contacts = packs.version(P.PUBLISHED), [make.contact(make.partner()) for _n in range(3)]
    assert workflow.hand_over(made, [each.partner for each in contacts], by=make.organiser()) == 3
    assert len(set(ShareLink.objects.values_list("code", flat=True))) == 3
    assert set(Message.objects.values_list("email", flat=True)) == {each.email for each in contacts}


def test_one_that_no_longer_cooperates_stops_all_of_them() -> None:
    made, good, bad = packs.version(P.PUBLISHED), make.partner(), make.partner(active=False)
    with pytest.raises(Refused, match="The cooperation with"):
        workflow.hand_over(made, [good, bad], by=make.organiser())
    assert not HandOver.objects.exists()


def test_a_withdrawal_is_told_to_every_partner_of_that_version_only() -> None:
    first, other = packs.handed(), packs.handed()
    second = packs.handed(first.version)
    workflow.withdraw(first.version, by=first.version.author, reason=WHY)
    told = set(Message.objects.values_list("email", flat=True))
    assert told == {each.partner.contacts.get().email for each in (first, second)}
    assert other.partner.contacts.get().email not in told
    assert Message.objects.filter(subject__startswith="Withdrawn: ", body__startswith="Wrong.").count() == 2


def test_the_reason_of_a_withdrawal_is_kept_without_blanks_and_shown(as_user: Any) -> None:
    handed = packs.handed()
    reason = {name: f"  {words}  " for name, words in WHY.items()}
    workflow.withdraw(handed.version, by=make.organiser(), reason=reason)
    version = PackageVersion.objects.get()
    assert (version.why_en, version.why_zh_hans) == ("Wrong.", "有误。")  # type: ignore[attr-defined]
    page = text(as_user(handed.partner.contacts.get().user), "own", handed.pk)
    for words in ("Please pass this version on no longer.", "Wrong."):
        assert words in page


@pytest.mark.parametrize("which", [P.SUPERSEDED, P.WITHDRAWN, P.IN_REVIEW])
def test_of_what_is_not_published_no_news_are_told(which: str) -> None:
    packs.handed(packs.version(which))
    Policy.objects.update(version=7)
    assert (news.tell(), Message.objects.count()) == (0, 0)


def test_news_name_the_piece_and_lead_each_side_to_its_page() -> None:
    handed = packs.handed()
    policy: Any = handed.version.pieces.get().policy
    Policy.objects.filter(pk=policy.pk).update(repealed_on=date(2020, 1, 1))
    news.tell()
    pages = dict(Message.objects.values_list("recipient", "url"))
    contact = handed.partner.contacts.get()
    assert pages == {
        handed.version.author_id: url("version", handed.version_id),
        contact.user_id: url("own", handed.pk),
    }
    for letter in Message.objects.all():
        assert f"“{policy.title_en}”: This policy no longer applies." in letter.body


# --- receipts and links -------------------------------------------------------------------------------------------


def test_what_is_recorded_of_a_hand_over_and_its_receipt() -> None:
    contact, made = make.contact(make.partner()), packs.version(P.PUBLISHED)
    by = make.organiser()
    workflow.hand_over(made, [contact.partner], by=by)
    row = HandOver.objects.get()
    for _twice in range(2):
        handing.receive(row, by=contact.user)  # type: ignore[arg-type]
    row.refresh_from_db()
    assert (row.by, row.received_by) == (by, contact.user)
    assert trail(row) == ["insert", "update"]
    assert trail(ShareLink.objects.get()) == ["insert"]


def test_the_button_of_the_receipt_goes_and_the_desk_reads_the_day(as_user: Any) -> None:
    handed = packs.handed()
    client, desk = as_user(handed.partner.contacts.get().user), as_user(make.organiser())
    assert "We have received it" in text(client, "own", handed.pk)
    assert "no receipt yet" in text(desk, "version", handed.version_id)
    answer = client.post(url("receive", handed.pk), follow=True).content.decode()
    assert "your receipt is recorded" in answer
    assert "We have received it" not in answer
    for page in (text(desk, "version", handed.version_id), text(desk, "reach", handed.version_id)):
        assert "no receipt yet" not in page


@pytest.mark.parametrize("pk", [0, 987654])
def test_an_unknown_package_is_not_there_for_a_contact(as_user: Any, pk: int) -> None:
    client = as_user(packs.handed().partner.contacts.get().user)
    assert client.get(url("own", pk)).status_code == 404
    assert client.post(url("receive", pk)).status_code == 404
    assert client.get(url("receive", pk)).status_code == 405


@pytest.mark.parametrize("name", ["page", "sheet", "embed"])
@pytest.mark.parametrize("which", [P.DRAFT, P.IN_REVIEW])
def test_a_code_of_what_is_not_out_yet_opens_nothing(client: Client, name: str, which: str) -> None:
    code = packs.link(packs.handed(packs.version(which))).code
    assert client.get(url(name, code)).status_code == 404
    for address in (f"/s/{code}/", f"/s/{code}.svg"):
        assert client.get(address, follow=True).status_code == 404


@pytest.mark.parametrize("name", ["page", "sheet", "embed"])
def test_public_pages_are_read_only_and_not_for_search_engines(client: Client, name: str) -> None:
    code = packs.link(packs.handed()).code
    assert client.post(url(name, code)).status_code == 405
    assert '<meta name="robots" content="noindex">' in text(client, name, code)


def test_the_successor_is_the_same_partners_of_the_same_package() -> None:
    old = packs.handed(packs.version(P.SUPERSEDED))
    packs.handed(to=old.partner, contact=None)  # another package of this partner
    new = packs.version(P.PUBLISHED, old.version.package)
    packs.handed(new)  # this package at another partner
    assert handing.successor(packs.link(old)) is None
    mine = packs.handed(new, old.partner, contact=None)
    assert handing.successor(packs.link(old)) == packs.link(mine)
    assert handing.successor(packs.link(mine)) is None


@pytest.mark.parametrize("public", [True, False])
def test_only_a_public_logo_stands_on_the_page(client: Client, public: bool) -> None:
    logo = StoredFile.objects.create(name="1.png", content_type="image/png", size=1, sha256="0" * 64, public=public)
    handed = packs.handed(to=make.partner(logo=logo))
    for name in ("page", "sheet"):
        assert (reverse("outreach:file", args=[logo.key]) in text(client, name, packs.link(handed).code)) is public


# --- how far it came ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ago", "in_days"), [(0, True), (13, True), (14, False)])
def test_the_last_fourteen_days(ago: int, in_days: bool) -> None:
    handed = packs.handed()
    today = local_day()
    ShareUse.objects.create(link=packs.link(handed), day=today - timedelta(days=ago), run="a", count=4)
    reach = reaches([handed], for_partner=True)[0]
    assert (reach.opened, reach.days) == (4, [(today - timedelta(days=ago), 4)] if in_days else [])


@pytest.mark.parametrize(("day", "shown"), [(date(2026, 3, 30), True), (date(2026, 3, 29), False)])
def test_the_last_twelve_weeks_from_monday(day: date, shown: bool) -> None:
    handed = packs.handed()
    ShareUse.objects.create(link=packs.link(handed), day=day, run="a", count=2)
    for today in (date(2026, 6, 15), date(2026, 6, 21)):  # a Monday and the Sunday after it
        reach = reaches([handed], for_partner=True, today=today)[0]
        assert reach.weeks == ([(date(2026, 3, 30), 2)] if shown else [])
        assert reach.opened == 2


def test_openings_of_another_version_and_partner_are_not_mixed_in() -> None:
    one, other = packs.handed(), packs.handed()
    later = packs.handed(packs.version(P.SUPERSEDED, one.version.package), one.partner, contact=None)
    for handed, count in ((one, 1), (other, 10), (later, 100)):
        ShareUse.objects.create(link=packs.link(handed), day=local_day(), run="a", count=count)
    found = reaches([one, other, later], for_partner=False)
    assert [each.opened for each in found] == [1, 10, 100]


def test_without_a_link_there_is_nothing_to_pass_on(as_user: Any) -> None:
    handed = packs.handed()
    ShareLink.objects.all().delete()
    page = text(as_user(handed.partner.contacts.get().user), "own", handed.pk)
    assert "Your short link:" not in page
    assert "fewer than 5" in page
    assert reaches([handed], for_partner=True)[0].link is None


def test_of_what_was_handed_to_nobody_the_reach_says_so(as_user: Any) -> None:
    page = text(as_user(make.organiser()), "reach", packs.version(P.PUBLISHED).pk)
    assert "It has not been handed over to anybody yet." in page


# --- how an enterprise came ---------------------------------------------------------------------------------------


def test_said_again_of_another_partner_the_last_word_counts() -> None:
    one, two = make.partner(), make.partner()
    user: Any = MembershipFactory(role="owner").user
    with time_machine.travel("2026-06-15T12:00+08:00", tick=False) as clock:
        for partner in (one, two):
            origin.say(partner, by=user)
            clock.shift(timedelta(days=1))
    row = EnterpriseOrigin.objects.get()
    assert (row.partner, row.at.day, trail(row)) == (two, 16, ["insert", "update"])
    for _twice in range(2):
        origin.take_back(by=user)
    assert not EnterpriseOrigin.objects.exists()


def test_a_partner_that_left_is_neither_remembered_nor_said(as_user: Any) -> None:
    handed, owner = packs.handed(), MembershipFactory(role="owner")
    client = as_user(owner.user)
    assert "We came by" in text(client, "came", by=packs.link(handed).code)
    Partner.objects.update(active=False)
    assert "Nothing is remembered here." in text(client, "came")
    client.post(url("came"))
    assert not EnterpriseOrigin.objects.exists()


def test_another_enterprises_word_is_not_taken_back(as_user: Any) -> None:
    mine, theirs = MembershipFactory(role="owner"), MembershipFactory(role="owner")
    enterprise: Any = theirs.enterprise
    row = EnterpriseOrigin.objects.create(enterprise=enterprise, partner=make.partner())
    as_user(mine.user).post(url("came"), {"act": "take-back"})
    assert EnterpriseOrigin.objects.get() == row


def test_the_last_link_is_the_one_that_is_remembered(client: Client) -> None:
    first, second = packs.handed(), packs.handed()
    text(client, "came", by=packs.link(first).code)
    page = text(client, "came", by=packs.link(second).code)
    assert f"You came by {second.partner.name_en}." in page  # type: ignore[attr-defined]
    assert "You came by" in text(client, "came", by="ZZZZZZZZ")  # an unknown one changes nothing


@pytest.mark.parametrize(("language", "said"), [("en", "fewer than 5"), ("zh-hans", "少于5家")])
def test_few_enterprises_are_told_as_few_in_both_languages(as_user: Any, language: str, said: str) -> None:
    handed = packs.handed()
    client = as_user(handed.partner.contacts.get().user)
    with translation.override(language):
        assert said in text(client, "own", handed.pk)
