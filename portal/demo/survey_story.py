"""The demo's surveys: one that is closed with its answers, one that is open and spared two enterprises."""

from collections.abc import Iterator
from datetime import date, timedelta

from engagement.surveys import workflow
from engagement.surveys.choosing import TIERS, Audience
from engagement.surveys.models import QuestionKind, Survey
from engagement.surveys.workflow import Asked
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

ANSWERED = 5  # of fewer answers nothing is shown
LINES = (
    "希望窗口在午间也有人值守。", "More pages in English, please.", "回复很快，谢谢。", "希望提前告知政策到期时间。",
    "可以增加线上预约。",
)  # fmt: skip
SERVICE = {
    "title_zh_hans": "服务专窗的使用感受", "title_en": "How you find the service window",
    "about_zh_hans": "帮助我们改进专窗的服务时间和指引。", "about_en": "It helps us to improve hours and guidance.",
}  # fmt: skip
FLATS = {
    "title_zh_hans": "明年的人才公寓需求", "title_en": "Flats for talents next year",
    "about_zh_hans": "用于安排明年的房源。", "about_en": "It helps us to plan next year's flats.",
}  # fmt: skip


def survey_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(10, "10:10"), lambda: _service(story, clock), "zhou")
    yield Act(clock.moment(8, "11:40"), _answer)
    yield Act(clock.moment(1, "16:30"), lambda: _flats(story, clock), "zhou")


def _service(story: Story, clock: Clock) -> None:
    questions = [
        Asked(QuestionKind.LEVEL, "专窗的服务如何？", "How good is the service at the window?"),
        Asked(QuestionKind.YES_NO, "一次就能找到所需信息吗？", "Did you find what you needed at once?"),
        Asked(QuestionKind.LINE, "还希望改进什么？", "What else should be better?"),
    ]
    _send(story, SERVICE, clock.day(3), questions, Audience(served=True))


def _flats(story: Story, clock: Clock) -> None:
    questions = [Asked(QuestionKind.YES_NO, "明年需要人才公寓吗？", "Will you need flats for talents next year?")]
    _send(story, FLATS, clock.day(0) + timedelta(days=20), questions, Audience(tiers=TIERS))


def _send(story: Story, texts: dict[str, str], last: date, questions: list[Asked], audience: Audience) -> None:
    zhou = story.people["zhou"]
    made = workflow.write(None, by=zhou, texts=texts, closes_on=last, questions=questions)
    workflow.send(made, by=zhou, audience=audience)


def _answer() -> None:
    """Five of those asked."""
    survey = Survey.objects.get(title_en=SERVICE["title_en"])
    level, found, line = survey.questions.all()
    invitations = survey.invitations.order_by("pk")[:ANSWERED]
    for invitation, words in zip(invitations, LINES, strict=False):
        workflow.answer(invitation, answers={level.pk: 4, found.pk: 1, line.pk: words})
