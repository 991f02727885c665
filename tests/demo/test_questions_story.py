"""The demo's questions and views: of the requests that are told, the same at every start."""

import json
from datetime import timedelta
from typing import Any

import pytest

from policies.models import ViewCount
from policies.questions.workflow import LONGEST
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.demo import questions_story
from portal.demo.cast import DATA, read
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory

ROWS = read("questions.json")
REQUESTS: dict[str, Any] = {row["subject"]: row for row in json.loads((DATA / "requests.json").read_text())}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["steps"][-1][0])
def test_each_comes_from_an_answered_request_about_a_policy(row: Any) -> None:
    request = REQUESTS[row["subject"]]
    answered = [step for step in request["steps"] if step[0] == "answer"]
    assert request["policy"]
    assert answered[0][1] > row["steps"][0][1]  # days ago
    assert row["steps"][0][0] == "propose"
    ago = [step[1] for step in row["steps"]]
    assert ago == sorted(ago, reverse=True)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["steps"][-1][0])
def test_texts_are_short_enough_and_those_sent_to_review_in_both_languages(row: Any) -> None:
    for verb, _ago, _time, _who, *texts in row["steps"]:
        for column, text in (texts[0] if texts else {}).items():
            assert 0 < len(text) <= LONGEST[column.partition("_")[0]]
        if verb == "save":
            assert set(texts[0]) == {c for field in LONGEST for c in bilingual.columns(field)}
    verbs = [step[0] for step in row["steps"]]
    assert ("send_to_review" not in verbs) or "save" in verbs


def test_one_is_public_one_in_review_and_one_to_be_written() -> None:
    assert {row["steps"][-1][0] for row in ROWS} == {"publish", "send_to_review", "propose"}
    for row in ROWS:
        people = {step[0]: step[3] for step in row["steps"]}
        assert people.get("publish", "nobody") not in {people["propose"], people.get("save")}


@pytest.mark.django_db
def test_views_are_of_policies_that_were_asked_about() -> None:
    asked, other = PolicyFactory(slug="sh-innovation-vouchers"), PolicyFactory()
    HelpRequestFactory(policy=asked)
    HelpRequestFactory()
    today = local_day()
    questions_story.count_views(today)
    rows = list(ViewCount.objects.values_list("policy", "day", "language", "count"))
    assert {row[0] for row in rows} == {asked.pk}
    assert other.pk not in {row[0] for row in rows}
    assert all(today - timedelta(days=questions_story.READ_DAYS) < row[1] < today for row in rows)
    sums = {code: sum(row[3] for row in rows if row[2] == code) for code in bilingual.LANGUAGES}
    assert sums["zh-hans"] > sums["en"] > 0
    ViewCount.objects.all().delete()
    questions_story.count_views(today)
    assert list(ViewCount.objects.values_list("policy", "day", "language", "count")) == rows
