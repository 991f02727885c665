"""What is kept of a person: seen, taken as a file, erased on request; who may, what is refused, what stays."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import ErasureState, Role
from accounts.models import DataAccess, ErasureRequest, User
from enterprises.models import Invitation, Membership
from notices.models import Message, State
from notices.workflow import Text, notify
from outreach.models import Registration, Subscriber
from policies.alerts.following import follow
from policies.models import Following, SavedSearch
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.home.personal import sections, workflow
from portal.home.personal.rules import may_be_forgotten
from stewards.models import HelpRequest, Rating, Stewardship
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.outreach import occasion, registration
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import accepted

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def admin() -> Any:
    return UserFactory(roles=[Role.ADMIN])


@pytest.fixture
def person() -> Any:
    return UserFactory(
        email="olive@example.com", name_en="Olive Owner", name_zh="虚构甲", phone="021-5555", language="en"
    )


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def closed(person: Any, **fields: Any) -> HelpRequest:
    asked = accepted(asker=person, **fields)
    HelpRequest.objects.filter(pk=asked.pk).update(state="closed")
    asked.refresh_from_db()
    return asked


def waiting(person: Any) -> ErasureRequest:
    return workflow.ask(by=person)


def with_everything(person: Any) -> dict[str, Any]:
    """Something in each section."""
    member = MembershipFactory(user=person, evidence="Legal representative")
    asked = closed(person, enterprise=member.enterprise, subject="Rent subsidy", body="What do we need?")
    rating = Rating.objects.create(request=asked, round=1, score=5, solved=True, comment="Quick", rated_by=person)
    policy = PolicyFactory(title_en="Talent policy")
    follow(policy, by=person)
    SavedSearch.objects.create(person=person, name="Talent", query={"category": "talent"})
    Subscriber.objects.create(email=person.email, confirmed_at=timezone.now())
    return {"member": member, "asked": asked, "rating": rating}


class TestSeen:
    def test_every_section_has_its_rows_on_the_page(self, as_user: SignIn, person: Any) -> None:
        with_everything(person)
        text = words(as_user(person).get("/en/my-data/"))
        for expected in (
            *("olive@example.com", "Olive Owner", "021-5555", "Legal representative", "Rent subsidy"),
            *("What do we need?", "Quick", "Talent policy", "Bulletin by e-mail"),
        ):
            assert expected in text, expected
        assert "&lt;" not in text

    def test_nothing_of_anybody_else(self, as_user: SignIn, person: Any) -> None:
        with_everything(UserFactory(email="other@example.com", name_en="Other Person"))
        text = words(as_user(person).get("/en/my-data/"))
        assert "other@example.com" not in text
        assert "Rent subsidy" not in text
        assert text.count("Nothing.") == len(sections.SOURCES) - 1

    def test_the_file_holds_the_same_and_that_it_was_taken_is_kept(self, as_user: SignIn, person: Any) -> None:
        with_everything(person)
        response = as_user(person).post("/en/my-data/file/")
        found = json.loads(response.content)
        assert set(found) == {"made_at", *(source.key for source in sections.SOURCES)}
        assert found["account"][0]["email"] == "olive@example.com"
        assert found["requests"][0]["text"] == "What do we need?"
        assert (found["ratings"][0]["score"], found["memberships"][0]["evidence"]) == (5, "Legal representative")
        assert len(found["subscriptions"]) == 3
        assert "虚构甲" in response.content.decode()
        assert response["Content-Disposition"] == 'attachment; filename="my-data.json"'
        assert response["Cache-Control"] == "no-store"
        assert list(DataAccess.objects.values_list("person", "by")) == [(person.pk, person.pk)]
        assert "Downloaded:" in words(as_user(person).get("/en/my-data/"))

    def test_reading_writes_nothing_and_the_file_is_no_link(self, as_user: SignIn, person: Any) -> None:
        assert as_user(person).get("/en/my-data/file/").status_code == 405
        assert not DataAccess.objects.exists()

    def test_not_to_somebody_else(self, person: Any, admin: Any) -> None:
        with pytest.raises(Refused, match="to that person alone"):
            workflow.hand_out(person, by=admin)
        assert not DataAccess.objects.exists()

    def test_it_costs_the_same_however_many_rows(
        self, as_user: SignIn, person: Any, django_assert_max_num_queries: Any
    ) -> None:
        member = MembershipFactory(user=person)
        for _n in range(30):
            closed(person, enterprise=member.enterprise)
        client = as_user(person)
        with django_assert_max_num_queries(25):
            assert client.get("/en/my-data/").status_code == 200

    def test_visitors_sign_in_first(self, client: Client) -> None:
        assert client.get("/en/my-data/").status_code == 302

    def test_every_column_has_a_label(self, person: Any) -> None:
        with_everything(person)
        for source in sections.SOURCES:
            for row in source.read(person):
                assert set(row) <= set(source.labels), source.key


class TestAsking:
    def test_admins_hear(self, person: Any, admin: Any) -> None:
        row = workflow.ask(by=person, note=" I sold the firm ")
        assert (row.state, row.note) == (ErasureState.WAITING, "I sold the firm")
        message = Message.objects.get(recipient=admin)
        assert message.url.endswith(f"/centre/erasures/{row.pk}/")
        assert "Olive" not in message.subject + message.body

    def test_once_at_a_time_and_taken_back(self, person: Any) -> None:
        waiting(person)
        with pytest.raises(Refused, match="with the service centre already"):
            waiting(person)
        workflow.take_back(by=person)
        with pytest.raises(Refused, match="no request to take back"):
            workflow.take_back(by=person)
        assert waiting(person).state == ErasureState.WAITING

    def test_the_only_owner_with_open_requests_has_to_wait(self, person: Any) -> None:
        member = MembershipFactory(user=person, enterprise=EnterpriseFactory(name_en="Stars Ltd"))
        asked = accepted(asker=UserFactory(), enterprise=member.enterprise)
        with pytest.raises(Refused, match="only owner of Stars Ltd"):
            waiting(person)
        HelpRequest.objects.filter(pk=asked.pk).update(state="answered")
        assert may_be_forgotten(person)

    def test_with_another_owner_or_as_a_member_it_is_free(self, person: Any) -> None:
        member = MembershipFactory(user=person)
        accepted(asker=UserFactory(), enterprise=member.enterprise)
        gone = MembershipFactory(enterprise=member.enterprise, user=UserFactory(is_active=False))
        assert not may_be_forgotten(person)
        User.objects.filter(pk=gone.user_id).update(is_active=True)
        assert may_be_forgotten(person)
        Membership.objects.filter(pk=member.pk).update(role="member")
        assert may_be_forgotten(person)

    def test_an_own_open_request_of_a_founder(self, person: Any) -> None:
        accepted(asker=person, enterprise=None)
        assert "still open" in str(may_be_forgotten(person).reason)

    @pytest.mark.parametrize("work", ["steward", "handler", "stewardship"])
    def test_open_work_of_staff(self, work: str) -> None:
        staff = HandlerFactory() if work == "handler" else StewardFactory()
        assert may_be_forgotten(staff)
        if work == "stewardship":
            Stewardship.objects.create(steward=staff, enterprise=EnterpriseFactory(), starts_on=local_day())
        else:
            asked = accepted()
            HelpRequest.objects.filter(pk=asked.pk).update(**{work: staff})
        assert "open work" in str(may_be_forgotten(staff).reason)

    def test_on_the_page(self, as_user: SignIn, person: Any) -> None:
        client = as_user(person)
        assert "This field is required" in words(client.post("/en/my-data/", {"note": "x"}))
        text = words(client.post("/en/my-data/", {"sure": "on", "note": "x"}, follow=True))
        assert "is with the service centre" in text
        assert "Take the request back" in text
        assert "Your request is taken back" in words(client.post("/en/my-data/take-back/", follow=True))
        assert "no request to take back" in words(client.post("/en/my-data/take-back/", follow=True))

    def test_the_page_says_why_not_yet(self, as_user: SignIn, person: Any) -> None:
        accepted(asker=person, enterprise=None)
        client = as_user(person)
        page = client.get("/en/my-data/")
        assert "A request of yours is still open" in words(page)
        assert "Ask for erasure" not in words(page)
        assert "still open" in words(client.post("/en/my-data/", {"sure": "on"}))
        assert not ErasureRequest.objects.exists()


class TestDeciding:
    def test_refused_with_a_reason_that_the_person_reads(self, as_user: SignIn, person: Any, admin: Any) -> None:
        row = waiting(person)
        with pytest.raises(Refused, match="Say why"):
            workflow.refuse(row, by=admin, reason="  ")
        workflow.refuse(row, by=admin, reason="A contract is being checked")
        row.refresh_from_db()
        assert (row.state, row.decided_by) == (ErasureState.REFUSED, admin)
        assert Message.objects.get(recipient=person).body == "A contract is being checked"
        assert "Not carried out: A contract is being checked" in words(as_user(person).get("/en/my-data/"))
        assert waiting(person).pk != row.pk

    @pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
    def test_by_whom(self, person: Any, role: str) -> None:
        row = waiting(person)
        for act in (workflow.carry_out, lambda each, by: workflow.refuse(each, by=by, reason="x")):
            with pytest.raises(Refused, match="by the service centre"):
                act(row, by=UserFactory(roles=[role]))  # type: ignore[operator]

    def test_not_ones_own_and_not_twice(self, person: Any, admin: Any) -> None:
        own = waiting(admin)
        with pytest.raises(Refused, match="Somebody else"):
            workflow.carry_out(own, by=admin)
        row = waiting(person)
        workflow.carry_out(row, by=admin)
        for act in (workflow.carry_out, lambda each, by: workflow.refuse(each, by=by, reason="x")):
            with pytest.raises(Refused, match="decided already"):
                act(row, by=admin)  # type: ignore[operator]

    def test_what_has_come_in_between_is_seen(self, person: Any, admin: Any) -> None:
        row = waiting(person)
        accepted(asker=person, enterprise=None)
        with pytest.raises(Refused, match="still open"):
            workflow.carry_out(row, by=admin)
        person.refresh_from_db()
        assert (person.name_en, person.is_active) == ("Olive Owner", True)

    def test_on_the_pages(self, as_user: SignIn, person: Any, admin: Any) -> None:
        row = waiting(person)
        client = as_user(admin)
        assert "Olive Owner" in words(client.get("/en/centre/erasures/"))
        page = f"/en/centre/erasures/{row.pk}/"
        assert "it can be carried out" in words(client.get(page))
        assert "Say why" in words(client.post(page, {"reason": ""}))
        assert client.post(page, {"carry_out": "1"}).status_code == 302
        assert "Nobody waits" in words(client.get("/en/centre/erasures/"))
        assert "Erased person" in words(client.get("/en/centre/erasures/?show=all"))
        assert "decided already" in words(client.get(page))

    def test_the_page_says_what_stands_against_it(self, as_user: SignIn, person: Any, admin: Any) -> None:
        row = waiting(person)
        accepted(asker=person, enterprise=None)
        text = words(as_user(admin).get(f"/en/centre/erasures/{row.pk}/"))
        assert "still open" in text
        assert "Erase the data for good" not in text
        own = waiting(admin)
        assert "Somebody else has to check" in words(as_user(admin).get(f"/en/centre/erasures/{own.pk}/"))


class TestErased:
    def erase(self, person: Any, admin: Any) -> None:
        workflow.carry_out(workflow.ask(by=person, note="Olive Owner asks"), by=admin)
        person.refresh_from_db()

    def test_the_account(self, person: Any, admin: Any) -> None:
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
        self.erase(person, admin)
        assert (person.name_en, person.name_zh, person.phone) == ("Erased person", "已注销人员", "")
        assert re.fullmatch(rf"erased-{person.pk}-[0-9a-f]{{12}}@erased\.invalid", person.email)
        assert not person.is_active
        assert not person.has_usable_password()
        assert not EmailAddress.objects.filter(user=person).exists()
        assert not Authenticator.objects.filter(user=person).exists()
        assert ErasureRequest.objects.get().note == ""

    def test_sessions_end_at_once(self, client: Client, as_user: SignIn, person: Any, admin: Any) -> None:
        signed_in = as_user(person)
        assert signed_in.get("/en/my-data/").status_code == 200
        self.erase(person, admin)
        assert signed_in.get("/en/my-data/").status_code == 302

    def test_the_address_is_free_for_somebody_new(self, person: Any, admin: Any) -> None:
        self.erase(person, admin)
        assert User.objects.create_user("olive@example.com").pk != person.pk

    def test_requests_and_ratings_stay_without_the_name(self, as_user: SignIn, person: Any, admin: Any) -> None:
        kept = with_everything(person)
        self.erase(person, admin)
        asked = HelpRequest.objects.get(pk=kept["asked"].pk)
        assert (asked.subject, asked.asker.name) == ("Rent subsidy", "Erased person")
        assert Rating.objects.get().rated_by.name == "Erased person"
        text = words(as_user(admin).get(reverse("desk:request", args=[asked.number])))
        assert "Rent subsidy" in text
        assert "Olive" not in text

    def test_memberships_end_and_what_was_followed_is_gone(self, person: Any, admin: Any) -> None:
        member = with_everything(person)["member"]
        self.erase(person, admin)
        member.refresh_from_db()
        assert (member.state, member.evidence) == ("ended", "")
        assert not Following.objects.filter(person=person).exists()
        assert not SavedSearch.objects.filter(person=person).exists()
        assert not Subscriber.objects.exists()

    def test_registrations_and_invitations_lose_name_and_address(self, person: Any, admin: Any) -> None:
        row = registration(occasion(), user=person, name="Olive Owner", email=person.email, phone="021", needs="Ramp")
        owner = MembershipFactory()
        invited = Invitation.objects.create(
            enterprise=owner.enterprise, email=person.email, invited_by=owner.user, expires_at=timezone.now()
        )
        self.erase(person, admin)
        found = Registration.objects.get(pk=row.pk)
        assert (found.name, found.email, found.phone, found.needs) == ("", "", "", "")
        assert found.forgotten_at is not None
        invited.refresh_from_db()
        assert invited.revoked_at is not None
        assert "olive" not in invited.email

    def test_messages_are_emptied_and_none_goes_out(self, person: Any, admin: Any) -> None:
        notify(person, key="x", kind="claim", text=lambda: Text("To Olive", "Hello Olive"))
        self.erase(person, admin)
        row = Message.objects.get(key="x")
        assert (row.subject, row.body, row.email, row.state) == ("", "", "", State.KEPT)

    def test_the_trail_stays_without_the_name_and_closes_again(self, person: Any, admin: Any) -> None:
        from django.db import ProgrammingError, transaction

        person.phone = "021-6666"
        person.save(update_fields=["phone"])
        rows = person.audit_rows.count()
        self.erase(person, admin)
        trail = list(person.audit_rows.all())
        assert len(trail) == rows + 1
        for row in trail:
            assert (row.name_en, row.phone, row.email) == ("Erased person", "", person.email)
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            person.audit_rows.update(name_en="x")

    def test_nobody_elses_data_are_touched(self, person: Any, admin: Any) -> None:
        other = UserFactory(email="other@example.com", name_en="Other")
        kept = with_everything(other)
        with_everything(person)
        self.erase(person, admin)
        other.refresh_from_db()
        assert (other.name_en, other.is_active) == ("Other", True)
        assert other.audit_rows.filter(name_en="Other").exists()
        assert Following.objects.filter(person=other).exists()
        assert Subscriber.objects.filter(email=other.email).exists()
        kept["member"].refresh_from_db()
        assert kept["member"].state == "active"
