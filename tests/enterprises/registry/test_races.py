"""Two at the same moment, each with a connection of their own."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from enterprises import credit_code
from enterprises.models import Enterprise, RegistryImport
from enterprises.registry import workflow
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.enterprises.registry.test_extracts import row, table, uploaded
from tests.factories.enterprises import EnterpriseFactory
from tests.stewards.test_concurrency import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lists")]


def test_two_confirmations_at_once_are_one(admin: Any) -> None:
    found = uploaded(table(row(1)), admin)
    results = at_once(*[lambda: workflow.confirm(found, by=admin, take_doubtful=False)] * 3)
    assert sum(isinstance(result, RegistryImport) for result in results) == 1, results
    assert sum(isinstance(result, Refused) for result in results) == 2, results


def test_two_extracts_confirmed_at_once_one_waits(admin: Any) -> None:
    both = [uploaded(table(row(n)), admin) for n in (1, 2)]
    results = at_once(*[lambda each=each: workflow.confirm(each, by=admin, take_doubtful=False) for each in both])
    told = [str(result) for result in results if isinstance(result, Refused)]
    assert len(told) == 1, results
    assert RegistryImport.objects.filter(state="applying").count() == 1


def test_two_tasks_at_once_double_nothing(admin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enterprises.registry.staging.BATCH", 2)
    found = uploaded(table(*(row(n) for n in range(1, 8))), admin)
    workflow.confirm(found, by=admin, take_doubtful=False)
    at_once(*[lambda: workflow.apply(found.pk)] * 3)
    workflow.apply(found.pk)
    found.refresh_from_db()
    assert (found.state, found.counts["done_new"], Enterprise.objects.count()) == ("done", 7, 7)


def test_what_is_declared_at_this_very_moment_is_not_lost(admin: Any) -> None:
    record = EnterpriseFactory(credit_code=credit_code.make(1), employees=5)
    found = uploaded(table(row(1)), admin)
    workflow.confirm(found, by=admin, take_doubtful=False)

    def run() -> None:
        workflow.apply(found.pk)
        connection.close()

    task = threading.Thread(target=run)
    with transaction.atomic():
        held = Enterprise.objects.select_for_update().get(pk=record.pk)
        held.employees, held.listed = 77, True
        held.sources = {"employees": {"source": "declared", "on": local_day().isoformat()}}
        held.save(update_fields=["employees", "listed", "sources"])
        task.start()
        task.join(timeout=0.4)
        assert task.is_alive()
    task.join(timeout=20)
    record.refresh_from_db()
    assert (record.employees, record.listed, str(record.founded_on)) == (77, True, "2019-05-31")
    assert record.sources["employees"]["source"] == "declared"
