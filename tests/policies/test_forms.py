"""Cleaning of what officials type about a policy."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from policies.content import COLUMNS, TEXT_COLUMNS
from policies.eligibility.form_rows import EMPTY_ROWS, as_sent, initial_rows
from policies.eligibility.forms import criteria_rows
from policies.publishing.drafts import blank
from policies.publishing.forms import LONG, MoneyField, RevisionForm, TextField
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory
from tests.factories.enterprises import TitleFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


def typed(**fields: Any) -> dict[str, Any]:
    texts = {name: value for name, value in make.CONTENT.items() if name in TEXT_COLUMNS}
    return {**texts, "level": "district", **fields}


def form(content: dict[str, Any] | None = None, **fields: Any) -> RevisionForm:
    made = RevisionForm(typed(**fields), content=content or blank())
    assert made.is_valid(), made.errors
    return made


class TestMoney:
    @pytest.mark.parametrize("text", ["", None, "0"])
    def test_nothing(self, text: Any) -> None:
        assert MoneyField(required=False).clean(text) in (None, 0)

    @pytest.mark.parametrize("text", ["1.5", "abc", "-1", "2e3", "1" * 20, "20 wan", "٢٠x"])
    def test_no_whole_amount(self, text: str) -> None:
        with pytest.raises(forms.ValidationError, match="whole amount of yuan"):
            MoneyField().clean(text)

    def test_shown_with_separators_and_read_back(self) -> None:
        field = MoneyField()
        assert field.prepare_value(200_000) == "200,000"
        assert field.clean(field.prepare_value(200_000)) == 200_000
        assert field.prepare_value("20万") == "20万"


class TestTexts:
    def test_line_ends_are_one_kind(self) -> None:
        assert TextField("materials_en", long=True).clean("a\r\nb\rc\n") == "a\nb\nc"

    def test_titles_are_one_line(self) -> None:
        assert TextField("title_en", long=False).clean(" Two\r\n lines ") == "Two lines"

    @pytest.mark.parametrize("column", TEXT_COLUMNS)
    def test_each_says_its_language_to_the_browser(self, column: str) -> None:
        attrs = RevisionForm(content=blank()).fields[column].widget.attrs
        assert attrs["lang"] == ("en" if column.endswith("_en") else "zh-Hans")
        assert attrs["dir"] == "auto"

    def test_lengths(self) -> None:
        fields = RevisionForm(content=blank()).fields
        lengths = {name: fields[f"{name}_en"].max_length for name in (*LONG, "title")}  # type: ignore[attr-defined]
        assert lengths == dict.fromkeys(LONG, 20_000) | {"title": 300}


class TestValues:
    def test_only_columns_of_a_policy(self) -> None:
        assert set(form().values()) <= set(COLUMNS)

    def test_as_json(self) -> None:
        department = DepartmentFactory()
        values = form(department_id=department.pk, issued_on="2026-01-02", max_amount_cny="1万").values()
        assert (values["department_id"], values["issued_on"], values["effective_to"]) == (
            department.pk,
            "2026-01-02",
            None,
        )
        assert values["max_amount_cny"] == 10_000

    @pytest.mark.parametrize(
        ("known", "english", "ticked", "expected"),
        [
            ([], "", True, {"title_en", "issuer_en", "summary_en"}),
            ([], "", False, set()),
            (["title_en"], "", True, {"title_en", "issuer_en", "summary_en"}),
            (["title_en", "contact_en"], "Office", True, {"title_en", "contact_en", "issuer_en", "summary_en"}),
            (["title_en"], "", False, set()),
        ],
    )
    def test_what_is_a_translation_for_reference(
        self, known: list[str], english: str, ticked: bool, expected: set[str]
    ) -> None:
        content = blank() | {"translated": known, "title_en": "Known title" if known else ""}
        fields = {"contact_en": english} | ({"for_reference": "on"} if ticked else {})
        assert set(form(content, **fields).values()["translated"]) == expected

    def test_known_texts_of_an_imported_policy_are_not_declared_translations(self) -> None:
        content = {**blank(), **make.CONTENT, "translated": ["title_en"]}
        assert form(content, for_reference="on").values()["translated"] == ["title_en"]

    def test_texts_only_leaves_every_fact_as_it_is(self) -> None:
        content = {**blank(), **make.CONTENT, "max_amount_cny": 5, "effective_from": "2026-01-01", "level": "park"}
        sent = typed(max_amount_cny="9", effective_from="2020-01-01", level="national", category="talent")
        made = RevisionForm(sent, content=content, texts_only=True)
        assert made.is_valid(), made.errors
        values = made.values()
        for name in ("max_amount_cny", "effective_from", "level", "category"):
            assert values[name] == content[name]


class TestSlug:
    def test_a_provisional_one_is_not_shown(self) -> None:
        assert RevisionForm(content=blank(), policy=make.draft(title_en="").policy)["slug"].value() == ""

    def test_its_own_is_not_taken(self) -> None:
        policy = make.draft().policy
        made = RevisionForm(typed(slug=policy.slug), content=blank(), policy=policy)
        assert made.is_valid(), made.errors

    def test_capitals_are_made_small(self) -> None:
        assert form(slug="Rent-Relief").cleaned_data["slug"] == "rent-relief"

    def test_once_published_there_is_no_field(self) -> None:
        assert "slug" not in RevisionForm(content=blank(), policy=PolicyFactory()).fields


class TestRows:
    two = [
        {"field": "employees", "op": "gte", "value": 10, "clause_en": "Article 1", "clause_zh": "第一条"},
        {"field": "titles", "op": "any", "value": ["high_tech", "little_giant"]},
    ]

    @pytest.fixture(autouse=True)
    def titles(self) -> None:
        for code in ("high_tech", "little_giant"):
            TitleFactory(code=code, name_en=code)

    def query(self, rows: Any, extra: int = 0) -> QueryDict:
        query = QueryDict(mutable=True)
        query.update(as_sent(rows, extra))
        return query

    def test_what_is_stored_comes_back_unchanged(self) -> None:
        rows = criteria_rows(None, self.two, texts_only=False)
        assert rows.is_valid(), rows.errors
        assert rows.conditions == self.two
        assert len(rows.forms) == len(self.two) + EMPTY_ROWS

    def test_sent_again_it_comes_back_unchanged(self) -> None:
        rows = criteria_rows(self.query(initial_rows(self.two), 3), self.two, texts_only=False)
        assert rows.is_valid(), rows.errors
        assert rows.conditions == self.two

    def test_translators_have_no_empty_rows_and_change_clauses_only(self) -> None:
        assert len(criteria_rows(None, self.two, texts_only=True).forms) == 2
        changed = [row | {"value": "999", "field": "listed", "clause_en": "New"} for row in initial_rows(self.two)]
        rows = criteria_rows(self.query(changed, 4), self.two, texts_only=True)
        assert rows.is_valid(), rows.errors
        assert rows.conditions == [each | {"clause_en": "New"} for each in self.two]

    def test_say_leaves_rows_in_error_alone(self) -> None:
        rows = initial_rows(self.two)
        rows[0]["value"] = "many"
        formset = criteria_rows(self.query(rows), self.two, texts_only=False)
        assert not formset.is_valid()
        formset.say()
        assert formset.forms[0].said == {}
        assert formset.forms[1].said["en"] == "Holds the title: high_tech or little_giant"

    def test_too_many(self) -> None:
        rows = [{"field": "employees", "op": "gte", "value": "1"}] * 60
        formset = criteria_rows(self.query(rows), [], texts_only=False)
        assert not formset.is_valid()
        assert "At most 50 conditions" in str(formset.non_form_errors())

    def test_without_the_counts_nothing_is_lost_silently(self) -> None:
        assert not criteria_rows(QueryDict("criteria-0-field=employees"), [], texts_only=False).is_valid()
