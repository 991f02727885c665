"""Public questions of the demo, and how often pages were read: nothing is said of a policy that its page doesn't."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from policies.models import Policy, PolicyQuestion, ViewCount
from policies.questions import workflow
from policies.questions.enums import Check
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.story import Act, Story
from stewards import proposing
from stewards.models import HelpRequest

Row = dict[str, Any]
READ_DAYS = 70
READ = {"sh-work-permit-categories": 9, "hk-shipping-service-centre-zero-rent": 7, "sh-innovation-vouchers": 6}
FEWER = 3  # views on a working day of the other policies that enterprises asked about


def question_acts(story: Story, clock: Clock) -> Iterator[Act]:
    yield Act(clock.moment(0, "09:00"), partial(count_views, local_day(clock.now)))
    for row in read("questions.json"):
        asking = Asking(story, row)
        for verb, ago, time, who, *details in row["steps"]:
            yield Act(clock.moment(ago, time), partial(asking.step, verb, who, *details), who)


class Asking:
    """One question on its way."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row = story, row
        self.question = PolicyQuestion()

    def step(self, verb: str, who: str, texts: Row | None = None) -> None:
        by, seen = self.story.people[who], self.question.lock_version
        if verb == "propose":
            request = HelpRequest.objects.select_related("policy", "asker", "enterprise").get(
                subject=self.row["subject"]
            )
            self.question = proposing.propose(request, by=by, texts=texts or {})
        elif verb == "save":
            self.question = workflow.save(self.question, by=by, texts=texts or {}, seen=seen)
        elif verb == "send_to_review":
            self.question = workflow.send_to_review(self.question, by=by, seen=seen, checked=Check.values)
        else:
            self.question = workflow.publish(self.question, by=by, seen=seen)


def count_views(today: date) -> None:
    """Of the policies that the demo's requests are about: fewer at weekends, more of late, the same at every start."""
    asked = HelpRequest.objects.exclude(policy=None).values("policy")
    rows = []
    for policy in Policy.objects.filter(pk__in=asked).only("pk", "slug").order_by("slug"):
        for ago in range(1, READ_DAYS):
            day = today - timedelta(days=ago)
            usual = READ.get(policy.slug, FEWER) * (1 if day.weekday() < 5 else 0.2) * (1.6 - ago / READ_DAYS)
            for place, language in enumerate(bilingual.LANGUAGES):
                count = round(usual * (0.7, 0.3)[place] + (policy.pk * 7 + ago * 5 + place * 3) % 4 - 1)
                if count > 0:
                    rows.append(ViewCount(policy=policy, day=day, language=language, run="demo", count=count))
    ViewCount.objects.bulk_create(rows)
