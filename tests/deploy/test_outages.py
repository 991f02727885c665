"""Valkey, worker, beat or PostgreSQL away for a while: people notice little, nothing is lost and nothing doubled."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from notices.models import Message
from notices.workflow import Text, notify
from portal.core import calendar
from portal.core.calendar import local_day
from portal.core.models import CalendarDay
from stewards.models import HelpRequest, Reminder
from tests.deploy.stack import Stack, Visitor
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.notices import MessageFactory
from tests.factories.stewards import StewardshipFactory, overdue_requests
from tests.processes import other_database, wait_for
from tests.smtp import MailServer

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("outages")]
PASSWORD = "a-long-fictional-phrase"
READY = '{"database": "ok", "valkey": "ok", "worker": "ok"}'


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def stack(django_db_setup: None, django_db_blocker: Any, mail: MailServer) -> Iterator[Stack]:
    """Everything runs: beat sixty times as fast as usual, at any hour, on a day that is made a working day."""
    given = {"EMAIL_URL": f"smtp://127.0.0.1:{mail.port}", "BEAT_SPEED": "60", "REMINDER_HOUR": "0"}
    with Stack(**given) as stack:
        stack.copy_schema()
        with django_db_blocker.unblock(), other_database(stack.database):
            days = [local_day() + timedelta(days=n) for n in range(2)]
            CalendarDay.objects.bulk_create(CalendarDay(day=day, working=True) for day in days)
            stack.start("web", "worker", "beat")
            wait_for(lambda: answers(stack, "/healthz"))
            until_ready(stack)
            yield stack


@pytest.fixture(autouse=True)
def db(stack: Stack, mail: MailServer) -> Iterator[None]:
    """Each test begins and ends with everything running, nothing on its way and nobody's mail twice.

    In place of the usual one: by the name pytest-django knows that the test database is needed.
    """
    calendar.forget()
    connection.close()
    mail.accepted.clear()
    yield
    mail.refuses = lambda recipient: False
    until_sent(stack)
    until_ready(stack)
    assert set(times_each(mail).values()) <= {1}


def answers(stack: Stack, path: str, status: int = 200, text: str = "") -> bool:
    try:
        answer = Visitor(stack.port).get(path)
    except OSError:
        return False
    return answer.status == status and text in answer.text


def until_ready(stack: Stack) -> None:
    wait_for(lambda: stack.all_alive() and answers(stack, "/readyz", 200, READY))


def until_sent(stack: Stack) -> None:
    wait_for(lambda: stack.all_alive() and not Message.objects.filter(state="queued").exists())


def times_each(mail: MailServer) -> Counter[str]:
    """How often the mail server took each message."""
    return Counter(str(message["Message-ID"]) for message in mail.accepted)


@pytest.fixture
def owner(stack: Stack) -> Any:
    """Somebody who can sign in by the form, of an enterprise that has a steward."""
    person = UserFactory()
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    enterprise = EnterpriseFactory()
    MembershipFactory(enterprise=enterprise, user=person)
    StewardshipFactory(enterprise=enterprise)
    return person


def ask(visitor: Visitor, subject: str) -> str:
    """Fill in the help form and return the number that the page after it shows."""
    words = {"type": "help", "subject": subject, "body": "What can we do?", "language": "en"}
    sent = visitor.fill("/en/requests/new/", **words)
    assert sent.status == 200, sent.text[-2000:]
    number = HelpRequest.objects.get(subject=subject).number
    assert sent.url.endswith(f"/en/requests/{number}/")
    return str(number)


def test_without_valkey_one_signs_in_and_asks_for_help_and_the_mail_follows(
    stack: Stack, mail: MailServer, owner: Any
) -> None:
    visitor = Visitor(stack.port)
    stack.halt("valkey", signal.SIGTERM)
    try:
        wrong = visitor.sign_in(owner.email, "not my password")
        assert "not correct" in wrong.text
        assert visitor.sign_in(owner.email, PASSWORD).url.endswith("/en/package/")
        number = ask(visitor, "Asked while Valkey was away")
        missing = visitor.get("/readyz")
        assert (missing.status, missing.text) == (
            503,
            '{"database": "ok", "valkey": "unreachable", "worker": "no heartbeat"}',
        )
        waiting = Message.objects.filter(state="queued", url__endswith=f"/{number}/")
        names = {f"<{uuid}@127.0.0.1>" for uuid in waiting.values_list("uuid", flat=True)}
        assert len(names) == 2, "the owner's confirmation and the steward's first notice"
        assert not mail.accepted
    finally:
        stack.resume("valkey")
    until_sent(stack)
    until_ready(stack)
    assert times_each(mail) == dict.fromkeys(names, 1)


def test_a_valkey_that_hangs_delays_a_page_and_fails_none(stack: Stack, owner: Any) -> None:
    visitor, began = Visitor(stack.port), time.monotonic()
    server = stack.servers.processes["valkey"]
    server.send_signal(signal.SIGSTOP)
    try:
        assert visitor.sign_in(owner.email, PASSWORD).url.endswith("/en/package/")
        ask(visitor, "Asked while Valkey hung")
        assert time.monotonic() - began < 20, "one wait for the cache and one for the queue, not one for every use"
        assert '"valkey": "unreachable"' in visitor.get("/readyz").text
    finally:
        server.send_signal(signal.SIGCONT)


def test_a_worker_that_loses_valkey_with_work_in_its_hands_goes_on(stack: Stack, mail: MailServer) -> None:
    held, gate = threading.Event(), threading.Event()

    def think(recipient: str) -> bool:
        held.set()
        return not gate.wait(30)

    mail.refuses = think
    message = MessageFactory()
    assert held.wait(30)
    stack.halt("valkey", signal.SIGTERM)
    try:
        wait_for(lambda: "connection" in stack.log("worker").read_text().lower())
    finally:
        gate.set()
        stack.resume("valkey")
    until_sent(stack)
    until_ready(stack)
    assert times_each(mail) == {f"<{message.uuid}@127.0.0.1>": 1}


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def all_of_it(stack: Stack) -> None:
    stack.kill("worker")
    stack.start("worker")


def the_supervisor(stack: Stack) -> None:
    os.kill(stack.processes["worker"].pid, signal.SIGKILL)
    stack.processes["worker"].wait(10)
    stack.start("worker")


def a_child(stack: Stack) -> None:
    for pid in children(stack.processes["worker"].pid):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("kill", [all_of_it, the_supervisor, a_child])
def test_a_worker_killed_in_mid_batch_sends_each_mail_once(
    stack: Stack, mail: MailServer, kill: Callable[[Stack], None]
) -> None:
    held, gate = threading.Event(), threading.Event()
    person = UserFactory()

    def accepted() -> list[Any]:
        """This person's alone: a mail of the test before may still arrive."""
        return [message for message in mail.accepted if message["To"] == person.email]

    def think(recipient: str) -> bool:
        """At the sixth the worker waits, with a row in its hands and nothing in the mail server's."""
        if recipient != person.email or len(accepted()) < 5:
            return False
        held.set()
        return not gate.wait(30)

    mail.refuses = think
    MessageFactory.create_batch(30, recipient=person)
    assert held.wait(30)
    # The other child may just have been told OK: killed before it notes that, it would send once more, as stated.
    wait_for(lambda: Message.objects.filter(recipient=person, state="sent").count() == len(accepted()))
    kill(stack)
    gate.set()
    until_sent(stack)
    found = Counter(str(message["Message-ID"]) for message in accepted())
    assert found == {f"<{m.uuid}@127.0.0.1>": 1 for m in Message.objects.filter(recipient=person)}
    assert found.total() == 30


