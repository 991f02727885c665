"""What the periodic tasks have to do, for tests/stewards/test_tasks_killed.py: a case for each."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from engagement.models import Promise, Visit
from enterprises.models import Membership
from notices.models import Message
from portal.core import calendar
from portal.core.calendar import local_day
from portal.core.models import CalendarDay, CalendarYear
from stewards.models import (
    ChangedDay,
    DayFigures,
    HelpRequest,
    Leave,
    RecomputedDue,
    Reminder,
    RequestEvent,
    StandIn,
    Watch,
)
from stewards.rating import rollups
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.engagement import visit
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.standards import calendar_load
from tests.factories.stewards import HelpRequestFactory, accepted, overdue_requests
from tests.races import gate
from tests.stewards.scene import Scene

ENDED = timedelta(days=1)


@contextmanager
def posted_elsewhere(key: str) -> Iterator[None]:
    """Somebody is just about to post this very message: whoever posts it too waits, and it is not posted after all."""
    with transaction.atomic():
        Message.objects.create(key=key, email="x@example.org", kind="x", language="en", subject="x", body="x")
        yield
        transaction.set_rollback(True)


def told(kind: str, *prefix: str) -> Counter[str]:
    """How often each person and thing was told of."""
    keys = Message.objects.filter(kind=kind).values_list("key", flat=True)
    return Counter(key for key in keys if key.startswith(prefix or ""))


def events(requests: list[HelpRequest], kind: str) -> list[int]:
    return sorted(RequestEvent.objects.filter(request__in=requests, kind=kind).values_list("request", flat=True))


@dataclass
class Case:
    """A world in which the task has work; where it is held, how far it has come by then, what must be at the end."""

    task: str
    held: Any
    half: Callable[[], Any]
    done: Callable[[], None]
    half_done: Any = 0


# --- the tasks -------------------------------------------------------------------------------------------------------
def leaves_end() -> Case:
    """Two substitutes hand back; the first leave is settled, the second is in hand."""
    scene, other, substitute = Scene(), StewardFactory(), StewardFactory()
    today, all_of_them = local_day(), []
    for person in (scene.steward, other):
        leave = LeaveFactory(person=person, substitute=substitute, starts_on=today - 3 * ENDED, ends_on=today - ENDED)
        for _n in range(3):
            asked = accepted(person, enterprise=scene.enterprise, asker=scene.owner)
            StandIn.objects.create(request=asked, leave=leave, person=substitute, since=timezone.now())
            all_of_them.append(asked)
    HelpRequest.objects.filter(pk__in=[asked.pk for asked in all_of_them]).update(handler=substitute)

    def done() -> None:
        assert events(all_of_them, "handed_back") == sorted(asked.pk for asked in all_of_them)
        for asked in HelpRequest.objects.filter(pk__in=[asked.pk for asked in all_of_them]):
            assert asked.handler_id == asked.steward_id
        assert not Leave.objects.filter(ended_at=None, ends_on__lt=today).exists()
        assert scene.steward.messages_received.filter(kind="leave.handed_back").count() == 1
        assert substitute.messages_received.filter(kind="leave.handed_back").count() == 2

    held = gate(HelpRequest.objects.filter(pk=all_of_them[4].pk))
    return Case("stewards.tasks.keep_leaves", held, lambda: len(events(all_of_them, "handed_back")), done, 3)


def leave_begins() -> Case:
    scene = Scene()
    all_of_them = [accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner) for _n in range(4)]
    LeaveFactory(person=scene.steward, substitute=scene.second, hand_over=True)

    def done() -> None:
        assert events(all_of_them, "handed_over") == sorted(asked.pk for asked in all_of_them)
        assert StandIn.objects.filter(request__in=all_of_them, until=None, person=scene.second).count() == 4
        assert scene.owner.messages_received.filter(kind="request.handed_over").count() == 4

    held = gate(HelpRequest.objects.filter(pk=all_of_them[2].pk))
    return Case("stewards.tasks.keep_leaves", held, lambda: len(events(all_of_them, "handed_over")), done)


def figures() -> Case:
    rollups.refresh()
    before = DayFigures.objects.count()
    for n in range(6):
        HelpRequestFactory(enterprise=None, submitted_at=timezone.now() - timedelta(days=40 + n))
    marks = ChangedDay.objects.order_by("-pk")

    def done() -> None:
        kept = sorted(DayFigures.objects.values_list("day", "type", *rollups.COUNTS))
        assert DayFigures.objects.count() == before + 6
        assert not marks.exists()
        rollups.rebuild()
        assert sorted(DayFigures.objects.values_list("day", "type", *rollups.COUNTS)) == kept

    held = gate(ChangedDay.objects.filter(pk=marks[0].pk))
    return Case("stewards.tasks.refresh_figures", held, lambda: DayFigures.objects.count() - before, done)


def visits_chased() -> Case:
    """More than a batch of write-ups and promises that are missing; held in the second batch."""
    scene = Scene()
    late = local_day() - timedelta(days=4)
    first = visit(scene.enterprise, scene.steward, "held", day=late)
    fields = {name: getattr(first, name) for name in ("enterprise", "organiser", "purpose", "place", "state")}
    times = {name: getattr(first, name) for name in ("asked_by", "starts_at", "ends_at", "day", "told_at")}
    others = Visit.objects.bulk_create(Visit(**fields, **times) for _n in range(119))
    Promise.objects.bulk_create(
        Promise(visit=first, text=f"Promise {n}", made_by=scene.steward, made_at=first.starts_at) for n in range(5)
    )
    keys = [f"visit:write-up:{each.pk}:{each.lock_version}:{scene.steward.pk}" for each in (first, *others)]

    def done() -> None:
        assert set(told("visit.chase", "visit:write-up").values()) == {1}
        assert len(told("visit.chase", "visit:write-up")) == 120
        assert len(told("visit.chase", "visit:promise")) == 5
        assert not Visit.objects.filter(pk__in=[each.pk for each in others], chased_at=None).exists()

    half = Visit.objects.filter(enterprise=scene.enterprise).exclude(chased_at=None).count
    return Case("engagement.tasks.chase_visits", posted_elsewhere(keys[110]), half, done, 100)


def callers_forgotten() -> Case:
    """More than a batch; names and numbers of settled matters alone, and one row of the audit trail for each."""
    asker, steward, long_ago = UserFactory(), StewardFactory(), timezone.now() - timedelta(days=100)
    rows = {"asker": asker, "steward": steward, "handler": steward, "caller": "Mr Fictional · 0000"}
    rows |= {"changed_at": long_ago, "submitted_at": long_ago}
    HelpRequest.objects.bulk_create(
        HelpRequest(number=f"C-{n:06d}", state="closed", due_on=local_day(), **rows) for n in range(1_020)
    )
    open_one = HelpRequestFactory(caller="Ms Fictional · 0000", asker=asker)
    kept = HelpRequest.objects.filter(asker=asker, state="closed").exclude(caller="")
    last = HelpRequest.objects.filter(asker=asker, state="closed").order_by("-pk")[:1]

    def done() -> None:
        assert not kept.exists()
        assert HelpRequest.objects.get(pk=open_one.pk).caller == "Ms Fictional · 0000"
        trail = apps.get_model("stewards", "HelpRequestEvent").objects.filter(pgh_label="redacted")
        assert (trail.count(), trail.values("pgh_obj").distinct().count()) == (1_020, 1_020)

    held = gate(HelpRequest.objects.filter(pk__in=list(last.values_list("pk", flat=True))))
    return Case("stewards.tasks.forget_callers", held, lambda: 1_020 - kept.count(), done, 1_000)


def mandates_end() -> Case:
    enterprise, owner = EnterpriseFactory(), UserFactory()
    MembershipFactory(enterprise=enterprise, user=owner)
    agents = [
        MembershipFactory(enterprise=enterprise, role="agent", until=local_day() - ENDED, user=UserFactory())
        for _n in range(6)
    ]
    ended = Membership.objects.filter(enterprise=enterprise, state="ended")
    third = agents[3]

    def done() -> None:
        assert ended.count() == 6
        assert Counter(told("mandate").values()) == {1: 12}

    held = posted_elsewhere(f"mandate:{third.pk}:{third.until}:{owner.pk}")
    return Case("enterprises.tasks.end_mandates", held, ended.count, done, 3)


def renewed_dates_and_watchers() -> Case:
    """New dates that have passed as well, and somebody who watches: each is told once of each."""
    before = set(Reminder.objects.values_list("pk", flat=True))
    overdue_requests(40, prefix="N")
    late = HelpRequest.objects.filter(number__startswith="N-").order_by("pk")
    late.update(renewed_due_on=late[0].due_on + timedelta(days=1))
    Watch.objects.bulk_create(Watch(request=each, person=each.steward, since=timezone.now()) for each in late)
    last = late[20]
    rules = Reminder.objects.exclude(pk__in=before).values_list("request", "rule", "recipient", "cycle")

    def done() -> None:
        assert set(Counter(rules).values()) == {1}
        assert Reminder.objects.exclude(pk__in=before).filter(message=None).count() == 0
        by_rule = Counter(Reminder.objects.filter(request__in=late).values_list("rule__code", flat=True))
        assert by_rule["overdue"] == by_rule["renewed"] == 40, by_rule
        assert Counter(told("request.watched_late").values()) == {1: 40}

    held = posted_elsewhere(f"watch:{last.pk}:{last.due_on}:{last.steward_id}")
    return Case("stewards.tasks.sweep_reminders", held, lambda: len(told("request.watched_late")), done)


def calendar_counted_anew() -> Case:
    """A year's calendar comes into force; each due date is counted anew in a transaction of its own."""
    scene, year = Scene(), local_day().year + 1
    first = local_day().replace(year=year, month=1, day=4)
    days = calendar.current().working_days_between(local_day(), first)
    asked = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
    made = HelpRequest.objects.bulk_create(
        HelpRequest(number=f"K-{n:06d}", state="accepted", asker=scene.owner, enterprise=scene.enterprise, body="…",
                    steward=scene.steward, handler=scene.steward, department=asked.department, subject="Rent",
                    submitted_at=timezone.now(), due_on=first, due_provisional=True, promised_days=days)
        for n in range(12)
    )  # fmt: skip
    RequestEvent.objects.bulk_create(
        RequestEvent(request=each, kind="submitted", actor=scene.owner, at=timezone.now(), data={"days": days})
        for each in made
    )
    load = calendar_load(scene.admin, year=year, state="confirmed", confirmed_at=timezone.now() - timedelta(hours=1))
    CalendarYear.objects.create(year=year, source="№ 1")
    CalendarDay.objects.bulk_create(CalendarDay(day=first.replace(day=n), working=False) for n in (1, 4))

    def done() -> None:
        assert RecomputedDue.objects.filter(load=load).count() == len(made)
        assert events(made, "recomputed") == sorted(each.pk for each in made)
        assert scene.owner.messages_received.filter(kind="request.recomputed").count() == len(made)
        assert not HelpRequest.objects.filter(pk__in=[each.pk for each in made], due_on__lte=first).exists()
        load.refresh_from_db()
        assert load.settled_at

    held = gate(HelpRequest.objects.filter(pk=made[-3].pk))
    half = RecomputedDue.objects.filter(load=load).count
    return Case("stewards.tasks.recompute_due_dates", held, half, done, len(made) - 3)


CASES = (
    *(leaves_end, leave_begins, figures, visits_chased, callers_forgotten, mandates_end),
    *(renewed_dates_and_watchers, calendar_counted_anew),
)
