"""Entering a year's working-day calendar, and what it settles."""

from datetime import date

import pytest

from portal.core import calendar
from portal.core.access import Refused
from portal.core.models import CalendarDay, CalendarYear
from stewards.models import HelpRequest
from stewards.standard.working_days import NotADay, publish, read_days
from stewards.tasks import recompute_due_dates, sweep_reminders
from tests.factories.accounts import UserFactory
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db

CALENDAR = "/en/centre/calendar/"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("", []),
        ("2027-04-05", [date(2027, 4, 5)]),
        ("2027-4-5, 2027-04-06；2027-04-05", [date(2027, 4, 5), date(2027, 4, 6)]),
        ("2027-02-05..2027-02-07", [date(2027, 2, 5), date(2027, 2, 6), date(2027, 2, 7)]),
        ("2027-02-05 至 2027-02-06\n2027-01-01", [date(2027, 1, 1), date(2027, 2, 5), date(2027, 2, 6)]),
    ],
)
def test_days_and_spans_are_read(text, days):
    assert read_days(text) == days


@pytest.mark.parametrize(
    "text", ["tomorrow", "2027-02-30", "2027-02-07..2027-02-05", "2027-01-01..2027-12-31", "05.02.2027", "<script>"]
)
def test_what_is_no_day_is_named(text):
    with pytest.raises(NotADay) as caught:
        read_days(f"2027-01-01 {text}")
    assert str(caught.value) == text


def enter(by, year=2027, **change):
    given = {"off": [date(2027, 2, 5)], "working": [date(2027, 2, 6)], "source": "Notice 1", **change}
    publish(year, by=by, **given)


def test_a_year_is_entered_and_corrected(admin_user, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        enter(admin_user)
    assert calendar.current().is_published(2027)
    assert not calendar.current().is_working(date(2027, 2, 5))
    assert calendar.current().is_working(date(2027, 2, 6))
    with django_capture_on_commit_callbacks(execute=True):
        enter(admin_user, off=[date(2027, 2, 8)], working=[], source="Notice 2")
    days = calendar.current()
    assert [days.is_working(date(2027, 2, day)) for day in (5, 6, 8, 9)] == [True, False, False, True]
    assert not CalendarDay.objects.get(day=date(2027, 2, 8)).working
    assert CalendarYear.objects.get().source == "Notice 2"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"off": [date(2028, 1, 1)]}, "must lie in the year 2027"),
        ({"off": [date(2027, 2, 6)]}, "2027-02-06 cannot be a day off and a working day"),
    ],
)
def test_a_calendar_that_cannot_be(admin_user, change, reason):
    with pytest.raises(Refused, match=reason):
        enter(admin_user, **change)
    assert not CalendarYear.objects.exists()


def test_only_the_service_centre_enters_it():
    with pytest.raises(Refused):
        enter(UserFactory(roles=["steward", "auditor"]))


@pytest.mark.parametrize("task", [recompute_due_dates, sweep_reminders])
def test_provisional_due_dates_are_settled_by_the_task_and_by_every_sweep(admin_user, task):
    found = accepted(due_on=date(2027, 1, 8), due_provisional=True, promised_days=5)
    task()
    found.refresh_from_db()
    assert found.due_provisional
    for year in (found.submitted_at.year, 2027):
        enter(admin_user, year=year, off=[], working=[])
    calendar.forget()
    task()
    found.refresh_from_db()
    assert not found.due_provisional
    assert not HelpRequest.objects.filter(due_provisional=True).exists()


def test_the_pages(as_user, admin_user):
    client = as_user(admin_user)
    page = client.get(CALENDAR).content.decode()
    assert "published" in page
    assert "provisional" in page
    url = f"{CALENDAR}{calendar.local_day().year + 1}/"
    year = calendar.local_day().year + 1
    data = {"source": "Notice 7", "off": f"{year}-02-05..{year}-02-07", "working": f"{year}-02-13"}
    assert f"The calendar of {year} is in force." in client.post(url, data, follow=True).content.decode()
    again = client.get(url).content.decode()
    assert f"{year}-02-06" in again
    assert "Notice 7" in again


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"source": ""}, "This field is required."),
        ({"off": "soon"}, "“soon” is no day"),
        ({"working": "1999-01-01"}, "must lie in the year"),
        ({"off": "2" * 5000}, "at most 4000 characters"),
    ],
)
def test_what_is_wrong_is_said(as_user, admin_user, change, words):
    url = f"{CALENDAR}{calendar.local_day().year + 1}/"
    data = {"source": "Notice", "off": "", "working": ""} | change
    assert words in as_user(admin_user).post(url, data).content.decode()
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize("year", ["1999", "2100", "99999999999"])
def test_years_out_of_reach(as_user, admin_user, year):
    assert as_user(admin_user).get(f"{CALENDAR}{year}/").status_code == 404


@pytest.mark.parametrize("roles", [[], ["steward"], ["auditor"]])
def test_for_everybody_else_there_is_no_calendar(as_user, roles):
    client = as_user(UserFactory(roles=roles))
    assert client.get(CALENDAR).status_code == 404
    assert client.post(f"{CALENDAR}{calendar.local_day().year}/", {"source": "x"}).status_code == 404
    assert not CalendarYear.objects.exists()
