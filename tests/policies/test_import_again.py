"""A file against what the portal holds: recognised in any spelling, the same policy twice, stored whatever it says."""

import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from accounts.models import Department
from policies import workflow
from policies.exchange import importing
from policies.exchange.cleaning import Cleaner
from policies.exchange.columns import DEPARTMENT
from policies.exchange.recognising import Ambiguous, Known
from policies.exchange.writing import Wording, write
from policies.models import ImportRow, Policy, PolicyImport, Revision
from policies.tasks import carry_out_imports
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.imports import complete, imported, records, row_of, text, workbook
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import draft, editor, reviewer

pytestmark = pytest.mark.django_db


def kinds(batch: PolicyImport) -> list[str]:
    return list(batch.rows.order_by("number").values_list("kind", flat=True))


def words(batch: PolicyImport, number: int) -> list[str]:
    return [english for _column, _cell, _chinese, english in row_of(batch, number).faults]


def found(**content: Any) -> Policy | None:
    return Known([content]).find(content)


class TestSpelling:
    @pytest.mark.parametrize("typed", ["Rent-Relief", "rent-relief", "RENT-RELIEF"])
    def test_a_published_short_name_with_capitals_is_recognised(self, typed: str) -> None:
        policy = PolicyFactory(slug="Rent-Relief", title_en="Old")
        batch = imported({"slug": typed, "title_en": "New"})
        assert (kinds(batch), row_of(batch).policy) == (["changed"], policy)
        importing.confirm(batch, by=batch.uploader)
        assert Revision.objects.get(author=batch.uploader).policy == policy

    def test_of_two_that_differ_in_capitals_alone_none_is_guessed(self) -> None:
        PolicyFactory(slug="Rent"), PolicyFactory(slug="rent")
        with pytest.raises(Ambiguous, match="Rent, rent"):
            found(slug="rent")

    def test_a_draft_whose_short_name_has_capitals_is_recognised(self) -> None:
        revision = draft()
        Policy.objects.filter(pk=revision.policy.pk).update(slug="Begun-Here")
        assert found(slug="begun-here") == revision.policy
        assert kinds(imported({"slug": "BEGUN-here", "title_en": "Else"})) == ["busy"]

    @pytest.mark.parametrize("stored", ["沪府规〔2031〕5号", "沪府规[2031]5号", "沪府规（2031）5号"])
    @pytest.mark.parametrize("typed", ["沪府规〔2031〕5号", "沪府规[2031]5号", "沪府规【2031】5号", "沪府规(2031)5号"])
    def test_a_number_is_recognised_however_it_was_bracketed(self, stored: str, typed: str) -> None:
        policy = PolicyFactory(document_number=stored)
        assert found(document_number=typed) == policy
        assert found(document_number=typed.replace("5", "6")) is None

    def test_a_draft_is_recognised_by_its_number_too(self) -> None:
        assert found(document_number="虚规[2031]8号") is None
        revision = draft(document_number="虚规〔2031〕8号")
        assert found(document_number="虚规[2031]8号") == revision.policy

    def test_a_number_in_other_brackets_is_a_change_that_is_shown(self) -> None:
        PolicyFactory(slug="one", document_number="沪府规〔2031〕5号")
        batch = imported({"document_number": "沪府规[2031]5号"})
        assert row_of(batch).changes == [["document_number", "沪府规〔2031〕5号", "沪府规[2031]5号"]]

    @pytest.mark.parametrize(("number", "title"), [(310109, 2031), (310109.0, "2031")])
    def test_names_that_a_spreadsheet_made_numbers_of_are_recognised(self, number: Any, title: Any) -> None:
        policy = PolicyFactory(document_number="310109", title_zh_hans="2031", slug="2031")
        rows: list[list[Any]] = [["document_number", "title_zh_hans", "title_en"], [number, title, "New"]]
        batch = importing.upload(workbook(rows), by=editor())
        assert (kinds(batch), row_of(batch, 2).policy) == (["changed"], policy)
        assert [column for column, _old, _new in row_of(batch, 2).changes] == ["title_en"]

    def test_short_names_that_are_numbers_can_exclude_each_other(self) -> None:
        rows: list[list[Any]] = [
            ["slug", "title_en", "excludes"],
            [2031, "A", 2032],
            [2032, "B", "2031"],
            [2033, "C", 2034],
        ]
        batch = importing.upload(workbook(rows), by=editor())
        assert kinds(batch) == ["new", "new", "wrong"]
        assert words(batch, 4) == ["no policy has the short name “2034”"]


