from typing import Any

from django.utils import timezone

from stewards.models import CalendarLoad, HelpRequest, TimeAsk


def time_ask(request: HelpRequest, by: Any, **fields: Any) -> TimeAsk:
    """Somebody asks for three days more, and nobody has decided."""
    given = {"round": request.round, "kind": "extension", "days": 3, "reason": "…", "due_before": request.due_on}
    if given["due_before"] is None:
        given["due_before"] = timezone.localdate()
    return TimeAsk.objects.create(request=request, asked_by=by, **(given | fields))


def calendar_load(by: Any, **fields: Any) -> CalendarLoad:
    """A file that was sent and is looked at."""
    year = timezone.localdate().year + 1
    given = {"year": year, "source": "№ 1", "file": "2027.csv", "days": {f"{year}-01-01": False}}
    return CalendarLoad.objects.create(loaded_by=by, **(given | fields))


def addresses(request: HelpRequest, by: Any) -> dict[str, list[Any]]:
    """What the addresses of the service standard take."""
    loads = {f"centre:calendar-{name}": [calendar_load(by).pk] for name in ("load", "confirm", "drop")}
    return {**loads, "desk:extension": [time_ask(request, by, for_leader=True).pk]}
