"""What a round's rules make of the facts: each condition, the highest tier, what is not known, what stays."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from enterprises.enums import Tier
from enterprises.models import Enterprise, TierProposal
from enterprises.tiers import workflow
from enterprises.tiers.ranking import STARTING, asked
from enterprises.tiers.words import in_one_line, reasons_of, rules_of, title_names
from portal.core.calendar import local_day
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, SubdistrictFactory, TitleFactory
from tests.factories.tiers import RULES, WAN, admin, earning, opened, proposal_of

pytestmark = pytest.mark.django_db
NOTHING: dict[str, Any] = {"revenue": None, "employees": None, "titles": [], "industries": []}
NOBODY = {**NOTHING, "employees": 9_999_999}


def rules(**by_tier: dict[str, Any]) -> dict[str, Any]:
    """Only the tiers named can be reached."""
    return {tier: {**NOTHING, **by_tier.get(tier, NOBODY)} for tier in ("municipal", "district", "subdistrict")}


def became(enterprise: Enterprise, of: dict[str, Any] | None = None) -> tuple[str, str] | None:
    """The tier that the rules give, and the change; None where it is not listed."""
    row = opened(rules=of)
    found = row.proposals.filter(enterprise=enterprise).first()
    return (found.computed, found.change) if found else None


class TestRevenueAndEmployees:
    @pytest.mark.parametrize(
        ("wan", "employees", "was", "now"),
        [
            (100_000, 300, "", ("municipal", "enters")),
            (99_999, 300, "", ("district", "enters")),
            (100_000, 299, "", ("district", "enters")),
            (10_000, None, "", ("district", "enters")),
            (9_999, None, "", ("subdistrict", "enters")),
            (999, 5_000, "", None),
            (100_000, 300, "district", ("municipal", "up")),
            (10_000, None, "subdistrict", ("district", "up")),
            (10_000, 20, "municipal", ("district", "down")),
            (1_000, 20, "municipal", ("subdistrict", "down")),
            (1_000, None, "district", ("subdistrict", "down")),
            (999, 20, "municipal", ("", "leaves")),
            (0, 0, "subdistrict", ("", "leaves")),
            (100_000, 300, "municipal", None),
            (10_000, None, "district", None),
            (1_000, None, "subdistrict", None),
        ],
    )
    def test_the_highest_tier_that_is_met(self, wan: int, employees: Any, was: str, now: Any) -> None:
        assert became(earning(wan, employees, was)) == now

    @pytest.mark.parametrize(
        ("wan", "employees", "was", "now"),
        [
            (None, None, "", None),
            (None, None, "municipal", None),
            (None, None, "district", None),
            (None, None, "subdistrict", None),
            (None, 10, "municipal", ("", "leaves")),  # too few people, whatever it earns: district is not its own
            (None, 10, "district", None),
            (100_000, None, "municipal", None),
            (100_000, None, "", ("district", "enters")),
            (100_000, None, "subdistrict", ("district", "up")),
        ],
    )
    def test_nobody_loses_a_tier_or_gets_one_by_what_is_not_known(
        self, wan: Any, employees: Any, was: str, now: Any
    ) -> None:
        assert became(earning(wan, employees, was)) == now


class TestTitles:
    HIGH = rules(district={"titles": ["high_tech_enterprise", "srdi"]})

    @pytest.fixture
    def enterprise(self) -> Enterprise:
        TitleFactory()
        TitleFactory(code="srdi", name_en="SRDI")
        TitleFactory(code="little_giant", name_en="Little giant")
        made: Enterprise = EnterpriseFactory(titles_known=True)
        return made

    @pytest.mark.parametrize("code", ["high_tech_enterprise", "srdi"])
    def test_any_of_them_is_enough(self, enterprise: Enterprise, code: str) -> None:
        enterprise.title_grants.create(title_id=code)
        assert became(enterprise, self.HIGH) == ("district", "enters")

    def test_another_title_is_not(self, enterprise: Enterprise) -> None:
        enterprise.title_grants.create(title_id="little_giant")
        assert became(enterprise, self.HIGH) is None

    @pytest.mark.parametrize(("days", "now"), [(-1, None), (0, ("district", "enters")), (9, ("district", "enters"))])
    def test_one_that_has_expired_is_not_held(self, enterprise: Enterprise, days: int, now: Any) -> None:
        enterprise.title_grants.create(title_id="srdi", expires_on=local_day() + timedelta(days=days))
        assert became(enterprise, self.HIGH) == now

    @pytest.mark.parametrize(("known", "now"), [(True, ("", "leaves")), (False, None)])
    def test_an_incomplete_list_of_titles_takes_nothing_away(
        self, enterprise: Enterprise, known: bool, now: Any
    ) -> None:
        Enterprise.objects.filter(pk=enterprise.pk).update(tier="district", titles_known=known)
        assert became(enterprise, self.HIGH) == now


class TestIndustries:
    IT = rules(district={"industries": ["I65", "C"]})

    @pytest.mark.parametrize(
        ("code", "was", "now"),
        [
            ("I65", "", ("district", "enters")),
            ("C39", "", ("district", "enters")),
            ("C", "", ("district", "enters")),
            ("I64", "", None),
            ("I64", "district", ("", "leaves")),
            ("I", "", None),
            ("I", "district", None),  # which division is not known
            ("M73", "district", ("", "leaves")),
            (None, "district", None),
        ],
    )
    def test_sections_and_divisions(self, code: str | None, was: str, now: Any) -> None:
        industry = IndustryFactory(code=code) if code else None
        assert became(EnterpriseFactory(industry=industry, tier=was), self.IT) == now

    def test_all_conditions_of_a_tier_together(self) -> None:
        both = rules(district={"industries": ["I65"], "revenue": 100 * WAN})
        industry = IndustryFactory()
        in_it, poor, elsewhere = earning(100, industry=industry), earning(99, industry=industry), earning(100)
        row = opened(rules=both)
        assert list(row.proposals.values_list("enterprise", flat=True)) == [in_it.pk]
        assert poor.pk != elsewhere.pk


class TestWhoIsGone:
    @pytest.mark.parametrize(
        ("standing", "was", "now"),
        [
            ("left", "district", ("", "leaves")),
            ("closed", "municipal", ("", "leaves")),
            ("left", "", None),
            ("leaving", "", ("district", "enters")),
            ("leaving", "district", None),
        ],
    )
    def test_has_no_tier(self, standing: str, was: str, now: Any) -> None:
        assert became(earning(20_000, tier=was, standing=standing)) == now

    def test_nor_a_record_that_was_merged(self) -> None:
        kept = earning(20_000, tier="district")
        double = earning(20_000, tier="district", merged_into=kept)
        row = opened()
        assert [(p.enterprise, p.change) for p in row.proposals.all()] == [(double, "leaves")]

    def test_and_is_not_counted_among_those_who_stay(self) -> None:
        earning(1, standing="closed")
        assert opened().stayed == {}

    @pytest.mark.parametrize(("standing", "words"), [("left", "moved away"), ("closed", "closed")])
    def test_in_words(self, standing: str, words: str) -> None:
        one = earning(20_000, tier="district", standing=standing)
        found = proposal_of(opened(), one)
        with translation.override("en"):
            (first, *_rest) = reasons_of(RULES, found.reasons, {})
            assert (first["tier"], first["status"]) == ("Standing", words)
            assert in_one_line(RULES, found.reasons, {}).startswith(f"Standing: {words} / ")


class TestTheList:
    def test_who_stays_is_counted_by_tier_and_not_listed(self) -> None:
        for wan, tier in ((20_000, "district"), (30_000, "district"), (2_000, "subdistrict"), (1, ""), (None, "")):
            earning(wan, tier=tier)
        earning(5_000)
        row = opened()
        assert row.stayed == {"district": 2, "subdistrict": 1, "": 2}
        assert [(p.was, p.computed, p.proposed) for p in row.proposals.all()] == [("", "subdistrict", "subdistrict")]

    def test_nothing_at_all(self) -> None:
        row = opened()
        assert (row.stayed, row.proposals.count()) == ({}, 0)
        assert row.composed_at

    def test_reasons_say_each_condition_and_what_was_looked_at(self) -> None:
        enterprise = earning(20_000, 12, tier="municipal", industry=IndustryFactory())
        found = proposal_of(opened(), enterprise)
        assert found.reasons == {
            "facts": {"revenue": 20_000 * WAN, "employees": 12, "industry": "I65", "gone": ""},
            "municipal": {"revenue": -1, "employees": -1},
            "district": {"revenue": 1},
            "subdistrict": {"revenue": 1},
        }

    def test_a_tier_without_conditions_is_nobodys(self) -> None:
        enterprise = earning(500_000, 900, tier="municipal")
        row = opened(rules={**RULES, "municipal": NOTHING})
        assert proposal_of(row, enterprise).computed == "district"

    def test_no_conditions_anywhere(self) -> None:
        enterprise = earning(1, tier="district")
        assert proposal_of(opened(rules={}), enterprise).change == "leaves"

    def test_one_statement_whatever_the_number(self, django_assert_num_queries: Any) -> None:
        row = opened()
        by = row.opened_by
        for more in (1, 3, 30):
            Enterprise.objects.bulk_create(
                Enterprise(name=f"№ {n}", annual_revenue_cny=WAN * 20_000) for n in range(more)
            )
            with django_assert_num_queries(7):  # savepoint, lock, drop, list, its statistics, keep, release
                workflow.rewrite(row, by=by, rules=RULES)
        assert row.proposals.count() == 34

    def test_made_anew_it_keeps_what_was_decided_by_hand(self) -> None:
        kept, other, left = earning(20_000), earning(20_000), earning(1, tier="district")
        row = opened()
        workflow.propose(proposal_of(row, kept), by=row.opened_by, tier="municipal", note="Headquarters")
        workflow.propose(proposal_of(row, left), by=row.opened_by, tier="keep", note="Moving in")
        Enterprise.objects.filter(pk__in=[kept.pk, other.pk]).update(annual_revenue_cny=2_000 * WAN)
        workflow.rewrite(row, by=row.opened_by, rules=RULES)
        rows = {p.enterprise_id: (p.computed, p.proposed, p.change) for p in row.proposals.all()}
        assert rows == {
            kept.pk: ("subdistrict", "municipal", "enters"),
            other.pk: ("subdistrict", "subdistrict", "enters"),
            left.pk: ("", "district", "stays"),
        }

    def test_what_was_decided_by_hand_is_listed_even_where_the_rules_would_keep_the_tier(self) -> None:
        one = earning(20_000)
        row = opened()
        workflow.propose(proposal_of(row, one), by=row.opened_by, tier="municipal", note="Headquarters")
        Enterprise.objects.filter(pk=one.pk).update(annual_revenue_cny=1)
        workflow.rewrite(row, by=row.opened_by, rules=RULES)
        found = proposal_of(row, one)
        assert (found.was, found.computed, found.proposed, found.change) == ("", "", "municipal", "enters")
        row.refresh_from_db()
        assert row.stayed == {}

    def test_a_tier_that_changed_meanwhile_is_seen(self) -> None:
        one = earning(20_000)
        row = opened()
        workflow.propose(proposal_of(row, one), by=row.opened_by, tier="municipal", note="Headquarters")
        Enterprise.objects.filter(pk=one.pk).update(tier="municipal")
        workflow.rewrite(row, by=row.opened_by, rules=RULES)
        found = proposal_of(row, one)
        assert (found.was, found.proposed, found.change) == ("municipal", "municipal", "stays")

    def test_other_rules_drop_who_is_no_longer_meant(self) -> None:
        earning(20_000)
        row = opened()
        dear = {tier: {**NOTHING, "revenue": 10**12} for tier in RULES}
        workflow.rewrite(row, by=row.opened_by, rules=dear)
        assert not row.proposals.exists()
        row.refresh_from_db()
        assert (row.rules, row.stayed) == (dear, {"": 1})

    def test_another_rounds_list_is_left_alone(self) -> None:
        earning(20_000)
        first = workflow.drop(row := opened(), by=row.opened_by)
        second = opened()
        workflow.rewrite(second, by=second.opened_by, rules=dict.fromkeys(RULES, NOBODY))
        assert (first.proposals.count(), second.proposals.count()) == (1, 0)

    def test_odd_codes_are_only_words_for_the_database(self) -> None:
        earning(20_000, industry=IndustryFactory())
        odd = rules(district={"titles": ["'; DROP TABLE x; --"], "industries": ["I65"]})
        row = opened(rules=odd)
        assert (row.proposals.count(), TierProposal.objects.count()) == (0, 0)


class TestWords:
    def test_in_both_languages(self) -> None:
        TitleFactory()
        enterprise = earning(20_000, tier="municipal", subdistrict=SubdistrictFactory())
        of = {**RULES, "municipal": {"revenue": 50_000 * WAN, "employees": 10, "titles": ["high_tech_enterprise"],
                                     "industries": ["I65", "C"]}}  # fmt: skip
        found = proposal_of(opened(rules=of), enterprise)
        with translation.override("en"):
            municipal, district, _sub = reasons_of(of, found.reasons, title_names())
            assert (municipal["tier"], municipal["status"], municipal["tone"]) == (
                Tier.MUNICIPAL.label,
                "not met",
                "bad",
            )
            assert [(line.words, line.status, line.fact) for line in municipal["lines"]] == [
                ("annual revenue from CNY 500,000,000", "not met", "CNY 200,000,000"),
                ("employees from 10", "unknown", "not known"),
                ("holds one of: High-tech enterprise", "unknown", ""),
                ("industry one of: I65, C", "unknown", "not known"),
            ]
            assert (district["status"], district["tone"]) == ("met", "ok")
            assert "employees from 10: unknown" in in_one_line(of, found.reasons, title_names())
        with translation.override("zh-hans"):
            (line, *_rest) = reasons_of(of, found.reasons, title_names())[0]["lines"]
            assert "5亿元" in line.words
            assert line.fact == "2亿元"

    def test_rules_that_ask_nothing_are_not_said(self) -> None:
        said = rules_of({**RULES, "district": NOTHING}, {})
        assert [len(lines) for _tier, lines in said] == [2, 0, 1]

    def test_a_title_that_is_gone_is_named_by_its_code(self) -> None:
        ((_tier, lines), *_rest) = rules_of({"municipal": {"titles": ["gone"]}}, {})
        assert "gone" in lines[0]

    def test_reasons_kept_under_other_rules_do_not_disturb(self) -> None:
        assert reasons_of({"municipal": {"revenue": 1}}, {"district": {"revenue": 1}}, {}) == []

    def test_the_start_of_the_form_asks_something_of_each_tier(self) -> None:
        assert {tier: asked(rule) for tier, rule in STARTING.items()} == {
            "municipal": ["revenue", "employees"],
            "district": ["revenue", "employees"],
            "subdistrict": ["revenue"],
        }


def test_who_opened_it_is_kept() -> None:
    somebody = admin()
    assert opened(somebody).opened_by == somebody