class TestTheSameTwice:
    """A row is recognised by its short name, else by number and title: so are two rows of one file."""

    ONE = {"slug": "one", "document_number": "1号", "title_zh_hans": "甲"}

    @pytest.mark.parametrize(
        ("other", "same"),
        [
            ({"slug": "one", "title_zh_hans": "乙"}, True),
            ({"slug": "ONE", "title_zh_hans": "乙"}, True),
            ({"document_number": "1号", "title_zh_hans": "乙"}, True),
            ({"title_zh_hans": "甲"}, True),
            ({"document_number": "2号", "title_zh_hans": "甲"}, True),
            ({"slug": "two", "document_number": "1号", "title_zh_hans": "甲"}, False),  # a short name tells two apart
            ({"slug": "two", "title_zh_hans": "甲"}, False),
            ({"document_number": "2号", "title_zh_hans": "乙"}, False),
            ({"title_en": "A", "document_number": "11号"}, False),
        ],
    )
    def test_is_said_in_the_preview_exactly_when_taking_over_would_refuse_it(
        self, other: dict[str, Any], same: bool
    ) -> None:
        batch = imported(self.ONE, other)
        assert kinds(batch) == ["new", "wrong" if same else "new"]
        assert words(batch, 2) == (["is about the same policy as row 1; a short name tells two apart"] if same else [])
        importing.confirm(batch, by=batch.uploader)
        assert "refused" not in batch.rows.values_list("outcome", flat=True)
        assert Policy.objects.count() == (1 if same else 2)

    def test_of_three_rows_the_first_is_named(self) -> None:
        batch = imported(self.ONE, self.ONE, {"document_number": "1号"})
        assert kinds(batch) == ["new", "wrong", "wrong"]
        assert all(any("as row 1;" in each for each in words(batch, number)) for number in (2, 3))

    def test_a_row_that_is_wrong_stands_in_nobodys_way(self) -> None:
        assert kinds(imported({**self.ONE, "issued_on": "soon"}, self.ONE)) == ["wrong", "new"]

    def test_an_unchanged_row_counts_as_well(self) -> None:
        PolicyFactory(slug="one", title_en="A")
        assert kinds(imported({"slug": "one", "title_en": "A"}, {"slug": "one", "title_en": "B"})) == [
            "unchanged",
            "wrong",
        ]


class TestWhatIsStored:
    def test_headings_of_any_characters_are_kept_and_shown(self, as_user: Any) -> None:
        by, names = editor(), ["\x00", "a\x00b", "\ud83d", "x" * 10_000, "%(names)s", "<b>odd", "\u202e"]
        batch = importing.upload(records({"slug": "a", "title_en": "A", **dict.fromkeys(names, 1)}), by=by)
        page = as_user(by).get(f"/en/publishing/import/{batch.pk}/").content.decode()
        listed = f"�, a�b, {'x' * 60}, %(names)s, &lt;b&gt;odd, \u202e"
        assert f"These columns are not known and were left out: {listed}." in page

    def test_a_file_with_nul_in_its_headings_is_read(self) -> None:
        batch = importing.upload(text([["slug", "title_en", "no\x00te" + "x" * 90], ["a", "A", "1"]]), by=editor())
        assert batch.notes["unknown"] == [f"no�te{'x' * 55} (C)"]

    @pytest.mark.parametrize("column", ["slug", "title_zh_hans", "title_en", "document_number", "department"])
    def test_half_an_emoji_or_nul_in_a_name_is_a_fault_of_its_row(self, column: str) -> None:
        batch = imported({**complete(), column: "a\x00"}, {**complete(slug="b"), column: "\ud83d"})
        assert kinds(batch) == ["wrong", "wrong"]
        assert words(batch, 1) == words(batch, 2) == ["holds a character that is none (NUL or half an emoji)"]

    def test_names_of_files_are_shown_and_lead_nowhere(self, as_user: Any) -> None:
        by = editor()
        batch = importing.upload(records(complete(), name='../<img src="x">\u202e.json'), by=by)
        assert batch.name == "_img src=_x__.json"
        assert "_img src=_x__.json" in as_user(by).get("/en/publishing/import/").content.decode()

    def test_markup_in_values_is_shown_as_it_is(self, as_user: Any) -> None:
        by = editor()
        PolicyFactory(slug="one", title_en="<i>Old</i>")
        batch = imported({"slug": "one", "title_en": "<script>1</script>", "level": "<b>"}, by=by)
        again = imported({"slug": "one", "title_en": "<script>1</script>"}, by=by)
        pages = [as_user(by).get(f"/en/publishing/import/{each.pk}/").content.decode() for each in (batch, again)]
        assert not any(tag in page for page in pages for tag in ("<script>1", "<i>Old", "“<b>"))
        plain = unescape(re.sub(r"<[^>]*>", "", pages[1]))
        assert "<script>1</script>" in plain


