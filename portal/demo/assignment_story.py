"""Who can take what, and leaves that run: Li's requests are with Wang, the part of Qian, a handler, with Sun; both come
back on their own."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.people_story import ADMIN
from portal.demo.story import Act, Story
from stewards.assignment import leaves, profiles

BOTH = ["zh-hans", "en"]
PROFILES: dict[str, dict[str, Any]] = {
    "chen": {"types": ["help", "complaint", "report"], "languages": BOTH, "capacity": 12},
    "wang": {"types": ["help", "complaint"], "subdistricts": ["310109016", "310109017"]},
    "li": {"types": ["help", "suggestion"], "languages": BOTH, "industries": ["G", "I", "J", "L"], "capacity": 20},
}
OPEN: dict[str, Any] = {
    "in_rotation": True, "types": [], "categories": [], "subdistricts": [], "parks": [], "industries": [],
    "languages": ["zh-hans"], "capacity": 30,
}  # fmt: skip
DAYS = 4  # for so many days the leave is looked after


def assignment_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(2, "08:20"), partial(_profiles, story), ADMIN)
    yield Act(clock.moment(1, "17:50"), partial(_leave, story, "li", "wang", 0, 6, hand_over=True), "li")
    yield Act(clock.moment(1, "17:55"), partial(_leave, story, "chen", "li", 12, 16, second="wang"), "chen")
    yield Act(clock.moment(1, "18:00"), partial(_leave, story, "qian", "sun", 0, 12, hand_over=True), "qian")
    for ago in range(DAYS, -1, -1):
        yield Act(clock.moment(ago, "00:10"), leaves.keep)


def _profiles(story: Story) -> None:
    for name, facts in PROFILES.items():
        profiles.keep(story.people[name], by=story.people[ADMIN], **{**OPEN, **facts})


def _leave(story: Story, name: str, substitute: str, first: int, last: int, **facts: Any) -> None:
    """From so many days on until so many; `second` by name."""
    if "second" in facts:
        facts["second"] = story.people[facts["second"]]
    person, today = story.people[name], local_day()
    leaves.enter(
        person,
        by=person,
        starts_on=today + timedelta(days=first),
        ends_on=today + timedelta(days=last),
        substitute=story.people[substitute],
        **facts,
    )
