"""A dissatisfied rating is put right: its own day, calls, closing only after a call, and the enterprise sees it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.core import calendar
from portal.core.access import Refused
from portal.core.models import CalendarYear
from stewards import workflow
from stewards.models import CallBack, Rectification, ServiceStandard
from stewards.rating import rectifying
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.rating import answered, rated, rectification
from tests.stewards.scene import Scene, last_mail, mails

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
REACHED = {"reached": True, "content": True, "words": "All is well."}


def steward_of(row: Rectification) -> Any:
    return row.request.steward


def on(*moment: int) -> Any:
    return time_machine.travel(datetime(*moment, tzinfo=timezone.get_default_timezone()), tick=False)  # type: ignore[misc, arg-type]


# --- opened by the rating -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("score", "solved", "unsolved_counts", "opened"),
    [(1, False, False, 1), (2, True, False, 1), (3, False, False, 0), (3, False, True, 1), (5, True, True, 0)],
)
def test_which_ratings_are_put_right(
    settings: Any, score: int, solved: bool, unsolved_counts: bool, opened: int
) -> None:
    settings.RECTIFY_UNSOLVED = unsolved_counts
    request = answered()
    workflow.rate(request, by=request.asker, score=score, solved=solved)
    assert request.rectifications.count() == request.events.filter(kind="rectifying").count() == opened


@pytest.mark.parametrize(("days", "due"), [(15, date(2026, 3, 12)), (5, date(2026, 2, 27))])
def test_the_day_follows_the_service_standard(days: int, due: date) -> None:
    ServiceStandard.objects.filter(type="help").update(rectify_days=days)
    request = answered()
    with on(2026, 2, 13, 10):
        workflow.rate(request, by=request.asker, score=1, solved=False)
    row = request.rectifications.get()
    assert (row.due_on, row.due_provisional) == (due, False)


def test_a_day_in_a_year_without_calendar_is_settled_later() -> None:
    request = answered()
    with on(2026, 12, 25, 10):
        workflow.rate(request, by=request.asker, score=1, solved=False)
        assert request.rectifications.get().due_provisional
        assert rectifying.settle_provisional() == 0
        assert "provisional" in request.asker.messages_received.get(kind="request.rectifying").body
        CalendarYear.objects.create(year=2027, source="Notice")
        calendar.forget()
        assert rectifying.settle_provisional() == 1
    assert not request.rectifications.get().due_provisional


def test_everybody_concerned_is_told(scene: Scene) -> None:
    workflow.rate(scene.request("answered"), by=scene.owner, score=1, solved=False, comment="No.")
    told = last_mail(scene.owner)
    assert told.kind == "request.rectifying"
    assert "Stella Steward looks into it, calls you back" in told.body
    assert "disadvantage" in told.body
    assert mails(scene.steward)[-1][0] == mails(scene.admin)[-1][0] == "request.rated"


def test_one_rating_opens_one_and_the_next_round_another(scene: Scene) -> None:
    request = workflow.rate(scene.request("answered"), by=scene.owner, score=1, solved=False)
    request = workflow.reopen(request, by=scene.owner, reason="Again.")
    request = workflow.answer(request, by=scene.steward, text="Now it works.")
    workflow.rate(request, by=scene.owner, score=2, solved=False)
    assert request.rectifications.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.create(rating=request.ratings.first(), request=request, due_on=timezone.localdate())


# --- calls ----------------------------------------------------------------------------------------------------------
def test_a_call_is_kept_and_stands_in_the_timeline_without_its_words() -> None:
    row = rectification()
    call = rectifying.call_back(row, by=steward_of(row), **REACHED)
    assert (call.by, call.reached, call.content, call.words) == (steward_of(row), True, True, "All is well.")
    event = row.request.events.get(kind="called_back")
    assert (event.text, event.internal, event.data["reached"]) == ("", False, True)
    row.refresh_from_db()
    assert (row.content, row.lock_version) == (True, 1)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"reached": True}, "content now"),
        ({"reached": True, "content": True, "words": "  "}, "what the enterprise said"),
        ({"reached": False, "called_at": timedelta(minutes=2)}, "between the rating and now"),
        ({"reached": False, "called_at": timedelta(days=-2)}, "between the rating and now"),
        ({"reached": False, "seen": 7}, "meanwhile"),
    ],
)
def test_calls_that_are_not_kept(facts: dict[str, Any], words: str) -> None:
    row = rectification()
    when = {"called_at": timezone.now() + facts["called_at"]} if "called_at" in facts else {}
    with pytest.raises(Refused, match=words):
        rectifying.call_back(row, by=steward_of(row), **{**facts, **when})
    assert not CallBack.objects.exists()
    assert not row.request.events.exists()


def test_not_content_goes_to_the_service_centre(admin_user: Any) -> None:
    row = rectification()
    rectifying.call_back(row, by=steward_of(row), reached=True, content=False, words="Still nothing.")
    assert "only the service centre can close" in last_mail(admin_user).body
    assert mails(row.request.asker) == []


def test_the_database_keeps_content_to_those_who_were_reached() -> None:
    row = rectification()
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBack.objects.create(rectification=row, by=steward_of(row), reached=False, content=True)


# --- closing --------------------------------------------------------------------------------------------------------
def test_never_without_a_call() -> None:
    row = rectification()
    with pytest.raises(Refused, match="try on 3 more days"):
        rectifying.close(row, by=steward_of(row), done="We paid.")
    row.refresh_from_db()
    assert row.closed_at is None


def test_closed_after_a_call_and_the_enterprise_reads_what_was_done() -> None:
    row = rectification()
    rectifying.call_back(row, by=steward_of(row), **REACHED)
    rectifying.close(row, by=steward_of(row), done="We paid the subsidy.")
    row.refresh_from_db()
    assert (row.done, row.closed_by, row.content) == ("We paid the subsidy.", steward_of(row), True)
    assert "We paid the subsidy." in last_mail(row.request.asker).body
    with pytest.raises(Refused, match="already"):
        rectifying.close(row, by=steward_of(row), done="Twice.")
    with pytest.raises(Refused, match="already"):
        rectifying.call_back(row, by=steward_of(row), **REACHED)
    assert row.request.events.get(kind="rectified").text == "We paid the subsidy."


def test_nothing_done_is_not_closed() -> None:
    row = rectification()
    rectifying.call_back(row, by=steward_of(row), **REACHED)
    with pytest.raises(Refused, match="what was done"):
        rectifying.close(row, by=steward_of(row), done="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Rectification.objects.filter(pk=row.pk).update(closed_at=timezone.now(), closed_by=steward_of(row))


def test_an_enterprise_that_is_not_content_is_closed_by_the_centre_alone(admin_user: Any) -> None:
    row = rectification()
    rectifying.call_back(row, by=steward_of(row), **REACHED)
    rectifying.call_back(row, by=steward_of(row), reached=True, content=False, words="It came back.")
    with pytest.raises(Refused, match="only the service centre"):
        rectifying.close(row, by=steward_of(row), done="We tried.")
    assert rectifying.close(row, by=admin_user, done="Explained in writing.").closed_by == admin_user


def test_three_days_of_trying_are_enough() -> None:
    row = rectification()
    Rectification.objects.filter(pk=row.pk).update(opened_at=timezone.now() - timedelta(days=5))
    for ago in (3, 3, 2):
        rectifying.call_back(row, by=steward_of(row), reached=False, called_at=timezone.now() - timedelta(days=ago))
    with pytest.raises(Refused, match="one more day"):
        rectifying.close(row, by=steward_of(row), done="Written to them.")
    rectifying.call_back(row, by=steward_of(row), reached=False)
    assert rectifying.close(row, by=steward_of(row), done="Written to them.").content is None


def test_who_may_not(admin_user: Any) -> None:
    row = rectification()
    former = steward_of(row)
    former.roles = []
    for person in (StewardFactory(), HandlerFactory(), UserFactory(roles=["leader"]), row.request.asker, former):
        with pytest.raises(Refused, match="responsible steward"):
            rectifying.call_back(row, by=person, **REACHED)
    assert rectifying.call_back(row, by=admin_user, **REACHED)


def test_a_new_steward_takes_it_over() -> None:
    row, second = rectification(), StewardFactory()
    former = steward_of(row)
    row.request.steward = second
    row.request.save(update_fields=["steward"])
    assert list(rectifying.visible_to(second)) == [row]
    assert not rectifying.visible_to(former).exists()


# --- pages ----------------------------------------------------------------------------------------------------------
def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_shows_each_their_own(as_user: SignIn, admin_user: Any) -> None:
    mine, other = rectification(rated(subject="Mine")), rectification(rated(subject="Foreign"), days=-1)
    text = page(as_user(steward_of(mine)), "/en/rectifications/")
    assert "Mine" in text
    assert "Foreign" not in text
    everything = page(as_user(admin_user), "/en/rectifications/")
    assert everything.index("Foreign") < everything.index("Mine")  # the more urgent first
    late = page(as_user(admin_user), "/en/rectifications/?show=overdue")
    assert "overdue since" in late
    assert "Mine" not in late
    assert as_user(steward_of(mine)).get(f"/en/rectifications/{other.pk}/").status_code == 404


def test_from_the_call_to_the_end_on_its_page(as_user: SignIn) -> None:
    row = rectification(rated(comment="Nobody helped."))
    client, address = as_user(steward_of(row)), f"/en/rectifications/{row.pk}/"
    text = page(client, address)
    assert "Nobody helped." in text
    assert "Call the enterprise back first" in text
    assert "Close and tell the enterprise" not in text
    sent = {"act": "call", "seen": 0, "reached": "yes", "content": "yes", "words": "Fine now."}
    assert client.post(address, sent).status_code == 302
    twice = client.post(address, sent)  # a double click
    assert twice.status_code == 422
    assert "Somebody has worked on this meanwhile" in twice.content.decode()
    assert row.calls.count() == 1
    assert "Close and tell the enterprise" in page(client, address)
    assert client.post(address, {"act": "close", "seen": 1, "done": "Paid."}).status_code == 302
    text = page(client, address)
    assert "Paid." in text
    assert "Keep the call" not in text
    assert str(row.request.subject) in page(client, "/en/rectifications/?show=closed")
    late = client.post(address, {"act": "close", "seen": 2, "done": "My long text."})
    assert "My long text." in late.content.decode()  # what was typed is not lost
    assert client.post(address, {"act": "delete"}).status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"act": "call", "seen": 0},
        {"act": "call", "seen": "x", "reached": "no"},
        {"act": "call", "seen": 0, "reached": "no", "called_at": "yesterday"},
        {"act": "call", "seen": 0, "reached": "yes", "words": "x" * 2_001, "content": "yes"},
    ],
)
def test_forms_that_are_wrong_come_back(as_user: SignIn, data: dict[str, Any]) -> None:
    row = rectification()
    response = as_user(steward_of(row)).post(f"/en/rectifications/{row.pk}/", data)
    assert response.status_code == 422
    assert not row.calls.exists()


def test_the_list_needs_the_same_queries_for_one_and_for_many(as_user: SignIn, admin_user: Any) -> None:
    client, counts = as_user(admin_user), []
    enterprise, steward = EnterpriseFactory(), StewardFactory()
    for more in (1, 3):
        for _n in range(more):
            rectification(rated(enterprise=enterprise, steward=steward))
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/rectifications/")
        counts.append(len(queries))
    assert counts == [3, 3]


def test_the_enterprise_sees_that_its_word_had_a_consequence(as_user: SignIn) -> None:
    row = rectification()
    client, address = as_user(row.request.asker), f"/en/requests/{row.request.number}/"
    assert f"{steward_of(row).name} looks into it" in page(client, address)
    rectifying.call_back(row, by=steward_of(row), reached=True, content=True, words="A candid word.")
    rectifying.close(row, by=steward_of(row), done="We paid the subsidy.")
    text = page(client, address)
    assert "What came of your rating" in text
    assert "We paid the subsidy." in text
    assert "A candid word." not in text


def test_desk_queue_and_overview_lead_there(as_user: SignIn, admin_user: Any) -> None:
    row = rectification(days=-2)
    steward = as_user(steward_of(row))
    assert f'href="/en/rectifications/{row.pk}/"' in page(steward, f"/en/desk/{row.request.number}/")
    assert 'href="/en/rectifications/"' in page(steward, "/en/desk/")
    assert 'href="/en/rectifications/"' not in page(as_user(StewardFactory()), "/en/desk/")
    link = 'href="/en/rectifications/?show=overdue">Ratings to be put right, overdue</a></dt>'
    assert f'{link}<dd class="bad">1<' in page(as_user(admin_user), "/en/centre/")
