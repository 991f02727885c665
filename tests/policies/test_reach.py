"""Whom a version would reach, what the reviewer sees of it, and that newly reached owners are told once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import User
from enterprises.models import Enterprise, Membership
from notices.digests import compose
from notices.models import Message, State
from policies import workflow
from policies.eligibility import announcing
from policies.eligibility.reach import Reach, Tally, newly_matching, reach_of, rivals_of
from policies.eligibility.reach_words import preview, rounded
from policies.models import Announcement, Policy, Revision
from policies.publishing.side_by_side import criteria_of
from policies.tasks import tell_reached
from portal.core.calendar import local_day
from tests.factories import publishing as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
HONGKOU = {"field": "district", "op": "eq", "value": "310109"}
STAFF = {"field": "employees", "op": "gte", "value": 10}
FEW = {"field": "employees", "op": "lte", "value": 50}
RD = {"field": "rd_expense_ratio", "op": "gte", "value": 0.03}
LISTED = {"field": "listed", "op": "eq", "value": True}


def enterprises(*facts: dict[str, Any], **fields: Any) -> list[Enterprise]:
    return Enterprise.objects.bulk_create(
        Enterprise(**{"district": "310109", "verified_at": timezone.now(), **fields, **each}) for each in facts
    )


def owned(count: int, **facts: Any) -> list[Enterprise]:
    """Enterprises with an owner each."""
    rows = enterprises(*[facts] * count)
    first = User.objects.count()
    people = User.objects.bulk_create(User(email=f"o{first + n}@enterprise.cn", language="en") for n in range(count))
    Membership.objects.bulk_create(
        Membership(enterprise=row, user=person, role="owner", state="active")
        for row, person in zip(rows, people, strict=True)
    )
    return rows


def told() -> list[Message]:
    return list(Message.objects.filter(kind="policy_match").order_by("pk"))


class TestCounting:
    def test_each_enterprise_stands_somewhere_and_each_condition_is_counted(
        self, django_assert_num_queries: Callable[..., Any]
    ) -> None:
        enterprises(
            {"employees": 10, "rd_expense_ratio": "0.03"},  # all met
            {"employees": None, "rd_expense_ratio": "0.03"},  # one fact missing, in two conditions
            {"employees": None, "rd_expense_ratio": None},  # two facts missing
            {"employees": 9, "rd_expense_ratio": "0.03"},  # one not met
            {"employees": 9, "rd_expense_ratio": None},  # not met, whatever the other says
            {"employees": 9, "rd_expense_ratio": "0.01"},
        )
        enterprises({"employees": 10, "rd_expense_ratio": "0.03"}, verified_at=None)
        with django_assert_num_queries(1) as queries:
            reach = reach_of([STAFF, FEW, RD], DAY)
        assert '"id" AS' not in queries.captured_queries[0]["sql"]  # grouped by outcome, not by enterprise
        assert (reach.met, reach.nearly, reach.unclear, reach.unmet, reach.total) == (1, 1, 1, 3, 6)
        assert reach.tallies == [Tally(1, 3, 2, alone=1), Tally(4, 0, 2), Tally(3, 1, 2)]
        assert reach.hardest == 0

    def test_without_conditions_it_reaches_everybody(self) -> None:
        enterprises({}, {"employees": 3})
        reach = reach_of([], DAY, previous=[STAFF], rivals=[PolicyFactory(criteria=[FEW])])
        assert (reach.met, reach.total, reach.stay, reach.both) == (2, 2, 0, [1])
        assert reach.hardest is None

    def test_nobody_is_there(self) -> None:
        assert reach_of([STAFF], DAY) == Reach(tallies=[Tally()])

    def test_what_the_published_criteria_and_rivals_reach_too(self, django_assert_num_queries: Any) -> None:
        enterprises(*({"employees": count} for count in (5, 10, 20, 60, None)))
        rival = PolicyFactory(criteria=[{**STAFF, "value": 20}])
        with django_assert_num_queries(1):
            reach = reach_of([STAFF], DAY, previous=[FEW], rivals=[rival, PolicyFactory.build(criteria=[])])
        assert (reach.met, reach.stay, reach.before, reach.both) == (3, 2, 3, [2, 3])


class TestNewlyMatching:
    def test_those_who_did_not_match_for_certain_before(self, django_assert_num_queries: Any) -> None:
        five, ten, sixty, unknown = (row.pk for row in enterprises(*({"employees": n} for n in (5, 10, 60, None))))
        enterprises({"employees": 10}, verified_at=None)
        policy = PolicyFactory.build(criteria=[HONGKOU])
        with django_assert_num_queries(1):
            assert list(newly_matching(policy, [STAFF], DAY)) == [five, unknown]
        assert list(newly_matching(policy, None, DAY)) == [five, ten, sixty, unknown]
        assert list(newly_matching(policy, [], DAY)) == []
        assert list(newly_matching(Revision(content={"criteria": [STAFF]}), [FEW], DAY)) == [sixty]


class TestRivals:
    @pytest.mark.parametrize(
        ("window", "theirs", "found"),
        [
            ((None, None), (None, None), True),
            ((5, 10), (None, None), True),
            ((5, 10), (10, 20), True),
            ((5, 10), (11, 20), False),
            ((5, 10), (None, 4), False),
            ((5, None), (1, 5), True),
            ((None, 10), (11, None), False),
            ((None, None), (None, -1), False),  # theirs is over
        ],
    )
    def test_the_same_desk_category_and_time(self, window: Any, theirs: Any, found: bool) -> None:
        def days(pair: Any, make_: Callable[[date], Any] = lambda day: day) -> list[Any]:
            return [None if n is None else make_(DAY + timedelta(days=n)) for n in pair]

        desk = DepartmentFactory()
        opens, closes = days(theirs)
        other = PolicyFactory(department=desk, window_opens=opens, window_closes=closes)
        opens, closes = days(window, date.isoformat)
        content = {"department_id": desk.pk, "category": "finance", "window_opens": opens, "window_closes": closes}
        assert rivals_of(Revision(content=content), DAY) == [other] * found

    def test_others_are_no_rivals(self) -> None:
        desk = DepartmentFactory()
        own = PolicyFactory(department=desk)
        PolicyFactory(department=desk, category="talent")
        PolicyFactory(department=desk, repealed_on=DAY)
        PolicyFactory(department=desk, published_at=None)
        PolicyFactory(department=DepartmentFactory())
        content = {"department_id": desk.pk, "category": "finance"}
        assert rivals_of(Revision(policy=own, content=content), DAY) == []
        assert rivals_of(Revision(content={**content, "department_id": None}), DAY) == []


class TestPreview:
    def page(self, as_user: Any, who: Any, revision: Revision) -> str:
        return " ".join(
            unescape(as_user(who).get(reverse("publishing:review", args=[revision.pk])).content.decode()).split()
        )

    def test_the_reviewer_sees_whom_it_reaches(self, as_user: Any) -> None:
        enterprises(*[{"employees": 12}] * 3, *[{"employees": 9}] * 7, {})
        desk = DepartmentFactory()
        rival = PolicyFactory(department=desk, title_en="Rival policy", criteria=[STAFF])
        revision = make.in_review(department_id=desk.pk, criteria=[HONGKOU, STAFF])
        page = self.page(as_user, make.reviewer(), revision)
        assert "Verified enterprises: 11." in page
        assert '<dt>Match</dt><dd class="number">3</dd>' in page
        assert '<dt>Nearly match</dt><dd class="number">1</dd>' in page
        assert '<dt>Do not match</dt><dd class="number">7</dd>' in page
        assert 'At least 10 employees <span class="status status-warn">excludes most</span>' in page
        assert page.count("excludes most") == 1
        assert f'<a href="/en/policies/{rival.slug}/" dir="auto">Rival policy</a>' in page
        assert "Enterprises that match both: 3" in page
        assert "Newly reached" not in page
        assert "rounded" not in page

    def test_who_may_not_see_every_enterprise_is_told_no_small_numbers(self, as_user: Any) -> None:
        enterprises(*[{"employees": 12}] * 3, *[{"employees": 9}] * 7)
        page = self.page(as_user, make.translator(), make.in_review(criteria=[STAFF]))
        assert "Verified enterprises: 10." in page
        assert '<dd class="number">fewer than 5</dd>' in page
        assert '<dd class="number">5</dd>' in page  # seven
        assert "Counts are rounded down to fives" in page
        assert [rounded(n) for n in (0, 1, 4, 5, 9, 1234)] == ["0", "fewer than 5", "fewer than 5", "5", "5", "1,230"]

    def test_a_change_shows_who_is_gained_and_lost_in_ones_language(self, django_assert_num_queries: Any) -> None:
        enterprises(*({"employees": count} for count in (5, 10, 20, 60)))
        editor = make.editor()
        policy = make.published(editor, criteria=[FEW]).policy
        revision = workflow.revise(policy, by=editor)
        assert "No longer reached" not in dict(preview(editor, revision, criteria_of(revision.content)).rows)
        revision = workflow.save_revision(revision, by=editor, content={"criteria": [STAFF]}, seen=0)
        with translation.override("zh-hans"):
            said = criteria_of(revision.content, {"criteria": [FEW]})
            with django_assert_num_queries(1):
                shown = preview(editor, revision, said)
            assert [line.text for line in shown.lines] == ["员工人数不少于10人"]
            assert [count for _label, count in shown.rows] == ["3", "0", "0", "1", "1", "1"]

    @pytest.mark.parametrize("state", ["published", "discarded"])
    def test_a_decided_version_has_no_preview(self, as_user: Any, state: str) -> None:
        revision = Revision.objects.create(policy=PolicyFactory(), state=state, content={"criteria": [STAFF]})
        assert "Preview of reach" not in self.page(as_user, make.reviewer(), revision)

    def test_many_rivals_are_not_all_listed(self) -> None:
        desk = DepartmentFactory()
        PolicyFactory.create_batch(6, department=desk)
        revision = make.draft(department_id=desk.pk, criteria=[])
        shown = preview(make.editor(), revision, {"en": [], "zh-hans": []})
        assert (len(shown.rivals), shown.more_rivals, shown.lines) == (5, True, [])


class TestTelling:
    def test_publishing_tells_owners_in_their_digest(self, django_capture_on_commit_callbacks: Any) -> None:
        ours, _theirs = owned(1, employees=12), owned(1, employees=3)
        Enterprise.objects.filter(pk=ours[0].pk).update(name_en="Fits Ltd")
        for fields in ({"role": "member"}, {"state": "claimed"}, {"user": UserFactory(is_active=False)}):
            MembershipFactory(enterprise=ours[0], **fields)
        with django_capture_on_commit_callbacks() as callbacks:
            revision = make.published(criteria=[STAFF])
        assert (tell_reached.name, (revision.pk,)) in [getattr(each, "work", None) for each in callbacks]
        assert told() == []  # a worker does it, or the sweep where the broker is away
        assert tell_reached(revision.pk) == 1
        (message,) = told()
        assert message.subject == "A policy that may fit you: Fictional subsidy"
        assert message.body == "By what the portal knows, Fits Ltd meets all conditions of this policy."
        assert message.url == f"/en/policies/{revision.policy.slug}/"
        assert (message.state, message.key) == (
            State.HELD,
            f"reach:{revision.policy_id}:1:{message.recipient_id}",
        )
        assert Announcement.objects.get().told_at

    def test_a_change_is_told_only_to_those_it_newly_reaches(self) -> None:
        small, large = owned(1, employees=12), owned(1, employees=40)
        editor = make.editor()
        first = make.published(editor, criteria=[{**STAFF, "value": 30}])
        assert announcing.tell_due() == 1
        revision = workflow.revise(first.policy, by=editor)
        revision = workflow.save_revision(revision, by=editor, content={"criteria": [STAFF]}, seen=0)
        workflow.publish(workflow.send_to_review(revision, by=editor), by=make.reviewer(), seen=1)
        assert announcing.tell_due() == 1
        assert [message.recipient.memberships.get().enterprise for message in told()] == [*large, *small]
        assert "has changed" in told()[1].body

    def test_batches_go_on_where_a_run_stopped_and_nobody_is_told_twice(self) -> None:
        rows = owned(7, employees=12)
        twice = Membership.objects.get(enterprise=rows[0]).user
        MembershipFactory(enterprise=rows[6], user=twice)
        key = make.published(criteria=[STAFF]).pk
        announcing.tell(key, size=3, seconds=0)
        ledger = Announcement.objects.get()
        assert (ledger.told_up_to, ledger.told_at, len(told())) == (rows[2].pk, None, 3)
        announcing.tell_due()
        assert (len(told()), Announcement.objects.get().told_up_to) == (7, rows[6].pk)
        assert announcing.tell(key) == announcing.tell_due() == 0
        Announcement.objects.update(told_up_to=0, told_at=None)  # as if a run's transaction had been lost
        announcing.tell(key)
        assert len(told()) == 7

    @pytest.mark.parametrize(
        "fields",
        [{"effective_from": "later"}, {"repealed_on": "before"}, {"version": 2}],
        ids=["not yet in force", "repealed", "overtaken by a newer version"],
    )
    def test_what_does_not_apply_is_not_told_yet(self, fields: dict[str, Any]) -> None:
        owned(1, employees=12)
        key = make.published(criteria=[STAFF]).pk
        days = {"later": local_day() + timedelta(days=3), "before": local_day()}
        Policy.objects.update(**{name: days.get(value, value) for name, value in fields.items()})
        assert announcing.tell_due() == announcing.tell(key) == 0
        assert Announcement.objects.get().told_at is None
        if "effective_from" in fields:
            assert announcing.tell_due(days["later"]) == 1

    def test_versions_that_nobody_was_told_of_are_no_measure(self) -> None:
        """The second version came before the first was told: its news are those of both."""
        owned(1, employees=12)
        editor = make.editor()
        first = make.published(editor, criteria=[STAFF])
        revision = workflow.revise(first.policy, by=editor)
        workflow.publish(workflow.send_to_review(revision, by=editor), by=make.reviewer(), seen=0)
        assert announcing.tell_due() == 1
        assert announcing.previous_criteria(Revision.objects.get(number=2)) is None

    def test_policies_that_came_with_the_first_data_are_told_to_nobody(self) -> None:
        owned(1, employees=12)
        policy = PolicyFactory(criteria=[STAFF])
        old = Revision.objects.create(policy=policy, state="published", number=1, content={"criteria": [STAFF]})
        assert announcing.tell_due() == announcing.tell(old.pk) == 0
        assert announcing.previous_criteria(Revision(policy=policy, number=2)) == [STAFF]

    def test_it_is_part_of_the_days_digest(self) -> None:
        owned(1, employees=12)
        make.published(criteria=[STAFF])
        announcing.tell_due()
        User.objects.update(digest_hour=0)
        compose(datetime(2026, 11, 23, 12, tzinfo=UTC))
        (message,) = told()
        assert message.state == State.IN_DIGEST
        assert "A policy that may fit you: Fictional subsidy" in message.digest.body
