"""What the service centre reads: figures, loads, who covers whom."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from enterprises.models import Enterprise
from portal.core import minute
from portal.core.calendar import local_day
from stewards.centre import overview as centre
from stewards.models import HelpRequest
from tests.factories.accounts import DepartmentFactory, StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, ParkFactory, SubdistrictFactory
from tests.factories.notices import MessageFactory
from tests.factories.stewards import HelpRequestFactory, StewardshipFactory, accepted

pytestmark = pytest.mark.django_db


@pytest.fixture
def today() -> date:
    return local_day()


def late(today: date, **fields: Any) -> HelpRequest:
    return accepted(due_on=today - timedelta(days=1), **fields)


@pytest.mark.parametrize(
    ("count", "more", "words", "truth"),
    [(0, False, "0", False), (1, False, "1", True), (999, False, "999", True), (999, True, "999+", True)],
)
def test_a_figure_stops_at_the_cap(count: int, more: bool, words: str, truth: bool) -> None:
    figure = centre.Figure(count, more)
    assert (str(figure), bool(figure)) == (words, truth)


def test_nothing_to_do_is_a_row_of_noughts(today: date) -> None:
    assert {str(figure) for figure in centre.figures(today).values()} == {"0"}


def test_each_figure_counts_its_own(today: date) -> None:
    HelpRequestFactory()
    late(today)
    accepted(due_on=today)
    MembershipFactory(state="claimed")
    EnterpriseFactory(tier="district")
    MessageFactory(state="failed")
    before = timezone.now() - timedelta(hours=2)
    MessageFactory(state="queued", created_at=before, next_attempt_at=before)
    MessageFactory(state="queued")
    counted = ("unassigned", "overdue", "claims", "failed", "late")
    others = ("more_time", "rectifications", "supervised", "undelivered", "unheard")
    shown = {name: str(figure) for name, figure in centre.figures(today).items()}
    assert shown == dict.fromkeys(counted, "1") | dict.fromkeys(others, "0")
    assert str(centre.standing(today).without_steward) == "1"


@pytest.mark.parametrize(
    ("written", "next_attempt", "last_error", "is_late"),
    [
        (-2, -2, "", True),  # no worker has looked at it
        (-2, 0.01, "ConnectionRefusedError", True),  # the mail server is away: it is asked every minute
        (-9, 1, "SMTPRecipientsRefused", True),
        (-9, 1, "", False),  # the person's quiet hours end in an hour
        (-9, -0.1, "", False),  # they have just ended
        (-9, -1.5, "", True),  # they ended long ago
        (-0.5, -0.5, "", False),
        (-0.5, 0.01, "ConnectionRefusedError", False),
    ],
)
def test_mail_is_late_when_it_could_have_gone_out(
    today: date, written: float, next_attempt: float, last_error: str, is_late: bool
) -> None:
    now = timezone.now()
    times = {"created_at": now + timedelta(hours=written), "next_attempt_at": now + timedelta(hours=next_attempt)}
    MessageFactory(state="queued", last_error=last_error, **times)
    assert bool(centre.figures(today)["late"]) is is_late


def test_figures_stop_counting(today: date, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(centre, "CAP", 2)
    for _n in range(4):
        HelpRequestFactory()
    with django_assert_num_queries(10):
        assert str(centre.figures(today)["unassigned"]) == "2+"


def test_a_request_that_waits_for_the_enterprise_is_nobodys_lateness(today: date) -> None:
    waiting = late(today)
    HelpRequest.objects.filter(pk=waiting.pk).update(state="waiting", waiting_since=timezone.now())
    answered = late(today)
    HelpRequest.objects.filter(pk=answered.pk).update(state="answered", answered_at=timezone.now())
    assert not centre.overdue(today).exists()


def test_the_most_urgent_of_the_unassigned_comes_first(today: date) -> None:
    later, sooner = (HelpRequestFactory(due_on=today + timedelta(days=days)) for days in (5, 2))
    HelpRequestFactory(steward=StewardFactory(), state="assigned")
    assert list(centre.unassigned()) == [sooner, later]


def test_lateness_by_department_the_most_first(today: date) -> None:
    tax, planning = DepartmentFactory(code="tax"), DepartmentFactory(code="planning")
    for department, count in ((planning, 1), (tax, 2)):
        for _n in range(count):
            late(today, steward=StewardFactory(department=department))
    HelpRequestFactory(due_on=today - timedelta(days=1))
    _loads, found = centre.named(centre.standing(today))
    assert found[0] == (tax, 2)
    assert set(found[1:]) == {(planning, 1), (None, 1)}


def test_what_each_steward_carries_the_heaviest_first(today: date, django_assert_num_queries: Any) -> None:
    busy, entrusted, idle = (StewardFactory() for _n in range(3))
    StewardFactory(is_active=False)
    UserFactory(roles=["handler"])
    late(today, steward=busy)
    accepted(steward=busy, due_on=today)
    StewardshipFactory(steward=entrusted)
    StewardshipFactory(steward=entrusted, ends_on=today - timedelta(days=1))
    with django_assert_num_queries(5):
        counted = centre.standing(today)
    with django_assert_num_queries(2):
        loads, _departments = centre.named(counted)
    assert [(person, load.open, load.overdue, load.entrusted) for person, load in loads] == [
        (busy, 2, 1, 0),
        (entrusted, 0, 0, 1),
        (idle, 0, 0, 0),
    ]


@pytest.mark.usefixtures("fresh_cache")
def test_what_costs_much_is_counted_once_a_minute(
    today: date, as_user: Any, django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minute, "SECONDS", 60)
    me, steward = UserFactory(roles=["admin"]), StewardFactory(name_en="Busy Bee")
    accepted(steward=steward, due_on=today)
    first, counted_at = centre.kept_standing(today)
    accepted(steward=steward, due_on=today)
    HelpRequestFactory(subject="Quite new")
    with django_assert_num_queries(0):
        assert centre.kept_standing(today) == (first, counted_at)
    page = as_user(me).get("/en/centre/").content.decode()
    assert "Busy Bee" in page
    assert f"were counted at {timezone.localtime(counted_at):%H:%M}" in page
    assert "Quite new" in page  # what waits is read as it is now
    cache.clear()
    again, _at = centre.kept_standing(today)
    assert [load.open for load in (*first.loads, *again.loads)] == [1, 2]


def test_the_rest_of_the_stewards_is_a_number(today: date, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centre, "MOST_LOADS", 1)
    for _n in range(3):
        StewardFactory()
    counted = centre.standing(today)
    assert (len(counted.loads), counted.more_loads) == (1, 2)


class TestWhoCovers:
    @pytest.fixture
    def place(self) -> Enterprise:
        return EnterpriseFactory(tier="district", park=ParkFactory(), subdistrict=SubdistrictFactory())

    def covering(self, enterprise: Enterprise) -> Any:
        return centre.with_steward_ids(Enterprise.objects.filter(pk=enterprise.pk)).get()

    def without(self, enterprise: Enterprise) -> bool:
        return Enterprise.objects.filter(centre.without_steward(), pk=enterprise.pk).exists()

    def test_the_narrower_one_wins(self, place: Enterprise) -> None:
        assert self.without(place)
        assert self.covering(place).steward_pk is None
        for scope in ("subdistrict", "park", "enterprise"):
            target = place if scope == "enterprise" else getattr(place, scope)
            only = {"enterprise": None, scope: target}
            named = StewardshipFactory(scope=scope, **only)
            assert self.covering(place).steward_pk == named.steward_id, scope
            assert not self.without(place)

    def test_without_a_place_no_steward_of_a_place(self) -> None:
        nowhere = EnterpriseFactory(tier="district")
        StewardshipFactory(scope="park", enterprise=None, park=ParkFactory())
        StewardshipFactory(scope="subdistrict", enterprise=None, subdistrict=SubdistrictFactory())
        assert self.without(nowhere)
        assert self.covering(nowhere).steward_pk is None

    @pytest.mark.parametrize("gone", ["ended", "to come", "switched off"])
    def test_who_is_not_there_covers_nobody(self, place: Enterprise, today: date, gone: str) -> None:
        fields: dict[str, Any] = {
            "ended": {"ends_on": today - timedelta(days=1)},
            "to come": {"starts_on": today + timedelta(days=1)},
            "switched off": {"steward": StewardFactory(is_active=False)},
        }[gone]
        StewardshipFactory(enterprise=place, **fields)
        assert self.without(place)
        assert self.covering(place).steward_pk is None

    def test_only_key_enterprises_must_have_one(self) -> None:
        key = EnterpriseFactory(tier="municipal")
        EnterpriseFactory(tier="")
        assert list(centre.key_enterprises()) == [key]
