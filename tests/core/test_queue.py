"""Handing work to Celery: after the commit, once a transaction, and never at the cost of the act."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from celery import shared_task
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from portal.core.queue import enqueue

pytestmark = pytest.mark.django_db(transaction=True)
done: list[Any] = []


@shared_task
def work(*args: Any) -> None:
    done.append(args)


@pytest.fixture(autouse=True)
def _here() -> Iterator[None]:
    """Tasks run in this process."""
    done.clear()
    from portal.celery import app

    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_nothing_is_handed_over_before_the_commit() -> None:
    with transaction.atomic():
        enqueue(work, 1)
        assert done == []
    assert done == [(1,)]


def test_an_act_that_fails_hands_nothing_over() -> None:
    with transaction.atomic():
        enqueue(work, 1)
        transaction.set_rollback(True)
    assert done == []


def test_the_same_work_is_asked_for_once_a_transaction_and_again_in_the_next() -> None:
    for _turn in range(2):
        with transaction.atomic():
            enqueue(work, 1)
            enqueue(work, 1)
            with transaction.atomic():
                enqueue(work, 1)
            enqueue(work, 2)
    assert done == [(1,), (2,), (1,), (2,)]


def test_work_of_a_part_that_was_undone_does_not_stand_for_the_rest() -> None:
    with transaction.atomic():
        try:
            with transaction.atomic():
                enqueue(work, 1)
                raise ValueError
        except ValueError:
            pass
        enqueue(work, 1)
    assert done == [(1,)]


def test_work_of_a_finished_part_is_not_taken_for_granted() -> None:
    with transaction.atomic():
        with transaction.atomic():
            enqueue(work, 1)
        enqueue(work, 1)
    assert set(done) == {(1,)}


@pytest.mark.parametrize("error", [OperationalError("away"), ConnectionRefusedError("away")])
def test_a_dead_broker_is_logged_and_hurts_nobody(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(**_options: Any) -> None:
        raise error

    monkeypatch.setattr(work, "apply_async", away)
    with caplog.at_level(logging.WARNING), transaction.atomic():
        enqueue(work, 1)
        connection.cursor().execute("SELECT 1")
    assert "left to its sweep: away" in caplog.text
