"""The pages of visits by role: what they show, what they offer, what they refuse, at how many queries."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from engagement.chasing import sweep
from engagement.models import CalendarFeed, GuardLimit, NotNow, QuietPeriod, Visit
from notices.models import Message
from portal.core.calendar import local_day
from stewards.models import RequestEvent
from tests.factories.accounts import UserFactory
from tests.factories.engagement import Scene, ahead, visit, working
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

As = Callable[[Any], Client]


def text(response: Any) -> str:
    return str(response.content.decode())


def offered(response: Any) -> str:
    """The guard's offer to join, as the page carries it."""
    found = re.search(r'name="offer" value="([^"]+)"', text(response))
    assert found
    return found[1]


def plan_form(**fields: Any) -> dict[str, Any]:
    return {
        "day": ahead().isoformat(), "begins": "10:00", "minutes": "60", "purpose": "Talent policies",
        "place": "1 Fictional Road", "kind": "government", **fields,
    }  # fmt: skip


class TestLists:
    @pytest.mark.parametrize(
        ("tab", "shown"),
        [
            ("mine", "Mine"),
            ("answer", "Wish"),
            ("write-up", "Yesterday"),
            ("past", "Done"),
            ("all", "Mine"),
            ("?", "Mine"),
        ],
    )
    def test_each_tab_holds_its_own(self, scene: Scene, as_user: As, tab: str, shown: str) -> None:
        scene.visit(purpose="Mine")
        scene.visit("requested", purpose="Wish", asked_by="enterprise", turn="government", day=ahead(5))
        scene.visit(purpose="Yesterday", day=local_day() - timedelta(days=1))
        scene.visit("written_up", purpose="Done")
        page = text(as_user(scene.steward).get(reverse("visits:list"), {"tab": tab}))
        assert f">{shown}</a>" in page
        hidden = {"Mine", "Wish", "Yesterday", "Done"} - {shown} - ({"Wish"} if tab in ("mine", "all", "?") else set())
        assert not [word for word in hidden if f">{word}</a>" in page]

    def test_the_number_of_queries_is_constant(self, scene: Scene, as_user: As, django_assert_num_queries: Any) -> None:
        client = as_user(scene.steward)
        for more in (1, 2, 27):
            for _n in range(more):
                visit(EnterpriseFactory(park=ParkFactory()), scene.steward)
            with django_assert_num_queries(7):
                client.get(reverse("visits:list"))

    def test_an_empty_list_leads_on(self, scene: Scene, as_user: As) -> None:
        page = text(as_user(scene.handler).get(reverse("visits:list")))
        assert "No visits here" in page
        assert reverse("visits:choose") in page
        leader = text(as_user(UserFactory(roles=["leader"])).get(reverse("visits:list")))
        assert reverse("visits:choose") not in leader

    def test_a_month(self, scene: Scene, as_user: As) -> None:
        shown = scene.visit()
        scene.visit(organiser=scene.handler, day=ahead(8))
        scene.visit("cancelled", purpose="Gone")
        page = text(as_user(scene.steward).get(reverse("visits:month"), {"day": shown.day.isoformat()}))
        assert page.count(f'href="{reverse("visits:detail", args=[shown.pk])}"') == 1
        assert page.count("10:00") == 1
        for odd in ("nonsense", "0001-01-01", "9999-12-31", ""):
            assert as_user(scene.steward).get(reverse("visits:month"), {"day": odd}).status_code == 200


