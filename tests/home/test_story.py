"""The enterprise's story: each reader's own part, page by page without loss, and the sheet for a visit."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from engagement.models import Promise
from notices.models import Message
from policies.models import NewMatch, Package
from portal.home import story as telling
from stewards.models import HelpRequest, LeaderLink, Rating, RequestEvent
from tests.factories.accounts import HandlerFactory, StewardFactory, UserFactory
from tests.factories.engagement import visit
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.notices import MessageFactory
from tests.factories.policies import PolicyFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Client]


class World:
    """An enterprise with a little of everything."""

    def __init__(self) -> None:
        self.steward = StewardFactory(name_en="Stella Steward")
        self.enterprise = EnterpriseFactory(
            name_en="Lantern Ltd", name_zh_hans="灯笼公司", tier="district", subdistrict=SubdistrictFactory()
        )
        self.owner = MembershipFactory(enterprise=self.enterprise).user
        StewardshipFactory(steward=self.steward, enterprise=self.enterprise)
        self.asked = accepted(self.steward, enterprise=self.enterprise, asker=self.owner, subject="Rent for the lab")
        self.event(self.asked, "submitted", hours=30)
        self.visited = visit(self.enterprise, self.steward, "written_up", purpose="How the lamps sell")
        self.package = Package.objects.create(
            title_en="Chosen for you", enterprise=self.enterprise, author=self.steward, state="handed_over",
            handed_over_at=timezone.now() - timedelta(hours=3),
        )  # fmt: skip
        NewMatch.objects.create(enterprise=self.enterprise, policy=PolicyFactory(title_en="Lamp subsidy"), version=1)
        self.message = MessageFactory(recipient=self.owner, kind="other.news", subject="A word to you")

    def event(self, asked: HelpRequest, kind: str, hours: float = 1, **fields: Any) -> RequestEvent:
        at = timezone.now() - timedelta(hours=hours)
        return RequestEvent.objects.create(request=asked, kind=kind, actor=self.owner, at=at, **fields)

    @property
    def address(self) -> str:
        return f"/en/desk/enterprises/{self.enterprise.pk}/"


@pytest.fixture
def world() -> World:
    return World()


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


class TestParts:
    def test_its_steward_reads_all_but_messages(self, world: World, as_user: SignIn) -> None:
        page = text(as_user(world.steward), world.address)
        for part in ("Lantern Ltd", "Stella Steward", "Rent for the lab", "How the lamps sell", "Chosen for you"):
            assert part in page
        assert "Lamp subsidy" in page
        assert "A word to you" not in page

    def test_the_enterprise_reads_its_own_with_its_messages(self, world: World, as_user: SignIn) -> None:
        page = text(as_user(world.owner), "/en/package/story/")
        for part in ("Rent for the lab", "How the lamps sell", "Chosen for you", "Lamp subsidy", "A word to you"):
            assert part in page

    def test_what_stands_there_as_a_request_is_no_message_too(self, world: World, as_user: SignIn) -> None:
        MessageFactory(recipient=world.owner, kind="request.answered", subject="Twice told")
        MessageFactory(recipient=world.owner, kind="policy.match", subject="Twice told")
        MessageFactory(recipient=world.owner, kind="visit.requested", subject="Twice told")
        MessageFactory(recipient=world.owner, kind="package", subject="Twice told")
        MessageFactory(recipient=UserFactory(), kind="other.x", subject="To somebody else")
        page = text(as_user(world.owner), "/en/package/story/")
        assert "Twice told" not in page
        assert "To somebody else" not in page

    def test_internal_notes_and_drafts_are_in_nobodys_story(self, world: World, as_user: SignIn) -> None:
        world.event(world.asked, "note", text="Between us", internal=True)
        HelpRequest.objects.create(asker=world.owner, enterprise=world.enterprise, subject="Half a thought")
        for person, address in ((world.owner, "/en/package/story/"), (world.steward, world.address)):
            page = text(as_user(person), address)
            assert "Between us" not in page
            assert "Half a thought" not in page

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_new_dates_silence_and_bad_ratings_are_in_it(self, language: str, world: World, as_user: SignIn) -> None:
        """With their days, to both sides; who asked for more time, and what a leader said, to neither."""
        world.event(world.asked, "renewed", hours=5, data={"due_on": "2026-12-01"})
        world.event(world.asked, "unheard", hours=4)
        world.event(world.asked, "rectifying", hours=3, data={"due_on": "2026-12-02"})
        world.event(world.asked, "called_back", hours=2, data={"reached": True})
        world.event(world.asked, "rectified", hours=1)
        dates = {"asker": {"en": "Ann Asker"}, "due_before": "2026-11-24", "due_after": "2026-11-27"}
        world.event(world.asked, "extended", hours=6, data=dates)
        world.event(world.asked, "time_asked", hours=7, internal=True, data={"more": 3})
        world.event(world.asked, "instructed", hours=7, internal=True)
        for person, address in ((world.owner, f"/{language}/package/story/"), (world.steward, world.address)):
            page = text(as_user(person), address.replace("/en/", f"/{language}/"))
            if language == "en":
                for part in (
                    "set a new date for the answer: Due by", "1 December", "nobody has contacted the enterprise",
                    "is being put right: To be put right by", "2 December", "called the enterprise back: Reached",
                    "put the rating right", "due by 27 November 2026 instead of 24 November 2026",
                ):  # fmt: skip
                    assert part in page, part
                assert "instruction" not in page
                assert "working days more" not in page
            else:
                assert "12月1日" in page
                assert "12月2日" in page

    def test_a_handler_of_one_request_reads_of_that_alone(self, world: World, as_user: SignIn) -> None:
        handler = HandlerFactory()
        theirs = accepted(world.steward, enterprise=world.enterprise, asker=world.owner, subject="For the tax office")
        HelpRequest.objects.filter(pk=theirs.pk).update(handler=handler, department=handler.department)
        world.event(theirs, "submitted")
        page = text(as_user(handler), world.address)
        assert "For the tax office" in page
        assert "Rent for the lab" not in page
        assert "How the lamps sell" not in page

    def test_a_visit_only_planned_is_not_the_enterprises_business_yet(self, world: World, as_user: SignIn) -> None:
        visit(world.enterprise, world.steward, "planned", purpose="Perhaps in December")
        assert "Perhaps in December" in text(as_user(world.steward), world.address)
        assert "Perhaps in December" not in text(as_user(world.owner), "/en/package/story/")


class TestWhoGetsIn:
    @pytest.mark.parametrize("who", ["enterprise", "park", "subdistrict", "admin", "tier", "leader of it"])
    def test_those_who_look_after_it(self, who: str, world: World, as_user: SignIn) -> None:
        person = UserFactory(roles=["admin"] if who == "admin" else ["leader"])
        day = timezone.localdate()
        if who in ("enterprise", "park", "subdistrict"):
            person = StewardFactory()
            world.enterprise.stewardships.all().delete()
            if who == "park":
                world.enterprise.park = ParkFactory()
                world.enterprise.save()
            place = {who: getattr(world.enterprise, who, world.enterprise)}
            StewardshipFactory(**{"steward": person, "scope": who, "enterprise": None, **place})
        elif who == "tier":
            LeaderLink.objects.create(leader=person, scope="tier", tier="district", starts_on=day)
        elif who == "leader of it":
            LeaderLink.objects.create(leader=person, scope="enterprise", enterprise=world.enterprise, starts_on=day)
        assert "Lantern Ltd" in text(as_user(person), world.address)
        assert "Lantern Ltd" in text(as_user(person), world.address + "brief/")

    @pytest.mark.parametrize("roles", [["steward"], ["handler"], ["leader"], ["editor"], ["auditor"], []])
    def test_everybody_else_finds_nothing(self, roles: list[str], world: World, as_user: SignIn) -> None:
        person = UserFactory(roles=roles)
        LeaderLink.objects.create(
            leader=person, scope="tier", tier="municipal", starts_on=timezone.localdate()
        )  # somebody else's
        for address in (world.address, world.address + "brief/", "/en/desk/enterprises/0/"):
            text(as_user(person), address, 404)

    def test_the_owner_of_another_enterprise_sees_only_their_own(self, world: World, as_user: SignIn) -> None:
        other = MembershipFactory().user
        assert "Rent for the lab" not in text(as_user(other), "/en/package/story/")
        text(as_user(other), f"/en/package/story/?enterprise={world.enterprise.pk}", 404)
        text(as_user(world.owner), world.address, 404)
        text(as_user(UserFactory()), "/en/package/story/", 404)


class TestPages:
    def test_every_entry_once_in_order_whatever_shares_a_moment(self, world: World) -> None:
        moment = timezone.now() - timedelta(hours=1)
        RequestEvent.objects.bulk_create(
            RequestEvent(request=world.asked, kind="closed", actor=world.owner, at=moment) for _n in range(40)
        )
        Message.objects.bulk_create(
            Message(key=f"s{n}", recipient=world.owner, email="x@example.org", kind="other", language="en",
                    subject=f"S{n}", body="B", created_at=moment) for n in range(35)
        )  # fmt: skip
        reader = telling.own_reader(world.owner, world.enterprise)
        seen, cursor = [], ""
        for _page in range(6):
            page = telling.story(world.enterprise, reader, cursor)
            seen += page.entries
            cursor = page.older
            if not cursor:
                break
        orders = [entry.order for entry in seen]
        assert orders == sorted(orders, reverse=True)
        assert len(set(orders)) == len(orders) == 40 + 35 + 5

    @pytest.mark.parametrize(
        "cursor",
        ["x", "2026-11-22", "2026-11-22T10:00:00~request~1", "2026-11-22T10:00:00+08:00~nothing~1", "~~", "½~request~1",
         "2026-11-22T10:00:00+08:00~request~٣", "2026-11-22T10:00:00+08:00~request~" + "9" * 30, "0" * 5000],
    )  # fmt: skip
    def test_a_cursor_that_means_nothing_shows_the_newest(self, cursor: str, world: World, as_user: SignIn) -> None:
        assert "Rent for the lab" in text(as_user(world.steward), f"{world.address}?before={cursor}")

    def test_months_are_headings_in_either_language(self, world: World, as_user: SignIn) -> None:
        RequestEvent.objects.update(at=timezone.now().replace(year=2025, month=3, day=5))
        assert "March 2025" in text(as_user(world.steward), world.address)
        assert "2025年3月" in text(as_user(world.steward), world.address.replace("/en/", "/zh-hans/"))

    def test_empty(self, as_user: SignIn) -> None:
        assert "Nothing yet" in text(as_user(MembershipFactory().user), "/en/package/story/")

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_a_constant_number_of_queries(
        self, rows: int, world: World, as_user: SignIn, django_assert_num_queries: Any
    ) -> None:
        for _n in range(rows):
            asked = HelpRequestFactory(enterprise=world.enterprise, asker=world.owner, steward=world.steward)
            world.event(asked, "submitted")
            visit(world.enterprise, world.steward, "held")
        client = as_user(world.steward)
        with django_assert_num_queries(12):
            client.get(world.address)
        owner = as_user(world.owner)
        with django_assert_num_queries(11):
            owner.get("/en/package/story/")


class TestBrief:
    def test_one_sheet_in_both_languages(self, world: World, as_user: SignIn) -> None:
        answered = accepted(world.steward, enterprise=world.enterprise, asker=world.owner)
        HelpRequest.objects.filter(pk=answered.pk).update(state="closed", answered_at=timezone.now())
        Rating.objects.create(request=answered, round=1, score=4, solved=True, rated_by=world.owner)
        due = timezone.localdate() + timedelta(days=9)
        Promise.objects.create(visit=world.visited, text="A list of rooms", due_on=due, made_by=world.steward)
        page = text(as_user(world.steward), world.address + "brief/")
        for part in (
            "Lantern Ltd",
            "灯笼公司",
            "Stella Steward",
            "Rent for the lab",
            "A list of rooms",
            "How the lamps",
        ):
            assert part in page
        assert "2 requests, 1 answered, 1 of them in time" in page
        assert "诉求2件，已答复1件，其中按时1件" in page
        assert "4.0 of 5 (1 rating)" in page

    def test_of_an_enterprise_of_which_little_is_known(self, as_user: SignIn, admin_user: Any) -> None:
        enterprise = EnterpriseFactory(name_en="Blank Ltd", name_zh_hans="", industry=None, size="")
        page = text(as_user(admin_user), f"/en/desk/enterprises/{enterprise.pk}/brief/")
        assert "Blank Ltd" in page
        assert "0 requests, 0 answered" in page

    def test_what_is_kept_or_long_past_is_left_out(self, world: World, as_user: SignIn) -> None:
        HelpRequest.objects.update(submitted_at=timezone.now() - timedelta(days=400), state="closed")
        Promise.objects.create(visit=world.visited, text="Kept word", made_by=world.steward, request=world.asked)
        page = text(as_user(world.steward), world.address + "brief/")
        assert "0 requests" in page
        assert "Kept word" not in page

    @pytest.mark.parametrize("rows", [1, 3, 30])
    def test_a_constant_number_of_queries(
        self, rows: int, world: World, as_user: SignIn, django_assert_num_queries: Any
    ) -> None:
        for _n in range(rows):
            accepted(world.steward, enterprise=world.enterprise, asker=world.owner)
            visit(world.enterprise, world.steward, "held")
        client = as_user(world.steward)
        with django_assert_num_queries(15):
            client.get(world.address + "brief/")
