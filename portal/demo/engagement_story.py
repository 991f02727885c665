"""The visits of the demo: one that is written up with its promises, one that waits, one wished for, a day with
several, and a “not now”."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from django.utils import timezone

from engagement import peace, workflow, writing
from engagement.enums import Side
from engagement.models import Visit
from engagement.workflow import Wanted
from portal.core import calendar
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow as desk

HELD, HOUR = 8, timedelta(hours=1)  # working days ago
ROUND = (("pacific", 16, "新药研发的扶持政策"), ("riverside", 13, "数字化转型需求"))
STARS = "瑞虹企业天地12楼（虚构地址）"


def engagement_acts(story: Story, clock: Clock) -> Iterator[Act]:
    tale = Tale(story, clock)
    yield Act(clock.moment(12, "09:40"), tale.plan_talent, "chen")
    yield Act(clock.moment(12, "14:20"), tale.join_talent, "sun")
    yield Act(clock.moment(11, "10:05"), tale.confirm_talent, "lin")
    yield Act(clock.moment(HELD - 1, "09:30"), tale.write_up_talent, "chen")
    yield Act(clock.moment(HELD - 2, "11:10"), tale.answer_promise, "chen")
    yield Act(clock.moment(6, "16:00"), tale.inspect, "wu")
    yield Act(clock.moment(3, "10:45"), partial(tale.wish, "emma", "nordic", 3, "Berths for survey vessels"), "emma")
    yield Act(clock.moment(2, "09:15"), tale.confirm_wish, "chen")
    yield Act(clock.moment(2, "15:30"), tale.ask_jianghai, "wu")
    for key, hour, purpose in ROUND:
        yield Act(clock.moment(2, "16:00"), partial(tale.plan_round, key, hour, purpose), "chen")
    yield Act(clock.moment(1, "13:40"), partial(tale.wish, "lin", "stars", 6, "我们的新办公楼层"), "lin")
    yield Act(clock.moment(1, "16:10"), tale.not_now, "jiang")
    yield Act(clock.moment(1, "17:20"), tale.quiet_days, "zhou")


class Tale:
    """What happens on the way, with the visits that it happens to."""

    def __init__(self, story: Story, clock: Clock) -> None:
        self.story, self.clock = story, clock
        self.visits: dict[str, Visit] = {}

    def plan_talent(self) -> None:
        wanted = self._wanted(self.clock.day(HELD), "人才安居与落户", STARS, "请准备招聘计划。")
        stars = self.story.enterprises["stars"]
        self.visits["talent"] = workflow.plan(stars, by=self.story.people["chen"], wanted=wanted, ask=True)

    def join_talent(self) -> None:
        workflow.join(self.visits["talent"], by=self.story.people["sun"], topic="人才落户政策咨询")

    def confirm_talent(self) -> None:
        workflow.confirm(self.visits["talent"], by=self.story.people["lin"], side=Side.ENTERPRISE, text="欢迎。")

    def write_up_talent(self) -> None:
        present, heard = "林晓，总经理\n黄磊，人事主管", "企业明年计划招聘二十名工程师，关心人才公寓。"
        notes = writing.Notes(present, heard, "外籍员工子女入学如何办理？")
        later = calendar.current().add_working_days(self.clock.day(0), 6)
        promises = [("发送人才公寓房源清单", None), ("答复外籍员工子女入学的办理渠道", later)]
        writing.write_up(self.visits["talent"], by=self.story.people["chen"], notes=notes, promises=promises)

    def answer_promise(self) -> None:
        promise = self.visits["talent"].promises.select_related("request").first()
        assert promise
        assert promise.request
        taken = desk.accept(promise.request, by=self.story.people["chen"])
        desk.answer(taken, by=self.story.people["chen"], text="房源清单（虚构）已列出，可在线预约看房。")

    def inspect(self) -> None:
        wanted = self._wanted(self.clock.day(7), "商业预付卡检查", "花园坊节能环保产业园（虚构地址）")
        by = self.story.people["wu"]
        visit = workflow.record_enforcement(self.story.enterprises["green"], by=by, wanted=wanted)
        workflow.hold(visit, by=by)

    def wish(self, who: str, enterprise: str, days: int, purpose: str) -> None:
        day = calendar.current().add_working_days(self.clock.day(0), days)
        wanted = self._wanted(day, purpose, "Dalian Road 1 (fictional)" if who == "emma" else STARS)
        self.visits[who] = workflow.ask_for(
            self.story.enterprises[enterprise], by=self.story.people[who], wanted=wanted
        )

    def confirm_wish(self) -> None:
        workflow.confirm(self.visits["emma"], by=self.story.people["chen"], text="See you then.")

    def plan_round(self, key: str, hour: int, purpose: str) -> None:
        """Two more on the day of two others, one of them in the same building."""
        enterprise = self.story.enterprises[key]
        day = calendar.current().add_working_days(self.clock.day(0), 6)
        wanted = self._wanted(day, purpose, enterprise.address, at=hour)
        workflow.plan(enterprise, by=self.story.people["chen"], wanted=wanted)

    def ask_jianghai(self) -> None:
        day = calendar.current().add_working_days(self.clock.day(0), 4)
        wanted = self._wanted(day, "跨境结算便利化", "北外滩航运服务中心（虚构地址）")
        workflow.plan(self.story.enterprises["jianghai"], by=self.story.people["wu"], wanted=wanted, ask=True)

    def not_now(self) -> None:
        green, last = self.story.enterprises["green"], self.clock.day(0) + timedelta(days=30)
        peace.say_not_now(green, by=self.story.people["jiang"], last=last, note="年度审计")

    def quiet_days(self) -> None:
        names = {"name_zh_hans": "年报填报期间", "name_en": "While annual reports are written"}
        first = self.clock.day(0) + timedelta(days=60)
        peace.set_quiet_period(names=names, first=first, last=first + timedelta(days=9), by=self.story.people["zhou"])

    def _wanted(self, day: date, purpose: str, place: str, details: str = "", at: int = 10) -> Wanted:
        start: datetime = timezone.make_aware(datetime.combine(day, time(at)))
        return Wanted(purpose, place, start, start + HOUR, details)
