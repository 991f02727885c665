"""What stands beside generated requests: tags, and parts of departments on some of the open ones."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from stewards.models import RequestPart, RequestTag, Tag
from stewards.populate.copying import copy, keys
from stewards.populate.marks import PREFIX
from stewards.populate.people import Staff

TAGS, TAGGED, PARTED = 20, 0.1, 0.2
PARTS = ("request_id", "department_id", "asked", "due_on")
Planned = tuple[int, str, int, str]  # of a request: key, state, place among the working days, number


def make(plan: Sequence[Planned], staff: Staff, rng: Random, day: date, made: Counter[str]) -> None:
    """A tenth of the requests has a tag, every second of these the first; a fifth of those in work waits for a
    department's part."""
    people = [person for person, _place in staff.stewards]
    if not people or not plan:
        return
    tags = keys(Tag, TAGS)
    copy(
        Tag,
        ("id", "name_zh_hans", "name_en"),
        ((key, f"{PREFIX}标签{n}", f"{PREFIX}{n}") for n, key in enumerate(tags)),
    )
    often = [TAGS - 1, *[1] * (TAGS - 1)]
    chosen = [key for key, *_rest in plan if rng.random() < TAGGED]
    tagged = zip(chosen, rng.choices(tags, often, k=len(chosen)), strict=True)
    rows = ((key, tag, rng.choice(people)) for key, tag in tagged)
    made["tags"] = copy(RequestTag, ("request_id", "tag_id", "by_id"), rows)
    made["parts"] = copy(RequestPart, PARTS, _parts(plan, staff, rng, day))


def _parts(plan: Sequence[Planned], staff: Staff, rng: Random, day: date) -> Iterator[tuple[Any, ...]]:
    for key, state, *_rest in plan:
        if state == "in_progress" and staff.handlers and rng.random() < PARTED:
            _handler, department = rng.choice(staff.handlers)
            asked, due = "Fictional: what is asked of the department.", day + timedelta(days=rng.randrange(-3, 9))
            yield key, department, asked, due
