"""A fictional batch with two fictional observers: one observation with its public reply, one that is still open."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from outreach.models import Assignment, Candidate, Observation, Observer, ObserverBatch
from outreach.observers import observing
from outreach.observers import workflow as work
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.enums import RequestState

NUMBER, BY, PUBLISHER, HANDLER = 99, "zheng", "xu", "wu"
PEOPLE = {"clara": "English, German", "fang": "中文"}
TERM = 300
BATCH = {
    "number": NUMBER,
    "name_zh_hans": "演示批次公众观察员（虚构）",
    "name_en": "Demonstration batch of public observers (fictional)",
    "call_zh_hans": "演示：欢迎中外居民报名，观察政策和服务的实际效果。",
    "call_en": "Demonstration: residents from home and abroad are welcome to see how policies and services arrive.",
    "places": 10,
}
CALL = {
    "number": NUMBER + 1,
    "name_zh_hans": "演示招募批次公众观察员（虚构）",
    "name_en": "Demonstration call for public observers (fictional)",
    "call_zh_hans": "演示：现招募公众观察员，中外居民均可报名，无需专业背景。",
    "call_en": "Demonstration: become a public observer. All residents are welcome; no training is needed.",
    "places": 10,
}
TASKS = (
    {"zh-hans": "服务窗口的英文指引（演示）", "en": "English signs at the service counters (demo)"},
    {"zh-hans": "网上办事指南是否易懂（演示）", "en": "Whether the online guides are easy to follow (demo)"},
)
SEEN = (
    (
        "clara",
        0,
        {"clear": 3, "bilingual": 2, "friendly": 5},
        "Staff were very helpful.",
        "Two signs are in Chinese only.",
    ),
    ("fang", 1, {"clear": 3, "quick": 4}, "步骤齐全。", "材料清单的用语偏专业。"),
)
ANSWER = "Thank you. Both signs now carry English; we check the other counters this month. (demo)"
REPLY = {
    "said_zh_hans": "演示：有两块指引牌只有中文。",
    "said_en": "Demonstration: two signs were in Chinese only.",
    "did_zh_hans": "演示：两块指引牌已增加英文，其他窗口正在逐一检查。",
    "did_en": "Demonstration: both signs now carry English, and the other counters are being checked.",
}


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(24, "09:40"), partial(_batch, story), BY)
    for n, key in enumerate(PEOPLE):
        yield Act(clock.moment(23, f"1{n}:10"), partial(_apply, story, key), key)
    yield Act(clock.moment(18, "10:20"), partial(_appoint, story), BY)
    yield Act(clock.moment(17, "10:20"), partial(_assign, story), BY)
    yield Act(clock.moment(15, "15:10"), partial(_send, story, *SEEN[0]), "clara")
    yield Act(clock.moment(14, "10:10"), partial(_answer, story), HANDLER)
    yield Act(clock.moment(11, "10:10"), partial(_reply, story), HANDLER)
    yield Act(clock.moment(10, "10:10"), partial(_publish, story), PUBLISHER)
    yield Act(clock.moment(6, "09:40"), partial(_call, story), BY)
    yield Act(clock.moment(2, "15:10"), partial(_send, story, *SEEN[1]), "fang")


def _batch(story: Story) -> None:
    _written(story, BATCH, applying=7, term_begins=local_day() + timedelta(days=8))


def _call(story: Story) -> None:
    """One that can be applied for."""
    _written(story, CALL, applying=30, term_begins=local_day() + timedelta(days=40))


def _written(story: Story, batch: dict[str, Any], *, applying: int, term_begins: date) -> None:
    days = {"apply_from": local_day(), "apply_until": local_day() + timedelta(days=applying)}
    term = {"term_begins": term_begins, "term_ends": term_begins + timedelta(days=TERM)}
    row = work.write(None, by=story.people[BY], facts={**batch, **days, **term})
    work.publish(row, by=story.people[PUBLISHER])


def _apply(story: Story, key: str) -> None:
    person = story.people[key]
    with bilingual.speaking(person.language):
        name = person.name
    words = {"name": name, "languages": PEOPLE[key], "motivation": "…（演示 / demo）"}
    work.apply(ObserverBatch.objects.get(number=NUMBER), by=person, facts=words)


def _appoint(story: Story) -> None:
    for row in Candidate.objects.filter(batch__number=NUMBER).order_by("pk"):
        work.appoint(row, by=story.people[BY])


def _assign(story: Story) -> None:
    observers = list(Observer.objects.filter(batch__number=NUMBER).select_related("batch", "candidate"))
    department = story.people[HANDLER].department
    assert department is not None
    for task in TASKS:
        work.assign(
            observers,
            by=story.people[BY],
            department=department,
            tasks=task,
            due_on=local_day() + timedelta(days=60),
        )


def _send(story: Story, key: str, task: int, points: dict[str, int], good: str, better: str) -> None:
    person = story.people[key]
    given = Assignment.objects.get(observer__user=person, task_en=TASKS[task]["en"])
    row = observing.begin(given, by=person)
    facts: dict[str, Any] = {"seen_on": local_day(), "good": good, "better": better, "proposal": ""}
    observing.save(row, by=person, facts=facts, points=points)
    observing.send(row, by=person)


def _sent() -> Observation:
    return Observation.objects.select_related("request").get(
        assignment__observer__batch__number=NUMBER, assignment__task_en=TASKS[0]["en"]
    )


def _answer(story: Story) -> None:
    request, by = _sent().request, story.people[HANDLER]
    assert request is not None
    if request.state == RequestState.SUBMITTED:
        request = workflow.assign(request, steward=story.people["chen"], by=story.people["zhou"])
        request = workflow.accept(request, by=story.people["chen"])
        by = story.people["chen"]
    else:
        request = workflow.accept(request, by=by)
    workflow.answer(workflow.contact(request, by=by, text="The department has read it. (demo)"), by=by, text=ANSWER)


def _reply(story: Story) -> None:
    row = _sent()
    observing.reply(row, by=story.people[HANDLER], texts=REPLY, seen=row.lock_version)


def _publish(story: Story) -> None:
    row = _sent()
    observing.publish(row, by=story.people[PUBLISHER], seen=row.lock_version)
