"""What strangers, colleagues with an old page, and people in a hurry do to consultations."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from notices.models import Message
from policies.consultation import answering, workflow
from policies.models import CommentGroup, Consultation, ConsultationComment
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import consultations as made
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.publishing import editor, reviewer, translator

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]
PAST = {"opens": -40, "closes": -1}


def url(name: str, row: Consultation, *args: Any) -> str:
    return reverse(f"publishing:consultation{name}", args=[row.pk, *args])


def told(answer: Any) -> str:
    """What the next page will say, without drawing it."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def draft(**fields: Any) -> dict[str, Any]:
    """What the form of a draft sends."""
    today = local_day()
    days = {"opens_on": today, "closes_on": today + timedelta(days=40)}
    return {**made.TEXTS, **days, "inclusive": "on", "seen": "0", **fields}


# --- an old page ------------------------------------------------------------------------------------------------------


def test_a_draft_saved_after_it_was_sent_is_refused_with_its_words(as_user: Sign) -> None:
    row = made.consultation("in_review")
    page = as_user(editor()).post(url("", row), draft(reason_en="What I wrote for an hour")).content.decode()
    assert "It is being reviewed." in page
    assert "What I wrote for an hour</textarea>" in page
    row.refresh_from_db()
    assert row.reason_en == made.TEXTS["reason_en"]  # type: ignore[attr-defined]


def test_a_day_that_somebody_else_changed_is_not_overwritten_unseen(as_user: Sign) -> None:
    author = editor()
    row, client = made.consultation(author=author), as_user(author)
    data = draft(department=row.department_id)
    as_user(translator()).post(url("", row), data | {"closes_on": "2029-02-28"})
    page = client.post(url("", row), data)
    assert "28 February 2029" in page.content.decode()
    seen = page.context["form"]["seen"].value()
    assert client.post(url("", row), data | {"seen": seen}).status_code == 302
    row.refresh_from_db()
    assert (row.closes_on, row.lock_version) == (data["closes_on"], 2)


@pytest.mark.parametrize(
    ("room", "rows", "data"),
    [
        ("-clause", "clauses", {"number": "1", "text_en": "What I wrote"}),
        ("-group", "groups", {"title_en": "T", "summary_en": "What I wrote"}),
    ],
)
def test_words_for_what_was_removed_meanwhile_are_given_back(
    as_user: Sign, room: str, rows: str, data: dict[str, str]
) -> None:
    row = made.closed() if room == "-group" else made.consultation()
    first = made.group(row) if room == "-group" else row.clauses.first()
    assert first is not None
    address, client = url(room, row, first.pk), as_user(editor())
    first.delete()
    assert client.get(address).status_code == 404
    left = getattr(row, rows).count()
    page = client.post(address, data | {"seen": "0"}).content.decode()
    assert "removed meanwhile" in page
    assert "What I wrote</textarea>" in page
    assert getattr(row, rows).count() == left


@pytest.mark.parametrize("number", [0, 10**30])
def test_numbers_that_nothing_has(as_user: Sign, number: int) -> None:
    row, client = made.closed(), as_user(editor())
    for room in ("-clause", "-group"):
        assert client.get(url(room, row, number)).status_code == 404
        assert client.post(url(f"{room}-remove", row, number)).status_code == 302
    assert client.get(f"/en/publishing/consultations/{number}/").status_code == 404
    assert row.clauses.count() == 2


@pytest.mark.parametrize(
    ("stage", "act", "said"),
    [
        ("released", "publish", "It has been published for comment."),
        ("released", "take-back", "It has been published for comment."),
        ("answered", "publish-answers", "It has been answered, and the answers are public."),
        ("in_review", "send", "It is being reviewed."),
        ("answers_in_review", "send-answers", "The answers are being reviewed."),
        ("draft", "return", "Say what should be changed."),
        ("withdrawn", "send", "has been withdrawn"),
        ("answers_in_review", "publish", "The answers are being reviewed."),
        ("in_review", "publish-answers", "It is being reviewed."),
    ],
)
def test_a_second_click_says_how_it_stands(as_user: Sign, stage: str, act: str, said: str) -> None:
    """A person with all roles who presses a button of an old page: a reason, and nothing changed or told."""
    past = {} if stage in ("draft", "in_review") else PAST
    row = made.consultation(stage, **past)
    client = as_user(UserFactory(roles=["editor", "reviewer", "translator"]))
    assert said in told(client.post(url("-act", row), {"act": act, "seen": row.lock_version, "text": ""}))
    row.refresh_from_db()
    assert (row.stage, row.lock_version, Message.objects.count()) == (stage, 0, 0)