class TestCarryingOut:
    def test_a_few_more_rows_do_not_have_the_person_wait_for_the_many(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(importing, "AT_ONCE", 1)
        by = editor()
        batch = imported(*({"slug": f"s-{n}", "title_en": f"T{n}"} for n in range(4)), by=by)
        assert importing.confirm(batch, by=by, numbers={1, 2, 3}) == 3
        assert importing.confirm(batch, by=by, numbers={4}) == 1
        assert batch.rows.filter(outcome="waiting").count() == 3
        assert carry_out_imports() == 3

    def test_one_file_that_fails_keeps_no_other_waiting(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(importing, "AT_ONCE", 0)
        by = editor()
        bad, good = imported(complete(slug="bad"), by=by), imported(complete(slug="good", title_zh_hans="好"), by=by)
        for batch in (bad, good):
            importing.confirm(batch, by=by)
        settle = importing.settle

        def fails(row: ImportRow, who: Any) -> None:
            if row.batch_id == bad.pk:
                raise ZeroDivisionError
            settle(row, who)

        monkeypatch.setattr(importing, "settle", fails)
        assert carry_out_imports() == 1
        assert [row_of(each).outcome for each in (bad, good)] == ["waiting", "review"]
        monkeypatch.undo()
        assert carry_out_imports() == 1  # and it is tried again

    def test_an_editor_no_more_writes_nothing_even_in_a_worker(self, monkeypatch: Any) -> None:
        monkeypatch.setattr(importing, "AT_ONCE", 0)
        by = editor()
        batch = imported(complete(), by=by)
        importing.confirm(batch, by=by)
        by.roles = ["translator"]
        by.save(update_fields=["roles"])
        carry_out_imports()
        assert (row_of(batch).outcome, Revision.objects.count()) == ("refused", 0)
        assert "Only policy editors" in row_of(batch).said["en"]

    @pytest.mark.parametrize(
        ("between", "outcome"),
        [
            (lambda policy: Policy.objects.filter(pk=policy.pk).delete(), "gone since the preview"),
            (lambda policy: Policy.objects.filter(pk=policy.pk).update(published_at=None), "gone since the preview"),
            (lambda policy: Policy.objects.filter(pk=policy.pk).update(version=9), "version 9 has been published"),
            (lambda policy: workflow.revise(policy, by=editor(name_en="Zheng Jie")), "Zheng Jie has begun"),
            (lambda policy: Policy.objects.filter(pk=policy.pk).update(slug="Renamed"), ""),
        ],
    )
    def test_a_policy_that_changed_in_between(self, between: Any, outcome: str) -> None:
        policy = PolicyFactory(slug="one", title_en="Old")
        batch = imported({"slug": "one", "title_en": "New"})
        between(policy)
        importing.confirm(batch, by=batch.uploader)
        row = row_of(batch)
        assert outcome in row.said.get("en", "")
        assert (row.outcome == "refused") == bool(outcome)
        assert bool(row.revision) != bool(outcome)

    def test_a_department_that_was_closed_in_between_is_named(self) -> None:
        DepartmentFactory(code="closing")
        batch = imported(complete(department="closing"))
        Department.objects.filter(code="closing").delete()
        importing.confirm(batch, by=batch.uploader)
        assert row_of(batch).outcome == "refused"
        assert "does not exist any more" in row_of(batch).said["en"]

    def test_numbers_of_another_file_confirm_nothing(self) -> None:
        by = editor()
        mine, other = imported(complete(), by=by), imported(complete(), complete(slug="b", title_zh_hans="乙"), by=by)
        with pytest.raises(importing.Refused, match="Choose at least one"):
            importing.confirm(mine, by=by, numbers={2, 0, -1, 10**9})
        assert not other.rows.exclude(outcome="").exists()


class TestWhatLeaves:
    @pytest.mark.parametrize("kind", ["xlsx", "csv", "json"])
    def test_comes_back_unchanged_whatever_it_begins_with(self, kind: str) -> None:
        clause = "\x7f\uffff = +1"
        PolicyFactory(
            slug="-dashed-",
            title_en="＝1+1",
            title_zh_hans="＠某人",
            summary_en="－5%",
            document_number="007",
            contact_en="''=x",
            criteria=[{"field": "employees", "op": "gte", "value": 10, "clause_en": clause}],
            department=DepartmentFactory(code="dept", name_en="＋Office", name_zh_hans="=部门"),
        )
        out = io.BytesIO()
        write(kind, Policy.objects.published(), out)
        batch = importing.upload(SimpleUploadedFile(f"out.{kind}", out.getvalue()), by=editor())
        row = batch.rows.get()
        assert (row.kind, row.changes, row.faults) == ("unchanged", [], [])
        if kind == "xlsx":
            first = [str(cell.value or "")[:1] for cell in load_workbook(io.BytesIO(out.getvalue())).active[2]]
            assert not {*first} & {*"=+-@＝＋－＠"}

    def test_policies_whose_short_names_differ_in_capitals_come_back(self) -> None:
        PolicyFactory(slug="Upper-Case", excludes=["lower"]), PolicyFactory(slug="lower", excludes=["Upper-Case"])
        out = io.BytesIO()
        write("json", Policy.objects.published(), out)
        assert kinds(importing.upload(records(*json.loads(out.getvalue())), by=editor())) == ["unchanged"] * 2

    def test_a_department_is_called_by_what_the_import_understands(self) -> None:
        for code, english in (("a", "Centre"), ("b", "centre"), ("c", "A"), ("d", "Office"), ("e", "")):
            DepartmentFactory(code=code, name_en=english, name_zh_hans=f"部门{code}")
        called, clean = Wording().departments, Cleaner.load().clean
        pks = dict(Department.objects.values_list("code", "pk"))
        assert {code: called[pks[code]] for code in "abcd"} == {"a": "a", "b": "b", "c": "c", "d": "Office"}
        assert {code: clean(DEPARTMENT, called[pk]) for code, pk in pks.items()} == pks

    def test_drafts_leave_with_nobody(self, as_user: Any) -> None:
        draft(title_en="Not yet public")
        PolicyFactory(title_en="Public")
        for kind in ("csv", "json"):
            content = b"".join(as_user(reviewer()).get(f"/en/publishing/export/{kind}/")).decode()
            assert ("Public" in content, "Not yet public" in content) == (True, False)


@pytest.mark.parametrize("role", ["steward", None])
def test_the_room_is_there_for_those_of_the_desk_only(role: str | None, as_user: Any) -> None:
    batch = imported(complete())
    client = as_user(UserFactory(roles=[role] if role else []))
    room = "/en/publishing/import/"
    assert {client.get(url).status_code for url in (room, f"{room}template/", "/en/publishing/export/csv/")} == {404}
    assert {client.post(f"{room}{batch.pk}/{verb}/").status_code for verb in ("confirm", "discard")} == {404}
    assert client.post(room, {"file": records(complete())}).status_code == 404
    assert PolicyImport.objects.get() == batch
