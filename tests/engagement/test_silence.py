"""Key enterprises that nobody is in touch with: whom it is told, when the guard keeps quiet, and how often."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from engagement import silence
from engagement.models import GuardLimit, NotNow, QuietPeriod
from engagement.queries import silent, without_contact
from engagement.silence import sweep
from engagement.tasks import remind_of_contact
from enterprises.models import Enterprise
from notices.models import Message
from portal.core import bilingual
from portal.schedule import PERIODIC
from stewards.models import LeaderLink, RequestEvent, Stewardship
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.engagement import Scene, visit
from tests.factories.enterprises import EnterpriseFactory, ParkFactory, SubdistrictFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory

NOW = timezone.make_aware(datetime(2026, 11, 25, 10))  # a Wednesday
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _known_for_long(scene: Scene) -> None:
    Enterprise.objects.update(created_at=NOW - 91 * DAY)


def told(person: Any) -> list[str]:
    return list(
        Message.objects.filter(recipient=person, kind="visit.silent").order_by("pk").values_list("body", flat=True)
    )


def written(enterprise: Enterprise, days: int, kind: str = "answered") -> None:
    asked = HelpRequestFactory(enterprise=enterprise, state="answered", steward=StewardFactory(), answered_at=NOW)
    RequestEvent.objects.create(request=asked, kind=kind, at=NOW - days * DAY)


def test_the_steward_is_told_once_in_the_digest(scene: Scene) -> None:
    assert (sweep(NOW), sweep(NOW), sweep(NOW + timedelta(hours=3)), sweep(NOW + DAY)) == (1, 0, 0, 0)
    (message,) = Message.objects.all()
    assert (message.recipient, message.state, message.kind) == (scene.steward, "held", "visit.silent")
    assert message.subject == f"No contact for 91 days: {scene.enterprise.name}"
    assert "since 26 August 2026" in message.body
    assert "The contact guard allows a visit from 25 November 2026 on" in message.body
    assert "you are the steward of this key enterprise" in message.body
    assert message.url == f"/en/visits/plan/{scene.enterprise.pk}/"


def test_in_chinese_alone(scene: Scene) -> None:
    scene.steward.language = "zh-hans"
    scene.steward.save()
    Enterprise.objects.update(name_zh_hans="虚构企业", name_en="")
    assert sweep(NOW) == 1
    message = Message.objects.get()
    assert "虚构企业" in message.subject
    assert not [letter for letter in message.subject + message.body if letter.isascii() and letter.isalpha()]


@pytest.mark.parametrize(
    ("what", "messages"),
    [
        ("no tier", 0),
        ("visited 90 days ago", 0),
        ("visited 91 days ago", 1),
        ("visited today", 0),
        ("answered 89 days ago", 0),
        ("answered 95 days ago", 1),
        ("noted 5 days ago", 1),
        ("inspected 5 days ago", 1),
        ("a visit that was cancelled", 1),
        ("a visit that is booked", 0),
        ("a visit that it wished for", 0),
        ("a visit planned for a day that is over", 1),
        ("an inspection that is to come", 1),
        ("known for 90 days only", 0),
    ],
)
def test_what_counts_as_contact(scene: Scene, what: str, messages: int) -> None:
    def been(days: int, state: str = "held", **fields: Any) -> None:
        visit(scene.enterprise, scene.steward, state, day=TODAY - days * DAY, **fields)

    acts: dict[str, Any] = {
        "no tier": lambda: Enterprise.objects.update(tier=""),
        "visited 90 days ago": lambda: been(90),
        "visited 91 days ago": lambda: been(91),
        "visited today": lambda: been(0),
        "answered 89 days ago": lambda: written(scene.enterprise, 89),
        "answered 95 days ago": lambda: written(scene.enterprise, 95),
        "noted 5 days ago": lambda: written(scene.enterprise, 5, "noted"),
        "inspected 5 days ago": lambda: been(5, asked_by="enforcement"),
        "a visit that was cancelled": lambda: been(5, "cancelled"),
        "a visit that is booked": lambda: been(-9, "confirmed"),
        "a visit that it wished for": lambda: been(-9, "requested", asked_by="enterprise"),
        "a visit planned for a day that is over": lambda: been(9, "planned"),
        "an inspection that is to come": lambda: been(-3, "confirmed", asked_by="enforcement"),
        "known for 90 days only": lambda: Enterprise.objects.update(created_at=NOW - 90 * DAY),
    }
    acts[what]()
    assert sweep(NOW) == messages


class TestPeace:
    """The guard keeps the enterprise in peace; afterwards the reminder is still due."""

    @pytest.mark.parametrize("how", ["not now", "quiet period", "declined"])
    def test_nobody_is_sent_there(self, scene: Scene, how: str) -> None:
        if how == "not now":
            NotNow.objects.create(enterprise=scene.enterprise, first=TODAY - DAY, last=TODAY + DAY, by=scene.owner)
        elif how == "quiet period":
            QuietPeriod.objects.create(name_en="Fair", name_zh_hans="展会", first=TODAY, last=TODAY + DAY)
        else:
            said = {"declined_by": "enterprise", "changed_at": NOW - DAY}
            visit(scene.enterprise, scene.steward, "declined", day=TODAY + 2 * DAY, **said)
        assert sweep(NOW) == 0
        assert sweep(NOW + 20 * DAY) == 1

    def test_an_ended_not_now_is_none(self, scene: Scene) -> None:
        facts = {"enterprise": scene.enterprise, "first": TODAY - DAY, "last": TODAY + 9 * DAY, "by": scene.owner}
        NotNow.objects.create(**facts, ended_on=TODAY - DAY)
        assert sweep(NOW) == 1

    def test_with_the_year_s_visits_used_up_a_call_is_asked_for(self, scene: Scene) -> None:
        GuardLimit.objects.create(code="a_year", value=0, valid_from=TODAY - DAY)
        assert sweep(NOW) == 1
        assert "allows no more visits for now: please call instead" in told(scene.steward)[0]


class TestWhom:
    @pytest.mark.parametrize("scope", ["enterprise", "park", "subdistrict"])
    def test_the_narrowest_steward(self, scene: Scene, scope: str) -> None:
        park, subdistrict = ParkFactory(), SubdistrictFactory()
        Enterprise.objects.update(park=park, subdistrict=subdistrict)
        Stewardship.objects.all().delete()
        people = {each: StewardFactory() for each in ("enterprise", "park", "subdistrict")}
        places = {"enterprise": scene.enterprise, "park": park, "subdistrict": subdistrict}
        named = list(places)[list(places).index(scope) :]
        for each in named:
            StewardshipFactory(steward=people[each], scope=each, **{"enterprise": None, each: places[each]})
        assert sweep(NOW) == 1
        assert len(told(people[scope])) == 1

    @pytest.mark.parametrize("gone", ["left", "no longer a steward", "ended", "none"])
    def test_without_one_the_service_centre(self, scene: Scene, gone: str) -> None:
        if gone == "left":
            scene.steward.is_active = False
        elif gone == "no longer a steward":
            scene.steward.roles = ["handler"]
        elif gone == "ended":
            Stewardship.objects.update(ends_on=TODAY - DAY)
        else:
            Stewardship.objects.all().delete()
        scene.steward.save()
        assert sweep(NOW) == 1
        assert "has no steward for this key enterprise" in told(scene.admin)[0]
        assert Message.objects.get().url == "/en/visits/no-contact/"

    def test_a_new_steward_hears_of_it_too(self, scene: Scene) -> None:
        assert sweep(NOW) == 1
        Stewardship.objects.update(steward=StewardFactory())
        assert sweep(NOW + DAY) == 1
        assert sweep(NOW + DAY) == 0


class TestHowOften:
    @pytest.mark.parametrize(("days", "messages"), [(1, 0), (60, 0), (90, 1), (180, 1)])
    def test_again_after_as_many_days_more(self, scene: Scene, days: int, messages: int) -> None:
        assert sweep(NOW) == 1
        then = NOW + days * DAY
        while not silence.current().is_working(then.date()):
            then += DAY
        assert sweep(then) == messages

    def test_a_contact_in_between_begins_anew(self, scene: Scene) -> None:
        assert sweep(NOW) == 1
        visit(scene.enterprise, scene.steward, "held", day=TODAY + DAY)
        assert sweep(NOW + 2 * DAY) == 0
        assert sweep(NOW + 93 * DAY) == 1
        assert len(told(scene.steward)) == 2

    @pytest.mark.parametrize(
        ("moment", "messages"),
        [
            (datetime(2026, 11, 25, 7, 59), 0),
            (datetime(2026, 11, 25, 8, 0), 1),
            (datetime(2026, 11, 28, 10), 0),  # a Saturday
            (datetime(2026, 11, 30, 10), 1),
        ],
    )
    def test_by_day_on_working_days(self, scene: Scene, moment: datetime, messages: int) -> None:
        assert sweep(timezone.make_aware(moment)) == messages

    @pytest.mark.parametrize(("value", "messages"), [(0, 0), (30, 1), (91, 0), (366, 0)])
    def test_the_district_s_number(self, scene: Scene, value: int, messages: int) -> None:
        GuardLimit.objects.create(code="contact_days", value=value, valid_from=date(2026, 1, 1))
        assert sweep(NOW) == messages

    def test_beat_asks_for_it(self, scene: Scene) -> None:
        assert ("contact", "engagement.tasks.remind_of_contact", 3_600.0) in PERIODIC
        assert remind_of_contact() in (0, 1)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_many_take_as_many_queries_as_one(scene: Scene, count: int, monkeypatch: Any) -> None:
    Enterprise.objects.update(tier="")
    for _n in range(count):
        StewardshipFactory(
            steward=scene.steward, enterprise=EnterpriseFactory(tier="municipal", created_at=NOW - 99 * DAY)
        )
    with CaptureQueriesContext(connection) as seen:
        assert sweep(NOW) == count
    assert len(seen) <= 20
    monkeypatch.setattr(silence, "BATCH", 7)
    Message.objects.all().delete()
    assert sweep(NOW) == count, "in pieces as well"


def test_a_leader_whose_link_has_ended_does_not_see_the_whole_district(scene: Scene) -> None:
    leader = UserFactory(roles=["leader"])
    assert list(without_contact(leader, TODAY)) == list(silent(TODAY)) == [scene.enterprise]
    link = LeaderLink.objects.create(leader=leader, scope="tier", tier="district", starts_on=TODAY - 99 * DAY)
    assert list(without_contact(leader, TODAY)) == [scene.enterprise]
    link.tier = "municipal"
    link.save()
    assert list(without_contact(leader, TODAY)) == []
    link.tier, link.ends_on = "district", TODAY - 50 * DAY
    link.save()
    assert list(without_contact(leader, TODAY)) == []


def test_words_are_whole_in_both_languages(scene: Scene) -> None:
    found = silence.Silence(scene.enterprise, TODAY - DAY, 90)
    for language in bilingual.LANGUAGES:
        with bilingual.speaking(language):
            for person in (scene.steward, scene.admin):
                said = silence._text(found, person, silence.Verdict(False, False, ()), TODAY)
                assert "%(" not in said.subject + said.body
