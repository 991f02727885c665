"""Request numbers: HK-2026-000123, counted from 1 each year, without gaps or doubles.

One row a year holds the last number given. Taking the next one is a single statement that inserts the row or adds to
it; PostgreSQL locks the row until the transaction ends, so two submissions can never read the same value, and a
submission that fails gives its number back. (A sequence would leave gaps and would have to be made anew every year.)
"""

from datetime import date

from django.db import connection

_TAKE = """
INSERT INTO stewards_numberseries (year, last) VALUES (%s, %s)
ON CONFLICT (year) DO UPDATE SET last = stewards_numberseries.last + EXCLUDED.last
RETURNING last
"""


def number_of(year: int, place: int) -> str:
    return f"HK-{year}-{place:06d}"


def next_number(day: date) -> str:
    """The next number of the day's year; call it inside the transaction that stores it."""
    return number_of(day.year, reserve(day.year, 1)[0])


def reserve(year: int, count: int) -> range:
    """The places of `count` new numbers at once, for imports."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [year, count])
        last = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)