@pytest.mark.parametrize("seen", ["", "-1", "1", "0x0", "٠", "9" * 400, "null"])
def test_only_what_was_read_is_published(as_user: Sign, seen: str) -> None:
    row = made.consultation("in_review")
    assert "read it again" in told(as_user(reviewer()).post(url("-act", row), {"act": "publish", "seen": seen}))
    row.refresh_from_db()
    assert row.published_at is None


def test_a_draft_taken_back_changed_and_sent_again_is_read_again() -> None:
    author, judge = editor(), reviewer()
    row = made.consultation("in_review", author=author)
    read = row.lock_version
    workflow.take_back(row, by=author)
    workflow.save_clause(row, by=author, number=3, content={"text_zh_hans": "新增。", "text_en": "Added."})
    workflow.send(row, by=author)
    with pytest.raises(Refused, match="read it again"):
        workflow.publish(row, by=judge, seen=read)


def test_answers_taken_back_and_sorted_anew_are_read_again() -> None:
    """Moving a comment changes what is published as much as a word does."""
    author, judge = editor(), reviewer()
    row = made.closed(author=author)
    made.say(row, "One", "Two", group=made.group(row))
    sent = answering.send_answers(row, by=author)
    workflow.take_back(row, by=author)
    first = row.comments.order_by("pk").values_list("pk", flat=True)[:1]
    answering.sort(row, list(first), by=author, aside="off_topic")
    again = answering.send_answers(row, by=author)
    with pytest.raises(Refused, match="read it again"):
        answering.publish_answers(row, by=judge, seen=sent.lock_version)
    assert answering.publish_answers(row, by=judge, seen=again.lock_version).stage == "answered"


def test_who_sorted_the_comments_does_not_review_the_answers() -> None:
    """To set a comment aside is to decide that it gets no answer."""
    author, both = editor(), UserFactory(roles=["editor", "reviewer"])
    row = made.closed(author=author)
    made.say(row, "A serious complaint")
    answering.sort(row, list(row.comments.values_list("pk", flat=True)), by=both, aside="abuse")
    sent = answering.send_answers(row, by=author)
    with pytest.raises(Refused, match="yourself"):
        answering.publish_answers(row, by=both, seen=sent.lock_version)
    assert not Message.objects.filter(recipient=both).exists()


# --- other roles, other drafts ----------------------------------------------------------------------------------------


DESK = {
    "": draft,
    "-paste": lambda: {"text_en": "Article 1 Mine", "seen": "0", "take": "1"},
    "-clause-new": lambda: {"number": "9", "text_en": "Mine"},
    "-group-new": lambda: {"title_en": "Mine"},
    "-act": lambda: {"act": "publish", "seen": "0"},
    "-withdraw": lambda: {"withdrawn_en": "Why", "withdrawn_zh_hans": "因"},
    "-outcome": lambda: {"outcome": ""},
    "-sort": lambda: {"to": "aside-abuse"},
}


@pytest.mark.parametrize("who", ["nobody", "member", "steward"])
def test_strangers_find_no_desk(as_user: Sign, client: Client, who: str) -> None:
    """Neither to read nor to write, whatever the address and whatever is sent; a visitor is asked to sign in."""
    row = made.evaluated()
    if who != "nobody":
        client = as_user(MembershipFactory().user if who == "member" else UserFactory(roles=[who]))
    found = {client.post(url(room, row), data()).status_code for room, data in DESK.items()}
    found |= {client.get(url(room, row)).status_code for room in ("", "-comments", "-export", "-paste")}
    assert found == ({302, 401} if who == "nobody" else {404})
    assert (row.clauses.count(), row.groups.count(), row.comments.filter(set_aside="").count()) == (2, 1, 1)


