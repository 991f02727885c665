"""The guard at the edges: weeks over the year's end, holidays, days that are over, what came of a visit."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from engagement import queries, rules, words, workflow, writing
from engagement.booking import book_of
from engagement.chasing import sweep
from engagement.deskside import OFFER
from engagement.enums import Contact, Limit, Side, Verb
from engagement.guard import Book, Booked, Quiet, judge, monday
from engagement.models import GuardLimit, Promise, Visit
from engagement.writing import Notes
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards.models import HelpRequest
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.engagement import Scene, ahead, at, wanted, working
from tests.factories.engagement import visit as make
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)  # a Monday


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return str(error.value)


def codes(day: date, *booked: date, today: date = TODAY, **numbers: int) -> list[str]:
    limits = {"days_between": 0, **numbers}
    book = Book(tuple(Booked(n, each) for n, each in enumerate(booked)), limits=((date(2000, 1, 1), limits),))
    return [reason.code for reason in judge(Contact.GOVERNMENT, day, book, today).reasons]


class TestDays:
    """Pure: one case a line."""

    @pytest.mark.parametrize(
        ("wanted_day", "booked", "expected"),
        [
            (date(2026, 12, 31), date(2027, 1, 1), "week"),  # one ISO week, two years
            (date(2027, 1, 1), date(2026, 12, 28), "week"),
            (date(2027, 1, 4), date(2027, 1, 1), "free"),
            (date(2026, 12, 25), date(2026, 12, 28), "free"),
            (date(2026, 12, 4), date(2026, 11, 30), "week"),  # Monday and Friday of one week, two months
            (date(2026, 12, 4), date(2026, 12, 7), "free"),
            (date(2028, 2, 29), date(2028, 3, 3), "week"),  # the leap day's week goes into March
            (date(2028, 12, 29), date(2029, 1, 1), "free"),  # the year ends on a Sunday
        ],
        ids=["year's end", "new year", "first week", "before", "months", "next week", "leap", "sunday"],
    )
    def test_weeks_begin_on_monday_whatever_the_year(self, wanted_day: date, booked: date, expected: str) -> None:
        assert codes(wanted_day, booked) == [expected]

    @pytest.mark.parametrize(("apart", "expected"), [(13, "between"), (14, "free"), (15, "free")])
    @pytest.mark.parametrize("back", [1, -1], ids=["after", "before"])
    def test_quiet_days_on_both_sides_to_the_day(self, apart: int, back: int, expected: str) -> None:
        day = date(2027, 3, 16)
        booked = day - timedelta(days=apart * back)
        if booked.weekday() < 5 or expected == "between":
            assert expected in codes(day, booked, days_between=14)

    @pytest.mark.parametrize(
        ("day", "expected"),
        [(date(2026, 12, 30), "cap"), (date(2027, 1, 4), "free"), (date(2027, 12, 30), "free")],
        ids=["this year", "next january", "next december"],
    )
    def test_the_cap_is_the_calendar_year_s(self, day: date, expected: str) -> None:
        booked = [date(2026, month, 2) for month in range(2, 8)]
        assert codes(day, *booked) == [expected]

    @pytest.mark.parametrize("most", [0, 1, 3])
    def test_a_cap_of_none_refuses_everything_and_offers_no_day(self, most: int) -> None:
        book = Book(limits=((date(2000, 1, 1), {"a_year": most}),))
        verdict = judge(Contact.GOVERNMENT, TODAY, book, TODAY)
        assert bool(verdict) == (most > 0)
        assert verdict.first_free is None

    @pytest.mark.parametrize(
        ("first", "last", "day", "quiet"),
        [
            (0, 0, 0, True), (0, 0, 1, False), (1, 3, 0, False), (1, 3, 1, True), (1, 3, 3, True), (1, 3, 4, False),
        ],
        ids=["its one day", "the day after", "before", "first", "last", "after"],
    )  # fmt: skip
    @pytest.mark.parametrize("kind", ["district", "not_now", "declined"])
    @pytest.mark.parametrize("contact", [Contact.GOVERNMENT, Contact.SURVEY])
    def test_quiet_from_the_first_to_the_last_day(
        self, first: int, last: int, day: int, quiet: bool, kind: str, contact: str
    ) -> None:
        days = [TODAY + timedelta(days=n) for n in range(5)]
        book = Book(quiet=(Quiet(days[first], days[last], kind),), is_working=lambda _day: True)
        assert bool(judge(contact, days[day], book, TODAY)) is not quiet

    def test_holidays_and_make_up_days(self) -> None:
        off, on = {date(2027, 2, 8), date(2027, 2, 9)}, {date(2027, 2, 13)}
        book = Book(is_working=lambda day: day in on or (day.weekday() < 5 and day not in off))
        verdict = judge(Contact.GOVERNMENT, date(2027, 2, 8), book, TODAY)
        assert (verdict.reasons[0].code, verdict.first_free) == ("day_off", date(2027, 2, 10))
        assert judge(Contact.GOVERNMENT, date(2027, 2, 13), book, TODAY)

    def test_a_make_up_saturday_belongs_to_the_week_before(self) -> None:
        saturday = date(2027, 2, 13)
        book = Book((Booked(1, date(2027, 2, 10)),), is_working=lambda _day: True)
        assert judge(Contact.GOVERNMENT, saturday, book, TODAY).reasons[0].code == "week"
        assert monday(saturday) == date(2027, 2, 8)

    def test_the_number_of_the_wanted_day_holds(self) -> None:
        limits = ((date(2027, 1, 1), {"a_week": 2}), (date(2026, 1, 1), {"a_week": 1, "days_between": 0}))
        book = Book((Booked(1, date(2026, 12, 31)),), limits=limits)
        assert judge(Contact.GOVERNMENT, date(2026, 12, 30), book, TODAY).reasons[0].code == "week"
        assert judge(Contact.GOVERNMENT, date(2027, 1, 1), book, TODAY)


class TestWhatCameOfIt:
    def booked(self, scene: Scene) -> list[date]:
        return [each.day for each in book_of(scene.enterprise).booked]

    @pytest.mark.parametrize(
        ("state", "counts"),
        [
            ("planned", False), ("requested", False), ("moved", False), ("confirmed", True), ("held", True),
            ("written_up", True), ("cancelled", False), ("declined", False),
        ],
    )  # fmt: skip
    def test_a_day_that_is_over_counts_if_somebody_came(self, scene: Scene, state: str, counts: bool) -> None:
        day = local_day() - timedelta(days=3)
        past = scene.visit(state, day=day)
        assert self.booked(scene) == ([day] if counts else [])
        assert ("Counted as one" in words.why_counted(past)) is counts

    @pytest.mark.parametrize("kind", ["enterprise", "enforcement"])
    @pytest.mark.parametrize("state", ["confirmed", "held", "written_up", "cancelled"])
    def test_what_the_district_did_not_ask_for_is_never_in_the_book(self, scene: Scene, kind: str, state: str) -> None:
        make(scene.enterprise, scene.steward, state, asked_by=kind)
        assert book_of(scene.enterprise) == Book(is_working=book_of(scene.enterprise).is_working)

    def test_a_no_of_ours_is_no_no_of_theirs(self, scene: Scene) -> None:
        moved = scene.visit("moved", turn=Side.GOVERNMENT)
        workflow.decline(moved, by=scene.steward, text="Nobody is free then.")
        assert Visit.objects.get().declined_by == Side.GOVERNMENT
        assert not book_of(scene.enterprise).quiet
        assert workflow.plan(scene.enterprise, by=scene.steward, wanted=wanted())

    @pytest.mark.parametrize("state", ["requested", "moved", "confirmed"])
    def test_a_no_of_theirs_is_kept_and_gives_the_week_back(self, scene: Scene, state: str) -> None:
        workflow.decline(scene.visit(state), by=scene.owner, side=Side.ENTERPRISE)
        book = book_of(scene.enterprise)
        assert [quiet.kind for quiet in book.quiet] == ["declined"]
        assert book.quiet[0].last == local_day() + timedelta(days=13)
        assert not book.booked

    def test_a_no_by_telephone_is_theirs_too(self, scene: Scene) -> None:
        quiet = EnterpriseFactory()
        asked = make(quiet, scene.steward, "requested")
        workflow.decline(asked, by=scene.steward, text="They have no time this month.")
        assert [each.kind for each in book_of(quiet).quiet] == ["declined"]

    def test_how_long_a_no_holds_is_the_number_of_its_own_day(self, scene: Scene) -> None:
        """Late in the evening of the day on which the number changes, when it is still yesterday in Greenwich."""
        with time_machine.travel(datetime(2026, 11, 24, 6, 0, tzinfo=timezone.get_default_timezone()), tick=False):
            GuardLimit.objects.create(code=Limit.DAYS_AFTER_NO, value=3, valid_from=local_day(), reason="…")
            workflow.decline(scene.visit("requested", day=date(2026, 12, 9)), by=scene.owner, side=Side.ENTERPRISE)
            quiet = book_of(scene.enterprise).quiet[0]
        assert (quiet.first, quiet.last) == (date(2026, 11, 24), date(2026, 11, 26))

    def test_a_declined_wish_of_the_enterprise_quiets_nobody(self, scene: Scene) -> None:
        wish = scene.visit("moved", asked_by="enterprise", turn=Side.ENTERPRISE)
        workflow.decline(wish, by=scene.owner, side=Side.ENTERPRISE)
        assert not book_of(scene.enterprise).quiet
        assert "in peace" not in Message.objects.get(recipient=scene.steward).body


class TestTooLate:
    @pytest.mark.parametrize(
        ("verb", "state", "allowed"),
        [
            ("decline", "confirmed", False), ("move", "confirmed", False), ("confirm", "requested", False),
            ("confirm", "moved", False), ("decline", "requested", True), ("move", "requested", True),
        ],
    )  # fmt: skip
    def test_of_the_enterprise(self, scene: Scene, verb: str, state: str, allowed: bool) -> None:
        past = scene.visit(state, day=local_day() - timedelta(days=1))
        assert bool(rules.may(scene.owner, verb, past, side=Side.ENTERPRISE)) is allowed

    @pytest.mark.parametrize(
        ("verb", "state", "turn", "allowed"),
        [
            ("request", "planned", "", False), ("confirm", "moved", "government", False),
            ("join", "confirmed", "", False), ("decline", "moved", "government", True),
            ("move", "requested", "enterprise", True), ("cancel", "confirmed", "", True),
            ("cancel", "planned", "", True), ("hold", "requested", "enterprise", True),
            ("hold", "moved", "government", True), ("hold", "planned", "", False),
            ("write_up", "requested", "enterprise", True),
        ],
    )  # fmt: skip
    def test_of_the_government(self, scene: Scene, verb: str, state: str, turn: str, allowed: bool) -> None:
        past = scene.visit(state, day=local_day() - timedelta(days=1), turn=turn)
        assert bool(rules.may(scene.steward, verb, past)) is allowed

    @pytest.mark.parametrize("state", ["requested", "moved"])
    def test_a_yes_that_nobody_wrote_down_is_no_dead_end(self, scene: Scene, state: str) -> None:
        """They said yes on the telephone, we went there: it can be written up, and counts from then on."""
        past = scene.visit(state, day=local_day() - timedelta(days=1))
        assert not book_of(scene.enterprise).booked
        done = writing.write_up(past, by=scene.steward, notes=Notes("Olive Owner", "All well"))
        assert (done.state, done.turn, done.counted) == ("written_up", "", True)
        assert len(book_of(scene.enterprise).booked) == 1

    @pytest.mark.parametrize("state", ["requested", "moved", "confirmed"])
    def test_nothing_is_held_before_it_begins(self, scene: Scene, state: str) -> None:
        for verb in (Verb.HOLD, Verb.WRITE_UP):
            assert not rules.may(scene.steward, verb, scene.visit(state))

    @pytest.mark.parametrize("state", ["planned", "requested", "moved"])
    def test_what_nothing_came_of_is_found_under_past(self, scene: Scene, state: str) -> None:
        past = scene.visit(state, day=local_day() - timedelta(days=2))
        tabs = {name for name in ("mine", "past", "write-up") if past in queries.tab(scene.steward, name)}
        assert tabs == {"past"}

    def test_wishes_that_are_over_do_not_keep_the_enterprise_from_asking(self, scene: Scene) -> None:
        for n in range(3):
            scene.visit("requested", asked_by="enterprise", turn="government", day=local_day() - timedelta(days=n + 1))
        assert workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted())


class TestTogether:
    def test_what_was_merged_goes_along_when_its_visit_is_merged(self, scene: Scene) -> None:
        first, second, third = scene.visit("planned"), scene.visit("planned", day=ahead(5)), scene.visit(day=ahead(8))
        workflow.merge(first, into=second, by=scene.admin)
        workflow.merge(Visit.objects.get(pk=second.pk), into=third, by=scene.admin)
        assert set(third.merged.all()) == {first, second}
        assert [each.day for each in book_of(scene.enterprise).booked] == [third.day]

    def test_a_merged_visit_moves_with_the_other_and_is_judged_once(self, scene: Scene) -> None:
        own, into = scene.visit("planned", organiser=scene.handler), scene.visit(day=ahead(6))
        workflow.merge(own, into=into, by=scene.handler)
        start = at(working(into.day + timedelta(days=7)))
        moved = workflow.move(into, by=scene.steward, starts_at=start, ends_at=start + timedelta(hours=1))
        assert [each.day for each in book_of(scene.enterprise).booked] == [moved.day]
        assert {m.recipient for m in Message.objects.filter(kind="visit.move")} == {scene.owner}
        workflow.decline(moved, by=scene.owner, side=Side.ENTERPRISE)
        assert {m.recipient for m in Message.objects.filter(kind="visit.decline")} == {scene.steward, scene.handler}

    def test_who_planned_it_does_not_join_it(self, scene: Scene) -> None:
        wish = workflow.ask_for(scene.enterprise, by=scene.owner, wanted=wanted())
        assert "take part in this visit already" in refused(lambda: workflow.join(wish, by=scene.steward, topic="Tax"))
        assert not Message.objects.filter(recipient=scene.owner).exists()

    @pytest.mark.parametrize("who", ["nobody's", "another's", "another visit's", "old", "forged"])
    def test_an_offer_is_of_one_person_for_one_visit_and_one_day(self, scene: Scene, as_user: Any, who: str) -> None:
        from django.core import signing

        booked, stranger = scene.visit(), UserFactory(roles=["handler"])
        content = {"another's": [booked.pk, scene.handler.pk], "another visit's": [booked.pk + 1, stranger.pk]}
        with time_machine.travel(timezone.now() - timedelta(days=2 if who == "old" else 0)):
            offer = signing.dumps(content.get(who, [booked.pk, stranger.pk]), salt=OFFER)
        offer = {"nobody's": "", "forged": offer[:-3] + "abc"}.get(who, offer)
        answer = as_user(stranger).post(f"/en/visits/{booked.pk}/join/", {"topic": "Tax", "offer": offer})
        assert answer.status_code == 404
        assert booked.participants.count() == 1

    def test_whoever_sees_the_visit_needs_no_offer(self, scene: Scene, as_user: Any) -> None:
        booked = scene.visit()
        colleague = StewardFactory(department=scene.steward.department)
        assert as_user(colleague).post(f"/en/visits/{booked.pk}/join/", {"topic": "Tax"}).status_code == 302
        assert booked.participants.count() == 2

    def test_nothing_offers_an_invitation_or_a_survey_as_a_visit(self, scene: Scene, as_user: Any) -> None:
        page = as_user(scene.steward).get(f"/en/visits/plan/{scene.enterprise.pk}/").content.decode()
        assert 'value="enforcement"' in page
        assert not [kind for kind in ("event", "survey") if f'value="{kind}"' in page]


class TestPromises:
    def write(self, scene: Scene, visit: Visit, *promises: Any, finish: bool = False) -> Visit:
        notes = Notes("Olive Owner", "Rooms")
        return writing.write_up(visit, by=scene.steward, notes=notes, promises=promises, finish=finish)

    def noon(self) -> datetime:
        return timezone.localtime().replace(hour=12)

    def test_notes_kept_again_do_not_begin_the_day_anew(self, scene: Scene) -> None:
        visit = self.write(scene, scene.visit(day=local_day() - timedelta(days=1)), ("A list", None), ("A map", None))
        Promise.objects.update(made_at=timezone.now() - timedelta(days=2))
        kept = set(Promise.objects.values_list("pk", "made_at"))
        later = local_day() + timedelta(days=9)
        self.write(scene, visit, ("A list", later), ("A map", None))
        assert set(Promise.objects.values_list("pk", "made_at")) == kept
        assert Promise.objects.get(text="A list").due_on == later
        assert sweep(self.noon()) >= 2
        self.write(scene, visit, ("A list", later), ("A map", None))
        told = Message.objects.filter(kind="visit.chase").count()
        sweep(self.noon())
        assert Message.objects.filter(kind="visit.chase").count() == told

    def test_a_promise_is_taken_out_or_put_in(self, scene: Scene) -> None:
        visit = self.write(scene, scene.visit(day=local_day() - timedelta(days=1)), ("A list", None), ("A map", None))
        self.write(scene, visit, ("A map", None), ("A key", None))
        assert list(Promise.objects.values_list("text", flat=True)) == ["A map", "A key"]

    def test_a_promise_said_twice_is_one_request(self, scene: Scene) -> None:
        due = local_day() + timedelta(days=20)
        visit = scene.visit(day=local_day() - timedelta(days=1))
        self.write(scene, visit, (" A list ", due), ("A list", None), ("A map", None), finish=True)
        assert sorted(HelpRequest.objects.values_list("subject", flat=True)) == ["A list", "A map"]
        assert HelpRequest.objects.get(subject="A list").due_on == due

    def test_what_is_a_request_already_is_not_promised_anew(self, scene: Scene) -> None:
        visit = workflow.hold(scene.visit(day=local_day() - timedelta(days=1)), by=scene.steward)
        first = writing.add_promise(visit, by=scene.steward, text="A list")
        self.write(scene, visit, ("A list", None), ("A map", None), finish=True)
        assert HelpRequest.objects.count() == 2
        assert Promise.objects.get(text="A list").request == first

    def test_after_the_end_nothing_of_it_changes(self, scene: Scene) -> None:
        visit = scene.visit(day=local_day() - timedelta(days=1))
        self.write(scene, visit, ("A list", None), finish=True)
        assert "“Written up” now" in refused(lambda: self.write(scene, visit, ("Less", None)))
        assert Promise.objects.get().request.subject == "A list"
        assert sweep(self.noon() + timedelta(days=5)) == 0
