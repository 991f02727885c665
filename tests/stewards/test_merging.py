"""Duplicates: merged, told, and taken apart again so that nothing is lost."""

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from portal.core import calendar
from portal.core.access import Denied, Refused
from portal.core.calendar import local_day
from stewards import timeline, workflow
from stewards.files import attachments_for
from stewards.models import Attachment, HelpRequest, RequestEvent
from stewards.queries import asking_people
from stewards.relations import merging, rules
from stewards.relations.merging import merge, unmerge
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory, accepted

pytestmark = pytest.mark.django_db
WHOLE = ("state", "due_on", "due_provisional", "waiting_since", "promised_days", "merged_into_id")
HELD = ("steward_id", "handler_id", "department_id", "assigned_at", "accepted_at")


class Pair:
    """Two requests of one enterprise in the hands of one steward, the first asked by the owner, the second by a
    colleague; the second is the older promise."""

    def __init__(self) -> None:
        owner = MembershipFactory(user__name_en="Olive")
        self.owner, self.enterprise = owner.user, owner.enterprise
        self.colleague = MembershipFactory(enterprise=self.enterprise, role="member").user
        self.steward = StewardFactory(name_en="Stella")
        self.gone = self.asked(asker=self.owner, subject="Rent", body="How do we apply?", due_on=day(5))
        self.goal = self.asked(asker=self.colleague, subject="Office rent", due_on=day(9), promised_days=5)

    def asked(self, **fields: Any) -> HelpRequest:
        return accepted(self.steward, enterprise=self.enterprise, **fields)

    def merge(self, **options: Any) -> HelpRequest:
        return merge(self.gone, into=self.goal, by=self.steward, **options)


def day(ahead: int) -> date:
    return local_day() + timedelta(days=ahead)


def fresh(request: HelpRequest) -> HelpRequest:
    return HelpRequest.objects.get(pk=request.pk)


def facts(request: HelpRequest) -> dict[str, Any]:
    return HelpRequest.objects.values(*WHOLE, *HELD).get(pk=request.pk)


