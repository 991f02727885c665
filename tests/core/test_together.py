"""Steps of a migration in one: the same tables, and models built no more often than they have to be."""

import pytest
from django.db import IntegrityError, connection, migrations, models, transaction
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Q

from portal.core.together import BESIDE, Together

APP = "core"
POSITIVE = models.CheckConstraint(condition=Q(number__gt=0), name="a_number_above_nought")
SORTED = models.Index(fields=["number"], name="things_by_number")


def thing() -> Operation:
    fields = [("id", models.BigAutoField(primary_key=True)), ("number", models.IntegerField())]
    return migrations.CreateModel("Thing", fields, options={"db_table": "together_thing"})


def more(name: str) -> Operation:
    return migrations.AddField("thing", name, models.IntegerField(default=7))


def applied(state: ProjectState, operation: Operation, *, backwards: bool = False) -> ProjectState:
    after = state.clone()
    operation.state_forwards(APP, after)
    with connection.schema_editor() as editor:
        if backwards:
            operation.database_backwards(APP, editor, after, state)
        else:
            operation.database_forwards(APP, editor, state, after)
    return after


def columns() -> list[str]:
    with connection.cursor() as cursor:
        return [row.name for row in connection.introspection.get_table_description(cursor, "together_thing")]


def rules() -> set[str]:
    with connection.cursor() as cursor:
        return {*connection.introspection.get_constraints(cursor, "together_thing")} & {POSITIVE.name, SORTED.name}


@pytest.fixture
def table(db: None) -> ProjectState:
    """A table of its own, gone with the transaction of the test."""
    state = ProjectState()
    return applied(state, thing())


def test_a_model_and_its_columns_in_one(table: ProjectState) -> None:
    after = applied(table, Together([more("one"), more("two")]))
    assert columns() == ["id", "number", "one", "two"]
    made = after.apps.get_model(APP, "Thing").objects.create(number=1)
    assert (made.one, made.two) == (7, 7)


def test_indexes_and_constraints_build_no_model(table: ProjectState) -> None:
    built = table.apps
    after = table.clone()
    copied = after.apps
    step = Together([migrations.AddConstraint("thing", POSITIVE), migrations.AddIndex("thing", SORTED)])
    step.state_forwards(APP, after)
    assert after.__dict__["apps"] is copied
    assert built.get_model(APP, "Thing") is not None
    assert after.models[APP, "thing"].options["constraints"] == [POSITIVE]
    assert after.models[APP, "thing"].options["indexes"] == [SORTED]


def test_where_nothing_is_built_yet_nothing_is_built() -> None:
    state = ProjectState()
    thing().state_forwards(APP, state)
    Together([migrations.AddIndex("thing", SORTED)]).state_forwards(APP, state)
    assert "apps" not in state.__dict__


def test_columns_beside_a_constraint_are_built_anew(table: ProjectState) -> None:
    after = table.clone()
    copied = after.apps
    Together([more("one"), migrations.AddConstraint("thing", POSITIVE)]).state_forwards(APP, after)
    assert after.apps is not copied
    assert {field.name for field in after.apps.get_model(APP, "Thing")._meta.fields} == {"id", "number", "one"}


def test_what_they_add_holds_and_is_taken_away_again(table: ProjectState) -> None:
    step = Together([migrations.AddConstraint("thing", POSITIVE), migrations.AddIndex("thing", SORTED)])
    after = applied(table, step)
    assert rules() == {"a_number_above_nought", "things_by_number"}
    things = after.apps.get_model(APP, "Thing").objects
    with pytest.raises(IntegrityError, match="a_number_above_nought"), transaction.atomic():
        things.create(number=0)
    things.create(number=1)
    applied(table, step, backwards=True)
    assert rules() == set()


def test_what_follows_a_constraint_knows_of_it(table: ProjectState) -> None:
    """The next step builds the model from what the state holds, the constraint included."""
    after = applied(table, Together([migrations.AddConstraint("thing", POSITIVE)]))
    after = applied(after, more("one"))
    assert after.apps.get_model(APP, "Thing")._meta.constraints == [POSITIVE]
    applied(after, Together([migrations.RemoveConstraint("thing", POSITIVE.name)]))
    assert rules() == set()


def test_what_it_says_of_itself() -> None:
    step = Together([more("one"), more("two")])
    assert (step.describe(), step.reversible, step.reduces_to_sql) == ("2 additions", True, True)
    assert step.deconstruct() == ("Together", [step.additions], {})
    assert not isinstance(step, BESIDE)
