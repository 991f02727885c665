"""Rounds on their pages: opening, the list with its filters, changes one by one and for a filter, the decision, CSV."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import TierRound
from enterprises.tiers import workflow
from enterprises.tiers.forms import RulesForm, initial_of
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import IndustryFactory, SubdistrictFactory, TitleFactory
from tests.factories.tiers import (
    RULES,
    WAN,
    admin,
    approved,
    earning,
    effective,
    in_review,
    opened,
    proposal_of,
    reviewer,
)

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def at(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"tiers:{name}", args=args)


def text(response: Any) -> str:
    return str(response.content.decode())


def filled(**other: Any) -> dict[str, Any]:
    given = {
        "year": "2026",
        "municipal_revenue": "100000",
        "municipal_employees": "300",
        "district_revenue": "10000",
        "subdistrict_revenue": "1000",
    }
    return {name: value for name, value in {**given, **other}.items() if value is not None}


class TestOpening:
    def test_with_the_defaults_of_the_form(self, as_user: As, admin_user: Any) -> None:
        client = as_user(admin_user)
        page = text(client.get(at("new")))
        assert 'value="200000"' in page
        assert f'value="{local_day().year}"' in page
        earning(20_000, name_en="Star Ltd")
        answer = client.post(at("new"), filled(), follow=True)
        row = TierRound.objects.get()
        assert answer.redirect_chain == [(at("round", row.pk), 302)]
        assert "Star Ltd" in text(answer)
        assert row.rules == RULES
        assert row.opened_by == admin_user

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"year": ""}, "This field is required"),
            ({"year": "1999"}, "greater than or equal to 2020"),
            ({"year": "x"}, "whole number"),
            ({"district_revenue": ""}, "otherwise everybody would be in it"),
            ({"district_revenue": "-1"}, "greater than or equal to 1"),
            ({"district_revenue": "1.5"}, "whole number"),
            ({"district_revenue": "9" * 30}, "less than or equal to"),
            ({"municipal_employees": "0"}, "greater than or equal to 1"),
            ({"district_titles": ["no-such"]}, "no-such"),
            ({"district_industries": "I65, Z99"}, "There is no such industry: Z99."),
            ({"district_industries": "hello"}, "There is no such industry: HELLO."),
            ({"district_industries": "I, " * 200}, "at most 400 characters"),
        ],
    )
    def test_what_is_wrong_is_said_and_kept(
        self, as_user: As, admin_user: Any, fields: dict[str, Any], words: str
    ) -> None:
        IndustryFactory()
        answer = as_user(admin_user).post(at("new"), filled(**{"subdistrict_revenue": "1234", **fields}))
        assert answer.status_code == 422
        assert words in text(answer)
        assert 'value="1234"' in text(answer)
        assert not TierRound.objects.exists()

    def test_empty(self, as_user: As, admin_user: Any) -> None:
        answer = as_user(admin_user).post(at("new"), {})
        assert answer.status_code == 422
        assert text(answer).count("otherwise everybody would be in it") >= 3

    def test_codes_are_read_however_they_are_typed(self, as_user: As, admin_user: Any) -> None:
        IndustryFactory(code="I")
        IndustryFactory()
        TitleFactory()
        data = filled(district_industries="i65，I ；I65", district_titles=["high_tech_enterprise"], district_revenue="")
        as_user(admin_user).post(at("new"), data)
        rule = TierRound.objects.get().rules["district"]
        assert rule == {
            "revenue": None, "employees": None, "titles": ["high_tech_enterprise"], "industries": ["I65", "I"]
        }  # fmt: skip

    def test_a_second_one_is_refused_on_the_page(self, as_user: As, admin_user: Any) -> None:
        opened()
        client = as_user(admin_user)
        assert at("new") not in text(client.get(at("list")))
        answer = client.post(at("new"), filled())
        assert answer.status_code == 422
        assert "one at a time" in text(answer)

    def test_the_last_rounds_rules_are_the_start_of_the_next(self, as_user: As, admin_user: Any) -> None:
        row = opened(rules={**RULES, "district": {**RULES["district"], "revenue": 4_321 * WAN}})
        workflow.drop(row, by=row.opened_by)
        assert 'value="4321"' in text(as_user(admin_user).get(at("new")))

    def test_the_form_gives_back_what_it_was_given(self) -> None:
        IndustryFactory()
        TitleFactory()
        rules = {**RULES, "district": {"revenue": None, "employees": 7, "titles": ["high_tech_enterprise"],
                                       "industries": ["I65"]}}  # fmt: skip
        plain = RulesForm(initial=initial_of(rules))
        data = {name: plain[name].value() for name in plain.fields}
        form = RulesForm({name: value for name, value in data.items() if value is not None})
        assert form.is_valid(), form.errors
        assert form.rules() == rules


class TestTheList:
    @pytest.fixture
    def row(self) -> TierRound:
        software, trade = IndustryFactory(), IndustryFactory(code="F51", name_en="Wholesale")
        here = SubdistrictFactory()
        IndustryFactory(code="I", name_en="Information")
        IndustryFactory(code="F", name_en="Trade")
        earning(20_000, name_en="Enters Ltd", industry=software, subdistrict=here)
        earning(20_000, tier="subdistrict", name_en="Upward Ltd", industry=trade)
        earning(2_000, tier="district", name_en="Downward Ltd", credit_code="91310109KJJCL55G70")
        earning(1, tier="municipal", name_en="Leaving Ltd")
        earning(20_000, tier="district", name_en="Staying Ltd")
        return opened()

    def names(self, answer: Any) -> set[str]:
        page = text(answer)
        return {name for name in ("Enters", "Upward", "Downward", "Leaving", "Staying") if f"{name} Ltd" in page}

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, {"Enters", "Upward", "Downward", "Leaving"}),
            ({"change": "enters"}, {"Enters"}),
            ({"change": "up"}, {"Upward"}),
            ({"change": "down"}, {"Downward"}),
            ({"change": "leaves"}, {"Leaving"}),
            ({"change": "stays"}, set()),
            ({"change": "sideways"}, {"Enters", "Upward", "Downward", "Leaving"}),
            ({"industry": "I"}, {"Enters"}),
            ({"industry": "F"}, {"Upward"}),
            ({"industry": "ZZ"}, {"Enters", "Upward", "Downward", "Leaving"}),
            ({"subdistrict": "310109014"}, {"Enters"}),
            ({"q": "upward"}, {"Upward"}),
            ({"q": "91310109KJ"}, {"Downward"}),
            ({"q": "nobody at all"}, set()),
            ({"hand": "on"}, set()),
            ({"change": "enters", "industry": "F"}, set()),
            ({"cursor": "rubbish"}, {"Enters", "Upward", "Downward", "Leaving"}),
        ],
    )
    def test_filters(self, row: TierRound, as_user: As, admin_user: Any, asked: Any, found: set[str]) -> None:
        answer = as_user(admin_user).get(at("round", row.pk), asked)
        assert self.names(answer) == found

    def test_counts_rules_and_who_stays(self, row: TierRound, as_user: As, admin_user: Any) -> None:
        page = text(as_user(admin_user).get(at("round", row.pk)))
        assert "annual revenue from CNY 1,000,000,000" in page
        assert "employees from 300" in page
        assert "District key enterprise: 1" in page
        assert page.count("<dd>1</dd>") == 4

    def test_what_was_changed_by_hand_stands_out(self, row: TierRound, as_user: As, admin_user: Any) -> None:
        found = row.proposals.get(change="leaves")
        workflow.propose(found, by=row.opened_by, tier="keep", note="Moves its <b>plant</b> here")
        client = as_user(admin_user)
        page = text(client.get(at("round", row.pk), {"hand": "on"}))
        assert "Moves its &lt;b&gt;plant&lt;/b&gt; here" in page
        assert self.names(client.get(at("round", row.pk), {"hand": "on"})) == {"Leaving"}
        assert "by the rules: not a key enterprise" in page

    def test_an_empty_round(self, as_user: As, admin_user: Any) -> None:
        row = opened()
        page = text(as_user(admin_user).get(at("round", row.pk)))
        assert "every enterprise keeps the tier that it has" in page
        assert at("bulk", row.pk) not in page

    def test_pages_of_thirty(self, as_user: As, admin_user: Any) -> None:
        for n in range(31):
            earning(20_000, name_en=f"Fictional {n:02d} Ltd")
        row = opened()
        first = as_user(admin_user).get(at("round", row.pk))
        assert text(first).count('scope="row"') == 30
        cursor = first.context["page"].next_cursor
        second = text(as_user(admin_user).get(at("round", row.pk), {"cursor": cursor}))
        assert "Fictional 30 Ltd" in second

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_the_same_number_of_queries(
        self, as_user: As, admin_user: Any, count: int, django_assert_num_queries: Any
    ) -> None:
        for _n in range(count):
            earning(20_000, industry=IndustryFactory(), subdistrict=SubdistrictFactory())
        row, client = opened(), as_user(admin_user)
        client.get(at("round", row.pk))
        with django_assert_num_queries(9):
            client.get(at("round", row.pk))

    def test_in_chinese(self, row: TierRound, as_user: As, admin_user: Any) -> None:
        assert as_user(admin_user).get(at("round", row.pk, language="zh-hans")).status_code == 200

    @pytest.mark.parametrize("name", ["round", "rules", "file"])
    def test_one_that_is_not_there(self, as_user: As, admin_user: Any, name: str) -> None:
        assert as_user(admin_user).get(at(name, 999_999)).status_code == 404


class TestOneEnterprise:
    def test_another_tier_with_a_note(self, as_user: As, admin_user: Any) -> None:
        one = earning(20_000, 12, name_en="Star Ltd")
        found = proposal_of(row := opened(), one)
        client, url = as_user(admin_user), at("enterprise", row.pk, found.pk)
        page = text(client.get(url))
        assert "annual revenue from CNY 100,000,000" in page
        assert "CNY 200,000,000" in page
        assert client.post(url, {"tier": "municipal", "note": "Headquarters"}).status_code == 302
        found.refresh_from_db()
        assert (found.proposed, found.note, found.by) == ("municipal", "Headquarters", admin_user)
        assert "Headquarters" in text(client.get(url))

    @pytest.mark.parametrize(
        ("tier", "proposed"), [("keep", ""), ("none", ""), ("subdistrict", "subdistrict"), ("rules", "district")]
    )
    def test_each_choice(self, as_user: As, admin_user: Any, tier: str, proposed: str) -> None:
        one = earning(20_000)
        row = opened()
        found = proposal_of(row, one)
        as_user(admin_user).post(at("enterprise", row.pk, found.pk), {"tier": tier, "note": "Why"})
        found.refresh_from_db()
        assert found.proposed == proposed

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"tier": "municipal", "note": ""}, "Say why"),
            ({"tier": "municipal", "note": "  "}, "Say why"),
            ({"tier": "", "note": "Why"}, "This field is required"),
            ({"tier": "national", "note": "Why"}, "national"),
            ({"tier": "keep", "note": "x" * 301}, "at most 300 characters"),
            ({}, "This field is required"),
        ],
    )
    def test_what_is_wrong_is_said(self, as_user: As, admin_user: Any, data: Any, words: str) -> None:
        one = earning(20_000)
        row = opened()
        answer = as_user(admin_user).post(at("enterprise", row.pk, proposal_of(row, one).pk), data)
        assert answer.status_code == 422
        assert words in text(answer)

    def test_fixed_in_review(self, as_user: As, admin_user: Any) -> None:
        one = earning(20_000)
        row = in_review()
        url = at("enterprise", row.pk, proposal_of(row, one).pk)
        client = as_user(admin_user)
        assert "This round is “In review” now." in text(client.get(url))
        answer = client.post(url, {"tier": "keep", "note": "Why"})
        assert answer.status_code == 422
        assert not proposal_of(row, one).by_hand

    def test_of_another_round(self, as_user: As, admin_user: Any) -> None:
        one = earning(20_000)
        first = opened()
        workflow.drop(first, by=first.opened_by)
        second = opened()
        url = at("enterprise", second.pk, proposal_of(first, one).pk)
        assert as_user(admin_user).get(url).status_code == 404


class TestForAFilter:
    def test_only_what_it_shows(self, as_user: As, admin_user: Any) -> None:
        earning(20_000)
        earning(1, tier="district")
        earning(1, tier="municipal")
        row = opened()
        url = at("bulk", row.pk) + "?change=leaves"
        answer = as_user(admin_user).post(url, {"tier": "keep", "note": "A bad year"}, follow=True)
        assert "Changed for 2 enterprises." in text(answer)
        assert answer.redirect_chain == [(at("round", row.pk) + "?change=leaves", 302)]
        assert sorted(row.proposals.values_list("change", flat=True)) == ["enters", "stays", "stays"]

    def test_one_enterprise_in_words(self, as_user: As, admin_user: Any) -> None:
        earning(20_000)
        row = opened()
        answer = as_user(admin_user).post(at("bulk", row.pk), {"tier": "keep", "note": "Why"}, follow=True)
        assert "Changed for 1 enterprise." in text(answer)

    @pytest.mark.parametrize("data", [{}, {"tier": "keep"}, {"tier": "keep", "note": " "}, {"tier": "x", "note": "y"}])
    def test_what_is_wrong_changes_nothing(self, as_user: As, admin_user: Any, data: Any) -> None:
        earning(20_000)
        row = opened()
        assert as_user(admin_user).post(at("bulk", row.pk), data).status_code == 422
        assert row.proposals.filter(change="enters").count() == 1

    def test_refused_in_review(self, as_user: As, admin_user: Any) -> None:
        earning(20_000)
        row = in_review()
        answer = as_user(admin_user).post(at("bulk", row.pk), {"tier": "keep", "note": "Why"})
        assert answer.status_code == 409
        assert "This round is “In review” now." in text(answer)


class TestTheDecision:
    def post(self, client: Client, row: TierRound, verb: str, **data: Any) -> Any:
        row.refresh_from_db()
        return client.post(at("act", row.pk, verb), {"seen": row.lock_version, **data}, follow=True)

    def test_from_the_list_to_its_day(self, as_user: As, admin_user: Any) -> None:
        earning(20_000)
        row, other = opened(admin_user), reviewer()
        mine, theirs = as_user(admin_user), as_user(other)
        assert "In review" in text(self.post(mine, row, "send"))
        page = text(mine.get(at("round", row.pk)))
        assert "somebody else has to decide on it" in page
        assert at("act", row.pk, "approve") not in page
        assert at("act", row.pk, "approve") in text(theirs.get(at("round", row.pk)))
        back = self.post(theirs, row, "return", reason="Two are missing")
        assert "Two are missing" in text(back)
        self.post(mine, row, "send")
        day = local_day() + timedelta(days=3)
        answer = self.post(theirs, row, "approve", day=day.isoformat())
        assert "takes effect by itself on its day" in text(answer)
        row.refresh_from_db()
        assert (row.state, row.effective_on, row.decided_by) == ("approved", day, other)

    @pytest.mark.parametrize(
        ("verb", "data", "status", "words"),
        [
            ("approve", {"day": ""}, 422, "This field is required"),
            ("approve", {"day": "soon"}, 422, "Enter a valid date"),
            ("approve", {"day": "2020-01-01"}, 409, "within a year"),
            ("return", {"reason": ""}, 422, "This field is required"),
            ("return", {"reason": "x" * 501}, 422, "at most 500 characters"),
            ("approve", {"day": "2026-12-01", "seen": "0"}, 409, "look again"),
            ("approve", {"day": "2026-12-01", "seen": "x"}, 409, "look again"),
            ("send", {}, 409, "Only the service centre"),
        ],
    )
    def test_what_is_wrong(self, as_user: As, verb: str, data: Any, status: int, words: str) -> None:
        earning(20_000)
        row = in_review()
        answer = self.post(as_user(reviewer()), row, verb, **data)
        assert answer.status_code == status
        assert words in text(answer)
        row.refresh_from_db()
        assert row.state == "in_review"

    def test_dropped(self, as_user: As, admin_user: Any) -> None:
        row = opened()
        assert "nothing of it takes effect" in text(self.post(as_user(admin_user), row, "drop"))

    @pytest.mark.parametrize("verb", ["nonsense", "propose", "rewrite"])
    def test_no_such_verb(self, as_user: As, admin_user: Any, verb: str) -> None:
        row = opened()
        assert self.post(as_user(admin_user), row, verb).status_code == 404

    def test_other_rules_from_the_page(self, as_user: As, admin_user: Any) -> None:
        earning(20_000)
        row, client = opened(), as_user(admin_user)
        assert 'value="10000"' in text(client.get(at("rules", row.pk)))
        data = filled(district_revenue="30000", subdistrict_revenue="30000", year=None, seen=row.lock_version)
        assert "The list is made anew" in text(client.post(at("rules", row.pk), data, follow=True))
        assert not row.proposals.exists()
        answer = client.post(at("rules", row.pk), data)
        assert answer.status_code == 422
        assert "look again" in text(answer)


class TestReaders:
    @pytest.mark.parametrize("role", ["leader", "auditor", "reviewer"])
    def test_read_and_change_nothing(self, as_user: As, role: str) -> None:
        earning(20_000, name_en="Star Ltd")
        row = opened()
        page = text(as_user(UserFactory(roles=[role])).get(at("round", row.pk)))
        assert "Star Ltd" in page
        assert '<form method="post" action="/en/centre/tiers' not in page

    def test_earlier_rounds_stay_readable(self, as_user: As, admin_user: Any) -> None:
        earning(20_000, name_en="Star Ltd")
        first = effective(year=2025)
        dropped = opened(year=2026)
        workflow.drop(dropped, by=dropped.opened_by)
        approved_one = approved(year=2027)
        client = as_user(admin_user)
        page = text(client.get(at("list")))
        for words in ("2025", "2026", "2027", "In effect", "Dropped", "Approved"):
            assert words in page
        assert "Star Ltd" in text(client.get(at("round", first.pk)))
        assert approved_one.pk

    def test_no_round_yet(self, as_user: As, admin_user: Any) -> None:
        page = text(as_user(admin_user).get(at("list")))
        assert "No round yet" in page
        assert at("new") in page

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_the_list_of_rounds_costs_the_same(self, as_user: As, count: int, django_assert_num_queries: Any) -> None:
        by = admin()
        for n in range(count):
            TierRound.objects.create(year=2000 + n, state="dropped", opened_by=by)
        client = as_user(by)
        client.get(at("list"))
        with django_assert_num_queries(5):
            client.get(at("list"))


class TestAsAFile:
    def rows(self, answer: Any) -> list[list[str]]:
        return list(csv.reader(io.StringIO(text(answer).lstrip("\ufeff"))))

    def test_what_the_filter_shows(self, as_user: As, admin_user: Any) -> None:
        earning(20_000, name_en="Star Ltd", industry=IndustryFactory(), credit_code="91310109KJJCL55G70")
        earning(1, tier="district", name_en="Leaving Ltd")
        row = opened()
        answer = as_user(admin_user).get(at("file", row.pk), {"change": "enters"})
        assert answer.headers["Content-Disposition"] == 'attachment; filename="tiers-2026.csv"'
        heading, *found = self.rows(answer)
        assert heading[:3] == ["Unified social credit code", "Enterprise", "Industry"]
        (cells,) = found
        assert cells[:2] == ["91310109KJJCL55G70", "Star Ltd"]
        assert cells[4:8] == ["not a key enterprise", *["District key enterprise"] * 2, "New"]
        assert "annual revenue from CNY 100,000,000: met" in cells[9]

    def test_nothing_is_worked_out(self, as_user: As, admin_user: Any) -> None:
        one = earning(20_000, name_en="=HYPERLINK(1)")
        row = opened()
        workflow.propose(proposal_of(row, one), by=row.opened_by, tier="keep", note="+1")
        (_heading, cells) = self.rows(as_user(admin_user).get(at("file", row.pk)))
        assert (cells[1], cells[8]) == ("'=HYPERLINK(1)", "'+1")

    def test_in_chinese(self, as_user: As, admin_user: Any) -> None:
        earning(20_000, name_zh_hans="星辰公司")
        row = opened()
        assert "星辰公司" in text(as_user(admin_user).get(at("file", row.pk, language="zh-hans")))

    def test_an_empty_one(self, as_user: As, admin_user: Any) -> None:
        assert len(self.rows(as_user(admin_user).get(at("file", opened().pk)))) == 1
