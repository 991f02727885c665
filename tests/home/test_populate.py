"""manage.py populate: as much as was asked for, plausible, the same each time, and never among real requests."""

from collections import Counter
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q

from accounts.models import Department, User
from enterprises.credit_code import check
from enterprises.models import Enterprise, Membership
from enterprises.size import size_class
from policies.eligibility.criteria import validate
from policies.models import Policy, Revision
from policies.search.index import asked, searched
from portal.core import calendar
from portal.core.calendar import local_day
from stewards.enums import DONE_STATES, OPEN_STATES
from stewards.models import HelpRequest, NumberSeries, Rating, RequestEvent, RequestTag, Stewardship, Tag
from stewards.queries import search_words
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
SMALL = {"enterprises": 30, "policies": 12, "requests": 300, "staff": 60, "day": DAY}


def run(**options: Any) -> str:
    out = StringIO()
    call_command("populate", stdout=out, **{**SMALL, **options})
    return out.getvalue()


@pytest.fixture
def told() -> str:
    return run()


def test_one_tag_in_two_is_the_first_whatever_the_number_of_requests() -> None:
    """So that a list by tag is as full among a thousand requests as among a million."""
    for requests in (400, 900):
        run(requests=requests, force=True)
        used = Counter(RequestTag.objects.values_list("tag", flat=True))
        often, *others = [number for _tag, number in used.most_common()]
        assert 0.05 * requests < sum(used.values()) < 0.15 * requests
        assert 0.3 < often / sum(used.values()) < 0.75
        assert used.most_common(1)[0][0] == Tag.objects.order_by("pk").values_list("pk", flat=True)[0]
        assert max(others) <= often / 2
        assert Tag.objects.count() == 20


def a_real_request() -> HelpRequest:
    return HelpRequestFactory(asker=UserFactory(email="li.na@enterprise.cn"))


# --- how much -----------------------------------------------------------------------------------------------------


def test_makes_as_many_as_asked_for(told: str) -> None:
    assert Enterprise.objects.count() == Membership.objects.count() == 30
    assert Policy.objects.count() == Revision.objects.count() == 12
    assert HelpRequest.objects.count() == 300
    assert User.objects.exclude(roles=[]).count() == 60
    assert "30 enterprises" in told
    assert "300 requests" in told
    assert f"{RequestEvent.objects.count():,} events" in told


def test_everybody_is_marked_and_nobody_can_sign_in_with_a_password(told: str) -> None:
    assert not User.objects.exclude(email__endswith="@example.org").exists()
    assert not any(user.has_usable_password() for user in User.objects.all()[:5])


def test_staff_have_roles_and_departments(told: str) -> None:
    roles = Counter(role for user in User.objects.all() for role in user.roles)
    assert roles["steward"] > roles["handler"] > roles["admin"] > 0
    assert not User.objects.exclude(roles=[]).filter(department=None).exists()


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 1])
def test_the_share_of_open_requests(share: float) -> None:
    run(requests=100, open_share=share)
    assert HelpRequest.objects.filter(state__in=OPEN_STATES).count() == 100 * share


def test_few_who_ask_and_few_who_answer_fill_their_lists() -> None:
    run(busy=[3, 2])
    still = HelpRequest.objects.filter(state__in=OPEN_STATES)
    assert still.values("enterprise").distinct().count() == 3
    holders = still.exclude(steward=None).values_list("steward__department", "steward").distinct()
    assert (len(holders), len(dict(holders))) == (2, 1)  # two people of one department
    others = HelpRequest.objects.exclude(state__in=OPEN_STATES).values("enterprise").distinct().count()
    assert others > 10  # two fifths of what is done were asked by anybody


def test_nothing_but_people_when_nothing_is_asked_for() -> None:
    run(enterprises=0, policies=0, requests=0)
    assert not Enterprise.objects.exists()
    assert not HelpRequest.objects.exists()
    assert User.objects.count() == 60


# --- plausible ----------------------------------------------------------------------------------------------------