class TestDayPlan:
    def test_stops_stand_building_by_building_in_the_order_of_time(self, scene: Scene, as_user: As) -> None:
        park, day = ParkFactory(), ahead()
        for enterprise in (scene.enterprise, neighbour := EnterpriseFactory()):
            enterprise.park = park
            enterprise.save(update_fields=["park"])
        visit(neighbour, scene.steward, day=day, clock="13:00", place=park.name, purpose="Third")
        visit(neighbour, scene.steward, day=day, clock="11:00", place=park.name, purpose="Again")
        visit(EnterpriseFactory(), scene.steward, day=day, clock="10:30", place="Elsewhere", purpose="Second")
        visit(scene.enterprise, scene.steward, day=day, clock="10:00", place=f"{park.name}, 5th floor", purpose="First")
        asked = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner)
        page = text(as_user(scene.steward).get(reverse("visits:day"), {"day": day.isoformat()}))
        places = [
            page.index(word)
            for word in ("1. Fictional Park", "First", "2. Elsewhere", "Second", "3. Fictional Park", "Again", "Third")
        ]
        assert places == sorted(places)
        assert page.count("You come back to this building") == 1
        assert "021-5555 0199" in page
        assert asked.number in page
        assert page.count("begins before the visit before has ended") == 2

    def test_nobody_elses_requests_and_a_day_without_visits(self, scene: Scene, as_user: As) -> None:
        foreign = HelpRequestFactory(enterprise=scene.enterprise, state="assigned", steward=scene.steward)
        day = ahead()
        visit(scene.enterprise, scene.handler, day=day)
        page = text(as_user(scene.handler).get(reverse("visits:day"), {"day": day.isoformat()}))
        assert foreign.number not in page
        assert "No visits on this day" in text(as_user(scene.handler).get(reverse("visits:day"), {"day": "x"}))

    def test_an_empty_day_leads_to_the_next_visits(self, scene: Scene, as_user: As) -> None:
        day, url = ahead(), reverse("visits:day")
        client = as_user(scene.steward)
        assert "Nothing is booked after it either." in text(client.get(url))
        visit(scene.enterprise, scene.steward, day=day)
        page = text(client.get(url))
        assert f'href="?day={day}">Next visits: ' in page
        assert "Next visits" not in text(as_user(scene.handler).get(url))

    def test_the_number_of_queries_is_constant(self, scene: Scene, as_user: As, django_assert_num_queries: Any) -> None:
        client, day = as_user(scene.steward), ahead()
        for more in (1, 2, 27):
            for _n in range(more):
                visit(EnterpriseFactory(), scene.steward, day=day)
            with django_assert_num_queries(6):
                client.get(reverse("visits:day"), {"day": day.isoformat()})


