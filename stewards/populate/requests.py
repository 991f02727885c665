"""Generated requests of the last two years, with their timelines and ratings; the open ones are recent."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils.timezone import get_default_timezone

from portal.core import calendar
from portal.core.search import tsvector_text
from portal.core.workdays import Calendar
from stewards.enums import DONE_STATES
from stewards.models import HelpRequest, Rating, RequestCategory, RequestEvent
from stewards.numbers import number_of, reserve
from stewards.populate import beside, words
from stewards.populate.copying import copy, keys
from stewards.populate.enterprises import Owned
from stewards.populate.people import Staff
from stewards.standard.table import STARTING_DAYS

OPEN = (("submitted", 10), ("assigned", 20), ("accepted", 20), ("in_progress", 30), ("waiting", 20))
CLOSED = (("closed", 70), ("rated", 14), ("answered", 6), ("not_accepted", 5), ("withdrawn", 5))
TYPES = (("consultation", 45), ("help", 35), ("complaint", 12), ("suggestion", 6), ("report", 2))
DAYS_BACK, OPEN_DAYS_BACK = 500, 12  # working days
REFERRED = 0.25
ASKED_BEFORE = 0.4  # of what is done: asked by anybody
COLUMNS = (
    *("id", "number", "enterprise_id", "asker_id", "policy_id", "type", "subject", "body", "language", "state"),
    *("steward_id", "handler_id", "department_id", "created_at", "submitted_at", "assigned_at", "accepted_at"),
    *("answered_at", "closed_at", "due_on", "due_provisional", "promised_days", "waiting_since", "ground"),
    *("changed_at", "category_id", "search"),
)
EVENTS = ("request_id", "kind", "actor_id", "at", "text", "data")
RATINGS = ("request_id", "round", "score", "contacted", "solved", "comment", "rated_by_id", "created_at")
NO_DATA = "{}"


@dataclass
class Making:
    """What the rows are made from; fills `events` and `ratings` on the way."""

    staff: Staff
    owners: list[Owned]
    everyone: list[Owned]
    policies: list[int]
    rng: Random
    days: list[date]
    vectors: list[str]
    categories: Sequence[int | None]
    calendar: Calendar
    events: list[tuple[Any, ...]] = field(default_factory=list)
    ratings: list[tuple[Any, ...]] = field(default_factory=list)


def make(
    count: int,
    open_share: float,
    staff: Staff,
    owners: tuple[list[Owned], list[Owned]],
    policies: list[int],
    rng: Random,
    day: date,
    made: Counter[str],
) -> None:
    """owners: who asks what is open, and who else asked what is done."""
    days, vectors = _working_days(day), [_vector(n) for n in range(words.REQUEST_TEXTS)]
    categories = [None, *RequestCategory.objects.order_by("pk").values_list("pk", flat=True)]
    making = Making(staff, *owners, policies, rng, days, vectors, categories, calendar.current())
    open_count = round(count * open_share)
    states = rng.choices(*_weighted(CLOSED), k=count - open_count) + rng.choices(*_weighted(OPEN), k=open_count)
    when = sorted(rng.randrange(len(making.days) - OPEN_DAYS_BACK) for _ in range(count - open_count))
    when += sorted(rng.randrange(len(making.days) - OPEN_DAYS_BACK, len(making.days)) for _ in range(open_count))
    plan = list(zip(keys(HelpRequest, count), states, when, _numbers(making.days, when), strict=True))
    made["requests"] = copy(HelpRequest, COLUMNS, (_row(making, *each) for each in plan))
    made["events"] = copy(RequestEvent, EVENTS, making.events)
    made["ratings"] = copy(Rating, RATINGS, making.ratings)
    beside.make(plan, staff, rng, day, made)


def _row(making: Making, key: int, state: str, place: int, number: str) -> tuple[Any, ...]:
    rng = making.rng
    owned = rng.choice(making.everyone if state in _DONE and rng.random() < ASKED_BEFORE else making.owners)
    type_ = rng.choices(*_TYPES)[0]
    submitted = _moment(making.days[place], rng)
    due = making.calendar.deadline(making.days[place], STARTING_DAYS[type_])
    steward, handler = _people(making, owned, state)
    times = _times(state, submitted, rng)
    text = rng.randrange(words.REQUEST_TEXTS)
    subject, body, language = words.request(text)
    _tell(making, key, state, owned.owner, steward, handler, body, times)
    search = making.vectors[text].replace("'qyear'", f"'{number[3:7]}'").replace("'qserial'", f"'{number[8:]}'")
    return (
        *(key, number, owned.enterprise, owned.owner, rng.choice(making.policies) if _some(making, 0.2) else None),
        *(type_, subject, body, language, state),
        *(steward and steward[0], handler and handler[0], (handler or steward or (0, None))[1]),
        *(submitted, submitted, times.get("assigned"), times.get("accepted"), times.get("answered")),
        *(times.get("closed"), due.day, due.provisional, STARTING_DAYS[type_], times.get("asked_back")),
        *("duplicate" if state == "not_accepted" else "", max(times.values())),
        *(rng.choice(making.categories), search),
    )


def _people(making: Making, owned: Owned, state: str) -> tuple[Any, Any]:
    """The steward who is responsible and the handler who has it."""
    if state == "submitted" or not making.staff.stewards:
        return None, None
    steward = owned.steward or making.rng.choice(making.staff.stewards)
    referred = making.staff.handlers and state not in ("assigned", "withdrawn") and making.rng.random() < REFERRED
    return steward, making.rng.choice(making.staff.handlers) if referred else steward


def _times(state: str, submitted: datetime, rng: Random) -> dict[str, datetime]:
    """When what happened: only what the state has behind it."""
    times = {"submitted": submitted}
    if state == "submitted":
        return times
    times["assigned"] = submitted + timedelta(minutes=1)
    if state in ("assigned", "withdrawn", "not_accepted"):
        return times | ({state: submitted + timedelta(hours=rng.randrange(1, 30))} if state != "assigned" else {})
    times["accepted"] = submitted + timedelta(minutes=rng.randrange(5, 600))
    if state in ("in_progress", "waiting"):
        times["contacted" if state == "in_progress" else "asked_back"] = times["accepted"] + timedelta(hours=3)
    if state in DONE_STATES:
        times["answered"] = times["accepted"] + timedelta(hours=rng.randrange(2, 160))
    if state in ("rated", "closed") and rng.random() < (1 if state == "rated" else 0.6):
        times["rated"] = times["answered"] + timedelta(hours=rng.randrange(1, 90))
    if state == "closed":
        times["closed"] = max(times.values()) + timedelta(hours=rng.randrange(1, 200))
    return times


def _tell(
    making: Making, key: int, state: str, asker: int, steward: Any, handler: Any, body: str, times: dict[str, datetime]
) -> None:
    """The timeline of one request, and its rating."""
    rng, helper = making.rng, (handler or steward or (None,))[0]
    for kind, at in times.items():
        if kind == "assigned":
            continue
        actor = asker if kind in ("submitted", "rated", "withdrawn") else helper
        data, text = NO_DATA, {"submitted": body, "accepted": "", "closed": "", "withdrawn": ""}.get(kind)
        if kind == "rated":
            score = rng.choices((5, 4, 3, 2, 1), (50, 28, 12, 6, 4))[0]
            solved = score > 2 and rng.random() < 0.95
            data, text = f'{{"score": {score}, "solved": {str(solved).lower()}}}', ""
            making.ratings.append((key, 1, score, True, solved, "", asker, at))
        making.events.append((key, kind, actor, at, rng.choice(words.ANSWERS) if text is None else text, data))


def _some(making: Making, share: float) -> bool:
    return bool(making.policies) and making.rng.random() < share


def _weighted(choices: Sequence[tuple[str, int]]) -> tuple[list[str], list[int]]:
    return [value for value, _weight in choices], [weight for _value, weight in choices]


_TYPES = _weighted(TYPES)
_DONE = [state for state, _weight in CLOSED]


def _working_days(day: date) -> list[date]:
    """Those of the last two years, the latest last."""
    days: list[date] = []
    while len(days) < DAYS_BACK:
        if calendar.current().is_working(day):
            days.append(day)
        day -= timedelta(days=1)
    return days[::-1]


def _moment(day: date, rng: Random) -> datetime:
    minutes = rng.randrange(8 * 60, 18 * 60)
    return datetime(day.year, day.month, day.day, minutes // 60, minutes % 60, tzinfo=get_default_timezone())


def _numbers(days: list[date], when: list[int]) -> Iterator[str]:
    """Numbers in the order of time, counted within each year as real ones are."""
    for year, count in sorted(Counter(days[place].year for place in when).items()):
        for place in reserve(year, count):
            yield number_of(year, place)


def _vector(text: int) -> str:
    """The search column of the n-th text, with words that stand for the number's parts."""
    subject, body, _language = words.request(text)
    return tsvector_text({"A": "HK-qyear-qserial", "B": subject, "C": body})
