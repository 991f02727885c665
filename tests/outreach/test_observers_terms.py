"""An observer's term ended early, what is due and reminded of, and the result of each year."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.models import Message
from outreach.models import Observation, Observer
from outreach.observers import observing, queries, upkeep, workflow
from outreach.rules import observes_now
from outreach.tasks import keep_partners
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms import observers as our

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def day(days: int = 0) -> Any:
    return local_day() + timedelta(days=days)


def ended(row: Observer, *, on: int = 0, how: str = "resigned", why: str = "Moved away", by: Any = None) -> Observer:
    return workflow.end_term(row, by=by or make.organiser(), how=how, on=day(on), why=why)


@pytest.mark.parametrize(("how", "word"), [("resigned", "Resigned"), ("removed", "Removed by the district")])
def test_ended_with_a_reason_that_the_certificate_does_not_tell(as_user: Any, client: Any, how: str, word: str) -> None:
    row, staff = our.observer(), as_user(make.organiser())
    url = reverse("observers:end-term", args=[row.pk])
    said = {"how": how, "on": day(), "why": SCRIPT}
    for bad in ({"how": ""}, {"how": "died"}, {"on": "x"}, {"on": day(-1)}, {"on": day(31)}, {"why": " "}):
        assert staff.post(url, {**said, **bad}).status_code == 422, bad
    assert [staff.post(url, said).status_code for _n in range(2)] == [302, 422]
    row.refresh_from_db()
    assert (row.ended_on, row.ended_how, row.ended_why) == (day(), how, SCRIPT)
    letter = Message.objects.get(recipient=row.user)
    assert word in letter.body
    assert SCRIPT in letter.body
    certificate = client.get(reverse("observers:certificate", args=[row.key])).content.decode()
    assert word in certificate
    assert "alert(1)" not in certificate
    batch = staff.get(reverse("observers:batch", args=[row.batch_id])).content.decode()
    own = as_user(row.user).get(reverse("observers:own")).content.decode()
    assert SCRIPT not in batch + own
    assert "alert(1)" in batch
    assert "alert(1)" in own


def test_the_last_day_is_still_worked_and_the_next_is_not(time_machine: Any) -> None:
    row = ended(our.observer())
    given = our.assignment(row)
    assert observes_now(row.user)
    assert observing.begin(given, by=row.user).state == "draft"
    time_machine.move_to(timezone.now() + timedelta(days=1))
    assert not observes_now(row.user)
    with pytest.raises(Refused, match="term"):
        observing.begin(given, by=row.user)


def test_what_is_due_after_the_end_and_not_begun_is_withdrawn() -> None:
    row = our.observer()
    later, begun, before = our.assignment(row, due_on=day(9)), our.assignment(row, due_on=day(9)), our.assignment(row)
    our.draft(begun)
    ended(row, on=1)
    for given, gone in ((later, True), (begun, False), (before, False)):
        given.refresh_from_db()
        assert (given.withdrawn_at is not None) is gone


def test_nobody_else_ends_a_term() -> None:
    row = our.observer()
    for user in (row.user, UserFactory(), our.observer().user):
        with pytest.raises(Refused), transaction.atomic():
            ended(row, by=user)
    row.refresh_from_db()
    assert row.ended_on is None


def test_the_certificates_code_leads_to_its_page(client: Any) -> None:
    row = our.observer()
    url = reverse("observers:certificate-code", args=[row.key])
    assert url in client.get(reverse("observers:certificate", args=[row.key])).content.decode()
    found = client.get(url)
    assert (found.status_code, found["Content-Type"]) == (200, "image/svg+xml")
    assert client.get(url.replace(str(row.key), "0" * 8 + str(row.key)[8:])).status_code == 404


@pytest.mark.parametrize(
    ("due", "state", "told"),
    [(4, "", 0), (3, "", 1), (0, "", 1), (-1, "", 0), (None, "", 0), (3, "draft", 1), (3, "sent", 0)],
)
def test_reminded_of_what_is_due_until_it_is_sent(due: int | None, state: str, told: int) -> None:
    given = our.assignment(due_on=None if due is None else day(due))
    if state:
        our.draft(given, state=state)
    assert [upkeep.remind(), upkeep.remind()] == [told, 0]
    assert Message.objects.filter(recipient=given.observer.user, kind="observer.due").count() == told


def test_reminded_again_on_the_day_by_the_beat_and_not_when_the_term_is_over(time_machine: Any) -> None:
    given, over = our.assignment(due_on=day(2)), our.observer(ended_on=day(-1))
    our.assignment(over, due_on=day(2))
    our.assignment(given.observer, due_on=day(2), withdrawn_at=timezone.now())
    assert keep_partners() == 1
    time_machine.move_to(timezone.now() + timedelta(days=2))
    assert [keep_partners(), keep_partners()] == [1, 0]
    subjects = Message.objects.filter(recipient=given.observer.user).order_by("pk").values_list("subject", flat=True)
    assert [each.split(":")[0] for each in subjects] == ["Due soon", "Due today"]
    assert not Message.objects.filter(recipient=over.user).exists()


def test_the_result_of_each_year(as_user: Any) -> None:
    given = our.assignment()
    batch = given.observer.batch
    rows = [our.published(given), our.sent(given, answered=False), our.sent(given)]
    Observation.objects.filter(pk=rows[0].pk).update(
        sent_at=datetime(2020, 1, 1, 0, 30, tzinfo=timezone.get_current_timezone())
    )
    our.draft(given)
    our.sent()  # of another batch
    years = queries.by_year([batch])[batch.pk]
    figures = [(each["year"], each["sent"], each["answered"], each["published"]) for each in years]
    assert figures == [(local_day().year, 2, 1, 0), (2020, 1, 1, 1)]
    everybody = Client().get(reverse("observers:list")).content.decode().split("<article")[2]
    for page in (
        as_user(make.organiser()).get(reverse("observers:batch", args=[batch.pk])).content.decode(),
        everybody,
    ):
        assert page.index(f">{local_day().year}</th>") < page.index(">2020</th>")
