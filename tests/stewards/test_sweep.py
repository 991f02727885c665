"""The sweep: ledger and messages, once each, in the receiver's language."""

import re
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.forms import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notices.models import Message, Wish
from notices.workflow import compose, post_all
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.reminding import sweep as module
from stewards.reminding import texts
from stewards.reminding.sweep import sweep
from stewards.tasks import sweep_reminders
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db

NOW = timezone.make_aware(datetime(2026, 11, 25, 10))


def overdue(steward=None, days: int = 1, **fields) -> HelpRequest:
    steward = steward or StewardFactory()
    fields = {"handler": steward, "department": steward.department, "enterprise": None, **fields}
    fields = {"renewed_due_on": NOW.date() + timedelta(30), **fields}  # the enterprise knows
    return HelpRequestFactory(
        state="in_progress", steward=steward, due_on=date(2026, 11, 25) - timedelta(days), **fields
    )


def test_a_reminder_is_a_ledger_row_and_a_message():
    request = overdue()
    assert sweep(NOW) == 1
    row = Reminder.objects.get()
    assert (row.request, row.rule.code, row.cycle, row.recipient) == (request, "overdue", "2026-11-24", request.steward)
    message = row.message
    assert (message.key, message.kind, message.state) == (f"reminder:{row.pk}", "reminder.overdue", "queued")
    assert message.url == f"/en/desk/{request.number}/"
    assert request.number in message.subject
    assert request.subject in message.subject
    assert "24 November 2026" in message.body
    assert "Why you get this: You handle this request" in message.body


def test_a_second_sweep_sends_nothing():
    overdue()
    assert (sweep(NOW), sweep(NOW), sweep(NOW + timedelta(hours=1))) == (1, 0, 0)
    assert Message.objects.count() == 1


def test_each_receiver_in_their_own_language():
    overdue(StewardFactory(language="zh-hans"), handler=HandlerFactory(language="en"), subject="Premises / 场地")
    sweep(NOW)
    chinese, english = (Message.objects.get(language=language) for language in ("zh-hans", "en"))
    assert chinese.url.startswith("/zh-hans/desk/")
    assert "2026年11月24日" in chinese.body
    assert not re.search(r"[A-Za-z]{3}", chinese.body.replace("Fictional", "")), "no English in a Chinese message"
    assert english.url.startswith("/en/desk/")
    assert "Premises / 场地" in chinese.subject


def test_urgent_goes_out_and_the_rest_is_held_for_the_digest():
    asker = UserFactory()
    HelpRequestFactory(
        state="answered", steward=StewardFactory(), enterprise=None, asker=asker, answered_at=NOW - timedelta(days=12)
    )
    overdue()
    sweep(NOW)
    assert dict(Message.objects.values_list("kind", "state")) == {
        "reminder.unrated": "held",
        "reminder.overdue": "queued",
    }


def test_the_enterprise_is_told_honestly_and_the_leader_can_read_on(admin_user, as_user):
    leader = UserFactory(roles=["leader"])
    asker = UserFactory()
    steward = StewardFactory(name_en="Stella Steward", phone="021-0000 0000")
    request = overdue(steward, days=20, asker=asker)
    sweep(NOW)
    to_asker = Message.objects.get(recipient=asker)
    assert to_asker.subject.startswith("We are late with your request")
    assert "Stella Steward 021-0000 0000" in to_asker.body
    assert to_asker.url == f"/en/requests/{request.number}/"
    to_leader = Message.objects.get(recipient=leader)
    assert as_user(leader).get(to_leader.url).status_code == 200
    assert "Stella Steward" in to_leader.body
    assert Message.objects.filter(recipient=admin_user).count() == 1


def test_a_rule_out_of_use_is_silent_and_changed_days_count():
    overdue(days=1)
    ReminderRule.objects.filter(code="overdue").update(active=False)
    assert sweep(NOW) == 0
    ReminderRule.objects.filter(code="overdue").update(active=True, days=2)
    assert sweep(NOW) == 0
    assert sweep(NOW + timedelta(days=1)) == 1


def test_a_missed_week_is_made_up_for_once():
    request = HelpRequestFactory(
        state="in_progress", steward=StewardFactory(), enterprise=None, due_on=date(2026, 11, 10)
    )
    assert sweep(NOW) == 2  # to the steward; and to the enterprise, after more than seven days
    assert set(Reminder.objects.values_list("rule__code", flat=True)) == {"overdue", "overdue-enterprise"}
    assert Reminder.objects.filter(request=request).count() == 2