def test_who_may_read_may_not_write(as_user: Sign) -> None:
    row, client = made.evaluated(), as_user(UserFactory(roles=["admin"]))
    before = Consultation.objects.values().get(pk=row.pk)
    found = {room: client.post(url(room, row), data()).status_code for room, data in DESK.items()}
    assert set(found.values()) == {200, 302}  # what was typed is shown again, or the page says why not
    assert Consultation.objects.values().get(pk=row.pk) == before
    assert (row.clauses.count(), row.groups.count(), row.comments.filter(set_aside="").count()) == (2, 1, 1)


def test_comments_and_articles_of_others_are_not_moved_by_the_page(as_user: Sign) -> None:
    row, other, client = made.evaluated(), made.evaluated(), as_user(editor())
    foreign = other.comments.get()
    answer = client.post(url("-sort", row), {"comment": foreign.pk, "to": "aside-abuse"})
    assert "Choose at least one comment" in told(answer)
    answer = client.post(url("-sort", row), {"comment": row.comments.get().pk, "to": other.groups.get().pk})
    assert "removed meanwhile" in told(answer)
    states = ConsultationComment.objects.order_by("pk").values_list("group", "set_aside")
    assert list(states) == [(each.groups.get().pk, "") for each in (row, other)]


def test_sorting_leads_back_to_its_own_page(as_user: Sign, subtests: Any) -> None:
    row, client = made.closed(), as_user(editor())
    made.say(row, "Words")
    data = {"comment": row.comments.get().pk, "to": "none"}
    for back in ("//example.org", "\r\nSet-Cookie: a=b", "q=1#x", "x" * 5_000, "next=http://example.org"):
        with subtests.test(back=back[:30]):
            answer = client.post(url("-sort", row), data | {"back": back})
            assert answer["Location"].startswith(url("-comments", row) + "?")
            assert not {"\r", "\n"} & set(answer["Location"])
            assert "a" not in answer.cookies


# --- what the public reads --------------------------------------------------------------------------------------------


def test_an_article_without_text_is_not_taken_over_unseen(as_user: Sign) -> None:
    row = made.consultation()
    pasted = {"text_en": "Article 1 One\nArticle 2\nArticle 3 Three", "seen": "0", "take": "1"}
    page = as_user(editor()).post(url("-paste", row), pasted).content.decode()
    assert "These articles have no text: 2" in page
    assert row.clauses.count() == 2


@pytest.mark.parametrize(("closes", "told"), [(28, True), (29, False)])
def test_a_reason_for_a_shorter_time_is_told_where_it_is_shorter(client: Client, closes: int, told: bool) -> None:
    row = made.consultation("released", closes=closes, short_reason_en="A fictional hurry")
    page = client.get(reverse("consultations:detail", args=[row.slug])).content.decode()
    assert ("A fictional hurry" in page) is told


def test_the_list_does_not_tell_the_number_that_the_page_hides(client: Client) -> None:
    row = made.answered(title_en="All answered")
    for _n in range(5):
        made.say(row, "One each", group=made.group(row))
    page = client.get(reverse("consultations:detail", args=[row.slug])).content.decode()
    listed = client.get("/en/consultations/?show=closed").content.decode()
    assert "All answered" in listed
    assert "5 comments" not in page + listed
    assert page.count("number of comments not shown") == 5


def test_nothing_that_people_type_is_run(client: Client, as_user: Sign) -> None:
    text = """<script>alert(1)</script> {{ 7|add:7 }} "><img src=x onerror='alert(1)'>"""
    row = made.answered(title_en=text, reason_en=text)
    row.clauses.update(text_en=text)
    made.say(row, text, group=made.group(row, title_en=text, summary_en=text, answer_en=text))
    pages = [client.get(reverse("consultations:detail", args=[row.slug])), client.get("/en/consultations/?show=closed")]
    pages += [as_user(reviewer()).get(url(room, row)) for room in ("", "-comments")]
    for page in pages:
        assert escape(text) in page.content.decode()
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_a_group_of_an_article_stays_with_its_draft() -> None:
    """The database itself lets no article go that comments or groups are about."""
    row = made.evaluated()
    CommentGroup.objects.update(clause=row.clauses.get(number=1))
    with pytest.raises(Refused, match="published for comment"):
        workflow.remove_clause(row, row.clauses.get(number=1).pk, by=editor())
    assert row.clauses.count() == 2