class TestPlanning:
    def test_an_enterprise_is_found_by_name_or_code_or_is_ones_own(self, scene: Scene, as_user: As) -> None:
        other = EnterpriseFactory(name_en="Quite Other Ltd", credit_code="91310109KJJCL55G70")
        client = as_user(scene.steward)
        own = text(client.get(reverse("visits:choose")))
        assert scene.enterprise.name_en in own
        assert "Quite Other" not in own
        for words in ("quite oth", "91310109kj"):
            assert reverse("visits:plan", args=[other.pk]) in text(client.get(reverse("visits:choose"), {"q": words}))
        assert "No enterprise found" in text(client.get(reverse("visits:choose"), {"q": "%"}))

    def test_the_reasons_stand_beside_the_days(self, scene: Scene, as_user: As) -> None:
        booked = scene.visit()
        url = reverse("visits:plan", args=[scene.enterprise.pk])
        page = text(as_user(scene.handler).get(url))
        assert "At most one visit a week: there is one on" in page
        assert "Visits lie at least 14 days apart" in page
        chosen = text(as_user(scene.handler).get(url, {"day": booked.day.isoformat()}))
        assert "The contact guard says no" in chosen
        assert reverse("visits:join", args=[booked.pk]) in chosen
        later = text(as_user(scene.handler).get(url, {"day": working(ahead(6)).isoformat(), "from": "nonsense"}))
        assert "The contact guard agrees" in later

    def test_booked_and_asked(self, scene: Scene, as_user: As) -> None:
        url = reverse("visits:plan", args=[scene.enterprise.pk])
        for _click in range(2):
            response = as_user(scene.steward).post(url, plan_form(ask="yes"))
        made = Visit.objects.get()
        assert response.headers["Location"] == reverse("visits:detail", args=[made.pk])
        assert (made.state, made.organiser) == ("requested", scene.steward)

    def test_refused_with_what_was_typed_and_an_offer(self, scene: Scene, as_user: As) -> None:
        booked = scene.visit()
        url = reverse("visits:plan", args=[scene.enterprise.pk])
        response = as_user(scene.handler).post(url, plan_form(purpose="Trade rules", details="Bring forms"))
        assert response.status_code == 409
        page = text(response)
        assert "The contact guard says no" in page
        assert "Bring forms" in page
        assert page.count('value="Trade rules"') == 2
        form = {"topic": "Trade rules", "offer": offered(response)}
        joined = as_user(scene.handler).post(reverse("visits:join", args=[booked.pk]), form)
        assert joined.headers["Location"] == reverse("visits:detail", args=[booked.pk])
        assert booked.participants.count() == 2

    def test_law_enforcement_is_recorded_in_a_week_that_is_taken(self, scene: Scene, as_user: As) -> None:
        scene.visit()
        url = reverse("visits:plan", args=[scene.enterprise.pk])
        form = plan_form(kind="enforcement", day=(local_day() - timedelta(days=1)).isoformat())
        assert as_user(scene.handler).post(url, form).status_code == 302
        assert Visit.objects.get(asked_by="enforcement").counted is False

    @pytest.mark.parametrize(
        "fields",
        [{"day": "x"}, {"day": "2199-01-01"}, {"begins": "25:00"}, {"minutes": "7"}, {"purpose": ""},
         {"kind": "survey"}, {"purpose": "x" * 201}, {"occasion": "HK-2026-999999"}],
        ids=["day", "far", "time", "length", "purpose", "kind", "long", "occasion"],
    )  # fmt: skip
    def test_what_is_not_understood_comes_back(self, scene: Scene, as_user: As, fields: dict[str, str]) -> None:
        response = as_user(scene.steward).post(reverse("visits:plan", args=[scene.enterprise.pk]), plan_form(**fields))
        assert response.status_code == 422
        assert "1 Fictional Road" in text(response)
        assert not Visit.objects.exists()

    def test_joining_needs_a_topic_and_a_visit_to_join(self, scene: Scene, as_user: As) -> None:
        client, booked = as_user(scene.admin), scene.visit()
        response = client.post(reverse("visits:join", args=[booked.pk]), {"topic": ""}, follow=True)
        assert "Say what you come for." in text(response)
        secret = scene.visit(asked_by="enforcement", day=ahead(5))
        for pk in (secret.pk, scene.visit("cancelled").pk, 0):
            assert client.post(reverse("visits:join", args=[pk]), {"topic": "Tax"}).status_code == 404

    def test_the_author_of_a_complaint_is_nowhere(self, scene: Scene, as_user: As) -> None:
        author = UserFactory(name_en="Wendy Whistleblower", name_zh="温迪")
        complaint = HelpRequestFactory(
            type="complaint", asker=author, enterprise=EnterpriseFactory(name_en="Complaining Ltd"),
            steward=scene.steward, state="assigned", subject="Noise at night",
        )  # fmt: skip
        form = plan_form(occasion=complaint.number, ask="yes")
        as_user(scene.steward).post(reverse("visits:plan", args=[scene.enterprise.pk]), form)
        made = Visit.objects.get()
        made.participants.create(person=scene.handler, topic="Noise")
        mine = text(as_user(scene.steward).get(reverse("visits:detail", args=[made.pk])))
        theirs = text(as_user(scene.handler).get(reverse("visits:detail", args=[made.pk])))
        enterprise = text(as_user(scene.owner).get(reverse("contacts:visit", args=[made.pk])))
        day = text(as_user(scene.handler).get(reverse("visits:day"), {"day": made.day.isoformat()}))
        assert complaint.number in mine
        assert "A request that is not on your desk." in theirs
        assert not [p for p in (theirs, enterprise, day) if complaint.number in p or "Noise at night" in p]
        pages = (mine, theirs, enterprise, day, Message.objects.get(recipient=scene.owner).body)
        assert not [p for p in pages if "Wendy" in p or "Complaining" in p]
        assert "Occasion" not in enterprise


