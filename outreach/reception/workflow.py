"""What happens in the reception room: planned, booked, talked about, noted."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from outreach import calling_off, registering
from outreach.enums import OccasionKind, OccasionState, RegistrationState, ZoneKind
from outreach.models import Occasion, Registration, Sitting, SittingStaff, Topic, Zone
from outreach.reception import messages
from outreach.reception.queries import busy, clashes, for_staff, lines, working_weekday
from outreach.registering import Guest, locked
from outreach.rules import may_organise
from outreach.timewords import when_plain
from policies.enums import InterpretationKind, InterpretationState
from policies.models import Interpretation
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from stewards.deskwork.recording import record
from stewards.enums import Channel
from stewards.models import HelpRequest

S = RegistrationState
LONGEST_SERIES = timedelta(days=92)
MOST_AT_ONCE = 120
TITLES = {"zh-hans": "双语会客厅：{zone}", "en": "Reception room: {zone}"}
NOTE_DAYS = 30  # a note is written in the weeks after the talk


@dataclass(frozen=True, slots=True)
class Series:
    """Sessions one after another on some weekdays (0 is Monday) between two days and two hours."""

    zone: Zone
    topics: tuple[Topic, ...]
    staff: tuple[User, ...]
    languages: tuple[str, ...]
    weekdays: tuple[int, ...]
    first: date
    last: date
    begins: time
    ends: time
    minutes: int
    capacity: int = 1

    def spans(self) -> list[tuple[datetime, datetime]]:
        """Every session's beginning and end; on working days alone, a make-up workday counting as a Friday."""
        step, found = timedelta(minutes=self.minutes), []
        for n in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=n)
            if working_weekday(day) not in self.weekdays:
                continue
            at, end = (timezone.make_aware(datetime.combine(day, clock)) for clock in (self.begins, self.ends))
            while at + step <= end:
                found.append((at, at + step))
                at += step
        return found


def plan(series: Series, *, by: User) -> list[Occasion]:
    """Plan the series as a whole or not at all: nobody and no zone is in two sessions at once."""
    require(may_organise(by))
    _require_sound(series)
    spans = series.spans()
    if not spans:
        raise Refused(_("There is no working day among these days, or the hours are too short for one session."))
    if spans[0][0] <= timezone.now():
        raise Refused(_("The first session would lie in the past. Choose a later day or hour."))
    if len(spans) > MOST_AT_ONCE:
        raise Refused(_("These would be %(count)s sessions; plan %(most)s at most at once.")
                      % {"count": len(spans), "most": MOST_AT_ONCE})  # fmt: skip
    with transaction.atomic():
        zone = Zone.objects.select_for_update(no_key=True).get(pk=series.zone.pk)
        staff = [person.pk for person in series.staff]
        people = list(User.objects.select_for_update(no_key=True).filter(pk__in=staff).order_by("pk"))
        if (clash := clashes(zone, people, spans).first()) is not None:
            raise Refused(
                _("The zone or somebody of the staff is taken at that time: %(when)s.") % {"when": when_plain(clash)}
            )
        made = [_sitting(zone, series, first, last, by) for first, last in spans]
        messages.planned(made, people, by=by)
    return made


def _require_sound(series: Series) -> None:
    if series.last < series.first or series.last - series.first > LONGEST_SERIES or series.ends <= series.begins:
        raise Refused(_("Check the days and hours: the end comes before the beginning, or it is over three months."))
    if series.minutes < 10 or not (series.staff and series.topics and series.languages):
        raise Refused(_("Choose at least one topic, one language and one member of staff."))
    named: tuple[Any, ...] = (series.zone, *series.topics)
    gaps = [each for each in named if not (each.name_zh_hans and each.name_en)]
    if gaps:
        raise Refused(_("Give the name in both languages first: %(name)s.") % {"name": gaps[0].name})
    if not (series.zone.active and all(topic.active for topic in series.topics)):
        raise Refused(_("The zone or a topic is no longer in use."))


def _sitting(zone: Zone, series: Series, first: datetime, last: datetime, by: User) -> Occasion:
    titles = {
        f"title_{bilingual.SUFFIX[code]}": TITLES[code].format(zone=getattr(zone, f"name_{bilingual.SUFFIX[code]}"))
        for code in bilingual.LANGUAGES
    }
    row = Occasion.objects.create(
        kind=OccasionKind.SITTING,
        state=OccasionState.PUBLISHED,
        place_id=zone.place_id,
        day=local_day(first),
        starts_at=first,
        ends_at=last,
        languages=list(series.languages),
        capacity=series.capacity,
        author=by,
        **titles,
    )
    sitting = Sitting.objects.create(occasion=row, zone=zone)
    sitting.topics.set(series.topics)
    for person in series.staff:
        SittingStaff.objects.create(sitting=sitting, person=person)
    return row


def call_off(occasion: Occasion, *, by: User, why: dict[str, str]) -> Occasion:
    """Cancel a session; guests and staff are told why."""
    with transaction.atomic():
        before = Occasion.objects.select_for_update().get(pk=occasion.pk).state
        done = calling_off.call_off(occasion, by=by, why=why)
        if before != done.state:
            people = User.objects.filter(pk__in=SittingStaff.objects.filter(sitting=done.pk).values("person"))
            messages.called_off(done, list(people), by=by)
    return done


