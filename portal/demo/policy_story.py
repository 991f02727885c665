"""Drafts, reviews and packages of the demo's history. Nothing fictional is ever published as a policy."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.http import QueryDict

from policies import workflow
from policies.alerts.following import follow, keep_search
from policies.models import Policy, Revision
from policies.packages import packages
from policies.search import misses
from portal.core.calendar import local_day
from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

Row = dict[str, Any]


def policy_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for row in read("publishing.json")["drafts"]:
        writing = Writing(story, row)
        yield Act(clock.moment(row["days"], row["time"]), writing.begin, row["by"])
        for verb, ago, time, who, *details in row["steps"]:
            yield Act(clock.moment(ago, time), partial(writing.step, verb, who, *details), who)
    for row in read("publishing.json")["packages"]:
        yield Act(clock.moment(row["days"], row["time"]), partial(_hand_over, story, row), row["by"])
    for row in read("publishing.json")["following"]:
        yield Act(clock.moment(row["days"], row["time"]), partial(_follow, story, row), row["by"])
    for row in read("publishing.json")["searches"]:
        for ago, time in row["times"]:
            moment = clock.moment(ago, time)
            yield Act(moment, partial(misses.keep, row["words"], row["language"], local_day(moment)))


class Writing:
    """One revision on its way."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row = story, row
        self.revision = Revision()

    def begin(self) -> None:
        """A new policy, or a new version of one that is published."""
        row, by = self.row, self.story.people[self.row["by"]]
        if row["act"] == "begin":
            self.revision = workflow.begin(by=by, content=row["content"], slug=row["slug"])
            return
        revision = workflow.revise(Policy.objects.get(slug=row["policy"]), by=by)
        self.revision = workflow.save_revision(revision, by=by, content=row["content"], seen=revision.lock_version)

    def step(self, verb: str, who: str, details: Row | None = None) -> None:
        self.revision = getattr(workflow, verb)(self.revision, by=self.story.people[who], **(details or {}))


def _hand_over(story: Story, row: Row) -> None:
    by, enterprise = story.people[row["by"]], row["enterprise"]
    content = {name: row[name] for name in packages.FIELDS if name not in ("enterprise", "segment")}
    content["enterprise"] = story.enterprises[enterprise] if enterprise else None
    package = packages.compose(by=by, content=content)
    for slug, zh, en in row["items"]:
        item = packages.add(package, Policy.objects.get(slug=slug), by=by)
        packages.annotate(package, item.pk, by=by, notes={"note_zh_hans": zh, "note_en": en})
    packages.hand_over(package, by=by)


def _follow(story: Story, row: Row) -> None:
    for policy in Policy.objects.filter(slug__in=row["policies"]):
        follow(policy, by=story.people[row["by"]])
    keep_search(QueryDict(row["search"]), by=story.people[row["by"]])