def test_a_clock_that_goes_over_midnight_and_a_make_up_workday_and_back_sends_each_once():
    """Friday 13 February 2026, then the make-up Saturday, then the clock is put right, then the days pass."""
    overdue(days=0, renewed_due_on=date(2026, 6, 1))
    HelpRequest.objects.update(due_on=date(2026, 2, 13))
    friday, midnight = datetime(2026, 2, 13, 23, 59), datetime(2026, 2, 14, 0, 1)
    saturday, back, friday_after = datetime(2026, 2, 14, 10), datetime(2026, 2, 13, 12), datetime(2026, 2, 27, 10)
    late = []
    for moment in (friday, midnight, saturday, back, saturday, saturday):
        sweep(timezone.make_aware(moment))
        late.append(Reminder.objects.filter(rule__code="overdue").count())
    assert late == [0, 0, 1, 1, 1, 1], "on the make-up workday it is a day late, and at night nobody is told"
    sweep(timezone.make_aware(friday_after))
    keys = list(Reminder.objects.values_list("request", "rule", "cycle", "recipient"))
    assert len(keys) == len(set(keys))


def test_batches_and_queries_do_not_grow_with_the_rows(monkeypatch):
    monkeypatch.setattr(module, "BATCH", 7)
    steward = StewardFactory()
    for _n in range(20):
        overdue(steward)
    assert sweep(NOW) == 20
    assert Reminder.objects.values("message").distinct().count() == 20
    with CaptureQueriesContext(
        connection,
    ) as nothing_due:
        assert sweep(NOW) == 0
    monkeypatch.setattr(module, "BATCH", 200)
    Reminder.objects.all().delete()
    Message.objects.all().delete()
    with CaptureQueriesContext(connection) as twenty:
        sweep(NOW)
    HelpRequest.objects.filter(pk__in=list(HelpRequest.objects.values_list("pk", flat=True)[1:])).update(
        state="withdrawn"
    )
    Reminder.objects.all().delete()
    Message.objects.all().delete()
    with CaptureQueriesContext(connection) as one:
        sweep(NOW)
    assert len(twenty) == len(one) == len(nothing_due) + 8


def test_long_subjects_and_strange_scripts_fit():
    request = overdue(subject="<script>alert(1)</script>" + "長" * 170)
    sweep(NOW)
    message = Message.objects.get()
    assert len(message.subject) <= 300
    assert request.number in message.subject


def test_the_command_and_the_task_sweep_too(settings):
    settings.REMINDER_HOUR = 0
    overdue(days=90)
    out = StringIO()
    call_command("run_sweep", stdout=out)
    assert out.getvalue() == "2 reminders posted.\n"
    assert sweep_reminders() == 0


def test_what_is_written_by_rows_is_what_notify_would_have_written():
    """All kinds in both languages, receivers with wishes and without an address: the same to the letter."""
    quiet = {"quiet_from": NOW.hour - 1, "quiet_until": NOW.hour + 1}
    people = [
        UserFactory(language=language, email=email, name_zh="陈静", name_en="")
        for language in ("en", "zh-hans")
        for email in (f"{language}@example.org", f"quiet-{language}@example.org")
    ]
    people.append(UserFactory(email=""))
    Wish.objects.bulk_create(Wish(user=each, **quiet) for each in people if each.email.startswith("quiet"))
    steward = StewardFactory(name_zh="王磊", name_en="Wang Lei", phone="021-0000 0000")
    cast = [
        {"asker": person, "enterprise": enterprise, "subject": (f"100% {person.pk} 长" * 20)[:200]}
        for person in people
        for enterprise in (None, MembershipFactory(user=person).enterprise)
    ]
    for facts in cast:
        overdue(steward, days=20, **facts)
        overdue(steward, days=20, **facts, renewed_due_on=None)
        for state, moment in (("waiting", "waiting_since"), ("answered", "answered_at")):
            HelpRequestFactory(state=state, steward=steward, **facts, **{moment: NOW - timedelta(12)})
    with time_machine.travel(NOW, tick=False):
        sweep(NOW)
        rows = list(Reminder.objects.select_related("message", "rule", "request", "recipient"))
        expected = [
            compose(
                row.recipient,
                key=f"reminder:{row.pk}",
                kind=f"reminder.{row.rule.code}",
                text=lambda row=row: texts.text(row.rule.code, row.request, row.recipient),
                urgent=row.rule.urgent,
            )
            for row in rows
        ]
        written = {row.message.key: model_to_dict(row.message) for row in rows}
        Message.objects.all().delete()
        post_all(expected)
    again = {each.key: model_to_dict(each) for each in Message.objects.all()}
    assert len(rows) > len(cast) * 3
    assert {each["state"] for each in again.values()} == {"held", "kept", "queued"}
    assert any(each["next_attempt_at"] > NOW for each in again.values()), "quiet hours"
    for row in (*written.values(), *again.values()):
        row.pop("id")
    assert written == again
