"""What has fallen due by today: a document of the demo's own that waits to be made public."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from policies import workflow
from policies.models import Revision
from policies.upkeep import due
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

SLUG = "demo-export-credit-draft"
WRITTEN = 24  # days before the draft is dated


def upkeep_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(4, "16:40"), partial(_date, story), "zheng")
    yield Act(clock.moment(3, "08:10"), due.sweep)


def _date(story: Story) -> None:
    """Its editor finds the date of the document; the portal counts twenty working days from it."""
    draft = Revision.objects.get(policy__slug=SLUG)
    content = draft.content | {"issued_on": (local_day() - timedelta(days=WRITTEN)).isoformat()}
    workflow.save_revision(draft, by=story.people["zheng"], content=content, seen=draft.lock_version)
