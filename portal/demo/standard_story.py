"""The service standard at work: more time asked for, given and refused; a standard and a calendar that are to come."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.models import HelpRequest, ServiceStandard
from stewards.standard import keeping, loading

SOURCE = "演示用，非正式通知 (for the demonstration only, not the official notice)"
# key: subject, text, by whom
ASKED = {
    "fire": ("消防验收需要现场复核", "我们装修完成后申请消防验收，需要补充哪些图纸？能否安排现场复核？", "lin"),
    "licence": ("Food licence for our staff canteen", "Which rooms does the canteen need before we may apply?", "emma"),
    "quota": ("应届毕业生落户名额", "我们今年录用了六名应届毕业生，请协助核实名额。", "lin"),
}
PLACES = {"lin": "zh-hans", "emma": "en"}


def standard_acts(story: Story, clock: Clock) -> Iterator[Act]:
    told = Telling(story)
    yield Act(clock.moment(6, "09:10"), partial(told.send, "fire"), "lin")
    yield Act(clock.moment(6, "10:20"), partial(told.take, "fire", "已与消防部门联系，本周内安排现场查看。"))
    yield Act(clock.moment(4, "11:00"), partial(told.ask, "fire", 3, "现场复核须与消防支队约定时间，最早为下周。"))
    yield Act(clock.moment(4, "14:30"), partial(told.grant, "fire"))
    yield Act(clock.moment(3, "09:05"), partial(told.send, "licence"), "emma")
    yield Act(clock.moment(3, "09:50"), partial(told.take, "licence", "Dear Ms Larsen, we ask both departments."))
    yield Act(clock.moment(3, "15:00"), partial(told.ask, "licence", None, "Two departments have to license it."))
    yield Act(clock.moment(2, "09:30"), partial(told.grant, "licence"))
    yield Act(clock.moment(2, "10:05"), partial(told.send, "quota"), "lin")
    yield Act(clock.moment(2, "13:40"), partial(told.take, "quota", "已收到，正在向人社部门核实名额。"))
    yield Act(clock.moment(1, "16:10"), partial(told.ask, "quota", 2, "人社部门须逐人核对，预计再需两天。"))
    yield Act(clock.moment(1, "16:40"), partial(_shorter, story), "zhou")
    yield Act(clock.moment(1, "17:00"), partial(_next_year, story), "zhou")


class Telling:
    """Requests on their way, by their key."""

    def __init__(self, story: Story) -> None:
        self.people = story.people
        self.story = story
        self.requests: dict[str, HelpRequest] = {}

    def send(self, key: str) -> None:
        subject, body, asker = ASKED[key]
        by, enterprise = self.people[asker], self.people[asker].memberships.order_by("pk").first()
        draft = workflow.save_draft(
            by=by,
            enterprise=enterprise.enterprise if enterprise else None,
            type="help",
            subject=subject,
            body=body,
            language=PLACES[asker],
        )
        self.requests[key] = workflow.submit(draft, by=by)

    def take(self, key: str, text: str) -> None:
        """By whoever is responsible, or by a steward from the common list."""
        request = self.requests[key]
        by = request.handler or self.people["chen"]
        self.requests[key] = workflow.contact(workflow.accept(request, by=by), by=by, text=text)

    def ask(self, key: str, days: int | None, reason: str) -> None:
        request = self.requests[key]
        kind = "complex" if days is None else "extension"
        self.requests[key] = workflow.ask_time(request, by=request.handler, kind=kind, days=days, reason=reason)

    def grant(self, key: str) -> None:
        ask = self.requests[key].time_asks.get()
        self.requests[key] = workflow.grant_time(self.requests[key], by=self.people["zhou"], ask=ask)


def _shorter(story: Story) -> None:
    """Complaints are to be answered a day sooner from some weeks on."""
    row = ServiceStandard(
        type="complaint",
        days=4,
        basis="服务中心决定 (decision of the service centre)",
        valid_from=local_day() + timedelta(days=30),
    )
    keeping.keep_standard(row, by=story.people["zhou"])


def _next_year(story: Story) -> None:
    """A file that the admin has sent and not confirmed: the public holidays that the law fixes."""
    year = local_day().year + 1
    rows = [f"{day.isoformat()},off" for day in sorted(loading.statutory(year))]
    file = SimpleUploadedFile(f"{year}.csv", "\n".join(["date,type", *rows]).encode())
    loading.preview(file, year=year, source=SOURCE, by=story.people["zhou"])
