"""Visited long ago and not written to since: two key enterprises without an account, whose stewards hear of it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from functools import partial

from django.utils import timezone

from engagement import silence, workflow, writing
from engagement.models import Visit
from engagement.workflow import Wanted
from portal.core import calendar
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

BUILDING = "瑞虹企业天地8楼（虚构地址）"
VISITED = (
    ("wharf", "wang", 76, "检测实验室用电与环保要求", "花园坊节能环保产业园（虚构地址）"),
    ("riverside", "chen", 71, "办公场地与人才公寓", "瑞虹企业天地20楼（虚构地址）"),
)  # days ago: more than 90 by the calendar
NOTES = writing.Notes("企业行政负责人（虚构）", "企业经营平稳，暂无诉求，希望继续收到适用政策的提醒。")


def silence_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for key, who, ago, purpose, place in VISITED:
        visiting = Visiting(story, clock, key, who)
        yield Act(clock.moment(ago + 4, "10:00"), partial(visiting.plan, -ago, time(10), purpose, place), who)
        yield Act(clock.moment(ago + 3, "11:30"), visiting.confirm, who)
        yield Act(clock.moment(ago - 1, "09:30"), visiting.write_up, who)
    yield Act(clock.moment(5, "08:15"), silence.sweep)
    soon = Visiting(story, clock, "cloudsail", "chen")
    yield Act(clock.moment(1, "14:00"), partial(soon.plan, 6, time(11, 15), "数据企业的用房与融资", BUILDING), "chen")
    yield Act(clock.moment(1, "14:30"), soon.confirm, "chen")


class Visiting:
    """One visit to an enterprise that says yes by telephone."""

    def __init__(self, story: Story, clock: Clock, enterprise: str, who: str) -> None:
        self.story, self.clock, self.key, self.who = story, clock, enterprise, who
        self.visit = Visit()

    def plan(self, days: int, begins: time, purpose: str, place: str) -> None:
        """So many working days ahead of today, or before it."""
        today = self.clock.day(0)
        day = self.clock.day(-days) if days < 0 else calendar.current().add_working_days(today, days)
        start = timezone.make_aware(datetime.combine(day, begins))
        wanted = Wanted(purpose, place, start, start + timedelta(hours=1))
        by = self.story.people[self.who]
        self.visit = workflow.plan(self.story.enterprises[self.key], by=by, wanted=wanted, ask=True)

    def confirm(self) -> None:
        self.visit = workflow.confirm(self.visit, by=self.story.people[self.who], text="企业电话同意。")

    def write_up(self) -> None:
        self.visit = writing.write_up(self.visit, by=self.story.people[self.who], notes=NOTES)
