"""The demo's rooms of open government, each with its own acts."""

from collections.abc import Iterator

from portal.demo.clock import Clock
from portal.demo.outreach import bulletins, events, observers, packages, partners, points, reception
from portal.demo.story import Act, Story


def outreach_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for room in (points, partners, packages, events, bulletins, reception, observers):
        yield from room.acts(story, clock)
