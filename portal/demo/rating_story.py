"""What followed from the demo's bad ratings: calls to enterprises, one rating put right, obstacles that recur."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.mailbox_full import full_while
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.deskwork import recording
from stewards.models import HelpRequest, Obstacle, Rectification, RequestCategory
from stewards.rating import obstacles, rectifying, rollups
from stewards.relations import sorting

Row = dict[str, Any]
THANKS = "感谢建议！您不是唯一提出的企业，我们已请政策部门一并研究，结果将在“您的反映、我们的改进”公布。"


def rating_acts(story: Story, clock: Clock) -> Iterator[Act]:
    told = read("ratings.json")
    for row in told["calls"]:
        for verb, ago, time, who, facts in row["steps"]:
            yield Act(clock.moment(ago, time), partial(_work_on, story, row["subject"], verb, who, facts), who)
    for n, row in enumerate(told["told"]):
        call = Call(story, row)
        full = row.pop("mailbox_full", "")
        take_down = partial(full_while, story.people[full].email, call.take_down) if full else call.take_down
        yield Act(clock.moment(6, f"09:3{n}"), take_down, "zhou")
        yield Act(clock.moment(6, f"15:0{n}"), call.answer, "zhou")
    for row in told["obstacles"]:
        naming = Naming(story, row)
        for verb, ago, time, who in row["steps"]:
            yield Act(clock.moment(ago, time), partial(naming.step, verb, who), who)
    for subject in told["recurring"]["subjects"]:
        sort = partial(_sort, story, subject, told["recurring"]["category"])
        yield Act(clock.moment(1, "15:40"), sort, "zhou")
    yield Act(clock.moment(0, "23:59"), rollups.refresh)  # at last: the figures agree with the requests from the start


def _work_on(story: Story, subject: str, verb: str, who: str, facts: Row) -> None:
    found = Rectification.objects.get(request__subject=subject)
    getattr(rectifying, verb)(found, by=story.people[who], **facts)


def _sort(story: Story, subject: str, category: str) -> None:
    """What belongs together shows as an obstacle that recurs and that nobody has named yet."""
    asked = HelpRequest.objects.get(subject=subject)
    sorting.set_category(asked, RequestCategory.objects.get(name_zh_hans=category), by=story.people["zhou"])


class Call:
    """A suggestion by telephone, answered the same day."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row, self.request = story, row, HelpRequest()

    def take_down(self) -> None:
        facts = self.row | {"enterprise": self.story.enterprises[self.row["enterprise"]]}
        kind: Row = {"channel": "phone", "type": "suggestion"}
        self.request = recording.record(by=self.story.people["zhou"], **facts, **kind)

    def answer(self) -> None:
        asked = self.request
        if asked.steward is None:
            asked = workflow.assign(asked, steward=self.story.people["wang"], by=self.story.people["zhou"])
        by = asked.handler or asked.steward
        workflow.answer(workflow.accept(asked, by=by), by=by, text=THANKS)


class Naming:
    """One obstacle on its way."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row, self.made = story, row, Obstacle()

    def step(self, verb: str, who: str) -> None:
        by = self.story.people[who]
        if verb == "name":
            requests = HelpRequest.objects.filter(subject__in=self.row["subjects"]).values_list("pk", flat=True)
            self.made = obstacles.name(by=by, texts=self.row["texts"], requests=requests)
        elif verb == "answer":
            obstacles.answer(self.made, by=by, texts=self.row["did"])
        else:
            getattr(obstacles, verb)(self.made, by=by)
