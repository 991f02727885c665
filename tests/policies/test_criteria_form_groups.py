"""Groups composed in the form: rows stand in groups, wherever they are sent; bad input is told beside its row."""

from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from policies import rules, workflow
from policies.eligibility.form_rows import MOST_ROWS, as_sent, initial_rows
from policies.eligibility.form_tree import every
from policies.eligibility.forms import BaseCriteria, criteria_rows
from policies.models import Revision
from policies.publishing.drafts import check, check_codes, same_facts
from portal.core.access import Refused
from tests.factories import publishing as make
from tests.factories.enterprises import IndustryFactory, TitleFactory
from tests.marks import seen

pytestmark = pytest.mark.django_db
TEN = {"field": "employees", "op": "gte", "value": 10}
LISTED = {"field": "listed", "op": "eq", "value": True}
SMALL = {"field": "size", "op": "in", "value": ["micro", "small"]}
FOREIGN = {"field": "ownership", "op": "eq", "value": "foreign"}
NESTED = [
    TEN | {"clause_zh": "第一条", "clause_en": "Article 1"},
    {"any": [LISTED, {"all": [SMALL, FOREIGN], "clause_en": "b", "clause_zh": "乙"}], "clause_zh": "第二条"},
    FOREIGN | {"op": "in", "value": ["foreign", "joint"]},
]


def query(rows: Any, extra: int = 0, **fields: str) -> QueryDict:
    made = QueryDict(mutable=True)
    made.update(as_sent(rows, extra) | fields)
    return made


def row(field: str = "", op: str = "eq", value: str = "", group: str = "", **more: str) -> dict[str, str]:
    return {"field": field, "op": op, "value": value, "group": group, **more}


def head(key: str, kind: str = "any", group: str = "", **more: str) -> dict[str, str]:
    return {"kind": kind, "key": key, "group": group, **more}


def formset(*rows: dict[str, str], more: str = "") -> BaseCriteria:
    return criteria_rows(query(rows), [], texts_only=False, more=more)


def faults(rows: BaseCriteria) -> dict[str, str]:
    """What is told beside which row, by its number."""
    assert not rows.is_valid()
    told = {node.number: node.form.errors for node in every(rows.tree) if node.form.errors}
    return {number: " ".join(str(each) for lines in wrong.values() for each in lines) for number, wrong in told.items()}


A, B = row("employees", "gte", "10", "g1"), row("listed", "eq", "yes", "g1")


class TestRows:
    def test_what_is_stored_comes_back_unchanged(self) -> None:
        for data in (None, query(initial_rows(NESTED), 2)):
            rows = criteria_rows(data, NESTED, texts_only=False)
            assert rows.is_valid(), rows.errors
            assert rows.conditions == NESTED
        assert [node.number for node in every(rows.tree)] == ["1", "2", "2.1", "2.2", "2.2.1", "2.2.2", "3", "", ""]

    def test_rows_belong_to_the_group_they_name_in_whatever_order_they_come(self) -> None:
        rows = formset(B, head("g2", "all", "g1"), row("size", "eq", "micro", "g2"), head("g1"), A | {"group": "g2"})
        assert rows.is_valid(), rows.errors
        assert rows.conditions == [{"any": [LISTED, {"all": [SMALL | {"op": "eq", "value": "micro"}, TEN]}]}]

    def test_a_row_moves_with_its_choice_of_group(self) -> None:
        stored = initial_rows([TEN, {"any": [LISTED, FOREIGN]}])
        stored[0]["group"] = stored[1]["key"]
        rows = criteria_rows(query(stored), [], texts_only=False)
        assert rows.is_valid(), rows.errors
        assert rows.conditions == [{"any": [TEN, LISTED, FOREIGN]}]
        assert [label for _key, label in rows.forms[0].fields["group"].choices] == ["the list itself", "group 1"]
        assert [key for key, _label in rows.forms[1].fields["group"].choices] == [""], "no group stands in itself"

    def test_a_removed_group_takes_its_rows_along_however_wrong_they_are(self) -> None:
        wrong = row("employees", "gte", "many", "g1")
        rows = formset(head("g1") | {"DELETE": "on"}, wrong, B, row("listed", "eq", "yes"))
        assert rows.is_valid(), rows.errors
        assert rows.conditions == [LISTED]

    def test_removing_one_row_leaves_its_group(self) -> None:
        rows = formset(head("g1"), A, B, row("ownership", "eq", "foreign", "g1") | {"DELETE": "on"})
        assert rows.is_valid(), rows.errors
        assert rows.conditions == [{"any": [TEN, LISTED]}]

    def test_translators_change_the_clauses_of_groups_only(self) -> None:
        changed = [each | {"kind": "", "group": "", "clause_en": "New"} for each in initial_rows(NESTED)]
        rows = criteria_rows(query(changed, 4), NESTED, texts_only=True)
        assert rows.is_valid(), rows.errors
        group = rows.conditions[1]
        assert (group["clause_en"], group["any"][1]["clause_en"], group["any"][1]["all"][0]["clause_en"]) == (
            "New",
        ) * 3
        assert same_facts({"criteria": rows.conditions}, {"criteria": NESTED})
        assert not same_facts({"criteria": NESTED[:1]}, {"criteria": NESTED})


