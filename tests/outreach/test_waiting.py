"""What waits in the rooms, at a glance on the desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from outreach.enums import CandidateState, MemorandumState, OccasionState, Publication
from outreach.models import Bulletin, Feedback, Question
from outreach.waiting import WAITING, waiting
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import UserFactory
from tests.factories.outreach_rooms.observers import candidate
from tests.factories.outreach_rooms.packages import version
from tests.factories.outreach_rooms.partners import memorandum

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def counts() -> dict[str, int]:
    return {str(row["label"]): row["count"] for row in waiting(local_day())}


def question(**fields: Any) -> Question:
    return Question.objects.create(occasion=make.event().occasion, text="?", **fields)


def issue(state: str) -> Bulletin:
    known = {"day": local_day(), "source_url": "https://example.com/", "slug": f"b-{state}"}
    return Bulletin.objects.create(state=state, **known, **make.both(title="Lantern issue"))


@pytest.mark.parametrize(
    ("label", "waits", "does_not"),
    [
        ("Events today", lambda: make.event(local_day()), lambda: make.event(local_day() + DAY)),
        ("Events today", lambda: make.event(local_day()), lambda: make.event(local_day(), state=OccasionState.DRAFT)),
        ("Sessions of the reception room today", lambda: make.sitting(local_day()), lambda: make.event()),
        ("Questions on events without an answer", question, lambda: question(answered_at=timezone.now())),
        ("Questions on events without an answer", question, lambda: question(hidden_at=timezone.now())),
        ("Applications of observers", candidate, lambda: candidate(state=CandidateState.DECLINED)),
        ("Issues to be reviewed", lambda: issue(Publication.IN_REVIEW), lambda: issue(Publication.DRAFT)),
        ("Packages to be reviewed", lambda: version(Publication.IN_REVIEW), version),
        (
            "Feedback on places",
            lambda: Feedback.objects.create(place=make.place(), text="?"),
            lambda: Feedback.objects.create(place=make.place(), text="?", settled_at=timezone.now()),
        ),
        (
            "Memoranda that end soon",
            lambda: memorandum(ends_on=local_day() + 90 * DAY),
            lambda: memorandum(ends_on=local_day() + 91 * DAY),
        ),
        (
            "Memoranda that end soon",
            lambda: memorandum(ends_on=local_day()),
            lambda: memorandum(ends_on=local_day(), state=MemorandumState.ENDED),
        ),
    ],
)
def test_it_is_counted_while_it_waits(label: str, waits: Callable[[], Any], does_not: Callable[[], Any]) -> None:
    before = counts().get(label, 0)
    does_not()
    assert counts().get(label, 0) == before
    waits()
    assert counts()[label] == before + 1


def test_the_desk_shows_it_and_takes_one_query_each(
    as_user: Callable[[Any], Client], django_assert_num_queries: Callable[..., Any]
) -> None:
    client = as_user(UserFactory(roles=["editor"]))
    assert "Nothing waits to be done today." in client.get("/en/outreach/").content.decode()
    question()
    text = client.get("/en/outreach/").content.decode()
    assert '<a href="/en/outreach/events/">Questions on events without an answer</a>' in text
    for _more in range(3):
        with django_assert_num_queries(len(WAITING)):
            waiting(local_day())
        question()
