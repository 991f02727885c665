"""Leave: entering it, ending it early, and what the portal does when it begins and ends.

`keep` may run late, twice, or in two workers at once: a leave is handled whole, under its row lock, or not at all.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from notices.workflow import notify
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain
from stewards.assignment import messages, rules
from stewards.assignment.finding import replacement
from stewards.assignment.messages import Moved
from stewards.assignment.queries import can_stand_in, colleagues, ending_terms, running, substitute_on
from stewards.assignment.verbs import hand_back, hand_over, hand_part, hand_part_back
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, Leave, PartState, RequestPart, StandIn

DAY = timedelta(days=1)


def enter(
    person: User,
    *,
    by: User,
    starts_on: date,
    ends_on: date,
    substitute: User | None = None,
    second: User | None = None,
    hand_over: bool = False,
) -> Leave:
    """Enter a leave; the substitutes are told, and what is open is handed over if it has begun already."""
    require(rules.may_enter_leave(by, person))
    require(rules.may_last(starts_on, ends_on))
    if substitute is None:
        substitute, second = second, None
    if hand_over and substitute is None and person.has_role(Role.STEWARD):
        raise Refused(_("Name the substitute to whom what is open is handed over."))
    named = list(filter(None, (substitute, second)))
    if len({each.pk for each in named}) < len(named):
        raise Refused(_("Choose two different substitutes."))
    with transaction.atomic():
        everybody = User.objects.filter(pk__in=[each.pk for each in (person, *named)]).order_by("pk")
        list(everybody.select_for_update(no_key=True).values_list("pk"))  # two who name each other wait for each other
        for each in named:
            require(rules.may_stand_in(person, each, starts_on, ends_on))
        _check_free(person, starts_on, ends_on)
        leave = Leave.objects.create(
            person=person, starts_on=starts_on, ends_on=ends_on, substitute=substitute, second=second,
            hand_over=hand_over, entered_by=by,
        )  # fmt: skip
        for each in [person, *named]:
            if each.pk != by.pk:
                _say(leave, "entered", each, urgent=starts_on <= local_day())
        _begin(leave, local_day())
    return leave


def _check_free(person: User, starts_on: date, ends_on: date) -> None:
    other = Leave.objects.filter(person=person, ended_at__isnull=True, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if found := other.first():
        facts = {"name": person.name, "from": day_plain(found.starts_on), "until": day_plain(found.ends_on)}
        raise Refused(_("A leave of %(name)s is entered for these days already: %(from)s – %(until)s.") % facts)


def end(leave: Leave, *, by: User) -> None:
    """Back early: a leave that has not begun is taken out, a running one ends now."""
    with transaction.atomic():
        locked = _locked().get(pk=leave.pk)
        require(rules.may_end_leave(by, locked))
        if locked.starts_on > local_day():
            for each in filter(None, (locked.substitute, locked.second)):
                _say(locked, "cancelled", each)
            locked.delete()
            return
        locked.ends_on = max(locked.starts_on, local_day() - DAY)
        locked.save(update_fields=["ends_on"])
        _finish(locked)


def keep() -> int:
    """What is due: leaves that begin, leaves that end, substitutes who are away; how many requests changed hands."""
    today = local_day()
    left_over = Exists(StandIn.objects.filter(leave=OuterRef("pk"), until__isnull=True))
    over = Leave.objects.filter(Q(ends_on__lt=today, ended_at__isnull=True) | Q(left_over, ended_at__isnull=False))
    moved = sum(_each(pk, today) for pk in list(over.values_list("pk", flat=True)))
    moved += sum(_each(pk, today) for pk in list(running(today).values_list("pk", flat=True)))
    _tell_of_terms(today)
    return moved


def _each(pk: int, today: date) -> int:
    """One leave, in a transaction of its own; one that another worker has in hand is left to it."""
    with transaction.atomic():
        leave = _locked(skip_locked=True).filter(pk=pk).first()
        if leave is None:
            return 0
        if leave.ended_at or leave.ends_on < today:
            return _finish(leave)
        return _begin(leave, today)


def _begin(leave: Leave, today: date) -> int:
    """Hand over what is open, if the person said so; move on what lies with a substitute who is away now."""
    if leave.starts_on > today or leave.ends_on < today:
        return 0
    person = substitute_on(leave, today)
    if person is None and (_is_steward(leave) or _all_away(leave, today)):
        for admin in User.objects.with_role(Role.ADMIN):
            _say(leave, "nobody_stands_in", admin, urgent=True)
        return 0
    _hold(leave)
    moved = _move(leave, today, *_stranded(leave, person))
    if leave.hand_over and leave.begun_at is None:
        handed = _move(leave, today, *_own(leave))
        leave.begun_at = timezone.now()
        leave.save(update_fields=["begun_at"])
        for each in filter(None, (leave.person, person)):
            _count(leave, "handed_over", each, handed)
        return sum(moved) + sum(handed)
    return sum(moved)


def _hold(leave: Leave) -> None:
    """Every request that may change hands, locked in the order of the keys as a merge does it: a leave and whoever acts
    on two of its requests never wait for each other in a circle."""
    lying = Q(pk__in=leave.stand_ins.filter(until__isnull=True).values("request"))
    if leave.hand_over and leave.begun_at is None:
        parts = RequestPart.objects.filter(handler=leave.person_id, state=PartState.ACCEPTED).values("request")
        lying |= Q(state__in=OPEN_STATES) & (Q(handler=leave.person_id) | Q(pk__in=parts))
    list(HelpRequest.objects.select_for_update().filter(lying).order_by("pk").values_list("pk"))


def _is_steward(leave: Leave) -> bool:
    return Role.STEWARD in leave.person.roles


def _all_away(leave: Leave, today: date) -> bool:
    """Whether nobody of the department is there who could take over from one of its handlers."""
    return not colleagues(leave.person).exclude(pk__in=running(today).values("person")).exists()


def _own(leave: Leave) -> tuple[Iterable[HelpRequest], Iterable[RequestPart]]:
    """What lies open with the person: as its steward, referred to them, or a part; not what they have for others."""
    lying = HelpRequest.objects.filter(handler=leave.person_id, state__in=OPEN_STATES)
    parts = RequestPart.objects.filter(handler=leave.person_id, state=PartState.ACCEPTED)
    parts = parts.filter(request__state__in=OPEN_STATES).exclude(Exists(_open_for(leave, part=OuterRef("pk"))))
    return lying.exclude(Exists(_open_for(leave, request=OuterRef("pk"), part=None))), parts.select_related("request")


def _open_for(leave: Leave, **of: Any) -> QuerySet[StandIn]:
    """That the person of the leave stands in for somebody else."""
    return StandIn.objects.filter(person=leave.person_id, until__isnull=True, **of)


def _stranded(leave: Leave, person: User | None) -> tuple[Iterable[HelpRequest], Iterable[RequestPart]]:
    """What lies for this leave with a substitute who is away or can no longer stand in."""
    lying = leave.stand_ins.filter(until__isnull=True, request__state__in=OPEN_STATES)
    away = set(running().values_list("person", flat=True))
    found = [
        each
        for each in lying.select_related("request", "part__request", "person")
        if each.person != person and (each.person_id in away or not can_stand_in(leave.person, each.person))
    ]
    return [each.request for each in found if not each.part], [each.part for each in found if each.part]


def _move(leave: Leave, today: date, requests: Iterable[HelpRequest], parts: Iterable[RequestPart]) -> Moved:
    """To the substitute; where that is nobody, or nobody of the department, what is the department's falls to it."""
    moved = [0, 0]
    colleague = replacement(leave, today, theirs=False)
    for request in requests:
        theirs = request.steward_id == leave.person_id
        to = replacement(leave, today, theirs=True) if theirs else colleague
        if to is not None or not theirs:
            moved[0] += _tried(partial(hand_over, request, to=to, leave=leave, by=leave.person))
    for part in parts:
        moved[1] += _tried(partial(hand_part, part, to=colleague, leave=leave, by=leave.person))
    return Moved(*moved)


