"""Numbers of the guard, quiet periods, “not now”, calendar addresses and the file they lead to."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from engagement import peace, workflow
from engagement.booking import book_of, limit_now
from engagement.enums import Limit
from engagement.feeds import calendar_of, feed_of
from engagement.models import CalendarFeed, NotNow, QuietPeriod, Visit
from notices.models import Message
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories.accounts import UserFactory
from tests.factories.engagement import Scene, ahead, at, wanted
from tests.factories.engagement import visit as visit_to
from tests.factories.enterprises import EnterpriseFactory


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as error:
        act()
    return str(error.value)


def test_a_number_holds_from_its_day_and_the_starting_value_before(scene: Scene) -> None:
    assert limit_now(Limit.A_YEAR) == 6
    today = local_day()
    peace.set_limit("a_year", value=3, valid_from=today, reason="…", by=scene.admin)
    peace.set_limit("a_year", value=9, valid_from=today + timedelta(days=30), reason="…", by=scene.admin)
    peace.set_limit("a_year", value=4, valid_from=today, reason="…", by=scene.admin)
    assert limit_now(Limit.A_YEAR) == 4
    assert limit_now(Limit.A_YEAR, today + timedelta(days=30)) == 9
    book = book_of(scene.enterprise)
    assert [book.limit(Limit.A_YEAR, today + timedelta(days=n)) for n in (-1, 0, 30)] == [6, 4, 9]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"value": 400}, "Choose a number from 0 to 366."),
        ({"value": -1}, "Choose a number from 0 to 366."),
        ({"code": "nonsense"}, "Choose a number from 0 to 366."),
        ({"valid_from": local_day() - timedelta(days=1)}, "from today on"),
        ({"reason": "  "}, "Say why"),
    ],
    ids=["large", "negative", "unknown", "past", "unfounded"],
)
def test_numbers_that_cannot_be(scene: Scene, fields: dict[str, Any], reason: str) -> None:
    given = {"code": "a_year", "value": 3, "valid_from": local_day(), "reason": "…", **fields}
    assert reason in refused(lambda: peace.set_limit(by=scene.admin, **given))


def test_only_the_service_centre_sets_them(scene: Scene) -> None:
    today = local_day()
    period = QuietPeriod.objects.create(name_en="Fair", name_zh_hans="博览会", first=today, last=today)
    for act in (
        lambda: peace.set_limit("a_year", value=3, valid_from=today, reason="…", by=scene.steward),
        lambda: peace.set_quiet_period(names={"name_en": "X"}, first=today, last=today, by=scene.steward),
        lambda: peace.drop_quiet_period(period, by=scene.steward),
    ):
        assert refused(act) == "Only the service centre sets the contact guard."


def test_quiet_periods(scene: Scene) -> None:
    today, names = local_day(), {"name_en": "Fair", "name_zh_hans": "博览会"}
    period = peace.set_quiet_period(names=names, first=today, last=today + timedelta(days=5), by=scene.admin)
    assert [quiet.name for quiet in book_of(scene.enterprise).quiet] == ["Fair"]
    peace.drop_quiet_period(period, by=scene.admin)
    assert book_of(scene.enterprise).quiet == ()
    for first, last in ((today, today - timedelta(days=1)), (today - timedelta(days=9), today - timedelta(days=2))):
        reason = refused(lambda a=first, b=last: peace.set_quiet_period(names=names, first=a, last=b, by=scene.admin))
        assert reason.startswith("A quiet period ends after it begins")


class TestNotNow:
    def test_until_a_day_and_no_longer(self, scene: Scene) -> None:
        last = local_day() + timedelta(days=90)
        peace.say_not_now(scene.enterprise, by=scene.owner, last=last, note=" Audit ")
        peace.say_not_now(scene.enterprise, by=scene.owner, last=local_day() + timedelta(days=3))
        assert NotNow.objects.filter(ended_on=None).count() == 1
        quiet = book_of(scene.enterprise).quiet[0]
        assert (quiet.kind, quiet.last) == ("not_now", local_day() + timedelta(days=3))
        peace.end_not_now(scene.enterprise, by=scene.owner)
        assert book_of(scene.enterprise).quiet == ()

    @pytest.mark.parametrize("days", [-1, 91])
    def test_only_within_the_longest_time(self, scene: Scene, days: int) -> None:
        last = local_day() + timedelta(days=days)
        reason = refused(lambda: peace.say_not_now(scene.enterprise, by=scene.owner, last=last))
        assert reason == "Choose a day within the next 90 days."

    def test_only_for_ones_own_enterprise(self, scene: Scene) -> None:
        for person in (scene.outsider, scene.steward, scene.admin):
            act = lambda by=person: peace.say_not_now(scene.enterprise, by=by, last=local_day())  # noqa: E731
            assert refused(act) == "You do not act for this enterprise."
        assert refused(lambda: peace.end_not_now(scene.enterprise, by=scene.outsider))


class TestNotNowWhileAVisitIsAskedFor:
    """What waits for the enterprise's answer is put on hold; what it has said itself stays."""

    @pytest.mark.parametrize("days", [5, 60], ids=["before the visit", "beyond it"])
    @pytest.mark.parametrize("state", ["requested", "moved"])
    def test_nothing_is_left_to_answer(self, scene: Scene, as_user: Any, state: str, days: int) -> None:
        visit = scene.visit(state, day=ahead(3))
        peace.say_not_now(scene.enterprise, by=scene.owner, last=local_day() + timedelta(days=days))
        visit.refresh_from_db()
        assert (visit.state, visit.turn, visit.state_words, visit.lock_version) == ("planned", "", "On hold", 1)
        told = Message.objects.get(recipient=scene.steward, kind="visit.pause")
        assert "on hold" in told.subject
        assert "has nothing to answer" in told.body
        assert f"/visits/{visit.pk}/" in told.url
        record = as_user(scene.owner).get(reverse("contacts:record")).content.decode()
        assert "We wait for your answer" not in record
        assert "On hold" in record
        assert "Counted for now" in record
        page = as_user(scene.owner).get(reverse("contacts:visit", args=[visit.pk])).content.decode()
        assert "there is nothing for you to answer" in page
        assert "Olive Owner asked for quiet: the visit is on hold" in page
        assert "contacts/visit" not in page
        desk = as_user(scene.steward).get(reverse("visits:detail", args=[visit.pk])).content.decode()
        assert "The enterprise cannot be asked for it now:" in desk
        assert "STATUS:TENTATIVE" in calendar_of([visit], CalendarFeed(person=scene.steward))

    @pytest.mark.parametrize(
        ("state", "fields"),
        [
            ("confirmed", {}),
            ("planned", {}),
            ("moved", {"turn": "government"}),
            ("requested", {"asked_by": "enterprise", "turn": "government"}),
            ("moved", {"asked_by": "enterprise"}),
            ("confirmed", {"asked_by": "enforcement"}),
            ("requested", {"day": local_day() - timedelta(days=1)}),
            ("held", {}),
        ],
    )
    def test_what_else_there_is_stays(self, scene: Scene, state: str, fields: dict[str, Any]) -> None:
        visit = scene.visit(state, **fields)
        peace.say_not_now(scene.enterprise, by=scene.owner, last=local_day() + timedelta(days=60))
        after = Visit.objects.get(pk=visit.pk)
        assert (after.state, after.turn, after.lock_version) == (visit.state, visit.turn, 0)
        assert not Message.objects.exists()

    def test_of_another_enterprise_nothing_changes(self, scene: Scene) -> None:
        other = visit_to(EnterpriseFactory(), scene.steward, "requested")
        peace.say_not_now(scene.enterprise, by=scene.owner, last=local_day() + timedelta(days=60))
        assert Visit.objects.get(pk=other.pk).state == "requested"

    def test_asked_again_only_when_the_quiet_is_over(self, scene: Scene) -> None:
        visit = scene.visit("requested", day=ahead(5))
        last = local_day() + timedelta(days=3)
        peace.say_not_now(scene.enterprise, by=scene.owner, last=last)
        peace.say_not_now(scene.enterprise, by=scene.owner, last=last)
        assert Message.objects.filter(kind="visit.pause").count() == 1, "a double click tells once"
        assert "has asked for quiet until" in refused(lambda: workflow.request(visit, by=scene.steward))
        ask = {"by": scene.steward, "wanted": wanted(ahead(9)), "ask": True}
        assert "has asked for quiet until" in refused(lambda: workflow.plan(scene.enterprise, **ask))
        assert Visit.objects.count() == 1, "what cannot be asked for is not planned by half"
        peace.end_not_now(scene.enterprise, by=scene.owner)
        assert workflow.request(visit, by=scene.steward).turn == "enterprise"

    def test_of_days_gone_by_nothing_holds(self, scene: Scene) -> None:
        visit = scene.visit("planned")
        gone = local_day() - timedelta(days=1)
        NotNow.objects.create(enterprise=scene.enterprise, by=scene.owner, first=gone, last=gone)
        assert workflow.request(visit, by=scene.steward).state == "requested"

    def test_a_visit_on_hold_moves_and_ends_like_one_that_is_planned(self, scene: Scene) -> None:
        visit, other = scene.visit("requested", day=ahead(2)), scene.visit("requested", day=ahead(5))
        last = ahead(3)
        peace.say_not_now(scene.enterprise, by=scene.owner, last=last)
        start = at(ahead(8))
        times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
        before = Message.objects.filter(recipient=scene.owner).count()
        moved = workflow.move(visit, by=scene.steward, **times)
        assert (moved.state, moved.turn) == ("planned", "")
        within = {"starts_at": at(last), "ends_at": at(last) + timedelta(hours=1)}
        assert "asked for quiet" in refused(lambda: workflow.move(visit, by=scene.steward, **within))
        workflow.join(visit, by=scene.handler, topic="Tax")
        assert workflow.cancel(other, by=scene.steward, text="Ill.").state == "cancelled"
        assert Message.objects.filter(recipient=scene.owner).count() == before + 1, "of the cancelled one alone"


