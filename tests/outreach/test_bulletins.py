"""Issues: composed, checked in both languages, published by somebody else, sent once; subscribing by a yes."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from notices.delivery import envelope
from notices.models import Message
from outreach.bulletins import loading, subscribing, workflow
from outreach.enums import Publication
from outreach.models import Bulletin, Subscriber
from portal.core.access import Refused
from tests.factories import outreach as make
from tests.factories.policies import PolicyFactory
from tests.signing import signed_in

pytestmark = pytest.mark.django_db
TEXTS = {"title_zh_hans": "第一期", "title_en": "First issue", "words_zh_hans": "编者的话", "words_en": "Words"}
OWN = {"heading_zh_hans": "甲", "heading_en": "A", "words_zh_hans": "乙", "words_en": "B"}
CORRECT = {"text_zh_hans": "更正", "text_en": "Right"}


@pytest.fixture(autouse=True)
def _fresh() -> Any:
    cache.clear()  # it counts how often an address writes
    with translation.override("en"):
        yield


def draft(by: Any, **fields: str) -> Bulletin:
    return workflow.begin(by=by, content=TEXTS | fields)


def published(by: Any = None) -> Bulletin:
    author = by or make.organiser()
    row = draft(author)
    workflow.add(row, by=author, **OWN)
    workflow.send(row, by=author)
    workflow.publish(row, by=make.reviewer())
    row.refresh_from_db()
    return row


def subscriber(**fields: Any) -> Subscriber:
    return Subscriber.objects.create(**{"email": f"{uuid4()}@example.com", "confirmed_at": timezone.now()} | fields)


def test_what_appeared_before_is_loaded_once_with_its_source() -> None:
    assert loading.load() == 12
    assert loading.load() == 0
    first = Bulletin.objects.get(slug="hk-english-bulletin-2022")
    assert (first.issue, first.precision, first.author) == (None, "month", None)


def test_an_issue_is_published_by_somebody_else_and_numbered() -> None:
    by = make.organiser()
    row, second = draft(by), draft(by)
    assert (row.issue, second.issue) == (1, 2)
    with pytest.raises(Refused, match="nothing in the issue"):
        workflow.send(row, by=by)
    workflow.add(row, by=by, **OWN)
    workflow.send(row, by=by)
    reviewer = make.reviewer()
    for someone in (by, make.organiser()):
        with pytest.raises(Refused):
            workflow.publish(row, by=someone)
    workflow.publish(row, by=reviewer)
    with pytest.raises(Refused):
        workflow.publish(row, by=reviewer)
    row.refresh_from_db()
    assert (row.state, row.reviewer) == (Publication.PUBLISHED, reviewer)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"stale": ["title_en"]}, "English text is outdated"),
        ({"stale": ["summary_zh_hans"]}, "Chinese text is outdated"),
        ({"summary_en": ""}, "missing in one language"),
        ({"version": 9}, "amended"),
        ({"published_at": None}, "not published"),
    ],
)
def test_a_stale_or_missing_translation_stops_an_issue_and_names_the_piece(change: dict[str, Any], says: str) -> None:
    by, policy = make.organiser(), PolicyFactory(title_en="Rent support", summary_en="s", summary_zh_hans="摘要")
    row = draft(by)
    workflow.add(row, by=by, policy=policy)
    for name, value in change.items():
        setattr(policy, name, value)
    policy.save()
    with pytest.raises(Refused, match=f"Rent support: .*{says}"):
        workflow.send(row, by=by)
    page = signed_in(by).get(f"/en/outreach/bulletins/{row.slug}/").content.decode()
    mended = f"/en/publishing/policies/{policy.slug}/" in page
    assert mended == ("outdated" in says or "missing" in says)


@pytest.mark.parametrize(("taker", "letters"), [("reviewer", 1), ("author", 0)])
def test_taken_back_with_a_remark_that_the_author_reads(taker: str, letters: int) -> None:
    by = make.organiser()
    row = draft(by)
    workflow.add(row, by=by, **OWN)
    workflow.send(row, by=by)
    client, base = signed_in(by if taker == "author" else make.reviewer()), f"/en/outreach/bulletins/{row.slug}/"
    assert 'name="remark"' in client.get(base).content.decode()
    for _click in range(2):
        client.post(f"{base}take-back/", {"remark": "<b>Shorter</b>, please"})
    row.refresh_from_db()
    assert (row.state, row.remark) == (Publication.DRAFT, "<b>Shorter</b>, please")
    assert "&lt;b&gt;Shorter&lt;/b&gt;, please" in client.get(base).content.decode()
    told = Message.objects.filter(recipient=by)
    assert told.count() == letters
    assert all(("Back to you" in each.subject, "please" in each.body, base in each.url) == (True,) * 3 for each in told)
    workflow.send(row, by=by)
    row.refresh_from_db()
    assert row.remark == ""


@pytest.mark.parametrize("missing", sorted(OWN))
def test_own_words_are_whole_in_both_languages(missing: str) -> None:
    by = make.organiser()
    row = draft(by)
    with pytest.raises(Refused):
        workflow.add(row, by=by, **(OWN | {missing: " "}))
    assert not row.pieces.exists()


def test_a_correction_is_marked_and_stays(client: Client) -> None:
    row = published()
    with pytest.raises(Refused):
        workflow.correct(row, by=make.reviewer(), text=CORRECT | {"text_en": ""})
    workflow.correct(row, by=make.reviewer(), text=CORRECT, piece=row.pieces.get().pk)
    page = client.get(f"/en/bulletins/{row.slug}/").content.decode()
    assert page.count("Right") == 2  # at the top and at the piece
    anchor = f"piece-{row.pieces.get().pk}"
    assert f'<a href="#{anchor}">A</a>' in page
    assert f'id="{anchor}"' in page
    assert "更正" in client.get(f"/zh-hans/bulletins/{row.slug}/").content.decode()


def test_an_issue_goes_once_to_those_who_had_subscribed(monkeypatch: Any) -> None:
    people = [subscriber() for _n in range(5)]
    subscriber(confirmed_at=None)
    subscriber(ended_at=timezone.now())
    row = published()
    subscriber(confirmed_at=timezone.now() + timezone.timedelta(hours=1))
    monkeypatch.setattr(subscribing, "BATCH", 2)
    assert subscribing._batch(row.pk) == 2  # and here the worker died
    left = people[-1] if people[-1].key == max(p.key for p in people) else max(people, key=lambda p: p.key)
    subscribing.end(left)
    assert subscribing.send_due() == 2
    assert subscribing.send_due() == 0
    letters = Message.objects.filter(key__startswith=f"guest:bulletin:{row.pk}:")
    assert {m.email for m in letters} == {p.email for p in people if p.pk != left.pk}
    assert all("\n· A\n" in m.body for m in letters)
    mail = envelope(letters[0])
    assert "/bulletins/subscription/" in mail.extra_headers["List-Unsubscribe"]


def test_each_reads_what_is_in_the_issue_in_their_own_language(django_assert_max_num_queries: Any) -> None:
    row = published()
    people = [subscriber(language=code, confirmed_at=row.published_at) for code in ("en", "zh-hans", "zh-hans")]
    with django_assert_max_num_queries(12 + 6 * len(people)):
        assert subscribing.send_due() == 3
    letters = {m.email: m for m in Message.objects.filter(key__startswith=f"guest:bulletin:{row.pk}:")}
    told = [(letters[each.email].subject, letters[each.email].body.split("\n\n")[:2]) for each in people]
    chinese = ("第一期", ["编者的话", "· 甲"])
    assert told == [("First issue", ["Words", "· A"]), chinese, chinese]


def test_a_subscription_needs_its_owners_yes_and_ends_with_one_click(client: Client) -> None:
    for _turn in range(2):
        page = client.post("/en/bulletins/", {"email": "someone@example.com", "language": "en"}, follow=True)
    known = client.post("/en/bulletins/", {"email": subscriber().email, "language": "en"}, follow=True)
    assert page.content.count(b"a letter is on its way") == known.content.count(b"a letter is on its way") == 1
    row = Subscriber.objects.get(email="someone@example.com")
    assert Message.objects.filter(email=row.email).count() == 1
    url = f"/en/bulletins/subscription/{row.key}/"
    client.get(url)
    row.refresh_from_db()
    assert row.confirmed_at is None  # reading changes nothing
    browser = Client(enforce_csrf_checks=True)
    browser.post(url)
    row.refresh_from_db()
    assert row.confirmed_at is not None
    for _turn in range(2):
        browser.post(url, {"List-Unsubscribe": "One-Click"})
    row.refresh_from_db()
    assert row.ended_at is not None
    assert "someone" not in row.email
    assert client.post("/en/bulletins/", {"email": "someone@example.com", "language": "en"}).status_code == 302


@pytest.mark.parametrize("data", [{}, {"email": "x"}, {"email": "a@example.com", "language": "xx"}])
def test_wrong_addresses_are_told_beside_the_field(client: Client, data: dict[str, str]) -> None:
    assert client.post("/en/bulletins/", data).status_code == 422
    assert not Subscriber.objects.exists()


def test_an_address_that_nobody_confirmed_is_forgotten() -> None:
    old = timezone.now() - timezone.timedelta(days=3)
    stranger, confirmed = subscriber(confirmed_at=None, asked_at=old), subscriber(asked_at=old)
    for _turn in range(2):
        subscribing.drop_unconfirmed()
    assert list(Subscriber.objects.all()) == [confirmed], stranger


def test_an_expired_or_forged_link_gets_a_clear_page(client: Client) -> None:
    page = client.post(f"/en/bulletins/subscription/{uuid4()}/", {"end": "yes"})
    assert (page.status_code, b"not complete" in page.content) == (404, True)


def test_the_feed_and_the_archive_show_what_is_published_only(client: Client) -> None:
    row, hidden = published(), draft(make.organiser(), title_en="Half a thought")
    for path in ("/en/bulletins/", "/en/bulletins/feed.atom"):
        page = client.get(path).content.decode()
        assert (row.title_en in page, hidden.title_en in page) == (True, False)
    assert client.get(f"/en/bulletins/{hidden.slug}/").status_code == 404


def test_the_whole_way_through_the_pages() -> None:
    by = make.organiser()
    client, policy = signed_in(by), PolicyFactory(summary_en="s", summary_zh_hans="摘要")
    assert client.post("/en/outreach/bulletins/new/", {"title_en": ""}).status_code == 422
    made = client.post("/en/outreach/bulletins/new/", TEXTS)
    base = made.headers["Location"]
    client.post(f"{base}add/", {"kind": "policy", "pk": policy.pk})
    client.post(f"{base}add/", {"kind": "words"} | OWN)
    row = Bulletin.objects.get()
    last = row.pieces.last()
    client.post(f"{base}pieces/{last.pk}/up/")
    assert row.pieces.all()[0] == last
    client.post(f"{base}send/")
    reviewer = signed_in(make.reviewer())
    reviewer.post(f"{base}publish/", {"seen": 0})  # of a page opened before the last change
    row.refresh_from_db()
    assert row.state == Publication.IN_REVIEW
    reviewer.post(f"{base}publish/", {"seen": row.lock_version})
    row.refresh_from_db()
    assert row.state == Publication.PUBLISHED
    for path in ("pieces/1/explode/", "explode/"):
        assert client.post(base + path, {"kind": "x"}).status_code == 404


@pytest.mark.parametrize("number", [1, 3, 20])
def test_pages_ask_the_same_whatever_they_hold(client: Client, number: int, django_assert_num_queries: Any) -> None:
    by = make.organiser()
    row = draft(by)
    for _n in range(number):
        workflow.add(row, by=by, **OWN)
        workflow.add(row, by=by, policy=PolicyFactory())
        workflow.add(row, by=by, material=make.material())
        draft(by)
    desk = signed_in(by)
    desk.get("/en/start/")
    with django_assert_num_queries(4):
        assert desk.get("/en/outreach/bulletins/").status_code == 200
    with django_assert_num_queries(13):
        assert desk.get(f"/en/outreach/bulletins/{row.slug}/").status_code == 200
    Bulletin.objects.update(state=Publication.PUBLISHED, reviewer=make.reviewer())
    for path, asked in (("", 1), (f"{row.slug}/", 4)):
        with django_assert_num_queries(asked):
            assert client.get(f"/en/bulletins/{path}").status_code == 200
