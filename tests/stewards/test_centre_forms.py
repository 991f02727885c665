"""The service centre's forms: what they take, what they refuse, and how they show what is there."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.enums import Role
from portal.core.calendar import local_day
from stewards import stewardships
from stewards.centre.forms import (
    AssignForm,
    CalendarForm,
    EntrustForm,
    LedgerFilter,
    NewPersonForm,
    PersonForm,
    PlaceFilter,
    RuleForm,
)
from stewards.centre.rules import may_begin_on
from stewards.models import Stewardship
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import StewardshipFactory

pytestmark = pytest.mark.django_db


class TestEntrust:
    def form(self, **change: Any) -> EntrustForm:
        data = {"steward": StewardFactory().pk, "starts_on": local_day().isoformat(), **change}
        return EntrustForm(data)

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_the_day_offered_is_one_a_browser_reads(self, language: str) -> None:
        tomorrow = local_day() + timedelta(days=1)
        with translation.override(language):
            assert f'value="{tomorrow.isoformat()}"' in str(EntrustForm()["starts_on"])

    @pytest.mark.parametrize(
        ("days", "told"),
        [
            (-1, ["A stewardship cannot begin in the past."]),
            (-4000, ["A stewardship cannot begin in the past."]),
            (0, []),
            (1, []),
            (366, []),
            (367, ["A stewardship begins within a year at the latest."]),
        ],
    )
    def test_a_day_out_of_reach_is_told_beside_the_day(self, days: int, told: list[str]) -> None:
        form = self.form(starts_on=(local_day() + timedelta(days=days)).isoformat())
        assert form.errors.get("starts_on", []) == told
        assert not form.non_field_errors()
        assert bool(may_begin_on(local_day() + timedelta(days=days))) == (not told)

    @pytest.mark.parametrize(
        "day", ["", "tomorrow", "2026-02-30", "0000-00-00", "99999-01-01", "<script>", "2026/13/01"]
    )
    def test_what_is_no_day_is_refused_and_kept(self, day: str) -> None:
        form = self.form(starts_on=day)
        assert "starts_on" in form.errors
        assert str(form["starts_on"].value()) == day

    @pytest.mark.parametrize("steward", ["", "0", "x", "-1", "99999999999999999999"])
    def test_somebody_who_is_not_on_the_list(self, steward: str) -> None:
        assert list(self.form(steward=steward).errors) == ["steward"]

    def test_who_left_or_has_another_role_cannot_be_chosen(self) -> None:
        for person in (HandlerFactory(), StewardFactory(is_active=False), UserFactory(roles=["admin"])):
            assert "steward" in self.form(steward=person.pk).errors


class TestHandingOver:
    """One after the other, whoever presses first."""

    def test_pressed_twice_the_second_is_told_that_it_is_done(self, as_user: Any, admin_user: Any) -> None:
        enterprise, steward = EnterpriseFactory(), StewardFactory(name_en="Nadia New")
        client = as_user(admin_user)
        data = {"steward": steward.pk, "starts_on": local_day().isoformat()}
        url = f"/en/centre/stewards/enterprise/{enterprise.pk}/"
        assert client.post(url, data).status_code == 302
        again = client.post(url, data)
        assert "Nadia New is the steward already" in again.content.decode()
        assert Stewardship.objects.filter(enterprise=enterprise).count() == 1

    def test_two_admins_with_two_people_leave_one_chain(self, admin_user: Any) -> None:
        enterprise = EnterpriseFactory()
        first = StewardshipFactory(enterprise=enterprise)
        day = local_day() + timedelta(days=3)
        for steward in (StewardFactory(), StewardFactory()):
            stewardships.entrust(steward=steward, scope="enterprise", place=enterprise, starts_on=day, by=admin_user)
        first.refresh_from_db()
        chain = Stewardship.objects.filter(enterprise=enterprise).order_by("starts_on")
        assert [(each.steward, each.ends_on) for each in chain] == [
            (first.steward, day - timedelta(days=1)),
            (steward, None),
        ]

    @pytest.mark.parametrize(
        "path", ["enterprise/0/", "enterprise/x/", "park/none/", "planet/1/", f"enterprise/{'9' * 30}/"]
    )
    def test_forged_places_do_not_exist(self, as_user: Any, admin_user: Any, path: str) -> None:
        data = {"steward": StewardFactory().pk, "starts_on": local_day().isoformat()}
        assert as_user(admin_user).post(f"/en/centre/stewards/{path}", data).status_code == 404


class TestAssign:
    def test_each_steward_with_department_and_load(self) -> None:
        steward = StewardFactory(name_en="Sue", department=DepartmentFactory(name_en="Finance"))
        form = AssignForm(numbers=[], load={steward.pk: 4})
        assert "Sue · Finance · 4 open" in str(form["steward"])
        with translation.override("zh-hans"):
            assert "在办4件" in str(AssignForm(numbers=[], load={steward.pk: 4})["steward"])

    def test_without_loads_or_department_nothing_dangles(self) -> None:
        UserFactory(roles=["steward"], name_en="Solo")
        assert ">Solo</option>" in str(AssignForm(numbers=[], load={})["steward"])

    def test_only_what_was_shown_can_be_ticked(self) -> None:
        data = {"steward": StewardFactory().pk, "requests": ["A", "B"]}
        assert "requests" in AssignForm(data, numbers=[("A", "A")], load={}).errors
        assert AssignForm(data, numbers=[("A", "A"), ("B", "B")], load={}).is_valid()


class TestRule:
    @pytest.mark.parametrize(
        ("days", "ok"),
        [("1", True), ("90", True), ("0", False), ("91", False), ("-3", False), ("x", False), ("", False)],
    )
    def test_days_within_reason(self, days: str, ok: bool) -> None:
        assert RuleForm({"days": days}).is_valid() == ok

    @pytest.mark.parametrize("days", ["1.5", "1e3", "１", "九", "9" * 50, "<script>"])
    def test_odd_numbers_never_raise(self, days: str) -> None:
        form = RuleForm({"days": days})
        assert not form.is_valid() or form.cleaned_data["days"] == 1

    @pytest.mark.parametrize(("sent", "active"), [({}, False), ({"active": "on"}, True), ({"active": "false"}, False)])
    def test_in_use_or_not(self, sent: dict[str, str], active: bool) -> None:
        form = RuleForm({"days": "2", **sent})
        assert form.is_valid()
        assert form.cleaned_data["active"] is active

    def test_bounds_are_told_in_both_languages(self) -> None:
        assert RuleForm({"days": "91"}).errors["days"] == ["Ensure this value is less than or equal to 90."]
        with translation.override("zh-hans"):
            assert RuleForm({"days": "0"}).errors["days"] == ["不得小于1。"]


class TestPerson:
    def data(self, **change: Any) -> dict[str, Any]:
        return {
            "email": "New@Example.org",
            "name_zh": "",
            "name_en": "N",
            "language": "en",
            "roles": ["auditor"],
            **change,
        }

    @pytest.mark.parametrize("role", [role for role in Role.values if role not in ("steward", "handler")])
    def test_no_department_is_needed_beside_the_desk(self, role: str) -> None:
        assert NewPersonForm(self.data(roles=[role])).is_valid()

    @pytest.mark.parametrize("role", ["steward", "handler"])
    def test_the_desk_belongs_to_a_department(self, role: str) -> None:
        assert list(NewPersonForm(self.data(roles=["auditor", role])).errors) == ["department"]
        assert NewPersonForm(self.data(roles=[role], department=DepartmentFactory().pk)).is_valid()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name_en": ""}, "name_zh"),
            ({"name_en": "   "}, "name_zh"),
            ({"name_en": "x" * 5_000}, "name_en"),
            ({"title_zh": "长" * 5_000}, "title_zh"),
            ({"phone": "1" * 500}, "phone"),
            ({"language": "fr"}, "language"),
            ({"department": "0"}, "department"),
            ({"roles": []}, "roles"),
            ({"roles": ["auditor", "emperor"]}, "roles"),
            ({"email": "a@b"}, "email"),
            ({"email": "two@x.org, three@x.org"}, "email"),
            ({"email": "x@example.org\nBcc: all@example.org"}, "email"),
        ],
    )
    def test_each_mistake_is_told_at_its_field(self, change: dict[str, Any], field: str) -> None:
        form = NewPersonForm(self.data(**change))
        assert list(form.errors) == [field]

    def test_the_address_is_kept_in_small_letters(self) -> None:
        form = NewPersonForm(self.data())
        assert form.is_valid()
        assert form.cleaned_data["email"] == "new@example.org"

    def test_the_address_of_a_member_of_staff_is_not_on_the_form_any_more(self) -> None:
        assert "email" not in PersonForm().fields
        assert "is_active" in PersonForm().fields
        assert "is_active" not in NewPersonForm().fields

    def test_an_empty_choice_is_a_dash(self) -> None:
        DepartmentFactory()
        assert ">—</option>" in str(NewPersonForm()["department"])
        assert "-----" not in str(NewPersonForm()["department"])


class TestFilters:
    @pytest.mark.parametrize(
        ("data", "asked"),
        [
            ({}, {"q": "", "show": ""}),
            ({"q": "  harbour "}, {"q": "harbour", "show": ""}),
            ({"show": "missing"}, {"q": "", "show": "missing"}),
            ({"show": "nonsense", "q": "a"}, {"q": "a", "show": ""}),
            ({"q": "x" * 101, "show": "all"}, {"q": "", "show": "all"}),
        ],
    )
    def test_places(self, data: dict[str, str], asked: dict[str, str]) -> None:
        assert PlaceFilter(data).asked() == asked

    @pytest.mark.parametrize(
        ("data", "asked"),
        [
            ({}, ("", "", "")),
            ({"rule": "overdue", "number": " hk-1 ", "recipient": "li"}, ("overdue", "hk-1", "li")),
            ({"rule": "x", "number": "n" * 21, "recipient": "r" * 101}, ("", "", "")),
        ],
    )
    def test_ledger(self, data: dict[str, str], asked: tuple[str, str, str]) -> None:
        form = LedgerFilter(data, rules=[("overdue", "Overdue")])
        assert tuple(form.asked().values()) == asked


class TestCalendar:
    def form(self, **change: str) -> CalendarForm:
        return CalendarForm({"source": "Notice 7", "off": "2027-01-01", "working": "", **change})

    @pytest.mark.parametrize(
        ("off", "days"),
        [
            ("", []),
            ("2027-01-01", [date(2027, 1, 1)]),
            ("2027-1-2, 2027-1-1", [date(2027, 1, 1), date(2027, 1, 2)]),
            ("2027-02-05..2027-02-07", [date(2027, 2, day) for day in (5, 6, 7)]),
            ("2027-02-05至2027-02-06；2027-02-06", [date(2027, 2, 5), date(2027, 2, 6)]),
        ],
    )
    def test_days_and_spans(self, off: str, days: list[date]) -> None:
        form = self.form(off=off)
        assert form.is_valid()
        assert form.cleaned_data["off"] == days

    @pytest.mark.parametrize("field", ["off", "working"])
    @pytest.mark.parametrize(
        "word", ["2027-02-30", "New-Year", "2027-02-07..2027-02-05", "2027-01-01..2027-03-01", "<b>"]
    )
    def test_what_is_no_day_is_named_beside_its_field(self, field: str, word: str) -> None:
        form = self.form(**{field: word})
        assert list(form.errors) == [field]
        assert f"“{word}”" in form.errors[field][0]

    def test_a_very_long_word_is_cut_in_the_message(self) -> None:
        assert len(self.form(off="x" * 3_000).errors["off"][0]) < 200

    @pytest.mark.parametrize(
        ("change", "field"),
        [({"source": ""}, "source"), ({"source": "s" * 201}, "source"), ({"off": "2" * 4_001}, "off")],
    )
    def test_limits(self, change: dict[str, str], field: str) -> None:
        assert list(self.form(**change).errors) == [field]
