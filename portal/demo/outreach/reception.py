"""The reception room of the demonstration: the place is a real one, as far as a public report names it; its zones,
topics, sessions and guests are fictional."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from functools import partial
from typing import Any

from django.utils import timezone

from outreach import registering
from outreach.loading import rows
from outreach.models import Occasion, Place, Registration, Topic, Zone
from outreach.reception import workflow
from outreach.reception.workflow import Series
from outreach.registering import Guest
from policies.enums import InterpretationKind, InterpretationState
from policies.models import Interpretation
from portal.core.calendar import local_day
from portal.demo.clock import Clock
from portal.demo.outreach.reception_texts import ABOUT, CAME, GUESTS, LEFT_OPEN, NOTE, TOPICS, WALKED_IN, ZONES
from portal.demo.story import Act, Story
from stewards.models import HelpRequest

BY, HOST = "zheng", "chen"
VENUE = "civilization-practice-center"
WEEKDAYS = (0, 1, 2, 3, 4)


def acts(story: Story, clock: Clock) -> Iterator[Act]:
    room = _Room(story)
    past, last, tomorrow = clock.day(3), clock.day(0), local_day(clock.now) + timedelta(days=1)
    until = tomorrow + timedelta(days=13)
    plan, earlier = room.plan, clock.day(5)
    yield Act(clock.moment(9, "10:00"), room.furnish, BY)
    yield Act(clock.moment(9, "10:20"), partial(plan, "interaction", HOST, past, past, WEEKDAYS, (14, 15)), BY)
    yield Act(clock.moment(9, "10:30"), partial(plan, "interaction", HOST, earlier, earlier, WEEKDAYS, (9, 13)), BY)
    yield Act(clock.moment(8, "10:50"), partial(room.book_many, earlier), "")
    yield Act(clock.moment(5, "13:05"), partial(room.receive_many, earlier), HOST)
    yield Act(clock.moment(5, "13:15"), room.pass_on, HOST)
    yield Act(clock.moment(8, "11:10"), partial(room.book, "past", past), "")
    yield Act(clock.moment(5, "10:20"), partial(plan, "interaction", HOST, last, last, WEEKDAYS, (16, 18)), BY)
    yield Act(clock.moment(4, "09:40"), partial(room.book, "today", last), "")
    yield Act(clock.moment(3, "14:02"), room.receive, HOST)
    yield Act(clock.moment(3, "14:35"), room.note, HOST)
    yield Act(clock.moment(2, "15:00"), partial(plan, "interaction", HOST, tomorrow, until, (1, 3), (10, 12)), BY)
    yield Act(clock.moment(2, "15:10"), partial(plan, "interpretation", BY, tomorrow, until, (2,), (14, 16)), BY)
    yield Act(clock.moment(2, "15:20"), partial(plan, "studio", BY, tomorrow, until, (4,), (15, 16), 60, 20), BY)
    live = clock.day(6)
    yield Act(clock.moment(8, "11:30"), partial(plan, "studio", BY, live, live, WEEKDAYS, (15, 16), 60, 20), BY)
    yield Act(clock.moment(2, "15:45"), partial(room.keep_recording, live), BY)
    yield Act(clock.moment(2, "16:00"), partial(room.book, "moved", tomorrow), "")
    yield Act(clock.moment(1, "09:30"), room.move, "")
    yield Act(clock.moment(1, "10:40"), partial(room.book, "next", tomorrow), "")
    yield Act(clock.moment(1, "11:20"), partial(room.enterprise, "emma", tomorrow), "emma")


class _Room:
    """Its people and rows, by the names the acts call them."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.zones: dict[str, Zone] = {}
        self.topics: dict[str, Topic] = {}
        self.came = Registration()
        self.moved = Registration()
        self.earlier: list[tuple[Registration, bool]] = []

    def furnish(self) -> None:
        """The place as the report names it, without an address, since none is given there."""
        place = _place()
        for n, (kind, zh, en, about_zh, about_en) in enumerate(ZONES):
            texts = {"name_zh_hans": zh, "name_en": en, "about_zh_hans": about_zh, "about_en": about_en}
            self.zones[kind] = Zone.objects.create(place=place, kind=kind, position=n, **texts)
        for n, (key, department, zh, en, about, lines_zh, lines_en) in enumerate(TOPICS):
            self.topics[key] = Topic.objects.create(
                position=n,
                department=self.story.departments.get(department),
                name_zh_hans=zh,
                name_en=en,
                about_zh_hans=about,
                about_en=ABOUT[key],
                checklist_zh_hans="\n".join(lines_zh),
                checklist_en="\n".join(lines_en),
            )

    def plan(
        self, zone: str, who: str, first: date, last: date, weekdays: tuple[int, ...], hours: tuple[int, int],
        minutes: int = 30, capacity: int = 1,
    ) -> None:  # fmt: skip
        series = Series(
            zone=self.zones[zone],
            topics=tuple(self.topics.values()),
            staff=(self.story.people[who],),
            languages=("zh", "en"),
            weekdays=weekdays,
            first=first,
            last=last,
            begins=time(hours[0]),
            ends=time(hours[1]),
            minutes=minutes,
            capacity=capacity,
        )
        if series.spans():
            workflow.plan(series, by=self.story.people[BY])

    def book(self, key: str, day: date) -> None:
        """Without an account: registered, then confirmed by the letter."""
        free = self._free(day)
        if free is None:
            return
        made = workflow.book(free, guest=Guest(topic=self.topics["work"], **GUESTS[key]))
        made = registering.verify(made)
        if key == "past":
            self.came = made
        elif key == "moved":
            self.moved = made

    def move(self) -> None:
        """To the last time that is offered."""
        later: Any = Occasion.objects.filter(sitting__zone=self.zones["interaction"], starts_at__gt=timezone.now())
        free = [row for row in later.order_by("starts_at") if registering.free_places(row)]
        if self.moved.pk and free:
            registering.reschedule(self.moved, to=free[-1])

    def book_many(self, day: date) -> None:
        for n, (name, language, topic, _came) in enumerate(CAME):
            if (free := self._free(day, day)) is None:
                return
            known: dict[str, Any] = {"name": name, "language": language, "email": f"guest-{n}@guest.example"}
            made = workflow.book(free, guest=Guest(topic=self.topics[topic], **known))
            self.earlier.append((registering.verify(made), _came))

    def receive_many(self, day: date) -> None:
        """Let in, or written down as not come; and somebody who just walked in."""
        by = self.story.people[HOST]
        for own, came in self.earlier:
            if came:
                registering.check_in(own.occasion, own.code, by=by)
            else:
                workflow.miss(own, by=by)
        if self.earlier:
            guest = Guest(topic=self.topics["support"], **WALKED_IN)
            registering.walk_in(self.earlier[0][0].occasion, guest=guest, by=by)

    def pass_on(self) -> None:
        """What the talk could not settle becomes a request with a deadline."""
        for own, came in self.earlier[:1]:
            if came:
                workflow.make_request(own, by=self.story.people[HOST], **LEFT_OPEN)

    def enterprise(self, who: str, day: date) -> None:
        """With an account; an open request of the enterprise comes along, if there is one."""
        person, free = self.story.people[who], self._free(day)
        if free is None:
            return
        guest = Guest(
            name=person.name,
            email=person.email,
            language=person.language,
            matter="We would like to go through our request together, in English.",
            topic=self.topics["support"],
            checked=(0,),
            user=person,
        )
        open_ = HelpRequest.objects.of_member(person).open().order_by("-pk").first()
        workflow.book(free, guest=guest, request=open_)

    def keep_recording(self, day: date) -> None:
        """The session in the live studio has become the video that explains a policy."""
        session = Occasion.objects.get(sitting__zone=self.zones["studio"], day=day)
        videos = Interpretation.objects.filter(kind=InterpretationKind.VIDEO, state=InterpretationState.PUBLISHED)
        workflow.keep_recording(session, videos.order_by("pk").first(), by=self.story.people[BY])

    def receive(self) -> None:
        registering.check_in(self.came.occasion, self.came.code, by=self.story.people[HOST])

    def note(self) -> None:
        workflow.keep_note(self.came, NOTE, by=self.story.people[HOST])

    def _free(self, day: date, until: date | None = None) -> Occasion | None:
        """The first session from that day on that still has a place and has not begun."""
        ahead: Any = Occasion.objects.filter(sitting__zone=self.zones["interaction"], day__gte=day)
        ahead = ahead.filter(starts_at__gt=timezone.now(), **({"day__lte": until} if until else {}))
        return next((row for row in ahead.order_by("starts_at") if registering.free_places(row)), None)


def _place() -> Place:
    fact = next(row for row in rows("venues") if row["id"] == VENUE)
    known = {
        "name_zh_hans": fact["name_zh"],
        "name_en": fact["name_en"],
        "kind": fact["kind"],
        "source_url": fact["source_url"],
        "confidence": fact["confidence"],
    }
    place, _made = Place.objects.get_or_create(slug=VENUE, defaults=known)
    return place
