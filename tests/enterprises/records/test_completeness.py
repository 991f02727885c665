"""How complete a record is, what it lacks, and what each fact would bring."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.enums import Role
from enterprises import profile
from enterprises.models import Enterprise
from enterprises.records import completeness
from policies.eligibility.asked import asking
from policies.eligibility.fields import FIELDS
from policies.models import Policy
from portal.core.calendar import local_day
from portal.home.completeness import CRITERIA, of
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory, SubdistrictFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def whole(**fields: Any) -> Enterprise:
    facts: dict[str, Any] = {
        "founded_on": date(2010, 1, 1),
        "ownership": "domestic",
        "listed": False,
        "industry": IndustryFactory(),
        "employees": 0,
        "annual_revenue_cny": 1,
        "assets_cny": 1,
        "rd_expense_ratio": Decimal(0),
        "subdistrict": SubdistrictFactory(),
        "address_zh_hans": "虚构路1号",
        "operating_district": "310109",
        "tax_district": "310109",
        "titles_known": True,
    }
    row: Enterprise = EnterpriseFactory(**facts | fields)
    return row


def lacking(row: Enterprise) -> list[str]:
    return [each.field for each in completeness.of(row).lacking]


def test_a_record_that_knows_all_is_complete() -> None:
    """Nought, “no” and “none” are answers."""
    found = completeness.of(whole())
    assert (found.percent, found.lacking) == (100, [])


def test_a_new_record() -> None:
    found = completeness.of(EnterpriseFactory(district=""))
    assert (found.total, len(found.lacking), found.percent) == (15, 14, 6)


@pytest.mark.parametrize("field", ["founded_on", "employees", "listed", "industry", "rd_expense_ratio"])
def test_one_missing(field: str) -> None:
    found = completeness.of(whole(**{field: None}))
    assert [each.field for each in found.lacking] == [field]
    assert found.percent == 93


def test_what_cannot_be_said_is_not_asked() -> None:
    assert lacking(whole(district="other", subdistrict=None)) == []
    assert lacking(whole(subdistrict=None)) == ["subdistrict"]
    assert lacking(whole(park=None, name_en="", address_en="")) == []
    assert lacking(whole(titles_known=False)) == ["titles"]


def test_every_fact_stands_in_the_step_that_asks_for_it() -> None:
    for step, fields in completeness.COUNTED.items():
        known = profile.FIELDS.get(step, ("titles",))
        assert set(fields) <= set(known), step
    assert {name for names in CRITERIA.values() for name in names} == set(FIELDS) - {"park"}


@pytest.mark.parametrize(("language", "label"), [("en", "Employees"), ("zh-hans", "从业人数")])
def test_labels_in_the_language(language: str, label: str) -> None:
    with translation.override(language):
        found = completeness.of(whole(employees=None)).lacking[0].label
    assert found == label or (language == "zh-hans" and re.search(r"[\u4e00-\u9fff]", found))


class TestWhatItWouldBring:
    def rule(self, field: str, op: str, value: Any) -> dict[str, Any]:
        return {"field": field, "op": op, "value": value}

    def test_policies_in_force_are_counted_once_each(self) -> None:
        more, less = self.rule("employees", "gte", 10), self.rule("employees", "lte", 300)
        PolicyFactory(criteria=[more, less])
        PolicyFactory(criteria=[{"any": [more, self.rule("listed", "eq", True)]}])
        PolicyFactory(criteria=[self.rule("size", "in", ["small"])])
        PolicyFactory(criteria=[])
        over = PolicyFactory(criteria=[more])
        Policy.objects.filter(pk=over.pk).update(effective_to=date(2020, 1, 1), changed_at=timezone.now())
        day = local_day()
        groups = [["employees"], ["employees", "size"], ["listed"], ["park"], []]
        assert asking(groups, day) == [2, 3, 1, 0, 0]
        assert asking([], day) == []

    def test_a_policy_that_changes_counts_at_once(self) -> None:
        policy = PolicyFactory(criteria=[self.rule("employees", "gte", 10)])
        assert asking([["employees"]], local_day()) == [1]
        Policy.objects.filter(pk=policy.pk).update(criteria=[], changed_at=timezone.now())
        assert asking([["employees"]], local_day()) == [0]

    def test_what_most_ask_for_comes_first(self) -> None:
        PolicyFactory(criteria=[self.rule("listed", "eq", True)])
        PolicyFactory(criteria=[self.rule("listed", "eq", True), self.rule("employees", "gte", 3)])
        found = of(whole(listed=None, employees=None, founded_on=None), local_day())
        counts = [each.policies for each in found.lacking]
        assert counts == [2, 1, 0]
        assert found.percent == 80

    def test_a_size_class_that_is_known_needs_nothing_more(self) -> None:
        PolicyFactory(criteria=[self.rule("size", "in", ["micro"])])
        for size, count in (("micro", 0), ("", 1)):
            (row,) = of(whole(assets_cny=None, size=size), local_day()).lacking
            assert row.policies == count

    def test_it_costs_one_small_query(self, django_assert_num_queries: Any) -> None:
        row = EnterpriseFactory()
        of(row, local_day())
        with django_assert_num_queries(1):  # whether a policy was changed since
            of(row, local_day())


class TestPages:
    def test_the_own_profile_says_how_complete_it_is_and_leads_on(self, as_user: SignIn) -> None:
        member = MembershipFactory(enterprise=whole(employees=None))
        client = as_user(member.user)
        page = client.get("/en/enterprise/")
        assert "The record is 93% complete" in words(page)
        assert f'hx-get="/en/package/missing/?enterprise={member.enterprise_id}"' in page.content.decode()

    def test_the_list_with_what_each_brings(self, as_user: SignIn) -> None:
        PolicyFactory(criteria=[{"field": "employees", "op": "gte", "value": 10}])
        member = MembershipFactory(enterprise=whole(employees=None))
        page = as_user(member.user).get("/en/package/missing/")
        assert "Employees – settles conditions of 1 policy" in words(page)
        assert f'/en/enterprise/profile/size/?enterprise={member.enterprise_id}"' in page.content.decode()

    def test_nothing_missing(self, as_user: SignIn) -> None:
        member = MembershipFactory(enterprise=whole())
        for path in ("/en/package/missing/", "/en/enterprise/"):
            assert "Nothing is missing" in words(as_user(member.user).get(path))

    def test_not_of_another_enterprise(self, as_user: SignIn) -> None:
        member, other = MembershipFactory(), EnterpriseFactory()
        assert as_user(member.user).get(f"/en/package/missing/?enterprise={other.pk}").status_code == 404
        assert as_user(UserFactory(roles=[Role.ADMIN])).get("/en/package/missing/").status_code == 404

    def test_on_the_record_page(self, as_user: SignIn) -> None:
        PolicyFactory(criteria=[{"field": "listed", "op": "eq", "value": True}])
        row = whole(listed=None)
        text = words(as_user(UserFactory(roles=[Role.ADMIN])).get(f"/en/centre/records/{row.pk}/"))
        assert "The record is 93% complete" in text
        assert "Listed on a stock exchange – settles conditions of 1 policy" in text
