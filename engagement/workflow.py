"""What people do with visits, one verb an act.

Every verb takes `by` and, from a page, `seen` (the lock_version that the page showed), and raises Refused with a
sentence for the person; GuardRefused when it is the contact guard that says no.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from engagement import messages, rules
from engagement.acts import Act, GuardRefused, acting, booking
from engagement.booking import book_of
from engagement.enums import AHEAD, Contact, Side, Verb, VisitState
from engagement.guard import judge
from engagement.models import Participant, Visit
from enterprises.models import Enterprise
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from stewards.queries import steward_of

S = VisitState
LONGEST = timedelta(hours=8)
FURTHEST = timedelta(days=400)
MOST_ASKED = 3  # visits that an enterprise has asked for and that wait for an answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """A visit as somebody would like to have it."""

    purpose: str
    place: str
    starts_at: datetime
    ends_at: datetime
    details: str = ""
    occasion: HelpRequest | None = None


def plan(enterprise: Enterprise, *, by: Any, wanted: Wanted, ask: bool = False) -> Visit:
    """Book a visit that the government asks for, if the guard lets it; `ask`: the enterprise is asked at once.

    The same plan sent twice is one visit. Of two plans for one week, one wins; the other is offered to join it.
    """
    require(rules.may_plan(by))
    _require_time(wanted)
    if wanted.occasion and not HelpRequest.objects.readable_by(by).filter(pk=wanted.occasion.pk).exists():
        raise Refused(_("You cannot see this request, so it cannot be the occasion of your visit."))
    with booking(enterprise) as locked:
        same = Visit.objects.filter(enterprise=locked, organiser=by, state__in=AHEAD)
        if twice := same.filter(starts_at=wanted.starts_at, purpose=wanted.purpose.strip()).first():
            return twice
        _require_free(locked, wanted.starts_at)
        visit = _new(locked, wanted, organiser=by, department=by.department, counted=True)
        _open(visit, by, wanted.purpose)
        if ask:
            visit = request(visit, by=by)
    return visit


def record_enforcement(enterprise: Enterprise, *, by: Any, wanted: Wanted) -> Visit:
    """Law enforcement is recorded as it is: not judged, not counted; the enterprise learns of it afterwards."""
    require(rules.may_plan(by))
    _require_length(wanted.starts_at, wanted.ends_at)
    with booking(enterprise) as locked:
        kind = {"asked_by": Contact.ENFORCEMENT, "state": S.CONFIRMED}
        same = Visit.objects.filter(enterprise=locked, organiser=by, starts_at=wanted.starts_at, **kind)
        visit = same.filter(purpose=wanted.purpose.strip()).first()
        if visit is None:
            visit = _new(locked, wanted, organiser=by, department=by.department, **kind)
            _open(visit, by, wanted.purpose)
    return visit


def ask_for(enterprise: Enterprise, *, by: Any, wanted: Wanted) -> Visit:
    """The enterprise asks for a visit: its steward answers, or the service centre where it has none."""
    require(rules.may_speak_for(by, enterprise))
    _require_time(wanted)
    with booking(enterprise) as locked:
        waiting = Visit.objects.filter(enterprise=locked, asked_by=Contact.ENTERPRISE, state=S.REQUESTED)
        if twice := waiting.filter(starts_at=wanted.starts_at, purpose=wanted.purpose.strip()).first():
            return twice
        if waiting.filter(starts_at__gt=timezone.now()).count() >= MOST_ASKED:
            raise Refused(_("You have asked for several visits already: please wait for our answer."))
        stewardship = steward_of(locked)
        steward = stewardship.steward if stewardship else None
        side = {"asked_by": Contact.ENTERPRISE, "state": S.REQUESTED, "turn": Side.GOVERNMENT}
        department = steward.department if steward else None
        visit = _new(locked, wanted, organiser=steward, department=department, told_at=timezone.now(), **side)
        act = Act(visit, by)
        act.record(Verb.REQUEST, wanted.details)
        act.tell_visitors(messages.asked_by_enterprise)
    return visit


def request(visit: Visit, *, by: Any, seen: int | None = None) -> Visit:
    """Ask the enterprise whether the planned visit suits it."""
    with acting(Verb.REQUEST, visit, by=by, seen=seen) as act:
        act.change(state=S.REQUESTED, turn=Side.ENTERPRISE)
        act.record(Verb.REQUEST)
        act.tell_enterprise(messages.asked)
    return act.visit


def confirm(visit: Visit, *, by: Any, text: str = "", side: str = Side.GOVERNMENT, seen: int | None = None) -> Visit:
    """Say yes to the day and time as they stand. For an enterprise without an account, staff write down its yes."""
    with acting(Verb.CONFIRM, visit, by=by, seen=seen, side=side) as act:
        if act.visit.organiser is None:
            act.change(organiser=by, department=by.department)
        act.change(state=S.CONFIRMED, turn=Side.NOBODY)
        act.record(Verb.CONFIRM, text)
        _tell_other(act, side, messages.confirmed, messages.confirmed_to_enterprise)
    return act.visit


def decline(visit: Visit, *, by: Any, text: str = "", side: str = Side.GOVERNMENT, seen: int | None = None) -> Visit:
    """Say no: the enterprise need not say why, the government has to."""
    if side == Side.GOVERNMENT and not text.strip():
        raise Refused(_("Say why: the enterprise reads it."))
    with acting(Verb.DECLINE, visit, by=by, seen=seen, side=side) as act:
        theirs = side == Side.ENTERPRISE or act.visit.turn == Side.ENTERPRISE  # the latter by telephone
        said_no = Side.ENTERPRISE if theirs else Side.GOVERNMENT
        act.change(state=S.DECLINED, turn=Side.NOBODY, counted=False, declined_by=said_no)
        act.record(Verb.DECLINE, text)
        _tell_other(act, side, messages.declined, messages.declined_to_enterprise)
    return act.visit


def move(
    visit: Visit,
    *,
    by: Any,
    starts_at: datetime,
    ends_at: datetime,
    text: str = "",
    side: str = Side.GOVERNMENT,
    seen: int | None = None,
) -> Visit:
    """Propose another time; the other side answers. What the enterprise proposes is not held against the guard."""
    _require_future(starts_at)
    _require_length(starts_at, ends_at)
    with acting(Verb.MOVE, visit, by=by, seen=seen, side=side) as act:
        if side == Side.GOVERNMENT and act.visit.counted:
            _require_free(act.visit.enterprise, starts_at, without=act.visit)
        act.change(starts_at=starts_at, ends_at=ends_at, day=local_day(starts_at), chased_at=None)
        if act.visit.state != S.PLANNED and act.visit.asked_by != Contact.ENFORCEMENT:
            turn = Side.GOVERNMENT if side == Side.ENTERPRISE else Side.ENTERPRISE
            act.change(state=S.MOVED, turn=turn)
        act.record(Verb.MOVE, text)
        if act.visit.told_at and not act.visit.is_on_hold:
            _tell_other(act, side, messages.moved, messages.moved_to_enterprise)
    return act.visit


def join(visit: Visit, *, by: Any, topic: str, details: str = "", seen: int | None = None) -> Visit:
    """Come along on a visit that is booked, instead of one more: the enterprise is told, and asked nothing."""
    if not topic.strip():
        raise Refused(_("Say what you come for."))
    with acting(Verb.JOIN, visit, by=by, seen=seen) as act:
        if by.pk == act.visit.organiser_id or not _bring(act.visit, by, topic):
            raise Refused(_("You take part in this visit already."))
        wanted = Wanted(topic, act.visit.place, act.visit.starts_at, act.visit.ends_at, details)
        merged = {"state": S.MERGED, "merged_into": act.visit, "told_at": act.visit.told_at}
        _new(act.visit.enterprise, wanted, organiser=by, department=by.department, **merged)
        _joined(act, topic)
    return act.visit


def merge(visit: Visit, *, into: Visit, by: Any, seen: int | None = None) -> Visit:
    """Give up one's own visit and take part in another one to the same enterprise; returns that one."""
    if into.pk == visit.pk or into.enterprise_id != visit.enterprise_id:
        raise Refused(_("Only visits to the same enterprise can be merged."))
    with acting(Verb.MERGE, visit, by=by, seen=seen) as own:
        with acting(Verb.JOIN, into, by=by) as act:
            if own.visit.told_at and not act.visit.told_at:
                raise Refused(_("Ask the enterprise for the other visit first."))
            for each in own.visit.participants.select_related("person__department"):
                _bring(act.visit, each.person, each.topic)
            _joined(act, own.visit.purpose)
        own.change(state=S.MERGED, merged_into=act.visit, turn=Side.NOBODY, counted=False)
        own.change(told_at=own.visit.told_at or act.visit.told_at)
        own.visit.merged.update(merged_into=act.visit)  # what was merged into it goes along
        own.record(Verb.MERGE)
    return act.visit


