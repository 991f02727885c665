"""What waits for whom, and which policy a name means."""

from typing import Any

import pytest

from policies import workflow
from policies.models import Policy, Revision
from policies.notices import title_of
from policies.publishing.staleness import missing_in
from policies.publishing.worklists import counts_for, first_tab, named, published, revisions_on
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db


class TestLists:
    def test_counts_agree_with_the_lists(self) -> None:
        me, other = make.editor(), make.editor()
        make.draft(me)
        make.draft(me, contact_en="Office")
        make.draft(other)
        workflow.send_back(make.in_review(me), by=make.reviewer(), text="No.")
        make.in_review(me)
        make.in_review(other)
        make.published(other)
        gone = make.draft(me)
        workflow.discard(gone, by=me)
        counts = counts_for(me)
        assert counts == {"mine": 3, "drafts": 1, "texts": 1, "review": 2, "scheduled": 0}
        assert counts == {tab: revisions_on(tab, me).count() for tab in counts}

    def test_nothing_open(self, django_assert_num_queries: Any) -> None:
        somebody = UserFactory()
        with django_assert_num_queries(1):
            assert counts_for(somebody) == {"mine": 0, "drafts": 0, "texts": 0, "review": 0, "scheduled": 0}

    @pytest.mark.parametrize(
        ("roles", "tab"),
        [
            (["editor"], "mine"),
            (["reviewer"], "review"),
            (["translator"], "texts"),
            (["admin"], "published"),
            (["translator", "editor"], "mine"),
            (["translator", "reviewer"], "review"),
        ],
    )
    def test_where_each_role_begins(self, roles: list[str], tab: str) -> None:
        assert first_tab(UserFactory(roles=roles)) == tab

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"contact_en": "Office"},
            {"contact_zh_hans": "电话"},
            {"materials_en": "Form", "materials_zh_hans": "表"},
        ],
    )
    def test_the_database_and_the_pages_agree_on_what_is_missing(self, change: dict[str, str]) -> None:
        revision = make.draft(**change)
        listed = revisions_on("texts", make.translator()).filter(pk=revision.pk).exists()
        assert listed == bool(missing_in(revision.content))

    @pytest.mark.parametrize(
        ("fields", "gap"),
        [
            ({}, False),
            ({"contact_zh_hans": "电话", "contact_en": None}, True),
            ({"contact_zh_hans": None, "contact_en": "Office"}, True),
            ({"contact_zh_hans": "", "contact_en": None}, False),
            ({"stale": ["title_en"]}, True),
        ],
    )
    def test_published_ones_with_gaps(self, fields: dict[str, Any], gap: bool) -> None:
        policy = PolicyFactory(**fields)
        assert (policy in published(only_gaps=True)) == gap
        assert policy in published()

    def test_drafts_are_not_published(self) -> None:
        make.draft(title_en="Secret plan")
        assert not published("Secret").exists()


class TestNamed:
    @pytest.fixture(autouse=True)
    def _policies(self) -> None:
        self.one = PolicyFactory(
            slug="rent", title_en="Rent relief", title_zh_hans="租金减免", document_number="A〔2026〕1号"
        )
        self.two = PolicyFactory(slug="rent-two", title_en="Rent relief for parks", title_zh_hans="园区租金减免")

    @pytest.mark.parametrize("text", ["rent", "/en/policies/rent/", "RENT RELIEF", "租金减免", "A〔2026〕1号"])
    def test_the_exact_one_goes_first(self, text: str) -> None:
        assert list(named(Policy.objects.published(), text)) == [self.one]

    def test_else_all_that_fit_the_newest_first(self) -> None:
        assert list(named(Policy.objects.published(), "relief")) == [self.two, self.one]

    @pytest.mark.parametrize("text", ["nothing", "%", "_", "/", "🎉"])
    def test_nobody(self, text: str) -> None:
        assert not named(Policy.objects.published(), text).exists()


class TestTitles:
    @pytest.mark.parametrize(
        ("content", "title"),
        [
            ({"title_en": "A", "title_zh_hans": "甲"}, "A"),
            ({"title_en": "", "title_zh_hans": "甲"}, "甲"),
            ({"title_en": None, "title_zh_hans": "甲"}, "甲"),
            ({}, ""),
        ],
    )
    def test_the_active_language_else_the_other(self, content: dict[str, Any], title: str) -> None:
        assert title_of(Revision(content=content)) == title
