"""Visits in every state, and the small world they happen in."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from engagement.enums import Contact, Side, VisitState
from engagement.models import CalendarFeed, Participant, QuietPeriod, Visit
from engagement.surveys.links import address_of
from engagement.surveys.models import Survey, SurveyInvitation, SurveyQuestion
from engagement.workflow import Wanted
from enterprises.models import Enterprise
from portal.core.calendar import current, local_day
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import StewardshipFactory


def working(day: date) -> date:
    """The day, or the next one on which people work."""
    while not current().is_working(day):
        day += timedelta(days=1)
    return day


def ahead(weeks: int = 3) -> date:
    """A working day so many weeks from now, with a working week around it."""
    return working(local_day() + timedelta(weeks=weeks))


def at(day: date, clock: str = "10:00") -> datetime:
    return timezone.make_aware(datetime.combine(day, time.fromisoformat(clock)))


def wanted(day: date | None = None, clock: str = "10:00", **fields: Any) -> Wanted:
    start = at(day or ahead(), clock)
    texts = {"purpose": "Talent policies", "place": "1 Fictional Road", **fields}
    return Wanted(starts_at=start, ends_at=start + timedelta(hours=1), **texts)


def visit(enterprise: Enterprise, organiser: Any, state: str = "confirmed", **fields: Any) -> Visit:
    """A visit as it is after its verbs; nobody was told anything."""
    day = fields.pop("day", None) or (ahead() if state in ("planned", "requested", "moved", "confirmed") else None)
    start = at(day or local_day() - timedelta(days=2), fields.pop("clock", "10:00"))
    kind = fields.pop("asked_by", Contact.GOVERNMENT)
    waits = state in (VisitState.REQUESTED, VisitState.MOVED)
    booked = state in ("planned", "requested", "moved", "confirmed", "held", "written_up")
    given = {
        "purpose": "Talent policies",
        "place": "1 Fictional Road",
        "turn": Side.ENTERPRISE if waits else Side.NOBODY,
        "counted": booked and kind == Contact.GOVERNMENT,
        "told_at": None if state == "planned" else timezone.now(),
        "department": organiser.department if organiser else None,
        "declined_by": Side.ENTERPRISE if state == VisitState.DECLINED else Side.NOBODY,
        **fields,
    }
    made = Visit.objects.create(
        enterprise=enterprise,
        organiser=organiser,
        state=state,
        asked_by=kind,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        day=start.date(),
        **given,
    )
    if organiser:
        Participant.objects.create(visit=made, person=organiser, department=organiser.department, topic=made.purpose)
    return made


@dataclass
class Scene:
    """A key enterprise with an owner and a steward, another department, the service centre, somebody from outside."""

    enterprise: Any = field(default_factory=lambda: EnterpriseFactory(tier="district"))
    owner: Any = field(default_factory=lambda: UserFactory(name_en="Olive Owner", phone="021-5555 0199"))
    steward: Any = field(default_factory=lambda: StewardFactory(name_en="Stella Steward"))
    handler: Any = field(
        default_factory=lambda: HandlerFactory(
            name_en="Hanna Handler", department=DepartmentFactory(code="commerce", name_en="Commerce")
        )
    )
    admin: Any = field(default_factory=lambda: UserFactory(roles=["admin"], name_en="Ada Admin"))
    outsider: Any = field(default_factory=lambda: UserFactory(name_en="Otto Outsider"))

    def __post_init__(self) -> None:
        MembershipFactory(enterprise=self.enterprise, user=self.owner)
        StewardshipFactory(steward=self.steward, enterprise=self.enterprise)

    def visit(self, state: str = "confirmed", **fields: Any) -> Visit:
        return visit(self.enterprise, fields.pop("organiser", self.steward), state, **fields)


def survey(author: Any, *kinds: str, state: str = "draft", **fields: Any) -> Survey:
    """A survey in its state, with questions of these kinds (five levels, yes or no, a line)."""
    now, today = timezone.now(), local_day()
    states = {
        "draft": {},
        "open": {"sent_at": now},
        "closed": {"sent_at": now - timedelta(days=20), "closes_on": today - timedelta(days=1)},
    }
    given = {
        "title_en": "Talent flats", "title_zh_hans": "人才公寓", "about_en": "How you find them.",
        "about_zh_hans": "您的看法。", "closes_on": today + timedelta(days=14), **states[state], **fields,
    }  # fmt: skip
    made = Survey.objects.create(author=author, **given)
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(survey=made, place=n, kind=kind, text_en=f"Question {n}?", text_zh_hans=f"问题{n}？")
        for n, kind in enumerate(kinds or ("level", "yes_no", "line"), 1)
    )
    return made


def invited(asked: Survey, enterprise: Enterprise, answered: bool = False, day: date | None = None) -> SurveyInvitation:
    at_once = timezone.now() if answered else None
    row = {"survey": asked, "enterprise": enterprise, "day": day or local_day(), "answered_at": at_once}
    return SurveyInvitation.objects.create(**row)


def addresses(enterprise: Enterprise, organiser: Any, owner: Any) -> dict[str, list[Any]]:
    """One visit that waits for the enterprise, and what its pages' addresses take."""
    made = visit(enterprise, organiser, "requested", purpose="№ 1", place="№ 2")
    day = local_day()
    period = QuietPeriod.objects.create(name_en="Fair", name_zh_hans="展会", first=day, last=day)
    draft = survey(organiser)
    token = CalendarFeed.objects.create(person=owner, enterprise=enterprise).token
    return {
        "visits:plan": [enterprise.pk],
        "visits:drop-quiet": [period.pk],
        **{f"visits:{name}": [made.pk] for name in ("detail", "write-up", "promise", "join")},
        "visits:act": [made.pk, "cancel"],
        "contacts:visit": [made.pk],
        "contacts:act": [made.pk, "decline"],
        "calendars:visits": [token],
        "surveys:detail": [draft.pk],
        "surveys:edit": [draft.pk],
        "surveys:act": [draft.pk, "send"],
        "surveys:answer": [address_of(invited(survey(organiser, state="open"), enterprise), owner).split("/")[-2]],
    }
