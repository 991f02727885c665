"""Parts of two requests that are put together: those of the one end with it, those of the other become due with it.

Both stand in the timeline entry of the merge, so that taking it apart gives each part back what it had.
"""

from datetime import date
from typing import Any

from django.db.models import F

from accounts.enums import Role
from accounts.models import User
from stewards.acts import Act
from stewards.models import HelpRequest, PartState, RequestPart
from stewards.parts import dates, messages, standing

Kept = dict[str, Any]


def open_of(request: HelpRequest) -> list[Kept]:
    """What departments still have, to be kept before the request is folded away."""
    return [{"part": part.pk, "state": part.state} for part in standing.live(request)]


def revive(act: Act, kept: list[Kept]) -> None:
    """The parts that ended with the merge are their departments' again, as they were; whoever has them is told."""
    for each in kept:
        ended = RequestPart.objects.filter(pk=each["part"], request=act.request.pk, state=PartState.WITHDRAWN)
        if not ended.update(state=each["state"], lock_version=F("lock_version") + 1):
            continue
        part = RequestPart.objects.select_related("department", "handler").get(pk=each["part"])
        part.request = act.request
        if part.state == PartState.CENTRE:
            act.tell(User.objects.with_role(Role.ADMIN), messages.to_decide(part), urgent=True)
        else:
            act.tell(messages.at_part(part), messages.again(part), urgent=True)


def cut(request: HelpRequest) -> dict[str, list[str]]:
    """Of the parts that would be due after the request: their day and the one that they get with it."""
    last = dates.latest(request)
    late = [part for part in standing.live(request) if part.due_on > last]
    return {str(part.pk): [part.due_on.isoformat(), last.isoformat()] for part in late}


def give_back(request: HelpRequest, before: dict[str, tuple[date, date]]) -> dict[str, list[str]]:
    """The days that merges took from parts, as far as the request's own date leaves room for them again.

    `before`: of each part its own day and what a merge made of it; a day that was set since stays."""
    last, moved = dates.latest(request), {}
    for part in standing.live(request):
        own, given = before.get(str(part.pk), (part.due_on, part.due_on))
        back = min(own, last)
        if part.due_on == given < back:
            RequestPart.objects.filter(pk=part.pk).update(due_on=back)
            moved[str(part.pk)] = [given.isoformat(), back.isoformat()]
    return moved


def tell(act: Act, moved: dict[str, list[str]]) -> None:
    """To those who have the parts: the new day."""
    for part in RequestPart.objects.live().filter(pk__in=moved).select_related("department", "handler"):
        part.due_on = date.fromisoformat(moved[str(part.pk)][1])
        act.tell(messages.at_part(part), messages.moved(part))
