"""What a migration changes, made in one step.

Django builds a model anew, with all that point at it, for every model, column, trigger, index or constraint that is
added. With three hundred models, the tables of the trail included, that is most of what a fresh database takes.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations import AddConstraint, AddIndex, RemoveConstraint, RemoveIndex
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# They need a model's table and columns, and change neither.
BESIDE = (AddTrigger, RemoveTrigger, AddIndex, RemoveIndex, AddConstraint, RemoveConstraint)


class Together(Operation):
    """`Together([CreateModel(…), AddField(…)])` does what they do one by one, and builds the models once; for triggers,
    indexes and constraints alone, not at all.

    A model that is created here is created as it is at the end of the list: what would be added to it, a trigger
    apart, has a list of its own.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, additions: Sequence[Operation]) -> None:
        self.additions = additions

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "Together", [self.additions], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        built = state.__dict__.pop("apps", None)  # nothing is built again where nothing is built yet
        for each in self.additions:
            each.state_forwards(app_label, state)
        if built is not None and all(isinstance(each, BESIDE) for each in self.additions):
            state.__dict__["apps"] = built
        else:
            state.is_delayed = False  # what is built next is whole: no step after this one needs to build it again

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in self.additions:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in reversed(self.additions):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"{len(self.additions)} additions"
