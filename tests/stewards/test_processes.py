"""Sweep, delivery and digests in real processes: killed with -9, two at once, without a broker. Each exactly once."""

import signal
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction

from notices.models import Message
from notices.workflow import Text, notify
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding.sweep import BATCH, sweep
from tests.factories.accounts import UserFactory
from tests.factories.stewards import overdue_requests
from tests.processes import finished, own_database, start, wait_for
from tests.smtp import MailServer

pytestmark = pytest.mark.processes

DUE = 3 * BATCH


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any):
    """In place of the usual one (the name makes pytest-django set the test database up): a copy for each test."""
    with django_db_blocker.unblock(), own_database("processes") as url:
        yield url


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


def kill(process: Any) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=10)
    assert process.returncode == -signal.SIGKILL


def test_a_sweep_killed_in_mid_run_and_then_two_at_once_send_each_reminder_once(db):
    overdue_requests(DUE)
    hurdle = HelpRequest.objects.order_by("pk")[BATCH + BATCH // 2]
    with transaction.atomic():  # an entry of the second batch that is not committed: the sweep stops there, half-way
        rule = ReminderRule.objects.get(code="overdue")
        entry = Reminder.objects.create(
            request=hurdle, rule=rule, cycle=hurdle.due_on.isoformat(), recipient=hurdle.steward
        )
        process = start("manage.py", "run_sweep", DATABASE_URL=db)
        wait_for(held_up)
        assert Reminder.objects.exclude(pk=entry.pk).count() == BATCH
        kill(process)
        transaction.set_rollback(True)
    wait_for(lambda: others_at_work() == 0)
    assert Reminder.objects.count() == Message.objects.count() == BATCH, "a batch is there as a whole or not at all"

    pair = [start("manage.py", "run_sweep", DATABASE_URL=db) for _n in range(2)]
    assert sum(int(finished(each).split()[0]) for each in pair) == DUE - BATCH
    assert_each_once(DUE)
    assert sweep() == 0


DELIVER = "from notices.tasks import deliver_due; print(deliver_due())"


def test_a_mail_worker_killed_in_mid_run_and_then_two_at_once_lose_and_double_nothing(db):
    person = UserFactory()
    Message.objects.bulk_create(
        Message(key=f"p:{n}", recipient=person, email=person.email, kind="x", language="en", subject=str(n), body="x")
        for n in range(60)
    )
    with MailServer() as server:
        server.pause = 0.02
        away = {"DATABASE_URL": db, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}
        process = start("manage.py", "shell", "-v", "0", "-c", DELIVER, **away)
        wait_for(lambda: len(server.accepted) > 5)
        kill(process)
        wait_for(lambda: others_at_work() == 0)
        in_between = Message.objects.filter(state="sent").count()
        assert 5 <= in_between < 60
        pair = [start("manage.py", "shell", "-v", "0", "-c", DELIVER, **away) for _n in range(2)]
        assert sum(int(finished(each)) for each in pair) == 60 - in_between
        names = Counter(mail["Message-ID"] for mail in server.accepted)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(names) == 60
    assert len(server.accepted) - 60 <= 1, "at most the one that was in the mail server's hands when the worker died"


def test_two_digest_runs_at_once_write_one_digest(db):
    people = UserFactory.create_batch(20, digest_hour=0)
    for person in people:
        notify(person, key=f"held:{person.pk}", kind="request.x", text=lambda: Text("s", "b"))
    compose = (
        "from datetime import datetime; from django.utils import timezone; from notices.digests import compose; "
        "print(compose(timezone.make_aware(datetime(2026, 11, 25, 12))))"
    )
    pair = [start("manage.py", "shell", "-v", "0", "-c", compose, DATABASE_URL=db) for _n in range(2)]
    assert sum(int(finished(each)) for each in pair) == 20
    assert Message.objects.filter(kind="digest").count() == 20
    assert Message.objects.filter(state="in_digest", digest__isnull=False).count() == 20


def test_without_a_broker_nothing_fails_and_the_next_sweep_delivers(db):
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
    assert int(finished(start("manage.py", "shell", "-v", "0", "-c", DELIVER, DATABASE_URL=db))) == 1
    assert Message.objects.get().state == "sent"
