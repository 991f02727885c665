"""Sweep, delivery and digests in real processes: killed with -9, two at once, without a broker. Each exactly once.

All of them are forked from one that has the portal loaded; the page without a broker is a process from nothing.
"""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from notices.models import Message
from notices.workflow import Text, notify
from portal.core.calendar import local_day
from portal.core.models import CalendarDay
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding.sweep import BATCH, sweep
from tests.factories.accounts import UserFactory
from tests.factories.stewards import overdue_requests
from tests.processes import finished, own_database, start, wait_for
from tests.smtp import MailServer
from tests.taskrunner import Runner

pytestmark = pytest.mark.processes

DUE = 3 * BATCH
SWEEP, DELIVER, COMPOSE = "stewards.reminding.sweep.sweep", "notices.tasks.deliver_due", "notices.tasks.compose_digests"


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """In place of the usual one (the name makes pytest-django set the test database up): a copy for each test."""
    with django_db_blocker.unblock(), own_database("processes") as url:
        yield url


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """Each test's copy has the same name."""
    copy = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}_processes").geturl()
    environment = {"PORTAL_MODE": "test", "DATABASE_URL": copy, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
    with Runner({**os.environ, **environment}, tmp_path_factory.mktemp("processes")) as runner:
        yield runner


@pytest.fixture
def runner(loaded: Runner, db: str) -> Runner:
    assert loaded.environment["DATABASE_URL"] == db
    return loaded


def assert_each_once(count: int) -> None:
    """One ledger row and one message for each request, and every row has its own message."""
    assert Reminder.objects.count() == count
    pairs = Counter(Reminder.objects.values_list("request", "rule", "recipient"))
    assert len(pairs) == count
    assert set(pairs.values()) == {1}
    assert Message.objects.filter(kind="reminder.overdue").count() == count
    assert Reminder.objects.values("message").distinct().count() == count
    assert not Reminder.objects.filter(message__isnull=True).exists()


def count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def others_at_work() -> int:
    """Sessions of other processes; that of a killed one ends a moment after its client."""
    return count("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")


def held_up() -> bool:
    """Whether another process waits for us."""
    return (
        count("SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))") > 0
    )


def test_a_sweep_killed_in_mid_run_and_then_two_at_once_send_each_reminder_once(runner: Runner) -> None:
    overdue_requests(DUE)
    hurdle = HelpRequest.objects.order_by("pk")[BATCH + BATCH // 2]
    with transaction.atomic():  # an entry of the second batch that is not committed: the sweep stops there, half-way
        rule = ReminderRule.objects.get(code="overdue")
        entry = Reminder.objects.create(
            request=hurdle, rule=rule, cycle=hurdle.due_on.isoformat(), recipient=hurdle.steward
        )
        child = runner.start(SWEEP)
        wait_for(held_up)
        assert Reminder.objects.exclude(pk=entry.pk).count() == BATCH
        runner.kill(child)
        transaction.set_rollback(True)
    wait_for(lambda: others_at_work() == 0)
    assert Reminder.objects.count() == Message.objects.count() == BATCH, "a batch is there as a whole or not at all"

    assert sum(int(said) for said in runner.twice_at_once(SWEEP)) == DUE - BATCH
    assert_each_once(DUE)
    assert sweep() == 0


def test_a_mail_worker_killed_in_mid_run_and_then_two_at_once_lose_and_double_nothing(
    runner: Runner, server: MailServer
) -> None:
    person = UserFactory()
    Message.objects.bulk_create(
        Message(key=f"p:{n}", recipient=person, email=person.email, kind="x", language="en", subject=str(n), body="x")
        for n in range(60)
    )
    server.pause = 0.02
    child = runner.start(DELIVER)
    wait_for(lambda: len(server.accepted) > 5)
    runner.kill(child)
    wait_for(lambda: others_at_work() == 0)
    in_between = Message.objects.filter(state="sent").count()
    assert 5 <= in_between < 60
    assert sum(int(said) for said in runner.twice_at_once(DELIVER)) == 60 - in_between
    names = Counter(mail["Message-ID"] for mail in server.accepted)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(names) == 60
    assert len(server.accepted) - 60 <= 1, "at most the one that was in the mail server's hands when the worker died"


def test_two_digest_runs_at_once_write_one_digest(runner: Runner) -> None:
    days = [local_day() + timedelta(days=n) for n in range(2)]
    CalendarDay.objects.bulk_create(CalendarDay(day=day, working=True) for day in days)
    people = UserFactory.create_batch(20, digest_hour=0)
    for person in people:
        notify(person, key=f"held:{person.pk}", kind="request.x", text=lambda: Text("s", "b"))
    assert sum(int(said) for said in runner.twice_at_once(COMPOSE)) == 20
    assert Message.objects.filter(kind="digest").count() == 20
    assert Message.objects.filter(state="in_digest", digest__isnull=False).count() == 20


def test_without_a_broker_nothing_fails_and_the_next_sweep_delivers(db: str, runner: Runner) -> None:
    """Valkey is away while a page posts an urgent message: the person notices nothing, the message goes out later."""
    person = UserFactory()
    post = (
        "from accounts.models import User; from notices.workflow import Text, notify; "
        f"to = User.objects.get(pk={person.pk}); "
        "print(notify(to, key='k', kind='x', urgent=True, text=lambda: Text('s', 'b')).state)"
    )
    nowhere = "unix:///nonexistent/valkey.sock"
    said = finished(start("manage.py", "shell", "-v", "0", "-c", post, DATABASE_URL=db, REDIS_URL=nowhere))
    assert said.split()[-1] == "queued"
    assert "left to its sweep" in said
    assert Message.objects.get().state == "queued"
    assert runner.result(runner.start(DELIVER)) == "1"
    assert Message.objects.get().state == "sent"
