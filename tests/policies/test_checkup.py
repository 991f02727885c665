"""The policy check-up: how policies stand, totals with exclusions, what to ask next, and its pages."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.enums import MembershipState
from policies.checkup.checkup import SIZE, check_up
from policies.checkup.profile_forms import ProfileForm
from policies.checkup.totals import EXACT, totals_of
from policies.eligibility.criteria import AtLeast
from policies.eligibility.matching import rules
from policies.models import Policy
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import (
    EnterpriseFactory,
    IndustryFactory,
    MembershipFactory,
    ParkFactory,
    SubdistrictFactory,
    TitleFactory,
)
from tests.factories.policies import PolicyFactory
from tests.marks import seen

SignIn = Callable[[Any], Client]
DAY, ONE = local_day(), timedelta(days=1)
STAFF = {"field": "employees", "op": "gte", "value": 10}
RICH = {"field": "annual_revenue_cny", "op": "gte", "value": 1_000_000}
HONGKOU = {"field": "district", "op": "eq", "value": "310109"}
LISTED = {"field": "listed", "op": "eq", "value": True}


def titles(facts: dict[str, Any], show: str = "", page: str = "") -> list[str]:
    return [str(found.row.policy) for found in check_up(facts, local_day(), show, page).found]


# --- totals -------------------------------------------------------------------------------------------------------


def both(*pairs: tuple[int, int]) -> dict[int, frozenset[int]]:
    others: dict[int, set[int]] = {}
    for one, other in pairs:
        others.setdefault(one, set()).add(other)
        others.setdefault(other, set()).add(one)
    return {policy: frozenset(each) for policy, each in others.items()}


@pytest.mark.parametrize(
    ("amounts", "pairs", "most", "left_out"),
    [
        ({}, [], 0, 0),
        ({1: 5, 2: None, 3: 0}, [], 5, 0),
        ({1: 5, 2: 7}, [(1, 2)], 7, 1),
        ({1: 5, 2: 7, 3: 4}, [(1, 2), (2, 3)], 9, 1),  # the two ends together are worth more than the middle
        ({1: 5, 2: 7, 3: 9}, [(1, 2), (2, 3), (1, 3)], 9, 2),
        ({1: 5, 2: None}, [(1, 2)], 5, 0),
        ({1: 5}, [(1, 99)], 5, 0),
    ],
)
def test_of_policies_that_exclude_each_other_the_best_count(amounts: Any, pairs: Any, most: int, left_out: int) -> None:
    totals = totals_of(amounts, both(*pairs))
    assert (totals.most, totals.left_out, totals.count) == (most, left_out, len(amounts))
    assert totals.named + totals.unnamed == len(amounts)


@given(
    st.dictionaries(st.integers(0, 7), st.integers(1, 50), min_size=1),
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] != pair[1]), max_size=12),
)
@settings(max_examples=80, deadline=None)
def test_the_sum_is_the_best_that_can_be_had_together(amounts: Any, pairs: Any) -> None:
    others, policies = both(*pairs), list(amounts)
    best = 0
    for choice in range(1 << len(policies)):
        chosen = [policy for place, policy in enumerate(policies) if choice >> place & 1]
        if all(others.get(policy, frozenset()).isdisjoint(chosen) for policy in chosen):
            best = max(best, sum(amounts[policy] for policy in chosen))
    assert totals_of(amounts, others).most == best


def test_many_that_hang_together_are_still_possible_and_quick() -> None:
    count = EXACT * 6
    chain = both(*((n, n + 1) for n in range(count - 1)))
    begun = time.process_time()
    totals = totals_of(dict.fromkeys(range(count), 10), chain)
    assert time.process_time() - begun < 0.5
    assert 0 < totals.most <= count * 10 / 2
    assert totals_of(dict.fromkeys(range(EXACT), 10), both(*((0, n) for n in range(1, EXACT)))).most == 10 * (EXACT - 1)


def test_beyond_that_the_largest_come_first_and_never_exceed_what_can_be_had() -> None:
    star = both(*((0, n) for n in range(1, EXACT + 5)))
    rich_middle = dict.fromkeys(range(EXACT + 5), 1) | {0: 5}
    assert totals_of(rich_middle, star).most == 5
    assert totals_of(rich_middle, star).left_out == EXACT + 4
    assert totals_of(rich_middle, {}).most == 5 + EXACT + 4


# --- how they stand -----------------------------------------------------------------------------------------------


@pytest.fixture
def policies(db: None) -> None:
    PolicyFactory(slug="open", title_en="Open to all", max_amount_cny=100)
    PolicyFactory(slug="free", title_en="Free", criteria=[STAFF], mode="no_application", max_amount_cny=300)
    PolicyFactory(slug="big", title_en="Big", criteria=[STAFF], max_amount_cny=1_000, excludes=["free"])
    PolicyFactory(slug="rich", title_en="Rich", criteria=[STAFF, RICH])
    PolicyFactory(slug="rich-too", title_en="Rich too", criteria=[RICH], mode="no_application")
    PolicyFactory(slug="listed", title_en="Listed", criteria=[LISTED])
    PolicyFactory(slug="vague", title_en="Vague", criteria=[RICH, LISTED])
    PolicyFactory(slug="tiny", title_en="Tiny", criteria=[{"field": "employees", "op": "lte", "value": 3}])
    PolicyFactory(slug="draft", title_en="Draft", published_at=None)
    PolicyFactory(slug="over", title_en="Over", repealed_on=local_day())


def test_four_groups_free_ones_first_and_the_best_question(policies: None) -> None:
    facts = {"employees": 20}
    result = check_up(facts, local_day())
    assert result.counts == {"met": 3, "nearly": 3, "unclear": 1, "unmet": 1}
    assert (result.show, result.free) == ("met", 1)
    assert [str(found.row.policy) for found in result.found] == ["Free", "Big", "Open to all"]
    assert (result.totals.most, result.totals.left_out, result.totals.unnamed) == (1_100, 1, 0)
    assert result.question is not None
    assert (result.question.missing.field, result.question.missing.count) == ("annual_revenue_cny", 2)
    assert [each.field for each in result.question.others] == ["listed"]
    assert titles(facts, "nearly") == ["Rich too", "Rich", "Listed"], "what the question settles leads"
    assert titles(facts, "unclear") == ["Vague"]
    assert titles(facts, "unmet") == ["Tiny"]
    assert titles(facts, "galactic") == titles(facts, "met")


def test_each_row_says_what_settles_it_what_rules_it_out_and_what_excludes_it(policies: None) -> None:
    facts = {"employees": 20}
    free, big, open_to_all = check_up(facts, local_day()).found
    assert [str(rival) for rival in free.rivals] == ["Big"]
    assert [str(rival) for rival in big.rivals] == ["Free"]
    assert (open_to_all.rivals, free.free, free.settles, free.out) == ([], True, None, None)
    (tiny,) = check_up(facts, local_day(), "unmet").found
    assert tiny.out is not None
    assert (tiny.out.text, tiny.out.own) == ("At most 3 employees", "20 employees")
    nearly = check_up(facts, local_day(), "nearly").found[0]
    assert nearly.settles is not None
    assert nearly.settles.label == "Annual revenue"
    assert check_up({"employees": 2}, local_day()).found[0].rivals == [], "what is out of reach excludes nothing"


def test_answering_the_question_adds_what_was_promised(policies: None) -> None:
    before = check_up({"employees": 20}, local_day())
    after = check_up({"employees": 20, "annual_revenue_cny": 5_000_000}, local_day())
    assert before.question is not None
    assert after.counts["met"] == before.counts["met"] + before.question.missing.count


def test_where_no_answer_settles_anything_the_one_most_wait_for_is_asked(db: None) -> None:
    PolicyFactory.create_batch(2, criteria=[RICH, LISTED])
    PolicyFactory(criteria=[RICH, STAFF])
    question = check_up({}, local_day()).question
    assert question is not None
    assert (question.missing.field, question.adds) == ("annual_revenue_cny", False)
    Policy.objects.all().delete()
    nothing = check_up({}, local_day())
    assert (nothing.question, nothing.found, nothing.last, nothing.totals.count) == (None, [], 1, 0)


@pytest.mark.parametrize(
    ("fields", "counted"),
    [
        ({}, True),
        ({"published_at": None}, False),
        ({"effective_to": DAY - ONE}, False),
        ({"effective_to": DAY}, True),
        ({"effective_from": DAY + ONE}, False),
        ({"repealed_on": DAY + ONE}, True),
        ({"window_closes": DAY}, True),
    ],
)
def test_only_policies_in_force_are_looked_at(db: None, fields: dict[str, Any], counted: bool) -> None:
    PolicyFactory(**fields, max_amount_cny=5)
    result = check_up({}, DAY)
    assert (result.counts["met"], result.totals.most) == ((1, 5) if counted else (0, 0))


def test_groups_of_conditions_stand_as_the_matching_says(db: None) -> None:
    either = {"any": [STAFF, LISTED]}
    PolicyFactory(title_en="Either", criteria=[either])
    PolicyFactory(title_en="Either and rich", criteria=[either, RICH])
    assert titles({"employees": 20}) == ["Either"]
    assert titles({"employees": 20}, "nearly") == ["Either and rich"]
    (found,) = check_up({"employees": 2}, DAY, "nearly").found
    assert found.settles is not None
    assert found.settles.field == "listed"
    result = check_up({"employees": 2, "listed": False}, DAY, "unmet")
    assert result.counts["unmet"] == 2
    assert all(found.out and "employees" in found.out.text for found in result.found), [f.out for f in result.found]


@pytest.mark.parametrize(("held", "show"), [(AtLeast(), "nearly"), (frozenset(), "unmet"), ({"srdi"}, "met")])
def test_titles_that_may_be_held_are_asked_for_and_none_is_an_answer(db: None, held: Any, show: str) -> None:
    TitleFactory(code="srdi")
    PolicyFactory(title_en="For some", criteria=[{"field": "titles", "op": "contains", "value": "srdi"}])
    assert titles({"titles": held}, show) == ["For some"]


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "²", "9" * 50])
def test_a_page_that_is_none_is_the_first(db: None, page: str) -> None:
    PolicyFactory.create_batch(SIZE + 1)
    assert check_up({}, local_day(), "", page).number == 1
    assert len(titles({}, "", "2")) == 1


@pytest.mark.parametrize("size", [1, 3, 30])
def test_queries_do_not_grow(db: None, size: int, django_assert_num_queries: Callable[..., Any]) -> None:
    place = {"field": "subdistrict", "op": "in", "value": ["310109014", "310109018"]}
    made = PolicyFactory.create_batch(size, criteria=[place])
    PolicyFactory(criteria=[HONGKOU], excludes=[policy.slug for policy in made])
    facts = {"subdistrict": "310109014", "district": "310109"}
    check_up(facts, local_day())
    with django_assert_num_queries(5):  # twice whether anything changed, rows, names, titles of rivals
        check_up(facts, local_day())
    with django_assert_num_queries(5):  # no rivals; the order of what is left needs the rules once more
        check_up({"subdistrict": "310109001", "district": "other"}, local_day(), "unmet")


def test_many_policies_cost_few_milliseconds(db: None) -> None:
    fields = [
        *({"field": "employees", "op": "gte", "value": n * 5} for n in range(1, 6)),
        *({"field": "annual_revenue_cny", "op": "gte", "value": n * 10**6} for n in range(1, 6)),
        *({"field": "industry_code", "op": "in", "value": [f"I{n}", "C35", "F51"]} for n in range(63, 68)),
        *({"field": "founded_years", "op": "lte", "value": n} for n in range(1, 6)),
        {"field": "size", "op": "in", "value": ["small", "medium"]}, HONGKOU, LISTED,
    ]  # fmt: skip
    template = PolicyFactory.build()
    Policy.objects.bulk_create(
        Policy(
            **{name: getattr(template, name) for name in ("category", "support_type", "published_at")},
            slug=f"p{n}", title_en=f"P{n}", title_zh_hans=f"策{n}", max_amount_cny=n * 100,
            criteria=[fields[(n * step + step) % len(fields)] for step in (1, 3, 5, 7)],
            excludes=[f"p{n - 1}"] if n % 50 == 0 and n else [],
        )
        for n in range(300)
    )  # fmt: skip
    facts = {"employees": 18, "industry_code": "I65", "founded_years": 3, "district": "310109", "size": "small"}
    assert len(rules(local_day())) == 300
    check_up(facts, local_day())
    spent = []
    for _n in range(7):
        begun = time.process_time()
        check_up(facts, local_day())
        spent.append(time.process_time() - begun)
    assert min(spent) < 0.02, "about 3 ms, most of it the queries and texts of the rows shown"


# --- for visitors -------------------------------------------------------------------------------------------------


def page(client: Client, query: str = "", language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/policies/check-up/{query}")
    assert response.status_code == status
    return seen(response) if status == 200 else ""


def facts_from(**typed: Any) -> dict[str, Any]:
    form = ProfileForm(typed)
    assert form.is_valid(), form.errors
    return form.facts()


@pytest.mark.django_db
class TestProfile:
    def test_what_is_typed_becomes_facts(self) -> None:
        IndustryFactory(code="I65")
        facts = facts_from(
            district="310109", industry_code="I65", employees="1,200", annual_revenue_cny="1200万", listed="no",
            rd_expense_ratio="4.5", founded_years="3", park="none",
        )  # fmt: skip
        assert facts == {
            "district": "310109", "industry_code": "I65", "employees": 1_200, "annual_revenue_cny": 12_000_000,
            "listed": False, "rd_expense_ratio": 0.045, "founded_years": 3, "park": "none", "ownership": "",
            "subdistrict": "", "titles": AtLeast(), "size": "medium",
        }  # fmt: skip

    def test_nothing_typed_is_nothing_known(self) -> None:
        facts = facts_from()
        assert isinstance(facts.pop("titles"), AtLeast)
        assert not any(facts.values())

    def test_a_list_of_titles_may_be_complete(self) -> None:
        TitleFactory(code="srdi")
        held = facts_from(titles=["srdi"], titles_complete="on")["titles"]
        assert (held, isinstance(held, AtLeast)) == ({"srdi"}, False)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("employees", "-5"), ("employees", "many"), ("employees", "2.5"), ("annual_revenue_cny", "1e9"),
            ("rd_expense_ratio", "101"), ("rd_expense_ratio", "NaN"), ("industry_code", "Z99"), ("titles", ["moon"]),
            ("size", "huge"), ("listed", "perhaps"), ("founded_years", "1001"),
        ],
    )  # fmt: skip
    def test_junk_is_told_at_its_field(self, name: str, value: Any) -> None:
        form = ProfileForm({name: value})
        assert not form.is_valid()
        assert list(form.errors) == [name]

    def test_no_subdistrict_of_ours_lies_elsewhere(self) -> None:
        place = SubdistrictFactory()
        assert list(ProfileForm({"district": "other", "subdistrict": place.pk}).errors) == ["subdistrict"]


def test_visitors_begin_with_an_empty_form(client: Client, policies: None) -> None:
    text = page(client)
    assert 'name="employees"' in text
    assert "policies are met" not in text
    assert page(client, "?try=1") == page(client, "?try=1")
    assert "政策体检" in page(client, language="zh-hans")


def test_visitors_see_results_and_answer_the_next_question_in_the_form(client: Client, policies: None) -> None:
    text = page(client, "?employees=20")
    assert "3 policies are met" in text
    assert "CNY 1,100" in text
    assert "Adds up to 2 policies." in text
    assert text.index('name="annual_revenue_cny"') < text.index('name="employees"'), "the next question comes first"
    assert "1 is left out of the sum" in text
    assert "Cannot be combined with" in text
    assert 'href="/en/requests/new/?policy=free"' in text
    assert "可能新增2项" in page(client, "?employees=20", "zh-hans")
    assert "You said: 20 employees" in page(client, "?employees=20&show=unmet")
    assert "5 policies are met" in page(client, "?employees=20&annual_revenue_cny=500万")


def test_what_a_visitor_types_is_kept_when_it_cannot_be_read(client: Client, policies: None) -> None:
    text = page(client, "?employees=lots&annual_revenue_cny=5%E4%B8%87&show=met")
    assert "Give a number." in text
    assert 'value="lots"' in text
    assert 'value="5万"' in text
    assert "policies are met" not in text
    evil = client.get("/en/policies/check-up/", {"employees": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in evil


@pytest.mark.parametrize(
    ("language", "free", "others"),
    [("en", "Enjoyed without application", "All others"), ("zh-hans", "免申即享", "其他政策")],
)
def test_what_needs_no_application_comes_first_under_its_own_heading(
    client: Client, policies: None, language: str, free: str, others: str
) -> None:
    text = page(client, "?employees=20", language)
    assert text.index(f"<h2>{free}</h2>") < text.index(f"<h2>{others}</h2>")
    Policy.objects.update(mode="", changed_at=timezone.now())
    assert f"<h2>{others}</h2>" not in page(client, "?employees=20", language)


def test_long_lists_have_pages_that_keep_what_was_typed(client: Client, db: None) -> None:
    PolicyFactory.create_batch(SIZE + 2, criteria=[STAFF])
    text = page(client, "?employees=20")
    assert "Page 1 of 2" in text
    assert "employees=20&page=2" in text
    assert page(client, "?employees=20&page=2").count('<li class="policy">') == 2


def test_the_next_question_about_titles_brings_its_tick_along(client: Client, db: None) -> None:
    TitleFactory(code="srdi")
    PolicyFactory(criteria=[{"field": "titles", "op": "contains", "value": "srdi"}])
    text = page(client, "?employees=20")
    asked = text.split("asked-first")[1].split("</section>")[0]
    assert 'name="titles"' in asked
    assert 'name="titles_complete"' in asked
    assert text.count('name="titles_complete"') == 1
    assert "1 policy is met" in page(client, "?titles=srdi")


def test_tabs_keep_what_was_typed(client: Client, policies: None) -> None:
    text = page(client, "?employees=20&page=3")
    assert 'href="?employees=20&amp;show=nearly#list"' in text or 'href="?employees=20&show=nearly#list"' in text
    assert "Missing: Annual revenue" in page(client, "?employees=20&show=nearly")


def test_an_address_that_only_chooses_a_tab_is_no_profile(client: Client, policies: None) -> None:
    assert "policies are met" not in page(client, "?show=met")
    assert client.post("/en/policies/check-up/").status_code == 405


# --- for people of an enterprise ----------------------------------------------------------------------------------


def test_members_see_their_own_record_and_answer_in_it(as_user: SignIn, policies: None) -> None:
    member = MembershipFactory(enterprise__employees=20, enterprise__annual_revenue_cny=None, enterprise__listed=None)
    enterprise, client = member.enterprise, as_user(member.user)
    text = page(client)
    assert enterprise.name_en in text or enterprise.name_zh_hans in text
    assert "3 policies are met" in text
    assert f'href="/en/enterprise/step/size/?enterprise={enterprise.pk}"' in text or "/size/" in text
    assert 'name="employees"' not in text
    assert "Your record: 20 employees" in page(client, "?show=unmet")
    assert 'name="employees"' in page(client, "?try=1"), "other facts can be tried"
    assert "3 policies are met" in page(client, f"?enterprise={enterprise.pk}")


def test_nobody_looks_into_another_enterprise(as_user: SignIn, client: Client, policies: None) -> None:
    other = EnterpriseFactory()
    member = MembershipFactory()
    page(as_user(member.user), f"?enterprise={other.pk}", status=404)
    claimed = MembershipFactory(state=MembershipState.CLAIMED)
    page(as_user(claimed.user), f"?enterprise={claimed.enterprise.pk}", status=404)
    assert 'name="employees"' in page(as_user(claimed.user))
    assert 'name="employees"' in page(as_user(UserFactory(roles=["steward"])), f"?enterprise={other.pk}")
    client.logout()
    assert str(other) not in page(client, f"?enterprise={other.pk}")


@pytest.mark.parametrize("size", [1, 30])
def test_the_pages_take_a_constant_number_of_queries(
    db: None, as_user: SignIn, client: Client, size: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    made = PolicyFactory.create_batch(size, criteria=[STAFF])
    PolicyFactory(criteria=[STAFF], excludes=[policy.slug for policy in made])
    member = MembershipFactory(enterprise__employees=20, enterprise__park=ParkFactory())
    own = as_user(member.user)
    page(own)
    with django_assert_num_queries(9):  # session, person, memberships, titles and the five of a check-up
        page(own)
    client.logout()
    with django_assert_num_queries(8):  # four lists of the form; no code needs a name
        page(client, "?employees=20")


def test_it_is_linked_from_where_people_look(as_user: SignIn, client: Client, db: None) -> None:
    for address in ("/en/", "/en/policies/"):
        assert 'href="/en/policies/check-up/"' in client.get(address).content.decode(), address
    member = MembershipFactory()
    package = as_user(member.user).get("/en/package/").content.decode()
    assert f"/en/policies/check-up/?enterprise={member.enterprise.pk}" in package
