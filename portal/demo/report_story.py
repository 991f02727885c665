"""Monthly reports at work: one published, the next one waiting for approval."""

from collections.abc import Iterator
from functools import partial

from insights.models import Report, ReportState
from insights.performance import flow
from insights.reports import composing, workflow
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards.rating import rollups

TEXTS = {
    "words_zh_hans": "演示：演示环境的历史仅有数周，本月可统计的事项很少；数据由门户自动汇总。",
    "words_en": "Demonstration: its history is only weeks old, so there is little to count in this month.",
    "remarks_zh_hans": "演示数据量小，多数分类少于五件，不予显示。",
    "remarks_en": "The demonstration is small: most kinds have fewer than five requests, and are not shown.",
}


def report_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(30, "09:00"), _compose)
    yield Act(clock.moment(29, "15:00"), partial(_write, story, "zheng"), "zheng")
    yield Act(clock.moment(28, "10:00"), partial(_publish, story), "xu")
    yield Act(clock.moment(4, "09:00"), _compose)
    yield Act(clock.moment(2, "15:00"), partial(_write, story, "zhou"), "zhou")
    yield Act(clock.moment(0, "23:59"), flow.count)


def _compose() -> None:
    rollups.refresh()
    composing.compose_due()


def _write(story: Story, who: str) -> None:
    """Nothing, where no month has ended since the last one."""
    for row in Report.objects.filter(state=ReportState.DRAFT):
        by = story.people[who]
        workflow.hand_in(workflow.write(row, by=by, texts=TEXTS), by=by)


def _publish(story: Story) -> None:
    for row in Report.objects.filter(state=ReportState.WAITING):
        workflow.publish(row, by=story.people["xu"])
