"""Segments at use: invitations to events, surveys, and the page that says where one was used."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from engagement.models import NotNow
from engagement.surveys import choosing
from engagement.surveys import workflow as surveys
from engagement.surveys.choosing import Audience
from engagement.surveys.models import Survey
from enterprises.models import Enterprise
from enterprises.segments import workflow as segments
from notices.models import Message
from outreach.events import inviting
from outreach.models import Event, Invitation
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import outreach as make
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.engagement import survey, visit
from tests.factories.enterprises import EnterpriseFactory, IndustryFactory, MembershipFactory
from tests.factories.policies import PolicyFactory
from tests.factories.tiers import admin, segment

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


def text(response: Any) -> str:
    return str(response.content.decode())


def member(name: str, **fields: Any) -> Any:
    """An enterprise in the segment, with an owner who reads."""
    one = EnterpriseFactory(**{"tier": "district", "name_en": name, **fields})
    return MembershipFactory(enterprise=one)


def page_of(event: Event) -> str:
    return reverse("events:invitations", args=[event.pk])


class TestInvitations:
    def test_all_of_a_segment_key_enterprises_first(self) -> None:
        member("Third", tier="")
        member("Second")
        member("First", tier="municipal")
        member("Outside", tier="subdistrict")
        row = segment(tiers=["none", "district", "municipal"])
        found = inviting.candidates(make.event(), row)
        assert [each.enterprise.name for each in found] == ["First", "Second", "Third"]
        assert {each.because for each in found} == {None}

    def test_through_the_contact_guard(self) -> None:
        member("Free")
        resting = member("Resting").enterprise
        NotNow.objects.create(enterprise=resting, first=local_day(), last=local_day() + timedelta(days=30), by=admin())
        EnterpriseFactory(tier="district", name_en="Unread")
        found = inviting.candidates(make.event(), segment())
        assert {each.enterprise.name: each.held_back for each in found} == {
            "Free": "", "Resting": "not_now", "Unread": "nobody"
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("state", "asked_by", "days", "held"),
        [
            ("confirmed", "government", 0, "week"),
            ("held", "government", 0, "week"),
            ("confirmed", "government", 7, ""),
            ("held", "government", -7, ""),
            ("cancelled", "government", 0, ""),
            ("confirmed", "enterprise", 0, ""),
            ("held", "enforcement", 0, ""),
        ],
    )
    def test_not_in_a_week_with_a_contact_already(self, state: str, asked_by: str, days: int, held: str) -> None:
        one = member("Star Ltd").enterprise
        day = choosing.sending_day() + timedelta(days=days)
        visit(one, StewardFactory(), state, day=day, asked_by=asked_by)
        (found,) = inviting.candidates(make.event(), segment())
        assert found.held_back == held

    def test_what_its_policies_fit_is_judged_as_before(self) -> None:
        one = member("Star Ltd", industry=IndustryFactory(), verified_at=timezone.now()).enterprise
        visit(one, StewardFactory(), "confirmed", day=choosing.sending_day())
        event = make.event()
        event.policies.add(PolicyFactory(criteria=[{"field": "industry_code", "op": "in", "value": ["I65"]}]))
        (found,) = inviting.candidates(event)
        assert (found.held_back, found.because is not None) == ("", True)

    def test_invited_once_and_told_without_the_segments_name(self) -> None:
        person = member("Star Ltd").user
        event, row, by = make.event(), segment("Secret plan"), make.organiser()
        (made,) = inviting.invite(event.occasion, by=by, segment=row)
        assert (made.segment, made.because, made.held_back) == (row, None, "")
        message = Message.objects.get(recipient=person)
        assert "Star Ltd is invited" in message.body
        assert "Secret plan" not in message.body + message.subject
        assert "policy" not in message.body
        with pytest.raises(Refused, match="invited already, or nobody is in it"):
            inviting.invite(event.occasion, by=by, segment=row)

    def test_who_is_in_it_now(self) -> None:
        gone = member("Gone").enterprise
        event, row = make.event(), segment()
        Enterprise.objects.filter(pk=gone.pk).update(tier="")
        member("Come")
        (made,) = inviting.invite(event.occasion, by=make.organiser(), segment=row)
        assert made.enterprise.name == "Come"

    def test_on_the_page(self, as_user: As) -> None:
        member("Star Ltd")
        busy = member("Busy Ltd").enterprise
        visit(busy, StewardFactory(), "confirmed", day=choosing.sending_day())
        event, row = make.event(), segment("Key ones")
        client = as_user(make.organiser())
        assert "Star Ltd" not in text(client.get(page_of(event)))
        page = text(client.get(page_of(event), {"segment": row.pk}))
        for words in ("Star Ltd", "Can be invited", "Busy Ltd", "has been contacted this week already", "Key ones"):
            assert words in page
        url = reverse("events:act", args=[event.pk, "invite"])
        answer = client.post(url, {"segment": row.pk}, follow=True)
        assert "1 enterprise is invited. Spared: 1." in text(answer)
        page = text(client.get(page_of(event)))
        assert "Spared: has been contacted this week already" in page
        assert client.post(url, {"segment": row.pk}).status_code == 409

    @pytest.mark.parametrize("key", ["x", "999999", "-1"])
    def test_no_such_segment(self, as_user: As, key: str) -> None:
        member("Star Ltd")
        event, client = make.event(), as_user(make.organiser())
        assert "Star Ltd" not in text(client.get(page_of(event), {"segment": key}))
        answer = client.post(reverse("events:act", args=[event.pk, "invite"]), {"segment": key})
        assert answer.status_code == 409
        assert "not in use any more" in text(answer)
        assert not Invitation.objects.exists()

    def test_a_retired_one_is_not_offered(self, as_user: As) -> None:
        event, row, client = make.event(), segment("Gone"), as_user(make.organiser())
        segments.retire(row, by=admin())
        assert "Gone" not in text(client.get(page_of(event)))
        answer = client.post(reverse("events:act", args=[event.pk, "invite"]), {"segment": row.pk})
        assert answer.status_code == 409

    def test_the_invited_see_no_segment(self, as_user: As) -> None:
        person = member("Star Ltd").user
        event = make.event()
        inviting.invite(event.occasion, by=make.organiser(), segment=segment("Secret plan"))
        page = text(as_user(person).get(reverse("events:detail", args=[event.slug])))
        assert "Your enterprise is invited" in page
        assert "Secret plan" not in page

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_the_page_costs_the_same(self, as_user: As, count: int, django_assert_num_queries: Any) -> None:
        for n in range(count):
            member(f"№ {n}")
        event, row, client = make.event(), segment(), as_user(make.organiser())
        client.get(page_of(event), {"segment": row.pk})
        with django_assert_num_queries(13):
            client.get(page_of(event), {"segment": row.pk})


class TestSurveys:
    def test_kept_and_read_again(self) -> None:
        row = segment("Key ones")
        audience = Audience(segment=row.pk)
        assert audience
        assert Audience.of(audience.kept()) == audience
        assert audience.words() == "Key ones"
        assert "segment" not in Audience(served=True).kept()

    @pytest.mark.parametrize("kept", [{}, {"segment": None}, {"segment": ""}, {"segment": 0}])
    def test_none(self, kept: dict[str, Any]) -> None:
        assert Audience.of(kept).segment is None

    def test_it_narrows_the_rest(self) -> None:
        member("Both", tier="municipal")
        member("Segment")
        row = segment(tiers=["district", "municipal"])
        found = choosing.enterprises_of(Audience(tiers=("municipal",), segment=row.pk))
        assert [each.name for each in found] == ["Both"]

    def test_a_retired_one_is_nobody(self) -> None:
        member("Star Ltd")
        row = segment()
        segments.retire(row, by=admin())
        assert not choosing.choose(Audience(segment=row.pk)).going

    def test_sent_from_the_page(self, as_user: As, admin_user: Any) -> None:
        member("Star Ltd")
        row, asked = segment("Key ones"), survey(author=admin_user, state="draft")
        client = as_user(admin_user)
        page = text(client.get(reverse("surveys:detail", args=[asked.pk]), {"segment": row.pk}))
        assert "It would go to <b>1</b> enterprise." in page
        assert f'<input type="hidden" name="segment" value="{row.pk}"' in page
        url = reverse("surveys:act", args=[asked.pk, "send"])
        answer = client.post(url, {"segment": row.pk, "seen": asked.lock_version}, follow=True)
        assert "Key ones" in text(answer)
        asked.refresh_from_db()
        assert asked.audience["segment"] == row.pk

    def test_one_that_is_not_offered(self, as_user: As, admin_user: Any) -> None:
        asked = survey(author=admin_user, state="draft")
        page = text(as_user(admin_user).get(reverse("surveys:detail", args=[asked.pk]), {"segment": "999999"}))
        assert "Choose at least one tier" in page


class TestWhereItIsUsed:
    def test_nowhere_yet(self, as_user: As) -> None:
        page = text(as_user(UserFactory(roles=["editor"])).get(reverse("home:segment-uses", args=[segment().pk])))
        assert "Nobody has been invited as one of this segment yet." in page
        assert "No survey has gone to it yet." in page

    def test_events_and_surveys(self, as_user: As, admin_user: Any) -> None:
        member("Star Ltd")
        EnterpriseFactory(tier="district")
        row, other = segment("Key ones"), segment("Other")
        event = make.event(title_en="Rents explained")
        inviting.invite(event.occasion, by=make.organiser(), segment=row)
        asked = survey(author=admin_user, state="draft")
        surveys.send(asked, by=admin_user, audience=Audience(segment=row.pk))
        client = as_user(admin_user)
        page = text(client.get(reverse("home:segment-uses", args=[row.pk])))
        for words in ("Rents explained", "invited: 1, spared: 1", "asked: 1", page_of(event)):
            assert words in page
        assert reverse("surveys:detail", args=[asked.pk]) in page
        assert "Rents explained" not in text(client.get(reverse("home:segment-uses", args=[other.pk])))
        editor = as_user(UserFactory(roles=["editor"]))
        page = text(editor.get(reverse("home:segment-uses", args=[row.pk])))
        assert reverse("surveys:detail", args=[asked.pk]) not in page
        assert Survey.objects.get().title in page

    def test_not_there(self, as_user: As, admin_user: Any) -> None:
        assert as_user(admin_user).get(reverse("home:segment-uses", args=[999_999])).status_code == 404

    @pytest.mark.parametrize("count", [1, 3, 30])
    def test_costs_the_same(self, as_user: As, count: int, django_assert_num_queries: Any) -> None:
        one, row, by = EnterpriseFactory(), segment(), admin()
        for _n in range(count):
            Invitation.objects.create(event=make.event(), enterprise=one, segment=row, by=by)
        client, url = as_user(by), reverse("home:segment-uses", args=[row.pk])
        client.get(url)
        with django_assert_num_queries(6):
            client.get(url)
