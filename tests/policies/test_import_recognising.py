"""Which policy a row is about, and what was begun or published in the meantime."""

from typing import Any

import pytest

from policies import workflow
from policies.exchange.columns import IDENTIFYING
from policies.exchange.judging import Surroundings
from policies.exchange.recognising import Ambiguous, Known
from policies.exchange.tables import Line
from policies.models import Policy
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import draft, editor, in_review, published, reviewer, scheduled

pytestmark = pytest.mark.django_db


def found(**content: Any) -> Policy | None:
    return Known([content]).find(content)


def faults(content: dict[str, Any], *, slugs: set[str] | None = None, cells: Any = None) -> list[tuple[str, str]]:
    around = Surroundings([content], slugs or set())
    return list(around.faults(around.known.find(content), Line(2, content if cells is None else cells), content))


def test_each_name_alone_finds_the_policy() -> None:
    policy = PolicyFactory(slug="one", document_number="1号", title_zh_hans="甲")
    assert [found(**{column: getattr(policy, column)}) for column in IDENTIFYING] == [policy] * 3
    assert found(title_en=policy.title_en) is None
    assert found(slug="", document_number="", title_zh_hans="") is None
    assert found() is None


def test_the_short_name_decides_before_number_and_title() -> None:
    one, two = PolicyFactory(slug="one", document_number="1号"), PolicyFactory(slug="two", document_number="2号")
    assert found(slug="one", document_number="2号") == one
    assert found(slug="", document_number="2号", title_zh_hans=one.title_zh_hans) == two
    assert found(slug="three", document_number="2号") is None


def test_a_title_tells_apart_what_one_document_holds() -> None:
    one, two = (PolicyFactory(document_number="1号", title_zh_hans=title, slug=f"s-{title}") for title in "ab")
    assert found(document_number="1号", title_zh_hans="a") == one
    assert found(document_number="1号", title_zh_hans="b") == two
    with pytest.raises(Ambiguous, match="s-a, s-b"):
        found(document_number="1号", title_zh_hans="c")
    with pytest.raises(Ambiguous):
        found(document_number="1号")


def test_no_more_than_five_names_are_listed() -> None:
    for number in range(7):
        PolicyFactory(title_zh_hans="同名", slug=f"p-{number}")
    with pytest.raises(Ambiguous) as ambiguous:
        found(title_zh_hans="同名")
    assert str(ambiguous.value).count("p-") == 5


@pytest.mark.parametrize("begun", [draft, in_review, scheduled])
def test_what_is_on_its_way_is_found_by_what_its_text_says_now(begun: Any) -> None:
    revision = begun(document_number="8号", title_zh_hans="在途")
    policy = revision.policy
    for names in ({"slug": policy.slug}, {"document_number": "8号"}, {"title_zh_hans": "在途"}):
        known = Known([names])
        assert known.find(names) == policy
        assert known.open[policy.pk] == revision


def test_a_published_policy_is_found_by_its_own_names_and_by_those_of_its_draft() -> None:
    revision = published(document_number="1号")
    again = workflow.revise(revision.policy, by=editor())
    workflow.save_revision(again, by=editor(), content={"document_number": "2号"}, seen=0)
    for number in ("1号", "2号"):
        known = Known([{"document_number": number}])
        assert known.find({"document_number": number}) == revision.policy
        assert known.open[revision.policy.pk] == again


def test_what_was_discarded_is_nobodys() -> None:
    revision = draft(document_number="8号")
    workflow.discard(revision, by=revision.author)  # type: ignore[arg-type]
    assert found(document_number="8号") is None
    assert found(slug="fictional-subsidy") is None
    returned = in_review(document_number="9号")
    workflow.send_back(returned, by=reviewer(), text="Please say more.")
    assert found(document_number="9号") == returned.policy


def test_the_base_is_what_is_published_else_the_draft() -> None:
    policy, revision = PolicyFactory(slug="one", title_en="Public"), draft(title_en="Begun")
    around = Surroundings([{"slug": "one"}, {"slug": revision.policy.slug}], set())
    assert (around.base_of(policy) or {})["title_en"] == "Public"
    assert (around.base_of(revision.policy) or {})["title_en"] == "Begun"
    assert around.base_of(None) is None


def test_a_sound_row_has_no_fault() -> None:
    assert faults({"slug": "new", "title_en": "New", "issued_on": "2026-01-01", "effective_to": None}) == []
    PolicyFactory(slug="one")
    assert faults({"slug": "one"}) == []


def test_an_end_before_the_beginning_is_told_of_the_column_in_the_file() -> None:
    PolicyFactory(slug="one", effective_from="2026-01-01", effective_to="2026-12-31")
    assert [column for column, _words in faults({"slug": "one", "effective_to": "2025-01-01"})] == ["effective_to"]
    assert [column for column, _words in faults({"slug": "one", "effective_from": "2027-01-01"})] == ["effective_from"]
    same_day = {"slug": "one", "effective_from": "2026-05-01", "effective_to": "2026-05-01"}
    assert faults(same_day) == []


def test_a_title_is_missed_only_where_it_is_missing() -> None:
    assert [column for column, _words in faults({"slug": "new"})] == ["title_zh_hans"]
    assert faults({"slug": "new"}, cells={"slug": "new", "title_en": "far too long, say"}) == []
    assert faults({"slug": "new", "title_zh_hans": "新"}) == []


def test_what_a_policy_excludes_must_exist_or_be_in_the_file_or_have_been_there() -> None:
    PolicyFactory(slug="there")
    PolicyFactory(slug="one", excludes=["gone"])
    given = {"slug": "one", "excludes": ["there", "gone", "coming", "nowhere"]}
    assert faults(given, slugs={"coming"}) == [("excludes", "no policy has the short name “nowhere”")]


def test_codes_that_are_on_no_list_are_named_unless_they_were_there_before() -> None:
    old = [{"field": "industry_code", "op": "in", "value": ["I9998"]}]
    PolicyFactory(slug="one", criteria=old)
    new = [{"field": "industry_code", "op": "in", "value": ["I9999", "I9998"]}]
    assert faults({"slug": "one", "criteria": new}) == [("criteria", "Industry: “I9999” is not on the portal's list.")]
    assert faults({"slug": "one", "criteria": old}) == []