class TestOneVisit:
    def test_what_can_be_done_is_offered_and_nothing_else(self, scene: Scene, as_user: As) -> None:
        url = reverse("visits:detail", args=[scene.visit("planned").pk])
        mine, theirs = text(as_user(scene.steward).get(url)), text(as_user(scene.admin).get(url))
        assert "Ask the enterprise for the visit" in mine
        assert "Ask the enterprise for the visit" in theirs
        leader = text(as_user(UserFactory(roles=["leader"])).get(url))
        assert "Nothing is to be done here now." in leader
        assert as_user(scene.handler).get(url).status_code == 404

    @pytest.mark.parametrize(
        ("verb", "state", "fields", "after"),
        [
            ("request", "planned", {}, "requested"),
            ("cancel", "confirmed", {"cancel-text": "Illness"}, "cancelled"),
            ("hold", "yesterday", {}, "held"),
            ("move", "planned", {"move-day": "later", "move-begins": "14:00", "move-minutes": "30"}, "planned"),
        ],
    )
    def test_acts(self, scene: Scene, as_user: As, verb: str, state: str, fields: dict[str, str], after: str) -> None:
        day = local_day() - timedelta(days=1) if state == "yesterday" else ahead()
        made = scene.visit("confirmed" if state == "yesterday" else state, day=day)
        sent = {name: ahead(9).isoformat() if value == "later" else value for name, value in fields.items()}
        url = reverse("visits:act", args=[made.pk, verb])
        response = as_user(scene.steward).post(url, {"seen": "0", **sent})
        assert response.headers["Location"] == reverse("visits:detail", args=[made.pk])
        made.refresh_from_db()
        assert made.state == after
        again = as_user(scene.steward).post(url, {"seen": "0", **sent})
        assert again.status_code == 409
        assert as_user(scene.steward).get(url).status_code == 302

    def test_merging_by_form(self, scene: Scene, as_user: As) -> None:
        into, own = scene.visit(day=ahead(9)), scene.visit("requested")
        foreign = Scene().visit()
        url = reverse("visits:act", args=[own.pk, "merge"])
        wrong = as_user(scene.steward).post(url, {"seen": "0", "merge-into": foreign.pk})
        assert wrong.status_code == 422
        done = as_user(scene.steward).post(url, {"seen": "0", "merge-into": into.pk})
        assert done.headers["Location"] == reverse("visits:detail", args=[into.pk])
        page = text(as_user(scene.steward).get(reverse("visits:detail", args=[own.pk])))
        assert "This visit goes on in another one" in page

    def test_odd_acts(self, scene: Scene, as_user: As) -> None:
        made = scene.visit()
        client = as_user(scene.steward)
        assert client.post(reverse("visits:act", args=[made.pk, "explode"])).status_code == 404
        assert client.post(reverse("visits:act", args=[made.pk, "cancel"]), {"seen": "٣"}).status_code == 409
        assert client.post(reverse("visits:act", args=[made.pk, "move"]), {"seen": "0"}).status_code == 422
        long = client.post(reverse("visits:act", args=[made.pk, "cancel"]), {"seen": "0", "cancel-text": "x" * 501})
        assert long.status_code == 422
        assert as_user(scene.handler).post(reverse("visits:act", args=[made.pk, "cancel"])).status_code == 404


def write_form(*promises: tuple[str, str], **fields: str) -> dict[str, str]:
    sent = {"seen": "0", "present": "Ms Wu", "heard": "Engineers", "questions": "", **fields}
    sent |= {"promise-TOTAL_FORMS": str(len(promises)), "promise-INITIAL_FORMS": "0"}
    for n, (words, day) in enumerate(promises):
        sent |= {f"promise-{n}-text": words, f"promise-{n}-due_on": day}
    return sent