def _tried(act: Callable[[], Any]) -> bool:
    """Whether it was done: answered or taken on by somebody in this moment, it is left alone."""
    try:
        act()
    except Refused:
        return False
    return True


def _finish(leave: Leave) -> int:
    """Hand back what still lies with the substitutes, and tell both."""
    moved, people = [0, 0], {leave.person_id: leave.person}
    if leave.substitute:
        people[leave.substitute.pk] = leave.substitute
    _hold(leave)
    for each in leave.stand_ins.filter(until__isnull=True).select_related("request", "part__request", "person"):
        people[each.person_id] = each.person
        back: Callable[..., Any] = hand_part_back if each.part else hand_back
        if _tried(partial(back, each, by=leave.person)):
            moved[bool(each.part)] += 1
        else:  # it went somewhere else meanwhile, and stays there
            StandIn.objects.filter(pk=each.pk).update(until=timezone.now())
    if leave.ended_at is None:
        leave.ended_at = timezone.now()
        leave.save(update_fields=["ended_at"])
        for person in people.values():
            _count(leave, "handed_back", person, Moved(*moved))
    return sum(moved)


def _tell_of_terms(today: date) -> None:
    """Once for each term: in the service centre's digest."""
    ending = list(ending_terms(today))
    admins = list(User.objects.with_role(Role.ADMIN)) if ending else []
    for stewardship in ending:
        for admin in admins:
            notify(
                admin,
                key=f"term-ends:{stewardship.pk}:{stewardship.ends_on}:{admin.pk}",
                kind="stewardship.ends",
                text=lambda stewardship=stewardship: messages.term_ends(stewardship),  # type: ignore[misc]
            )


def _locked(skip_locked: bool = False) -> QuerySet[Leave]:
    people = ("person__department", "substitute__department", "second__department")
    return Leave.objects.select_for_update(of=("self",), skip_locked=skip_locked).select_related(*people)


def _say(leave: Leave, what: str, to: User, *, urgent: bool = False) -> None:
    say = getattr(messages, what)
    text = (lambda: say(leave)) if what == "nobody_stands_in" else (lambda: say(leave, to))
    notify(to, key=f"leave:{leave.pk}:{what}:{to.pk}", kind=f"leave.{what}", text=text, urgent=urgent)


def _count(leave: Leave, what: str, to: User, moved: Moved) -> None:
    say = getattr(messages, what)
    notify(to, key=f"leave:{leave.pk}:{what}:{to.pk}", kind=f"leave.{what}", text=lambda: say(leave, moved))
