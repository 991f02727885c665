"""The messenger against a real receiver; quiet hours and wishes; what the service centre and people see of them."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from notices import digests, webhooks
from notices.delivery import MAX_ATTEMPTS
from notices.models import Delivery, Endpoint, GroupRule, Message, Wish
from notices.tasks import deliver_hooks
from notices.webhooks import deliver, signature
from notices.wishes import allowed, quiet_end
from notices.workflow import (
    Text,
    compose,
    notify,
    post_all,
    renew_secret,
    resend_deliveries,
    send_account_mail,
    send_test,
)
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.messenger import Messenger

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def messenger() -> Iterator[Messenger]:
    with Messenger() as running:
        yield running


@pytest.fixture
def endpoint(messenger: Messenger) -> Endpoint:
    return Endpoint.objects.create(name="District messenger (fictional)", url=messenger.url)


@pytest.fixture
def steward() -> Any:
    return UserFactory(roles=["steward"])


def tell(person: Any, key: str = "k", *, urgent: bool = True, kind: str = "request.assigned") -> Message | None:
    return notify(
        person, key=key, kind=kind, text=lambda: Text("新诉求", "A fictional text.", "/en/desk/"), urgent=urgent
    )


def make_due() -> None:
    Delivery.objects.update(next_attempt_at=timezone.now())


class TestMessenger:
    def test_takes_an_urgent_message_once_signed_and_in_full(self, messenger, endpoint, steward, settings):
        settings.SITE_URL = "https://portal.example.org"
        message = tell(steward)
        assert (deliver(), deliver_hooks()) == (1, 0)
        ((headers, body),) = messenger.requests
        delivery = Delivery.objects.get()
        at, given = (part.partition("=")[2] for part in headers["X-Portal-Signature"].split(","))
        assert given == hmac.new(endpoint.secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        assert headers["X-Portal-Delivery"] == str(delivery.uuid)
        facts = json.loads(body)
        assert facts == {
            "id": str(delivery.uuid),
            "to": steward.email,
            "kind": "request.assigned",
            "language": steward.language,
            "subject": "新诉求",
            "text": "A fictional text.",
            "url": "https://portal.example.org/en/desk/",
            "written_at": message.created_at.isoformat(),
        }
        assert (delivery.state, delivery.attempts, delivery.last_error) == ("sent", 1, "")
        assert message.state == "queued", "the mail is another matter"

    @pytest.mark.parametrize("which", ["enterprise", "held", "group", "person", "off", "private"])
    def test_is_not_told(self, which, endpoint, steward):
        if which == "off":
            Endpoint.objects.update(active=False)
        if which == "person":
            Wish.objects.create(user=steward, messenger=False)
        if which == "private":
            send_account_mail(email=steward.email, kind="password", subject="s", body="b")
        else:
            kind = "policy.changed" if which == "group" else "request.x"
            tell(UserFactory() if which == "enterprise" else steward, urgent=which != "held", kind=kind)
        assert Message.objects.count() == 1
        assert not Delivery.objects.exists()

    def test_the_district_can_open_a_group(self, endpoint, steward):
        GroupRule.objects.create(group="policy", may_keep=False, messenger=True)
        tell(steward, kind="policy.changed")
        assert Delivery.objects.count() == 1

    def test_the_same_message_twice_and_many_at_once(self, endpoint, steward):
        tell(steward)
        tell(steward)
        text = lambda: Text("s", "b")  # noqa: E731
        post_all([compose(steward, key=f"n{n}", kind="reminder.x", text=text, urgent=True) for n in range(3)])
        assert Delivery.objects.count() == 4

    def test_what_is_not_taken_is_tried_again_and_given_up_and_sent_again(
        self, messenger, endpoint, steward, admin_user
    ):
        tell(steward)
        messenger.answers = 503
        for attempt in range(1, MAX_ATTEMPTS + 1):
            make_due()
            assert deliver() == 0
            delivery = Delivery.objects.get()
            assert delivery.attempts == attempt
            assert delivery.state == ("failed" if attempt == MAX_ATTEMPTS else "queued")
        assert "503" in delivery.last_error
        assert delivery.next_attempt_at > timezone.now() + timedelta(hours=1)
        make_due()
        assert deliver() == 0
        messenger.answers = 204
        assert resend_deliveries(endpoint, by=admin_user) == 1
        assert deliver() == 1
        assert len({headers["X-Portal-Delivery"] for headers, _body in messenger.requests}) == 1
        with pytest.raises(Refused, match="Nothing is given up"):
            resend_deliveries(endpoint, by=admin_user)
        with pytest.raises(Refused, match="service centre"):
            resend_deliveries(endpoint, by=steward)

    def test_a_redirect_is_not_followed(self, messenger, endpoint, steward):
        with Messenger() as other:
            messenger.answers, messenger.leads_to = 307, other.url
            tell(steward)
            assert deliver() == 0
            assert not other.requests
        assert Delivery.objects.get().state == "queued"

    def test_one_that_is_away_does_not_keep_the_others_waiting(self, messenger, endpoint, steward):
        away = Endpoint.objects.create(name="away", url="http://127.0.0.1:9/")
        for n in range(3):
            tell(steward, f"k{n}")
        assert deliver() == 3
        assert [d.attempts for d in away.deliveries.order_by("pk")] == [1, 0, 0]

    @pytest.mark.parametrize("url", ["no address", "http://", "https://user@[bad/", "ftp://127.0.0.1:9/x"])
    def test_an_address_that_is_none_is_told(self, url, steward):
        Endpoint.objects.create(name="odd", url=url)
        tell(steward)
        assert deliver() == 0
        assert Delivery.objects.get().last_error

    def test_a_rolled_back_delivery_is_sent_again_under_its_number(self, messenger, endpoint, steward, monkeypatch):
        tell(steward)
        monkeypatch.setattr(Delivery, "save", lambda *_a, **_n: (_ for _ in ()).throw(RuntimeError("killed")))
        with pytest.raises(RuntimeError):
            deliver()
        monkeypatch.undo()
        assert deliver() == 1
        assert len(messenger.requests) == 2
        assert len({headers["X-Portal-Delivery"] for headers, _body in messenger.requests}) == 1

    def test_a_new_secret_signs_from_now_on(self, messenger, endpoint, steward, admin_user):
        new = renew_secret(endpoint, by=admin_user)
        assert new != endpoint.secret
        tell(steward)
        deliver()
        headers, body = messenger.requests[0]
        at = int(headers["X-Portal-Signature"].partition(",")[0][2:])
        assert headers["X-Portal-Signature"] == signature(new, body, at)
        with pytest.raises(Refused):
            renew_secret(endpoint, by=steward)

    def test_a_test_message_goes_whatever_one_wishes(self, messenger, endpoint, admin_user):
        Wish.objects.create(user=admin_user, messenger=False)
        assert send_test(endpoint, by=admin_user).state == "queued"
        assert deliver() == 1

    def test_without_an_endpoint_it_costs_one_query(self, steward, django_assert_num_queries):
        message = compose(steward, key="x", kind="request.x", text=lambda: Text("s", "b"), urgent=True)
        with django_assert_num_queries(1):
            webhooks.address([message], {})


class TestQuietHours:
    @pytest.mark.parametrize(
        ("begins", "ends", "now", "end"),
        [
            (22, 7, "2026-11-22 21:59", None),
            (22, 7, "2026-11-22 22:00", "2026-11-23 07:00"),
            (22, 7, "2026-11-23 06:59", "2026-11-23 07:00"),
            (22, 7, "2026-11-23 07:00", None),
            (12, 14, "2026-11-22 13:30", "2026-11-22 14:00"),
            (12, 14, "2026-11-22 11:59", None),
            (23, 0, "2026-11-22 23:30", "2026-11-23 00:00"),
        ],
    )
    def test_end(self, begins, ends, now, end):
        at = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
        found = quiet_end(Wish(quiet_from=begins, quiet_until=ends), at)
        assert found == (end and datetime.fromisoformat(end).replace(tzinfo=SHANGHAI))

    def test_mail_and_messenger_wait(self, endpoint, steward):
        Wish.objects.create(user=steward, quiet_from=22, quiet_until=7)
        with time_machine.travel(datetime(2026, 11, 22, 23, 30, tzinfo=SHANGHAI), tick=False):
            message = tell(steward)
            end = datetime(2026, 11, 23, 7, tzinfo=SHANGHAI)
            assert message.next_attempt_at == end
            assert Delivery.objects.get().next_attempt_at == end
            assert deliver() == 0

    @pytest.mark.parametrize(("begins", "ends"), [(22, None), (None, 7), (8, 8), (24, 7)])
    def test_the_database_keeps_them_whole(self, begins, ends, steward):
        with pytest.raises(IntegrityError):
            Wish.objects.create(user=steward, quiet_from=begins, quiet_until=ends)


class TestPortalOnly:
    def test_kept_out_of_mail_and_digest(self, steward):
        Wish.objects.create(user=steward, kept=["policy", "request"])
        assert tell(steward, "1", urgent=False, kind="policy.changed").state == "kept"
        assert tell(steward, "2", urgent=False, kind="request.closed").state == "held", "the district does not allow it"
        assert tell(steward, "3", urgent=True, kind="policy.changed").state == "queued"
        with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)):
            assert digests.compose() == 1
        assert list(Message.objects.filter(kind="policy.changed").values_list("state", flat=True)) == ["kept", "queued"]
        assert Message.objects.inbox_of(steward).count() == 3

    def test_what_the_district_takes_back_is_mailed_again(self, steward):
        Wish.objects.create(user=steward, kept=["policy"])
        GroupRule.objects.create(group="policy", may_keep=False, messenger=False)
        assert tell(steward, urgent=False, kind="policy.changed").state == "held"


class TestPreferencesPage:
    URL = "/en/messages/preferences/"

    def test_is_kept_and_shown_again(self, as_user):
        person = UserFactory()
        client = as_user(person)
        page = client.post(self.URL, {"quiet_from": "22", "quiet_until": "7", "kept": ["policy"]}, follow=True)
        assert "Your wishes are saved" in page.content.decode()
        wish = Wish.objects.get(user=person)
        assert (wish.quiet_from, wish.quiet_until, wish.kept, wish.messenger) == (22, 7, ["policy"], True)
        client.post(self.URL, {"quiet_from": "", "quiet_until": ""})
        wish.refresh_from_db()
        assert (wish.quiet_from, wish.quiet_until, wish.kept) == (None, None, [])

    @pytest.mark.parametrize(
        ("data", "told"),
        [
            ({"quiet_from": "22"}, "need a beginning and an end"),
            ({"quiet_until": "7"}, "need a beginning and an end"),
            ({"quiet_from": "0", "quiet_until": "0"}, "whole day"),
            ({"quiet_from": "25", "quiet_until": "7"}, "valid choice"),
            ({"kept": ["request"]}, "valid choice"),
        ],
    )
    def test_what_cannot_be_is_told_beside_the_field(self, data, told, as_user):
        page = as_user(UserFactory()).post(self.URL, data)
        assert told in page.content.decode()
        assert not Wish.objects.exists()

    def test_the_messenger_is_offered_to_staff_where_there_is_one(self, as_user, steward):
        assert 'name="messenger"' not in as_user(steward).get(self.URL).content.decode()
        Endpoint.objects.create(name="m", url="https://m.example")
        assert 'name="messenger"' in as_user(steward).get(self.URL).content.decode()
        assert 'name="messenger"' not in as_user(UserFactory()).get(self.URL).content.decode()


class TestChannelPages:
    URL = "/en/centre/messages/channels/"

    def test_added_tested_and_given_a_secret(self, as_user, admin_user):
        client = as_user(admin_user)
        assert "No messenger is connected" in client.get(self.URL).content.decode()
        client.post(f"{self.URL}new/", {"name": "M", "url": "https://m.example/take", "active": "on"})
        endpoint = Endpoint.objects.get()
        page = client.post(f"{self.URL}{endpoint.pk}/test/", follow=True).content.decode()
        assert "A test message of the portal" in page
        shown = client.post(f"{self.URL}{endpoint.pk}/secret/")
        endpoint.refresh_from_db()
        assert endpoint.secret in shown.content.decode()
        assert "no-store" in shown["Cache-Control"]
        for address in (self.URL, f"{self.URL}{endpoint.pk}/", f"{self.URL}{endpoint.pk}/edit/"):
            assert endpoint.secret not in client.get(address).content.decode()

    @pytest.mark.parametrize(
        "url", ["", "http://m.example", "javascript:alert(1)", "m.example", "https://" + "x" * 400]
    )
    def test_an_address_must_be_one(self, url, as_user, admin_user):
        page = as_user(admin_user).post(f"{self.URL}new/", {"name": "M", "url": url})
        assert page.status_code == 200
        assert not Endpoint.objects.exists()

    def test_given_up_ones_are_listed_and_sent_again(self, as_user, admin_user, steward, endpoint):
        tell(steward, "1")
        tell(steward, "2")
        Delivery.objects.update(state="failed", attempts=8, last_error="OSError: away")
        client = as_user(admin_user)
        first, _second = Delivery.objects.order_by("pk")
        page = client.get(f"{self.URL}{endpoint.pk}/?show=failed").content.decode()
        assert page.count("OSError: away") == 2
        client.post(f"{self.URL}{endpoint.pk}/resend/", {"delivery": first.pk})
        assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["queued", "failed"]
        assert (
            "1 message is on its way again"
            in client.post(f"{self.URL}{endpoint.pk}/resend/", follow=True).content.decode()
        )
        again = client.post(f"{self.URL}{endpoint.pk}/resend/", follow=True).content.decode()
        assert "Nothing is given up here" in again
        for odd in ("x", "999999", "٣"):
            assert client.post(f"{self.URL}{endpoint.pk}/resend/", {"delivery": odd}).status_code in (302, 404)

    def test_the_district_s_rules(self, as_user, admin_user):
        client = as_user(admin_user)
        assert {name for name, rule in allowed().items() if rule.may_keep} == {
            "policy",
            "package",
            "event",
            "bulletin",
            "other",
        }
        client.post(self.URL, {"rules": "1", "keep-reminder": "on", "messenger-reminder": "on", "keep-policy": "on"})
        rules = allowed()
        assert (rules["reminder"].may_keep, rules["request"].messenger, rules["other"].may_keep) == (True, False, False)
        assert not GroupRule.objects.filter(group="policy").exists(), "unchanged"

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_a_constant_number_of_queries(self, rows, as_user, admin_user, endpoint, django_assert_num_queries):
        text = lambda: Text("s", "b")  # noqa: E731
        people = UserFactory.create_batch(rows, roles=["steward"])
        post_all([compose(p, key=f"n{p.pk}", kind="request.x", text=text, urgent=True) for p in people])
        client = as_user(admin_user)
        with django_assert_num_queries(5):
            client.get(f"{self.URL}{endpoint.pk}/")