class TestWritingUp:
    def test_notes_first_then_finished(self, scene: Scene, as_user: As) -> None:
        made, client = scene.visit(day=local_day() - timedelta(days=1)), as_user(scene.steward)
        url = reverse("visits:write-up", args=[made.pk])
        assert client.get(url).status_code == 200
        client.post(url, write_form(("A list", "")))
        assert "A list" in text(client.get(url))
        assert made.promises.get().request is None
        done = client.post(url, write_form(("A list", ""), ("", ""), seen="1", finish="yes"), follow=True)
        assert "its promise is a request with a date now" in text(done)
        number = made.promises.get().request.number
        assert number in text(done)
        assert number in text(as_user(scene.owner).get(reverse("contacts:visit", args=[made.pk])))
        assert client.get(url).status_code == 302

    @pytest.mark.parametrize(
        ("form", "status", "words"),
        [
            (write_form(finish="yes", heard=""), 409, "Write down who was there and what was said."),
            (write_form(("", "2099-01-01"), finish="yes"), 422, "Promise"),
            (write_form(("A", "2020-01-01"), finish="yes"), 422, "lies ahead"),
            (write_form(seen="7", finish="yes"), 409, "has changed since you opened it"),
            ({"seen": "0", "heard": "kept words"}, 422, "kept words"),
        ],
        ids=["empty", "no text", "past", "old page", "no formset"],
    )
    def test_what_is_refused_keeps_the_text(
        self, scene: Scene, as_user: As, form: dict[str, str], status: int, words: str
    ) -> None:
        made = scene.visit("held")
        response = as_user(scene.steward).post(reverse("visits:write-up", args=[made.pk]), form)
        assert response.status_code == status
        assert words in text(response)
        assert not made.promises.exists()

    def test_a_promise_that_came_to_mind_later(self, scene: Scene, as_user: As) -> None:
        made, client = scene.visit("written_up", present="Ms Wu"), as_user(scene.steward)
        url = reverse("visits:promise", args=[made.pk])
        assert "is request HK-" in text(client.post(url, {"text": "A map"}, follow=True))
        assert made.promises.count() == 1
        assert client.get(url)["Location"] == reverse("visits:detail", args=[made.pk])

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"text": "", "due_on": "2099-01-01"}, "lies ahead"),
            ({"text": ""}, "This field is required"),
            ({"text": "A map of the quarter", "due_on": "2020-01-01"}, "lies ahead"),
            ({"text": "A map of the quarter", "due_on": "soon"}, "Enter a valid date"),
            ({"text": "A map of the quarter" * 30}, "at most 500 characters"),
        ],
    )
    def test_a_late_promise_that_is_wrong_comes_back(
        self, scene: Scene, as_user: As, sent: dict[str, str], words: str
    ) -> None:
        made = scene.visit("written_up", present="Ms Wu")
        response = as_user(scene.steward).post(reverse("visits:promise", args=[made.pk]), sent)
        assert response.status_code == 422
        assert words in text(response)
        assert sent["text"] in text(response)
        assert not made.promises.exists()

    def test_before_the_visit_nothing_is_promised(self, scene: Scene, as_user: As) -> None:
        made = scene.visit("confirmed")
        response = as_user(scene.steward).post(reverse("visits:promise", args=[made.pk]), {"text": "A map"})
        assert response.status_code == 409
        assert not made.promises.exists()

    def test_who_only_looks_after_the_enterprise_does_not_write(self, scene: Scene, as_user: As) -> None:
        made = scene.visit("held", organiser=scene.handler)
        assert as_user(scene.steward).get(reverse("visits:detail", args=[made.pk])).status_code == 200
        assert as_user(scene.steward).get(reverse("visits:write-up", args=[made.pk])).status_code == 404


