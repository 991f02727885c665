"""Two at the same moment, each with a connection of their own, all of them held at one row until all have come."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import translation

from portal.core.access import Refused
from tests.processes import wait_for

_WAITING = """
WITH RECURSIVE held(pid) AS (
    SELECT pg_backend_pid()
    UNION SELECT l.pid FROM pg_locks l JOIN held ON held.pid = ANY (pg_blocking_pids(l.pid)) WHERE NOT l.granted)
SELECT count(*) - 1 FROM held
"""


def waiting() -> int:
    """How many wait for a lock of ours, or for one of those who do."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        return int(cursor.fetchone()[0])


class Racer(threading.Thread):
    """One person who acts; what came of it is `result`, an error included."""

    def __init__(self, act: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.act, self.result = act, None
        self.start()

    def run(self) -> None:
        try:
            with translation.override("en"):
                self.result = self.act()
        except Exception as error:
            self.result = error
        finally:
            connection.close()


@contextmanager
def gate(rows: QuerySet[Any]) -> Iterator[None]:
    """These rows are ours; whoever wants them waits until the block ends."""
    with transaction.atomic():
        assert list(rows.select_for_update(of=("self",)).values_list("pk"))
        yield


def race(rows: QuerySet[Any], *acts: Callable[[], Any]) -> list[Any]:
    """All acts have come as far as these rows, then they go on; results or errors, in the order of the acts."""
    with gate(rows):
        racers = [Racer(act) for act in acts]
        wait_for(lambda: waiting() >= sum(racer.is_alive() for racer in racers), seconds=20)
    for racer in racers:
        racer.join(30)
    assert not any(racer.is_alive() for racer in racers)
    return [racer.result for racer in racers]


def outcome(results: list[Any]) -> tuple[list[Any], list[str]]:
    """What the winners got, and what the losers were told. Anything but a sentence is a failure."""
    told = [str(each) for each in results if isinstance(each, Refused)]
    won = [each for each in results if not isinstance(each, Exception)]
    assert len(won) + len(told) == len(results), results
    assert all(len(words) > 15 for words in told)
    return won, told
