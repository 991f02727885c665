"""The demo's Open Month: coming events in both languages, one of them full, and one that is over."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import User
from outreach import registering
from outreach.events import inviting, questions, workflow
from outreach.events.workflow import Wanted
from outreach.guests import upkeep
from outreach.guests.feedback import give_feedback
from outreach.models import Event, Feedback, Material, Occasion, Partner, Place
from outreach.registering import Guest
from policies.enums import InterpretationKind, InterpretationState
from policies.models import Interpretation, Policy
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.outreach import partners
from portal.demo.story import Act, Story

HOST = {"host_zh_hans": "虹口区人民政府办公室（演示）", "host_en": "Hongkou District Government Office (demo)"}
THEME = {"theme_zh_hans": "政府开放月：政策就在身边", "theme_en": "Government Open Month: policies close by"}
COMING: tuple[Any, ...] = (  # days from now, hour, places, format, languages, interpreted into, titles, texts
    (6, 14, 2, "on_site", ["zh"], ["en"], "走进服务专窗", "A look behind the service window",
     "看一件诉求如何受理、办理和答复；现场名额有限。", "See how a request is taken, worked on, answered."),
    (8, 10, 12, "both", ["zh", "en"], [], "外资企业政策面对面", "Policies for foreign-invested firms",
     "逐条讲解外资企业常用政策，现场与线上同步。", "The policies that foreign-invested firms use most."),
    (12, 15, 40, "on_site", ["zh"], ["en", "ja"], "创业租房补贴怎么申请", "How to apply for start-up rent support",
     "从条件到材料，一步一步演示申请。", "From conditions to papers: an application step by step."),
    (16, 9, None, "on_site", ["zh", "en"], [], "北外滩开放步行", "Open walk along the North Bund",
     "沿途参观便民服务点，无需报名。", "A walk past the service points; no need to register."),
)  # fmt: skip
PAST = (-9, 14, 30, "on_site", ["zh"], ["en"], "专业服务企业租房补贴答疑会",
        "Questions on rent support for professional services",
        "科技与财政部门现场答疑。", "Science and finance officials answer on the spot.")  # fmt: skip
SPEAKER = {
    "name_zh_hans": "许宁（演示）", "name_en": "Xu Ning (demo)", "role_zh_hans": "政策审核人",
    "role_en": "Policy reviewer",
    "languages": ["zh", "en"], "topic_zh_hans": "政策解读", "topic_en": "The policies explained",
}  # fmt: skip
GROUPS = {"Policies for foreign-invested firms": 10}  # places kept for groups of the association
RENT = "hk-new-service-firm-rent-2023"  # a policy that is explained in a video
ABOUT = {
    PAST[7]: (RENT,),
    "Policies for foreign-invested firms": ("hk-hq-economy-2018", "hk-high-tech-award-2023"),
    "How to apply for start-up rent support": (RENT, "hk-first-startup-subsidy-2021"),
}
BEFORE = "Will the slides be in English?"
DURING = "与关联企业合租的办公室，补贴按合同租金还是按实际面积分摊计算？（演示）"
SUMMARY = {
    "zh-hans": "现场解答了二十余个问题，其中一个转为诉求办理（演示）。",
    "en": "More than twenty questions were answered; one went on as a request (demonstration).",
}
WAITING = ("lin", "emma", "tang", "shen")
IN_THE_ROOM, ON_LINE = ("lin", "jiang"), ("emma",)  # the room is full: two places beside those for groups
CAME, MISSED = ("lin", "jiang"), "ma"


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    day = local_day(clock.now) + timedelta(days=PAST[0])
    yield Act(clock.moment(14, "09:40"), lambda: _plan(story, PAST, clock), "zheng")
    yield Act(clock.moment(13, "11:10"), lambda: _register(story, PAST, (*CAME, MISSED)))
    yield Act(_moment(day, 14, 20), lambda: _let_in(story), "zheng")
    yield Act(_moment(day, 15, 10), lambda: _ask(story, PAST, "tang", DURING), "tang")
    yield Act(_moment(day, 16, 40), lambda: _pass_on(story), "zheng")
    yield Act(_moment(day, 17, 5), _rate)
    yield Act(_moment(day, 19, 30), upkeep.close)
    for coming in COMING:
        yield Act(clock.moment(4, "10:20"), lambda coming=coming: _plan(story, coming, clock), "zheng")  # type: ignore[misc]
    yield Act(clock.moment(3, "15:30"), lambda: _register(story, COMING[0], WAITING))
    yield Act(clock.moment(3, "15:40"), lambda: _register(story, COMING[1], IN_THE_ROOM))
    yield Act(clock.moment(3, "15:50"), lambda: _register(story, COMING[1], ON_LINE, online=True))
    yield Act(clock.moment(3, "16:00"), lambda: _invite(story, COMING[2]), "zheng")
    yield Act(clock.moment(0, "09:50"), lambda: _invite(story, COMING[1]), "zheng")  # one has asked for quiet meanwhile
    yield Act(clock.moment(2, "11:30"), lambda: _group(story), "tan")
    yield Act(clock.moment(2, "16:05"), lambda: _ask(story, COMING[1], "emma", BEFORE), "emma")
    yield Act(clock.moment(2, "16:10"), lambda: _answer(story), "zheng")
    yield Act(clock.moment(2, "16:40"), lambda: _keep(story), "zheng")


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
    together = [*Partner.objects.filter(slug=partners.SLUG)] if title_en in GROUPS else []
    fit = Policy.objects.in_force(local_day()).exclude(criteria=[]).order_by("pk")
    policies = fit.filter(slug__in=ABOUT.get(title_en, ())) or fit[:2]
    wanted = Wanted(
        occasion, {**event, "group_places": GROUPS[title_en] if together else 0}, list(policies), together, [SPEAKER]
    )
    made = workflow.write(None, wanted, by=story.people["zheng"])
    workflow.publish(made, by=story.people["zheng"])


def _found(facts: Any) -> Occasion:
    return Event.objects.select_related("occasion").get(occasion__title_en=f"{facts[7]} (demo)").occasion


def _register(story: Story, facts: Any, names: tuple[str, ...], *, online: bool = False) -> None:
    for name in names:
        registering.register(_found(facts), guest=_guest(story.people[name], online))


def _guest(user: User, online: bool) -> Guest:
    return Guest(name=user.name, email=user.email, language=user.language, user=user, online=online)


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


def _invite(story: Story, facts: Any) -> None:
    """Enterprises that an event's policies fit, as far as the guard lets."""
    row = _found(facts)
    if inviting.candidates(row.event):
        inviting.invite(row, by=story.people["zheng"])