class TestWithoutContact:
    def names(self, client: Client) -> str:
        return text(client.get(reverse("visits:no-contact")))

    def test_who_is_listed(self, scene: Scene, as_user: As) -> None:
        """Neither law enforcement nor a digest is contact; a visit and a message are."""
        old, recent = local_day() - timedelta(days=91), local_day() - timedelta(days=89)
        rows = {
            "Old": {"state": "written_up", "day": old}, "Recent": {"state": "held", "day": recent},
            "Inspected": {"state": "held", "day": recent, "asked_by": "enforcement"}, "Written": {}, "Digest": {},
        }  # fmt: skip
        for name, fields in rows.items():
            enterprise = EnterpriseFactory(name_en=name, tier="district")
            owner = MembershipFactory(enterprise=enterprise).user
            StewardshipFactory(steward=scene.steward, enterprise=enterprise)
            if fields:
                visit(enterprise, scene.steward, **fields)
            if name == "Written":
                request = accepted(scene.steward, enterprise=enterprise, asker=owner)
                RequestEvent.objects.create(request=request, kind="contacted", actor=scene.steward)
            Message.objects.create(
                key=name, recipient=owner, email=owner.email, kind="digest", language="en", subject="S", body="B"
            )
        EnterpriseFactory(name_en="Small")
        EnterpriseFactory(name_en="Elsewhere", tier="municipal")
        mine, all_ = self.names(as_user(scene.steward)), self.names(as_user(scene.admin))
        listed = ("Old", "Inspected", "Digest")
        assert [name for name in (*rows, "Small", "Elsewhere") if f">{name}<br>" in mine] == [
            n for n in rows if n in listed
        ]
        assert ">Elsewhere<br>" in all_
        assert ">Small<br>" not in all_

    def test_the_guard_says_from_when(self, scene: Scene, as_user: As) -> None:
        last = local_day() + timedelta(days=20)
        NotNow.objects.create(enterprise=scene.enterprise, by=scene.owner, first=local_day(), last=last)
        page = self.names(as_user(scene.steward))
        assert f"?day={working(last + timedelta(days=1)).isoformat()}" in page
        scene.enterprise.not_now.update(ended_on=local_day())
        GuardLimit.objects.create(code="a_year", value=0, valid_from=local_day() - timedelta(days=1))
        assert "Visits a year: 0 of at most 0" in self.names(as_user(scene.steward))

    def test_the_district_sets_the_days(self, scene: Scene, as_user: As) -> None:
        scene.visit("held", day=local_day() - timedelta(days=10))
        assert "Nobody is forgotten" in self.names(as_user(scene.steward))
        GuardLimit.objects.create(code="contact_days", value=7, valid_from=local_day())
        assert "for 7 days" in self.names(as_user(scene.steward))

    def test_the_number_of_queries_is_constant(self, scene: Scene, as_user: As, django_assert_num_queries: Any) -> None:
        client = as_user(scene.admin)
        client.get(reverse("visits:no-contact"))
        for more in (0, 2, 27):
            for _n in range(more):
                EnterpriseFactory(tier="district")
            with django_assert_num_queries(10):
                client.get(reverse("visits:no-contact"))


class TestTheGuardsPage:
    def test_numbers_now_and_to_come(self, scene: Scene, as_user: As) -> None:
        client, url = as_user(scene.admin), reverse("visits:guard")
        later = (local_day() + timedelta(days=9)).isoformat()
        form = {"code": "a_year", "value": "4", "reason": "Fewer, for small firms", "valid_from": later}
        assert client.post(url, form).status_code == 302
        page = text(client.get(url))
        assert "<b>6</b>" in page
        assert "4 <small" in page
        assert "Fewer, for small firms" in page
        assert page.count("A starting value, from no document: the district decides.") == 5
        assert "one visit a week, further ones are merged" in page
        for wrong in ({"valid_from": "2020-01-01"}, {"value": "-1"}, {"reason": ""}, {"reason": "x" * 201}):
            assert client.post(url, {**form, **wrong}).status_code == 422
        form["valid_from"] = local_day().isoformat()
        client.post(url, form)
        assert "Fewer, for small firms (Ada Admin)" in text(client.get(url))

    def test_quiet_periods_come_and_go(self, scene: Scene, as_user: As) -> None:
        client, url, day = as_user(scene.admin), reverse("visits:guard"), local_day().isoformat()
        form = {"quiet": "yes", "quiet-name_en": "Fair", "quiet-name_zh_hans": "博览会", "quiet-first": day}
        assert client.post(url, {**form, "quiet-last": "2020-01-01"}).status_code == 422
        assert client.post(url, {**form, "quiet-last": day}).status_code == 302
        assert "Fair" in text(client.get(url))
        client.post(reverse("visits:drop-quiet", args=[QuietPeriod.objects.get().pk]))
        assert "None is set." in text(client.get(url))

    def test_of_the_service_centre_alone(self, scene: Scene, as_user: As) -> None:
        for person in (scene.steward, scene.owner, UserFactory(roles=["leader"])):
            assert as_user(person).get(reverse("visits:guard")).status_code == 404


