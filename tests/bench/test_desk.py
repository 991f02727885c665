"""The bench of the request desk: its pages open, its verdicts are right, and its sweep leaves nothing behind."""

from datetime import timedelta

import pytest
from django.test import Client

from notices.models import Message
from portal.bench import desk, sweep
from portal.bench.measure import Result
from portal.bench.pages import FLOORS, Page
from portal.core.calendar import local_day
from stewards.models import HelpRequest, Reminder, ReminderRule
from stewards.populate import Sizes, populate

pytestmark = pytest.mark.django_db


def fill(requests: int = 60) -> None:
    populate(Sizes(enterprises=3, policies=5, requests=requests, staff=10, open_share=0.6), seed=1, day=local_day())


@pytest.mark.urls("portal.bench.urls")
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens_for_the_person_it_is_measured_for(client: Client, language: str) -> None:
    fill()
    pages = desk.pages(language)
    assert len({page.name for page in pages}) == len(pages) > 40
    for page in pages[len(FLOORS) :]:
        client.cookies.clear()
        name, _is, value = page.cookie.partition("=")
        client.cookies[name] = value
        response = client.get(page.path)
        assert response.status_code == 200, page
        assert page.by_clock


def costs(**figures: list[float]) -> dict[str, Result]:
    walls = {name: [1.0, 1.0, 1.0] for name in FLOORS} | figures
    return {name: Result(Page(name, "/"), wall=wall) for name, wall in walls.items()}


@pytest.mark.parametrize(
    ("few", "many", "verdict"),
    [
        ([1.0, 1.0, 1.0], [1.0, 1.0, 1.0], "PASS"),
        ([1.0, 2.0, 9.0], [1.1, 2.2, 9.9], "PASS"),  # the machine became slow: for both
        ([1.0, 1.0, 1.0], [1.12, 1.12, 1.0], "over"),
        ([1.0, 1.0, 1.0], [1.0, 1.0, 7.0], "PASS"),  # one slow moment
        ([2.0, 2.0, 2.0], [1.0, 1.0, 1.0], "PASS"),
    ],
)
def test_growth_is_held_against_the_pages_own_figure(few: list[float], many: list[float], verdict: str) -> None:
    (line,), kept = desk.growth(costs(queue=few), costs(queue=many))
    assert line.startswith("queue")
    assert line.endswith(verdict)
    assert kept is (verdict == "PASS")


def test_the_sweep_is_measured_and_undone() -> None:
    fill()
    late = local_day() - timedelta(days=60)
    HelpRequest.objects.filter(state__in=["accepted", "in_progress"]).update(due_on=late)
    waiting = HelpRequest.objects.filter(due_on=late).count()
    assert waiting
    lines, kept = sweep.run(1)
    assert int(lines[1].split()[0]) >= waiting
    assert isinstance(kept, bool)
    assert not Reminder.objects.exists()
    assert not Message.objects.exists()
    assert ReminderRule.objects.filter(active=False).count() == 0


def test_no_more_than_so_many_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    fill()
    HelpRequest.objects.filter(state__in=["accepted", "in_progress"]).update(due_on=local_day() - timedelta(days=60))
    monkeypatch.setattr(sweep, "DUE", 2)
    lines, _kept = sweep.run(1)
    assert lines[1].startswith("2 reminders due")
