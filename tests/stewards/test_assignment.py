"""To whom a request goes when it comes in, on real rows: steward, substitute, rotation, service centre."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.core.access import Refused
from portal.core.calendar import local_day
from stewards import workflow
from stewards.acts import Act
from stewards.assignment import finding, profiles, queries
from stewards.assignment.messages import stand_in_words, why_nobody
from stewards.assignment.rotation import assign_by_turn
from stewards.assignment.words import why
from stewards.models import HelpRequest, RequestCategory, StandIn, StewardProfile
from stewards.reminding.sweep import sweep
from stewards.transitions import Verb
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.assignment import LeaveFactory, StewardProfileFactory, rotation
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, ParkFactory, SubdistrictFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted
from tests.stewards.scene import Scene, last_mail, mails
from tests.stewards.test_concurrency import at_once

pytestmark = pytest.mark.django_db


def sent(scene: Scene, **words: Any) -> tuple[HelpRequest, Any]:
    """A request of the scene's owner, and the event of its coming in."""
    asked = workflow.submit(scene.draft(**words), by=scene.owner)
    return asked, asked.events.get(kind="submitted")


def place(request: HelpRequest) -> finding.Found:
    """What `submit` does, without the rest of it."""
    with transaction.atomic():
        act = Act(Verb.SUBMIT, request, request.asker)
        found = finding.place(act)
        act.save()
    return found


@pytest.fixture
def nobody(scene: Scene) -> Scene:
    """The enterprise has no steward."""
    scene.enterprise.stewardships.all().delete()
    return scene


class TestBySteward:
    @pytest.mark.parametrize(
        ("scope", "words"),
        [
            ("enterprise", "Service steward of this enterprise."),
            ("park", "Service steward of the enterprise's park or building."),
            ("subdistrict", "Service steward of the enterprise's subdistrict."),
        ],
    )
    def test_the_steward_has_it_and_the_reason_is_kept(self, nobody: Scene, scope: str, words: str) -> None:
        places: dict[str, Any] = {"park": ParkFactory(), "subdistrict": SubdistrictFactory()}
        for name, value in places.items():
            setattr(nobody.enterprise, name, value)
        nobody.enterprise.save()
        covered = {"enterprise": None, scope: places.get(scope, nobody.enterprise)}
        StewardshipFactory(steward=nobody.second, scope=scope, **covered)
        StewardProfileFactory(person=nobody.steward)
        asked, event = sent(nobody)
        assert (asked.steward, asked.handler, asked.state) == (nobody.second, nobody.second, "assigned")
        assert why(event.data).reasons == [words]  # type: ignore[union-attr]

    def test_while_away_the_substitute_answers_and_everybody_knows(self, scene: Scene) -> None:
        leave = LeaveFactory(person=scene.steward, substitute=scene.second)
        asked, event = sent(scene)
        assert (asked.steward, asked.handler) == (scene.steward, scene.second)
        assert asked.department == scene.second.department
        assert StandIn.objects.get(request=asked, until=None).leave == leave
        assert [kind for kind, _state in mails(scene.second)] == ["request.submitted"]
        assert mails(scene.steward) == []
        told = "Stella Steward is away until"
        assert told in last_mail(scene.owner).body
        assert "Meanwhile Sam Second answers." in last_mail(scene.owner).body
        assert told in last_mail(scene.second).body
        assert "Answers in place of Stella Steward" in why(event.data).reasons[0]  # type: ignore[union-attr]
        workflow.answer(workflow.accept(asked, by=scene.second), by=scene.second, text="Apply online.")

    def test_who_answers_meanwhile_can_be_called(self, scene: Scene) -> None:
        LeaveFactory(person=scene.second, substitute=scene.steward)
        scene.enterprise.stewardships.update(steward=scene.second)
        _asked, event = sent(scene)
        assert stand_in_words(event.data).endswith("Meanwhile Stella Steward answers, telephone 021-5555 0101.")

    @pytest.mark.parametrize("first", ["away", "left", "no steward"])
    def test_a_substitute_who_is_not_there_is_followed_by_the_second(self, scene: Scene, first: str) -> None:
        gone = StewardFactory(is_active=first != "left", roles=["handler"] if first == "no steward" else ["steward"])
        if first == "away":
            LeaveFactory(person=gone, substitute=scene.steward)  # whose substitute is away: no circles
        LeaveFactory(person=scene.steward, substitute=gone, second=scene.second)
        assert sent(scene)[0].handler == scene.second

    @pytest.mark.parametrize("named", [False, True])
    def test_without_anybody_there_it_goes_to_the_service_centre(self, scene: Scene, named: bool) -> None:
        gone = LeaveFactory(substitute=scene.second).person if named else None
        LeaveFactory(person=scene.steward, substitute=gone)
        StewardProfileFactory(person=scene.second)  # the rotation is for requests without a steward
        asked, _event = sent(scene)
        assert (asked.state, asked.steward) == ("submitted", None)
        assert "Stella Steward, the steward, is away until" in last_mail(scene.admin).body
        assert last_mail(scene.admin).state == "queued"

    @pytest.mark.parametrize(("starts", "ends"), [(-9, -1), (1, 5)])
    def test_a_leave_that_is_over_or_to_come_changes_nothing(self, scene: Scene, starts: int, ends: int) -> None:
        days = {"starts_on": local_day() + timedelta(days=starts), "ends_on": local_day() + timedelta(days=ends)}
        LeaveFactory(person=scene.steward, substitute=scene.second, **days)
        assert sent(scene)[0].handler == scene.steward

    def test_opened_again_while_the_steward_is_away(self, scene: Scene) -> None:
        asked = scene.request("answered")
        LeaveFactory(person=scene.steward, substitute=scene.second)
        asked = workflow.reopen(asked, by=scene.owner, reason="Not settled.")
        assert (asked.steward, asked.handler) == (scene.steward, scene.second)
        assert last_mail(scene.second).kind == "request.reopened"
        assert StandIn.objects.filter(request=asked, person=scene.second, until=None).exists()

    def test_who_has_not_accepted_it_is_reminded_not_the_one_who_is_away(self, scene: Scene) -> None:
        LeaveFactory(person=scene.steward, substitute=scene.second)
        asked, _event = sent(scene)
        HelpRequest.objects.filter(pk=asked.pk).update(assigned_at=timezone.now() - timedelta(days=9))
        sweep()
        reminded = asked.reminders.filter(rule__code="unaccepted")
        assert list(reminded.values_list("recipient", flat=True)) == [scene.second.pk]

    def test_the_substitute_acts_and_the_steward_reads_along(self, scene: Scene) -> None:
        LeaveFactory(person=scene.steward, substitute=scene.second)
        asked, _event = sent(scene)
        asked = workflow.contact(workflow.accept(asked, by=scene.second), by=scene.second, text="Good morning.")
        assert asked in HelpRequest.objects.on_desk_of(scene.second)
        assert asked in HelpRequest.objects.on_desk_of(scene.steward)
        workflow.reply(asked, by=scene.owner, text="Since May.")
        assert last_mail(scene.second).kind == "request.replied"


