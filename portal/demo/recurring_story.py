"""What the portal does by itself in the demo: work handed back after a leave, a mandate that ends, a promise that is
chased because its write-up was left lying; and a visit that does not say whose report led to it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from engagement import chasing, workflow, writing
from engagement.enums import Side
from engagement.models import Visit
from engagement.workflow import Wanted
from enterprises.models import Invitation
from enterprises.workflow import accept_invitation, end_mandates, invite
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards.assignment import leaves
from stewards.models import HelpRequest

REPORTED = "同一园区企业夜间违规排风"  # by another enterprise, which nobody on the visit learns
PLACE = "花园坊节能环保产业园2号楼（虚构地址）"
VISITED = 9  # working days ago
SOON = timedelta(days=10)


def recurring_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(7, "17:30"), partial(_was_away, story, clock.day(6), clock.day(5)), "li")
    for ago in (6, 5):
        yield Act(clock.moment(ago, "00:10"), leaves.keep)
    yield Act(clock.moment(9, "10:10"), partial(_mandate, story, "emma", "nordic", clock.day(3)), "emma")
    yield Act(clock.moment(2, "00:20"), end_mandates)
    yield Act(clock.moment(1, "10:10"), partial(_mandate, story, "jiang", "green", None), "jiang")
    visiting = Visiting(story, clock)
    yield Act(clock.moment(12, "09:50"), visiting.plan, "wang")
    yield Act(clock.moment(11, "10:30"), visiting.join, "wu")
    yield Act(clock.moment(11, "14:00"), visiting.confirm, "shen")
    yield Act(clock.moment(VISITED - 1, "16:20"), visiting.begin_the_notes, "wang")
    yield Act(clock.moment(6, "08:40"), chasing.sweep)


def _was_away(story: Story, first: date, last: date) -> None:
    facts: dict[str, Any] = {"substitute": story.people["wang"], "hand_over": True}
    leaves.enter(story.people["li"], by=story.people["li"], starts_on=first, ends_on=last, **facts)


def _mandate(story: Story, owner: str, enterprise: str, until: date | None) -> None:
    """The association acts for the enterprise until that day, or for some days more."""
    agent = story.people["nora"]
    given = story.enterprises[enterprise]
    invite(given, by=story.people[owner], email=agent.email, until=until or local_day() + SOON)
    accept_invitation(Invitation.objects.get(enterprise=given, email=agent.email), by=agent)


class Visiting:
    """A visit after a report of one enterprise about another; its write-up is begun and left lying."""

    def __init__(self, story: Story, clock: Clock) -> None:
        self.story, self.visit = story, Visit()
        self.start: datetime = timezone.make_aware(datetime.combine(clock.day(VISITED), time(14)))

    def plan(self) -> None:
        reported = HelpRequest.objects.get(subject=REPORTED)
        purpose = "夜间排风与设备运行情况"
        wanted = Wanted(purpose, PLACE, self.start, self.start + timedelta(hours=1), occasion=reported)
        by = self.story.people["wang"]
        self.visit = workflow.plan(self.story.enterprises["lightshadow"], by=by, wanted=wanted, ask=True)

    def join(self) -> None:
        self.visit = workflow.join(self.visit, by=self.story.people["wu"], topic="经营场所排风设备")

    def confirm(self) -> None:
        by = self.story.people["shen"]
        self.visit = workflow.confirm(self.visit, by=by, side=Side.ENTERPRISE, text="可以，请走东门。")

    def begin_the_notes(self) -> None:
        notes = writing.Notes("沈悦，创意总监", "夜间剪辑时开窗通风，愿意配合调整。")
        promises = [("提供园区隔音改造的补贴办法", None)]
        by = self.story.people["wang"]
        self.visit = writing.write_up(self.visit, by=by, notes=notes, promises=promises, finish=False)
