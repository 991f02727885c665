"""The desk's quicker ways in the demo: canned answers, a shared view, requests taken down by telephone and window."""

import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.deskwork import bulk, canned, card_field, recording, saved, tagging
from stewards.models import HelpRequest

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
    "caller": "丁先生（虚构） · 021-0000-0298",
}
FORM = uuid.UUID("5a4f3c8e-3f0e-4f4b-9d0a-3b2f5c1d7e60")
ENTERPRISE, POLICY = "stars", "hk-new-service-firm-rent-2023"
PLACE = "地点：企业服务专窗（虚构） / Special window for enterprises (fictional) | 虚构路 1 号 | 021-0000-0100"
ANSWER = "您好！申报材料清单和线上入口见下方卡片，准备齐全后即可提交。"


def deskwork_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for n, words in enumerate(CANNED):
        yield Act(
            clock.moment(12, f"15:{n:02}"), partial(canned.keep, None, by=story.people["zhou"], words=words), "zhou"
        )
    late: Row = {"name": "本周必办 / This week's", "query": "tab=mine&due=7", "shared": True}
    yield Act(clock.moment(6, "09:40"), lambda: saved.save(by=story.people["chen"], **late), "chen")
    telling = Telling(story)
    yield Act(clock.moment(2, "10:20"), telling.call, "chen")
    yield Act(clock.moment(2, "11:05"), telling.accept, "chen")
    yield Act(clock.moment(1, "14:10"), telling.answer, "chen")
    yield Act(clock.moment(1, "15:30"), partial(_record, story, None, FOUNDER, "zhou"), "zhou")
    yield Act(clock.moment(1, "16:40"), partial(_tagged, story), "zhou")


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
        cards = card_field.CardsField().clean("\n".join((POLICY, "https://zwdt.sh.gov.cn/ “一网通办”", PLACE)))
        self.request = workflow.answer(self.request, by=self._holder(), text=ANSWER, cards=cards)

    def _holder(self) -> Any:
        """Whoever answers while its steward is away, or the steward."""
        return self.request.handler or self.request.steward


def _record(story: Story, enterprise: str | None, words: Row, by: str) -> HelpRequest:
    found = story.enterprises[enterprise] if enterprise else None
    return recording.record(by=story.people[by], enterprise=found, **words)


def _tagged(story: Story) -> None:
    """Two requests get a tag at once."""
    calls = HelpRequest.objects.filter(subject__in=(CALL["subject"], FOUNDER["subject"]))
    picks = {call.number or "": call.lock_version for call in calls}
    facts: Row = {"verb": tagging.TAG, "picks": picks, "form_key": FORM, "names": ["办公用房"]}
    bulk.perform(by=story.people["zhou"], **facts)