def hold(visit: Visit, *, by: Any, seen: int | None = None) -> Visit:
    """The visit took place; what was said follows in the write-up."""
    with acting(Verb.HOLD, visit, by=by, seen=seen) as act:
        mark_held(act)
    return act.visit


def cancel(visit: Visit, *, by: Any, text: str = "", side: str = Side.GOVERNMENT, seen: int | None = None) -> Visit:
    """Take the visit back; who was told of it is told why."""
    if side == Side.GOVERNMENT and visit.told_at and not text.strip():
        raise Refused(_("Say why: the enterprise reads it."))
    with acting(Verb.CANCEL, visit, by=by, seen=seen, side=side) as act:
        act.change(state=S.CANCELLED, turn=Side.NOBODY, counted=False)
        act.record(Verb.CANCEL, text)
        if side == Side.GOVERNMENT and act.visit.told_at:
            act.tell_enterprise(messages.cancelled_to_enterprise)
        act.tell_visitors(messages.cancelled)
    return act.visit


def mark_held(act: Act) -> None:
    act.change(state=S.HELD, turn=Side.NOBODY)
    act.record(Verb.HOLD)
    if act.visit.asked_by == Contact.ENFORCEMENT:
        act.tell_enterprise(messages.recorded)


def _tell_other(act: Act, side: str, to_visitor: Any, to_enterprise: Any) -> None:
    if side == Side.ENTERPRISE:
        act.tell_visitors(to_visitor)
    else:
        act.tell_enterprise(to_enterprise)


