"""Fair turns among equals, and who covers which place: overlapping, ended, away, gone; lists that do not stop."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from enterprises.models import Park, Subdistrict
from portal.core.calendar import local_day
from stewards import workflow
from stewards.assignment import coverage, leaves, profiles, queries
from stewards.assignment.choosing import Candidate, Wanted, choose
from stewards.models import HelpRequest, StewardProfile
from stewards.queries import current_stewardships, steward_of
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory, StewardProfileFactory, rotation
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, ParkFactory, SubdistrictFactory
from tests.factories.stewards import StewardshipFactory
from tests.stewards.scene import Scene

AsUser = Callable[[Any], Client]
PLACES = "/en/centre/stewards/places/"
WANTED = Wanted("help", language="zh-hans")


def day(offset: int) -> date:
    return local_day() + timedelta(days=offset)


def people(count: int, **facts: Any) -> list[Candidate]:
    return [Candidate(key=key, person=key, capacity=500, **facts) for key in range(count)]


def given_out(all_of_them: list[Candidate], wanted: list[Wanted], first: int = 1) -> list[int]:
    """Who got each of the requests, one after the other, nothing being answered meanwhile."""
    found = []
    for turn, each in enumerate(wanted, first):
        chosen = choose(all_of_them, each).person
        found.append(chosen)
        all_of_them[chosen] = replace(all_of_them[chosen], open=all_of_them[chosen].open + 1, turn=turn)
    return found


class TestFair:
    @settings(max_examples=20)
    @given(st.integers(1, 6), st.integers(0, 60))
    def test_equals_are_never_more_than_one_apart(self, count: int, requests: int) -> None:
        """Not at the end alone: after every single request."""
        counts = Counter(dict.fromkeys(range(count), 0))
        for person in given_out(people(count), [WANTED] * requests):
            counts[person] += 1
            assert max(counts.values()) - min(counts.values()) <= 1

    @settings(max_examples=15)
    @given(st.lists(st.sampled_from(["zh-hans", "en"]), max_size=60))
    def test_nobody_gets_what_they_cannot_write(self, languages: list[str]) -> None:
        """Two write English; who writes Chinese alone never gets an English one, and the two stay one apart in them."""
        both = frozenset({"zh-hans", "en"})
        crew = [
            *people(2, languages=both),
            *(replace(each, key=each.key + 2, person=each.key + 2) for each in people(2)),
        ]
        got = given_out(crew, [replace(WANTED, language=language) for language in languages])
        english = Counter(person for person, language in zip(got, languages, strict=True) if language == "en")
        assert set(english) <= {0, 1}
        if "zh-hans" not in languages:
            assert abs(english[0] - english[1]) <= 1

    @settings(max_examples=15)
    @given(st.integers(2, 5), st.integers(1, 40), st.integers(1, 20))
    def test_who_comes_back_from_leave_is_not_flooded(self, count: int, before: int, after: int) -> None:
        """They have waited longest, so the next one is theirs; then they wait their turn like everybody."""
        crew = people(count)
        crew[0] = replace(crew[0], away_until=day(3))
        assert 0 not in given_out(crew, [WANTED] * before)
        crew = [replace(each, away_until=None, open=0) for each in crew]  # the others have answered theirs
        got = given_out(crew, [WANTED] * after, first=before + 1)
        assert got[0] == 0
        counts = Counter(dict.fromkeys(range(count), 0)) + Counter(got)
        assert max(counts.values()) - min(counts[key] for key in range(count)) <= 1

    @settings(max_examples=15)
    @given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
    def test_a_fuller_desk_never_comes_before_an_emptier_one(self, loads: list[int]) -> None:
        crew = [
            replace(each, open=load, capacity=40, turn=-load)
            for each, load in zip(people(len(loads)), loads, strict=True)
        ]
        best = choose(crew, WANTED).person
        able = [each for each in crew if each.open < each.capacity]
        assert (best is None) == (not able)
        if able:
            assert crew[best].quarter == min(each.quarter for each in able)


@pytest.mark.django_db
class TestTurns:
    def test_through_the_door(self, scene: Scene) -> None:
        """Seven requests over three equals, one of them away for three of them."""
        scene.enterprise.stewardships.all().delete()
        crew = rotation(3)
        leave = None
        for n in range(7):
            if n == 3:
                leave = LeaveFactory(person=crew[0])
            if n == 6 and leave is not None:
                leaves.end(leave, by=crew[0])
            workflow.submit(scene.draft(subject=f"Rent {n}"), by=scene.owner)
        got = list(HelpRequest.objects.order_by("pk").values_list("steward", flat=True))
        assert set(got[:3]) == {person.pk for person in crew}
        assert crew[0].pk not in got[3:6]
        assert got[6] == crew[0].pk
        assert sorted(Counter(got).values()) == [2, 2, 3]

    def test_who_is_new_waits_like_the_one_who_had_the_last(self, admin_user: Any) -> None:
        StewardProfileFactory(turn=41)
        facts = {"in_rotation": True, "types": [], "categories": [], "subdistricts": [], "parks": [], "industries": []}
        new = profiles.keep(StewardFactory(), by=admin_user, languages=["en"], capacity=5, **facts)
        assert new.turn == 41

    @pytest.mark.parametrize(
        "facts",
        [{"roles": ["handler"]}, {"roles": []}, {"is_active": False}],
        ids=["handler now", "no role", "left"],
    )
    def test_only_who_works_here_as_a_steward(self, facts: dict[str, Any]) -> None:
        StewardProfileFactory(person=UserFactory(**{"roles": ["steward"], **facts}))
        assert not queries.candidates()
        assert coverage.board().people == 0


@pytest.mark.django_db
class TestStewardships:
    @pytest.mark.parametrize(
        ("facts", "counts"),
        [
            ({}, True),
            ({"roles": []}, False),
            ({"roles": ["handler"]}, False),
            ({"roles": ["handler", "steward"]}, True),
            ({"is_active": False}, False),
        ],
    )
    def test_of_people_without_the_role_do_not_count(self, facts: dict[str, Any], counts: bool) -> None:
        held = StewardshipFactory(steward=UserFactory(**{"roles": ["steward"], **facts}))
        assert current_stewardships().filter(pk=held.pk).exists() is counts
        assert (steward_of(held.enterprise) is not None) is counts

    def test_the_narrowest_and_among_those_the_latest(self, subtests: pytest.Subtests) -> None:
        park, place = ParkFactory(), SubdistrictFactory()
        enterprise = EnterpriseFactory(park=park, subdistrict=place)
        order = [
            {"scope": "subdistrict", "subdistrict": place, "starts_on": day(-5)},
            {"scope": "subdistrict", "subdistrict": place, "starts_on": day(-3)},
            {"scope": "park", "park": park, "starts_on": day(-9)},
            {"scope": "park", "park": park, "starts_on": day(-8), "ends_on": day(0)},
            {"scope": "enterprise", "enterprise": enterprise, "starts_on": day(-20), "ends_on": day(0)},
        ]
        for facts in order:
            with subtests.test(**{key: str(value) for key, value in facts.items()}):
                held = StewardshipFactory(**{"enterprise": None, **facts})
                found = steward_of(enterprise)
                assert found is not None
                assert found.pk == held.pk
        for ended, later in ((0, 4), (1, 2)):
            found = steward_of(enterprise, day(ended))
            assert found is not None
            assert found.starts_on == order[later]["starts_on"]

    @pytest.mark.parametrize(
        ("begins", "ends", "alert"),
        [(6, None, False), (7, None, True), (1, None, False), (-9, 5, True), (-9, 6, False), (20, 90, True)],
        ids=["the day after", "a day's gap", "before", "the same end", "a day longer", "weeks later"],
    )
    def test_a_term_that_ends_before_the_next_begins(self, begins: int, ends: int | None, alert: bool) -> None:
        """A successor is one from the very next day on; a gap of days is told like no successor."""
        ending = StewardshipFactory(ends_on=day(5))
        last = day(ends) if ends is not None else None
        StewardshipFactory(enterprise=ending.enterprise, starts_on=day(begins), ends_on=last)
        assert (ending in queries.ending_terms()) is alert

    def test_a_successor_who_is_no_steward_any_more(self) -> None:
        ending = StewardshipFactory(ends_on=day(5))
        StewardshipFactory(enterprise=ending.enterprise, starts_on=day(6), steward=UserFactory(roles=["handler"]))
        assert ending in queries.ending_terms()


@pytest.mark.django_db
class TestBoard:
    @pytest.fixture
    def east(self) -> Any:
        IndustryFactory(code="I", name_en="Software")
        return SubdistrictFactory(code="310109014", name_en="East")

    def test_overlapping_stewards_of_a_place(self, east: Any) -> None:
        for starts, ends, name in ((-9, None, "Old"), (-3, None, "New"), (-1, -1, "Ended"), (2, None, "Coming")):
            StewardshipFactory(
                enterprise=None, scope="subdistrict", subdistrict=east, starts_on=day(starts),
                ends_on=day(ends) if ends is not None else None, steward=StewardFactory(name_en=name),
            )  # fmt: skip
        assert [row.steward.name for row in coverage.board().rows] == ["New"]

    @pytest.mark.parametrize("away", [True, False])
    def test_a_steward_who_is_away_today(self, east: Any, as_user: AsUser, admin_user: Any, away: bool) -> None:
        held = StewardshipFactory(enterprise=None, scope="subdistrict", subdistrict=east)
        if away:
            LeaveFactory(person=held.steward)
        assert (coverage.board().rows[0].away_until == day(7)) is away
        page = as_user(admin_user).get("/en/centre/stewards/coverage/").content.decode()
        assert f"steward: {held.steward.name}" in page
        assert ("away until" in page) is away

    def test_a_cell_in_words(self, east: Any, subtests: pytest.Subtests) -> None:
        crews: list[tuple[list[dict[str, Any]], str, str]] = [
            ([], "no one", "bad"),
            ([{}], "1 person", "warn"),
            ([{}, {}], "2 people", "ok"),
            ([{}, {"industries": ["I"]}], "2 people", "ok"),
            ([{"industries": ["J"]}], "no one", "bad"),
            ([{"subdistricts": ["310109017"]}], "no one", "bad"),
            ([{"away": True}], "all are away today", "bad"),
            ([{"away": True}, {}], "2 people", "ok"),
            ([{"in_rotation": False}], "no one", "bad"),
        ]
        for crew, words, tone in crews:
            StewardProfile.objects.all().delete()
            with subtests.test(crew=str(crew)):
                for facts in crew:
                    profile = StewardProfileFactory(**{key: value for key, value in facts.items() if key != "away"})
                    if facts.get("away"):
                        LeaveFactory(person=profile.person)
                cell = coverage.board().rows[0].cells[0]
                assert (cell.words, cell.tone) == (words, tone)


@pytest.mark.django_db
class TestLongLists:
    @pytest.fixture
    def parks(self) -> list[Park]:
        return Park.objects.bulk_create(Park(slug=f"p{n:03}", name_en=f"Park {n:03}") for n in range(305))

    def test_a_profile_keeps_a_park_far_down_the_list(
        self, parks: list[Park], as_user: AsUser, admin_user: Any
    ) -> None:
        profile = StewardProfileFactory(parks=["p304"])
        url = f"/en/centre/stewards/profiles/{profile.person_id}/"
        client = as_user(admin_user)
        page = client.get(url).content.decode()
        assert page.count('name="parks"') == 305
        typed = {"capacity": 30, "languages": ["en"], "parks": ["p304", "p001"]}
        assert client.post(url, typed).status_code == 302
        assert StewardProfile.objects.get().parks == ["p304", "p001"]

    def test_every_place_is_on_some_page(self, parks: list[Park], as_user: AsUser, admin_user: Any) -> None:
        client, seen, url = as_user(admin_user), set(), PLACES
        StewardshipFactory(enterprise=None, scope="park", park=parks[304], steward=StewardFactory(name_en="Last One"))
        for _page in range(20):
            response = client.get(url)
            seen |= {row["place"].pk for row in response.context["rows"]}
            if not response.context["page"].next_cursor:
                break
            url = f"{PLACES}?cursor={response.context['page'].next_cursor}"
        assert len(seen) == 305
        assert "Last One" in response.content.decode()

    def test_subdistricts_have_a_list_of_their_own(self, as_user: AsUser, admin_user: Any) -> None:
        Subdistrict.objects.bulk_create(
            Subdistrict(code=f"{n:09}", name_en=f"Subdistrict {n}", name_zh_hans=f"{n}街道") for n in range(3)
        )
        ParkFactory(name_en="Harbour Park")
        client = as_user(admin_user)
        page = client.get(f"{PLACES}?kind=subdistrict").content.decode()
        assert "Subdistrict 2" in page
        assert "Harbour Park" not in page
        assert "2街道" in client.get("/zh-hans/centre/stewards/places/?kind=subdistrict").content.decode()
        named = {"steward": StewardFactory().pk, "starts_on": local_day().isoformat()}
        done = client.post("/en/centre/stewards/subdistrict/000000001/", named)
        assert done.headers["Location"] == f"{PLACES}?kind=subdistrict"

    @pytest.mark.parametrize("query", ["kind=moon", "cursor=x", "cursor=" + "9" * 3000])
    def test_odd_addresses(self, as_user: AsUser, admin_user: Any, query: str) -> None:
        assert as_user(admin_user).get(f"{PLACES}?{query}").status_code == 200

    @pytest.mark.parametrize("count", [1, 30])
    def test_a_fixed_number_of_queries(
        self, as_user: AsUser, admin_user: Any, count: int, django_assert_num_queries: Any
    ) -> None:
        for park in Park.objects.bulk_create(Park(slug=f"p{n}", name_en=f"Park {n}") for n in range(count)):
            StewardshipFactory(enterprise=None, scope="park", park=park)
        client = as_user(admin_user)
        client.get(PLACES)
        with django_assert_num_queries(4):  # session, person, places, their stewards
            client.get(PLACES)