def kinds(person: Any) -> list[str]:
    return list(person.messages_received.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def pair(db: None, settings: Any, tmp_path: Any) -> Pair:
    settings.MEDIA_ROOT = tmp_path
    return Pair()


# --- merging -------------------------------------------------------------------------------------------------------


def test_the_one_continues_in_the_other(pair: Pair) -> None:
    done = pair.merge()
    assert (done.state, done.merged_into) == ("merged", pair.goal)
    assert list(HelpRequest.objects.all().open()) == [pair.goal]
    goal = fresh(pair.goal)
    days = calendar.current().working_days_between(local_day(), day(5))  # as many as there are from its own receipt
    assert (goal.state, goal.due_on, goal.promised_days) == ("accepted", day(5), days)
    assert goal.lock_version == 1  # whoever decides on an older page has to look again
    assert [entry.title for entry in timeline.entries(done)] == [
        f"Stella merged the request into {goal.number}, where it continues"
    ]
    entry = timeline.entries(goal)[0]
    assert entry.title == f"Stella merged request {done.number} into this one"
    assert "Due by" in entry.facts


def test_the_asker_is_told_where_it_continues(pair: Pair) -> None:
    pair.merge()
    mail = pair.owner.messages_received.get()
    assert mail.subject == f"Your request continues in another one ({pair.goal.number})"
    assert mail.url.endswith(f"/requests/{pair.goal.number}/")
    assert f"You asked for the same thing in {pair.gone.number} (Rent)." in mail.body
    assert mail.state == "held"  # nothing is urgent about it
    assert kinds(pair.colleague) == kinds(pair.steward) == []


@pytest.mark.parametrize(("ours", "theirs", "then"), [(5, 9, 5), (9, 5, 5), (6, 6, 6)])
def test_of_two_dates_the_earlier_one_holds(pair: Pair, ours: int, theirs: int, then: int) -> None:
    for request, ahead in ((pair.gone, ours), (pair.goal, theirs)):
        HelpRequest.objects.filter(pk=request.pk).update(due_on=day(ahead))
    pair.merge()
    assert fresh(pair.goal).due_on == day(then)
    unmerge(fresh(pair.gone), by=pair.steward)
    assert (fresh(pair.gone).due_on, fresh(pair.goal).due_on) == (day(ours), day(theirs))


def test_what_waits_for_the_enterprise_brings_its_moved_date(pair: Pair) -> None:
    since = timezone.now() - timedelta(days=14)
    HelpRequest.objects.filter(pk=pair.gone.pk).update(state="waiting", waiting_since=since, due_on=day(1))
    before = facts(pair.gone)
    pair.merge()
    assert fresh(pair.goal).due_on == day(9)  # the wait of two weeks moved the other one far beyond
    assert fresh(pair.gone).waiting_since is None
    unmerge(fresh(pair.gone), by=pair.steward)
    assert facts(pair.gone) == before


@pytest.mark.parametrize("state", ["submitted", "assigned", "accepted", "in_progress", "waiting"])
def test_undone_it_is_what_it_was(pair: Pair, state: str) -> None:
    changes: dict[str, Any] = {"state": state}
    if state == "submitted":
        changes |= dict.fromkeys(HELD)
    if state == "assigned":
        changes |= {"handler": None, "department": DepartmentFactory()}
    if state == "waiting":
        changes["waiting_since"] = timezone.now() - timedelta(hours=5)
    HelpRequest.objects.filter(pk=pair.gone.pk).update(**changes)
    before, goal = facts(pair.gone), facts(pair.goal)
    pair.merge()
    merged = fresh(pair.gone)
    assert merged in HelpRequest.objects.on_desk_of(pair.steward)
    back = unmerge(merged, by=pair.steward)
    assert facts(pair.gone) == before
    assert facts(pair.goal) == goal
    assert back.lock_version == 2
    titles = [entry.title for entry in timeline.entries(back)]
    assert titles[-1] == f"Stella took the request out of {pair.goal.number} again"
    assert timeline.entries(pair.goal)[-1].title == f"Stella took request {back.number} out of this one again"
    assert pair.owner.messages_received.latest("pk").subject.startswith("Your request stands alone again")


def test_merged_and_undone_again_and_again(pair: Pair) -> None:
    before = facts(pair.gone), facts(pair.goal)
    for _time in range(2):
        pair.merge()
        unmerge(fresh(pair.gone), by=pair.steward)
        assert (facts(pair.gone), facts(pair.goal)) == before


@pytest.mark.parametrize("first", [0, 1])
def test_several_in_one_come_out_in_any_order(pair: Pair, first: int) -> None:
    third = pair.asked(due_on=day(2), promised_days=1)
    own = facts(pair.goal)
    pair.merge()
    merge(third, into=pair.goal, by=pair.steward)
    assert fresh(pair.goal).due_on == day(2)
    both = [pair.gone, third]
    unmerge(fresh(both[first]), by=pair.steward)
    assert fresh(pair.goal).due_on == day((2, 5)[first])
    unmerge(fresh(both[1 - first]), by=pair.steward)
    assert facts(pair.goal) == own


def test_a_date_that_was_changed_meanwhile_stays(pair: Pair) -> None:
    pair.merge()
    HelpRequest.objects.filter(pk=pair.goal.pk).update(due_on=day(20))
    unmerge(fresh(pair.gone), by=pair.steward)
    assert fresh(pair.goal).due_on == day(20)


# --- who, and when not ---------------------------------------------------------------------------------------------


def test_who_may_merge(pair: Pair) -> None:
    for person in (HandlerFactory(department=pair.steward.department), StewardFactory(), pair.owner):
        with pytest.raises(Refused, match="Only the steward of"):
            merge(pair.gone, into=pair.goal, by=person)
        assert fresh(pair.gone).state == "accepted"
    assert merge(pair.gone, into=pair.goal, by=UserFactory(roles=["admin"])).state == "merged"
    assert sorted(kinds(pair.steward)) == ["request.joined", "request.merged"]
    with pytest.raises(Refused, match="Only the steward of"):
        unmerge(fresh(pair.gone), by=StewardFactory())


def test_both_must_be_theirs(pair: Pair) -> None:
    other = StewardFactory()
    HelpRequest.objects.filter(pk=pair.goal.pk).update(steward=other, handler=other)
    with pytest.raises(Refused, match=f"Only the steward of {pair.goal.number}"):
        pair.merge()


def refused(pair: Pair, words: str) -> None:
    with pytest.raises(Refused, match=words):
        merge(fresh(pair.gone), into=fresh(pair.goal), by=pair.steward)
    assert fresh(pair.gone).merged_into is None
    assert not RequestEvent.objects.exists()


def test_of_another_enterprise(pair: Pair) -> None:
    HelpRequest.objects.filter(pk=pair.goal.pk).update(enterprise=EnterpriseFactory())
    refused(pair, "same enterprise")


@pytest.mark.parametrize("state", ["answered", "closed", "withdrawn", "not_accepted"])
def test_nothing_is_merged_into_what_is_over(pair: Pair, state: str) -> None:
    HelpRequest.objects.filter(pk=pair.goal.pk).update(state=state)
    refused(pair, "no longer open")


@pytest.mark.parametrize("state", ["answered", "rated", "closed", "withdrawn", "not_accepted"])
def test_what_is_over_need_not_be_merged(pair: Pair, state: str) -> None:
    HelpRequest.objects.filter(pk=pair.gone.pk).update(state=state)
    refused(pair, "This request")


def test_into_what_nobody_has_taken(pair: Pair) -> None:
    HelpRequest.objects.filter(pk=pair.goal.pk).update(state="submitted", steward=None, handler=None)
    refused(pair, "Nobody is responsible for")


@pytest.mark.parametrize("column", ["supervised_at", "attention_at"])
def test_what_a_leader_looks_at_is_not_folded_away(pair: Pair, column: str) -> None:
    HelpRequest.objects.filter(pk=pair.gone.pk).update(**{column: timezone.now()})
    refused(pair, "leader's attention")


def test_not_into_itself_and_not_in_chains(pair: Pair) -> None:
    assert rules.may_continue_in(pair.steward, pair.gone, pair.gone) == Denied(
        "A request cannot be merged into itself."
    )
    pair.merge()
    with pytest.raises(Refused, match="Other requests were merged into"):
        merge(fresh(pair.goal), into=pair.asked(), by=pair.steward)
    with pytest.raises(Refused, match="no longer open"):
        merge(pair.asked(), into=fresh(pair.gone), by=pair.steward)


def test_founders_merge_what_they_asked_themselves(pair: Pair) -> None:
    HelpRequest.objects.update(enterprise=None)
    refused(pair, "same enterprise")
    HelpRequest.objects.update(asker=pair.owner)
    assert merge(fresh(pair.gone), into=fresh(pair.goal), by=pair.steward).state == "merged"


def test_on_an_older_page_nothing_happens(pair: Pair) -> None:
    workflow.contact(pair.gone, by=pair.steward, text="Good morning.")
    with pytest.raises(Refused, match="decide anew"):
        pair.merge(seen=0)
    assert pair.merge(seen=1).state == "merged"
    with pytest.raises(Refused, match="continues in another one"):
        pair.merge(seen=1)
    with pytest.raises(Refused, match="decide anew"):
        unmerge(fresh(pair.gone), by=pair.steward, seen=1)


def test_a_merged_request_takes_nothing_but_notes(pair: Pair) -> None:
    merged = pair.merge()
    with pytest.raises(Refused, match="continues in another one"):
        workflow.reply(merged, by=pair.owner, text="And?")
    with pytest.raises(Refused, match="continues in another one"):
        workflow.answer(merged, by=pair.steward, text="Yes.")
    with pytest.raises(Refused, match="continues in another one"):
        workflow.withdraw(merged, by=pair.owner)
    assert workflow.note(merged, by=pair.steward, text="Same matter.").state == "merged"


# --- afterwards ----------------------------------------------------------------------------------------------------


def test_both_askers_hear_of_the_answer(pair: Pair) -> None:
    pair.merge()
    workflow.answer(fresh(pair.goal), by=pair.steward, text="Apply online.")
    assert kinds(pair.owner) == ["request.merged", "request.answered"]
    assert kinds(pair.colleague) == ["request.answered"]


def test_who_joined_hears_when_it_is_withdrawn(pair: Pair) -> None:
    pair.merge()
    workflow.withdraw(fresh(pair.goal), by=pair.colleague)
    mail = pair.owner.messages_received.latest("pk")
    assert mail.subject == f"A request of your enterprise was withdrawn ({pair.goal.number})"
    assert kinds(pair.colleague) == []
    assert unmerge(fresh(pair.gone), by=pair.steward).state == "accepted"  # it can still be taken up


def test_what_was_promised_when_it_was_answered_stays(pair: Pair) -> None:
    pair.merge()
    workflow.answer(fresh(pair.goal), by=pair.steward, text="Apply online.")
    unmerge(fresh(pair.gone), by=pair.steward)
    assert fresh(pair.goal).due_on == day(5)


def test_who_has_left_hears_nothing(pair: Pair) -> None:
    pair.merge()
    pair.owner.memberships.update(state="ended")
    assert asking_people(fresh(pair.goal)) == [pair.colleague]
    pair.colleague.memberships.update(state="ended")
    last = MembershipFactory(enterprise=pair.enterprise).user
    assert asking_people(fresh(pair.goal)) == [last]


def test_files_go_with_the_request(pair: Pair) -> None:
    """Who has the goal without the other one downloads its files, but not what was internal there."""
    handler = HandlerFactory()
    open_file, internal = (
        Attachment.objects.create(
            request=pair.gone, key=f"00000000-0000-4000-8000-00000000000{n}", name="plan.pdf", size=1,
            sha256="0" * 64, internal=bool(n), uploaded_by=pair.owner,
        )
        for n in range(2)
    )  # fmt: skip
    HelpRequest.objects.filter(pk=pair.goal.pk).update(department=handler.department)
    assert not attachments_for(handler).exists()
    pair.merge()
    assert set(attachments_for(handler)) == {open_file}
    assert set(attachments_for(pair.steward)) == {open_file, internal}
    assert set(attachments_for(pair.colleague)) == {open_file}
    assert not attachments_for(HandlerFactory()).exists()


def test_a_promise_moves_on_with_the_wait(pair: Pair) -> None:
    plain = merging.offer(pair.gone, timezone.now())
    assert plain == {"due_on": day(5).isoformat(), "due_provisional": False, "promised_days": 0}
    pair.gone.waiting_since = timezone.now() - timedelta(days=30)
    assert merging.offer(pair.gone, timezone.now())["due_on"] > plain["due_on"]


# --- two at once ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_people_merge_the_same_pair_both_ways() -> None:
    """Neither waits forever for the other, and exactly one of the two is merged."""
    pair, admin = Pair(), UserFactory(roles=["admin"])
    start, outcomes = Barrier(2), []

    def act(by: Any, gone: HelpRequest, goal: HelpRequest) -> None:
        try:
            start.wait(5)
            merge(gone, into=goal, by=by)
            outcomes.append("merged")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        Thread(target=act, args=(pair.steward, pair.gone, pair.goal)),
        Thread(target=act, args=(admin, pair.goal, pair.gone)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["merged", "refused"]
    assert HelpRequest.objects.filter(state="merged").count() == 1
    assert HelpRequest.objects.all().open().count() == 1


def test_nobody_sees_more_by_a_merge(pair: Pair) -> None:
    pair.merge()
    stranger = HelpRequestFactory(asker=UserFactory())
    assert stranger.asker not in asking_people(fresh(pair.goal))
    assert fresh(pair.gone) not in HelpRequest.objects.of_member(stranger.asker)
    assert fresh(pair.gone) not in HelpRequest.objects.on_desk_of(StewardFactory(department=DepartmentFactory()))
    assert fresh(pair.gone) in HelpRequest.objects.of_member(pair.colleague)
