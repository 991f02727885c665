"""The demo's late request: a new date, an instruction and supervision from above; and one that nobody answered."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from portal.core import calendar
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.escalation import leaders
from stewards.models import HelpRequest

LATE = "集装箱卡车临停区被长期占用"
SILENT = "隔壁工地扬尘影响经营"


def escalation_acts(story: Story, clock: Clock) -> Iterator[Act]:
    def act(ago: int, time: str, who: str, verb: Callable[..., Any], subject: str, **facts: Any) -> Act:
        return Act(clock.moment(ago, time), partial(_on, story, subject, verb, who, facts), who)

    yield Act(clock.moment(9, "17:00"), lambda: _link(story), "zhou")
    yield act(
        2,
        "09:20",
        "li",
        workflow.renew,
        LATE,
        day=_in(5),
        reason="停车区涉及交通与市容两个部门，联合整治定于下周进行。",
    )
    yield act(
        1, "11:00", "gao", workflow.instruct, LATE, text="请两部门本周内到现场会商，拿出长效办法，并当面向企业说明。"
    )
    yield act(1, "11:30", "zhou", workflow.supervise, LATE, reason="企业反映已久，且新日期须确保兑现。")
    yield act(1, "16:40", "ma", workflow.unheard, SILENT, text="受理之后一直没有人联系过我们。")


def _in(days: int) -> Callable[[], date]:
    return lambda: calendar.current().add_working_days(local_day(), days)


def _link(story: Story) -> None:
    """The leader looks after one enterprise and all key enterprises of the district and its subdistricts."""
    facts: dict[str, Any] = {"by": story.people["zhou"], "leader": story.people["gao"], "starts_on": local_day()}
    leaders.link(**facts, scope="enterprise", enterprise=story.enterprises["jianghai"])
    for tier in ("district", "subdistrict"):
        leaders.link(**facts, scope="tier", tier=tier)


def _on(story: Story, subject: str, verb: Callable[..., Any], who: str, facts: dict[str, Any]) -> None:
    request = HelpRequest.objects.get(subject=subject)
    verb(
        request, by=story.people[who], **{name: value() if callable(value) else value for name, value in facts.items()}
    )
