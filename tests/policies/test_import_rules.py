"""Who may bring policies in and take them out, and what a value looks like when it leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.models import User
from policies.exchange import rules
from policies.exchange.columns import DEPARTMENT
from policies.exchange.writing import Wording
from policies.models import PolicyImport
from policies.publishing.rooms import rooms_for
from tests.factories.accounts import DepartmentFactory, UserFactory

NOW = timezone.now()


def person(*roles: str, pk: int = 1, active: bool = True) -> User:
    return User(pk=pk, roles=list(roles), is_active=active)


def batch(**fields: Any) -> PolicyImport:
    return PolicyImport(uploader_id=1, expires_at=NOW + timedelta(days=1), **fields)


@pytest.mark.parametrize("role", Role.values)
def test_editors_and_nobody_else_bring_policies_in(role: str) -> None:
    allowed = role == Role.EDITOR
    assert bool(rules.may_import(person(role))) == allowed
    assert bool(rules.may_upload(person(role), 0)) == allowed
    assert bool(rules.may_confirm(person(role), batch(), NOW)) == allowed
    assert bool(rules.may_discard(person(role), batch())) == allowed


def test_who_left_brings_nothing_in() -> None:
    assert not rules.may_import(person("editor", active=False))
    assert not rules.may_import(person())
    assert rules.may_import(person("reviewer", "editor"))


@pytest.mark.parametrize(
    ("open_previews", "allowed"), [(0, True), (rules.MOST_OPEN - 1, True), (rules.MOST_OPEN, False), (99, False)]
)
def test_previews_are_few(open_previews: int, allowed: bool) -> None:
    verdict = rules.may_upload(person("editor"), open_previews)
    assert bool(verdict) == allowed
    assert allowed or str(open_previews) in str(verdict.reason)


@pytest.mark.parametrize(
    ("by", "expires", "reason"),
    [
        (person("editor"), timedelta(seconds=1), ""),
        (person("editor"), timedelta(0), "past its time"),
        (person("editor"), timedelta(days=-1), "past its time"),
        (person("editor", pk=2), timedelta(days=1), "Only the person who uploaded"),
        (person("editor", "admin", pk=2), timedelta(days=1), "Only the person who uploaded"),
        (person("reviewer"), timedelta(days=1), "Only policy editors"),
    ],
)
def test_a_preview_is_confirmed_by_its_uploader_in_time(by: User, expires: timedelta, reason: str) -> None:
    preview = PolicyImport(uploader_id=1, expires_at=NOW + expires)
    verdict = rules.may_confirm(by, preview, NOW)
    assert bool(verdict) == (not reason)
    assert reason in str(verdict.reason)


def test_what_was_confirmed_stays_on_record() -> None:
    verdict = rules.may_discard(person("editor"), batch(confirmed_at=NOW))
    assert not verdict
    assert "stays on record" in str(verdict.reason)


@pytest.mark.parametrize(
    ("roles", "sees"),
    [(["editor"], True), (["translator"], True), (["reviewer"], True), (["admin"], True), (["steward"], False)],
)
def test_the_room_is_in_the_desks_navigation(roles: list[str], sees: bool) -> None:
    rooms = {room.url: room.current for room in rooms_for(person(*roles), "imports")}
    assert rooms.get("/en/publishing/import/") == (True if sees else None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value", "cell", "field"),
    [
        ("level", "district", "District", "district"),
        ("mode", "", None, ""),
        ("max_amount_cny", 0, 0, 0),
        ("max_amount_cny", None, None, None),
        ("issued_on", date(2026, 3, 1), date(2026, 3, 1), "2026-03-01"),
        ("excludes", ["a", "b"], "a, b", ["a", "b"]),
        ("excludes", [], None, []),
        (
            "criteria",
            [{"field": "x", "value": "值"}],
            '[{"field": "x", "value": "值"}]',
            [{"field": "x", "value": "值"}],
        ),
        ("title_en", "=1", "'=1", "=1"),
        ("benefit_en", "- one\n- two", "'- one\n- two", "- one\n- two"),
        ("summary_en", "bell\x07", "bell", "bell\x07"),
        (DEPARTMENT, None, None, None),
        (DEPARTMENT, 999_999, "", None),
    ],
)
def test_values_leave_as_people_type_them_and_as_codes_in_json(column: str, value: Any, cell: Any, field: Any) -> None:
    wording = Wording()
    assert wording.cell(column, value) == cell
    assert wording.field(column, value) == field


@pytest.mark.django_db
def test_a_department_leaves_by_name_where_that_is_enough() -> None:
    one = DepartmentFactory(code="one", name_zh_hans="甲委", name_en="One")
    twins = [DepartmentFactory(code=code, name_zh_hans=code, name_en="Twin") for code in ("twin-a", "twin-b")]
    for language, names in (("en", ["One", "twin-a", "twin-b"]), ("zh-hans", ["甲委", "twin-a", "twin-b"])):
        with translation.override(language):
            wording = Wording()
        assert [wording.cell(DEPARTMENT, each.pk) for each in (one, *twins)] == names
    assert [wording.field(DEPARTMENT, each.pk) for each in (one, *twins)] == ["one", "twin-a", "twin-b"]


@pytest.mark.django_db
def test_nobodys_imports_are_visible_to_others() -> None:
    one, two = UserFactory(roles=["editor"]), UserFactory(roles=["editor", "admin"])
    mine = PolicyImport.objects.create(uploader=one, name="a.csv", kind="csv", sha256="0" * 64, expires_at=NOW)
    assert list(PolicyImport.objects.visible_to(one)) == [mine]
    assert not PolicyImport.objects.visible_to(two).exists()
    assert not PolicyImport.objects.under_way().exists()
    PolicyImport.objects.filter(pk=mine.pk).update(confirmed_at=NOW)
    assert list(PolicyImport.objects.under_way()) == [mine]
