"""Who is away, who answers meanwhile, who takes part in the rotation."""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.enums import Role
from accounts.models import User
from portal.core.calendar import local_day
from stewards.assignment.choosing import Candidate, Wanted, unfit
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest, Leave, StewardProfile, Stewardship

TERM_ENDS = timedelta(days=30)  # how long before a term ends the service centre hears of it


def running(day: date | None = None) -> QuerySet[Leave]:
    """Leaves of that day."""
    day = day or local_day()
    return Leave.objects.filter(starts_on__lte=day, ends_on__gte=day, ended_at__isnull=True)


def leave_of(person: int | None, day: date | None = None) -> Leave | None:
    """The person's leave of that day, with the substitutes. One query."""
    found = running(day).filter(person=person)
    return found.select_related("person", "substitute__department", "second__department").first()


def away_until(day: date | None = None) -> dict[int, date]:
    """Who is away, and until when."""
    return dict(running(day).values_list("person", "ends_on"))


def substitute_on(leave: Leave, day: date | None = None) -> User | None:
    """Who answers meanwhile: the substitute, or the second one where the first is away too; nobody else's substitute,
    so that no request is passed around in circles."""
    return first_here(leave, away_until(day)) if leave.substitute_id or leave.second_id else None


def first_here(leave: Leave, away: Container[int]) -> User | None:
    named = filter(None, (leave.substitute, leave.second))
    return next((each for each in named if can_stand_in(leave.person, each) and each.pk not in away), None)


def can_stand_in(person: User, other: User) -> bool:
    """Whether the other works here and can do what the person does: a steward for a steward, for a handler a
    colleague of the department."""
    return other.has_role(Role.STEWARD) if Role.STEWARD in person.roles else in_same_department(person, other)


def in_same_department(person: User, other: User) -> bool:
    ours = person.department_id is not None and person.department_id == other.department_id
    return ours and other.has_role(Role.STEWARD, Role.HANDLER)


def colleagues(person: User) -> QuerySet[User]:
    """Who else takes what comes to the person's department."""
    found = User.objects.with_role(Role.HANDLER, Role.STEWARD).filter(department=person.department_id)
    return found.exclude(pk=person.pk) if person.department_id else found.none()


def in_rotation() -> QuerySet[StewardProfile]:
    return StewardProfile.objects.filter(
        in_rotation=True, person__is_active=True, person__roles__contains=[Role.STEWARD]
    ).select_related("person__department")


def candidates(day: date | None = None) -> list[Candidate]:
    """Everybody in the rotation, without their load. Two queries."""
    away = away_until(day)
    return [candidate_of(profile, away.get(profile.person_id)) for profile in in_rotation().order_by("pk")]


def candidate_of(profile: StewardProfile, away: date | None = None) -> Candidate:
    return Candidate(
        key=profile.person_id,
        person=profile.person,
        types=frozenset(profile.types),
        categories=frozenset(profile.categories),
        subdistricts=frozenset(profile.subdistricts),
        parks=frozenset(profile.parks),
        industries=frozenset(profile.industries),
        languages=frozenset(profile.languages),
        capacity=profile.capacity,
        turn=profile.turn,
        away_until=away,
    )


def loaded(people: list[Candidate], wanted: Wanted | None = None) -> list[Candidate]:
    """The candidates with what lies on their desks; only of those who might take what is wanted. One query."""
    asked = [each.key for each in people if wanted is None or not unfit(each, wanted)]
    carried = loads(asked)
    return [replace(each, open=carried.get(each.key, 0)) for each in people]


def loads(people: Iterable[int]) -> dict[int, int]:
    """Open requests on the desk of each of them."""
    found = HelpRequest.objects.filter(state__in=OPEN_STATES, handler__in=list(people)).order_by()
    return dict(found.values_list("handler").annotate(count=Count("pk")))


def wanted_of(request: HelpRequest) -> Wanted:
    """What the request asks of whoever takes it."""
    enterprise, category = request.enterprise, request.category
    industry = enterprise.industry if enterprise else None
    return Wanted(
        type=request.type,
        category=category.pk if category else 0,
        subject=(category.parent_id or 0) if category else 0,
        language=request.language,
        subdistrict=(enterprise.subdistrict_id or "") if enterprise else "",
        park=(enterprise.park_id or "") if enterprise else "",
        industry=industry.section if industry else "",
    )


def ending_terms(day: date | None = None) -> QuerySet[Stewardship]:
    """Terms that end within thirty days and after which nobody covers the place: no successor, nobody wider."""
    day = day or local_day()
    later = Stewardship.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on")),
        starts_on__lte=OuterRef("ends_on") + timedelta(days=1),  # a gap of days is a gap
        steward__is_active=True,
        steward__roles__contains=[Role.STEWARD],
    )
    covered: list[Q] = [
        Q(enterprise=OuterRef("enterprise")),
        Q(park=OuterRef("park")),
        Q(park=OuterRef("enterprise__park")),
        Q(subdistrict=OuterRef("subdistrict")),
        Q(subdistrict=OuterRef("enterprise__subdistrict")),
        Q(subdistrict=OuterRef("park__subdistrict")),
    ]
    ending = Stewardship.objects.filter(ends_on__range=(day, day + TERM_ENDS), starts_on__lte=day)
    for each in covered:
        ending = ending.exclude(Exists(later.filter(each)))
    return ending.select_related("steward", "enterprise", "park", "subdistrict").order_by("ends_on", "pk")