class TestTheEnterprisesPages:
    def test_its_record_says_what_counts_and_why(self, scene: Scene, as_user: As) -> None:
        own = scene.visit("written_up", purpose="Counted", day=local_day())
        scene.visit("written_up", purpose="Inspection", asked_by="enforcement")
        scene.visit("requested", purpose="Wish", asked_by="enterprise", turn="government", day=ahead(5))
        scene.visit("declined", purpose="Unwanted", day=ahead(6))
        scene.visit("merged", purpose="Second", merged_into=own)
        scene.visit("planned", purpose="Secret", day=ahead(8))
        Message.objects.create(
            key="d", recipient=scene.owner, email="x@example.org", kind="digest", language="en", subject="S", body="B"
        )
        page = text(as_user(scene.owner).get(reverse("contacts:record")))
        for words in (
            "Counted as one visit of the year.", "Not counted: law enforcement is only recorded.",
            "Not counted: you asked for it yourself.", "Not counted: it did not take place.",
            "Not counted: merged, so that you are visited once.",
        ):  # fmt: skip
            assert page.count(words) == 1
        assert "Secret" not in page
        assert f"{local_day():%Y-%m}: 1" in page

    def test_the_number_of_queries_is_constant(self, scene: Scene, as_user: As, django_assert_num_queries: Any) -> None:
        client = as_user(scene.owner)
        client.get(reverse("contacts:record"))
        for more in (1, 2, 27):
            for _n in range(more):
                scene.visit("held", counted=False)
            with django_assert_num_queries(17):
                client.get(reverse("contacts:record"))

    @pytest.mark.parametrize(
        ("verb", "fields", "after"),
        [
            ("confirm", {"confirm-text": "Welcome"}, "confirmed"),
            ("decline", {"decline-text": ""}, "declined"),
            ("move", {"move-day": "later", "move-begins": "09:00", "move-minutes": "60"}, "moved"),
        ],
    )
    def test_it_answers(self, scene: Scene, as_user: As, verb: str, fields: dict[str, str], after: str) -> None:
        made = scene.visit("requested")
        sent = {name: ahead(9).isoformat() if value == "later" else value for name, value in fields.items()}
        url, client = reverse("contacts:act", args=[made.pk, verb]), as_user(scene.owner)
        assert "We wait for your answer" in text(client.get(reverse("contacts:record")))
        assert client.post(url, {"seen": "0", **sent}).status_code == 302
        made.refresh_from_db()
        assert made.state == after
        assert client.post(url, {"seen": "0", **sent}).status_code == 409
        assert client.get(url).status_code == 302

    def test_of_its_own_visits_alone(self, scene: Scene, as_user: As) -> None:
        made = scene.visit("requested")
        stranger = MembershipFactory().user
        for person in (stranger, scene.outsider, scene.steward, scene.admin):
            client = as_user(person)
            assert client.get(reverse("contacts:visit", args=[made.pk])).status_code == 404
            assert client.post(reverse("contacts:act", args=[made.pk, "decline"])).status_code == 404
        assert as_user(scene.outsider).get(reverse("contacts:record")).status_code == 404
        assert as_user(scene.owner).post(reverse("contacts:act", args=[made.pk, "hold"])).status_code == 404
        assert as_user(scene.owner).get(reverse("contacts:record"), {"enterprise": "0"}).status_code == 404

    def test_nothing_can_be_answered_on_law_enforcement(self, scene: Scene, as_user: As) -> None:
        made = scene.visit("held", asked_by="enforcement")
        page = text(as_user(scene.owner).get(reverse("contacts:visit", args=[made.pk])))
        assert "What you can do" not in page
        refused = as_user(scene.owner).post(reverse("contacts:act", args=[made.pk, "decline"]), {"seen": "0"})
        assert refused.status_code == 409

    def test_it_asks_for_a_visit(self, scene: Scene, as_user: As) -> None:
        client, url = as_user(scene.owner), reverse("contacts:ask")
        assert client.get(url).status_code == 200
        assert client.post(url, plan_form(day="x")).status_code == 422
        past = plan_form(day=(local_day() - timedelta(days=2)).isoformat())
        assert "This time is over." in text(client.post(url, past))
        done = client.post(url, plan_form(), follow=True)
        assert "Not counted: you asked for it yourself." in text(done)
        assert Visit.objects.get().organiser == scene.steward

    def test_not_now(self, scene: Scene, as_user: As) -> None:
        client, url = as_user(scene.owner), reverse("contacts:not-now")
        last = (local_day() + timedelta(days=30)).isoformat()
        assert "You are left in peace" in text(client.post(url, {"last": last, "note": ""}, follow=True))
        too_long = client.post(url, {"last": (local_day() + timedelta(days=200)).isoformat()})
        assert too_long.status_code == 409
        assert "within the next 90 days" in text(too_long)
        assert client.post(url, {"last": "x"}).status_code == 422
        assert "You are left in peace" not in text(client.post(url, {"end": "yes"}, follow=True))
        assert as_user(scene.steward).post(url, {"last": last}).status_code == 404

    def test_the_package_leads_there(self, scene: Scene, as_user: As) -> None:
        page = text(as_user(scene.owner).get(reverse("home:package")))
        assert f"{reverse('contacts:record')}?enterprise={scene.enterprise.pk}" in page


