"""Where rules, limits and exclusions of a policy are seen: its pages, the editors' pages, open data, real data."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from policies.checkup.calculator import estimate
from policies.checkup.calculator_forms import CalculatorForm
from policies.checkup.stacking import conflicts, excludes_line, rivals_of, titles_of
from policies.checkup.terms import validate
from policies.content import content_of
from policies.exchange.loading import DATA
from policies.models import Policy, Revision
from policies.publishing.comparing import changed_fields, comparison_of
from policies.publishing.drafts import check
from portal import demo
from portal.core.access import Refused
from tests.factories import publishing as make
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen
from tests.policies.test_checkup_terms import ALL, CASE, EACH, FIXED, NAMED, RATIO
from tests.policies.test_open_data import checked

SignIn = Callable[[Any], Client]
BOTH = pytest.mark.parametrize("language", ["en", "zh-hans"])
WORDS = {
    "en": (
        *("New certification: CNY 200,000", "up to 20% of rent paid, at most CNY 2,000,000"),
        *("CNY 600 for each person, at most CNY 3,000,000", "2.5% of computing rental", "once a year"),
    ),
    "zh-hans": (
        *("新认定：20万元", "已付租金的20%以内，最高200万元", "每人600元，最高300万元", "算力租用费的2.5%", "每年一次"),
    ),
}
KNOWN: dict[str, Any] = {"terms": ALL, "repeat_limit": "yearly", "excludes": ["rent"], "disclosed_on": "2026-02-03"}


@pytest.fixture
def rent(db: None) -> Policy:
    policy: Any = PolicyFactory(slug="rent", title_en="Rent relief", title_zh_hans="房租减免")
    return policy


def read(client: Client, address: str, language: str = "en") -> str:
    response = client.get(f"/{language}/{address}")
    assert response.status_code == 200, address
    return seen(response)


# --- what readers see ---------------------------------------------------------------------------------------------


@BOTH
def test_the_policy_its_versions_and_their_comparison_say_it_in_words(
    client: Client, rent: Policy, language: str
) -> None:
    PolicyFactory(slug="award", **KNOWN, version=2)
    policy = Policy.objects.get(slug="award")
    before = content_of(policy) | {"terms": [FIXED], "repeat_limit": "once", "excludes": [], "disclosed_on": None}
    for number, content in ((1, before), (2, content_of(policy))):
        Revision.objects.create(
            policy=policy, state="published", number=number, content=content, decided_at=timezone.now()
        )
    title = "Rent relief" if language == "en" else "房租减免"
    for address in ("policies/award/", "policies/award/versions/2/", "policies/award/compare/?from=1&to=2"):
        text = read(client, address, language)
        for words in (*WORDS[language], title):
            assert words in text, (address, words)
    first = read(client, "policies/award/versions/1/", language)
    assert title not in first, "what the first version excluded, it says itself"
    assert WORDS[language][1] not in first
    assert ("once only" if language == "en" else "限享受一次") in first


@BOTH
def test_the_other_policy_names_the_conflict_too(client: Client, rent: Policy, language: str) -> None:
    PolicyFactory(slug="award", title_en="Award", title_zh_hans="奖励", excludes=["rent"])
    text = read(client, "policies/rent/", language)
    assert f'href="/{language}/policies/award/"' in text
    assert ("Not together with" if language == "en" else "不可同时享受") in text


def test_what_a_policy_does_not_state_is_not_on_its_page(client: Client, rent: Policy) -> None:
    text = read(client, "policies/rent/")
    for words in ("How the amount is worked out", "How often it can be had", "Not together with", "Made public on"):
        assert words not in text, words


def test_a_package_names_policies_that_cannot_be_had_together(as_user: SignIn, rent: Policy) -> None:
    PolicyFactory(slug="award", title_en="Award", excludes=["rent"])
    PolicyFactory(slug="alone", title_en="Alone", excludes=["elsewhere"])
    text = read(as_user(MembershipFactory().user), "package/")
    assert text.count("Cannot be combined with") == 2
    Policy.objects.filter(slug="award").update(excludes=[], changed_at=timezone.now())
    assert "Cannot be combined with" not in read(as_user(MembershipFactory().user), "package/")


@BOTH
def test_the_calculator_asks_in_the_readers_language(rent: Policy, client: Client, language: str) -> None:
    Policy.objects.update(terms=ALL)
    text = read(client, "policies/rent/calculator/", language)
    labels = {
        "en": ("Rent paid (CNY)", "Number of persons", "Computing rental (CNY)", "New certification (CNY 200,000)"),
        "zh-hans": ("已付租金（元）", "人数", "算力租用费（元）", "新认定（20万元）"),
    }
    for words in labels[language]:
        assert words in text, words


# --- open data ----------------------------------------------------------------------------------------------------


def test_programs_read_the_rules_as_numbers_and_in_words(client: Client, rent: Policy) -> None:
    PolicyFactory(slug="award", **KNOWN)
    data = checked(client.get("/api/v1/policies/award/"), "/policies/{slug}/")
    assert data["terms"][1] == {
        "kind": "ratio",
        "amount": None,
        "percent": 20,
        "base": "rent",
        "unit": None,
        "cap": 2_000_000,
        "up_to": True,
        "label": {"zh-Hans": None, "en": None},
        "clause": {"zh-Hans": None, "en": None},
        "in_words": {
            "zh-Hans": "已付租金的20%以内，最高200万元",
            "en": "up to 20% of rent paid, at most CNY 2,000,000",
        },
    }
    assert data["terms"][4]["clause"] == {"zh-Hans": "第三条", "en": "Article 3"}
    assert [term["kind"] for term in data["terms"]] == ["fixed", "ratio", "per_unit", "ratio", "fixed"]
    assert (data["excludes"], data["disclosed_on"]) == (["rent"], "2026-02-03")
    assert data["repeat_limit"] == {"code": "yearly", "zh-Hans": "每年一次", "en": "once a year"}


def test_and_nothing_where_nothing_is_stated(client: Client, rent: Policy) -> None:
    data = checked(client.get("/api/v1/policies/rent/"), "/policies/{slug}/")
    assert (data["terms"], data["excludes"], data["repeat_limit"], data["disclosed_on"]) == ([], [], None, None)


# --- compared, named, checked -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_what_changed_is_named_and_shown(rent: Policy) -> None:
    before, after = content_of(rent), content_of(rent) | KNOWN
    names = {"How the amount is worked out", "How often it can be had", "Not together with", "Made public on"}
    assert set(changed_fields(before, after)) == names
    facts = {fact.label: (fact.before, fact.value) for fact in comparison_of(before, after).facts}
    assert set(facts) == names
    assert facts["Not together with"] == ("", "Rent relief")
    assert facts["How often it can be had"] == ("", "once a year")
    assert not comparison_of(after, after)


@pytest.mark.django_db
def test_excluded_policies_by_title_in_the_readers_language(
    rent: Policy, django_assert_num_queries: Callable[..., Any]
) -> None:
    assert excludes_line(["rent", "gone"], titles_of(["rent", "gone"])) == "Rent relief; gone"
    with translation.override("zh-hans"):
        assert excludes_line(["rent"], titles_of(["rent"])) == "房租减免"
    with django_assert_num_queries(0):
        assert excludes_line(None, titles_of([])) == ""


@pytest.mark.django_db
def test_an_old_version_names_what_it_excluded_itself(rent: Policy) -> None:
    PolicyFactory(slug="hidden", published_at=None)
    assert [policy.slug for policy in rivals_of(Policy(slug="old", excludes=["rent", "hidden"]))] == ["rent"]
    assert rivals_of(Policy(slug="old")) == []


@pytest.mark.django_db
def test_conflicts_are_read_again_when_a_policy_changes(
    rent: Policy, django_assert_num_queries: Callable[..., Any]
) -> None:
    assert conflicts() == {}
    award: Any = PolicyFactory(excludes=["rent"])
    assert conflicts() == {award.pk: {rent.pk}, rent.pk: {award.pk}}
    with django_assert_num_queries(1):  # whether anything changed
        conflicts()
    Policy.objects.filter(pk=award.pk).update(excludes=[], changed_at=timezone.now())
    assert conflicts() == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"terms": [{"kind": "gift"}]}, "rule 1: Choose what kind"),
        ({"terms": [FIXED, RATIO | {"percent": 0}]}, "rule 2: Give a percentage"),
        ({"terms": [FIXED] * 9}, "At most 8 rules"),
        ({"terms": {"kind": "fixed"}}, "must be a list"),
        ({"excludes": "rent"}, "must be a list of short names"),
        ({"excludes": [""]}, "must be a list of short names"),
        ({"excludes": [5]}, "must be a list of short names"),
    ],
)
def test_a_draft_that_means_nothing_is_refused_with_the_reason(content: dict[str, Any], words: str) -> None:
    check(make.CONTENT | KNOWN)
    with pytest.raises(Refused, match=words):
        check(make.CONTENT | content)


# --- for officials ------------------------------------------------------------------------------------------------


@BOTH
def test_the_reviewer_reads_rules_and_exclusions_in_words(as_user: SignIn, rent: Policy, language: str) -> None:
    revision = make.in_review(**KNOWN)
    text = read(as_user(make.reviewer(language=language)), f"publishing/{revision.pk}/review/", language)
    for words in (*WORDS[language], "Rent relief" if language == "en" else "房租减免"):
        assert words in text, words


@BOTH
def test_the_editor_finds_a_row_for_each_rule_and_empty_ones(as_user: SignIn, rent: Policy, language: str) -> None:
    editor = make.editor(language=language)
    revision = make.draft(editor, **KNOWN)
    text = read(as_user(editor), f"publishing/{revision.pk}/", language)
    for place, term in enumerate(ALL):
        assert f'name="terms-{place}-kind"' in text
        assert f'<option value="{term["kind"]}" selected' in text
    assert f'name="terms-{len(ALL) + 1}-kind"' in text
    assert f'name="terms-{len(ALL) + 2}-kind"' not in text
    assert ("Which case (English)" if language == "en" else "适用情形（英文）") in text
    assert ">\nrent</textarea>" in text


def test_translators_see_them_and_cannot_change_them(as_user: SignIn, rent: Policy) -> None:
    revision = make.draft(make.editor(), **KNOWN)
    translator = make.translator()
    text = read(as_user(translator), f"publishing/{revision.pk}/")
    assert "terms-0-kind" not in text
    for words in WORDS["en"]:
        assert words in text, words


# --- forms of the calculator --------------------------------------------------------------------------------------


class TestCalculatorForm:
    @pytest.mark.parametrize(
        ("terms", "labels"),
        [
            ([FIXED], []),
            ([CASE, FIXED], ["New certification (CNY 200,000)", "CNY 200,000"]),
            ([RATIO], ["Rent paid (CNY)"]),
            ([RATIO | {"label_en": "Year one", "label_zh": "首年"}], ["Year one: Rent paid (CNY)"]),
            ([NAMED], ["Computing rental (CNY)"]),
            ([EACH | {"unit": "sqm_month"}], ["Square metres × months"]),
            ([EACH | {"label_en": "Mentors", "label_zh": "带教"}], ["Mentors: Number of persons"]),
        ],
    )
    def test_a_field_for_each_figure(self, terms: Any, labels: list[str]) -> None:
        form = CalculatorForm(terms=terms)
        assert [field.label for field in form] == labels
        assert form.asks == bool(labels)

    def test_a_single_figure_is_needed_one_of_several_is_not(self) -> None:
        assert CalculatorForm(terms=[RATIO]).fields["figure0"].required
        assert not CalculatorForm(terms=[RATIO, EACH]).fields["figure1"].required
        assert "figure0" in CalculatorForm({"figure0": ""}, terms=[RATIO]).errors

    def test_until_something_is_sent_there_is_no_answer_and_no_fault(self) -> None:
        form = CalculatorForm({"color": "red"}, terms=[RATIO, EACH])
        assert form.worked_out(None) is None
        assert not form.errors

    def test_only_what_is_filled_in_is_worked_out(self) -> None:
        result = CalculatorForm({"figure1": "3", "figure0": ""}, terms=[RATIO, EACH]).worked_out(1_000)
        assert result is not None
        assert [step.term for step in result.steps] == [EACH]
        assert (result.added, result.total, result.capped) == (1_800, 1_000, True)

    def test_what_was_not_ticked_is_not_granted(self) -> None:
        result = CalculatorForm({"figure0": "on"}, terms=[CASE, FIXED | {"amount": 7}]).worked_out(None)
        assert result is not None
        assert result.total == 200_000


# --- the real policies --------------------------------------------------------------------------------------------

RECORDS: list[dict[str, Any]] = [each for each in json.loads(DATA.read_text(encoding="utf-8")) if each.get("terms")]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: str(record["id"]))
def test_rules_of_real_policies_quote_what_the_policy_says(record: dict[str, Any]) -> None:
    assert validate(record["terms"]) == []
    for term in record["terms"]:
        for language in ("zh", "en"):
            quoted = term[f"clause_{language}"].strip("“”")
            assert quoted in record[f"benefit_{language}"], quoted
        assert (term.get("cap") or 0) <= (record["max_amount_cny"] or 10**15), "a rule's cap lies within the policy's"


def test_the_highest_amount_of_a_real_policy_is_what_its_rules_can_reach() -> None:
    """Where all rules have an end, they must not fall short of the stated amount, and none alone goes beyond it."""
    for record in RECORDS:
        for place, term in enumerate(record["terms"]):
            if term["kind"] == "fixed" and record["max_amount_cny"]:
                assert estimate(record["terms"], {place: Decimal(1)}).total <= record["max_amount_cny"], record["id"]


def test_there_are_rules_to_try_in_the_demonstration() -> None:
    assert len(RECORDS) >= 8
    drafts = json.loads((Path(demo.__file__).parent / "data" / "publishing.json").read_text(encoding="utf-8"))["drafts"]
    told = [draft["content"] for draft in drafts if draft["content"].get("terms")]
    assert told
    known = {record["id"] for record in json.loads(DATA.read_text(encoding="utf-8"))}
    for content in told:
        assert validate(content["terms"]) == []
        assert set(content["excludes"]) <= known