def test_enterprises_have_valid_codes_and_the_size_their_facts_give(told: str) -> None:
    for enterprise in Enterprise.objects.all():
        assert check(enterprise.credit_code or "") == enterprise.credit_code
        facts = (enterprise.employees, enterprise.annual_revenue_cny, enterprise.assets_cny)
        assert enterprise.size == (size_class(enterprise.industry_id, *facts) or "")
        assert enterprise.name_zh_hans.startswith("虚构")
        assert "Fictional" in enterprise.name_en
    assert Enterprise.objects.filter(employees=None).exists()
    assert Enterprise.objects.exclude(employees=None).exists()


def test_most_enterprises_have_a_steward_from_before_the_first_request(told: str) -> None:
    assert 15 <= Stewardship.objects.count() <= 30
    first = HelpRequest.objects.order_by("submitted_at").first()
    assert first
    assert first.submitted_at
    assert not Stewardship.objects.filter(starts_on__gt=first.submitted_at).exists()


def test_policies_are_published_with_four_sound_conditions(told: str) -> None:
    for policy in Policy.objects.all():
        assert len(policy.criteria) == len({condition["field"] for condition in policy.criteria}) == 4
        assert validate(policy.criteria) == []
    assert Policy.objects.in_force(DAY).count() == 12
    assert searched(Policy.objects.all(), asked("虚构")).count() == 12
    assert searched(Policy.objects.all(), asked("fictional measure 7")).exists()


def test_a_published_version_holds_what_its_policy_says(told: str) -> None:
    revision = Revision.objects.select_related("policy").order_by("pk")[0]
    assert (revision.state, revision.number) == ("published", 1)
    assert revision.content["title_en"] == revision.policy.title_en
    assert revision.content["criteria"] == revision.policy.criteria
    assert revision.content["effective_from"] == str(revision.policy.effective_from)


def test_due_dates_are_the_calendars(told: str) -> None:
    for request in HelpRequest.objects.all()[:80]:
        assert request.submitted_at
        received = local_day(request.submitted_at)
        assert request.due_on == calendar.current().add_working_days(received, request.promised_days)
        assert calendar.current().is_working(received)
        assert received <= DAY


def test_each_state_has_behind_it_what_leads_to_it(told: str) -> None:
    requests = HelpRequest.objects.all()
    assert {state for (state,) in requests.values_list("state").distinct()} >= {*DONE_STATES, "in_progress", "waiting"}
    assert not requests.filter(state="submitted").exclude(steward=None).exists()
    assert not requests.filter(state__in=DONE_STATES, answered_at=None).exists()
    assert not requests.filter(state="closed", closed_at__lte=F("answered_at")).exists()
    assert not requests.filter(accepted_at__lt=F("submitted_at")).exists()
    assert not requests.filter(state="accepted", handler=None).exists()
    assert requests.exclude(handler=None).exclude(handler=F("steward")).exists()


def test_timelines_begin_with_the_request_and_go_on_in_time(told: str) -> None:
    for request in HelpRequest.objects.annotate(count=Count("events")).prefetch_related("events")[:60]:
        events = list(request.events.all())
        assert events[0].kind == "submitted"
        assert events[0].actor_id == request.asker_id
        assert events[0].text == request.body
        assert [event.at for event in events] == sorted(event.at for event in events)
        if request.state not in ("submitted", "assigned"):
            assert 2 <= len(events) <= 5
            assert events[-1].kind == {"accepted": "accepted", "in_progress": "contacted", "waiting": "asked_back"}.get(
                request.state, request.state
            )


def test_ratings_belong_to_rated_requests(told: str) -> None:
    assert not HelpRequest.objects.filter(state="rated", ratings=None).exists()
    assert not Rating.objects.filter(~Q(request__state__in=["rated", "closed"])).exists()
    assert not Rating.objects.exclude(rated_by=F("request__asker")).exists()


def test_the_search_column_is_the_one_the_portal_writes(told: str) -> None:
    for request in HelpRequest.objects.order_by("?")[:10]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT search::text FROM stewards_helprequest WHERE id = %s", [request.pk])
            made = cursor.fetchone()[0]
            words = search_words(request.number or "", request.subject, request.body)
            HelpRequest.objects.filter(pk=request.pk).update(search=words)
            cursor.execute("SELECT search::text FROM stewards_helprequest WHERE id = %s", [request.pk])
            assert cursor.fetchone()[0] == made


