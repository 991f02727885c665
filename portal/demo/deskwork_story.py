"""The desk's quicker ways in the demo: canned answers, a shared view, requests taken down by telephone and window."""

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.deskwork import bulk, canned, card_field, recording, records, saved, tagging
from stewards.models import HelpRequest, RequestCategory

Row = dict[str, Any]
CANNED: list[Row] = [
    {
        "title_zh_hans": "如何申请（含政策名称）",
        "title_en": "How to apply, with the policy's name",
        "text_zh_hans": "您好！关于贵公司（{enterprise}）的诉求 {number}：请按《{policy}》的要求准备材料，"
        "在“一网通办”提交。如有疑问，请联系服务管家{steward}，电话 {phone}。",
        "text_en": "Good day. On request {number} of {enterprise}: please prepare the materials that “{policy}” asks "
        "for and submit them online. With any question call your steward {steward}, telephone {phone}.",
    },
    {
        "title_zh_hans": "请补充材料",
        "title_en": "Please send what is missing",
        "text_zh_hans": "为办理诉求 {number}，请补充：\n1. 营业执照副本扫描件；\n2. 有效的租赁合同。\n"
        "收到后我们继续办理。",
        "text_en": "For request {number} we still need:\n1. a scan of the business licence;\n2. the lease in force.\n"
        "We go on as soon as we have them.",
    },
    {
        "title_zh_hans": "已受理，将于期限内答复",
        "title_en": "We are on it, with the date",
        "text_zh_hans": "诉求 {number} 已由{steward}受理，将于 {due} 前答复您。",
        "text_en": "{steward} works on request {number}; you have the answer by {due}.",
    },
]
QUESTIONS: list[Row] = [
    {
        "type": "complaint",
        "words": {
            "title_zh_hans": "投诉：时间、地点与诉求",
            "title_en": "Complaint: when, where, what would settle it",
            "text_zh_hans": "为办理诉求 {number}，请告知：\n1. 发生在哪一天、什么时间段；\n2. 具体地点；\n"
            "3. 怎样处理您认为问题得到解决。",
            "text_en": "For request {number} please tell us:\n1. on which day and at what hours it happened;\n"
            "2. where exactly;\n3. what would settle it for you.",
        },
    },
    {
        "type": "help",
        "category": "办公用房",
        "words": {
            "title_zh_hans": "用房：面积、预算与入驻时间",
            "title_en": "Premises: area, budget, when to move in",
            "text_zh_hans": "请告知所需面积、每月预算、计划入驻时间和使用人数，以便为{enterprise}推荐场地。",
            "text_en": "Please tell us the area, the monthly budget, when you plan to move in and for how many people, "
            "so that we can propose premises to {enterprise}.",
        },
    },
    {
        "type": "",
        "words": {
            "title_zh_hans": "请提供联系人",
            "title_en": "Whom may we call?",
            "text_zh_hans": "请告知经办人姓名、电话和方便接听的时间。",
            "text_en": "Please tell us whom we may call, the telephone number, and at what time.",
        },
    },
]
CALL: Row = {
    "channel": "phone",
    "type": "consultation",
    "subject": "电话咨询：办公用房租金补贴需要哪些材料",
    "body": "财务人员来电，询问租金补贴的申报材料和截止时间。",
    "caller": "顾女士（虚构） · 021-0000-0299",
}
FOUNDER: Row = {
    "channel": "window",
    "type": "help",
    "subject": "窗口求助：尚未注册的创业团队寻找小型办公场地",
    "body": "三人团队，从事短视频制作，希望在区内找到 60 平方米左右的场地，并了解创业扶持政策。",
    "caller": "丁先生（虚构） · 021-0000-0298 · ding@example.org",
}
STALL: Row = {
    "channel": "phone",
    "type": "consultation",
    "subject": "电话咨询：开便利店需要哪些证照",
    "body": "来电人准备在区内开一家便利店，询问证照和办理顺序。",
    "caller": "钟先生（虚构） · 021-0000-0297",
}
SECOND: Row = {
    "channel": "window",
    "type": "consultation",
    "subject": "窗口咨询：个体工商户转为企业的手续",
    "body": "经营者在窗口询问个转企的步骤、所需材料和可以享受的支持。",
    "caller": "郝女士（虚构） · 021-0000-0296",
}
SAID = "\n已电话告知：先办理营业执照，再办理相关许可，均可在“一网通办”申请。"
FORM = uuid.UUID("5a4f3c8e-3f0e-4f4b-9d0a-3b2f5c1d7e60")
WORKSHOP: Row = {
    "channel": "phone",
    "type": "help",
    "subject": "电话求助：手工皮具工作室寻找沿街铺面",
    "body": "两人工作室，尚未注册，希望找到 30 平方米左右的沿街铺面，并了解注册地址的要求。",
    "caller": "卫女士（虚构） · 021-0000-0295",
}
ENTERPRISE, POLICY = "stars", "hk-new-service-firm-rent-2023"
PLACE = "地点：企业服务专窗（虚构） / Special window for enterprises (fictional) | 虚构路 1 号 | 021-0000-0100"
POINT, SESSION = "/zh-hans/points/demo-point-library/", "创业租房补贴怎么申请"
ANSWER = "您好！申报材料清单和线上入口见下方卡片，准备齐全后即可提交。"