def _group(story: Story) -> None:
    """The association's contact brings members along, on the places kept for groups."""
    who, row = story.people["tan"], _found(COMING[1])
    partner = Partner.objects.of_contact(who).filter(slug=partners.SLUG).first()
    if partner is not None and row.event.group_places:
        known: Any = {"name": who.name, "email": who.email, "language": who.language, "user": who}
        registering.register(row, guest=Guest(**known, partner=partner, seats=6))


def _keep(story: Story) -> None:
    """What is left of it: a leaflet, the recording with captions, what came of it."""
    materials = Material.objects.filter(withdrawn_at=None, policy__slug=RENT)
    workflow.keep_after(
        _found(PAST), by=story.people["zheng"], summary=SUMMARY, recording=video_on(RENT), materials=materials
    )


def video_on(slug: str) -> Interpretation | None:
    """The video that explains the policy."""
    found = Interpretation.objects.filter(kind=InterpretationKind.VIDEO, state=InterpretationState.PUBLISHED)
    return found.filter(links__policy__slug=slug).order_by("pk").first()


def _ask(story: Story, facts: Any, who: str, text: str) -> None:
    person = story.people[who]
    with bilingual.speaking(person.language):
        questions.ask(_found(facts), text=text, user=person)


def _pass_on(story: Story) -> None:
    """What could not be answered in the hall: a request of the asker's own, with a deadline."""
    questions.pass_on(_found(PAST).questions.get(text=DURING), by=story.people["zheng"])


def _answer(story: Story) -> None:
    asked = _found(COMING[1]).questions.get(text=BEFORE)
    questions.answer(asked, by=story.people["zheng"], text="会提供中英文讲义。 / Yes, in both languages.")


def _moment(day: Any, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))