def test_numbers_follow_the_years_and_the_next_one_is_free(told: str) -> None:
    numbers = list(HelpRequest.objects.order_by("pk").values_list("number", "submitted_at__year"))
    assert len(set(numbers)) == 300
    assert all(number.startswith(f"HK-{year}-") for number, year in numbers)
    series = dict(NumberSeries.objects.values_list("year", "last"))
    assert series == Counter(year for _number, year in numbers)


# --- the same again -----------------------------------------------------------------------------------------------


def fingerprint() -> dict[str, list[Any]]:
    """The rows without their keys, in a fixed order."""
    requests = HelpRequest.objects.order_by("submitted_at", "asker__email", "subject")
    return {
        "people": list(User.objects.order_by("email").values_list("email", "name_zh", "roles", "department__code")),
        "enterprises": list(Enterprise.objects.order_by("credit_code").values_list("name_en", "size", "employees")),
        "policies": list(Policy.objects.order_by("slug").values_list("slug", "title_en", "criteria", "effective_from")),
        "requests": list(
            requests.values_list("number", "subject", "state", "due_on", "asker__email", "steward__email", "closed_at")
        ),
    }


def test_the_same_seed_gives_the_same_rows_in_place_of_the_old_ones() -> None:
    run()
    before = fingerprint()
    assert "rows of an earlier run removed" in run()
    assert fingerprint() == before


def test_another_seed_gives_other_rows() -> None:
    run()
    before = fingerprint()
    run(seed=2)
    assert fingerprint()["requests"] != before["requests"]


def test_a_smaller_run_leaves_nothing_of_a_larger_one() -> None:
    run()
    run(enterprises=1, policies=0, requests=0, staff=1)
    counts = (Enterprise, Policy, HelpRequest, RequestEvent, Rating, Revision)
    assert [model.objects.count() for model in counts] == [1, 0, 0, 0, 0, 0]
    assert User.objects.count() == 2


# --- real things --------------------------------------------------------------------------------------------------


def test_refuses_a_database_with_real_requests() -> None:
    real = a_real_request()
    with pytest.raises(CommandError, match="1 requests of real people"):
        run()
    assert HelpRequest.objects.get() == real
    assert not Enterprise.objects.filter(name_zh_hans__startswith="虚构星").exists()


def test_by_force_stands_beside_the_real_ones_and_leaves_them_alone() -> None:
    real = a_real_request()
    mine = EnterpriseFactory(credit_code="91350100M000100Y43")
    run(force=True)
    run(force=True)
    real.refresh_from_db()
    mine.refresh_from_db()
    assert HelpRequest.objects.count() == 301
    assert Department.objects.filter(code__startswith="generated-").count() == 12


def test_the_audit_trail_and_the_search_index_work_afterwards(told: str) -> None:
    request = HelpRequest.objects.order_by("pk")[0]
    assert request.audit_rows.count() == 0  # type: ignore[attr-defined]
    request.subject = "Changed by hand"
    request.save(update_fields=["subject"])
    assert request.audit_rows.count() == 1  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'request_search'")
        assert "gin" in cursor.fetchone()[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"requests": -1}, "negative"),
        ({"staff": -5}, "negative"),
        ({"open_share": 1.5}, "from 0 to 1"),
        ({"open_share": -0.1}, "from 0 to 1"),
        ({"enterprises": 0}, "at least one enterprise"),
        ({"busy": [0, 2]}, "one enterprise and one steward"),
        ({"staff": 0}, "at least one enterprise and one member of staff"),
    ],
)
def test_refuses_what_makes_no_sense(options: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(**options)
    assert not User.objects.exists()


@pytest.mark.parametrize("arguments", [["--day=yesterday"], ["--requests=many"], ["--seed=x"]])
def test_refuses_what_is_no_number_or_day(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("populate", *arguments)
