"""The requests of the demo's history, through the verbs that everybody's requests go through."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from notices import digests
from policies.models import Policy
from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import workflow
from stewards.models import HelpRequest
from stewards.reminding.sweep import sweep

Row = dict[str, Any]
FIRST_SWEEP = 30  # working days ago


def request_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for row in read("requests.json"):
        telling = Telling(story, row)
        for verb, ago, time, *rest in row["steps"]:
            who = rest[0] if rest else row["asker"]
            details = rest[1] if len(rest) > 1 else {}
            yield Act(clock.moment(ago, time), partial(telling.step, verb, who, details), who)


def daily_acts(clock: Clock) -> Iterator[Act]:
    """Every morning the reminders that are due, then the digests."""
    for ago in range(FIRST_SWEEP, -1, -1):
        yield Act(clock.moment(ago, "08:05"), sweep)
        yield Act(clock.moment(ago, "09:03"), digests.compose)


class Telling:
    """One request on its way."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row = story, row
        self.request: HelpRequest | None = None

    def step(self, verb: str, who: str, details: Row) -> None:
        """One verb of the workflow, by one person."""
        by = self.story.people[who]
        if self.request is None:
            self.request = self._draft()
            if verb == "save_draft":
                return
        known: dict[str, Mapping[str, Any]] = {"steward": self.story.people, "department": self.story.departments}
        details = {name: known[name][value] if name in known else value for name, value in details.items()}
        self.request = getattr(workflow, verb)(self.request, by=by, **details)

    def _draft(self) -> HelpRequest:
        row, enterprise = self.row, self.row["enterprise"]
        return workflow.save_draft(
            by=self.story.people[row["asker"]],
            enterprise=self.story.enterprises[enterprise] if enterprise else None,
            policy=Policy.objects.get(slug=row["policy"]) if row["policy"] else None,
            **{name: row[name] for name in ("type", "subject", "body", "language")},
        )
