"""What a migration adds or renames, made in one step.

Django builds a model anew, with all that point at it, for every model or column that is added; with fifty models and
a trigger table for most of them that is most of the time that a fresh database takes.
"""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation


class Together(Operation):
    """`Together([CreateModel(…), AddField(…)])` does what they do one by one, and builds the models once.

    A model that is created here has all its columns from the start: no AddField for it in the same list.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, additions: Sequence[Operation]) -> None:
        self.additions = additions

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "Together", [self.additions], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)
        state.is_delayed = False  # what is built next is whole: no step after this one needs to build it again
        for each in self.additions:
            each.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in self.additions:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for each in reversed(self.additions):
            each.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"{len(self.additions)} additions"
