"""The reminder ledger and its rules."""

from datetime import timedelta

import pytest

from portal.core.calendar import local_day
from stewards.models import Reminder, ReminderRule
from tests.factories.accounts import HandlerFactory, StewardFactory
from tests.factories.notices import MessageFactory
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db

CENTRE = "/en/centre/"


@pytest.fixture
def centre(as_user, admin_user):
    return as_user(admin_user)


def text(response) -> str:
    return response.content.decode()


def remind(code="overdue", **fields) -> Reminder:
    request = fields.pop("request", None) or accepted()
    rule = ReminderRule.objects.get(code=code)
    recipient = fields.pop("recipient", None) or request.steward
    message = MessageFactory(recipient=recipient)
    return Reminder.objects.create(
        request=request, rule=rule, cycle="1", recipient=recipient, message=message, **fields
    )


def test_the_ledger_answers_why(centre):
    entry = remind()
    page = text(centre.get(f"{CENTRE}reminders/"))
    assert entry.request.number in page
    assert entry.recipient.name in page
    assert "its last day has passed without an answer" in page
    assert f"/en/centre/messages/{entry.message_id}/" in page


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ({"rule": "unrated"}, ["unrated"]),
        ({"rule": "no such rule"}, ["overdue", "unrated"]),
        ({"number": "t-000777"}, ["overdue"]),
        ({"number": "T-1"}, []),
        ({"recipient": "wang"}, ["overdue"]),
        ({"recipient": "wang", "rule": "unrated"}, []),
        ({"cursor": "broken"}, ["overdue", "unrated"]),
    ],
)
def test_the_ledger_is_filtered_by_the_address(centre, query, codes):
    remind("unrated")
    remind(request=accepted(number="T-000777"), recipient=HandlerFactory(name_en="Wang Wei"))
    rows = centre.get(f"{CENTRE}reminders/", query).context["page"].rows
    assert [row.rule.code for row in rows] == codes


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_ledger_takes_a_fixed_number_of_queries(centre, rows, django_assert_num_queries):
    for _n in range(rows):
        remind()
    centre.get(f"{CENTRE}reminders/")
    with django_assert_num_queries(3):
        centre.get(f"{CENTRE}reminders/")


@pytest.mark.parametrize(("code", "days", "stored"), [("overdue", 2, 2), ("due-tomorrow", 2, -2), ("lasting", 30, 30)])
def test_a_rules_days_are_the_districts_to_change(centre, code, days, stored):
    response = centre.post(f"{CENTRE}reminders/rules/{code}/", {"days": days, "active": "on"}, follow=True)
    rule = ReminderRule.objects.get(code=code)
    assert (rule.days, rule.active) == (stored, True)
    assert "The rule is changed" in text(response)
    assert f"{days} " in text(response)


def test_a_rule_is_tried_before_it_is_changed(centre):
    steward = StewardFactory()
    for days in (40, 41):
        accepted(steward, due_on=local_day() - timedelta(days=days))
    url = f"{CENTRE}reminders/rules/overdue/"
    assert "would send 2 reminders" in text(centre.post(url, {"days": 3, "active": "on", "try": "yes"}))
    assert "would send 0 reminders" in text(centre.post(url, {"days": 90, "active": "on", "try": "yes"}))
    assert "error-summary" in text(centre.post(url, {"days": "x", "try": "yes"}))
    assert ReminderRule.objects.get(code="overdue").days == 1
    assert not Reminder.objects.exists()


def test_a_rule_is_taken_out_of_use(centre):
    page = text(centre.post(f"{CENTRE}reminders/rules/lasting/", {"days": 10}, follow=True))
    assert not ReminderRule.objects.get(code="lasting").active
    assert "not in use" in page


@pytest.mark.parametrize("days", ["", "0", "-1", "91", "1.5", "many"])
def test_days_that_make_no_sense(centre, days):
    response = centre.post(f"{CENTRE}reminders/rules/overdue/", {"days": days, "active": "on"})
    assert "error-summary" in text(response)
    assert ReminderRule.objects.get(code="overdue").days == 1


def test_a_rule_that_does_not_exist(centre):
    assert centre.get(f"{CENTRE}reminders/rules/no-such-rule/").status_code == 404


def test_the_rules_are_told_in_words(centre):
    page = text(centre.get(f"{CENTRE}reminders/rules/"))
    for words in ("1 working day before the due date", "7 working days after the due date", "10 days after closing"):
        assert words in page
