"""Packages for partners at the desk: refusals in words, pages in each state, pieces in order, what they cost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from notices.models import Message
from outreach.choosing import to_add
from outreach.enums import Publication
from outreach.models import HandOver, PackagePiece, PackageVersion, PartnerPackage, ShareLink
from outreach.packages import rules, workflow
from policies.models import Policy
from portal.core.access import Refused
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms import packages as packs
from tests.factories.policies import PolicyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
P = Publication
WHY = {"why_en": "Wrong.", "why_zh_hans": "有误。"}


def url(name: str, *args: Any) -> str:
    return reverse(f"packs:{name}", args=args)


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(url(name, *args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, name: str, *args: Any, **data: Any) -> str:
    answer = client.post(url(name, *args), data, follow=True)
    return answer.content.decode()


def state(version: PackageVersion) -> str:
    version.refresh_from_db()
    return version.state


def titled(count: int) -> list[Any]:
    return [PolicyFactory(title_en=f"§ policy {n}") for n in range(count)]


# --- the desk -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "said"), [("en", "No package yet"), ("zh-hans", "尚无服务包")])
def test_an_empty_desk_says_so(as_user: Any, language: str, said: str) -> None:
    desk, contact = as_user(make.organiser()), as_user(make.contact(make.partner()).user)
    with translation.override(language):
        for client, name in ((desk, "desk"), (contact, "owns")):
            page = text(client, name)
            assert said in page
            assert "<table" not in page


@pytest.mark.parametrize("chosen", [[], [987654], ["x"], ["already"], ["past"]])
def test_handed_over_to_nobody_is_not_told_as_done(as_user: Any, chosen: list[Any]) -> None:
    handed = packs.handed()
    past = make.partner(active=False)
    chosen = [{"already": handed.partner_id, "past": past.pk}.get(each, each) for each in chosen]
    page = post(as_user(make.organiser()), "hand-over", handed.version_id, partners=chosen)
    assert "Handed over. The partners" not in page
    assert "Nothing was handed over: choose at least one partner" in page
    assert HandOver.objects.count() == 1


@pytest.mark.parametrize("which", list(P))
def test_only_what_is_published_is_handed_over(as_user: Any, which: str) -> None:
    row, partner = packs.version(which), make.partner()
    page = post(as_user(make.organiser()), "hand-over", row.pk, partners=[partner.pk])
    assert ("Only a published version can be handed over." in page) == (which != P.PUBLISHED)
    assert HandOver.objects.count() == ShareLink.objects.count() == (which == P.PUBLISHED)


@pytest.mark.parametrize("name", ["version", "reach"])
def test_unknown_versions_are_not_there(as_user: Any, name: str) -> None:
    client = as_user(make.organiser())
    assert client.get(url(name, 987654)).status_code == 404
    for verb, args in (("add", []), ("hand-over", []), ("act", ["send"]), ("piece", [1, "up"])):
        assert client.post(url(verb, 987654, *args)).status_code == 404
        assert client.get(url(verb, 987654, *args)).status_code == 405


@pytest.mark.parametrize("seen", ["", "²", "0"])
def test_published_only_as_it_was_read(as_user: Any, seen: str) -> None:
    waiting = packs.version(P.IN_REVIEW, lock_version=3)
    client = as_user(make.reviewer())
    assert "Somebody has changed this since you opened it" in post(client, "act", waiting.pk, "publish", seen=seen)
    assert state(waiting) == P.IN_REVIEW
    assert "Published." in post(client, "act", waiting.pk, "publish", seen="3")
    assert (state(waiting), waiting.lock_version) == (P.PUBLISHED, 4)


@pytest.mark.parametrize(
    ("verb", "which", "words"),
    [
        ("send", P.PUBLISHED, "Only a draft can be changed."),
        ("take-back", P.DRAFT, "It is not in review."),
        ("publish", P.DRAFT, "It is not in review."),
        ("withdraw", P.SUPERSEDED, "Only a published version can be withdrawn."),
        ("withdraw", P.PUBLISHED, "This field is required"),
        ("renew", P.IN_REVIEW, "This is the draft of the new version."),
        ("discard", P.IN_REVIEW, "Only a draft can be changed."),
    ],
)
def test_what_does_not_fit_the_state_is_said(as_user: Any, verb: str, which: str, words: str) -> None:
    row = packs.version(which)
    data = {"seen": "0"} if verb == "publish" else WHY if which == P.SUPERSEDED else {}
    assert words in post(as_user(make.reviewer()), "act", row.pk, verb, **data)
    assert state(row) == which
    assert PackageVersion.objects.count() == 1


@pytest.mark.parametrize(
    "said", [{"why_en": "Wrong since May."}, {"why_en": "Wrong since May.", "why_zh_hans": "误" * 301}]
)
def test_the_reason_of_a_withdrawal_that_is_not_complete_comes_back(as_user: Any, said: dict[str, str]) -> None:
    row = packs.version(P.PUBLISHED)
    answer = as_user(make.organiser()).post(url("act", row.pk, "withdraw"), said)
    assert answer.status_code == 422
    assert all(words in answer.content.decode() for words in said.values())
    assert state(row) == P.PUBLISHED


@pytest.mark.parametrize("which", [P.PUBLISHED, P.DRAFT])
def test_who_only_reads_finds_nothing_to_press(as_user: Any, which: str) -> None:
    main = text(as_user(UserFactory(roles=["leader"])), "version", packs.version(which).pk)
    main = main.split("<main", 1)[1].split("</main", 1)[0]
    assert "<form" not in main
    assert "№ 3" in main


@pytest.mark.parametrize("role", ["editor", "reviewer", "admin"])
def test_who_wrote_it_is_told_why_there_is_no_button(as_user: Any, role: str) -> None:
    author = UserFactory(roles=[role])
    page = text(as_user(author), "version", packs.version(P.IN_REVIEW, author=author).pk)
    words = "Only a reviewer or the service centre" if role == "editor" else "You wrote this yourself"
    assert words in page
    assert "Back to a draft" in page


def test_what_is_missing_stands_above_a_button_that_rests(as_user: Any) -> None:
    draft = packs.version(introduction_en="", policies=())
    page = text(as_user(draft.author), "version", draft.pk)
    for words in ("Still missing:", "Missing in English: introduction.", "There is nothing in the package yet."):
        assert words in page
    assert "Still missing:" in post(as_user(draft.author), "act", draft.pk, "send")
    assert state(draft) == P.DRAFT


@pytest.mark.parametrize("number", [1, 3, 30])
@pytest.mark.parametrize(("name", "queries_of"), [("version", 8), ("own", 9), ("sheet", 2), ("embed", 2)])
def test_a_page_costs_the_same_however_many_pieces(
    client: Client, as_user: Any, name: str, queries_of: int, number: int, django_assert_num_queries: Any
) -> None:
    policies: Any = titled(number)
    made = packs.version(P.PUBLISHED, policies=policies)
    handed = packs.handed(made)
    args = {"version": made.pk, "own": handed.pk}.get(name, packs.link(handed).code)
    if name in ("version", "own"):
        person = make.organiser() if name == "version" else handed.partner.contacts.get().user
        client = as_user(person)
    with django_assert_num_queries(queries_of):
        assert text(client, name, args).count("§ policy") >= number


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_partners_list_costs_the_same_however_many(
    as_user: Any, number: int, django_assert_num_queries: Any
) -> None:
    partner, made = make.partner(), packs.version()
    contact = make.contact(partner)
    fields = {"package": made.package, "author": made.author, "state": P.SUPERSEDED}
    rows = [PackageVersion(number=n + 2, ended_at=timezone.now(), **fields) for n in range(number)]
    rows = PackageVersion.objects.bulk_create(rows)
    HandOver.objects.bulk_create([HandOver(version=row, partner=partner) for row in rows])
    client = as_user(contact.user)
    with django_assert_num_queries(4):
        assert text(client, "owns").count('scope="row"') == number


# --- composing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "begins"),
    [
        ({"title_en": "Rent help"}, "rent-help-"),
        ({"title_zh_hans": "租金"}, "package-"),
        ({"title_en": "x" * 90}, "x" * 60),
    ],
)
def test_a_title_in_one_language_is_enough_to_begin(texts: dict[str, str], begins: str) -> None:
    made = workflow.begin(by=make.organiser(), content=texts)
    assert made.package.slug.startswith(begins)
    assert (made.number, made.state) == (1, P.DRAFT)
    assert workflow.begin(by=make.organiser(), content=texts).package.slug != made.package.slug


@pytest.mark.parametrize("content", [{}, {"title_en": " "}, {"introduction_en": "A"}])
def test_without_a_title_nothing_is_begun(content: dict[str, str]) -> None:
    with pytest.raises(Refused, match="at least one language"):
        workflow.begin(by=make.organiser(), content=content)
    assert not PartnerPackage.objects.exists()


@pytest.mark.parametrize("person", [{}, {"roles": ["translator"]}, {"roles": ["leader"]}])
def test_nothing_is_begun_or_renewed_by_others(person: dict[str, Any]) -> None:
    handed = packs.handed()
    user: Any = UserFactory(**person)
    for verb in (
        lambda: workflow.begin(by=user, content=make.both(title="A")),
        lambda: workflow.renew(handed.version, by=user),
        lambda: workflow.hand_over(handed.version, [make.partner()], by=user),
        lambda: workflow.discard(packs.version(), by=user),
    ):
        with pytest.raises(Refused, match="Only the policy officials"):
            verb()
    assert HandOver.objects.count() == 1


def order(draft: PackageVersion) -> list[str]:
    return [title[-1] for title in draft.pieces.values_list("policy__title_en", flat=True)]


@pytest.mark.parametrize(
    ("place", "act", "after"),
    [(0, "up", "012"), (2, "down", "012"), (0, "down", "102"), (2, "up", "021"), (1, "remove", "02")],
)
def test_pieces_are_put_in_order(place: int, act: str, after: str) -> None:
    draft = packs.version(policies=titled(3))
    workflow.arrange(draft, draft.pieces.all()[place].pk, act, by=draft.author)
    assert "".join(order(draft)) == after
    draft.refresh_from_db()
    assert draft.lock_version == 1


@pytest.mark.parametrize("act", ["up", "down", "remove", "refresh"])
def test_a_piece_of_another_package_stays_as_it_is(as_user: Any, act: str) -> None:
    draft, other = packs.version(), packs.version(policies=titled(2))
    piece = other.pieces.all()[1]
    assert "This piece is no longer there." in post(as_user(draft.author), "piece", draft.pk, piece.pk, act)
    assert order(other) == ["0", "1"]


def test_a_policy_that_changed_is_taken_as_it_is_now_and_the_warning_goes(as_user: Any) -> None:
    draft = packs.version()
    piece, client = draft.pieces.get(), as_user(draft.author)
    Policy.objects.update(version=3)
    assert "take it as it is now" in text(client, "version", draft.pk)
    assert "take it as it is now" not in post(client, "piece", draft.pk, piece.pk, "refresh")
    piece.refresh_from_db()
    assert piece.version == 3


@pytest.mark.parametrize("act", ["up", "remove"])
def test_whoever_arranges_a_draft_cannot_publish_it(act: str) -> None:
    reviewer = make.reviewer()
    draft = packs.version(policies=titled(2))
    workflow.arrange(draft, draft.pieces.all()[1].pk, act, by=reviewer)
    workflow.send(draft, by=make.organiser())
    with pytest.raises(Refused, match="You wrote this yourself"):
        workflow.publish(draft, by=reviewer)


def test_there_is_a_limit_to_pieces() -> None:
    draft, (known, new, last) = packs.version(policies=()), titled(3)
    rows = [PackagePiece(package_version=draft, position=n, policy=known, version=1) for n in range(59)]
    PackagePiece.objects.bulk_create(rows)
    workflow.add(draft, by=draft.author, policy=new)
    with pytest.raises(Refused, match="as many pieces as there can be: 60"):
        workflow.add(draft, by=draft.author, policy=last)
    assert workflow.add(draft, by=draft.author, policy=new).position == 59  # it is there already


def test_other_things_than_policies_are_found_added_and_shown(as_user: Any, client: Client) -> None:
    leaflet, talk = ({f"title_{code}": title for code in ("en", "zh_hans")} for title in ("§ leaflet", "§ talk"))
    material, event = make.material(1, **leaflet), make.event(**talk)  # type: ignore[arg-type]
    draft = packs.version()
    desk = as_user(draft.author)
    page = text(desk, "version", draft.pk, q="§")
    for title, kind, thing in (("§ leaflet", "material", material), ("§ talk", "event", event.occasion)):
        assert f'aria-label="Add: {title}"' in page
        assert "It is in the package" in post(desk, "add", draft.pk, kind=kind, pk=thing.pk)
    page = text(desk, "version", draft.pk, q="§")
    assert "Add: §" not in page  # what is in it is not offered again
    draft.pieces.update(words_en="Why", words_zh_hans="因")
    PackageVersion.objects.update(state=P.PUBLISHED, published_at=timezone.now(), reviewer=make.reviewer())
    code = packs.link(packs.handed(draft)).code
    page = text(client, "page", code)
    assert page.index("§ leaflet") < page.index("§ talk")
    type(material).objects.update(withdrawn_at=timezone.now())
    type(event.occasion).objects.update(state="cancelled")
    page = text(client, "page", code)
    for words in ("This material was withdrawn.", "not published, or was cancelled"):
        assert words in page
    assert [kind["kind"] for kind in to_add("§", packs.version(policies=()))] == []


def test_the_remark_of_a_reviewer_is_written_to_the_author_and_stands_on_the_draft(as_user: Any) -> None:
    author, waiting = make.organiser(), packs.version(P.IN_REVIEW)
    PackageVersion.objects.update(author=author)
    client = as_user(make.reviewer())
    assert "It is a draft again." in post(client, "act", waiting.pk, "take-back", remark="  " + "x" * 600)
    waiting.refresh_from_db()
    assert waiting.remark == "x" * 500
    letter = Message.objects.get()
    assert (letter.recipient, letter.body, letter.url) == (author, "x" * 500, url("version", waiting.pk))
    assert "To be changed:" in text(as_user(author), "version", waiting.pk)
    workflow.send(waiting, by=author)
    waiting.refresh_from_db()
    assert waiting.remark == ""


def test_who_takes_back_their_own_work_writes_no_letter() -> None:
    waiting = packs.version(P.IN_REVIEW)
    workflow.take_back(waiting, by=waiting.author, remark="Mine")
    assert (state(waiting), Message.objects.count()) == (P.DRAFT, 0)


def test_a_new_version_asks_what_has_changed_and_only_one_is_open(as_user: Any) -> None:
    handed = packs.handed()
    client = as_user(make.organiser())
    assert "New version from this one" in text(client, "version", handed.version_id)
    page = post(client, "act", handed.version_id, "renew")
    draft = PackageVersion.objects.get(number=2)
    for words in ("What has changed (English)", "Missing in English: what has changed.", "Other versions"):
        assert words in page
    assert "New version from this one" not in text(client, "version", handed.version_id)
    assert "being written already" in str(rules.may_renew(make.organiser(), handed.version).reason)
    post(client, "act", draft.pk, "discard")
    assert rules.may_renew(make.organiser(), handed.version)
    assert workflow.renew(handed.version, by=make.organiser()).number == 2  # numbers of what never was are free


@pytest.mark.parametrize("which", [P.SUPERSEDED, P.WITHDRAWN])
def test_what_is_over_is_renewed_too(which: str) -> None:
    old = packs.version(which)
    new = workflow.renew(old, by=make.organiser())
    assert (new.number, new.state, new.introduction, new.why) == (2, P.DRAFT, old.introduction, "")
    assert [piece.words_zh_hans for piece in new.pieces.all()] == ["№ 3（中）"]  # type: ignore[attr-defined]
