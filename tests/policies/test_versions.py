"""Every published version readable, any two comparable; until when a policy applies, in words."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone, translation

from policies import workflow
from policies.content import content_of
from policies.enums import Validity
from policies.models import Policy, Revision
from policies.presenting import validity_word
from policies.publishing.comparing import asked_for, changed_fields, comparison_of
from policies.standing import ends_soon, last_day, months_before, standing_of
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.policies import PolicyFactory
from tests.marks import seen

TEN = {"field": "employees", "op": "gte", "value": 10}
TWENTY = {"field": "employees", "op": "gte", "value": 20}
SHANGHAI = {"field": "district", "op": "eq", "value": "hongkou"}
FIRST = {
    "title_en": "Rent grant",
    "title_zh_hans": "租金补贴",
    "summary_en": "A grant for small offices.",
    "summary_zh_hans": "给小型办公场所的补贴。",
    "max_amount_cny": 200_000,
    "effective_to": "2027-12-31",
    "criteria": [TEN],
}
SECOND = FIRST | {"summary_en": "A grant for small and new offices.", "confidence": "low"}
THIRD = SECOND | {
    "title_en": "Rent and fit-out grant",
    "title_zh_hans": "租金和装修补贴",
    "max_amount_cny": 1_500_000,
    "effective_to": "2028-06-30",
    "criteria": [TWENTY, SHANGHAI],
}
CONTENTS = (FIRST, SECOND, THIRD)
DAY = date(2026, 8, 31)


def versions_of(policy: Policy, *contents: dict[str, Any]) -> None:
    now = timezone.now()
    Revision.objects.bulk_create(
        Revision(policy=policy, state="published", number=n, content=content_of(policy) | content, decided_at=now)
        for n, content in enumerate(contents, start=1)
    )
    Policy.objects.filter(pk=policy.pk).update(version=len(contents))


@pytest.fixture
def grant(db: None) -> Policy:
    policy = PolicyFactory(slug="grant", title_en="Rent and fit-out grant", title_zh_hans="租金和装修补贴")
    versions_of(policy, *CONTENTS)
    return policy


def page(client: Client, path: str, language: str = "en", status: int = 200) -> str:
    response = client.get(f"/{language}/policies/{path}")
    assert response.status_code == status
    return seen(response)


class TestList:
    def test_newest_first_with_what_each_changed(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/versions/")
        places = [text.index(f'href="/en/policies/grant/versions/{n}/"') for n in (3, 2, 1)]
        assert places == sorted(places)
        assert "Changed: Title, Highest amount (CNY), Eligibility, In force until" in text
        assert "Changed: Summary (English), Confidence" in text
        assert text.count("First version") == 1
        assert text.count("Published on <time") == 3

    def test_in_chinese(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/versions/", "zh-hans")
        assert "第3版" in text
        assert "Confidence" not in text

    def test_the_policy_and_each_version_lead_there(self, client: Client, grant: Policy) -> None:
        address = 'href="/en/policies/grant/versions/"'
        assert address in page(client, "grant/")
        assert address in page(client, "grant/versions/3/")
        assert "compare/?from=" not in page(client, "grant/versions/3/")
        old = page(client, "grant/versions/1/")
        assert 'href="/en/policies/grant/compare/?from=1&to=3"' in old
        assert address in old

    def test_of_many_versions_the_policys_page_names_the_newest(self, client: Client, db: None) -> None:
        versions_of(PolicyFactory(slug="many"), *({"title_en": f"Wording {n}"} for n in range(1, 34)))
        text = page(client, "many/")
        assert "many/versions/29/" in text
        assert "many/versions/28/" not in text
        text = page(client, "many/versions/")
        assert "many/versions/4/" in text
        assert "many/versions/3/" not in text
        assert text.count("Changed: Title (English)") == 30, "the last of a page too is compared with the one before"
        assert '<option value="1">' in text
        second = client.get("/en/policies/many/versions/", {"cursor": text.split("cursor=")[1].split('"')[0]})
        assert "First version" in seen(second)

    def test_without_a_recorded_version(self, client: Client, db: None) -> None:
        PolicyFactory(slug="bare")
        for path in ("bare/versions/", "bare/compare/", "bare/compare/?from=1&to=2"):
            text = page(client, path)
            assert "Only the current text is kept." in text
            assert "<select" not in text

    def test_what_is_not_public_has_no_versions(self, client: Client, db: None) -> None:
        slug = make.in_review().policy.slug
        for path in (f"{slug}/versions/", f"{slug}/compare/", "nowhere/versions/", "nowhere/compare/?from=1&to=2"):
            page(client, path, status=404)

    def test_queries_do_not_grow(self, client: Client, db: None, django_assert_num_queries: Any) -> None:
        for slug, size in (("two", 2), ("twenty", 20)):
            contents = [THIRD if n % 2 else FIRST for n in range(size)]
            versions_of(PolicyFactory(slug=slug), *contents)
            with django_assert_num_queries(3):
                page(client, f"{slug}/versions/")
            with django_assert_num_queries(3):
                page(client, f"{slug}/compare/?from=1&to={size}")


class TestCompare:
    def test_field_by_field_in_both_languages(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/compare/?from=1&to=3")
        assert "What changed from version 1 to version 3" in text
        assert "Rent <ins>and fit-out </ins>grant" in text
        assert "租金<ins>和装修</ins>补贴" in text
        assert "<del>CNY 200,000</del> <ins>CNY 1,500,000</ins>" in text
        assert "<del>31 December 2027</del> <ins>30 June 2028</ins>" in text
        assert "At least <del>10</del><ins>20</ins> employees" in text
        assert "<del>read on the source page</del> <ins>partly inferred</ins>" in text
        assert "给小型办公场所的补贴。" in text, "a text that changed in one language stands beside the other"
        assert "Issuing authority" not in text, "what did not change is not shown"
        assert "employees&quot;" not in text
        assert "'op'" not in text

    def test_in_chinese(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/compare/?from=1&to=3", "zh-hans")
        assert "<del>20万元</del> <ins>150万元</ins>" in text
        assert "<del>2027年12月31日</del> <ins>2028年6月30日</ins>" in text

    def test_changes_are_said_and_not_only_coloured(self, client: Client, grant: Policy) -> None:
        html = client.get("/en/policies/grant/compare/?from=1&to=3").content.decode()
        assert '<ins><span class="visually-hidden" lang="en"> [added: </span>and fit-out ' in html
        assert '<span class="visually-hidden" lang="en"> [removed: </span>10' in html
        assert '<div class="as-written" lang="zh-Hans"' in html

    def test_without_a_choice_the_two_newest(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/compare/")
        assert "What changed from version 2 to version 3" in text
        assert '<option value="2" selected>' in text

    def test_turned_round(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/compare/?from=3&to=1")
        assert "What changed from version 1 to version 3" in text
        assert "You asked from the newer to the older version" in text

    def test_the_same_text_published_twice(self, client: Client, db: None) -> None:
        versions_of(PolicyFactory(slug="same"), FIRST, FIRST)
        assert "Nothing differs between these two versions." in page(client, "same/compare/")
        assert "Published again without a change." in page(client, "same/versions/")
        assert "Changed with this version" not in page(client, "same/versions/2/")

    def test_a_version_shows_what_it_changed_in_the_same_way(self, client: Client, grant: Policy) -> None:
        text = page(client, "grant/versions/3/")
        assert "Changed with this version" in text
        assert "<del>CNY 200,000</del> <ins>CNY 1,500,000</ins>" in text

    def test_bad_choices_are_told_in_a_sentence(self, client: Client, grant: Policy, subtests: Any) -> None:
        for query, told in (
            ("from=1&to=9", "There is no version 9 of this policy."),
            ("from=0&to=1", "There is no version 0 of this policy."),
            ("from=2&to=2", "You chose version 2 twice."),
            ("from=1", "Choose two versions."),
            ("to=1", "Choose two versions."),
            ("from=one&to=2", "“one” is not the number of a version."),
            ("from=-1&to=1.5", "“-1” is not the number of a version."),
            ("from=²&to=٣", "“²” is not the number of a version."),
            ("from=1&to=" + "9" * 5_000, f"“{'9' * 40}” is not the number of a version."),
            ("from=<script>&to=1", "“<script>” is not the number of a version."),
            ("from=1'--&to=1%20OR%201", "“1'--” is not the number of a version."),
        ):
            with subtests.test(query[:40]):
                response = client.get(f"/en/policies/grant/compare/?{query}")
                assert response.status_code == 200
                assert told in seen(response)
                assert b"<script>" not in response.content.partition(b"<main")[2]
                assert b"What changed from" not in response.content
                assert b'<select id="from"' in response.content

    def test_a_single_version(self, client: Client, db: None) -> None:
        versions_of(PolicyFactory(slug="one"), FIRST)
        text = page(client, "one/compare/?from=1&to=2")
        assert "There is only one version so far" in text
        assert "<select" not in text

    def test_only_what_was_published(self, client: Client, grant: Policy) -> None:
        author = UserFactory()
        Revision.objects.create(policy=grant, state="draft", number=4, content={"title_en": "Secret"}, author=author)
        assert "There is no version 4" in page(client, "grant/compare/?from=1&to=4")
        assert "Secret" not in page(client, "grant/versions/")


@pytest.mark.parametrize(
    ("query", "pair"), [("", (3, 5)), ("from=1&to=5", (1, 5)), ("from=5&to=1", (1, 5)), ("from=%201&to=3", (1, 3))]
)
def test_numbers_may_have_gaps(query: str, pair: tuple[int, int]) -> None:
    asked = asked_for(QueryDict(query), [5, 3, 1])
    assert (asked.older, asked.newer) == pair
    assert asked.turned == (query == "from=5&to=1")


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ({}, {}, []),
        ({"title_en": None}, {"title_en": ""}, []),
        ({}, {"title_en": "A", "title_zh_hans": "甲"}, ["Title"]),
        ({"contact_en": "A"}, {"contact_en": ""}, ["Contact (English)"]),
        (
            {"level": "park"},
            {"level": "district", "materials_zh_hans": "表"},
            ["Application materials (Chinese)", "Level"],
        ),
        ({"criteria": [TEN]}, {"criteria": [TWENTY]}, ["Eligibility"]),
        ({"translated": ["title_en"]}, {"translated": []}, ["Which texts are translations for reference"]),
        ({"agreed": {"title_en": "甲"}}, {}, []),
    ],
)
def test_what_changed_in_a_few_words(before: dict[str, Any], after: dict[str, Any], names: list[str]) -> None:
    assert changed_fields(before, after) == names


@pytest.mark.django_db
class TestComparison:
    def test_nothing_to_tell(self) -> None:
        assert not comparison_of(FIRST, dict(FIRST))
        assert not comparison_of({"title_en": None}, {"title_en": ""})

    def test_every_field_that_the_list_names_is_shown(self) -> None:
        office = DepartmentFactory(name_en="Rent Office")
        after = {
            "title_en": "A",
            "level": "park",
            "mode": "fast",
            "document_number": "№ 1",
            "issued_on": "2026-01-01",
            "max_amount_cny": 5,
            "department_id": office.pk,
            "source_url": "https://example.org/",
            "confidence": "low",
            "source_note": "Note",
            "translated": ["title_en"],
            "criteria": [TEN],
        }
        comparison = comparison_of({}, after)
        shown = [pair.label for pair in comparison.pairs] + [fact.label for fact in comparison.facts]
        assert len(shown) + len(comparison.criteria) // 2 == len(changed_fields({}, after))
        values = {fact.label: fact.value for fact in comparison.facts}
        assert values["Accepting department"] == "Rent Office"
        assert values["Which texts are translations for reference"] == "Title (English)"

    def test_conditions_are_matched_by_what_they_are_about(self) -> None:
        lines = comparison_of({"criteria": [SHANGHAI, TEN]}, {"criteria": [TWENTY, TEN]}).criteria["en"]
        kinds = [{mark.kind for mark in line} for line in lines]
        assert kinds == [{"ins"}, {"same"}, {"del"}]


# --- validity -----------------------------------------------------------------------------------------------------


def ended(**fields: Any) -> Policy:
    successor = Policy(pk=7, slug="next", title_en="The next") if fields.pop("replaced", False) else None
    return Policy(slug="x", replaced_by=successor, **fields)


@pytest.mark.parametrize(
    ("fields", "validity", "told", "leads"),
    [
        ({}, Validity.IN_FORCE, "", False),
        ({"effective_to": date(2028, 1, 1)}, Validity.IN_FORCE, "", False),
        ({"effective_to": DAY}, Validity.IN_FORCE, "", False),
        ({"effective_to": date(2026, 8, 30)}, Validity.EXPIRED, "it was in force until 30 August 2026.", False),
        ({"effective_from": date(2026, 9, 1)}, Validity.NOT_YET, "it applies from 1 September 2026.", False),
        ({"repealed_on": DAY}, Validity.REPEALED, "was repealed on 31 August 2026 and no longer", False),
        ({"repealed_on": date(2026, 9, 1)}, Validity.IN_FORCE, "until the end of 31 August 2026. From 1 Sept", False),
        ({"repealed_on": date(2029, 1, 1)}, Validity.IN_FORCE, "until the end of 31 December 2028. From 1 Jan", False),
        ({"replaced": True}, Validity.REPLACED, "This policy has been replaced.", True),
        ({"replaced": True, "repealed_on": DAY}, Validity.REPLACED, "was replaced on 31 August 2026", True),
        ({"replaced": True, "repealed_on": date(2026, 9, 1)}, Validity.IN_FORCE, "1 September 2026 it is repl", True),
        (
            {"replaced": True, "repealed_on": date(2027, 9, 1), "effective_to": date(2026, 8, 1)},
            Validity.EXPIRED,
            "it was in force until 1 August 2026",
            True,
        ),
    ],
)
def test_since_when_and_until_when(fields: dict[str, Any], validity: Validity, told: str, leads: bool) -> None:
    policy = ended(**fields)
    assert policy.validity_on(DAY) == validity
    standing = standing_of(policy, DAY)
    assert (standing is None) == (told == "")
    if standing:
        assert told in standing.text
        assert (standing.successor is not None) == leads


@pytest.mark.parametrize(
    ("end", "repeal", "last", "word"),
    [
        (None, None, None, "In force"),
        (DAY, None, DAY, "In force until 31 August 2026"),
        (date(2027, 2, 28), None, date(2027, 2, 28), "In force until 28 February 2027"),
        (date(2027, 3, 1), None, date(2027, 3, 1), "In force"),
        (date(2026, 12, 31), date(2026, 12, 1), date(2026, 11, 30), "In force until 30 November 2026"),
        (None, date(2028, 1, 1), date(2027, 12, 31), "In force"),
    ],
)
def test_lists_say_until_when_in_the_last_six_months(
    end: date | None, repeal: date | None, last: date | None, word: str
) -> None:
    policy = Policy(effective_to=end, repealed_on=repeal)
    assert last_day(policy) == last
    assert (ends_soon(policy, DAY) is not None) == (word != "In force")
    assert validity_word(policy, DAY).text == word


@pytest.mark.parametrize(
    ("day", "earlier"),
    [
        (date(2026, 8, 31), date(2026, 2, 28)),
        (date(2028, 8, 29), date(2028, 2, 29)),
        (date(2026, 3, 15), date(2025, 9, 15)),
        (date(2026, 6, 30), date(2025, 12, 30)),
    ],
)
def test_six_months_before(day: date, earlier: date) -> None:
    assert months_before(day, 6) == earlier


@pytest.mark.django_db
class TestRepealToCome:
    def test_it_applies_until_then(self, client: Client) -> None:
        policy, successor = make.published().policy, PolicyFactory(slug="next", title_en="The next one")
        day = local_day() + timedelta(days=40)
        workflow.repeal(policy, on=day, by=make.reviewer(), replaced_by=successor)
        assert [policy in Policy.objects.in_force(each) for each in (day - timedelta(days=1), day)] == [True, False]
        text = page(client, f"{policy.slug}/")
        assert "it is replaced." in text
        assert 'href="/en/policies/next/">The next one' in text
        assert "In force until" in page(client, "")

    def test_not_after_its_own_end(self) -> None:
        policy = PolicyFactory(effective_to=local_day() + timedelta(days=5))
        with pytest.raises(Refused, match="By then it no longer applies"):
            workflow.repeal(policy, on=local_day() + timedelta(days=6), by=make.reviewer())
        assert workflow.repeal(policy, on=local_day() + timedelta(days=5), by=make.reviewer()).repealed_on

    def test_what_expired_can_still_be_replaced(self, client: Client) -> None:
        policy = PolicyFactory(slug="old", effective_to=local_day() - timedelta(days=9))
        successor = PolicyFactory(slug="next", title_en="The next one")
        workflow.repeal(policy, on=local_day(), by=make.reviewer(), replaced_by=successor)
        assert "The next one" in page(client, "old/")

    def test_told_beside_the_field_and_on_the_page(self, as_user: Any) -> None:
        policy, client = PolicyFactory(effective_from=local_day()), as_user(make.reviewer())
        url = f"/en/publishing/policies/{policy.slug}/"
        day = local_day() - timedelta(days=1)
        response = client.post(url, {"repealed_on": day.isoformat()})
        assert response.context["form"]["repealed_on"].errors == ["The day lies before the policy came into force."]
        day = local_day() + timedelta(days=30)
        text = seen(client.post(url, {"repealed_on": day.isoformat()}, follow=True))
        assert "The policy's page now says from when it no longer applies." in text
        assert Policy.objects.get().repealed_on == day
        assert "Undo: it is still valid" in text


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_old_versions_say_what_became_of_the_policy(client: Client, language: str) -> None:
    policy = PolicyFactory(slug="gone", repealed_on=local_day())
    versions_of(policy, FIRST, THIRD)
    with translation.override(language):
        standing = standing_of(policy, local_day())
    assert standing is not None
    assert standing.text in page(client, "gone/versions/1/", language)
