"""What an extract does to records: which facts stay, what their trail says, who is told; merged and closed ones."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from enterprises import credit_code
from enterprises import workflow as describing
from enterprises.models import Enterprise, RegistryRow
from enterprises.registry import workflow
from notices.models import Message
from portal.core.calendar import local_day
from tests.enterprises.registry.test_extracts import HEADS, row, table, taken, uploaded
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, SubdistrictFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
CODE = credit_code.make(1)


def known(**facts: Any) -> Any:
    return EnterpriseFactory(**{"credit_code": CODE, "name_zh_hans": "虚构企业1号（上海）有限公司"} | facts)


def shown(extract: Any) -> RegistryRow:
    return RegistryRow.objects.get(extract=extract)


def standing(serial: int, words: str, **cells: str) -> bytes:
    return table([*row(serial, **cells), words], heads=[*HEADS, "经营状态"])


def test_what_was_declared_on_the_profile_page_is_known_by_the_same_name(admin: Any) -> None:
    """Columns of keys end in _id, sources do not."""
    IndustryFactory(code="M73", section="M")
    place = SubdistrictFactory(code="310109009", name_zh_hans="另一街道", name_en="Other Subdistrict")
    member = MembershipFactory(enterprise=known(), state="active", role="owner")
    describing.describe(member.enterprise, by=member.user, facts={"industry_id": "M73", "subdistrict": place})
    Enterprise.objects.filter(pk=member.enterprise_id).update(
        sources={name: {"source": "declared", "on": local_day().isoformat()} for name in ("industry", "subdistrict")}
    )
    found = uploaded(table(row(1)), admin)
    assert set(shown(found).kept) == {"industry_id", "subdistrict_id"}
    taken(found, admin)
    after = Enterprise.objects.get(pk=member.enterprise_id)
    assert (after.industry_id, after.subdistrict_id) == ("M73", "310109009")
    assert after.sources["industry"]["source"] == "declared"
    assert after.sources["employees"] == {"source": "registry", "on": "2026-10-31"}


def test_sources_of_a_new_record_go_by_the_names_of_its_fields(admin: Any) -> None:
    taken(uploaded(table(row(1)), admin), admin)
    made = Enterprise.objects.get(credit_code=CODE)
    assert {"industry", "subdistrict", "name_zh_hans", "founded_on"} <= set(made.sources)
    assert not [name for name in made.sources if name.endswith("_id")]
    assert (made.standing, made.standing_on, made.tier, made.ownership) == ("active", None, "", "")
    assert made.address == ""


def test_a_change_of_the_size_class_is_shown_and_one_line_of_the_trail(admin: Any) -> None:
    record: Any = known(employees=5, size="micro")
    before = record.audit_rows.count()
    found = uploaded(table(row(1, 从业人数="320", **{"营业收入（万元）": "20000"})), admin)
    assert shown(found).changes["size"] == "large"
    taken(found, admin)
    record.refresh_from_db()
    assert record.size == "large"
    assert record.audit_rows.count() == before + 1
    assert "size" not in record.sources


def test_the_size_class_stays_where_its_inputs_do(admin: Any) -> None:
    record = known(
        industry_id="I65", employees=12, annual_revenue_cny=6_005_000, size="large", founded_on=date(2001, 1, 1)
    )
    taken(uploaded(table(row(1)), admin), admin)
    record.refresh_from_db()
    assert (record.size, record.founded_on) == ("large", date(2019, 5, 31))


def test_the_trail_names_who_confirmed(admin: Any) -> None:
    record: Any = known(employees=5)
    found = taken(uploaded(table(row(1), row(2)), admin), admin)
    made: Any = Enterprise.objects.get(credit_code=credit_code.make(2))
    for each in (record, made):
        last = each.audit_rows.order_by("pgh_id").last()
        assert last.pgh_context.metadata == {"user": admin.pk, "extract": found.pk}
    assert made.audit_rows.get().pgh_label == "insert"
    assert found.confirmed_at <= found.finished_at


@pytest.mark.parametrize("doubtful", [True, False])
def test_rows_of_a_merged_record_are_left_out_and_told(admin: Any, doubtful: bool) -> None:
    kept = EnterpriseFactory(credit_code=credit_code.make(7), employees=70)
    gone = known(employees=5, merged_into=kept)
    found = uploaded(table(row(1)), admin)
    assert found.counts == {"doubtful": 1}
    assert shown(found).changes == {}
    taken(found, admin, doubtful=doubtful)
    assert found.counts["done_changed"] == found.counts["done_new"] == 0
    for record, employees in ((kept, 70), (gone, 5)):
        record.refresh_from_db()
        assert record.employees == employees


def test_a_record_merged_after_the_preview_is_left_alone(admin: Any) -> None:
    kept = EnterpriseFactory(credit_code=credit_code.make(7), employees=70)
    record = known(employees=5)
    found = uploaded(table(row(1)), admin)
    Enterprise.objects.filter(pk=record.pk).update(merged_into=kept)
    taken(found, admin)
    assert list(Enterprise.objects.order_by("pk").values_list("employees", flat=True)) == [70, 5]
    assert shown(found).kind == "doubtful"


def test_a_record_whose_code_changed_after_the_preview_is_left_alone(admin: Any) -> None:
    record = known(employees=5)
    found = uploaded(table(row(1)), admin)
    Enterprise.objects.filter(pk=record.pk).update(credit_code=credit_code.make(9))
    taken(found, admin)
    record.refresh_from_db()
    assert record.employees == 5


def test_the_untranslated_name_follows_the_chinese_one(admin: Any) -> None:
    record = known(name_zh_hans="虚构旧名有限公司")
    taken(uploaded(table(row(1, "虚构新名有限公司")), admin), admin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, name_zh_hans, name_en FROM enterprises_enterprise WHERE id = %s", [record.pk])
        assert cursor.fetchone() == ("虚构新名有限公司", "虚构新名有限公司", record.name_en)


# --- standing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"), [("存续", "active"), ("注销", "closed"), ("已迁出", "left"), ("拟迁出", "leaving")]
)
def test_a_new_record_has_the_standing_of_the_registry(admin: Any, words: str, found: str) -> None:
    taken(uploaded(standing(1, words), admin), admin)
    made = Enterprise.objects.get(credit_code=CODE)
    assert (made.standing, made.standing_on) == (found, None if found == "active" else date(2026, 10, 31))
    assert made.sources["standing"]["source"] == "registry"


def test_a_record_that_the_registry_closes_is_closed_and_people_are_told(admin: Any) -> None:
    other = UserFactory(roles=["admin"])
    record = known()
    taken(uploaded(standing(1, "注销"), admin), admin)
    record.refresh_from_db()
    assert (record.standing, record.standing_on) == ("closed", date(2026, 10, 31))
    assert record.standing_reason
    assert Message.objects.filter(recipient=other, kind="standing").count() == 1
    assert not Message.objects.filter(recipient=admin, kind="standing").exists()
    again = taken(uploaded(standing(1, "注销"), admin), admin)
    assert again.counts["done_changed"] == 0
    assert Message.objects.filter(kind="standing").count() == 1


def test_a_standing_that_the_service_centre_verified_stays(admin: Any) -> None:
    record = known(
        standing="left",
        standing_on=date(2026, 1, 5),
        sources={"standing": {"source": "verified", "on": "2026-01-05"}},
    )
    found = uploaded(standing(1, "存续"), admin)
    assert shown(found).kept == {"standing": "active"}
    taken(found, admin)
    record.refresh_from_db()
    assert (record.standing, record.standing_on) == ("left", date(2026, 1, 5))


def test_an_unknown_standing_is_wrong(admin: Any) -> None:
    found = uploaded(standing(1, "睡着"), admin)
    assert shown(found).problems == [["standing", "standing"]]


# --- whoever does what twice ---------------------------------------------------------------------------------------


def test_an_extract_is_confirmed_once(admin: Any) -> None:
    found = uploaded(table(row(1)), admin)
    first = workflow.confirm(found, by=admin, take_doubtful=False)
    assert first.confirmed_at
    assert first.confirmed_by == admin
