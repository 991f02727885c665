"""pgtrigger's registry, which remembers what it compares each new trigger with.

Its own makes the names of all triggers anew for every one that is added: with three hundred of them, a fifth of what
it takes any process of the portal to start.
"""

from typing import Any

from pgtrigger import registry


class Registry(registry._Registry):
    by_db_table: dict[tuple[str, str], Any] = {}  # properties there
    pg_function_names: set[str] = set()

    def __init__(self) -> None:
        self.by_db_table, self.pg_function_names = {}, set()
        super().__init__()

    def __setitem__(self, key: str, value: tuple[Any, Any]) -> None:
        super().__setitem__(key, value)
        model, trigger = value
        self.by_db_table[model._meta.db_table, trigger.name] = trigger
        self.pg_function_names.add(trigger.get_pgid(model))

    def __delitem__(self, key: str) -> None:
        model, trigger = self[key]
        super().__delitem__(key)
        del self.by_db_table[model._meta.db_table, trigger.name]
        self.pg_function_names.remove(trigger.get_pgid(model))


def remember() -> None:
    """Before the first model is read: apps are made before any of their models."""
    if not isinstance(registry._registry, Registry):
        kept = Registry()
        for key, value in registry._registry.items():
            kept[key] = value
        registry._registry = kept
