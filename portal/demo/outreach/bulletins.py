"""The demo's bulletin: one issue of real policies that is out, one draft with words of the editor's own."""

from collections.abc import Iterator

from outreach.bulletins import subscribing, workflow
from outreach.models import Bulletin, Subscriber
from policies.models import Policy
from portal.demo.clock import Clock
from portal.demo.outreach.events import RENT, video_on
from portal.demo.story import Act, Story

FIRST = {
    "title_zh_hans": "虹口区政府公报（演示版）", "title_en": "Hongkou government bulletin (demonstration)",
    "words_zh_hans": "本期为演示版，选编现行政策和服务。政策以原文为准。",
    "words_en": "A demonstration: policies in force and services. The original text of a policy prevails.",
}  # fmt: skip
NOTE = {
    "heading_zh_hans": "在哪里可以问", "heading_en": "Where to ask",
    "words_zh_hans": "双语会客厅可预约面谈；政策宣传点备有中英文指南。",
    "words_en": "Book a talk in the bilingual reception room; guides lie ready at the publicity points.",
}  # fmt: skip
SECOND = {
    "title_zh_hans": "虹口区政府公报（演示版）：租房补贴专刊",
    "title_en": "Hongkou government bulletin (demonstration): rent support",
    "words_zh_hans": "本期介绍一项政策及其视频解读，视频配有中英文字幕。",
    "words_en": "One policy and the video that explains it, with captions in both languages.",
}
NEXT = {"title_zh_hans": "下一期（演示草稿）", "title_en": "The next issue (demonstration draft)"}


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(14, "09:20"), _subscribers)
    yield Act(clock.moment(8, "10:00"), lambda: _compose(story), "zheng")
    yield Act(clock.moment(7, "15:00"), lambda: _publish(story), "xu")
    yield Act(clock.moment(2, "10:40"), lambda: _compose_explained(story), "zheng")
    yield Act(clock.moment(2, "15:30"), lambda: _publish(story, SECOND), "xu")
    yield Act(clock.moment(1, "16:00"), lambda: workflow.begin(by=story.people["zheng"], content=NEXT), "zheng")


def _subscribers() -> None:
    for address, language in (("reader.one@example.com", "en"), ("reader.two@example.com", "zh-hans")):
        subscribing.ask(address, language)
        subscribing.confirm(Subscriber.objects.get(email=address))


def _compose(story: Story) -> None:
    by = story.people["zheng"]
    issue = workflow.begin(by=by, content=FIRST)
    columns = ("title_zh_hans", "title_en", "summary_zh_hans", "summary_en")
    whole = Policy.objects.in_force().filter(stale=[])
    for name in columns:
        whole = whole.exclude(**{name: ""}).exclude(**{name: None})
    for policy in whole.order_by("-published_at", "pk")[:4]:
        workflow.add(issue, by=by, policy=policy)
    workflow.add(issue, by=by, **NOTE)
    workflow.send(issue, by=by)


def _compose_explained(story: Story) -> None:
    """A policy and the video that explains it."""
    by = story.people["zheng"]
    issue = workflow.begin(by=by, content=SECOND)
    policy, video = Policy.objects.in_force().filter(slug=RENT).first(), video_on(RENT)
    if policy is not None:
        workflow.add(issue, by=by, policy=policy)
    if video is not None:
        workflow.add(issue, by=by, interpretation=video)
    workflow.add(issue, by=by, **NOTE)
    workflow.send(issue, by=by)


def _publish(story: Story, what: dict[str, str] = FIRST) -> None:
    workflow.publish(Bulletin.objects.get(title_en=what["title_en"]), by=story.people["xu"])
    subscribing.send_due()