def deskwork_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for n, words in enumerate(CANNED):
        yield Act(
            clock.moment(12, f"15:{n:02}"), partial(canned.keep, None, by=story.people["zhou"], words=words), "zhou"
        )
    yield Act(clock.moment(12, "15:20"), partial(_questions, story), "zhou")
    late: Row = {"name": "本周必办 / This week's", "query": "tab=mine&due=7", "shared": True}
    yield Act(clock.moment(6, "09:40"), lambda: saved.save(by=story.people["chen"], **late), "chen")
    telling = Telling(story)
    yield Act(clock.moment(2, "10:20"), telling.call, "chen")
    yield Act(clock.moment(2, "11:05"), telling.accept, "chen")
    yield Act(clock.moment(1, "14:10"), telling.answer, "chen")
    for n, words in enumerate((FOUNDER, WORKSHOP)):  # nobody's by place: whose turn it is
        yield Act(clock.moment(1, f"15:3{n}"), partial(_record, story, None, words, "zhou"), "zhou")
    yield Act(clock.moment(1, "16:40"), partial(_tagged, story), "zhou")
    caller = Caller(story)
    yield Act(clock.moment(4, "10:05"), caller.call, "wang")
    yield Act(clock.moment(4, "10:15"), caller.take, "wang")
    yield Act(clock.moment(3, "15:45"), caller.answer, "wang")
    yield Act(clock.moment(2, "10:30"), caller.rate, "zhou")
    second = Caller(story, SECOND)
    yield Act(clock.moment(3, "09:35"), second.call, "wang")
    yield Act(clock.moment(3, "09:50"), second.take, "wang")
    yield Act(clock.moment(1, "11:40"), second.answer, "wang")


def _questions(story: Story) -> None:
    """What stewards ask back most, by type and category."""
    for row in QUESTIONS:
        category = RequestCategory.objects.filter(name_zh_hans=row.get("category")).first()
        facts: Row = {"use": "question", "type": row["type"], "category": category}
        canned.keep(None, by=story.people["zhou"], words=row["words"], **facts)


class Telling:
    """A call for an enterprise whose owner has an account, answered with follow-ups."""

    def __init__(self, story: Story) -> None:
        self.story, self.request = story, HelpRequest()

    def call(self) -> None:
        self.request = _record(self.story, ENTERPRISE, CALL, "chen")

    def accept(self) -> None:
        if self.request.steward is None:
            self.request = workflow.assign(
                self.request, steward=self.story.people["chen"], by=self.story.people["zhou"]
            )
        self.request = workflow.accept(self.request, by=self._holder())

    def answer(self) -> None:
        lines = (POLICY, POINT, "https://zwdt.sh.gov.cn/ “一网通办”", PLACE)
        session = next(found for kind, found in records.search(SESSION) if kind.name == "event")
        cards = [records.keep("event", session), *card_field.CardsField().clean("\n".join(lines))]
        self.request = workflow.answer(self.request, by=self._holder(), text=ANSWER, cards=cards)

    def _holder(self) -> Any:
        """Whoever answers while its steward is away, or the steward."""
        return self.request.handler or self.request.steward


class Caller:
    """Somebody without an account, answered by telephone; the service centre asks how it was and writes it down."""

    def __init__(self, story: Story, words: Row = STALL) -> None:
        self.people, self.words, self.request = story.people, words, HelpRequest()

    def call(self) -> None:
        self.request = recording.record(by=self.people["wang"], enterprise=None, **self.words)

    def take(self) -> None:
        if self.request.steward != self.people["wang"]:
            self.request = workflow.assign(self.request, steward=self.people["wang"], by=self.people["zhou"])
        self.request = workflow.accept(self.request, by=self.people["wang"])

    def answer(self) -> None:
        self.request = workflow.answer(self.request, by=self.people["wang"], text=self.words["body"] + SAID)

    def rate(self) -> None:
        facts: Row = {"score": 4, "solved": True, "contacted": True, "comment": "电话里说得很清楚。"}
        self.request = workflow.write_rating(self.request, by=self.people["zhou"], **facts)


def _record(story: Story, enterprise: str | None, words: Row, by: str) -> HelpRequest:
    found = story.enterprises[enterprise] if enterprise else None
    return recording.record(by=story.people[by], enterprise=found, **words)


def _tagged(story: Story) -> None:
    """Two requests get a tag at once."""
    calls = HelpRequest.objects.filter(subject__in=(CALL["subject"], FOUNDER["subject"]))
    picks = {call.number or "": call.lock_version for call in calls}
    facts: Row = {"verb": tagging.TAG, "picks": picks, "form_key": FORM, "names": ["办公用房"]}
    bulk.perform(by=story.people["zhou"], **facts)
