"""Handing work to Celery without depending on it: what the broker misses, a sweep picks up."""

import logging
from typing import Any

from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def enqueue(task: Task, *args: Any) -> None:
    """Run `task(*args)` in a worker after the transaction commits. A dead broker is logged, never raised:
    every task given here must also be found by a periodic sweep."""

    def send() -> None:
        try:
            task.apply_async(args=args, retry=False)
        except (OperationalError, OSError) as error:
            log.warning("broker unreachable, %s left to its sweep: %s", task.name, error)

    transaction.on_commit(send, robust=True)
