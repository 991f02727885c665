"""Which reminders are due on which day, and to whom: each rule of domain.md, on real dates."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from portal.core.models import CalendarDay
from portal.core.workdays import Calendar
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding.due import BASES, Staff, due, last_day, reminder_day
from stewards.reminding.texts import WORDINGS
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db

FRI, SAT, SUN, MON, TUE, WED = (date(2026, 11, day) for day in (20, 21, 22, 23, 24, 25))
CALENDAR = Calendar()


def at(day: date, hour: int = 10) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


def found(code: str, day: date) -> list[tuple[int, int]]:
    """(request, receiver) of what a rule finds on a day."""
    rule = ReminderRule.objects.get(code=code)
    return sorted((r.pk, r.receiver) for requests in due(rule, day, CALENDAR, Staff.now()) for r in requests)


def make(state: str, **fields: object) -> HelpRequest:
    steward = fields.pop("steward", None) or StewardFactory()
    asker = fields.pop("asker", None) or UserFactory()
    enterprise = EnterpriseFactory()
    MembershipFactory(enterprise=enterprise, user=asker)
    fields = {"handler": steward, "department": steward.department, **fields}
    return HelpRequestFactory(state=state, steward=steward, enterprise=enterprise, asker=asker, **fields)


def test_the_starting_set_is_there_and_every_rule_has_words_and_a_basis():
    rules = {rule.code: rule for rule in ReminderRule.objects.all()}
    assert set(rules) == set(WORDINGS)
    assert {rule.basis for rule in rules.values()} == set(BASES)
    assert {code: rule.days for code, rule in rules.items()} == {
        "unaccepted": 1,
        "due-tomorrow": -1,
        "overdue": 1,
        "overdue-admin": 3,
        "overdue-leader": 7,
        "overdue-enterprise": 7,
        "waiting": 3,
        "waiting-again": 7,
        "unrated": 5,
        "lasting": 10,
        "late-enterprise": 1,
        "renewed": 1,
        "renewed-enterprise": 1,
        "unreported": 2,
        "part-overdue": 1,
    }
    urgent = {code for code, rule in rules.items() if rule.urgent}
    late = {"late-enterprise", "renewed", "renewed-enterprise", "unreported", "part-overdue"}
    assert urgent == {"unaccepted", "overdue", "overdue-admin", "overdue-leader", "overdue-enterprise"} | late


@pytest.mark.parametrize(
    ("days", "working", "day", "expected"),
    [
        (1, True, WED, TUE),
        (1, True, MON, SUN),  # Friday to Sunday: the working day after is Monday
        (1, True, SUN, date(2026, 11, 19)),  # nothing new on a day off: Thursday's was due on Friday
        (3, True, WED, SUN),
        (-1, True, FRI, MON),
        (-1, True, TUE, WED),
        (10, False, WED, date(2026, 11, 15)),
        (1, True, date(2026, 2, 14), date(2026, 2, 13)),  # a make-up Saturday counts
        (5, True, date(2026, 2, 27), date(2026, 2, 13)),
        (7, True, date(2026, 10, 12), date(2026, 9, 27)),  # across the October holiday
    ],
)
def test_the_last_day_a_rule_reaches(days: int, working: bool, day: date, expected: date):
    rule = ReminderRule(days=days, working_days=working)
    reached = last_day(rule, day, CALENDAR)
    if days > 0 and working:
        assert CALENDAR.add_working_days(reached, days) <= day
        assert CALENDAR.add_working_days(reached + timedelta(days=1), days) > day
        assert reached >= expected
    else:
        assert reached == expected


def test_nobody_is_reminded_before_the_reminder_hour(settings):
    settings.REMINDER_HOUR = 8
    assert reminder_day(at(WED, 7)) == TUE
    assert reminder_day(at(WED, 8)) == WED
    assert reminder_day(at(WED, 23)) == WED


@pytest.mark.parametrize(
    ("code", "state", "field", "not_yet", "now_due"),
    [
        ("unaccepted", "assigned", "assigned_at", at(WED, 0), at(TUE, 23)),
        ("overdue", "in_progress", "due_on", WED, TUE),
        ("overdue", "assigned", "due_on", WED, TUE),
        ("waiting", "waiting", "waiting_since", at(MON, 0), at(SUN, 23)),
        ("waiting-again", "waiting", "waiting_since", at(date(2026, 11, 17)), at(date(2026, 11, 16))),
        ("unrated", "answered", "answered_at", at(date(2026, 11, 19)), at(date(2026, 11, 18))),
        ("lasting", "closed", "closed_at", at(date(2026, 11, 16), 0), at(date(2026, 11, 15), 23)),
        ("overdue-enterprise", "accepted", "due_on", date(2026, 11, 17), date(2026, 11, 16)),
    ],
)
def test_due_from_its_day_on_and_never_too_old(code, state, field, not_yet, now_due):
    extra = {} if field == "waiting_since" or state != "waiting" else {"waiting_since": at(WED)}
    make(state, **{**extra, field: not_yet})
    request = make(state, **{**extra, field: now_due})
    receiver = request.asker_id if WORDINGS[code].page == "requests:detail" else request.steward_id
    assert found(code, WED) == [(request.pk, receiver)]
    assert (request.pk, receiver) in found(code, WED + timedelta(days=20)), "a missed run loses nothing"


@pytest.mark.parametrize(
    ("code", "wrong_state", "fields"),
    [
        ("unaccepted", "accepted", {"assigned_at": at(FRI)}),
        ("due-tomorrow", "answered", {"due_on": WED}),
        ("overdue", "waiting", {"due_on": FRI, "waiting_since": at(TUE)}),
        ("overdue", "answered", {"due_on": FRI}),
        ("overdue-admin", "withdrawn", {"due_on": date(2026, 11, 2)}),
        ("overdue-enterprise", "closed", {"due_on": date(2026, 11, 2)}),
        ("unrated", "rated", {"answered_at": at(date(2026, 11, 2))}),
        ("lasting", "answered", {"closed_at": at(date(2026, 11, 2))}),
    ],
)
def test_other_states_are_left_in_peace(admin_user, code, wrong_state, fields):
    make(wrong_state, **fields)
    assert found(code, WED) == []


def test_due_tomorrow_means_the_next_working_day_and_not_the_past():
    rule_day = FRI
    monday, today, over, tuesday = (make("in_progress", due_on=d) for d in (MON, FRI, date(2026, 11, 19), TUE))
    keys = [key for key, _receiver in found("due-tomorrow", rule_day)]
    assert keys == [monday.pk, today.pk]
    assert over.pk not in keys
    assert tuesday.pk not in keys


def test_weekends_fire_nothing_that_counts_in_working_days():
    make("assigned", assigned_at=at(FRI))
    make("in_progress", due_on=FRI)
    assert found("unaccepted", SAT) == found("unaccepted", SUN) == []
    assert found("overdue", SAT) == found("overdue", SUN) == []
    assert len(found("unaccepted", MON)) == len(found("overdue", MON)) == 1


def test_an_override_of_the_calendar_moves_the_day():
    CalendarDay.objects.create(day=WED, working=False)
    make("in_progress", due_on=TUE)
    calendar = Calendar(overrides={WED: False})
    rule = ReminderRule.objects.get(code="overdue")
    assert not any(requests.exists() for requests in due(rule, WED, calendar, Staff.now()))
    assert any(requests.exists() for requests in due(rule, date(2026, 11, 26), calendar, Staff.now()))


def test_handler_and_steward_each_once():
    steward, handler = StewardFactory(), HandlerFactory()
    both = make("in_progress", steward=steward, handler=handler, due_on=TUE)
    same = make("in_progress", steward=steward, handler=steward, due_on=TUE)
    assert found("overdue", WED) == sorted([(both.pk, steward.pk), (both.pk, handler.pk), (same.pk, steward.pk)])


def test_without_an_active_steward_the_service_centre_is_told(admin_user):
    UserFactory(roles=["admin"], is_active=False)
    gone = make("assigned", steward=StewardFactory(is_active=False), assigned_at=at(FRI))
    unassigned = HelpRequestFactory(submitted_at=at(FRI), due_on=TUE)
    assert found("unaccepted", WED) == [(gone.pk, admin_user.pk), (unassigned.pk, admin_user.pk)]
    assert (unassigned.pk, admin_user.pk) in found("overdue", WED)


def test_admins_and_leaders(admin_user):
    other = UserFactory(roles=["admin", "auditor"])
    everywhere = UserFactory(roles=["leader"])
    request = make("in_progress", due_on=date(2026, 11, 2))
    linked = UserFactory(roles=["leader"], department=request.department)
    UserFactory(roles=["leader"], department=DepartmentFactory())
    assert found("overdue-admin", WED) == [(request.pk, admin_user.pk), (request.pk, other.pk)]
    assert found("overdue-leader", WED) == [(request.pk, everywhere.pk), (request.pk, linked.pk)]


def test_who_no_longer_acts_for_the_enterprise_is_left_alone_and_an_owner_asked_instead():
    request = make("waiting", waiting_since=at(date(2026, 11, 2)))
    owner = MembershipFactory(enterprise=request.enterprise).user
    MembershipFactory(enterprise=request.enterprise)
    assert found("waiting", WED) == [(request.pk, request.asker_id)]
    request.enterprise.memberships.filter(user=request.asker).update(state="ended")
    assert found("waiting", WED) == [(request.pk, owner.pk)]
    request.enterprise.memberships.update(state="ended")
    assert found("waiting", WED) == []


def test_a_founder_without_an_enterprise_is_asked_in_person():
    request = make("waiting", waiting_since=at(date(2026, 11, 2)))
    HelpRequest.objects.update(enterprise=None)
    assert found("waiting", WED) == [(request.pk, request.asker_id)]


@pytest.mark.parametrize(
    ("code", "state", "before", "after"),
    [
        ("overdue", "in_progress", {"due_on": date(2026, 11, 18)}, {"due_on": TUE}),
        ("unaccepted", "assigned", {"assigned_at": at(FRI)}, {"assigned_at": at(MON)}),
        ("waiting", "waiting", {"waiting_since": at(date(2026, 11, 10))}, {"waiting_since": at(date(2026, 11, 16))}),
        ("unrated", "answered", {"answered_at": at(date(2026, 11, 10)), "round": 1}, {"round": 2}),
    ],
)
def test_once_a_cycle_and_again_in_the_next(code, state, before, after):
    request = make(state, **before)
    rule = ReminderRule.objects.get(code=code)
    for requests in due(rule, WED, CALENDAR, Staff.now()):
        for each in requests:
            Reminder.objects.create(request=each, rule=rule, cycle=each.cycle, recipient_id=each.receiver)
    assert found(code, WED) == []
    HelpRequest.objects.filter(pk=request.pk).update(**after)
    assert [key for key, _receiver in found(code, WED)] == [request.pk]


def test_a_new_steward_is_told_although_the_former_one_was():
    request = make("in_progress", due_on=TUE)
    rule = ReminderRule.objects.get(code="overdue")
    Reminder.objects.create(request=request, rule=rule, cycle="2026-11-24", recipient=request.steward)
    assert found("overdue", WED) == []
    successor = StewardFactory()
    HelpRequest.objects.update(steward=successor, handler=successor)
    assert found("overdue", WED) == [(request.pk, successor.pk)]


def test_ancient_answers_are_not_asked_about():
    make("answered", answered_at=at(date(2026, 6, 1)))
    make("closed", closed_at=at(date(2026, 6, 1)))
    assert found("unrated", WED) == found("lasting", WED) == []
