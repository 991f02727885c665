"""Who gets in at the addresses of outreach, and what these take: each room says it in a file of its own.

TABLE: as in tests/test_access_matrix.py. addresses(people, enterprise): arguments by address. NO_PAGES: addresses that
answer with something else than a page of words.
"""

from importlib import import_module
from typing import Any

ROOMS = ("shared", "partners", "packages", "events", "bulletins", "reception", "points", "observers")
modules = [import_module(f"tests.factories.outreach_rooms.{room}") for room in ROOMS]

TABLE: dict[str, tuple[str, str]] = {name: row for module in modules for name, row in module.TABLE.items()}
NO_PAGES: set[str] = {name for module in modules for name in module.NO_PAGES}


def addresses(people: dict[str, Any], enterprise: Any) -> dict[str, list[Any]]:
    return {name: args for module in modules for name, args in module.addresses(people, enterprise).items()}