def appoint(occasion: Occasion, people: Iterable[User], *, by: User) -> Occasion:
    """Other people for a session that is still to come; who is new to it and who is released are told, once."""
    require(may_organise(by))
    wanted = {person.pk for person in people}
    if not wanted:
        raise Refused(_("Choose at least one member of staff."))
    with transaction.atomic():
        row = Occasion.objects.select_for_update().get(pk=occasion.pk)
        if row.state != OccasionState.PUBLISHED or row.starts_at is None or row.ends_at is None or row.is_over:
            raise Refused(_("The people of a session can be changed until it is over."))
        rows = SittingStaff.objects.filter(sitting=row.pk)
        had = set(rows.values_list("person", flat=True))
        found = User.objects.select_for_update(no_key=True).filter(pk__in=wanted | had).order_by("pk")
        known = {person.pk: person for person in found}
        new = [known[key] for key in sorted(wanted - had)]
        if (clash := busy(new, row).first()) is not None:
            raise Refused(_("Somebody chosen has another session then: %(when)s.") % {"when": when_plain(clash)})
        for person in new:
            SittingStaff.objects.create(sitting_id=row.pk, person=person)
        rows.filter(person__in=had - wanted).delete()
        if wanted != had:
            row.lock_version += 1
            row.save(update_fields=["lock_version"])
            messages.appointed(row, new, by=by)
            messages.released(row, [known[key] for key in sorted(had - wanted)], by=by)
    return row


def book(occasion: Occasion, *, guest: Guest, request: HelpRequest | None = None) -> Registration:
    """Ask for a session that has a free place and deals with the topic; a request of one's own can come along."""
    topic = guest.topic
    if topic is None or not topic.active or not Sitting.objects.filter(pk=occasion.pk, topics=topic).exists():
        raise Refused(_("This time is not for the topic that you chose."))
    if any(not 0 <= n < len(lines(topic)) for n in guest.checked):
        raise Refused(_("Tick only documents of the list."))
    if request is not None and not _own(guest.user, request):
        raise Refused(_("Only an open request of your own can be attached."))
    with locked(occasion) as row:
        mine = guest.user is not None and row.registrations.filter(user=guest.user).exclude(state=S.CANCELLED).exists()
        if not mine and not registering.free_places(row):
            raise Refused(_("That time has just been taken. Please choose another one."))
        made = registering.register(row, guest=guest)
        if request is not None and made.user_id and made.request_id is None:
            made.request, made.enterprise = request, request.enterprise
            made.save(update_fields=["request", "enterprise"])
    return made


def _own(user: Any, request: HelpRequest) -> bool:
    return user is not None and HelpRequest.objects.of_member(user).open().filter(pk=request.pk).exists()


def miss(registration: Registration, *, by: User) -> Registration:
    """Nobody came; asked again it changes nothing."""
    with _talk(registration, by) as own:
        if own.state == S.MISSED:
            return own
        if own.state != S.CONFIRMED or own.occasion.starts_at is None or own.occasion.starts_at > timezone.now():
            raise Refused(_("This can be said only of somebody with a place, after it has begun."))
        own.state = S.MISSED
        own.save(update_fields=["state"])
    return own


def keep_note(registration: Registration, text: str, *, by: User) -> Registration:
    """What was talked about; deleted together with the guest's name."""
    with _talk(registration, by) as own:
        _require_talked(own)
        own.note = text.strip()
        own.save(update_fields=["note"])
    return own


def make_request(registration: Registration, *, by: User, subject: str, body: str, type: str) -> HelpRequest:
    """What could not be settled in the talk becomes a request with a deadline; a second time it is the same one."""
    with _talk(registration, by) as own:
        _require_talked(own)
        if own.request is not None:
            return own.request
        reach = " · ".join(part for part in (own.name, own.phone or own.email) if part)
        own.request = record(
            by=by,
            enterprise=own.enterprise,
            channel=Channel.WINDOW,
            subject=subject,
            body=body,
            type=type,
            caller=reach[: HelpRequest._meta.get_field("caller").max_length],
            language=own.language,
            form_key=uuid.uuid5(own.key, "request"),
        )
        own.save(update_fields=["request"])
        return own.request


def keep_recording(occasion: Occasion, video: Interpretation | None, *, by: User) -> Occasion:
    """A published video of a session in the live studio, or none."""
    require(may_organise(by))
    with locked(occasion) as row:
        if row.sitting.zone.kind != ZoneKind.STUDIO:
            raise Refused(_("Only sessions in the live studio are recorded."))
        if row.starts_at is None or row.starts_at > timezone.now() or row.state != OccasionState.PUBLISHED:
            raise Refused(_("A recording can be added once the session has begun."))
        if video and (video.kind, video.state) != (InterpretationKind.VIDEO, InterpretationState.PUBLISHED):
            raise Refused(_("Choose a video that is published."))
        row.recording, row.changed_at = video, timezone.now()
        row.save(update_fields=["recording", "changed_at"])
    return row


@contextmanager
def _talk(registration: Registration, by: User) -> Iterator[Registration]:
    """The guest's registration, locked after its session; only for those who may see it."""
    with locked(registration.occasion) as row:
        own = Registration.objects.select_for_update(of=("self",)).filter(pk=registration.pk, occasion=row).first()
        if own is None or own.forgotten_at or not for_staff(by).filter(pk=row.pk).exists():
            raise Refused(_("Only the people of this session can do this."))
        own.occasion = row
        yield own


def _require_talked(own: Registration) -> None:
    if own.state != S.ATTENDED:
        raise Refused(_("Check the guest in first."))
    if own.occasion.day < local_day() - timedelta(days=NOTE_DAYS):
        raise Refused(_("The talk was too long ago."))
