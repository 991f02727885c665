"""The demo's Open Month: coming events in both languages, one of them full, and one that is over."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from outreach import registering
from outreach.events import questions, workflow
from outreach.events.workflow import Wanted
from outreach.guests.feedback import give_feedback
from outreach.models import Event, Feedback, Occasion, Place, Registration
from outreach.registering import Guest
from policies.models import Policy
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

HOST = {"host_zh_hans": "虹口区人民政府办公室（演示）", "host_en": "Hongkou District Government Office (demo)"}
THEME = {"theme_zh_hans": "政府开放月：政策就在身边", "theme_en": "Government Open Month: policies close by"}
COMING: tuple[Any, ...] = (  # days from now, hour, places, format, languages, interpreted into, titles, texts
    (6, 14, 2, "on_site", ["zh"], ["en"], "走进服务专窗", "A look behind the service window",
     "看一件诉求如何受理、办理和答复；现场名额有限。", "See how a request is taken, worked on, answered."),
    (8, 10, 60, "both", ["zh", "en"], [], "外资企业政策面对面", "Policies for foreign-invested firms",
     "逐条讲解外资企业常用政策，现场与线上同步。", "The policies that foreign-invested firms use most."),
    (12, 15, 40, "on_site", ["zh"], ["en", "ja"], "创业租房补贴怎么申请", "How to apply for start-up rent support",
     "从条件到材料，一步一步演示申请。", "From conditions to papers: an application step by step."),
    (16, 9, None, "on_site", ["zh", "en"], [], "北外滩开放步行", "Open walk along the North Bund",
     "沿途参观便民服务点，无需报名。", "A walk past the service points; no need to register."),
)  # fmt: skip
PAST = (-9, 14, 30, "on_site", ["zh"], ["en"], "研发费用加计扣除答疑会", "Questions on the R&D super-deduction",
        "税务与科技部门现场答疑。", "Tax and technology officials answer on the spot.")  # fmt: skip
SPEAKER = {
    "name_zh_hans": "许宁（演示）", "name_en": "Xu Ning (demo)", "role_zh_hans": "政策审核人",
    "role_en": "Policy reviewer",
    "topic_zh_hans": "政策解读", "topic_en": "The policies explained",
}  # fmt: skip
WAITING = ("lin", "emma", "tang", "shen")
CAME, MISSED = ("lin", "jiang"), "ma"


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    day = local_day(clock.now) + timedelta(days=PAST[0])
    yield Act(clock.moment(14, "09:40"), lambda: _plan(story, PAST, clock), "zheng")
    yield Act(clock.moment(13, "11:10"), lambda: _register(story, PAST, (*CAME, MISSED)))
    yield Act(_moment(day, 14, 20), lambda: _let_in(story), "zheng")
    yield Act(_moment(day, 17, 5), _rate)
    for coming in COMING:
        yield Act(clock.moment(4, "10:20"), lambda coming=coming: _plan(story, coming, clock), "zheng")  # type: ignore[misc]
    yield Act(clock.moment(3, "15:30"), lambda: _register(story, COMING[0], WAITING))
    yield Act(clock.moment(2, "16:10"), lambda: _ask(story), "zheng")


def _plan(story: Story, facts: Any, clock: Clock) -> None:
    days, hour, places, form, spoken, interpreted, title_zh, title_en, about_zh, about_en = facts
    starts = _moment(local_day(clock.now) + timedelta(days=days), hour, 0)
    occasion = {
        "title_zh_hans": f"{title_zh}（演示）", "title_en": f"{title_en} (demo)", "room_zh_hans": "", "room_en": "",
        "place": Place.objects.filter(active=True).order_by("pk").first(), "starts_at": starts,
        "ends_at": starts + timedelta(hours=2), "languages": spoken, "interpretation": interpreted,
        "capacity": places, "registers_until": None,
        "online_url": "https://meeting.demo.example/open-month" if form == "both" else "",
    }  # fmt: skip
    event = {**HOST, **THEME, "about_zh_hans": about_zh, "about_en": about_en, "kind": "open_month", "format": form}
    policies = Policy.objects.in_force(local_day()).exclude(criteria=[]).order_by("pk")[:2]
    wanted = Wanted(occasion, {**event, "group_places": 0}, list(policies), [], [SPEAKER])
    made = workflow.write(None, wanted, by=story.people["zheng"])
    workflow.publish(made, by=story.people["zheng"])


def _found(facts: Any) -> Occasion:
    return Event.objects.select_related("occasion").get(occasion__title_en=f"{facts[7]} (demo)").occasion


def _register(story: Story, facts: Any, names: tuple[str, ...]) -> None:
    for name in names:
        registering.register(_found(facts), guest=_guest(story.people[name]))


def _guest(user: User) -> Guest:
    return Guest(name=user.name, email=user.email, language=user.language, user=user)


def _let_in(story: Story) -> None:
    row = _found(PAST)
    for name in CAME:
        own = row.registrations.get(user=story.people[name])
        registering.check_in(row, own.code, by=story.people["zheng"])
    registering.walk_in(row, guest=Guest(name="无名来宾（演示）"), by=story.people["zheng"])


def _rate() -> None:
    row = _found(PAST)
    own = row.registrations.filter(state="attended", walk_in=False).order_by("pk").first()
    if own is not None:
        give_feedback(Feedback(rating=5, found=True), registration=own)
    Registration.objects.filter(occasion=row, state="confirmed").update(state="missed")


def _ask(story: Story) -> None:
    row = _found(COMING[1])
    asked = questions.ask(row, text="Will the slides be in English?", user=story.people["emma"])
    questions.answer(asked, by=story.people["zheng"], text="会提供中英文讲义。 / Yes, in both languages.")


def _moment(day: Any, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
