"""Two consultations of the demo, about plainly invented drafts: one answered, one open."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from django.utils import translation

from enterprises.models import Enterprise
from policies.consultation import answering, workflow
from policies.consultation.responding import Voice, respond
from policies.models import CommentGroup, Consultation
from portal.demo.cast import read
from portal.demo.clock import Clock
from portal.demo.story import Act, Story

Row = dict[str, Any]
TEXTS = ("title", "reason", "short_reason")


def consultation_acts(story: Story, clock: Clock) -> Iterator[Act]:
    for row in read("consultations.json"):
        asking = Asking(story, clock, row)
        yield Act(clock.moment(row["begun"], "14:10"), asking.begin, row["by"])
        yield Act(clock.moment(row["published"], "09:20"), asking.publish, row["review"])
        for number, said in enumerate(row["comments"]):
            yield Act(clock.moment(said["days"], said["time"]), partial(asking.hear, number, said), said["who"])
        if row["groups"]:
            yield Act(clock.moment(row["closed"] - 3, "10:30"), asking.answer, row["by"])
            yield Act(clock.moment(row["closed"] - 5, "11:15"), asking.publish_answers, row["review"])


class Asking:
    """One consultation on its way."""

    def __init__(self, story: Story, clock: Clock, row: Row) -> None:
        self.story, self.clock, self.row = story, clock, row
        self.consultation = Consultation()

    def begin(self) -> None:
        row, by = self.row, self.story.people[self.row["by"]]
        opens = self.clock.day(row["published"])
        closes = self.clock.day(row["closed"]) if "closed" in row else opens + timedelta(days=row["days"] - 1)
        texts = {f"{name}_{language}": row[f"{name}_{language}"] for name in TEXTS for language in ("zh_hans", "en")}
        department = self.story.departments[row["department"]]
        days = {"opens_on": opens, "closes_on": closes, "inclusive": True, "policy": None}
        self.consultation = workflow.begin(by=by, content={**texts, **days, "department": department})
        columns = ("text_zh_hans", "text_en")
        split = {
            column: {n: pair[place] for n, pair in enumerate(row["clauses"], start=1)}
            for place, column in enumerate(columns)
        }
        self.consultation = workflow.paste_clauses(self.consultation, by=by, texts=split, seen=0)
        self.consultation = workflow.send(self.consultation, by=by)

    def publish(self) -> None:
        by = self.story.people[self.row["review"]]
        self.consultation = workflow.publish(self.consultation, by=by, seen=self.consultation.lock_version)

    def hear(self, number: int, said: Row) -> None:
        person = self.story.people[said["who"]] if said["who"] else None
        enterprise = Enterprise.objects.of_member(person).order_by("pk").first() if person else None
        with translation.override(said["language"]):
            respond(
                self.consultation,
                by=person,
                visitor=f"demo {number}",
                voice=Voice(said["speaks_for"], said["size"], enterprise),
                words={said["place"]: said["text"]},
                form_key=uuid.uuid4(),
            )

    def answer(self) -> None:
        groups: dict[str, CommentGroup] = {}
        clauses = {clause.number: clause for clause in self.consultation.clauses.all()}
        for row in self.row["groups"]:
            content = {name: row[name] for name in answering.FIELDS} | {"clause": clauses.get(row["clause"])}
            by = self.story.people[row["by"]]
            groups[row["key"]] = answering.save_group(self.consultation, by=by, content=content)
        by = self.story.people[self.row["by"]]
        for said in self.row["comments"]:
            found = self.consultation.comments.filter(text=said["text"]).values_list("pk", flat=True)
            group = groups.get(said["group"])
            target: Row = {"group": group.pk} if group else {"aside": "abuse"}
            answering.sort(self.consultation, list(found), by=by, **target)
        self.consultation = answering.send_answers(self.consultation, by=by)

    def publish_answers(self) -> None:
        by, seen = self.story.people[self.row["review"]], self.consultation.lock_version
        self.consultation = answering.publish_answers(self.consultation, by=by, seen=seen)
