"""The periodic tasks in real processes: killed with -9 in mid-run, run by two at once, servers restarted in between.

Each is held at a row that this test has in its hands, so that it dies half-way; then two at once finish the work. All
of them share one PostgreSQL, one Valkey and one loaded portal.
"""

import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from notices.models import Delivery, Endpoint
from notices.workflow import Text, compose, post_all
from tests.deploy.stack import Stack
from tests.factories.accounts import StewardFactory
from tests.messenger import Messenger
from tests.processes import other_database, wait_for
from tests.races import waiting
from tests.stewards.task_cases import CASES, Case, leaves_end, renewed_dates_and_watchers
from tests.taskrunner import Runner

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("tasks")]


@pytest.fixture(scope="module")
def stack(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stack]:
    with Stack(REMINDER_HOUR="0", CALLER_KEEP_DAYS="90") as stack:
        stack.copy_schema()
        with django_db_blocker.unblock(), other_database(stack.database):
            yield stack


@pytest.fixture(scope="module")
def runner(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    with Runner(stack.environment, tmp_path_factory.mktemp("tasks")) as runner:
        yield runner


@pytest.fixture
def db(stack: Stack) -> Stack:
    """In place of the usual one: what a test leaves behind is there for the next one, as in life."""
    connection.close()
    return stack


def others_at_work() -> int:
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.fetchone()[0])


def restart_postgres(stack: Stack) -> None:
    """At once, without a goodbye to anybody."""
    connection.close()
    stack.halt("postgres", signal.SIGQUIT)
    stack.resume("postgres")


def restart_valkey(stack: Stack) -> None:
    stack.halt("valkey", signal.SIGKILL)
    stack.resume("valkey")


BETWEEN = {leaves_end: restart_postgres, renewed_dates_and_watchers: restart_valkey}


@pytest.mark.parametrize("make", CASES, ids=[make.__name__ for make in CASES])
def test_a_task_killed_in_mid_run_and_then_two_at_once(db: Stack, runner: Runner, make: Callable[[], Case]) -> None:
    case = make()
    with case.held:
        child = runner.start(case.task)
        wait_for(lambda: waiting() == 1)
        runner.kill(child)
    wait_for(lambda: others_at_work() == 0)
    assert case.half() == case.half_done
    if make in BETWEEN:
        BETWEEN[make](db)
    for said in runner.twice_at_once(case.task):
        assert said.isdecimal(), said
    case.done()
    assert runner.result(runner.start(case.task)).isdecimal()
    case.done()


# --- the messenger ---------------------------------------------------------------------------------------------------
HOOKS = "notices.tasks.deliver_hooks"


def hooked(messenger: Messenger, count: int) -> list[str]:
    """So many deliveries to this messenger wait."""
    Delivery.objects.all().delete()
    Endpoint.objects.update(active=False)
    Endpoint.objects.create(name="Fictional", url=messenger.url)
    steward = StewardFactory()
    text = Text("新诉求", "A fictional text.", "/en/desk/")
    post_all(
        [
            compose(steward, key=f"hook:{steward.pk}:{n}", kind="request.assigned", text=lambda: text, urgent=True)
            for n in range(count)
        ]
    )
    return [str(uuid) for uuid in Delivery.objects.order_by("next_attempt_at", "pk").values_list("uuid", flat=True)]


def due_again() -> None:
    Delivery.objects.filter(state="queued").update(next_attempt_at=timezone.now())


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


def arrived(messenger: Messenger) -> Counter[str]:
    return Counter(headers["X-Portal-Delivery"] for headers, _body in messenger.requests)


def test_a_messenger_that_refuses_and_then_takes_half(db: Stack, runner: Runner) -> None:
    with Messenger() as messenger:
        numbers = hooked(messenger, 6)
        messenger.answers = 503
        assert runner.result(runner.start(HOOKS)) == "0"
        assert states() == {"queued": 6}
        assert len(messenger.requests) == 1, "one that fails is left alone for the run"
        taken: set[str] = set()

        def half(number: str) -> int | None:
            taken.add(number)
            return 200 if len(taken) <= 3 else 503

        due_again()
        messenger.requests.clear()
        messenger.thinks = half
        assert runner.result(runner.start(HOOKS)) == "3"
        assert states() == {"queued": 3, "sent": 3}
        messenger.thinks, messenger.answers = lambda number: None, 200
        restart_valkey(db)
        due_again()
        assert sum(int(said) for said in runner.twice_at_once(HOOKS)) == 3
        assert states() == {"sent": 6}
        refused = {number for number, times in arrived(messenger).items() if times > 1}
        assert set(arrived(messenger)) == set(numbers)
        assert len(refused) == 1, "only what was refused came a second time"


def test_a_worker_killed_while_the_messenger_thinks_and_postgres_restarted(db: Stack, runner: Runner) -> None:
    held, go_on = threading.Event(), threading.Event()
    with Messenger() as messenger:
        numbers = hooked(messenger, 8)

        def think(number: str) -> None:
            if number == numbers[3] and not held.is_set():
                held.set()
                go_on.wait(20)

        messenger.thinks = think
        child = runner.start(HOOKS)
        assert held.wait(20)
        runner.kill(child)
        go_on.set()
        restart_postgres(db)
        assert states() == {"sent": 3, "queued": 5}, "what a dead worker had in its hands waits again"
        assert sum(int(said) for said in runner.twice_at_once(HOOKS)) == 5
        assert states() == {"sent": 8}
        assert arrived(messenger) == dict.fromkeys(numbers, 1) | {numbers[3]: 2}, "twice under the same number"


def test_one_messenger_that_hangs_keeps_nobody_else_waiting(db: Stack, runner: Runner) -> None:
    """Five seconds of silence are a refusal; the other one's messages arrive meanwhile, by the other worker."""
    gone = threading.Event()
    with Messenger() as silent, Messenger() as other:
        silent.thinks = lambda number: 200 if gone.wait(20) else 500
        hooked(silent, 2)
        Endpoint.objects.create(name="Other", url=other.url)
        endpoint = Endpoint.objects.get(url=other.url)
        Delivery.objects.bulk_create(
            Delivery(message=each.message, endpoint=endpoint) for each in Delivery.objects.select_related("message")
        )
        pair = [runner.start(HOOKS) for _n in range(2)]
        wait_for(lambda: len(other.requests) == 2, seconds=30)
        assert sum(int(runner.result(child)) for child in pair) == 2
        gone.set()
        assert set(arrived(other).values()) == {1}
        late = Delivery.objects.filter(endpoint__url=silent.url)
        assert set(late.values_list("state", flat=True)) == {"queued"}
        assert {"timed out" in each.last_error for each in late if each.attempts} == {True}
