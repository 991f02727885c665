"""Leave: entering it, ending it early, and what the portal does when it begins and ends.

`keep` may run late, twice, or in two workers at once: a leave is handled whole, under its row lock, or not at all.
"""

from collections.abc import Iterable
from datetime import date, timedelta

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
from stewards.assignment.queries import ending_terms, running, substitute_on
from stewards.assignment.verbs import hand_back, hand_over
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, Leave, StandIn

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
    if hand_over and substitute is None:
        raise Refused(_("Name the substitute to whom what is open is handed over."))
    if substitute is None:
        substitute, second = second, None
    named = list(filter(None, (substitute, second)))
    if len({each.pk for each in named}) < len(named):
        raise Refused(_("Choose two different substitutes."))
    for each in named:
        require(rules.may_stand_in(person, each, starts_on, ends_on))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
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
    """Hand over what is open, if the steward said so; move on what lies with a substitute who is away now."""
    if leave.starts_on > today or leave.ends_on < today:
        return 0
    person = substitute_on(leave, today)
    if person is None:
        for admin in User.objects.with_role(Role.ADMIN):
            _say(leave, "nobody_stands_in", admin, urgent=True)
        return 0
    moved = _hand_over(leave, person, _stranded(leave, person))
    if leave.hand_over and leave.begun_at is None:
        own = HelpRequest.objects.filter(handler=leave.person_id, steward=leave.person_id, state__in=OPEN_STATES)
        moved += (count := _hand_over(leave, person, own))
        leave.begun_at = timezone.now()
        leave.save(update_fields=["begun_at"])
        for each in (leave.person, person):
            _count(leave, "handed_over", each, count)
    return moved


def _stranded(leave: Leave, person: User) -> Iterable[HelpRequest]:
    """Requests of this leave that lie with a substitute who is away or gone."""
    lying = StandIn.objects.filter(leave=leave, until__isnull=True, request__state__in=OPEN_STATES)
    gone = Q(person__is_active=False) | Q(person__in=running().values("person"))
    return [each.request for each in lying.filter(gone).exclude(person=person).select_related("request")]


def _hand_over(leave: Leave, person: User, requests: Iterable[HelpRequest]) -> int:
    moved = 0
    for request in requests:
        try:
            hand_over(request, to=person, leave=leave, by=leave.person)
        except Refused:  # answered or taken on by somebody in this moment
            continue
        moved += 1
    return moved


def _finish(leave: Leave) -> int:
    """Hand back what still lies with the substitutes, and tell both."""
    moved, people = 0, {leave.person_id: leave.person}
    if leave.substitute:
        people[leave.substitute.pk] = leave.substitute
    for each in leave.stand_ins.filter(until__isnull=True).select_related("request", "person"):
        people[each.person_id] = each.person
        try:
            hand_back(each, by=leave.person)
        except Refused:  # it went somewhere else meanwhile, and stays there
            StandIn.objects.filter(pk=each.pk).update(until=timezone.now())
        else:
            moved += 1
    if leave.ended_at is None:
        leave.ended_at = timezone.now()
        leave.save(update_fields=["ended_at"])
        for person in people.values():
            _count(leave, "handed_back", person, moved)
    return moved


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


def _count(leave: Leave, what: str, to: User, count: int) -> None:
    say = getattr(messages, what)
    notify(to, key=f"leave:{leave.pk}:{what}:{to.pk}", kind=f"leave.{what}", text=lambda: say(leave, count))