class TestMore:
    @pytest.mark.parametrize(
        ("more", "numbers"),
        [
            ("1", ["1", "1.1", "1.2", "", "", ""]),
            ("g1", ["1", "1.1", "1.2", "", ""]),
            ("group", ["1", "1.1", "1.2", "2", "", ""]),
            ("g1+", ["1", "1.1", "1.2", "1.3", "", ""]),
            ("x" * 50, ["1", "1.1", "1.2", "", "", ""]),
        ],
    )
    def test_each_button_adds_where_it_stands(self, more: str, numbers: list[str]) -> None:
        rows = formset(head("g1"), A, B, more=more)
        assert [node.number for node in every(rows.tree)] == numbers
        assert rows.first_new == "criteria-3"
        assert [node.form["value"].value() for node in rows.tree[0].nodes][:2] == ["10", "yes"]

    def test_a_new_group_has_a_key_of_its_own_and_is_told_off_only_when_it_is_sent_empty(self) -> None:
        rows = formset(head("g7"), A | {"group": "g7"}, B | {"group": "g7"}, more="group")
        keys = [node.key for node in every(rows.tree) if node.kind]
        assert keys == ["g7", "g8"]
        assert rows.is_valid(), rows.errors
        assert faults(criteria_rows(rows.data, [], texts_only=False)) == {"2": "The group is empty."}

    def test_there_is_an_end_to_rows_and_none_that_was_filled_in_is_lost(self) -> None:
        filled = [row("employees", "gte", str(n)) for n in range(40)]
        rows = formset(*filled, *[row()] * (MOST_ROWS - 41), more="group")
        assert len(rows.forms) == MOST_ROWS - 1
        assert len([node for node in rows.tree if node.filled]) == 40


