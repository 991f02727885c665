"""A package for partners: composed by one, published by another, in the hands of partners, over."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from notices.models import Message
from outreach.enums import Publication
from outreach.models import HandOver, PackageVersion, PartnerPackage, ShareLink
from outreach.packages import handing, news, workflow
from outreach.packages.lacking import lacking
from portal.core.access import Refused
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms import packages as packs
from tests.factories.policies import PolicyFactory
from tests.races import outcome, race

pytestmark = pytest.mark.django_db
P = Publication
LONG_AGO = date(2020, 1, 1)
WHY = {"why_en": "Wrong.", "why_zh_hans": "有误。"}


def state(version: PackageVersion) -> str:
    version.refresh_from_db()
    return version.state


def told(kind: str = "package.partner") -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("email", flat=True))


def test_from_nothing_to_a_partners_hands() -> None:
    author, reviewer, partner = make.organiser(), make.reviewer(), make.partner()
    contact, silent = make.contact(partner), make.contact(partner)
    silent.__class__.objects.filter(pk=silent.pk).update(user=None, email="desk@example.com")
    gone = make.contact(partner, until="2020-01-01")
    made = workflow.begin(by=author, content=make.both(title="Talent", introduction="For members"))
    first, second = PolicyFactory(), PolicyFactory()
    pieces = [workflow.add(made, by=author, policy=each) for each in (first, second, first)]
    assert pieces[0] == pieces[2]
    workflow.arrange(made, pieces[1].pk, "up", by=author)
    assert [piece.policy for piece in made.pieces.all()] == [second, first]
    with pytest.raises(Refused, match="why it is in the package"):
        workflow.send(made, by=author)
    for piece in pieces[:2]:
        workflow.reword(made, piece.pk, by=author, content=make.both(words="Useful"))
    workflow.send(made, by=author)
    workflow.publish(made, by=reviewer)
    assert state(made) == P.PUBLISHED
    assert made.reviewer == reviewer
    assert workflow.hand_over(made, [partner], by=author) == 1
    assert workflow.hand_over(made, [partner], by=author) == 0
    assert sorted(told()) == sorted([contact.email, "desk@example.com"])
    assert gone.email not in told()
    assert ShareLink.objects.filter(version=made, partner=partner).count() == 1


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"introduction_en": ""}, "Missing in English: introduction."),
        ({"introduction_zh_hans": ""}, "Missing in Chinese: introduction."),
        ({"policies": ()}, "nothing in the package"),
        ({"number": 2, "why_en": ""}, "Missing in English: what has changed."),
        ({}, ""),
    ],
)
def test_what_is_missing_is_said_and_stops_it(fields: dict[str, Any], found: str) -> None:
    made = packs.version(**fields)
    assert found in " ".join(lacking(made))
    if not found:
        assert lacking(made) == []
        return
    with pytest.raises(Refused):
        workflow.send(made, by=made.author)
    assert state(made) == P.DRAFT


@pytest.mark.parametrize("how", [{"published_at": None}, {"repealed_on": LONG_AGO}, {"effective_to": LONG_AGO}])
def test_what_does_not_hold_neither_goes_in_nor_out(how: dict[str, Any]) -> None:
    bad, draft = PolicyFactory(**how), packs.version()
    with pytest.raises(Refused):
        workflow.add(draft, by=draft.author, policy=bad)
    assert draft.pieces.count() == 1
    waiting = packs.version(P.IN_REVIEW, policies=[bad])
    with pytest.raises(Refused):
        workflow.publish(waiting, by=make.reviewer())
    assert state(waiting) == P.IN_REVIEW


@pytest.mark.parametrize(
    ("verb", "begins", "ends", "who"),
    [
        (lambda v, u: workflow.send(v, by=u), P.DRAFT, P.IN_REVIEW, "editor"),
        (lambda v, u: workflow.take_back(v, by=u, remark="Shorter."), P.IN_REVIEW, P.DRAFT, "reviewer"),
        (lambda v, u: workflow.publish(v, by=u), P.IN_REVIEW, P.PUBLISHED, "reviewer"),
        (lambda v, u: workflow.withdraw(v, by=u, reason=WHY), P.PUBLISHED, P.WITHDRAWN, "editor"),
    ],
)
def test_each_verb_in_each_state_by_each_person(verb: Callable[..., Any], begins: str, ends: str, who: str) -> None:
    people = {"editor": make.organiser(), "reviewer": make.reviewer()}
    for each in P:
        row = packs.version(each)
        for person in (UserFactory(), UserFactory(roles=["translator"]), UserFactory(roles=["leader"])):
            with pytest.raises(Refused):
                verb(row, person)
        if each == begins:
            verb(row, people[who])
            assert state(row) == ends
            continue
        with pytest.raises(Refused):
            verb(row, people[who])
        assert state(row) == each


def test_nobody_publishes_what_they_wrote_or_changed() -> None:
    reviewer = make.reviewer()
    own = packs.version(P.IN_REVIEW, author=reviewer)
    with pytest.raises(Refused, match="wrote this yourself"):
        workflow.publish(own, by=reviewer)
    draft = packs.version()
    workflow.rewrite(draft, by=reviewer, content=make.both(title="A", introduction="B"))
    workflow.send(draft, by=make.organiser())
    with pytest.raises(Refused, match="wrote this yourself"):
        workflow.publish(draft, by=reviewer)


def test_what_was_changed_since_it_was_opened_is_read_again() -> None:
    draft = packs.version()
    texts = make.both(title="A", introduction="B")
    workflow.rewrite(draft, by=draft.author, content=texts, seen=0)
    with pytest.raises(Refused, match="Somebody has changed"):
        workflow.rewrite(draft, by=draft.author, content=make.both(title="C"), seen=0)
    waiting = packs.version(P.IN_REVIEW, lock_version=4)
    with pytest.raises(Refused, match="Somebody has changed"):
        workflow.publish(waiting, by=make.reviewer(), seen=3)
    assert state(waiting) == P.IN_REVIEW


def test_a_new_version_supersedes_the_old_and_reaches_its_partners() -> None:
    handed = packs.handed()
    old, author = handed.version, make.organiser()
    policy = old.pieces.get().policy
    policy.version = 2
    policy.save(update_fields=["version"])
    new = workflow.renew(old, by=author)
    assert workflow.renew(old, by=author) == new
    assert (new.number, new.pieces.get().version, new.pieces.get().words_en) == (2, 2, "№ 3")
    workflow.rewrite(new, by=author, content={**make.both(title="A", introduction="B", why="Amended")})
    workflow.send(new, by=author)
    workflow.publish(new, by=make.reviewer())
    assert (state(old), state(new)) == (P.SUPERSEDED, P.PUBLISHED)
    assert old.ended_at is not None
    given = HandOver.objects.get(version=new)
    assert given.partner == handed.partner
    assert given.received_at is None
    found = handing.successor(packs.link(handed))
    assert found is not None
    assert found.version == new
    assert len(told()) == 1


def test_a_partner_that_no_longer_cooperates_gets_nothing_new() -> None:
    handed = packs.handed()
    type(handed.partner).objects.filter(pk=handed.partner_id).update(active=False)
    new = packs.version(P.IN_REVIEW, package=handed.version.package)
    workflow.publish(new, by=make.reviewer())
    assert not HandOver.objects.filter(version=new).exists()
    handed.partner.refresh_from_db()
    with pytest.raises(Refused, match="has ended"):
        workflow.hand_over(new, [handed.partner], by=make.organiser())


def test_withdrawn_with_a_reason_in_both_languages() -> None:
    handed = packs.handed()
    for reason in ({}, {"why_en": "Wrong."}, {"why_en": " ", "why_zh_hans": "有误。"}):
        with pytest.raises(Refused, match="both languages"):
            workflow.withdraw(handed.version, by=make.organiser(), reason=reason)
    workflow.withdraw(handed.version, by=make.organiser(), reason=WHY)
    assert state(handed.version) == P.WITHDRAWN
    assert "Wrong." in Message.objects.get().body or "有误。" in Message.objects.get().body


def test_a_draft_is_discarded_with_its_package_if_it_never_had_more() -> None:
    alone = packs.version()
    workflow.discard(alone, by=alone.author)
    assert not type(alone.package).objects.filter(pk=alone.package_id).exists()
    with pytest.raises(Refused, match="discarded"):
        workflow.send(alone, by=alone.author)
    second = packs.version(package=packs.handed().version.package)
    workflow.discard(second, by=second.author)
    assert type(second.package).objects.filter(pk=second.package_id).exists()


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_at_once_publish_it_once() -> None:
    waiting = packs.version(P.IN_REVIEW)
    one, two = make.reviewer(), make.reviewer()
    rows = PartnerPackage.objects.filter(pk=waiting.package_id)
    results = race(rows, lambda: workflow.publish(waiting, by=one), lambda: workflow.publish(waiting, by=two))
    assert len(outcome(results)[1]) == 1
    assert state(waiting) == P.PUBLISHED


class TestNews:
    @pytest.mark.parametrize(
        "change", [{"version": 2}, {"repealed_on": "2020-01-01"}, {"published_at": None}], ids=lambda c: next(iter(c))
    )
    def test_author_and_partners_are_told_once_for_each_change(self, change: dict[str, Any]) -> None:
        handed = packs.handed()
        policy = handed.version.pieces.get().policy
        packs.version(policies=[policy])  # a draft: its author sees it while writing
        assert news.tell() == 0
        type(policy).objects.filter(pk=policy.pk).update(**change)
        assert news.tell() == 2
        assert news.tell() == 0
        contact = handed.partner.contacts.get()
        assert set(told()) == {handed.version.author.email, contact.email}
        type(policy).objects.filter(pk=policy.pk).update(version=5)
        assert news.tell() > 0

    def test_each_reads_it_in_their_own_language(self) -> None:
        handed = packs.handed(contact=UserFactory(language="zh-hans"))
        policy = handed.version.pieces.get().policy
        type(policy).objects.filter(pk=policy.pk).update(version=2)
        with translation.override("en"):
            news.tell()
        contact = handed.partner.contacts.get()
        assert policy.title_zh_hans in Message.objects.get(recipient=contact.user).body


class TestReceipt:
    def test_by_the_partners_own_contact_and_the_first_one_stays(self) -> None:
        handed = packs.handed()
        contact = handed.partner.contacts.get().user
        for person in (UserFactory(), make.organiser(), packs.handed().partner.contacts.get().user):
            with pytest.raises(Refused):
                handing.receive(handed, by=person)
        handing.receive(handed, by=contact)
        handed.refresh_from_db()
        first = handed.received_at
        assert first is not None
        handing.receive(handed, by=make.contact(handed.partner).user)
        handed.refresh_from_db()
        assert (handed.received_at, handed.received_by) == (first, contact)


def test_the_desk_by_its_forms(as_user: Any) -> None:
    """Begin, add, say why, send, publish, hand over: what a browser would post."""
    author, reviewer, partner = make.organiser(), make.reviewer(), make.partner()
    desk = as_user(author)
    texts = {
        "title_en": "<script>x</script>",
        "title_zh_hans": "包",
        "introduction_en": "A",
        "introduction_zh_hans": "甲",
    }
    desk.post(reverse("packs:new"), texts)
    made = PackageVersion.objects.get()
    policy = PolicyFactory(title_en="Rent help")
    url = reverse("packs:version", args=[made.pk])
    page = desk.get(url, {"q": "rent"}).content.decode()
    assert "Rent help" in page
    assert "<script>x" not in page
    for _click in range(2):
        desk.post(reverse("packs:add", args=[made.pk]), {"kind": "policy", "pk": policy.pk})
    piece = made.pieces.get()
    desk.post(reverse("packs:piece", args=[made.pk, piece.pk, "words"]), make.both(words="Cheap"))
    desk.post(reverse("packs:act", args=[made.pk, "send"]))
    made.refresh_from_db()
    second = as_user(reviewer)
    assert "Publish" in second.get(url).content.decode()
    second.post(reverse("packs:act", args=[made.pk, "publish"]), {"seen": made.lock_version})
    assert state(made) == P.PUBLISHED
    desk.post(reverse("packs:hand-over", args=[made.pk]), {"partners": [partner.pk]})
    assert HandOver.objects.get().partner == partner


@pytest.mark.parametrize(
    "data",
    [{"kind": "event"}, {"kind": "user", "pk": "1"}, {"kind": "policy", "pk": "²"}, {"kind": "policy", "pk": "9" * 30}],
    ids=["nothing", "another kind", "no number", "too great"],
)
def test_forged_things_are_not_there(as_user: Any, data: dict[str, str]) -> None:
    draft = packs.version()
    desk = as_user(draft.author)
    assert desk.post(reverse("packs:add", args=[draft.pk]), data).status_code == 404
    for name, args in (("act", [draft.pk, "explode"]), ("piece", [draft.pk, draft.pieces.get().pk, "explode"])):
        assert desk.post(reverse(f"packs:{name}", args=args)).status_code == 404


def test_nothing_chosen_is_said(as_user: Any) -> None:
    draft = packs.version()
    page = as_user(draft.author).post(reverse("packs:add", args=[draft.pk]), follow=True)
    assert "Choose something to add." in page.content.decode()
    assert draft.pieces.count() == 1


def test_too_long_a_reason_is_refused(as_user: Any) -> None:
    draft = packs.version()
    url = reverse("packs:piece", args=[draft.pk, draft.pieces.get().pk, "words"])
    page = as_user(draft.author).post(url, {"words_en": "x" * 301, "words_zh_hans": "仍在"})
    assert page.status_code == 422
    assert "at most 300 characters" in page.content.decode()
    assert 'value="仍在"' in page.content.decode()  # what was typed is still there
    assert draft.pieces.get().words_en == "№ 3"


def test_of_two_who_say_why_at_once_the_later_one_sees_both(as_user: Any) -> None:
    draft, second = packs.version(), make.organiser()
    piece, page = draft.pieces.get(), reverse("packs:version", args=[draft.pk])
    url, seen = reverse("packs:piece", args=[draft.pk, piece.pk, "words"]), draft.lock_version
    later = as_user(second)
    assert f'name="seen" value="{seen}"' in later.get(page).content.decode()
    assert as_user(draft.author).post(url, make.both(words="First") | {"seen": seen}).status_code == 302
    answer = later.post(url, make.both(words="Second") | {"seen": seen})
    text = answer.content.decode()
    assert (answer.status_code, draft.pieces.get().words_en) == (422, "First")
    for shown in ("Somebody has changed this", 'value="Second"', "First", f'name="seen" value="{seen + 1}"'):
        assert shown in text
    assert later.post(url, make.both(words="Both") | {"seen": seen + 1}).status_code == 302  # having read it
    assert draft.pieces.get().words_en == "Both"


def test_what_is_sent_after_the_package_went_to_review_can_be_copied(as_user: Any) -> None:
    waiting = packs.version(P.IN_REVIEW)
    client, piece = as_user(waiting.author), waiting.pieces.get()
    texts = make.both(title="Typed", introduction="For an hour") | {"seen": 0}
    pages = [
        client.post(reverse("packs:version", args=[waiting.pk]), texts),
        client.post(reverse("packs:piece", args=[waiting.pk, piece.pk, "words"]), make.both(words="For an hour")),
    ]
    for page in pages:
        assert ("This was not saved" in page.content.decode(), "For an hour" in page.content.decode()) == (True, True)
    waiting.refresh_from_db()
    assert (waiting.introduction_en, waiting.pieces.get().words_en) == ("№ 1", "№ 3")


@pytest.mark.parametrize("gone", ["removed", "of another package"])
def test_whoever_says_why_of_a_piece_that_is_gone_is_told(as_user: Any, gone: str) -> None:
    draft, other = packs.version(), packs.version()
    piece = (other if gone == "of another package" else draft).pieces.get()
    if gone == "removed":
        workflow.arrange(draft, piece.pk, "remove", by=draft.author)
    url = reverse("packs:piece", args=[draft.pk, piece.pk, "words"])
    answer = as_user(draft.author).post(url, make.both(words="Lost"), follow=True)
    assert "no longer there" in answer.content.decode()
    with pytest.raises(Refused, match="no longer there"):
        workflow.reword(draft, piece.pk, by=draft.author, content=make.both(words="Lost"))
    assert other.pieces.get().words_en == "№ 3"


@pytest.mark.parametrize("field", ["title_en", "introduction_zh_hans"])
def test_texts_that_are_too_long_are_told_at_the_field(as_user: Any, field: str) -> None:
    draft = packs.version()
    client, texts = as_user(draft.author), {"title_en": "A", field: "x" * 3_001}
    for name, args in (("new", []), ("version", [draft.pk])):
        answer = client.post(reverse(f"packs:{name}", args=args), texts)
        assert (answer.status_code, "x" * 3_001 in answer.content.decode()) == (422, True)
    assert PackageVersion.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_desks_list_asks_the_same_whatever_its_length(
    as_user: Any, number: int, django_assert_max_num_queries: Any
) -> None:
    for _n in range(number):
        packs.version(published_at=timezone.now())
    reader = as_user(make.organiser())
    with django_assert_max_num_queries(8):
        assert reader.get(reverse("packs:desk")).status_code == 200
