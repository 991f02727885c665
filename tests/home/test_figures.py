"""The page of figures on a policy: who reads it, what it tells and what it keeps to itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from policies.alerts.following import follow
from policies.models import Policy, ViewCount
from portal.core.calendar import local_day
from stewards.figures import asked_about
from stewards.models import HelpRequest, Rating
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor
from tests.factories.questions import in_review, published
from tests.factories.stewards import HelpRequestFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fresh_cache")]
Sign = Callable[[Any], Client]
URL = "/en/publishing/policies/award/figures/"


@pytest.fixture
def policy() -> Policy:
    return PolicyFactory(slug="award")


def answered(policy: Policy, count: int, score: int) -> None:
    """So many answered requests, each rated."""
    asker = UserFactory()
    done = {"state": "answered", "steward": StewardFactory(), "asker": asker, "policy": policy}
    requests = [HelpRequestFactory(enterprise=None, **done) for _n in range(count)]
    Rating.objects.bulk_create(
        Rating(request=each, round=1, score=score, solved=True, rated_by=asker) for each in requests
    )


def test_who_reads_it(client: Client, as_user: Sign, policy: Policy) -> None:
    readers = [editor(), UserFactory(roles=["leader"])]  # every role: tests/test_access_matrix.py
    for person in readers:
        assert as_user(person).get(URL).status_code == 200
    for person in (UserFactory(), StewardFactory()):
        assert as_user(person).get(URL).status_code == 404
        assert "Figures on this policy" not in as_user(person).get("/en/policies/award/").content.decode()
    assert client.get(URL).status_code == 302
    assert URL in as_user(readers[-1]).get("/en/policies/award/").content.decode()
    assert URL in as_user(readers[0]).get("/en/publishing/policies/award/").content.decode()
    hidden = PolicyFactory(slug="hidden", published_at=None)
    assert as_user(readers[0]).get(f"/en/publishing/policies/{hidden.slug}/figures/").status_code == 404


def test_what_it_tells(as_user: Sign, policy: Policy) -> None:
    published(policy=policy)
    in_review(policy=policy)
    follow(policy, by=UserFactory())
    ViewCount.objects.create(policy=policy, day=local_day(), language="en", run="r", count=1234)
    answered(policy, 5, score=4)
    HelpRequestFactory(policy=policy)
    HelpRequest.objects.create(asker=UserFactory(), policy=policy)  # a draft is nobody's business
    page = as_user(editor()).get(URL).content.decode()
    for words in ("1,234", "open 1, answered 5", "4.0 of 5", "1 on their way", "<svg", "no enterprise can be"):
        assert words in page
    assert "not being counted" not in page
    chinese = as_user(editor()).get(URL.replace("/en/", "/zh-hans/")).content.decode()
    assert "1,234" in chinese
    plain = as_user(UserFactory(roles=["auditor"])).get(URL).content.decode()
    assert "/en/publishing/questions/" not in plain  # no link to where an auditor finds nothing


def test_few_ratings_have_no_average(policy: Policy, django_assert_num_queries: Any) -> None:
    answered(policy, 4, score=2)
    answered(PolicyFactory(), 3, score=5)
    with django_assert_num_queries(2):
        few = asked_about(policy)
    assert (few.total, few.answered, few.ratings, few.average) == (4, 4, 4, None)
    answered(policy, 1, score=5)
    assert asked_about(policy).average == 2.6
    answered(policy, 1, score=1)  # from an average of six, and that of five, the sixth could be worked back
    more = asked_about(policy)
    assert (more.ratings, more.averaged, more.average) == (6, 5, 2.6)


def test_how_many_ratings_the_average_is_of(as_user: Sign, policy: Policy) -> None:
    answered(policy, 6, score=4)
    page = as_user(editor()).get(URL).content.decode()
    assert "5 ratings (6 so far;" in page


def test_nothing_counted_yet(as_user: Sign, policy: Policy) -> None:
    page = as_user(editor()).get(URL).content.decode()
    assert "No view has been counted yet." in page
    assert "<svg" not in page


def test_the_file_of_days(client: Client, as_user: Sign, policy: Policy) -> None:
    for language, count in (("zh-hans", 3), ("en", 4)):
        ViewCount.objects.create(policy=policy, day="2026-11-02", language=language, run="r", count=count)
    url = "/en/publishing/policies/award/views.csv"
    response = as_user(editor()).get(url)
    assert response.headers["Content-Type"].startswith("text/csv")
    assert response.content.decode("utf-8-sig").splitlines() == [
        "Day,Chinese page,English page,Together",
        "2026-11-02,3,4,7",
    ]
    assert as_user(StewardFactory()).get(url).status_code == 404
    assert client.get(url).status_code == 302
