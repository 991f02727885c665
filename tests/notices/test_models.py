"""What a message is called, who reads it, and who may send it again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from accounts.models import User
from notices.models import GROUPS, Message, State, group_of
from notices.rules import may_resend
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "group"),
    [
        ("reminder.overdue", "reminder"),
        ("request.answered", "request"),
        ("policy_review", "policy"),
        ("package", "package"),
        ("claim-decided", "other"),
        ("stewardship", "other"),
        ("", "other"),
    ],
)
def test_each_kind_stands_under_a_heading(kind: str, group: str) -> None:
    assert group_of(kind) == group
    assert group in GROUPS


@pytest.mark.parametrize(
    ("fields", "english", "chinese"),
    [
        ({"kind": "request.answered"}, "Requests", "诉求"),
        ({"kind": "digest"}, "Daily digest", "每日摘要"),
        ({"kind": "email_confirmation", "key": "account:1"}, "Account", "账号"),
    ],
)
def test_its_kind_in_words(fields: dict[str, str], english: str, chinese: str) -> None:
    message = Message(**fields)
    with override("en"):
        assert str(message.topic) == english
    with override("zh-hans"):
        assert str(message.topic)[:1] == chinese[:1]


@pytest.mark.parametrize(
    ("state", "tone"),
    [("failed", "bad"), ("queued", "info"), ("held", "quiet"), ("sent", "ok"), ("in_digest", "ok")],
)
def test_its_state_as_a_colour(state: str, tone: str) -> None:
    assert Message(state=state).tone == tone


def test_every_state_has_a_colour() -> None:
    assert {Message(state=state).tone for state in State.values} == {"bad", "info", "quiet", "ok"}


def test_the_inbox_holds_what_was_said_to_the_person_once() -> None:
    person = UserFactory()
    said = MessageFactory(recipient=person, state="in_digest")
    held = MessageFactory(recipient=person, state="held")
    MessageFactory(recipient=person, kind="digest")
    MessageFactory(recipient=person, key="account:42")
    MessageFactory()
    assert set(Message.objects.inbox_of(person)) == {said, held}


def test_account_mail_is_private_and_nothing_else() -> None:
    assert Message(key="account:42").is_private
    assert not Message(key="request:42:1:1").is_private


def test_a_key_is_taken_once() -> None:
    MessageFactory(key="one")
    with pytest.raises(IntegrityError), transaction.atomic():
        MessageFactory(key="one")


def test_a_digest_that_is_deleted_leaves_its_contents() -> None:
    digest = MessageFactory(kind="digest")
    part = MessageFactory(digest=digest, state="in_digest")
    digest.delete()
    part.refresh_from_db()
    assert part.digest is None


@pytest.mark.parametrize("roles", [[], ["steward"], ["auditor"], ["leader"], ["editor", "reviewer"]])
def test_only_the_service_centre_sends_again(roles: list[str]) -> None:
    verdict = may_resend(User(roles=roles), Message(state="failed"))
    assert not verdict
    assert "service centre" in str(verdict.reason)


@pytest.mark.parametrize("state", [state for state in State.values if state != "failed"])
def test_only_what_was_given_up_is_sent_again(state: str) -> None:
    admin = User(roles=["admin"])
    assert may_resend(admin, Message(state="failed"))
    assert "not given up" in str(may_resend(admin, Message(state=state)).reason)
