"""The frame of every verb: lock the row, check again, change, write the timeline, tell the people, all in one go."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import Text, notify
from portal.core import calendar
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.prepared import KEY, kept
from stewards import files as filing
from stewards import rules, timeline
from stewards.enums import EventKind
from stewards.models import HelpRequest, RequestEvent
from stewards.parts import dates as part_dates
from stewards.standard import deadlines
from stewards.transitions import QUIET_VERBS, TRANSITIONS, Verb

Say = Callable[[HelpRequest, RequestEvent], Text]


class Act:
    """One verb at work on a locked request. What `change` and `record` collect is saved when the act ends."""

    def __init__(self, verb: Verb, request: HelpRequest, by: Any) -> None:
        self.verb, self.request, self.by = verb, request, by
        self.now: datetime = timezone.now()
        self._changed: set[str] = set()
        self._event: RequestEvent | None = None

    def change(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self.request, name, value)
        self._changed |= set(fields)

    def record(
        self,
        kind: EventKind,
        *,
        text: str = "",
        internal: bool = False,
        uploads: Iterable[filing.Upload] = (),
        data: dict[str, Any] | None = None,
    ) -> RequestEvent:
        """One entry of the timeline, with the version of the request that it made."""
        self._event = RequestEvent.objects.create(
            request=self.request,
            kind=kind,
            actor=self.by,
            at=self.now,
            text=text,
            internal=internal,
            data={"version": self.request.lock_version, **(data or {})},
        )
        filing.attach(self.request, self._event, uploads, self.by)
        return self._event

    def tell(self, people: Iterable[User | None], say: Say, *, urgent: bool = False) -> None:
        """A message to each of them, once, in their language; never to the person who acts."""
        for person in {p.pk: p for p in people if p is not None and p.pk != self.by.pk}.values():
            self.confirm(person, say, urgent=urgent)

    def confirm(self, person: User, say: Say, *, urgent: bool = False) -> None:
        event = self._event
        assert event is not None
        notify(
            person,
            key=f"request:{self.request.pk}:{event.pk}:{person.pk}",
            kind=f"request.{event.kind}",
            text=lambda: say(self.request, event),
            urgent=urgent,
        )

    def save(self) -> None:
        if self._changed:
            self.request.save(update_fields=sorted(self._changed))
            part_dates.follow(self.request, self._changed)


@contextmanager
def acting(verb: Verb, request: HelpRequest, *, by: Any, seen: int | None = None) -> Iterator[Act]:
    """`with acting(Verb.ACCEPT, request, by=user, seen=version) as act:` … the state has moved on when it opens.

    Raises Refused before anything is changed: when the verb is not the person's, or not this state's, or when the
    person decided on a page that is older than the request (`seen` is the lock_version that the page showed).
    """
    with transaction.atomic():
        locked = lock(request)
        _check_again(verb, locked, by, seen)
        act = Act(verb, locked, by)
        target = TRANSITIONS[verb][locked.state]  # type: ignore[index]
        if target != locked.state:
            act.change(state=target)
        if verb not in QUIET_VERBS:  # none of them makes the page of the whole request out of date
            act.change(lock_version=locked.lock_version + 1, changed_at=act.now)
        yield act
        act.save()


def lock(request: HelpRequest) -> HelpRequest:
    """The request as it is now, its row locked until the transaction ends.

    Two statements: whoever had to wait for the lock sees the new row, but the joined people only as they were before.
    """
    HelpRequest.objects.select_for_update().only("pk").get(pk=request.pk)
    (locked,) = kept(_with_everybody).all({KEY: request.pk})
    return cast(HelpRequest, locked)


def _with_everybody() -> QuerySet[HelpRequest]:
    """Nine tables are planned once for each connection: each verb reads this."""
    people = ("asker", "steward__department", "handler__department", "department")
    return HelpRequest.objects.filter(pk=KEY).select_related("enterprise", "policy", *people)


def _check_again(verb: Verb, request: HelpRequest, by: Any, seen: int | None) -> None:
    verdict = rules.may(by, verb, request)
    stale = seen is not None and seen != request.lock_version
    if not verdict:
        if not stale or verb == Verb.ACCEPT:
            raise Refused(verdict.reason)
        sentences = {"happened": what_happened(request, by, seen), "reason": verdict.reason}
        raise Refused(_("%(happened)s %(reason)s") % sentences)
    if stale:
        sentences = {"happened": what_happened(request, by, seen)}
        raise Refused(_("%(happened)s Nothing was changed: please look again and decide anew.") % sentences)


def what_happened(request: HelpRequest, by: Any, seen: int | None) -> str:
    """The latest thing that somebody did since the version that the person saw, as a sentence."""
    since = request.events.filter(data__version__gt=seen or 0).select_related("actor").order_by("-pk")
    if not by.is_official:
        since = since.filter(internal=False)
    event = since.first()
    if event is None:
        return _("This request has changed since you opened it.")
    return timeline.sentence(event, by)


def resume(act: Act) -> dict[str, str]:
    """End the wait, if there is one: the due date moves on. Returns the days of the pause for the timeline."""
    request = act.request
    if request.waiting_since is None:
        return {}
    pause = {"paused_from": local_day(request.waiting_since), "paused_to": local_day(act.now)}
    due = deadlines.moved_on(request, act.now)
    part_dates.shift(request, calendar.current().working_days_between(*pause.values()))
    act.change(due_on=due.day, due_provisional=due.provisional, waiting_since=None)
    return {name: day.isoformat() for name, day in pause.items()}


def needed(text: str, reason: Any) -> str:
    """The text without white space around it; Refused when nothing is left."""
    text = text.strip()
    if not text:
        raise Refused(reason)
    return text
