"""The demonstration's reports are written and approved by different people, and say that they are a demonstration."""

import pytest

from accounts.enums import Role
from insights.models import MonthFlow, Report, ReportState
from portal.demo.clock import Clock
from portal.demo.report_story import TEXTS, report_acts
from portal.demo.story import Story
from tests.factories.accounts import UserFactory


@pytest.mark.django_db
def test_one_is_published_and_at_most_one_waits() -> None:
    people = {
        "zheng": UserFactory(roles=[Role.EDITOR]),
        "xu": UserFactory(roles=[Role.REVIEWER]),
        "zhou": UserFactory(roles=[Role.ADMIN]),
    }
    story, clock = Story(people=people, enterprises={}), Clock()
    for act in sorted(report_acts(story, clock), key=lambda act: act.moment):
        with clock.at(act.moment):
            act.happen()
    published = Report.objects.get(state=ReportState.PUBLISHED)
    assert (published.written_by, published.published_by) == (people["zheng"], people["xu"])
    waiting = list(Report.objects.exclude(pk=published.pk))
    assert len(waiting) <= 1
    for row in waiting:
        assert (row.state, row.written_by, row.published_by) == (ReportState.WAITING, people["zhou"], None)
        assert row.month > published.month
    assert published.words_zh_hans == TEXTS["words_zh_hans"]
    assert MonthFlow.objects.exists()


def test_its_words_are_plainly_a_demonstration_in_both_languages() -> None:
    assert "Demonstration" in TEXTS["words_en"]
    assert "演示" in TEXTS["words_zh_hans"]
    assert all(TEXTS.values())
