"""What the forms of an enterprise take, clean and refuse."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.utils import translation

from enterprises import forms
from enterprises.models import Enterprise, TitleGrant
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    ParkFactory,
    SubdistrictFactory,
    TitleFactory,
)

pytestmark = pytest.mark.django_db
CODE = "91350100M000100Y43"
CLAIM = {"credit_code": CODE, "name_zh_hans": "虚构星辰", "name_en": "", "evidence": "Legal representative"}


def errors(form: Any) -> dict[str, str]:
    """The first sentence of each field that is not right."""
    return {} if form.is_valid() else {name: str(found[0]) for name, found in form.errors.items()}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"credit_code": CODE.lower()}, None),
        ({"credit_code": f" {CODE[:8]} {CODE[8:]} "}, None),
        ({"credit_code": "91310109KJJCL55G70"}, None),
        ({"credit_code": ""}, "credit_code"),
        ({"credit_code": CODE[:-1]}, "credit_code"),
        ({"credit_code": CODE + "0"}, "credit_code"),
        ({"credit_code": "91350100M000100Y4I"}, "credit_code"),
        ({"credit_code": "0" * 41}, "credit_code"),
        ({"credit_code": "😀" * 18}, "credit_code"),
        ({"credit_code": CODE + "\x00"}, "credit_code"),
        ({"name_zh_hans": "长" * 200}, None),
        ({"name_zh_hans": "长" * 201}, "name_zh_hans"),
        ({"name_zh_hans": ""}, "name_zh_hans"),
        ({"name_zh_hans": "   "}, "name_zh_hans"),
        ({"name_en": "x" * 201}, "name_en"),
        ({"name_en": "مرحبا"}, None),
        ({"evidence": ""}, "evidence"),
        ({"evidence": " \n "}, "evidence"),
        ({"evidence": "x" * 501}, "evidence"),
        ({"evidence": "<script>alert(1)</script>"}, None),
    ],
)
def test_a_claim(change: dict[str, str], field: str | None) -> None:
    assert list(errors(forms.ClaimForm(CLAIM | change))) == ([field] if field else [])


def test_a_claim_of_a_known_enterprise_needs_no_name() -> None:
    EnterpriseFactory(credit_code=CODE)
    assert errors(forms.ClaimForm(CLAIM | {"name_zh_hans": ""})) == {}


def test_a_wrong_code_does_not_also_ask_for_a_name() -> None:
    assert list(errors(forms.ClaimForm(CLAIM | {"credit_code": "1", "name_zh_hans": ""}))) == ["credit_code"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("field", ["credit_code", "name_zh_hans", "evidence"])
def test_each_refusal_of_a_claim_is_said_in_both_languages(field: str, language: str) -> None:
    with translation.override(language):
        sentence = errors(forms.ClaimForm(CLAIM | {field: ""}))[field]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in sentence) == (language == "zh-hans"), sentence


IDENTITY = {"name_zh_hans": "虚构", "name_en": "", "founded_on": "", "ownership": "", "listed": ""}


@pytest.mark.parametrize(
    ("posted", "kept"), [("yes", True), ("no", False), ("", None)], ids=["yes", "no", "not stated"]
)
def test_listed_has_three_answers(posted: str, kept: bool | None) -> None:
    form = forms.IdentityForm(IDENTITY | {"listed": posted}, instance=Enterprise())
    assert form.is_valid()
    assert form.facts()["listed"] is kept
    again = forms.IdentityForm(instance=Enterprise(listed=kept))
    assert again["listed"].value() == posted


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"listed": "perhaps"}, "listed"),
        ({"ownership": "martian"}, "ownership"),
        ({"ownership": "joint"}, None),
        ({"founded_on": "1799-12-31"}, "founded_on"),
        ({"founded_on": "1800-01-01"}, None),
        ({"founded_on": "2025-02-29"}, "founded_on"),
        ({"founded_on": "2024-02-29"}, None),
        ({"founded_on": "<script>"}, "founded_on"),
        ({"name_zh_hans": "\u202e\u200b"}, "name_zh_hans"),
        ({"name_en": "x" * 5000}, "name_en"),
    ],
)
def test_the_identity(change: dict[str, str], field: str | None) -> None:
    assert list(errors(forms.IdentityForm(IDENTITY | change, instance=Enterprise()))) == ([field] if field else [])


@time_machine.travel("2026-03-02 23:30+08:00", tick=False)
def test_founded_today_is_possible_and_tomorrow_not() -> None:
    today = date(2026, 3, 2)
    for day, valid in [(today, True), (today + timedelta(days=1), False)]:
        form = forms.IdentityForm(IDENTITY | {"founded_on": day.isoformat()}, instance=Enterprise())
        assert form.is_valid() is valid, day


def test_only_divisions_are_offered_as_industries() -> None:
    IndustryFactory(code="I", name_en="Information")
    IndustryFactory(code="I65")
    IndustryFactory(code="C39")
    codes = [str(value) for value, _label in forms.IndustryForm(instance=Enterprise()).fields["industry"].choices]  # type: ignore[attr-defined]
    assert codes == ["", "C39", "I65"]
    assert list(errors(forms.IndustryForm({"industry": "I"}, instance=Enterprise()))) == ["industry"]


@pytest.mark.parametrize(
    ("posted", "share"),
    [("", None), ("0", "0"), ("4.5", "0.045"), ("100", "1"), ("0.01", "0.0001")],
)
def test_the_research_share_is_kept_as_a_share(posted: str, share: str | None) -> None:
    form = forms.SizeForm({"rd_percent": posted}, instance=Enterprise())
    assert form.is_valid(), form.errors
    assert form.facts()["rd_expense_ratio"] == (None if share is None else Decimal(share))


@pytest.mark.parametrize("posted", ["-0.01", "100.01", "4.555", "4,5%", "NaN", "Infinity", "1e400", "٣"])
def test_a_research_share_that_is_none(posted: str) -> None:
    form = forms.SizeForm({"rd_percent": posted}, instance=Enterprise())
    if posted == "٣":  # Arabic digits are digits
        assert form.is_valid()
        assert form.facts()["rd_expense_ratio"] == Decimal("0.03")
    else:
        assert list(errors(form)) == ["rd_percent"]


@pytest.mark.parametrize("field", ["employees", "annual_revenue_cny", "assets_cny"])
@pytest.mark.parametrize(
    ("posted", "valid"),
    [("0", True), ("2147483647", True), ("", True), ("-1", False), ("1.5", False), ("1e9", False), ("9" * 30, False)],
)
def test_figures_are_whole_and_not_negative(field: str, posted: str, valid: bool) -> None:
    assert list(errors(forms.SizeForm({field: posted}, instance=Enterprise()))) == ([] if valid else [field])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, None),
        ({"district": "310109"}, None),
        ({"district": "other", "subdistrict": ""}, None),
        ({"district": "other"}, "subdistrict"),
        ({"district": "310110"}, "district"),
        ({"subdistrict": "999999999"}, "subdistrict"),
        ({"park": "nowhere"}, "park"),
        ({"address_en": "x" * 201}, "address_en"),
    ],
)
def test_the_place(change: dict[str, str], field: str | None) -> None:
    SubdistrictFactory(code="310109014")
    ParkFactory(slug="fictional-park")
    data = {"district": "", "subdistrict": "310109014", "park": "fictional-park"} | change
    assert list(errors(forms.PlaceForm(data, instance=Enterprise()))) == ([field] if field else [])


class TestTitles:
    @pytest.fixture
    def enterprise(self) -> Enterprise:
        TitleFactory(code="little_giant", name_en="Little giant")
        TitleFactory(code="srdi", name_en="SRDI")
        enterprise: Enterprise = EnterpriseFactory(titles_known=True)
        TitleGrant.objects.create(enterprise=enterprise, title_id="srdi", granted_on=date(2025, 1, 2))
        return enterprise

    def test_what_is_held_is_offered(self, enterprise: Enterprise) -> None:
        form = forms.TitlesForm(enterprise=enterprise)
        rows = form.rows()
        assert [row["has"].value() for row in rows] == [False, True]
        assert "2025-01-02" in str(rows[1]["granted"])
        assert form["complete"].value() is True

    def test_the_grants_of_the_ticked_ones(self, enterprise: Enterprise) -> None:
        data = {"has-little_giant": "on", "granted-little_giant": "2024-05-01", "expires-little_giant": "2027-05-01"}
        form = forms.TitlesForm(data, enterprise=enterprise)
        assert form.is_valid()
        assert form.grants() == {"little_giant": {"granted_on": date(2024, 5, 1), "expires_on": date(2027, 5, 1)}}
        assert form.cleaned_data["complete"] is False

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"has-srdi": "on", "granted-srdi": "2025-01-02", "expires-srdi": "2025-01-02"}, None),
            ({"has-srdi": "on", "granted-srdi": "2025-01-02", "expires-srdi": "2025-01-01"}, "expires-srdi"),
            ({"has-srdi": "on", "expires-srdi": "2025-01-01"}, None),
            ({"expires-srdi": "2025-01-01"}, "has-srdi"),
            ({"has-srdi": "on", "granted-srdi": "yesterday"}, "granted-srdi"),
            ({"has-nothing": "on", "complete": "on"}, None),
        ],
    )
    def test_dates_and_ticks_must_agree(self, enterprise: Enterprise, data: dict[str, str], field: str | None) -> None:
        assert list(errors(forms.TitlesForm(data, enterprise=enterprise))) == ([field] if field else [])

    @pytest.mark.parametrize(("language", "words"), [("en", "SRDI: granted on"), ("zh-hans", "认定日期")])
    def test_each_date_says_what_it_belongs_to(self, enterprise: Enterprise, language: str, words: str) -> None:
        with translation.override(language):
            assert words in str(forms.TitlesForm(enterprise=enterprise).fields["granted-srdi"].label)


@pytest.mark.parametrize(
    ("email", "valid"),
    [("a@example.org", True), ("A.B+c@Example.ORG", True), ("", False), ("a@", False), ("a@b", False),
     ("a b@example.org", False), ("a@example.org\nBcc: x@example.org", False), ("x" * 320 + "@example.org", False)],
)  # fmt: skip
def test_an_address_to_invite(email: str, valid: bool) -> None:
    assert forms.InvitationForm({"email": email}).is_valid() is valid


@pytest.mark.parametrize(("note", "valid"), [("", True), ("x" * 500, True), ("x" * 501, False), ("a\x00b", False)])
def test_a_note_on_a_decision(note: str, valid: bool) -> None:
    assert forms.DecisionForm({"note": note}).is_valid() is valid