def read(person: Any, enterprise: Any = None) -> Any:
    address = feed_of(person, enterprise)
    return Client().get(address.partition("//")[2].partition("/")[1] + address.partition("//")[2].partition("/")[2])


class TestCalendars:
    def test_of_staff(self, scene: Scene) -> None:
        scene.visit(details="Secret; words", occasion=None)
        scene.visit("cancelled", day=ahead(5))
        scene.visit("merged", day=ahead(6), merged_into=scene.visit("requested", day=ahead(7)))
        scene.visit(organiser=scene.handler, day=ahead(12))
        peace.make_feed(scene.steward)
        response = read(scene.steward)
        text = response.content.decode()
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Cache-Control"] == "private, no-store"
        assert text.count("BEGIN:VEVENT") == 3
        assert [line for line in text.splitlines() if line.startswith("STATUS")] == [
            "STATUS:CONFIRMED", "STATUS:CANCELLED", "STATUS:TENTATIVE",
        ]  # fmt: skip
        assert f"/visits/{scene.steward.visits_organised.first().pk}/" in text
        assert all(len(line.encode()) <= 75 for line in text.splitlines())
        assert "Secret" not in text

    def test_of_an_enterprise(self, scene: Scene) -> None:
        scene.visit()
        scene.visit("planned", day=ahead(8))
        peace.make_feed(scene.owner, scene.enterprise)
        text = read(scene.owner, scene.enterprise).content.decode()
        assert text.count("BEGIN:VEVENT") == 1
        assert "/enterprise/contacts/" in text
        assert "Stella Steward" in text

    def test_one_address_that_can_be_revoked(self, scene: Scene) -> None:
        first = peace.make_feed(scene.steward)
        assert peace.make_feed(scene.steward) == first
        assert len(first.token) >= 40
        peace.revoke_feed(scene.steward)
        assert feed_of(scene.steward) == ""
        assert Client().get(f"/calendars/visits/{first.token}.ics").status_code == 404
        assert peace.make_feed(scene.steward).token != first.token

    def test_who_leaves_reads_no_more(self, scene: Scene) -> None:
        own, staff = peace.make_feed(scene.owner, scene.enterprise), peace.make_feed(scene.steward)
        addresses = [f"/calendars/visits/{feed.token}.ics" for feed in (own, staff)]
        assert [Client().get(each).status_code for each in addresses] == [200, 200]
        scene.enterprise.memberships.all().delete()
        scene.steward.roles = []
        scene.steward.save(update_fields=["roles"])
        assert [Client().get(each).status_code for each in addresses] == [404, 404]

    def test_nobody_guesses(self, scene: Scene) -> None:
        assert Client().get("/calendars/visits/x.ics").status_code == 404
        assert refused(lambda: peace.make_feed(scene.outsider))
        assert refused(lambda: peace.make_feed(scene.outsider, scene.enterprise))
        assert not CalendarFeed.objects.exists()

    def test_in_the_persons_language(self, scene: Scene) -> None:
        reader = UserFactory(roles=["steward"], language="zh-hans")
        peace.make_feed(reader)
        assert "ZH-HANS" in read(reader).content.decode()