def test_calendar_addresses_are_made_and_revoked(scene: Scene, as_user: As) -> None:
    for person, route, page in (
        (scene.steward, "visits:feed", "visits:list"),
        (scene.owner, "contacts:feed", "contacts:record"),
    ):
        client = as_user(person)
        client.post(reverse(route))
        token = CalendarFeed.objects.get(person=person).token
        assert f"/calendars/visits/{token}.ics" in text(client.get(reverse(page)))
        client.post(reverse(route), {"revoke": "yes"})
        assert token not in text(client.get(reverse(page)))


def test_journey_from_a_booking_to_a_reminder(scene: Scene, as_user: As) -> None:
    """Booked, guarded, merged, confirmed, written up: a promise, its request, and what the enterprise reads of it."""
    steward, handler, owner = (as_user(person) for person in (scene.steward, scene.handler, scene.owner))
    plan = reverse("visits:plan", args=[scene.enterprise.pk])
    steward.post(plan, plan_form(ask="yes"))
    made = Visit.objects.get()
    refused = handler.post(plan, plan_form(purpose="Trade rules"))
    assert refused.status_code == 409
    handler.post(reverse("visits:join", args=[made.pk]), {"topic": "Trade rules", "offer": offered(refused)})
    assert Message.objects.filter(recipient=scene.owner).count() == 2  # one question, one piece of news
    owner.post(reverse("contacts:act", args=[made.pk, "confirm"]), {"seen": "2", "confirm-text": ""})
    past = local_day() - timedelta(days=2)
    Visit.objects.filter(pk=made.pk).update(
        day=past, starts_at=timezone.now() - timedelta(days=2), ends_at=timezone.now() - timedelta(days=2, hours=-1)
    )
    url = reverse("visits:write-up", args=[made.pk])
    handler.post(url, write_form(("Send the tariff table", ""), seen="3"))
    promise = made.promises.get()
    made.promises.update(made_at=timezone.now() - timedelta(days=2))
    noon = timezone.localtime().replace(hour=12)
    assert sweep(noon) == 2  # the promise, and the write-up that is not finished
    assert sweep(noon) == 0
    kept = {**write_form(("Send the tariff table", ""), seen="4", finish="yes")}
    assert handler.post(url, kept).status_code == 302
    promise = made.promises.get()
    assert promise.request.steward == scene.steward
    assert promise.request.due_on > local_day()
    page = text(owner.get(reverse("requests:detail", args=[promise.request.number])))
    assert "Send the tariff table" in page
    record = text(owner.get(reverse("contacts:record")))
    assert "Written up" in record
    assert "Not counted: merged, so that you are visited once." in record
