"""Messages as their receivers and the service centre read them: every state, kind and language, and nonsense asked."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from notices.models import ACCOUNT, DIGEST, GROUPS, Message, State
from notices.rules import may_resend
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "zh-hans")
HOSTILE = ["<script>alert(1)</script>", "\u202eABC\u202c 😀", "{{ 7|add:7 }} %(name)s", "长" * 300]
KINDS = {
    "reminder.overdue": ("Reminders", "提醒"),
    "request.answered": ("Requests", "诉求"),
    "policy_review": ("Policies", "政策"),
    "package": ("Service packages", "服务包"),
    "visit.chase": ("Visits", "走访"),
    "event.registration": ("Events and appointments", "活动与预约"),
    "bulletin": ("Government bulletin", "政府公报"),
    "partner.task": ("Partners", "合作单位"),
    "observer.assigned": ("Public observers", "公众观察员"),
    "stewardship": ("Other news", "其他消息"),
    "claim-decided": ("Other news", "其他消息"),
    "": ("Other news", "其他消息"),
}


@pytest.fixture
def person() -> Any:
    return UserFactory(name_en="Rita Reader")


@pytest.fixture
def admin(as_user: Any, admin_user: Any) -> Client:
    return as_user(admin_user)


def page(client: Client, path: str, data: Any = None, language: str = "en") -> str:
    response = client.get(f"/{language}/{path}", data)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_is_about_is_said_in_the_pages_language(as_user: Any, admin: Client, person: Any, kind: str) -> None:
    message = MessageFactory(recipient=person, kind=kind)
    for language, topic in zip(LANGUAGES, KINDS[kind], strict=True):
        assert topic in page(as_user(person), "messages/", language=language)
        assert topic in page(as_user(person), f"messages/{message.pk}/", language=language)
        assert topic in page(admin, f"centre/messages/{message.pk}/", language=language)


def test_every_group_has_a_kind_here() -> None:
    assert {english for english, _chinese in KINDS.values()} == {str(name) for name in GROUPS.values()}


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_is_a_word_in_the_outbox(admin: Client, state: str, language: str) -> None:
    MessageFactory(state=state, subject="Only one")
    with translation.override(language):
        word = str(State(state).label)
    listed = page(admin, "centre/messages/", {"state": state}, language)
    assert "Only one" in listed
    assert f">{word}</span>" in listed
    others = [other for other in State.values if other != state]
    assert not any("Only one" in page(admin, "centre/messages/", {"state": other}, language) for other in others)


@pytest.mark.parametrize("state", State.values)
def test_only_what_was_given_up_offers_to_be_sent_again(admin: Client, admin_user: Any, state: str) -> None:
    message = MessageFactory(state=state)
    shown = page(admin, f"centre/messages/{message.pk}/")
    assert (f'action="/en/centre/messages/{message.pk}/' in shown) == (state == State.FAILED)
    assert bool(may_resend(admin_user, message)) == (state == State.FAILED)


@pytest.mark.parametrize("state", [state for state in State.values if state != State.FAILED])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_forged_second_sending_is_refused_in_words(admin: Client, state: str, language: str) -> None:
    message = MessageFactory(state=state, attempts=3)
    response = admin.post(f"/{language}/centre/messages/{message.pk}/resend/", follow=True)
    assert 'class="notice notice-bad"' in response.content.decode()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (state, 3)


@pytest.mark.parametrize("pk", ["0", "999999999", "x", "-1", "1.5", "9" * 40])
@pytest.mark.parametrize("place", ["messages/", "centre/messages/"])
def test_numbers_that_are_no_message(admin: Client, place: str, pk: str) -> None:
    assert admin.get(f"/en/{place}{pk}/").status_code == 404


@pytest.mark.parametrize("text", HOSTILE)
def test_any_words_are_shown_as_words(as_user: Any, admin: Client, person: Any, text: str) -> None:
    message = MessageFactory(recipient=person, subject=text, body=f"{text}\n\nSecond", last_error=text[:300])
    for client, path in ((as_user(person), "messages/"), (admin, "centre/messages/")):
        for shown in (page(client, path), page(client, f"{path}{message.pk}/")):
            assert text in unescape(shown)
            assert "<script>alert" not in shown


@pytest.mark.parametrize("recipient", ["rita", "Rita Reader", "虚构读者", "RITA@EXAMPLE.ORG", "rita@example.org"])
def test_a_receiver_is_found_by_any_name_or_address(admin: Client, recipient: str) -> None:
    MessageFactory(
        recipient=UserFactory(name_en="Rita Reader", name_zh="虚构读者", email="rita@example.org"), subject="Hers"
    )
    MessageFactory(subject="Somebody else's")
    listed = unescape(page(admin, "centre/messages/", {"recipient": recipient}))
    assert "Hers" in listed
    assert "Somebody else's" not in listed


def test_mail_to_an_address_without_an_account_is_found_by_the_whole_address(admin: Client) -> None:
    MessageFactory(recipient=None, email="stranger@example.org", subject="To a stranger")
    assert "To a stranger" in page(admin, "centre/messages/", {"recipient": "Stranger@example.org"})
    assert "To a stranger" not in page(admin, "centre/messages/", {"recipient": "stranger"})


@pytest.mark.parametrize("kind", ["staff_invitation", "password_reset", "email_confirmation"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_personal_links_stay_personal_in_every_place(
    admin: Client, as_user: Any, person: Any, kind: str, language: str
) -> None:
    message = MessageFactory(key=f"{ACCOUNT}{kind}", recipient=person, kind=kind, body="secret-link-4711")
    assert "secret-link-4711" not in page(admin, f"centre/messages/{message.pk}/", language=language)
    assert "secret-link-4711" not in page(admin, "centre/messages/", language=language)
    assert as_user(person).get(f"/{language}/messages/{message.pk}/").status_code == 404


def test_a_digest_is_not_in_the_inbox_and_its_parts_are(as_user: Any, person: Any) -> None:
    digest = MessageFactory(recipient=person, kind=DIGEST, subject="The digest")
    MessageFactory(recipient=person, state=State.IN_DIGEST, digest=digest, subject="A part")
    shown = page(as_user(person), "messages/")
    assert "A part" in shown
    assert "The digest" not in shown


@pytest.mark.parametrize(
    ("url", "language", "shown_in", "button"),
    [
        ("/en/requests/HK-2026-000001/", "en", "zh-hans", "/zh-hans/requests/HK-2026-000001/"),
        ("/zh-hans/requests/HK-2026-000001/", "zh-hans", "en", "/en/requests/HK-2026-000001/"),
        ("/zh-hans/package/", "zh-hans", "zh-hans", "/zh-hans/package/"),
        ("", "en", "en", None),
        ("javascript:alert(1)", "en", "en", None),
        ("https://elsewhere.example/", "en", "en", None),
    ],
)
def test_the_way_on(as_user: Any, person: Any, url: str, language: str, shown_in: str, button: str | None) -> None:
    message = MessageFactory(recipient=person, url=url, language=language)
    shown = page(as_user(person), f"messages/{message.pk}/", language=shown_in)
    main = shown[shown.index("<main") : shown.index("</main>")]
    found = re.findall(r'<a class="button" href="([^"]+)"', main)
    assert found == ([button] if button else [])


@pytest.mark.parametrize(("rows", "pages"), [(1, 1), (3, 1), (30, 1), (31, 2), (61, 3)])
def test_the_inbox_is_read_to_its_end_without_gap_or_repetition(
    as_user: Any, person: Any, rows: int, pages: int
) -> None:
    made = MessageFactory.create_batch(rows, recipient=person)
    MessageFactory.create_batch(3)
    client, cursor, seen = as_user(person), "", []
    for _page in range(pages):
        shown = client.get("/en/messages/", {"cursor": cursor} if cursor else {}).context["page"]
        seen += [row.pk for row in shown]
        cursor = shown.next_cursor
    assert cursor is None
    assert seen == sorted((message.pk for message in made), reverse=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_inbox_says_what_will_come(as_user: Any, person: Any, language: str) -> None:
    shown = page(as_user(person), "messages/", language=language)
    assert ("No messages yet" in shown) == (language == "en")
    assert Message.objects.count() == 0
