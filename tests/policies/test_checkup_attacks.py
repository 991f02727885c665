"""The check-up, the calculator and the editor's rules met by odd input: no wrong sum, no guess, nothing lost."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.test import Client

from policies.checkup.calculator import estimate
from policies.checkup.checkup import check_up
from policies.checkup.figures import FigureField
from policies.checkup.profile_forms import ProfileForm
from policies.checkup.totals import totals_of
from policies.publishing.drafts import blank
from policies.publishing.forms import RevisionForm
from policies.publishing.term_forms import PercentField, TermForm
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.enterprises import SubdistrictFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen

DAY, ONE = local_day(), timedelta(days=1)
STAFF = {"field": "employees", "op": "gte", "value": 10}
LISTED = {"field": "listed", "op": "eq", "value": True}
EITHER = {"any": [STAFF, LISTED]}
CLOSED = "1 of them is closed for applications; its amount is not in the sum."


# --- sums ---------------------------------------------------------------------------------------------------------


def test_what_is_closed_is_not_in_the_sum_and_pushes_nothing_out() -> None:
    exclusive = {1: frozenset({2}), 2: frozenset({1})}
    totals = totals_of({1: 900, 2: 50, 3: None, 4: 7}, exclusive, closed={1, 3})
    assert (totals.most, totals.named, totals.closed, totals.unnamed, totals.left_out) == (57, 2, 1, 1, 0)
    assert totals.named + totals.closed + totals.unnamed == totals.count


@pytest.mark.django_db
class TestWindows:
    @pytest.mark.parametrize(
        ("fields", "most"),
        [
            ({"window_closes": DAY - ONE}, 0),
            ({"window_closes": DAY}, 5),
            ({"window_opens": DAY + ONE}, 5),
            ({"window_closes": DAY - ONE, "mode": "no_application"}, 5),
        ],
    )
    def test_a_window_that_has_closed_gives_nothing(self, fields: dict[str, Any], most: int) -> None:
        PolicyFactory(**fields, max_amount_cny=5)
        result = check_up({}, DAY)
        assert (result.counts["met"], result.totals.most, result.totals.closed) == (1, most, int(not most))

    def test_the_calculator_says_that_it_has_closed(self, client: Client) -> None:
        PolicyFactory(slug="rent", window_closes=DAY - ONE, terms=[{"kind": "fixed", "amount": 500}])
        assert "Applications closed on" in seen(client.get("/en/policies/rent/calculator/"))

    def test_the_page_says_so(self, client: Client) -> None:
        PolicyFactory(window_closes=DAY - ONE, max_amount_cny=500)
        PolicyFactory(max_amount_cny=20)
        text = seen(client.get("/en/policies/check-up/?employees=5"))
        assert CLOSED in text
        assert "CNY 20" in text
        assert "CNY 520" not in text
        assert "1项申请已截止，金额未计入合计" in seen(client.get("/zh-hans/policies/check-up/?employees=5"))


@pytest.mark.django_db
class TestQuestion:
    def test_what_one_answer_may_add_counts_though_it_need_not_settle_it(self) -> None:
        PolicyFactory(criteria=[LISTED])
        PolicyFactory.create_batch(2, criteria=[EITHER])
        question = check_up({}, DAY).question
        assert question is not None
        assert (question.missing.field, question.missing.count, question.adds) == ("listed", 3, True)
        assert [(each.field, each.count) for each in question.others] == [("employees", 2)]
        assert check_up({"listed": True}, DAY).counts["met"] == 3, "up to 3, and no more"

    def test_no_answer_is_said_to_add_nothing_where_one_is_enough(self) -> None:
        PolicyFactory(criteria=[EITHER])
        question = check_up({}, DAY).question
        assert question is not None
        assert (question.missing.field, question.missing.count, question.adds) == ("employees", 1, True)


def test_a_highest_amount_of_nothing_is_no_cap() -> None:
    result = estimate([{"kind": "fixed", "amount": 500}], {0: Decimal(1)}, 0)
    assert (result.total, result.capped) == (500, False)


# --- as people type -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["12,5", "1.5,000", "1,00 million", "1 2", "5 5k"])
def test_figures_with_a_comma_in_the_wrong_place_are_asked_for_again(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="amount in yuan"):
        FigureField(money=True).clean(text)


def test_an_m_behind_square_metres_is_no_million() -> None:
    with pytest.raises(forms.ValidationError, match="Give a number"):
        FigureField(money=False).clean("100 m")
    assert FigureField(money=False).clean("2 million") == 2_000_000


@pytest.mark.parametrize(("text", "number"), [("２．５％", 2.5), (".5", 0.5), ("20 %", 20)])
def test_percentages_in_full_width(text: str, number: float) -> None:
    assert PercentField().clean(text) == number


@pytest.mark.parametrize("text", ["1e2", "1_0", "2,5", "-5", "+5", "1e-400", "0x9", "1" * 3_000_000])
def test_percentages_are_not_guessed(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="percentage above 0"):
        PercentField().clean(text)


@pytest.mark.django_db
class TestProfile:
    @pytest.mark.parametrize("text", ["5%", " 5 ％ ", "５", "5.0"])
    def test_a_share_may_be_typed_with_its_sign(self, text: str) -> None:
        form = ProfileForm({"rd_expense_ratio": text})
        assert form.is_valid(), form.errors
        assert form.facts()["rd_expense_ratio"] == 0.05

    def test_the_share_says_its_unit_even_as_the_first_question(self, client: Client) -> None:
        PolicyFactory(criteria=[{"field": "rd_expense_ratio", "op": "gte", "value": 0.03}])
        asked = seen(client.get("/en/policies/check-up/?employees=5")).split("asked-first")[1].split("</section>")[0]
        assert "In percent, such as 5 or 2.5." in asked
        assert 'type="number"' not in asked, "such a field would send nothing for what it cannot read"

    def test_who_names_a_subdistrict_need_not_name_the_district(self) -> None:
        place: Any = SubdistrictFactory()
        form = ProfileForm({"subdistrict": place.pk})
        assert form.is_valid()
        assert form.facts()["district"] == "310109"
        assert ProfileForm({}).is_valid()


# --- the editor's rules -------------------------------------------------------------------------------------------


def row(**fields: str) -> TermForm:
    made = TermForm({f"terms-0-{key}": value for key, value in fields.items()}, prefix="terms-0")
    made.is_valid()
    return made


@pytest.mark.parametrize(
    ("fields", "term"),
    [
        ({"kind": "fixed", "amount": "lots", "remove": "on"}, None),
        ({"kind": "gift", "remove": "on"}, None),
        ({"amount": "5", "remove": "on"}, None),
        ({"kind": "fixed", "amount": "5", "percent": "many", "base": "moon"}, {"kind": "fixed", "amount": 5}),
    ],
)
def test_nothing_is_wrong_in_what_is_removed_or_does_not_count(fields: dict[str, str], term: Any) -> None:
    made = row(**fields)
    assert not made.errors
    assert made.term == term


@pytest.mark.django_db
def test_an_exclusion_that_is_stored_keeps_nobody_from_saving() -> None:
    """The policy it means may be unpublished for now; nobody typed its short name just now."""
    PolicyFactory(slug="rent", title_en="Rent")
    data = {"title_en": "T", "level": "district", "excludes": "gone\nrent"}
    form = RevisionForm(data, content=blank() | {"excludes": ["gone"]})
    assert form.is_valid(), form.errors
    assert form.values()["excludes"] == ["gone", "rent"]
    assert "gone" in str(RevisionForm(data, content=blank()).errors["excludes"])


# --- what is kept of a visitor ------------------------------------------------------------------------------------


def test_the_web_servers_log_has_no_query_and_no_referrer() -> None:
    command = (Path(settings.BASE_DIR) / "Dockerfile").read_text().rpartition("\nCMD ")[2]
    logged = command.partition("--access-logformat")[2]
    assert "%(U)s" in logged
    for atom in ("%(r)s", "%(q)s", "%(f)s"):
        assert atom not in logged


@pytest.mark.django_db
def test_neither_page_writes_or_breaks_on_odd_addresses(client: Client) -> None:
    PolicyFactory(slug="rent", terms=[{"kind": "ratio", "percent": 20, "base": "rent"}], criteria=[EITHER])
    for text in ("9" * 3_000, "½", "٣", "1,5", "\U0001f600"):
        for address, typed in (
            ("check-up/", {"employees": text, "titles": text, "industry_code": text}),
            ("check-up/", {"employees": "5", "show": text, "page": text}),
            ("rent/calculator/", {"figure0": text}),
        ):
            assert client.get(f"/en/policies/{address}", typed).status_code == 200, (address, text)


@pytest.mark.django_db
def test_what_was_tried_stays_while_the_conditions_are_put_right(as_user: Callable[[Any], Client]) -> None:
    editor = make.editor()
    revision = make.draft(editor, criteria=[STAFF])
    base = {
        "title_en": "T", "level": "district", "lock_version": str(revision.lock_version), "criteria-TOTAL_FORMS": "1",
        "criteria-INITIAL_FORMS": "0", "criteria-0-field": "employees", "criteria-0-op": "gte", "try-sample": "cafe",
        "criteria-0-value": "many", "try-employees": "77",
    }  # fmt: skip
    page = as_user(editor)
    for button in ("try", "more", "save"):
        text = page.post(f"/en/publishing/{revision.pk}/", base | {button: "1"}).content.decode()
        assert 'name="try-employees" value="77"' in text, button
        assert '<option value="cafe" selected' in text, button
