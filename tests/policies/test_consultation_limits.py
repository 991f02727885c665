"""Words that come twice or by a detour, and how often somebody may send them."""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts import pace
from policies.consultation import limits, responding
from policies.consultation.comment_form import SALT
from policies.consultation.responding import Voice
from policies.models import Consultation, Submission
from portal.core.access import Refused
from tests.factories import consultations as made
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import MembershipFactory

pytestmark = pytest.mark.django_db
Sign = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _nobody_counted(fresh_cache: Iterator[None]) -> None:
    """The limits begin anew."""


def stamp(key: Any = None) -> str:
    return signing.dumps([str(key or uuid.uuid4()), time.time() - 60], salt=SALT)


def send(client: Client, row: Consultation, **data: Any) -> Any:
    return client.post(reverse("consultations:detail", args=[row.slug]), {"stamp": stamp(), **data})


def respond(row: Consultation, text: str, *, by: Any = None, visitor: str = "v", **fields: Any) -> int:
    given = {"voice": Voice(), "form_key": uuid.uuid4(), "words": {0: text}, **fields}
    return responding.respond(row, by=by, visitor=visitor, **given)


# --- words that were sent twice, or come by a detour ------------------------------------------------------------------


def test_words_added_after_going_back_are_kept_within_the_limit(monkeypatch: Any) -> None:
    """The form is the same one: nothing of it is taken for said already, and it opens no way around the limits."""
    monkeypatch.setattr(limits, "PER_HOUR", 3)
    row, key, person = made.opened(), uuid.uuid4(), UserFactory()
    for n in range(3):
        assert respond(row, f"Words {n}", by=person, form_key=key) == 1
        assert respond(row, f"Words {n}", by=person, form_key=key) == 0
    with pytest.raises(Refused, match="within an hour"):
        respond(row, "Words 4", by=person, form_key=key)
    assert Submission.objects.filter(author=person).count() == 3


def test_a_form_of_one_draft_serves_another() -> None:
    """A key that was used elsewhere swallows nothing."""
    first, second, key = made.opened(), made.opened(), uuid.uuid4()
    assert respond(first, "Words", form_key=key) == respond(second, "Words", form_key=key) == 1


def test_some_of_the_words_were_sent_already(client: Client) -> None:
    row = made.opened()
    send(client, row, words_0="On the whole", words_1="On the first")
    answer = send(client, row, words_0="on the WHOLE ", words_1="On the first", words_2="On the second")
    assert "1 comment received" in client.get(answer["Location"]).content.decode()
    assert row.comments.count() == 3
    assert row.submissions.count() == 2


def test_long_words_with_many_lines_are_taken_as_the_browser_counts_them(client: Client) -> None:
    row = made.opened()
    assert send(client, row, words_1="a\r\n" * 1_499 + "b").status_code == 302
    assert row.comments.get().text == "a\n" * 1_499 + "b"


def test_nobody_answers_for_a_colleague(as_user: Sign) -> None:
    """Of somebody who left the enterprise, the form of yesterday is refused and given back."""
    member, row = MembershipFactory(), made.opened()
    member.state = "ended"
    member.save()
    page = send(as_user(member.user), row, who=f"e{member.enterprise.pk}", words_0="My words")
    assert page.status_code == 200
    assert "My words" in page.content.decode()
    with pytest.raises(Refused, match="do not act"):
        respond(row, "Words", by=member.user, voice=Voice(enterprise=member.enterprise))
    assert not row.submissions.exists()


def test_what_is_kept_of_a_visitor() -> None:
    """Neither an address nor a fingerprint, in no column."""
    row = made.opened()
    respond(row, "Words", visitor="fingerprint-of-somebody")
    kept = {**row.submissions.values().get(), **row.comments.values().get()}
    assert [name for name, value in kept.items() if "fingerprint" in str(value)] == []
    assert (kept["author_id"], kept["enterprise_id"], kept["sorted_by_id"]) == (None, None, None)


# --- limits -----------------------------------------------------------------------------------------------------------


class Unknown:
    """A proxy that does not tell whose request it is."""

    def get_client_ip(self, _request: Any) -> str:
        raise PermissionDenied


def test_where_addresses_are_not_told_nobody_uses_up_the_hour_of_others(monkeypatch: Any) -> None:
    monkeypatch.setattr(pace, "get_adapter", lambda _request: Unknown())
    assert limits.fingerprint(RequestFactory().get("/")) == ""
    monkeypatch.setattr(limits, "PER_HOUR", 1)
    monkeypatch.setattr(limits, "PER_MINUTE", 3)
    row = made.opened()
    assert [respond(row, f"Words {n}", visitor="") for n in range(3)] == [1, 1, 1]
    with pytest.raises(Refused, match="in a minute"):
        respond(row, "Words 4", visitor="")
    Submission.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    assert respond(row, "Words 4", visitor="") == 1


def test_the_hour_of_a_person_passes(monkeypatch: Any) -> None:
    monkeypatch.setattr(limits, "PER_HOUR", 1)
    row, person = made.opened(), UserFactory()
    assert respond(row, "One", by=person) == 1
    with pytest.raises(Refused, match="within an hour"):
        respond(row, "Two", by=person)
    Submission.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    assert respond(row, "Two", by=person) == 1


def test_words_that_are_refused_for_themselves_use_up_nothing() -> None:
    row = made.opened()
    for text in ("", "?!", "x" * 3_001):
        with pytest.raises(Refused):
            respond(row, text)
    assert limits._times(row, "v") == 1


@pytest.mark.parametrize("visitor", ["v", "w" * 5_000, "{}\n:* 字"])
def test_each_visitor_is_counted_alone_and_under_a_plain_key(visitor: str) -> None:
    row = Consultation(pk=1)
    assert [limits._times(row, visitor) for _n in range(3)] == [1, 2, 3]
    assert limits._times(row, f"{visitor}2") == 1
    assert limits._times(Consultation(pk=2), visitor) == 1
    cache.clear()
    assert limits._times(row, visitor) == 1
