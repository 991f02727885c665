"""What people read about assignment and leave, in both languages, and who may do what about it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from portal.core.access import Denied
from portal.core.calendar import local_day
from stewards.assignment import messages, presenting, rules, words
from stewards.assignment.choosing import Candidate
from stewards.assignment.coverage import Cell
from stewards.enums import EventKind
from stewards.models import HelpRequest, Leave, RequestEvent, Stewardship
from stewards.timeline import Entry
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory, StewardProfileFactory
from tests.factories.parts import RequestPartFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

NAMES = {"en": "Stella Steward", "zh-hans": "管佳"}
STAND_IN = {"name": NAMES, "by": {"en": "Sam Second", "zh-hans": "代立"}, "until": "2026-11-30", "phone": ""}


def entry(kind: str, **assignment: Any) -> Entry:
    return Entry(kind=kind, tone="", title="", at=None, text="", internal=False, assignment=assignment)  # type: ignore[arg-type]


def choice(*codes: str) -> dict[str, Any]:
    return {"reasons": [[code, {}] for code in codes], "passed": []}


class TestWhy:
    def test_nothing_was_chosen(self) -> None:
        assert words.why({}) is None
        assert presenting.why_on([]) is None
        assert presenting.why_on([entry("submitted")]) is None

    @pytest.mark.parametrize(
        ("kinds", "reasons"),
        [
            (["submitted"], ["The place is theirs."]),
            (["submitted", "accepted", "note"], ["The place is theirs."]),
            (["submitted", "assigned"], None),
            (["submitted", "referred"], None),
            (["submitted", "handed_back"], None),
        ],
    )
    def test_the_latest_move_counts(self, kinds: list[str], reasons: list[str] | None) -> None:
        first, *others = kinds
        found = presenting.why_on([entry(first, choice=choice("knows-area")), *map(entry, others)])
        assert (found.reasons if found else None) == reasons

    def test_a_hand_over_says_for_whom(self) -> None:
        found = presenting.why_on([entry("submitted", choice=choice("park")), entry("handed_over", stand_in=STAND_IN)])
        assert found is not None
        assert found.reasons == ["Stella Steward is away until 30 November 2026. Meanwhile Sam Second answers."]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_names_and_days_are_those_of_the_reader(self, language: str) -> None:
        with translation.override(language):
            said = words.sentence("stands-in", {"name": NAMES, "until": "2026-11-30"})
            assert NAMES[language] in said
            assert ("2026年11月30日" in said) == (language == "zh-hans")

    def test_a_name_in_one_language_alone_is_shown(self) -> None:
        assert words.one_name({"zh-hans": "管佳"}) == "管佳"
        assert words.one_name({}) == ""

    def test_every_kept_code_can_be_read(self) -> None:
        facts = {"name": NAMES, "until": "2026-11-30", "type": "help", "language": "en", "open": 1, "capacity": 2}
        for code in words._SENTENCES:
            said = words.sentence(code, facts)
            assert len(said) > 7
            assert "%" not in said


@pytest.mark.django_db
class TestMeanwhile:
    @pytest.mark.parametrize(
        ("state", "handler", "told"),
        [
            ("accepted", "second", True),
            ("accepted", "own", False),
            ("accepted", "none", False),
            ("closed", "second", False),
        ],
    )
    def test_only_while_somebody_else_answers(self, state: str, handler: str, told: bool) -> None:
        request = accepted()
        request.state = state
        request.handler = {"own": request.steward, "none": None}.get(handler, UserFactory())
        assert bool(presenting.meanwhile_on(request, [entry("handed_over", stand_in=STAND_IN)])) == told

    def test_a_referral_is_no_absence(self) -> None:
        request = accepted()
        request.handler = UserFactory()
        entries = [entry("handed_over", stand_in=STAND_IN), entry("referred")]
        assert presenting.meanwhile_on(request, entries) == ""

    def test_the_steward_of_a_package(self) -> None:
        leave = LeaveFactory(substitute=StewardFactory())
        found = presenting.absence_of(leave.person)
        assert found is not None
        assert (found.leave, found.person) == (leave, leave.substitute)
        assert presenting.absence_of(leave.substitute) is None
        assert presenting.absence_of(None) is None


@pytest.mark.django_db
class TestMessages:
    @pytest.fixture
    def leave(self) -> Leave:
        people = [StewardFactory(name_en=name) for name in ("Stella Steward", "Sam Second", "Thea Third")]
        found: Leave = LeaveFactory(person=people[0], substitute=people[1], second=people[2], hand_over=True)
        return found

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_all_have_a_subject_a_body_and_a_way(self, leave: Leave, language: str) -> None:
        stewardship = StewardshipFactory(ends_on=local_day())
        request: HelpRequest = accepted(steward=leave.person)
        event = RequestEvent(request=request, kind=EventKind.HANDED_OVER, data={"stand_in": STAND_IN})
        event.data["steward"] = {"en": "Stella Steward", "zh-hans": "管家"}
        Moved, part = messages.Moved, RequestPartFactory(request=request)
        handlers = LeaveFactory(person=HandlerFactory(department=part.department), substitute=leave.second)
        with translation.override(language):
            said = [
                *(messages.entered(leave, each) for each in (leave.person, leave.substitute, leave.second) if each),
                *(messages.cancelled(leave, leave.person), messages.nobody_stands_in(leave)),
                *(messages.handed_over(leave, Moved(*counts)) for counts in ((1, 0), (3, 0), (0, 1), (2, 4))),
                *(messages.handed_back(leave, Moved(*counts)) for counts in ((0, 0), (1, 0), (3, 1), (0, 2))),
                *(messages.falls_to_department(request, event), messages.part_falls_to_you(part)(request, event)),
                *(messages.entered(handlers, leave.person), messages.nobody_stands_in(handlers)),
                *(messages.answers_meanwhile(request, event), messages.is_back(request, event)),
                messages.term_ends(Stewardship.objects.get(pk=stewardship.pk)),
            ]
        for text in said:
            assert text.subject
            assert text.body
            assert text.url.startswith(f"/{language}/")
            assert "%(" not in text.subject + text.body
        assert len({text.subject + text.body for text in said}) == len(said)

    def test_nothing_to_say(self) -> None:
        assert messages.stand_in_words({}) == messages.why_nobody({}) == ""

    def test_why_nobody_counts_the_obstacles(self) -> None:
        kept = {**choice("nobody-fits"), "counts": {"full": 2, "away": 1}}
        assert messages.why_nobody({"choice": kept}).endswith("In the rotation: no room: 2; away: 1.")


@pytest.mark.django_db
class TestRules:
    @pytest.mark.parametrize(
        ("roles", "active", "allowed"),
        [
            (["steward"], True, (1, 1)),
            (["steward"], False, (0, 0)),
            (["handler"], True, (1, 0)),
            (["editor"], True, (0, 0)),
        ],
    )
    def test_for_people_of_the_desk_who_work_here(
        self, roles: list[str], active: bool, allowed: tuple[int, int]
    ) -> None:
        admin, person = UserFactory(roles=["admin"]), UserFactory(roles=roles, is_active=active)
        verdicts = (rules.may_enter_leave(admin, person), rules.may_keep_profile(admin, person))
        assert tuple(map(bool, verdicts)) == tuple(map(bool, allowed))

    def test_a_profile_is_the_service_centres(self) -> None:
        person = StewardFactory()
        verdict = rules.may_keep_profile(person, person)
        assert isinstance(verdict, Denied)
        assert rules.may_enter_leave(person, person)

    @pytest.mark.parametrize(("starts", "ends", "allowed"), [(0, 5, False), (1, 4, False), (-1, 5, True), (0, 6, True)])
    def test_a_substitute_may_be_away_for_a_part(self, starts: int, ends: int, allowed: bool) -> None:
        today = local_day()
        away = LeaveFactory(starts_on=today, ends_on=today + timedelta(days=5))
        days = (today + timedelta(days=starts), today + timedelta(days=ends))
        assert bool(rules.may_stand_in(StewardFactory(), away.person, *days)) == allowed


@pytest.mark.parametrize(
    ("least", "most", "holes", "away", "tone", "said", "missing"),
    [
        (0, 0, ["A", "B"], False, "bad", "no one", ""),
        (0, 3, ["A"], False, "bad", "gaps", "nobody for: A"),
        (0, 3, ["A", "B", "C", "D"], False, "bad", "gaps", "nobody for 4 industries"),
        (1, 1, [], False, "warn", "1 person", ""),
        (1, 4, [], False, "warn", "1 to 4 people", ""),
        (2, 2, [], False, "ok", "2 people", ""),
        (2, 2, [], True, "bad", "all are away today", ""),
    ],
)
def test_a_cell_speaks_in_words(
    least: int, most: int, holes: list[str], away: bool, tone: str, said: str, missing: str
) -> None:
    cell = Cell("type-help", "Help", least, most, holes, away)
    assert (cell.tone, cell.words, cell.missing) == (tone, said, missing)


@pytest.mark.parametrize(("open_", "capacity", "quarter"), [(0, 30, 0), (7, 30, 0), (8, 30, 1), (29, 30, 3), (1, 1, 4)])
def test_quarters_of_a_desk(open_: int, capacity: int, quarter: int) -> None:
    assert Candidate(key=1, person=None, open=open_, capacity=capacity).quarter == quarter


@pytest.mark.django_db
def test_cards_say_what_a_steward_takes() -> None:
    plain, busy = StewardFactory(), StewardProfileFactory(types=["help"], capacity=1).person
    accepted(steward=busy)
    HelpRequestFactory()
    first, second = presenting.cards([plain, busy])
    assert (first.in_rotation, first.is_full, first.takes) == (False, False, ["Chinese"])
    assert (second.in_rotation, second.is_full, second.takes) == (True, True, ["Chinese, English", "Help"])