class TestByRotation:
    def test_nobody_in_the_rotation(self, nobody: Scene) -> None:
        StewardProfileFactory(in_rotation=False)
        StewardProfileFactory(person__is_active=False)
        StewardProfileFactory(person__roles=["handler"])
        asked, event = sent(nobody)
        assert (asked.state, asked.steward) == ("submitted", None)
        assert "nobody takes part in the rotation" in why_nobody(event.data)

    def test_whoever_fits_has_it_and_is_told_why(self, nobody: Scene) -> None:
        sinologist = StewardProfileFactory(languages=["zh-hans"]).person
        english = StewardProfileFactory().person
        asked, event = sent(nobody, language="en")
        assert (asked.steward, asked.handler, asked.state) == (english, english, "assigned")
        assert asked.department == english.department
        told = why(event.data)
        assert told is not None
        assert "Writes in the language of the request: English." in told.reasons
        assert told.others == [(sinologist.name, "does not write in the language of the request: English")]
        assert last_mail(english).state == "queued"

    def test_the_facts_of_the_request_are_asked(self, scene: Scene) -> None:
        upper = RequestCategory.objects.create(name_en="Money")
        lower = RequestCategory.objects.create(name_en="Rent", parent=upper)
        enterprise = EnterpriseFactory(
            industry=IndustryFactory(code="I65"), subdistrict=SubdistrictFactory(), park=ParkFactory()
        )
        wanted = queries.wanted_of(HelpRequestFactory(enterprise=enterprise, category=lower))
        assert (wanted.type, wanted.category, wanted.subject, wanted.language) == ("help", lower.pk, upper.pk, "en")
        assert (wanted.subdistrict, wanted.park, wanted.industry) == ("310109014", "fictional-park", "I")

    def test_when_nobody_can_the_service_centre_hears_why(self, nobody: Scene) -> None:
        rotation(2, languages=["zh-hans"])
        LeaveFactory(person=rotation(1)[0])
        asked, event = sent(nobody)
        assert asked.state == "submitted"
        assert "away: 1; do not write in its language: 2" in why_nobody(event.data)
        assert "do not write in its language: 2" in last_mail(nobody.admin).body

    def test_many_who_were_passed_over_are_counted(self, nobody: Scene) -> None:
        rotation(finding.MOST_KEPT + 3)
        _asked, event = sent(nobody)
        told = why(event.data)
        assert told is not None
        assert (len(told.others), told.more) == (finding.MOST_KEPT, 2)

    def test_forty_two_requests_over_five_people_differ_by_one_at_most(self) -> None:
        people = rotation(5, capacity=100)
        away = LeaveFactory(person=rotation(1, capacity=100)[0]).person
        asker, now, due = UserFactory(), timezone.now(), local_day()
        rows = HelpRequest.objects.bulk_create(
            HelpRequest(number=f"R-{n}", asker=asker, state="submitted", submitted_at=now, due_on=due, subject="S")
            for n in range(42)
        )
        assert all(place(row) for row in rows)
        carried = Counter(HelpRequest.objects.values_list("steward", flat=True))
        assert set(carried) == {each.pk for each in people}
        assert away.pk not in carried
        assert max(carried.values()) - min(carried.values()) <= 1

    def test_a_full_desk_gets_nothing_more(self, nobody: Scene) -> None:
        full, free = rotation(2, capacity=2)
        for _n in range(2):
            accepted(steward=full)
        accepted(steward=full, number="x").delete()
        assert sent(nobody)[0].steward == free

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_a_fixed_number_of_queries(self, count: int, django_assert_num_queries: Any) -> None:
        rotation(count)
        request = HelpRequestFactory()
        with django_assert_num_queries(11):
            assert place(HelpRequest.objects.select_related("enterprise", "asker").get(pk=request.pk))


