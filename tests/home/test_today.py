"""What waits for those who write, translate, review and approve; requests have a desk of their own."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.models import ErasureRequest
from investment import workflow as entering
from outreach.enums import Publication
from outreach.models import Bulletin, Question
from policies import workflow
from policies.models import PolicyTask
from policies.publishing import scheduling
from portal.core.calendar import local_day
from portal.home.today import ROOMS, Waiting, waiting
from tests.factories import (
    consultations,
    insights,
    interpretations,
    investment,
    outreach,
    publishing,
    questions,
    registry,
    tiers,
)
from tests.factories import rating as ratings
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, SubdistrictFactory
from tests.factories.outreach_rooms import observers, packages
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def person(*roles: str, **fields: Any) -> Any:
    return UserFactory(roles=list(roles), **fields)


def found(user: Any) -> dict[str, int]:
    return {room.label: room.count for room in waiting(user) if room.count}


def bulletin(by: Any) -> Bulletin:
    texts = outreach.both(title="№ 1", words="№ 1")
    return Bulletin.objects.create(slug=f"b-{by.pk}", author=by, day=local_day(), state=Publication.IN_REVIEW, **texts)


def proposal(by: Any) -> Any:
    row = investment.resource(author=by)
    facts = {"name_en": "Another name"}
    type(row).objects.filter(pk=row.pk).update(proposal=facts)
    return row


# room → whoever writes it: one that waits for others
REVIEWED: dict[str, Callable[[Any], Any]] = {
    "Policies to review": lambda by: publishing.in_review(by),
    "Questions and answers to review": lambda by: questions.in_review(by),
    "Interpretations to review": lambda by: interpretations.in_review(by=by),
    "Consultations to review": lambda by: consultations.consultation("in_review", author=by),
    "Obstacles to publish": lambda by: ratings.obstacle(StewardFactory(), state="answered", owner=by),
    "Bulletins to review": bulletin,
    "Packages for partners to review": lambda by: packages.version(Publication.IN_REVIEW, author=by),
    "Replies to observers to publish": lambda by: observers.replied(reply_by=by),
    "Investment resources to review": lambda by: investment.resource(state="in_review", author=by),
    "Monthly reports to approve": lambda by: insights.report(state="waiting", written_by=by),
    "Rounds of tiers to decide on": lambda by: (tiers.earning(200_000), tiers.in_review(by)),
}
WRITERS = {
    "Questions and answers to review": ("steward",),
    "Rounds of tiers to decide on": ("admin", "reviewer"),
}


@pytest.mark.parametrize("room", REVIEWED)
def test_what_somebody_else_wrote_waits_for_a_reviewer(room: str) -> None:
    writer = person(*WRITERS.get(room, ("editor",)), "reviewer")
    REVIEWED[room](writer)
    assert found(person("reviewer"))[room] == 1
    assert room not in found(writer)
    assert room not in found(person("translator"))


@pytest.mark.parametrize("room", [each.label for each in ROOMS if each.roles == (Role.REVIEWER, Role.ADMIN)])
def test_the_service_centre_reviews_some_of_it(room: Any) -> None:
    REVIEWED[str(room)](person("editor", "admin"))
    assert found(person("admin"))[str(room)] == 1


def test_a_change_of_what_is_published_waits_too() -> None:
    proposal(person("editor"))
    assert found(person("reviewer")) == {"Investment resources to review": 1}


def test_what_was_decided_waits_no_longer() -> None:
    revision, reviewer = publishing.in_review(), person("reviewer")
    assert found(reviewer) == {"Policies to review": 1}
    workflow.publish(revision, by=reviewer, seen=revision.lock_version)
    assert found(reviewer) == {}
    row = investment.resource(state="in_review", author=person("editor"), subdistrict=SubdistrictFactory())
    assert found(reviewer) == {"Investment resources to review": 1}
    entering.publish(row, by=reviewer, seen=row.lock_version)
    assert found(reviewer) == {}


def test_what_came_back_is_its_author_s() -> None:
    author, other = person("editor"), person("editor")
    revision = publishing.in_review(author)
    workflow.send_back(revision, by=person("reviewer"), text="Say from when.")
    assert found(author) == {"Policies returned to you": 1}
    assert found(other) == {}


def test_scheduled_and_published_policies_wait_for_nobody() -> None:
    publishing.scheduled()
    revision = publishing.scheduled()
    scheduling.call_off(revision, by=person("reviewer"), text="Not yet.")
    assert found(person("reviewer")) == {"Policies to review": 1}


def test_questions_come_from_requests_to_those_who_write() -> None:
    questions.proposed()
    for role in ("editor", "translator"):
        assert found(person(role)) == {"Questions and answers to prepare": 1}
    assert found(person("reviewer")) == {}


def test_texts_in_one_language_wait_for_a_translator() -> None:
    publishing.draft(title_en="")
    publishing.draft()
    assert found(person("translator")) == {"Texts to translate": 1}


@pytest.mark.parametrize(("closes", "waits"), [(-1, True), (0, False), (5, False)])
def test_comments_are_answered_after_the_last_day(closes: int, waits: bool) -> None:
    consultations.consultation("released", opens=-30, closes=closes)
    assert ("Consultations whose last day has passed" in found(person("editor"))) is waits


def test_an_obstacle_waits_for_the_editors_of_its_department() -> None:
    ours, theirs = DepartmentFactory(code="ours"), DepartmentFactory(code="theirs")
    own, other, nowhere = (person("editor", department=each) for each in (ours, theirs, None))
    ratings.obstacle(StewardFactory(), state="sent", policy=PolicyFactory(department=ours))
    assert [found(each).get("Obstacles to answer") for each in (own, other, nowhere)] == [1, None, None]
    lonely = DepartmentFactory(code="lonely")
    ratings.obstacle(StewardFactory(), state="sent", policy=PolicyFactory(department=lonely))
    ratings.obstacle(StewardFactory(), state="sent")
    assert [found(each).get("Obstacles to answer") for each in (own, other, nowhere)] == [3, 2, 2]


def test_what_the_centre_and_the_editors_have_to_do() -> None:
    day = local_day()
    PolicyTask.objects.create(policy=PolicyFactory(), kind="review", about=day, due_on=day)
    PolicyTask.objects.create(
        policy=PolicyFactory(), kind="review", about=day, due_on=day, done_at=timezone.now(), outcome="done"
    )
    insights.report(state="draft")
    occasion = outreach.occasion()
    Question.objects.create(occasion=occasion, text="Open?")
    Question.objects.create(occasion=occasion, text="Hidden?", hidden_at=timezone.now())
    Question.objects.create(occasion=occasion, text="Answered?", answered_at=timezone.now(), answer="Yes.")
    both = {
        "Policies that somebody has to decide on": 1,
        "Monthly reports to write": 1,
        "Questions asked at events": 1,
    }
    assert found(person("editor")) == both
    registry.extract()
    registry.extract(state="done")
    ErasureRequest.objects.create(person=UserFactory())
    centre = {"Extracts of the business registry to look at": 1, "People who wish to be forgotten": 1}
    assert found(person("admin")) == both | centre


def test_each_room_says_since_when() -> None:
    long_ago = timezone.now() - timedelta(days=40)
    for age in (timedelta(days=3), timedelta(days=40)):
        row = publishing.in_review()
        type(row).objects.filter(pk=row.pk).update(changed_at=timezone.now() - age)
    assert waiting(person("reviewer"))[0] == Waiting(
        "Policies to review", "/en/publishing/?show=review", 2, timezone.localtime(long_ago).date()
    )
    consultations.consultation("released", opens=-30, closes=-3)
    since = {room.label: room.since for room in waiting(person("editor"))}
    assert since["Consultations whose last day has passed"] == local_day() - timedelta(days=3)
    assert since["Monthly reports to write"] is None


def test_late_in_the_evening_the_day_is_ours() -> None:
    row = publishing.in_review()
    type(row).objects.filter(pk=row.pk).update(changed_at="2026-10-11T17:30:00Z")  # 01:30 on the 12th here
    assert waiting(person("reviewer"))[0].since == date(2026, 10, 12)


@pytest.mark.parametrize("rows", [0, 1, 3, 30])
def test_one_query_whatever_waits(rows: int, django_assert_num_queries: Any) -> None:
    by = person("editor")
    for _n in range(rows):
        publishing.in_review(by)
        investment.resource(state="in_review", author=by)
    user = person("editor", "translator", "reviewer", "admin")
    with django_assert_num_queries(1):
        rooms = waiting(user)
    assert len(rooms) == len(ROOMS)
    assert rooms[0].count == rows


@pytest.mark.parametrize("role", Role.values)
def test_who_has_such_a_page(as_user: As, role: str) -> None:
    allowed = role in ("editor", "translator", "reviewer", "admin")
    assert as_user(person(role)).get("/en/today/").status_code == (200 if allowed else 404)


@pytest.mark.parametrize(
    ("language", "words", "nothing"),
    [
        ("en", ("What waits for you", "Policies to review", "12 October 2026"), "Nothing waits for you"),
        ("zh-hans", ("今日待办", "待审核政策", "2026年10月12日"), "暂无待办事项"),
    ],
)
def test_the_page(as_user: As, language: str, words: tuple[str, ...], nothing: str) -> None:
    client = as_user(person("reviewer"))
    page = client.get(f"/{language}/today/").content.decode()
    assert nothing in page
    row = publishing.in_review()
    type(row).objects.filter(pk=row.pk).update(changed_at="2026-10-12T03:00:00Z")
    page = client.get(f"/{language}/today/").content.decode()
    assert all(word in page for word in words)
    assert nothing not in page
    assert f'href="/{language}/publishing/?show=review"' in page


def test_every_room_leads_somewhere_for_all_who_have_it(as_user: As) -> None:
    for role in (Role.EDITOR, Role.TRANSLATOR, Role.REVIEWER, Role.ADMIN):
        user = person(role)
        client = as_user(user)
        for room in waiting(user):
            assert client.get(room.url).status_code == 200, (role, room.label)


def test_who_has_several_offices_sees_each_room_once() -> None:
    EnterpriseFactory()
    labels = [room.label for room in waiting(person("editor", "translator", "reviewer", "admin"))]
    assert len(labels) == len(set(labels)) == len(ROOMS)
    assert waiting(person("steward")) == []
