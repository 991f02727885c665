"""The quicker registry of triggers says the same as the one that it stands for."""

from collections.abc import Iterator

import pgtrigger
import pytest
from pgtrigger import registry

from notices.models import Endpoint, Message
from portal.core.triggers import Registry, remember


def trigger(name: str, what: str = "one") -> pgtrigger.Trigger:
    operation = {"one": pgtrigger.Update, "other": pgtrigger.Delete}[what]
    return pgtrigger.Protect(name=name, operation=operation)


def key(model: type, name: str) -> str:
    return f"{model._meta.label}:{name}"


@pytest.fixture
def kept() -> Iterator[Registry]:
    """The registry itself; what a test adds goes again."""
    found = registry._registry
    assert isinstance(found, Registry)
    before = set(found)
    yield found
    for added in set(found) - before:
        del found[added]


def by_themselves(found: Registry) -> tuple[object, object]:
    """What pgtrigger would make anew each time."""
    plain = registry._Registry
    return plain.by_db_table.fget(found), plain.pg_function_names.fget(found)


def test_it_is_in_use_and_knows_what_pgtrigger_would_find(kept: Registry) -> None:
    assert len(kept) > 250
    assert (kept.by_db_table, kept.pg_function_names) == by_themselves(kept)


def test_what_comes_and_goes_is_known(kept: Registry) -> None:
    kept[key(Message, "passing")] = Message, trigger("passing")
    assert (kept.by_db_table, kept.pg_function_names) == by_themselves(kept)
    assert (Message._meta.db_table, "passing") in kept.by_db_table
    del kept[key(Message, "passing")]
    assert (kept.by_db_table, kept.pg_function_names) == by_themselves(kept)
    assert (Message._meta.db_table, "passing") not in kept.by_db_table


def test_a_name_twice_on_a_table_is_still_refused(kept: Registry) -> None:
    mine = trigger("twice")
    kept[key(Message, "twice")] = Message, mine
    kept[key(Message, "twice")] = Message, mine  # the very same one is no second one
    with pytest.raises(KeyError, match="already used for model"):
        kept[key(Message, "twice")] = Message, trigger("twice", "other")
    kept[key(Endpoint, "twice")] = Endpoint, trigger("twice", "other")
    assert (kept.by_db_table, kept.pg_function_names) == by_themselves(kept)


def test_a_function_of_the_same_name_is_still_refused(kept: Registry) -> None:
    kept[key(Message, "alike")] = Message, trigger("alike")
    with pytest.raises(KeyError, match="has Postgres function name"):
        kept[key(Message, "Alike")] = Message, SameFunction(name="Alike", operation=pgtrigger.Update)


class SameFunction(pgtrigger.Protect):
    def get_pgid(self, model: type) -> str:
        return trigger("alike").get_pgid(model)


def test_what_was_registered_before_it_comes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = registry._Registry()
    monkeypatch.setattr(registry, "_registry", plain)
    mine = trigger("early")
    plain[key(Message, "early")] = Message, mine
    remember()
    found = registry._registry
    assert isinstance(found, Registry)
    assert dict(found) == {key(Message, "early"): (Message, mine)}
    assert (found.by_db_table, found.pg_function_names) == by_themselves(found)
    remember()
    assert registry._registry is found
    del found[key(Message, "early")]