def hold(person: Any, key: str) -> None:
    notify(person, key=key, kind="request.x", text=lambda: Text(key, "It can wait."))


def test_without_beat_and_with_two_of_them_each_reminder_and_each_digest_goes_out_once(
    stack: Stack, mail: MailServer
) -> None:
    stack.kill("beat")
    people = UserFactory.create_batch(3, digest_hour=0)
    for person in people:
        hold(person, f"first:{person.pk}")
        hold(person, f"second:{person.pk}")
    overdue_requests(4, prefix="A")
    stack.start("beat", "beat-too")
    wait_for(lambda: Reminder.objects.count() == 4)
    wait_for(lambda: Message.objects.filter(kind="digest").count() == 3)
    # What is posted now is found by the rounds after those: they have passed over everything above once more.
    late = UserFactory(digest_hour=0)
    hold(late, "late")
    hold(people[0], "third")
    overdue_requests(1, prefix="B")
    wait_for(lambda: Reminder.objects.count() == 5)
    wait_for(lambda: Message.objects.filter(kind="digest").count() == 4)
    until_sent(stack)
    stack.kill("beat-too")
    del stack.processes["beat-too"]
    assert set(Counter(Reminder.objects.values_list("request", "rule", "recipient")).values()) == {1}
    by_mail = Counter(str(message["To"]) for message in mail.accepted if "from the portal today" in message["Subject"])
    assert by_mail == {person.email: 1 for person in (*people, late)}
    assert Message.objects.get(key="third").state == "held", "it waits for tomorrow's digest"
    assert Message.objects.filter(kind="reminder.overdue", state="sent").count() == 5


def test_postgres_restarted_at_once_is_told_and_then_forgotten(stack: Stack, mail: MailServer, owner: Any) -> None:
    visitor = Visitor(stack.port)
    visitor.sign_in(owner.email, PASSWORD)
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda n: visitor.get("/en/requests/").status, range(12)))
    assert pages == [200] * 12
    connection.close()
    stack.halt("postgres", signal.SIGQUIT)  # immediate: no goodbye to anybody
    try:
        assert visitor.get("/healthz").status == 200
        probe = visitor.get("/readyz")
        assert (probe.status, probe.text) == (503, READY.replace('"ok"', '"unreachable"', 1))
        sorry = visitor.get("/en/requests/")
        assert sorry.status == 503
        assert "try again" in sorry.text
    finally:
        stack.resume("postgres")
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda n: visitor.get("/en/requests/").status, range(12)))
    assert pages == [200] * 12, "each thread has found out that its connection is dead"
    assert visitor.get("/readyz").status == 200
    ask(visitor, "Asked after the restart")
    until_sent(stack)
    assert len(mail.accepted) == 2
