"""Interpretations of the demo: a text, a picture, a video; each taken from its policy's published text alone."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.interpretation import files, workflow
from policies.models import Interpretation, Policy
from portal.demo.cast import DATA, read
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

Row = dict[str, Any]


def interpretation_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for row in read("interpretations.json"):
        explaining = Explaining(story, row)
        yield Act(clock.moment(*row["began"]), explaining.begin, row["by"])
        for verb, ago, time, who, *details in row["steps"]:
            yield Act(clock.moment(ago, time), partial(explaining.step, verb, who, *details), who)


class Explaining:
    """One interpretation on its way."""

    def __init__(self, story: Story, row: Row) -> None:
        self.story, self.row = story, row
        self.found = Interpretation()

    def begin(self) -> None:
        row, by = self.row, self.story.people[self.row["by"]]
        policies = list(Policy.objects.filter(slug__in=row["policies"]))
        self.found = workflow.begin(by=by, kind=row["kind"], policies=policies, content=row["content"])
        uploads = {slot: files.checked(slot, _opened(name)) for slot, name in row["files"].items()}
        workflow.keep_files(self.found, uploads, by=by, known={})

    def step(self, verb: str, who: str, details: Row | None = None) -> None:
        details = dict(details or {}) | ({"seen": self.found.lock_version} if verb == "publish" else {})
        self.found = getattr(workflow, verb)(self.found, by=self.story.people[who], **details)


def _opened(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (DATA / "interpretations" / name).read_bytes())
