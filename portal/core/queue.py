"""Handing work to Celery without depending on it: what the broker misses, a sweep picks up."""

import logging
from typing import Any

from celery import Task
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from portal.core.breaker import Breaker

log = logging.getLogger(__name__)
_breaker = Breaker()


def enqueue(task: Task, *args: Any) -> None:
    """Run `task(*args)` in a worker after the transaction commits. A dead broker is logged, never raised:
    the work of every task given here must also be found by a periodic sweep."""

    if _is_asked(task, args):
        return

    def send() -> None:
        try:
            task.apply_async(args=args, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("broker unreachable, %s left to its sweep: %s", task.name, error)

    send.work = (task.name, args)  # type: ignore[attr-defined]
    transaction.on_commit(send, robust=True)


def _is_asked(task: Task, args: tuple[Any, ...]) -> bool:
    """Whether this very work already waits for the commit, in a savepoint that cannot be rolled back without ours:
    an act that writes to ten people asks for one delivery, and waits for a dead broker once."""
    ours = set(connection.savepoint_ids)
    same = (entry for entry in connection.run_on_commit if getattr(entry[1], "work", None) == (task.name, args))
    return any(set(entry[0]) <= ours for entry in same)
