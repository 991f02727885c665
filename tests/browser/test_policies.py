"""What people do with policies beyond reading one: keep a search, follow, compare versions; officials schedule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from notices.models import Message
from policies import workflow
from policies.alerts.follower_news import tell_followers
from policies.models import Policy, Revision, SavedSearch
from policies.search.index import refresh_search
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.browser.reader import Reader
from tests.factories import publishing as make
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)
OpenAs = Callable[..., Reader]
BOTH = pytest.mark.parametrize(("language", "size"), [("en", "phone"), ("zh-hans", "desktop")])


def amended(policy: Policy, by: User) -> None:
    """Publish a version with another amount, as an editor and a reviewer would."""
    editor = make.editor()
    revision = workflow.revise(policy, by=editor)
    content = revision.content | {"max_amount_cny": 300_000}
    revision = workflow.save_revision(revision, by=editor, content=content, seen=revision.lock_version)
    revision = workflow.send_to_review(revision, by=editor)
    workflow.publish(revision, by=by, seen=revision.lock_version)


@BOTH
def test_a_search_is_kept_a_policy_followed_and_its_change_told(open_as: OpenAs, language: str, size: str) -> None:
    policy = make.published(title_en="Rent support", title_zh_hans="房租补贴", max_amount_cny=200_000).policy
    refresh_search(policy)
    owner = MembershipFactory().user
    reader = open_as(owner, language=language, size=size)
    reader.go("policies/?q=" + ("rent" if language == "en" else "房租"))
    reader.page.locator(".keep-search summary").click()
    reader.press("form[action$='/following/searches/'] button")
    assert SavedSearch.objects.get().person == owner
    reader.go(f"policies/{policy.slug}/").press("form[action$='/follow/'] button")
    amended(policy, make.reviewer())
    tell_followers()
    told = Message.objects.get(recipient=owner, state="held")
    reader.go("policies/following/").expect("Rent support" if language == "en" else "房租补贴")
    reader.go(f"messages/{told.pk}/")
    reader.go(f"policies/{policy.slug}/versions/")
    reader.go(f"policies/{policy.slug}/compare/?from=1&to=2").expect("300,000" if language == "en" else "30万元")
    reader.go("open-data/")


@BOTH
def test_officials_see_the_reach_and_schedule(open_as: OpenAs, language: str, size: str) -> None:
    EnterpriseFactory.create_batch(2)
    group = [{"field": "employees", "op": "gte", "value": 10}, {"field": "listed", "op": "eq", "value": True}]
    revision = make.in_review(criteria=[{"any": group}])
    official: Any = UserFactory(roles=["reviewer", "admin"])
    reader = open_as(official, language=language, size=size)
    reader.go(f"publishing/{revision.pk}/review/")
    reader.page.select_option("[name=try-sample]", "chips")
    reader.page.locator("#try-button").click()
    reader.page.locator("#try-it .checks .checks").wait_for()
    reader.page.locator(".publish-later summary").click()
    reader.page.fill("[name=publish_on]", (local_day() + timedelta(days=3)).isoformat())
    reader.press("button[name=schedule]")
    assert Revision.objects.get(pk=revision.pk).state == "scheduled"
    reader.go("publishing/synonyms/").go("publishing/synonyms/new/")
    reader.go("publishing/searches/")


@BOTH
def test_from_the_check_up_over_the_calculator_to_a_question(open_as: OpenAs, language: str, size: str) -> None:
    english = language == "en"
    staff = {"field": "employees", "op": "gte", "value": 10}
    rule = {"kind": "ratio", "percent": 20, "base": "rent", "cap": 150_000}
    policy = PolicyFactory(
        slug="rent", title_en="Rent support", title_zh_hans="房租补贴", criteria=[staff], terms=[rule]
    )
    PolicyFactory(criteria=[{"field": "listed", "op": "eq", "value": True}], mode="no_application", excludes=["rent"])
    owner = MembershipFactory(enterprise__employees=20, enterprise__listed=None).user
    reader = open_as(owner, language=language, size=size)
    reader.go("policies/check-up/?employees=5").go("policies/check-up/")
    reader.expect("Adds up to 1 policy" if english else "可能新增1项", "Rent support" if english else "房租补贴")
    reader.press("#list a[href*='/rent/calculator/']")
    reader.page.fill("[name=figure0]", "1 million" if english else "100万")
    reader.press("main form[action='#result'] button")
    reader.expect("CNY 200,000; capped at CNY 150,000" if english else "20万元，封顶15万元")
    reader.go("policies/check-up/").press("#list h3 a").press("a[href*='requests/new/?policy=rent']")
    reader.page.locator("[name=type][value=consultation]").check()
    reader.page.fill("[name=body]", "Does a shared office count? 共享办公是否适用？")
    reader.press("button[name=action][value=send]")
    assert HelpRequest.objects.get().policy == policy