class TestByTheServiceCentre:
    def test_the_rotation_chooses_for_one_that_waits(self, nobody: Scene) -> None:
        asked, _event = sent(nobody)
        person = rotation(1)[0]
        done = assign_by_turn(asked, by=nobody.admin, seen=asked.lock_version)
        assert (done.steward, done.state) == (person, "assigned")
        assert why(done.events.get(kind="assigned").data).reasons  # type: ignore[union-attr]

    def test_with_nobody_to_take_it_the_reason_is_told(self, nobody: Scene) -> None:
        asked, _event = sent(nobody)
        with pytest.raises(Refused, match="nobody takes part"):
            assign_by_turn(asked, by=nobody.admin)
        rotation(1, languages=["zh-hans"])
        with pytest.raises(Refused, match="do not write in its language: 1"):
            assign_by_turn(asked, by=nobody.admin)

    def test_somebody_else_may_not(self, nobody: Scene) -> None:
        asked, _event = sent(nobody)
        turns = [StewardProfile.objects.get(person=each).turn for each in rotation(1)]
        with pytest.raises(Refused, match="Only the service centre"):
            assign_by_turn(asked, by=nobody.second)
        assert [each.turn for each in StewardProfile.objects.all()] == turns


class TestProfiles:
    FACTS: dict[str, Any] = {
        "in_rotation": True, "types": ["help"], "categories": [], "subdistricts": [], "parks": [],
        "industries": ["I"], "languages": ["en"], "capacity": 5,
    }  # fmt: skip

    def test_the_service_centre_keeps_them(self, scene: Scene) -> None:
        StewardProfileFactory(turn=7)
        kept = profiles.keep(scene.second, by=scene.admin, **self.FACTS)
        assert (kept.types, kept.industries, kept.capacity) == (["help"], ["I"], 5)
        assert kept.turn == 7  # who is new waits like the one who had a request last
        profiles.keep(scene.second, by=scene.admin, **{**self.FACTS, "capacity": 6})
        assert StewardProfile.objects.get(person=scene.second).capacity == 6

    def test_nobody_else_does(self, scene: Scene) -> None:
        for by, person in [(scene.second, scene.second), (scene.admin, scene.handler)]:
            with pytest.raises(Refused):
                profiles.keep(person, by=by, **self.FACTS)
        with pytest.raises(Refused, match="language"):
            profiles.keep(scene.second, by=scene.admin, **{**self.FACTS, "languages": []})
        assert not StewardProfile.objects.exists()

    def test_languages_are_the_persons_own(self, scene: Scene) -> None:
        assert not profiles.set_languages(by=scene.second, languages=["en"]).in_rotation
        StewardProfile.objects.update(in_rotation=True, capacity=4)
        profiles.set_languages(by=scene.second, languages=["en", "zh-hans"])
        kept = StewardProfile.objects.get()
        assert (kept.languages, kept.in_rotation, kept.capacity) == (["en", "zh-hans"], True, 4)
        for by, languages in [(scene.handler, ["en"]), (scene.second, [])]:
            with pytest.raises(Refused):
                profiles.set_languages(by=by, languages=languages)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_have_one_owner_each_and_nobody_two_more_than_another() -> None:
    people = {each.pk for each in rotation(5)}
    asker, now = UserFactory(), timezone.now()
    drafts = HelpRequest.objects.bulk_create(
        HelpRequest(asker=asker, subject=f"S{n}", body="B", created_at=now) for n in range(20)
    )
    results = at_once(*[lambda draft=draft: workflow.submit(draft, by=asker) for draft in drafts])
    assert [result for result in results if not isinstance(result, HelpRequest)] == []
    stored = list(HelpRequest.objects.all())
    assert {each.steward_id for each in stored} == people
    assert all(each.handler_id == each.steward_id and each.state == "assigned" for each in stored)
    assert set(Counter(each.steward_id for each in stored).values()) == {4}
    assert len({each.number for each in stored}) == 20
    assert asker.messages_received.filter(kind="request.submitted").count() == 20
