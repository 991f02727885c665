"""The records on their pages: found, one of them, its standing and head, merged and split; forms that refuse."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.enums import Role
from enterprises import credit_code
from enterprises.models import Enterprise, MergeRecord
from enterprises.records import standing
from portal.core.calendar import local_day
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import (
    EnterpriseFactory,
    MembershipFactory,
    SubdistrictFactory,
    TitleGrantFactory,
)
from tests.factories.records import merged
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]
LIST = "/en/centre/records/"


@pytest.fixture
def admin() -> Any:
    return UserFactory(roles=[Role.ADMIN])


@pytest.fixture
def client(as_user: SignIn, admin: Any) -> Client:
    return as_user(admin)


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def shown(response: Any) -> list[str]:
    return [str(row["record"]) for row in response.context["rows"]]


class TestList:
    def test_by_name_code_and_standing(self, client: Client, admin: Any) -> None:
        stars = EnterpriseFactory(name_en="Stars Ltd", credit_code=credit_code.make(1))
        comet = EnterpriseFactory(name_en="Comet Ltd")
        standing.change(comet, by=admin, standing="left", on=local_day(), reason="x")
        merged(stars, EnterpriseFactory(name_en="Stars Shanghai"), admin)
        cases = {
            "": ["Stars Ltd", "Comet Ltd"],
            "?q=stars": ["Stars Ltd"],
            f"?q={stars.credit_code[:12]}": ["Stars Ltd"],
            "?standing=left": ["Comet Ltd"],
            "?standing=active": ["Stars Ltd"],
            "?standing=merged": ["Stars Shanghai"],
            "?standing=merged&q=shanghai": ["Stars Shanghai"],
            "?standing=merged&q=comet": [],
            "?q=stars&standing=closed": [],
            "?standing=nonsense": ["Stars Ltd", "Comet Ltd"],
            "?q=%20": ["Stars Ltd", "Comet Ltd"],
            "?cursor=nonsense": ["Stars Ltd", "Comet Ltd"],
        }
        for query, expected in cases.items():
            assert shown(client.get(LIST + query)) == expected, query

    def test_nothing_is_said_to_be_nothing(self, client: Client) -> None:
        assert "No records yet" in words(client.get(LIST))
        assert "No record fits these filters" in words(client.get(LIST + "?q=nobody"))

    def test_where_a_merged_one_went(self, client: Client) -> None:
        record = merged(EnterpriseFactory(name_en="Stars"))
        text = client.get(LIST + "?standing=merged").content.decode()
        assert f'href="/en/centre/records/{record.keep_id}/">Stars</a>' in text

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_one_number_of_queries(self, client: Client, django_assert_num_queries: Any, rows: int) -> None:
        for _n in range(rows):
            EnterpriseFactory(subdistrict=SubdistrictFactory())
        client.get(LIST)
        with django_assert_num_queries(3):
            assert len(client.get(LIST).context["rows"]) == rows

    def test_pages(self, client: Client) -> None:
        for _n in range(31):
            EnterpriseFactory()
        first = client.get(LIST)
        second = client.get(LIST, {"cursor": first.context["page"].next_cursor})
        assert (len(shown(first)), len(shown(second))) == (30, 1)


class TestRecord:
    def test_facts_people_stewards_titles_and_branches(self, client: Client, admin: Any) -> None:
        row = EnterpriseFactory(employees=12, tax_district="other", name_en="Stars Ltd")
        row.sources = {"employees": {"source": "verified", "on": "2026-01-05"}}
        row.save()
        MembershipFactory(enterprise=row, user=UserFactory(name_en="Olive Owner"))
        MembershipFactory(enterprise=row, user=UserFactory(name_en="Gone Person"), state="rejected")
        TitleGrantFactory(enterprise=row, expires_on=date(2030, 5, 6))
        steward = StewardFactory(name_en="Stella Steward")
        accepted(steward, enterprise=row)
        from stewards.models import Stewardship

        Stewardship.objects.create(steward=steward, enterprise=row, starts_on=local_day())
        branch = EnterpriseFactory(name_en="Stars Branch")
        standing.depend(branch, by=admin, head=row, head_as="branch")
        text = words(client.get(f"/en/centre/records/{row.pk}/"))
        for expected in (
            *("Stars Ltd", "verified, 5 January 2026", "another district or city", "Olive Owner", "Stella Steward"),
            *("valid until 6 May 2030", "Branch: Stars Branch", "History of the record", "operating"),
        ):
            assert expected in text, expected
        assert "Gone Person" not in text
        assert "Branch: Stars Ltd" in words(client.get(f"/en/centre/records/{branch.pk}/"))

    def test_its_history_says_who_changed_what(self, client: Client, admin: Any) -> None:
        row = EnterpriseFactory(name_en="Stars")
        client.post(
            f"/en/centre/records/{row.pk}/standing/",
            {"standing": "left", "on": local_day().isoformat(), "reason": "Lease ended"},
        )
        text = words(client.get(f"/en/centre/records/{row.pk}/"))
        assert "operating → moved away" in text
        assert str(admin.name) in text
        assert "{&#x27;" not in text
        other = EnterpriseFactory(name_en="Other")
        assert "Lease ended" not in words(client.get(f"/en/centre/records/{other.pk}/"))

    def test_a_long_history_has_pages(self, client: Client) -> None:
        row = EnterpriseFactory()
        for number in range(60):
            Enterprise.objects.filter(pk=row.pk).update(employees=number)
        first = client.get(f"/en/centre/records/{row.pk}/")
        before = first.context["trail"].before
        second = client.get(f"/en/centre/records/{row.pk}/", {"before": before})
        assert len(first.context["trail"].entries) == 50
        assert len(second.context["trail"].entries) == 11
        assert "Back to the newest" in words(second)
        assert client.get(f"/en/centre/records/{row.pk}/?before=x").status_code == 200

    def test_a_merged_one_leads_to_the_kept_one_and_offers_no_acts(self, client: Client) -> None:
        record = merged(EnterpriseFactory(name_en="Stars"))
        text = client.get(f"/en/centre/records/{record.drop_id}/").content.decode()
        assert "This record was merged into another one" in text
        assert f"/records/{record.drop_id}/standing/" not in text
        assert "Undo the merge" in text

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_in_both_languages(self, as_user: SignIn, admin: Any, language: str) -> None:
        row = EnterpriseFactory()
        assert as_user(admin).get(f"/{language}/centre/records/{row.pk}/").status_code == 200

    def test_nobody_is_there(self, client: Client) -> None:
        assert client.get("/en/centre/records/999999/").status_code == 404


class TestStanding:
    def test_what_is_wrong_is_said_beside_the_field_and_kept(self, client: Client) -> None:
        row = EnterpriseFactory()
        tomorrow = (local_day() + timedelta(days=1)).isoformat()
        for data, message in (
            ({"standing": "left", "on": "", "reason": "x"}, "This field is required"),
            ({"standing": "left", "on": "31.31.2026", "reason": "x"}, "Enter a valid date"),
            ({"standing": "gone", "on": tomorrow, "reason": "x"}, "Select a valid choice"),
            ({"standing": "left", "on": tomorrow, "reason": "Typed before"}, "This day lies ahead"),
        ):
            response = client.post(f"/en/centre/records/{row.pk}/standing/", data)
            assert response.status_code == 200
            assert message in words(response), data
        assert "Typed before" in words(response)
        row.refresh_from_db()
        assert row.standing == "active"


class TestHead:
    def test_by_code_of_whatever_record_is_kept(self, client: Client, admin: Any) -> None:
        row = EnterpriseFactory()
        drop = EnterpriseFactory(credit_code=credit_code.make(7))
        record = merged(drop=drop, by=admin)
        data = {"credit_code": drop.credit_code, "head_as": "subsidiary"}
        assert client.post(f"/en/centre/records/{row.pk}/head/", data).status_code == 302
        row.refresh_from_db()
        assert (row.head_id, row.head_as) == (record.keep_id, "subsidiary")
        assert client.post(f"/en/centre/records/{row.pk}/head/", {"credit_code": ""}).status_code == 302
        row.refresh_from_db()
        assert row.head is None

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"credit_code": credit_code.make(8), "head_as": "branch"}, "There is no enterprise with this code"),
            ({"credit_code": "123", "head_as": "branch"}, "18 characters"),
            ({"credit_code": credit_code.make(9)}, "branch or a subsidiary"),
            ({"credit_code": credit_code.make(9), "head_as": "x"}, "Select a valid choice"),
            ({"credit_code": credit_code.make(10), "head_as": "branch"}, "not its own head"),
        ],
    )
    def test_refused(self, client: Client, data: dict[str, str], message: str) -> None:
        EnterpriseFactory(credit_code=credit_code.make(9))
        row = EnterpriseFactory(credit_code=credit_code.make(10))
        assert message in words(client.post(f"/en/centre/records/{row.pk}/head/", data))


class TestMerging:
    def test_the_other_is_found_seen_and_merged_and_it_is_undone(self, client: Client) -> None:
        keep = EnterpriseFactory(name_en="Stars Ltd", employees=10)
        drop = EnterpriseFactory(name_en="Stars Ltd Shanghai", employees=12, tax_district="310109")
        asked = accepted(enterprise=drop)
        found = client.get(f"/en/centre/records/{keep.pk}/merge/?q=shanghai")
        assert f"/records/{keep.pk}/merge/{drop.pk}/" in found.content.decode()
        page = f"/en/centre/records/{keep.pk}/merge/{drop.pk}/"
        text = words(client.get(page))
        assert "Requests 1 0" in text
        assert "Of the other record: 12" in text
        assert client.get(page).context["form"]["fact-tax_district"].initial == "drop"
        choices = {name: "keep" for name in client.get(page).context["form"].fields if name.startswith("fact-")}
        data = choices | {"fact-employees": "drop", "reason": "One licence"}
        response = client.post(page, data, follow=True)
        assert "Both records are one now" in words(response)
        keep.refresh_from_db()
        asked.refresh_from_db()
        assert (keep.employees, keep.tax_district, asked.enterprise) == (12, "", keep)
        assert "Stars Ltd Shanghai into Stars Ltd" in words(response)
        assert "row moved" in words(response) or "rows moved" in words(response)
        record = MergeRecord.objects.get()
        undone = client.post(f"/en/centre/records/merges/{record.pk}/undo/", follow=True)
        assert "The merge is undone" in words(undone)
        again = client.post(f"/en/centre/records/merges/{record.pk}/undo/", follow=True)
        assert "undone already" in words(again)
        asked.refresh_from_db()
        assert asked.enterprise == drop

    def test_a_reason_and_every_choice_are_needed(self, client: Client) -> None:
        keep, drop = EnterpriseFactory(employees=1), EnterpriseFactory(employees=2)
        response = client.post(f"/en/centre/records/{keep.pk}/merge/{drop.pk}/", {"fact-employees": "both"})
        assert "Select a valid choice" in words(response)
        assert "This field is required" in words(response)
        assert not MergeRecord.objects.exists()

    def test_what_cannot_be_merged_is_not_there(self, client: Client) -> None:
        record = merged()
        for one, other in (
            (record.keep_id, record.drop_id),
            (record.keep_id, record.keep_id),
            (record.drop_id, EnterpriseFactory().pk),
            (record.keep_id, 999_999),
        ):
            assert client.get(f"/en/centre/records/{one}/merge/{other}/").status_code == 404
        assert client.get(f"/en/centre/records/{record.drop_id}/merge/").status_code == 404
        assert client.post("/en/centre/records/merges/999999/undo/").status_code == 404

    def test_records_of_the_same_name_are_offered_at_once(self, client: Client) -> None:
        keep, twin = (EnterpriseFactory(name_en="Stars Ltd", name_zh_hans="虚构星辰") for _n in range(2))
        text = client.get(f"/en/centre/records/{keep.pk}/merge/").content.decode()
        assert f"/merge/{twin.pk}/" in text
        assert f"/merge/{keep.pk}/" not in text
        assert "No other record is called so" in words(client.get(f"/en/centre/records/{keep.pk}/merge/?q=comet"))

    def test_many_of_a_name(self, client: Client) -> None:
        rows = [EnterpriseFactory(name_en="Stars Ltd") for _n in range(15)]
        assert "type more of the name" in words(client.get(f"/en/centre/records/{rows[0].pk}/merge/"))


@pytest.mark.parametrize("role", ["steward", "handler", "editor", "reviewer", "leader", "auditor"])
def test_nobody_else_is_there(as_user: SignIn, role: str) -> None:
    row, record = EnterpriseFactory(), merged()
    person = as_user(UserFactory(roles=[role]))
    for path in ("", f"{row.pk}/", f"{row.pk}/standing/", f"{row.pk}/head/", f"{row.pk}/merge/"):
        assert person.get(LIST + path).status_code == 404, path
    assert person.post(f"{LIST}merges/{record.pk}/undo/").status_code == 404


def test_the_own_profile_tells_of_standing_and_head(as_user: SignIn, admin: Any) -> None:
    member = MembershipFactory(enterprise=EnterpriseFactory(tax_district="310109"))
    standing.change(member.enterprise, by=admin, standing="leaving", on=date(2026, 12, 24), reason="x")
    standing.depend(member.enterprise, by=admin, head=EnterpriseFactory(name_en="Stars Head"), head_as="branch")
    text = words(as_user(member.user).get("/en/enterprise/"))
    assert "planning to move away, 24 December 2026" in text
    assert "Branch: Stars Head" in text
    assert "Pays taxes in district Hongkou District" in text


def test_operating_and_tax_place_are_stated_in_the_step_with_their_source(as_user: SignIn) -> None:
    member = MembershipFactory()
    place = SubdistrictFactory()
    data = {
        "district": "other",
        "operating_district": "310109",
        "operating_subdistrict": place.pk,
        "operating_address_zh_hans": "虚构路1号",
        "operating_address_en": "1 Fictional Road",
        "tax_district": "other",
    }
    client = as_user(member.user)
    assert client.post("/en/enterprise/profile/place/", data).status_code == 302
    row = Enterprise.objects.get()
    assert (row.operating_district, row.operating_subdistrict, row.tax_district) == ("310109", place, "other")
    assert row.operating_address_zh_hans == "虚构路1号"
    assert row.sources["operating_address_en"]["source"] == "declared"
    text = words(client.get("/en/enterprise/"))
    assert "1 Fictional Road declared by the enterprise" in text
    wrong = client.post("/en/enterprise/profile/place/", data | {"operating_district": "other"})
    assert "lie in Hongkou District" in words(wrong)