class TestBadInput:
    @pytest.mark.parametrize(
        ("rows", "told"),
        [
            ([head("g1")], {"1": "The group is empty."}),
            ([head("g1"), A], {"1": "A group needs at least two conditions."}),
            ([head("g1"), A, A], {"1.2": "This says the same as condition 1.1."}),
            ([head("g1", "all"), A, row("employees", "lte", "5", "g1")], {"1.2": "contradicts condition 1.1"}),
            ([head("g1"), A, row("employees", "gte", "many", "g1")], {"1.2": "must be a number"}),
            (
                [head("g1"), A, row("", "eq", "10", "g1")],
                {"1": "at least two", "1.2": "Say what the condition is about"},
            ),
            ([head("g1", "either"), A, B], {"1": "Select a valid choice"}),
            ([row("listed", "eq", "yes", "g9")], {"1": "Select a valid choice"}),
            ([head("g1", group="g2"), A, B, head("g2", group="g1")], {"1": "inside itself", "2": "inside itself"}),
            ([head("g1", group="g1"), A, B], {"1": "Select a valid choice"}),
            ([row("industry_code", "in", "I65, A99")], {"1": "“A99” is not on the portal's list"}),
            ([row("subdistrict", "eq", "310109999")], {"1": "“310109999” is not on"}),
            ([head("g1"), A, row("titles", "eq", "best_ever", "g1")], {"1.2": "“best_ever” is not on"}),
        ],
    )
    def test_it_is_told_beside_its_row(self, rows: list[dict[str, str]], told: dict[str, str]) -> None:
        IndustryFactory()
        found = faults(formset(*rows))
        for number, words in told.items():
            assert words in found[number], found
        assert found.keys() == told.keys()

    def test_groups_too_deep(self) -> None:
        rows = formset(head("g1"), A, head("g2", "all", "g1"), B | {"group": "g2"}, head("g3", "any", "g2"))
        assert not rows.is_valid()
        assert any("Select a valid choice" in line for line in rows.wrong)

    def test_everything_that_is_wrong_is_listed_with_its_number(self) -> None:
        rows = formset(head("g1"), A, row("employees", "gte", "many", "g1"), row("listed", "eq", "perhaps"))
        assert not rows.is_valid()
        assert rows.wrong == [
            "Condition 1.2: The value must be a number.",
            "Condition 2: The value must be yes or no.",
        ]

    def test_sound_rows_and_groups_show_their_sentences_meanwhile(self) -> None:
        rows = formset(head("g1"), A, B, head("g2"), A | {"group": "g2"}, row("size", "eq", "tiny", "g2"))
        rows.say()
        said = {node.number: node.form.said.get("en", "") for node in every(rows.tree)}  # type: ignore[attr-defined]
        assert said["1"] == "Any of: At least 10 employees; Listed on a stock exchange"
        assert (said["2"], said["2.1"], said["2.2"]) == ("", "At least 10 employees", "")


class TestDrafts:
    def test_composed_in_the_page_without_javascript(self, as_user: Any) -> None:
        revision = make.draft(editor := make.editor(), criteria=[])
        client, url = as_user(editor), reverse("publishing:edit", args=[revision.pk])
        form = {**make.CONTENT, "level": "district", "lock_version": "0"}
        form.pop("criteria")
        rows = as_sent([row("employees", "gte", "10")], 0)
        page = client.post(url, form | rows | {"more": "group"})
        assert b'name="criteria-1-key" value="g1"' in page.content
        assert "More rows in group 2" in seen(page)
        rows = as_sent([row("employees", "gte", "10"), head("g1"), row("listed", "eq", "yes", "g1")], 0)
        page = client.post(url, form | rows | {"save": "1"})
        assert "A group needs at least two conditions." in seen(page)
        assert Revision.objects.get().content["criteria"] == []
        rows = as_sent([row("employees", "gte", "10"), head("g1"), B, row("ownership", "eq", "foreign", "g1")], 0)
        assert client.post(url, form | rows | {"save": "1"}).status_code == 302
        assert Revision.objects.get().content["criteria"] == [TEN, {"any": [LISTED, FOREIGN]}]

    def test_unknown_codes_are_refused_whoever_sends_them_unless_they_were_there_before(self) -> None:
        IndustryFactory(code="I65")
        TitleFactory(code="srdi")
        known = {"field": "industry_code", "op": "in", "value": ["I65"]}
        unknown = {"any": [known, {"field": "industry_code", "op": "in", "value": ["A99"]}]}
        with pytest.raises(Refused, match="Industry: “A99” is not on the portal's list"):
            make.draft(criteria=[unknown])
        revision = make.draft(criteria=[known])
        with pytest.raises(Refused, match="A99"):
            workflow.save_revision(revision, by=make.editor(), content={"criteria": [unknown]}, seen=0)
        check_codes({"criteria": [unknown]}, {"criteria": [unknown]})
        check_codes({"criteria": [TEN]}, {})

    def test_a_draft_with_groups_that_mean_nothing_is_refused(self) -> None:
        with pytest.raises(Refused, match="The group is empty"):
            check({"title_en": "X", "criteria": [{"any": []}]})

    def test_a_group_whose_clause_is_in_one_language_is_a_gap(self) -> None:
        content = {**make.CONTENT, "criteria": NESTED}
        assert rules.gaps(content) == ["clauses"]
        NESTED_BOTH = [NESTED[0], NESTED[1] | {"clause_en": "Article 2"}]
        assert rules.gaps(content | {"criteria": NESTED_BOTH}) == []
