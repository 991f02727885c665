"""Each combination of what a message is, what its receiver wishes and what the district decides."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from notices import digests
from notices.delivery import deliver
from notices.models import ACCOUNT, DIGEST, Delivery, Endpoint, GroupRule, Message, State, Wish
from notices.workflow import (
    Text,
    compose,
    keep_endpoint,
    notify,
    post_all,
    renew_secret,
    resend_all,
    resend_deliveries,
    send_account_mail,
    send_test,
)
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.notices import MessageFactory

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, tzinfo=SHANGHAI)
HOUR = timedelta(hours=1)


def at(hour: int, minute: int = 0) -> Any:
    return time_machine.travel(MONDAY.replace(hour=hour, minute=minute), tick=False)


def say(person: Any, kind: str, *, urgent: bool = False, key: str = "k") -> Message:
    message = notify(person, key=key, kind=kind, text=lambda: Text("S", "B"), urgent=urgent)
    assert message is not None
    return message


# kind of message, urgent, what the person keeps in the portal, what the district lets people keep → its state
TABLE = [
    ("reminder.overdue", True, [], None, "queued"),
    ("reminder.overdue", True, ["reminder"], None, "queued"),
    ("reminder.overdue", True, ["reminder"], True, "queued"),
    ("reminder.unrated", False, [], None, "held"),
    ("reminder.unrated", False, ["reminder"], None, "held"),
    ("reminder.unrated", False, ["reminder"], True, "kept"),
    ("reminder.unrated", False, ["policy"], True, "held"),
    ("request.answered", True, ["request"], True, "queued"),
    ("request.closed", False, ["request"], None, "held"),
    ("request.closed", False, ["request"], True, "kept"),
    ("visit.silent", False, ["visit"], None, "held"),
    ("visit.silent", False, ["visit"], True, "kept"),
    ("policy_match", False, ["policy"], None, "kept"),
    ("policy_match", False, ["policy"], False, "held"),
    ("policy_match", False, [], True, "held"),
    ("policy_match", True, ["policy"], None, "queued"),
    ("policy_missing", False, ["policy"], None, "kept"),
    ("package.handed", False, ["package"], None, "kept"),
    ("package.handed", False, ["other"], None, "held"),
    ("something.else", False, ["other"], None, "kept"),
    ("something.else", False, ["no such group"], None, "held"),
]


@pytest.mark.parametrize(("kind", "urgent", "kept", "allowed", "state"), TABLE)
def test_how_a_message_goes(kind: str, urgent: bool, kept: list[str], allowed: bool | None, state: str) -> None:
    person = UserFactory()
    Wish.objects.create(user=person, kept=kept)
    if allowed is not None:
        GroupRule.objects.create(group=kind.partition(".")[0].partition("_")[0], may_keep=allowed, messenger=True)
    message = say(person, kind, urgent=urgent)
    assert message.state == state
    assert message in Message.objects.inbox_of(person), "whatever one wishes, it can be read in the portal"


@pytest.mark.parametrize("state", ["held", "queued"])
def test_without_a_wish_nothing_is_changed(state: str) -> None:
    assert say(UserFactory(), "policy_match", urgent=state == "queued").state == state


# quiet hours, hour of the digest, now → when the digest leaves (None: not yet written)
DIGESTS = [
    ((None, None), 9, 8, None),
    ((None, None), 9, 9, 9),
    ((None, None), 9, 15, 15),  # a missed hour is made up for
    ((22, 7), 9, 9, 9),
    ((22, 10), 9, 9, 10),  # over midnight
    ((8, 12), 9, 9, 12),
    ((8, 12), 9, 12, 12),
    ((8, 12), 13, 9, None),
    ((22, 7), 0, 3, 7),
    ((0, 6), 5, 5, 6),
    ((23, 0), 23, 23, 24),
    ((22, 7), 20, 23, 31),  # written late, it leaves the next morning
]


@pytest.mark.parametrize(("quiet", "hour", "now", "leaves"), DIGESTS)
def test_the_digest_at_one_s_hour_outside_quiet_hours(quiet: Any, hour: int, now: int, leaves: int | None) -> None:
    person = UserFactory(digest_hour=hour)
    Wish.objects.create(user=person, quiet_from=quiet[0], quiet_until=quiet[1])
    with at(0):
        say(person, "policy_match")
    with at(now):
        assert digests.compose() == int(leaves is not None)
        digest = Message.objects.filter(kind=DIGEST).first()
        if leaves is None:
            assert digest is None
            return
        assert digest is not None
        assert digest.next_attempt_at == MONDAY + leaves * HOUR
        assert deliver() == int(leaves == now)
    with time_machine.travel(MONDAY + leaves * HOUR, tick=False):
        deliver()
        assert digests.compose() == 0, "one a day"
    assert Message.objects.get(kind=DIGEST).state == State.SENT


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_digest_speaks_the_language_of_its_hour(language: str) -> None:
    person = UserFactory(language="en" if language == "zh-hans" else "zh-hans")
    with at(8):
        say(person, "policy_match")
    person.language = language
    person.save()
    with at(9):
        digests.compose()
    digest = Message.objects.get(kind=DIGEST)
    assert digest.language == language
    assert digest.subject.isascii() is (language == "en")


class TestWithoutAnAddress:
    """Somebody who has no e-mail address reads in the portal; nothing is marked as sent that was not."""

    @pytest.mark.parametrize("urgent", [True, False])
    def test_is_kept(self, urgent: bool) -> None:
        person = UserFactory(email="")
        assert say(person, "request.answered", urgent=urgent).state == "kept"
        with at(12):
            assert (deliver(), digests.compose()) == (0, 0)
        assert not Message.objects.filter(sent_at__isnull=False).exists()
        assert Message.objects.inbox_of(person).count() == 1

    def test_beside_others_who_have_one(self) -> None:
        people = [UserFactory(email=""), UserFactory()]
        text = lambda: Text("S", "B")  # noqa: E731
        post_all([compose(each, key=f"k{each.pk}", kind="request.x", text=text, urgent=True) for each in people])
        assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["kept", "queued"]


class TestSendingAllAgain:
    @pytest.fixture
    def given_up(self) -> list[Message]:
        facts = {"state": "failed", "attempts": 8, "last_error": "SMTPRecipientsRefused"}
        return [MessageFactory(**facts) for _n in range(3)]

    def test_once_with_all_attempts_before_them(self, given_up: list[Message], admin_user: Any) -> None:
        sent = MessageFactory(state="sent", attempts=1)
        assert resend_all(by=admin_user) == 3
        found = Message.objects.filter(state="queued", attempts=0, next_attempt_at__lte=timezone.now())
        assert set(found) == set(given_up)
        with pytest.raises(Refused, match="Nothing is given up"):
            resend_all(by=admin_user)
        sent.refresh_from_db()
        assert (sent.state, sent.attempts) == ("sent", 1)

    @pytest.mark.parametrize("roles", [[], ["steward"], ["leader"], ["auditor"]])
    def test_is_the_service_centres(self, given_up: list[Message], roles: list[str]) -> None:
        with pytest.raises(Refused, match="Only the service centre"):
            resend_all(by=UserFactory(roles=roles))
        assert Message.objects.filter(state="failed").count() == 3

    def test_codes_that_no_longer_hold_stay_given_up(self, admin_user: Any) -> None:
        send_account_mail(email="a@example.org", kind="password", subject="s", body="b")
        Message.objects.update(state="failed")
        with pytest.raises(Refused, match="Nothing is given up"):
            resend_all(by=admin_user)
        assert Message.objects.get().key.startswith(ACCOUNT)

    def test_ten_thousand_in_one_statement_and_a_page_of_them(
        self, admin_user: Any, as_user: Any, django_assert_max_num_queries: Any
    ) -> None:
        MessageFactory(recipient=admin_user, state="failed", attempts=8)
        columns = ", ".join(field.column for field in Message._meta.fields if field.column not in ("id", "uuid", "key"))
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO notices_message (uuid, key, {columns}) "
                f"SELECT gen_random_uuid(), 'n' || n, {columns} FROM notices_message, generate_series(2, 10000) AS n"
            )
        client = as_user(admin_user)
        with django_assert_max_num_queries(8):
            page = client.get("/en/centre/messages/?state=failed").content.decode()
        assert page.count("given up") >= 30
        assert "Send all that were given up again" in page
        assert "Send all that were given up again" not in client.get("/en/centre/messages/").content.decode()
        with django_assert_max_num_queries(9):
            said = client.post("/en/centre/messages/resend/")
        assert said.status_code == 302
        assert Message.objects.filter(state="queued").count() == 10_000
        assert "Nothing is given up here" in client.post("/en/centre/messages/resend/", follow=True).content.decode()

    def test_by_post_alone(self, given_up: list[Message], admin_user: Any, as_user: Any) -> None:
        assert as_user(admin_user).get("/en/centre/messages/resend/").status_code == 405
        assert Message.objects.filter(state="failed").count() == 3


class TestEndpoints:
    URL = "/en/centre/messages/channels/"

    @pytest.fixture
    def endpoint(self) -> Endpoint:
        return Endpoint.objects.create(name="M", url="https://m.example/take")

    def waiting(self, endpoint: Endpoint, count: int = 2) -> None:
        steward = UserFactory(roles=["steward"])
        for n in range(count):
            say(steward, "request.x", urgent=True, key=f"w{n}")
        assert endpoint.deliveries.filter(state="queued").count() == count

    def test_taken_out_of_use_gives_up_what_waits(self, endpoint: Endpoint, admin_user: Any, as_user: Any) -> None:
        self.waiting(endpoint)
        as_user(admin_user).post(f"{self.URL}{endpoint.pk}/edit/", {"name": "M", "url": endpoint.url})
        assert set(Delivery.objects.values_list("state", "last_error")) == {("failed", "out of use")}
        with pytest.raises(Refused, match="not in use"):
            resend_deliveries(endpoint_now(endpoint), by=admin_user)
        as_user(admin_user).post(f"{self.URL}{endpoint.pk}/edit/", {"name": "M", "url": endpoint.url, "active": "on"})
        assert not Delivery.objects.filter(state="queued").exists(), "nobody is flooded with what is over"
        assert resend_deliveries(endpoint_now(endpoint), by=admin_user) == 2

    def test_another_name_leaves_what_waits(self, endpoint: Endpoint, admin_user: Any) -> None:
        self.waiting(endpoint)
        endpoint.name = "N"
        keep_endpoint(endpoint, by=admin_user)
        assert endpoint.deliveries.filter(state="queued").count() == 2

    def test_a_form_that_was_open_does_not_bring_back_the_old_secret(self, endpoint: Endpoint, admin_user: Any) -> None:
        stale = Endpoint.objects.get(pk=endpoint.pk)
        new = renew_secret(endpoint, by=admin_user)
        stale.name = "N"
        keep_endpoint(stale, by=admin_user)
        assert Endpoint.objects.values_list("name", "secret").get() == ("N", new)

    def test_a_new_secret_leaves_a_row_in_the_trail_without_it(self, endpoint: Endpoint, admin_user: Any) -> None:
        before = endpoint.audit_rows.count()
        renew_secret(endpoint, by=admin_user)
        assert endpoint.audit_rows.count() == before + 1
        assert not hasattr(endpoint.audit_rows.last(), "secret")

    def test_no_test_message_to_one_that_is_out_of_use(self, endpoint: Endpoint, admin_user: Any, as_user: Any) -> None:
        Endpoint.objects.update(active=False)
        with pytest.raises(Refused, match="not in use"):
            send_test(endpoint_now(endpoint), by=admin_user)
        client = as_user(admin_user)
        assert "not in use" in client.post(f"{self.URL}{endpoint.pk}/test/", follow=True).content.decode()
        assert "Send me a test" not in client.get(f"{self.URL}{endpoint.pk}/").content.decode()
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("delivery", ["x", "-1", "0", "1e3", "9" * 40, "\x00", " "])
    def test_an_odd_delivery_is_not_all_of_them(
        self, endpoint: Endpoint, delivery: str, admin_user: Any, as_user: Any
    ) -> None:
        self.waiting(endpoint)
        Delivery.objects.update(state="failed", attempts=8)
        answer = as_user(admin_user).post(f"{self.URL}{endpoint.pk}/resend/", {"delivery": delivery})
        assert answer.status_code == 404
        assert Delivery.objects.filter(state="failed").count() == 2

    def test_another_endpoint_s_delivery_is_not_sent_by_this_one(
        self, endpoint: Endpoint, admin_user: Any, as_user: Any
    ) -> None:
        other = Endpoint.objects.create(name="O", url="https://o.example/take")
        self.waiting(endpoint, 1)
        Delivery.objects.update(state="failed")
        foreign = other.deliveries.get()
        answer = as_user(admin_user).post(f"{self.URL}{endpoint.pk}/resend/", {"delivery": foreign.pk})
        assert answer.status_code == 404

    def test_twice_at_once_is_once(self, endpoint: Endpoint, admin_user: Any) -> None:
        self.waiting(endpoint)
        Delivery.objects.update(state="failed")
        only = endpoint.deliveries.order_by("pk").first()
        assert resend_deliveries(endpoint, by=admin_user, only=only) == 1
        with pytest.raises(Refused, match="Nothing is given up"):
            resend_deliveries(endpoint, by=admin_user, only=only)
        assert resend_deliveries(endpoint, by=admin_user) == 1

    @pytest.mark.parametrize("roles", [[], ["steward"], ["leader"], ["editor"]])
    def test_only_the_service_centre_names_addresses(self, endpoint: Endpoint, roles: list[str]) -> None:
        with pytest.raises(Refused, match="service centre"):
            keep_endpoint(endpoint, by=UserFactory(roles=roles))

    def test_the_secret_is_never_on_a_page_that_can_be_read_again(
        self, endpoint: Endpoint, admin_user: Any, as_user: Any
    ) -> None:
        client = as_user(admin_user)
        shown = client.post(f"{self.URL}{endpoint.pk}/secret/")
        secret = endpoint_now(endpoint).secret
        assert secret in shown.content.decode()
        for page in ("", f"{endpoint.pk}/", f"{endpoint.pk}/edit/"):
            assert secret not in client.get(f"{self.URL}{page}").content.decode()
        assert client.get(f"{self.URL}{endpoint.pk}/secret/").status_code == 405


def endpoint_now(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.get(pk=endpoint.pk)
