"""What people send in: with an account or without, once, within limits, and never lost without a word."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from policies.consultation import comment_form, limits, responding
from policies.consultation.enums import Speaks
from policies.consultation.responding import WHOLE, TooLate, Voice
from policies.models import Consultation, ConsultationComment, Submission
from portal.core.access import Refused
from tests.factories import consultations as made
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.publishing import editor

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _nobody_counted(fresh_cache: Iterator[None]) -> None:
    """The limits begin anew."""


def stamp(age: float = 60, key: Any = None) -> str:
    return signing.dumps([str(key or uuid.uuid4()), time.time() - age], salt=comment_form.SALT)


def send(client: Client, row: Consultation, words: str = "Ten days, please", **data: Any) -> Any:
    fields = {"words_0": words, "stamp": stamp(), **data}
    return client.post(reverse("consultations:detail", args=[row.slug]), fields)


def respond(row: Consultation, *texts: str, visitor: str = "v", by: Any = None, **fields: Any) -> int:
    words = fields.pop("words", None) or dict(enumerate(texts))
    given = {"voice": Voice(), "form_key": uuid.uuid4(), **fields}
    return responding.respond(row, by=by, visitor=visitor, words=words, **given)


# --- the form -----------------------------------------------------------------------------------------------------


def test_a_visitor_comments_on_articles_and_on_the_whole(client: Client) -> None:
    row = made.opened()
    page = client.get(reverse("consultations:detail", args=[row.slug])).content.decode()
    assert page.count("<textarea") == 3
    assert "Comment on Article 2" in page
    assert "no name" in page
    answer = send(client, row, "", words_2="  <script>alert(1)</script> is unclear  ", who="resident", size="")
    assert answer.status_code == 302
    comment = ConsultationComment.objects.get()
    assert comment.clause is not None
    assert (comment.clause.number, comment.text) == (2, "<script>alert(1)</script> is unclear")
    sent = comment.submission
    assert (sent.author, sent.enterprise, sent.speaks_for, sent.size, sent.language) == (
        None,
        None,
        "resident",
        "",
        "en",
    )
    after = client.get(answer["Location"]).content.decode()
    assert "Thank you: 1 comment received." in after
    assert "is unclear" not in after  # what one says is not public
    assert " 1 comment" not in after.replace("Thank you: 1 comment", "")  # nor are small numbers


@pytest.mark.parametrize(
    ("who", "size", "kept"),
    [
        ("", "small", ("enterprise", "small")),
        ("resident", "large", ("resident", "")),
    ],
)
def test_for_whom_somebody_speaks(client: Client, who: str, size: str, kept: tuple[str, str]) -> None:
    send(client, made.opened(), who=who, size=size)
    assert tuple(Submission.objects.values_list("speaks_for", "size").get()) == kept


@pytest.mark.parametrize("named", [True, False])
def test_staff_of_an_enterprise_speak_for_it(as_user: Sign, named: bool) -> None:
    member = MembershipFactory(enterprise__size="small")
    row, client = made.opened(), as_user(member.user)
    page = client.get(reverse("consultations:detail", args=[row.slug])).content.decode()
    assert member.enterprise.name_en in page
    send(client, row, who=f"e{member.enterprise.pk}", size="large", **({"named": "on"} if named else {}))
    sent = Submission.objects.get()
    assert (sent.enterprise, sent.author, sent.size, sent.named) == (member.enterprise, member.user, "small", named)


def test_nobody_speaks_for_somebody_elses_enterprise(as_user: Sign) -> None:
    own, other, row = MembershipFactory(), MembershipFactory(), made.opened()
    answer = send(as_user(own.user), row, who=f"e{other.enterprise.pk}")
    assert (answer.status_code, Submission.objects.count()) == (200, 0)
    for by in (own.user, None):
        with pytest.raises(Refused, match="do not act"):
            respond(row, "Hello", by=by, voice=Voice(enterprise=other.enterprise))
    claimed = MembershipFactory(state="claimed")
    assert (
        f"e{claimed.enterprise.pk}" not in as_user(claimed.user).get(f"/en/consultations/{row.slug}/").content.decode()
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"words": "？！…… — 。"}, "says nothing"),
        ({"words": "a\x00b"}, "Null characters"),
        ({"website": "http://example.org"}, "trap for machines"),
        ({"stamp": "forged:1:2"}, "too quick"),
    ],
)
def test_what_is_refused_is_shown_again(client: Client, data: dict[str, Any], said: str) -> None:
    words = data.pop("words", "My own words")
    page = send(client, made.opened(), words, **data)
    text = page.content.decode()
    assert said in text
    assert words.replace("\x00", "") in text or "\x00" in words
    assert ConsultationComment.objects.count() == 0


def test_a_form_that_was_sent_too_soon_can_be_sent_again(client: Client) -> None:
    row, soon = made.opened(), stamp(age=0)
    page = send(client, row, stamp=soon)
    assert soon in page.content.decode()  # the same form: the time goes on
    forged = send(client, row, stamp="x")
    assert page.status_code == forged.status_code == 200
    assert forged.context["form"]["stamp"].value() != "x"


def test_ten_megabytes_are_turned_away(client: Client) -> None:
    assert send(client, made.opened(), "字" * 3_500_000).status_code == 413
    assert Submission.objects.count() == 0


def test_a_form_that_is_sent_again_counts_once_and_loses_nothing(client: Client) -> None:
    """A second click is the same words; going back in the browser and adding some is not."""
    row, once = made.opened(), stamp()
    send(client, row, stamp=once)
    again = send(client, row, stamp=once)
    assert "already" in client.get(again["Location"]).content.decode()
    more = send(client, row, stamp=once, words_1="Other words")
    assert "1 comment received" in client.get(more["Location"]).content.decode()
    assert [each.text for each in row.comments.order_by("pk")] == ["Ten days, please", "Other words"]


def test_the_same_words_count_once(subtests: Any) -> None:
    row, person = made.opened(), UserFactory()
    assert respond(row, "Ten days,  please") == 1
    for fields, new in (
        ({}, 0),
        ({"visitor": "another"}, 0),
        ({"words": {1: "ten DAYS, please"}}, 1),  # on an article
        ({"words": {WHOLE: "Ｔｅｎ ｄａｙｓ, please ", 1: "Ten days, please"}}, 0),
        ({"voice": Voice(Speaks.ENTERPRISE, "micro")}, 1),  # from another side
        ({"by": person}, 1),
        ({"by": person}, 0),
    ):
        with subtests.test(fields=fields):
            assert respond(row, "ten days, please", **fields) == new
    assert row.comments.count() == 4


def test_an_article_of_another_draft_is_none() -> None:
    row = made.opened(clauses=1)
    with pytest.raises(Refused, match="no such article"):
        respond(row, words={1: "Yes", 7: "No"})
    assert Submission.objects.count() == 0


# --- when it is not open --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["closed", "announced", "withdrawn", "answered"])
def test_words_that_come_too_late_are_given_back(client: Client, state: str) -> None:
    row = {
        "closed": made.closed,
        "announced": lambda: made.consultation("released", opens=1),
        "withdrawn": lambda: made.consultation("withdrawn"),
        "answered": made.answered,
    }[state]()
    page = send(client, row, "What I wrote", words_1="<b>More</b>")
    assert page.status_code == 409
    assert b"What I wrote</textarea>" in page.content
    assert b"&lt;b&gt;More&lt;/b&gt;</textarea>" in page.content
    assert Submission.objects.count() == 0
    with pytest.raises(TooLate):
        respond(row, "What I wrote")


def test_it_closes_between_the_page_and_the_row(client: Client, monkeypatch: Any) -> None:
    row = made.opened()
    monkeypatch.setattr(responding.rules, "is_open", lambda *_args: responding.rules.Denied("Closed just now."))
    monkeypatch.setattr("policies.consultation.views.rules.may_comment", lambda *_args: True)
    assert b"Closed just now." in send(client, row).content


def test_a_draft_is_nowhere(client: Client) -> None:
    for stage in ("draft", "in_review"):
        assert send(client, made.consultation(stage)).status_code == 404


def test_staff_of_the_district_are_not_asked(as_user: Sign) -> None:
    row, official = made.opened(), editor()
    client = as_user(official)
    assert b"not among those asked" in client.get(reverse("consultations:detail", args=[row.slug])).content
    assert send(client, row).status_code == 409
    with pytest.raises(Refused, match="not among"):
        respond(row, "Hello", by=official)


# --- limits ---------------------------------------------------------------------------------------------------------


def test_a_visitor_and_a_person_have_their_hour(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "PER_HOUR", 2)
    row, person = made.opened(), UserFactory()
    for n in range(2):
        assert respond(row, f"Visitor {n}") == respond(row, f"Person {n}", by=person) == 1
    for fields in ({}, {"by": person}):
        with pytest.raises(Refused, match="2 times within an hour"):
            respond(row, "Once more", **fields)
    assert respond(row, "Somebody else", visitor="w") == 1
    assert respond(made.opened(), "Another draft") == 1
    assert respond(row, "Visitor 0") == 0  # what counts once is no new time
    send(client, row, "One")
    send(client, row, "Two")
    page = send(client, row, "My third words")
    assert b"within an hour" in page.content
    assert b"My third words" in page.content


def test_without_valkey_all_visitors_share_a_minute(monkeypatch: Any) -> None:
    """The cache answers as it does when its server is away: nothing is kept, every count is one."""
    monkeypatch.setattr(cache, "add", lambda *_args: True)
    monkeypatch.setattr(cache, "incr", lambda *_args: 1)
    monkeypatch.setattr(cache, "get", lambda *_args: None)
    monkeypatch.setattr(limits, "PER_MINUTE", 2)
    row = made.opened()
    assert [respond(row, f"Words {n}", visitor=f"v{n}") for n in range(2)] == [1, 1]
    with pytest.raises(Refused, match="in a minute"):
        respond(row, "Words 3", visitor="v3")
    assert respond(row, "Signed in", by=UserFactory()) == 1


def test_a_count_that_was_just_forgotten(monkeypatch: Any) -> None:
    monkeypatch.setattr(cache, "add", lambda *_args: False)
    assert respond(made.opened(), "Hello") == 1


def test_the_fingerprint_tells_no_address_and_changes_daily(monkeypatch: Any) -> None:
    ask = RequestFactory()
    first = limits.fingerprint(ask.get("/", REMOTE_ADDR="203.0.113.9"))
    assert first == limits.fingerprint(ask.get("/", REMOTE_ADDR="203.0.113.9"))
    assert first != limits.fingerprint(ask.get("/", REMOTE_ADDR="203.0.113.10"))
    assert "203" not in first
    monkeypatch.setattr(limits, "local_day", lambda: "tomorrow")
    assert first != limits.fingerprint(ask.get("/", REMOTE_ADDR="203.0.113.9"))


# --- lists ----------------------------------------------------------------------------------------------------------


def test_the_list_by_how_they_stand(client: Client) -> None:
    made.opened(title_en="Now open")
    made.consultation("released", opens=3, title_en="To open")
    closed = made.closed(title_en="Just closed")
    made.say(closed, *(f"Words {n}" for n in range(5)))
    made.answered(title_en="All answered")
    made.consultation("withdrawn", title_en="Taken away", withdrawn_reason_en="Drafted anew.")
    made.consultation("withdrawn", title_en="Never public", published_at=None)
    made.consultation(title_en="A draft")
    titles = ["Now open", "To open", "Just closed", "All answered", "Taken away", "Never public", "A draft"]
    found = {}
    for tab in ("open", "evaluated", "closed", "nonsense"):
        page = client.get("/en/consultations/", {"show": tab}).content.decode()
        found[tab] = [title for title in titles if title in page]
    assert found["open"] == found["nonsense"] == ["Now open", "To open"]
    assert found["evaluated"] == ["Just closed"]
    assert found["closed"] == ["All answered", "Taken away"]
    assert "5 comments" in client.get("/en/consultations/?show=evaluated").content.decode()


@pytest.mark.parametrize("size", [1, 8])
def test_lists_take_as_many_queries_however_long(client: Client, size: int, django_assert_num_queries: Any) -> None:
    for _n in range(size):
        made.opened(clauses=0)
    with django_assert_num_queries(2):  # the rows with their departments, how many comments
        client.get("/en/consultations/")


def test_ways_to_it(client: Client) -> None:
    assert b"open for comment" not in client.get("/en/").content
    row = made.opened(title_zh_hans="请提意见", closes=9)
    made.opened(closes=20)
    assert row.slug.encode() in client.get("/en/").content
    with translation.override("zh-hans"):
        assert "请提意见" in client.get("/zh-hans/").content.decode()
    assert b"/en/consultations/" in client.get("/en/policies/").content