def _joined(act: Act, topic: str) -> None:
    act.record(Verb.JOIN, topic)
    act.tell_visitors(messages.joined_to_visitor)
    if act.visit.told_at and not act.visit.is_on_hold:
        act.tell_enterprise(messages.joined)


def _bring(visit: Visit, person: Any, topic: str) -> bool:
    """One more who comes along; False when the person does already."""
    fields = {"department": person.department, "topic": topic.strip()[:200]}
    return Participant.objects.get_or_create(visit=visit, person=person, defaults=fields)[1]


def _open(visit: Visit, by: Any, topic: str) -> None:
    _bring(visit, by, topic)
    Act(visit, by).record(Verb.PLAN)


def _new(enterprise: Enterprise, wanted: Wanted, **fields: Any) -> Visit:
    return Visit.objects.create(
        enterprise=enterprise,
        purpose=wanted.purpose.strip(),
        place=wanted.place.strip(),
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        day=local_day(wanted.starts_at),
        details=wanted.details.strip(),
        occasion=wanted.occasion,
        **fields,
    )


def _require_free(enterprise: Enterprise, starts_at: datetime, without: Visit | None = None) -> None:
    book = book_of(enterprise, without=[without.pk] if without else ())
    verdict = judge(Contact.GOVERNMENT, local_day(starts_at), book, local_day())
    if not verdict:
        raise GuardRefused(verdict)


def _require_time(wanted: Wanted) -> None:
    if not wanted.purpose.strip() or not wanted.place.strip():
        raise Refused(_("Say what the visit is for, and where it takes place."))
    _require_future(wanted.starts_at)
    _require_length(wanted.starts_at, wanted.ends_at)


def _require_future(starts_at: datetime) -> None:
    now = timezone.now()
    if starts_at <= now:
        raise Refused(_("This time is over."))
    if starts_at > now + FURTHEST:
        raise Refused(_("Choose a day within the coming year."))


def _require_length(starts_at: datetime, ends_at: datetime) -> None:
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise Refused(_("A visit ends after it begins, and within eight hours."))
