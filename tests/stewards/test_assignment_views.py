"""The pages on leave, profiles and coverage, and what other pages show of them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal.core.calendar import local_day
from stewards import workflow
from stewards.assignment import coverage
from stewards.assignment.choosing import Wanted
from stewards.models import HelpRequest, Leave, RequestCategory, StewardProfile
from tests.factories.accounts import StewardFactory
from tests.factories.assignment import LeaveFactory, StewardProfileFactory, rotation
from tests.factories.enterprises import IndustryFactory, SubdistrictFactory
from tests.factories.stewards import StewardshipFactory
from tests.stewards.scene import Scene

AsUser = Callable[[Any], Client]
DESK, CENTRE = "/en/desk/leave/", "/en/centre/stewards/profiles/"
pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def days(starts: int, ends: int) -> dict[str, str]:
    today = local_day()
    return {
        "starts_on": (today + timedelta(days=starts)).isoformat(),
        "ends_on": (today + timedelta(days=ends)).isoformat(),
    }


class TestOwnLeave:
    def test_entered_seen_and_ended(self, scene: Scene, as_user: AsUser) -> None:
        client = as_user(scene.steward)
        done = client.post(DESK, {**days(0, 4), "substitute": scene.second.pk}, follow=True)
        assert "The leave of Stella Steward is entered." in text(done)
        assert "Sam Second" in text(done)
        assert "I stand in for" in text(as_user(scene.second).get(DESK))
        assert 'href="/en/desk/leave/"' in text(client.get("/en/desk/"))
        done = client.post(f"{DESK}{Leave.objects.get().pk}/end/", follow=True)
        assert "The leave is ended." in text(done)
        assert "Back early" not in text(done)

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({**days(4, 1)}, "ends on the day it begins or later"),
            ({"starts_on": "31/31/2026", "ends_on": ""}, "Enter a valid date"),
            ({**days(0, 3), "substitute": "999999"}, "Select a valid choice"),
            ({**days(0, 3), "substitute": "x' --"}, "Select a valid choice"),
            ({**days(0, 3), "hand_over": "on"}, "Name the substitute"),
        ],
    )
    def test_what_cannot_be_comes_back(self, scene: Scene, as_user: AsUser, typed: Any, words: str) -> None:
        response = as_user(scene.steward).post(DESK, typed)
        assert words in text(response)
        assert not Leave.objects.exists()

    def test_one_is_no_substitute_of_oneself(self, scene: Scene, as_user: AsUser) -> None:
        response = as_user(scene.steward).post(DESK, {**days(0, 3), "substitute": scene.steward.pk})
        assert "Select a valid choice" in text(response)

    def test_somebody_elses_leave_is_not_there(self, scene: Scene, as_user: AsUser) -> None:
        leave = LeaveFactory(person=scene.steward)
        assert as_user(scene.second).post(f"{DESK}{leave.pk}/end/").status_code == 404
        assert as_user(scene.admin).post(f"{DESK}{leave.pk}/end/").headers["Location"] == f"{CENTRE}{scene.steward.pk}/"
        again = as_user(scene.admin).post(f"{DESK}{leave.pk}/end/", follow=True)
        assert "This leave is over." in text(again)

    def test_languages(self, scene: Scene, as_user: AsUser) -> None:
        client = as_user(scene.steward)
        client.post(f"{DESK}languages/", {"languages": ["en", "zh-hans"]})
        assert StewardProfile.objects.get().languages == ["en", "zh-hans"]
        for wrong in ({}, {"languages": ["de"]}):
            assert "Choose at least one language." in text(client.post(f"{DESK}languages/", wrong, follow=True))
        assert StewardProfile.objects.get().languages == ["en", "zh-hans"]


class TestCentre:
    FORM: dict[str, Any] = {"in_rotation": "on", "capacity": "12", "languages": ["en"], "types": ["help"]}

    def test_a_profile_is_kept_and_shown(self, scene: Scene, as_user: AsUser) -> None:
        place, category = SubdistrictFactory(), RequestCategory.objects.create(name_en="Premises")
        client = as_user(scene.admin)
        url = f"{CENTRE}{scene.second.pk}/"
        assert "What can be given to this steward" in text(client.get(url))
        typed = {**self.FORM, "subdistricts": [place.pk], "categories": [category.pk]}
        shown = text(client.post(url, typed, follow=True))
        for words in ("is saved", "Help", "Premises", "Jiaxing Road Subdistrict", "0 of 12"):
            assert words in shown
        assert StewardProfile.objects.get().categories == [category.pk]
        assert 'value="12"' in text(client.get(url))

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"capacity": "0"}, "greater than or equal to 1"),
            ({"capacity": "many"}, "whole number"),
            ({"languages": []}, "Choose at least one language."),
            ({"types": ["war"]}, "Select a valid choice"),
        ],
    )
    def test_wrong_input(self, scene: Scene, as_user: AsUser, wrong: Any, words: str) -> None:
        response = as_user(scene.admin).post(f"{CENTRE}{scene.second.pk}/", {**self.FORM, **wrong})
        assert words in text(response)
        assert not StewardProfile.objects.exists()

    def test_leave_for_somebody(self, scene: Scene, as_user: AsUser) -> None:
        client = as_user(scene.admin)
        scene.request("accepted")
        typed = {**days(0, 4), "substitute": scene.second.pk, "hand_over": "on"}
        assert "is entered" in text(client.post(f"{CENTRE}{scene.steward.pk}/leave/", typed, follow=True))
        assert HelpRequest.objects.get().handler == scene.second
        shown = text(client.get("/en/centre/"))
        assert "Away today" in shown
        assert "Sam Second answers" in shown

    @pytest.mark.parametrize(("person", "pages"), [("handler", [404, 200]), ("owner", [404, 404])])
    def test_who_is_no_steward_has_no_page(self, scene: Scene, as_user: AsUser, person: str, pages: list[int]) -> None:
        client, url = as_user(scene.admin), f"{CENTRE}{getattr(scene, person).pk}/"
        assert [client.get(f"{url}{page}").status_code for page in ("", "leave/")] == pages

    def test_what_ends_soon_stands_on_the_overview(self, scene: Scene, as_user: AsUser) -> None:
        scene.enterprise.stewardships.update(ends_on=local_day() + timedelta(days=9))
        for url in ("/en/centre/", "/en/centre/stewards/coverage/"):
            shown = text(as_user(scene.admin).get(url))
            assert "Soon without a steward" in shown
            assert f"/centre/stewards/enterprise/{scene.enterprise.pk}/" in shown

    def test_key_enterprises_without_a_steward_stand_on_the_coverage_page(self, scene: Scene, as_user: AsUser) -> None:
        client, url = as_user(scene.admin), "/en/centre/stewards/coverage/"
        type(scene.enterprise).objects.update(tier="district")
        assert "nobody looks after" not in text(client.get(url))
        scene.enterprise.stewardships.all().delete()
        assert "Key enterprises that nobody looks after: 1." in text(client.get(url))

    def test_the_rotation_takes_what_waits(self, scene: Scene, as_user: AsUser) -> None:
        scene.enterprise.stewardships.all().delete()
        asked = workflow.submit(scene.draft(), by=scene.owner)
        client = as_user(scene.admin)
        typed = {"requests": [asked.number], f"seen-{asked.number}": asked.lock_version, "rotation": "yes"}
        assert "nobody takes part in the rotation" in text(client.post("/en/centre/unassigned/", typed, follow=True))
        person = rotation(1)[0]
        shown = text(client.post("/en/centre/unassigned/", typed, follow=True))
        assert f"{asked.number} is assigned to {person.name}." in shown

    def test_who_is_away_is_marked_where_stewards_are_chosen(self, scene: Scene, as_user: AsUser) -> None:
        scene.enterprise.stewardships.all().delete()
        workflow.submit(scene.draft(), by=scene.owner)
        LeaveFactory(person=scene.second)
        assert "away until" in text(as_user(scene.admin).get("/en/centre/unassigned/"))

    @pytest.mark.parametrize(("path", "queries"), [("stewards/profiles/", 9), ("stewards/coverage/", 11)])
    def test_a_fixed_number_of_queries(
        self, scene: Scene, as_user: AsUser, path: str, queries: int, django_assert_num_queries: Any
    ) -> None:
        SubdistrictFactory()
        client = as_user(scene.admin)
        for more in (1, 2, 27):
            for person in rotation(more):
                LeaveFactory(person=person)
            with django_assert_num_queries(queries):
                client.get(f"/en/centre/{path}")


class TestCoverage:
    @pytest.fixture
    def places(self) -> None:
        for code in ("I", "J", "K"):
            IndustryFactory(code=code, name_en=f"Industry {code}", name_zh_hans=f"行业{code}")
        SubdistrictFactory(code="310109014", name_en="East")
        SubdistrictFactory(code="310109017", name_en="West")

    def cells(self, **asked: str) -> dict[tuple[str, str], tuple[str, str, str]]:
        rows = coverage.board(**asked).rows
        return {
            (row.place.name, cell.subject): (cell.words, cell.tone, cell.missing) for row in rows for cell in row.cells
        }

    def test_holes_are_named(self, places: None) -> None:
        StewardProfileFactory(types=["help"], subdistricts=["310109014"])
        StewardProfileFactory(types=["help"], subdistricts=["310109014"], industries=["I"])
        StewardProfileFactory(types=["report"], industries=["I", "J"])
        LeaveFactory(person=StewardProfileFactory(types=["complaint"]).person)
        found = self.cells()
        assert found["East", "type-help"] == ("1 to 2 people", "warn", "")
        assert found["West", "type-help"] == ("no one", "bad", "")
        assert found["West", "type-report"] == ("gaps", "bad", "nobody for: Industry K")
        assert found["East", "type-complaint"] == ("all are away today", "bad", "")
        assert self.cells(industry="I")["East", "type-help"] == ("2 people", "ok", "")
        assert self.cells(industry="K")["East", "type-report"] == ("no one", "bad", "")

    def test_by_language_and_by_subject(self, places: None) -> None:
        money = RequestCategory.objects.create(name_en="Money")
        RequestCategory.objects.create(name_en="Old", active=False)
        StewardProfileFactory(categories=[money.pk], languages=["zh-hans"])
        assert self.cells(columns="subjects")["East", f"subject-{money.pk}"] == ("1 person", "warn", "")
        assert len(self.cells(columns="subjects")) == 2
        assert self.cells(language="en")["East", "type-help"] == ("no one", "bad", "")

    def test_a_cell_leads_to_the_people(self, places: None, scene: Scene, as_user: AsUser) -> None:
        able, narrow, away, other = (
            StewardProfileFactory(person=StewardFactory(name_en=name), **facts).person
            for name, facts in [
                *(("Able", {}), ("Narrow", {"industries": ["I"]}), ("Gone", {}), ("Other", {"types": ["report"]})),
            ]
        )
        LeaveFactory(person=away)
        client = as_user(scene.admin)
        board = text(client.get("/en/centre/stewards/coverage/"))
        assert "?subject=type-help&amp;place=310109014" in board
        shown = text(client.get("/en/centre/stewards/coverage/?subject=type-help&place=310109014&industry=J"))
        assert shown.index("Can take it today") < shown.index(able.name) < shown.index("Could, but not today")
        assert shown.index(away.name) < shown.index("Why not the others") < shown.index(narrow.name)
        assert "does not take this type of request: Help" in shown
        assert other.name in shown

    def test_holes_of_one_cell(self, places: None) -> None:
        StewardProfileFactory(industries=["I"])
        assert coverage.detail(Wanted(type="help")).holes == [("J", "Industry J"), ("K", "Industry K")]

    @pytest.mark.parametrize("query", ["subject=x&place=310109014", "subject=type-help&place=0", "subject=type-help"])
    def test_what_is_not_there(self, places: None, scene: Scene, as_user: AsUser, query: str) -> None:
        assert as_user(scene.admin).get(f"/en/centre/stewards/coverage/?{query}").status_code == 404

    def test_odd_filters_count_as_not_asked(self, places: None, scene: Scene, as_user: AsUser) -> None:
        response = as_user(scene.admin).get(
            "/en/centre/stewards/coverage/?industry=ZZ&language=xx&columns=" + "y" * 300
        )
        assert response.status_code == 200


class TestElsewhere:
    def test_the_desk_shows_why_to_each_as_it_concerns_them(self, scene: Scene, as_user: AsUser) -> None:
        scene.enterprise.stewardships.all().delete()
        StewardProfileFactory(person=scene.second)
        StewardProfileFactory(person=scene.steward, languages=["zh-hans"])
        asked = workflow.submit(scene.draft(), by=scene.owner)
        own, centre = (text(as_user(each).get(f"/en/desk/{asked.number}/")) for each in (scene.second, scene.admin))
        assert "Why you" in own
        assert "The only person who can take it." in own
        assert "does not write" not in own
        assert "Why this person" in centre
        assert "does not write in the language of the request: English" in centre

    def test_why_nobody_has_it(self, scene: Scene, as_user: AsUser) -> None:
        scene.enterprise.stewardships.all().delete()
        asked = workflow.submit(scene.draft(), by=scene.owner)
        assert "Why nobody has it" in text(as_user(scene.admin).get(f"/en/desk/{asked.number}/"))
        workflow.assign(asked, steward=scene.second, by=scene.admin)
        assert "Why " not in text(as_user(scene.second).get(f"/en/desk/{asked.number}/"))

    def test_the_enterprise_reads_who_answers_meanwhile(self, scene: Scene, as_user: AsUser) -> None:
        client = as_user(scene.owner)
        assert "is away until" not in text(client.get("/en/package/"))
        leave = LeaveFactory(person=scene.steward, substitute=scene.second)
        asked = workflow.submit(scene.draft(), by=scene.owner)
        package, page = text(client.get("/en/package/")), text(client.get(f"/en/requests/{asked.number}/"))
        assert "Stella Steward is away until" in package
        assert "Sam Second" in package
        assert "Meanwhile Sam Second answers." in page
        assert "It is assigned to Sam Second since" in page
        Leave.objects.filter(pk=leave.pk).update(substitute=None)
        assert "Meanwhile the service centre takes your requests." in text(client.get("/en/package/"))

    def test_without_leave_the_pages_say_nothing(self, scene: Scene, as_user: AsUser) -> None:
        StewardshipFactory(steward=scene.second)
        asked = scene.request("accepted")
        assert "Meanwhile" not in text(as_user(scene.owner).get(f"/en/requests/{asked.number}/"))
