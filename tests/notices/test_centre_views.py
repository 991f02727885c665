"""The outbox of the service centre."""

import pytest

from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db

OUTBOX = "/en/centre/messages/"


@pytest.fixture
def admin(as_user, admin_user):
    return as_user(admin_user)


def subjects(response) -> list[str]:
    return [message.subject for message in response.context["page"].rows]


def test_every_message_newest_first(admin):
    for subject, state in (("one", "sent"), ("two", "held"), ("three", "failed")):
        MessageFactory(subject=subject, state=state)
    response = admin.get(OUTBOX)
    assert subjects(response) == ["three", "two", "one"]
    assert "given up" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "failed"}, ["lost"]),
        ({"state": "no such state"}, ["stray", "lost", "arrived"]),
        ({"recipient": "li na"}, ["arrived"]),
        ({"recipient": "lina@example.org"}, ["arrived"]),
        ({"recipient": "nobody"}, []),
        ({"recipient": "stray@example.org"}, ["stray"]),
        ({"recipient": "李娜", "state": "sent"}, ["arrived"]),
        ({"recipient": "李娜", "state": "failed"}, []),
        ({"recipient": "x" * 101}, ["stray", "lost", "arrived"]),
        ({"cursor": "%%%"}, ["stray", "lost", "arrived"]),
    ],
)
def test_filters_in_the_address(admin, query, found):
    person = UserFactory(name_en="Li Na", name_zh="李娜", email="lina@example.org")
    MessageFactory(recipient=person, subject="arrived", state="sent")
    MessageFactory(subject="lost", state="failed")
    MessageFactory(recipient=None, email="stray@example.org", subject="stray", state="sent")
    assert subjects(admin.get(OUTBOX, query)) == found


def test_nothing_yet_and_nothing_found_say_so(admin):
    assert "has not written to anybody yet" in admin.get(OUTBOX).content.decode()
    assert "No message fits these filters" in admin.get(OUTBOX, {"state": "sent"}).content.decode()


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_a_fixed_number_of_queries(admin, rows, django_assert_num_queries):
    MessageFactory.create_batch(rows)
    admin.get(OUTBOX)
    with django_assert_num_queries(3):
        admin.get(OUTBOX)


def test_one_message_with_its_way_through_the_outbox(admin):
    message = MessageFactory(state="failed", attempts=8, last_error="451 not now", body="The text.")
    page = admin.get(f"{OUTBOX}{message.pk}/").content.decode()
    assert "451 not now" in page
    assert "The text." in page
    assert "Send again" in page


def test_a_digest_shows_what_it_holds_and_its_parts_lead_back(admin):
    digest = MessageFactory(kind="digest", state="sent")
    part = MessageFactory(state="in_digest", digest=digest, subject="A part of it")
    assert "A part of it" in admin.get(f"{OUTBOX}{digest.pk}/").content.decode()
    page = admin.get(f"{OUTBOX}{part.pk}/").content.decode()
    assert f'href="{OUTBOX}{digest.pk}/"' in page
    assert "Send again" not in page


def test_personal_links_are_for_nobody_elses_eyes(admin):
    message = MessageFactory(key="account:7", kind="password_reset_key", body="https://portal/reset/secret")
    page = admin.get(f"{OUTBOX}{message.pk}/").content.decode()
    assert "secret" not in page
    assert "Only its receiver may read it" in page
    assert "secret" not in admin.get(OUTBOX).content.decode()


def test_sending_again_and_the_second_click(admin):
    message = MessageFactory(state="failed", attempts=8)
    url = f"{OUTBOX}{message.pk}/resend/"
    assert "on its way again" in admin.post(url, follow=True).content.decode()
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("queued", 0)
    assert "on its way or has been sent" in admin.post(url, follow=True).content.decode()


def test_sending_again_is_never_a_get(admin):
    message = MessageFactory(state="failed")
    assert admin.get(f"{OUTBOX}{message.pk}/resend/").status_code == 405
    assert admin.post(f"{OUTBOX}999999/resend/").status_code == 404


@pytest.mark.parametrize("roles", [[], ["steward"], ["handler"], ["auditor"], ["leader"], ["editor", "reviewer"]])
def test_for_everybody_else_it_does_not_exist(as_user, roles):
    message = MessageFactory(state="failed")
    client = as_user(UserFactory(roles=roles))
    assert client.get(OUTBOX).status_code == 404
    assert client.get(f"{OUTBOX}{message.pk}/").status_code == 404
    assert client.post(f"{OUTBOX}{message.pk}/resend/").status_code == 404
    message.refresh_from_db()
    assert message.state == "failed"
