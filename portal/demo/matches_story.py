"""An enterprise of the demo is recognised as high-tech and says so: what now fits it is in its owner's digest."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from enterprises.workflow import set_titles
from policies.matches import news, storing
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

WHO, OWNER, TITLE = "green", "jiang", "high_tech_enterprise"
BEFORE, TOLD = 9, 8  # working days ago


def matches_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(BEFORE, "08:00"), storing.refresh_all)
    yield Act(clock.moment(BEFORE, "15:10"), partial(_recognised, story), OWNER)
    yield Act(clock.moment(BEFORE, "15:20"), storing.refresh_all)
    yield Act(clock.moment(TOLD, "07:00"), news.tell)


def _recognised(story: Story) -> None:
    enterprise = story.enterprises[WHO]
    held = {
        grant.title_id: {"granted_on": grant.granted_on, "expires_on": grant.expires_on}
        for grant in enterprise.title_grants.all()
    }
    granted = local_day() - timedelta(days=3)
    grants = held | {TITLE: {"granted_on": granted, "expires_on": granted + timedelta(days=3 * 365)}}
    set_titles(enterprise, by=story.people[OWNER], grants=grants, complete=False)
