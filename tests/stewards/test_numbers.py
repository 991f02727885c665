"""Request numbers: counted from 1 each year, no gaps, no doubles, whoever asks at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from stewards.models import NumberSeries
from stewards.numbers import next_number, number_of, reserve


@pytest.mark.parametrize(
    ("year", "place", "number"),
    [(2026, 1, "HK-2026-000001"), (2026, 999_999, "HK-2026-999999"), (2027, 10**6, "HK-2027-1000000")],
)
def test_what_a_number_looks_like(year: int, place: int, number: str) -> None:
    assert number_of(year, place) == number


@pytest.mark.django_db
def test_each_year_begins_at_one() -> None:
    days = [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2026, 12, 31)]
    assert [next_number(day) for day in days] == [
        "HK-2026-000001", "HK-2026-000002", "HK-2027-000001", "HK-2026-000003",
    ]  # fmt: skip


@pytest.mark.django_db
def test_many_at_once_for_an_import() -> None:
    next_number(date(2026, 1, 5))
    assert list(reserve(2026, 3)) == [2, 3, 4]
    assert next_number(date(2026, 1, 5)) == "HK-2026-000005"


@pytest.mark.django_db
def test_an_act_that_fails_gives_its_number_back() -> None:
    next_number(date(2026, 1, 5))
    with transaction.atomic():
        assert next_number(date(2026, 1, 5)) == "HK-2026-000002"
        transaction.set_rollback(True)
    assert next_number(date(2026, 1, 5)) == "HK-2026-000002"
    assert str(NumberSeries.objects.get()) == "2026: 2"


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_never_get_the_same() -> None:
    def take(_turn: int) -> str:
        try:
            with transaction.atomic():
                return next_number(date(2026, 1, 5))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(take, range(20)))
    assert sorted(numbers) == [number_of(2026, place) for place in range(1, 21)]
