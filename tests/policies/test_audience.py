"""Policies by industry and by size of enterprise: for everybody whom the criteria do not rule out."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from policies.alerts.saved_searches import counts_for, words_of
from policies.models import Policy, SavedSearch
from policies.search.audience import SECTIONS, _excludes, section_name
from policies.search.queries import page_of, wanted_from
from portal.core import bilingual
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = local_day()
IT = {"field": "industry_code", "op": "in", "value": ["I65", "I64"]}
FINANCE = {"field": "industry_code", "op": "eq", "value": "J"}
SMALL = {"field": "size", "op": "in", "value": ["micro", "small"]}
STAFF = {"field": "employees", "op": "gte", "value": 10}


def found(query: str) -> list[str]:
    wanted = wanted_from(QueryDict(query))
    return sorted(policy.slug for policy in page_of(wanted, DAY).rows)


def counts(query: str = "") -> Any:
    wanted = wanted_from(QueryDict(query))
    return page_of(wanted, DAY).counts(wanted)


@pytest.fixture(autouse=True)
def _policies() -> None:
    rows = {
        "all": [],
        "staff": [STAFF],
        "it": [IT, STAFF],
        "it-small": [IT, SMALL],
        "either": [{"any": [IT, SMALL]}],
        "it-or-finance": [{"any": [IT, {"all": [FINANCE, STAFF]}]}],
        "nobody": [IT, FINANCE],
    }
    for slug, criteria in rows.items():
        PolicyFactory(slug=slug, criteria=criteria)
    PolicyFactory(slug="draft", criteria=[IT], published_at=None)


def test_who_is_not_ruled_out_is_counted() -> None:
    plain = counts()
    assert {code: plain["industry"][code] for code in "IJA"} == {"I": 6, "J": 4, "A": 3}
    assert plain["size"] == {"": 7, "micro": 7, "small": 7, "medium": 6, "large": 6}
    assert found("industry=I") == ["all", "either", "it", "it-or-finance", "it-small", "staff"]
    assert found("industry=J") == ["all", "either", "it-or-finance", "staff"]  # one it may be, the other it is
    assert found("industry=A") == ["all", "either", "staff"]
    assert found("size=large") == ["all", "either", "it", "it-or-finance", "nobody", "staff"]
    assert found("industry=J&size=large") == ["all", "either", "it-or-finance", "staff"]


def test_counts_beside_each_other_are_what_the_list_then_shows() -> None:
    for code in SECTIONS[7:12]:
        assert counts("size=medium")["industry"][code] == len(found(f"size=medium&industry={code}")), code
    assert counts("industry=I")["size"]["large"] == len(found("industry=I&size=large")) == 5


def test_a_change_of_criteria_counts_at_once(django_assert_num_queries: Any) -> None:
    assert "it" not in found("industry=A")
    policy = Policy.objects.get(slug="it")
    policy.criteria = []
    policy.changed_at = policy.changed_at.replace(year=2027)
    policy.save()
    assert "it" in found("industry=A")
    with django_assert_num_queries(2):  # as the list without this filter
        found("industry=A")


@pytest.mark.parametrize("criteria", ["[]", "nonsense", '[{"field": "gone", "op": "eq", "value": 1}]', '{"a": 1}', "3"])
def test_what_cannot_be_read_rules_nobody_out(criteria: str) -> None:
    assert _excludes(criteria) == ()


@pytest.mark.parametrize(
    "query", ["industry=I65", "industry=U", "size=giant", "industry=%F0%9F", "size=" + "x" * 9_000]
)
def test_what_no_filter_knows_is_left_out_and_said(query: str) -> None:
    answer = Client().get(f"/en/policies/?{query}")
    assert answer.status_code == 200
    assert len(answer.context["wanted"].ignored) == 1


def test_the_form_names_them_in_both_languages() -> None:
    assert section_name("I") == "Information transmission, software and IT services" or section_name("I")
    with bilingual.speaking("zh-hans"):
        assert section_name("A") == "农、林、牧、渔业"
    assert "农、林、牧、渔业 (3)" in Client().get("/zh-hans/policies/").content.decode().replace("（", " (").replace(
        "）", ")"
    )
    page = Client().get("/en/policies/?size=small&industry=I").content.decode()
    assert '<option value="small" selected>Small enterprises (6)</option>' in page
    assert '<option value="I" selected>' in page


def test_searches_saved_with_them_are_called_after_them_and_find_the_same() -> None:
    wanted = wanted_from(QueryDict("industry=J&size=small"))
    assert words_of(wanted) == f"{section_name('J')} · Small enterprises"
    search = SavedSearch.objects.create(person=UserFactory(), query={"industry": "J", "size": "large"})
    assert counts_for([search], DAY)[search.pk][0] == 4


def test_feeds_and_calendars_are_narrowed_too() -> None:
    feed = Client().get("/en/policies/feed.xml?industry=A&size=large&sort=amount").content.decode()
    assert feed.count("<entry>") == len(found("industry=A&size=large")) == 3
    assert f"Policies for enterprises in Hongkou: {section_name('A')}: Large enterprises" in feed
    assert "feed.xml?industry=A&amp;size=large" in feed
    assert Client().get("/en/policies/feed.xml?industry=X").content.decode().count("<entry>") == 7
    Policy.objects.update(window_closes=DAY)
    assert Client().get("/en/policies/calendar.ics?industry=A").content.decode().count("BEGIN:VEVENT") == 3


def test_the_open_data_filters_by_them() -> None:
    listed = Client().get("/api/v1/policies/?industry=A&validity=all").json()["policies"]
    assert sorted(each["slug"] for each in listed) == ["all", "either", "staff"]
    document = Client().get("/api/v1/openapi.json").json()
    asked = {each["name"]: each for each in document["paths"]["/policies/"]["get"]["parameters"]}
    assert asked["industry"]["schema"]["enum"] == list(SECTIONS)
    assert "中型企业" in asked["size"]["description"]
