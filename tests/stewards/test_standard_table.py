"""The service standard's table: by type and category, from a day on; how days are counted; the centre's pages."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.home.frontpage import promises
from stewards import workflow
from stewards.models import CountingRule, HelpRequest, RequestCategory, ServiceStandard
from stewards.standard import deadlines, keeping, table
from stewards.standard.counting import due_after
from tests.factories.accounts import UserFactory
from tests.stewards.scene import Scene
from tests.stewards.test_deadlines import at

AsUser = Callable[[Any], Client]
pytestmark = pytest.mark.django_db
LIST, NEW, COUNTING = (f"/en/centre/standards/{rest}" for rest in ("", "new/", "counting/"))


@pytest.fixture
def taxes() -> RequestCategory:
    return RequestCategory.objects.create(name_en="Taxes", name_zh_hans="税务")


@pytest.fixture
def refunds(taxes: RequestCategory) -> RequestCategory:
    return RequestCategory.objects.create(name_en="Refunds", name_zh_hans="退税", parent=taxes)


def standard(**fields: Any) -> ServiceStandard:
    given = {"type": "help", "days": 4, "valid_from": date(2026, 3, 1), **fields}
    return ServiceStandard.objects.create(**given)


class TestNarrower:
    def days(self, category: Any, day: date = date(2026, 6, 1)) -> int:
        return deadlines.standard_days("help", day, category)

    def test_the_category_wins_over_its_parent_and_both_over_the_type(self, taxes: Any, refunds: Any) -> None:
        standard(days=6, valid_from=date(2026, 5, 1))
        assert [self.days(each) for each in (None, taxes, refunds)] == [6, 6, 6]
        standard(category=taxes, days=3)
        assert [self.days(each) for each in (None, taxes, refunds)] == [6, 3, 3]
        standard(category=refunds, days=2, valid_from=date(2026, 4, 1))
        assert [self.days(each) for each in (None, taxes, refunds)] == [6, 3, 2]
        assert [self.days(refunds, date(2026, month, 28)) for month in (2, 3, 4)] == [5, 3, 2]
        assert deadlines.standard_days("complaint", date(2026, 6, 1), refunds) == 5

    def test_a_category_s_row_out_of_use(self, taxes: Any, refunds: Any) -> None:
        standard(category=taxes, days=3)
        standard(category=refunds, days=2)
        standard(category=refunds, days=1, active=False, valid_from=date(2026, 5, 1))
        assert [self.days(refunds, date(2026, month, 28)) for month in (4, 5)] == [2, 3]

    def test_every_milestone(self) -> None:
        assert table.terms("help", date(2026, 1, 1)) == table.Terms(5, 1, 15, 3, 15)
        standard(days=4, contact_days=2, complex_days=12, supervised_days=2, rectify_days=10)
        assert table.terms("help", date(2026, 3, 1)) == table.Terms(4, 2, 12, 2, 10)

    @pytest.mark.parametrize("with_category", [False, True])
    def test_one_query(self, refunds: Any, with_category: bool, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(1):
            table.terms("help", date(2026, 6, 1), refunds if with_category else None)

    def test_a_request_is_promised_what_its_category_says(self, scene: Scene, taxes: Any) -> None:
        standard(category=taxes, days=3, contact_days=2)
        draft = scene.draft()
        HelpRequest.objects.filter(pk=draft.pk).update(category=taxes)
        with time_machine.travel(at(2026, 6, 1)):
            asked = workflow.submit(draft, by=scene.owner)
        assert (asked.due_on, asked.promised_days) == (date(2026, 6, 4), 3)
        assert asked.events.get(kind="submitted").data["contact_days"] == 2

    def test_the_front_page_tells_the_types_alone(self, taxes: Any) -> None:
        standard(category=taxes, days=1)
        assert dict(promises(date(2026, 6, 1)))[deadlines.HelpRequest._meta.get_field("type").flatchoices[1][1]] == 5


class TestCounting:
    @pytest.mark.parametrize(
        ("received", "days", "counted", "uncounted"),
        [
            (date(2026, 2, 13), 1, date(2026, 2, 13), date(2026, 2, 14)),
            (date(2026, 2, 13), 5, date(2026, 2, 26), date(2026, 2, 27)),
            (date(2026, 2, 13), 15, date(2026, 3, 11), date(2026, 3, 12)),
            (date(2026, 6, 6), 1, date(2026, 6, 8), date(2026, 6, 8)),  # a Saturday is no working day to count
        ],
    )
    def test_the_day_of_receipt(self, received: date, days: int, counted: date, uncounted: date) -> None:
        """The golden cases hold as long as it does not count, which is how the district begins."""
        assert due_after(received, days, receipt_counts=False).day == uncounted
        assert due_after(received, days, receipt_counts=True).day == counted

    def test_is_a_row_from_a_day_on(self) -> None:
        CountingRule.objects.create(valid_from=date(2026, 2, 13), receipt_counts=True)
        dues = [deadlines.promise("help", at(2026, 2, day)).deadline.day for day in (12, 13)]
        assert dues == [date(2026, 2, 26), date(2026, 2, 26)]
        assert deadlines.promise("help", at(2026, 2, 13)).kept() == {"contact_days": 1, "receipt_counts": True}

    def test_without_a_row_the_defaults(self) -> None:
        rule = table.counting(date(2026, 1, 1))
        assert (rule.receipt_counts, rule.extensions, rule.longest_extension) == (False, 1, 15)


class TestKeeping:
    def row(self, **fields: Any) -> ServiceStandard:
        return ServiceStandard(**{"type": "help", "days": 4, "valid_from": local_day() + timedelta(days=1), **fields})

    @pytest.mark.parametrize("back", [0, 1, 400])
    def test_the_past_stays(self, admin_user: Any, back: int) -> None:
        with pytest.raises(Refused, match="The past stays as it was"):
            keeping.keep_standard(self.row(valid_from=local_day() - timedelta(days=back)), by=admin_user)
        with pytest.raises(Refused, match="The past stays as it was"):
            keeping.keep_counting(CountingRule(valid_from=local_day() - timedelta(days=back)), by=admin_user)

    def test_what_has_not_begun_is_corrected(self, admin_user: Any, taxes: Any) -> None:
        for days in (4, 6):
            keeping.keep_standard(self.row(days=days), by=admin_user)
        keeping.keep_standard(self.row(category=taxes), by=admin_user)
        coming = ServiceStandard.objects.filter(valid_from__gt=local_day())
        assert set(coming.values_list("category", "days")) == {(None, 6), (taxes.pk, 4)}
        for receipt_counts in (True, False):
            keeping.keep_counting(
                CountingRule(receipt_counts=receipt_counts, valid_from=local_day() + timedelta(days=1)), by=admin_user
            )
        assert not CountingRule.objects.get().receipt_counts

    @pytest.mark.parametrize("roles", [[], ["steward", "leader", "auditor"]])
    def test_only_the_service_centre(self, roles: list[str]) -> None:
        with pytest.raises(Refused, match="Only the service centre"):
            keeping.keep_standard(self.row(), by=UserFactory(roles=roles))


class TestPages:
    @pytest.fixture
    def client(self, as_user: AsUser, admin_user: Any) -> Client:
        return as_user(admin_user)

    def post(self, client: Client, **change: Any) -> Any:
        tomorrow = (local_day() + timedelta(days=1)).isoformat()
        days = {"days": 4, "contact_days": 1, "complex_days": 15, "supervised_days": 3, "rectify_days": 15}
        given = {"type": "help", **days, "active": "on", "basis": "Decision 7", "valid_from": tomorrow, **change}
        return client.post(NEW, {name: value for name, value in given.items() if value is not None})

    def test_try_then_keep_then_see(self, client: Client) -> None:
        with time_machine.travel(at(2026, 2, 13)):
            tried = self.post(client, **{"days": 5, "type": "help", "try": "yes"}).content.decode()
            assert "Help, received on <time" in tried
            for due in ("14 February 2026", "27 February 2026", "12 March 2026"):
                assert due in tried
            assert ServiceStandard.objects.count() == 5
            assert self.post(client, days=4).url == LIST
            page = client.get(LIST).content.decode()
            assert "What comes" in page
            assert "Decision 7" in page
            assert "answer 4, first contact 1, complex 15" in page
        with time_machine.travel(at(2026, 2, 14)):
            page = client.get(LIST).content.decode()
        assert "What comes" not in page
        assert "What was in force before" in page

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"days": 0}, "greater than or equal to 1"),
            ({"days": 91}, "less than or equal to 90"),
            ({"days": "many"}, "whole number"),
            ({"basis": ""}, "This field is required."),
            ({"type": "odd"}, "valid choice"),
            ({"category": "999"}, "valid choice"),
            ({"active": None}, "Every type needs a standard"),
            ({"valid_from": "2020-01-01"}, "The past stays as it was"),
            ({"valid_from": "2099-01-01"}, "within the next two years"),
            ({"valid_from": "soon"}, "valid date"),
        ],
    )
    def test_what_is_wrong_is_said(self, client: Client, change: Any, words: str) -> None:
        assert words in self.post(client, **change).content.decode()
        assert ServiceStandard.objects.count() == 5

    def test_a_category_by_its_path(self, client: Client, refunds: Any) -> None:
        assert "Taxes: Refunds" in client.get(NEW).content.decode()
        assert self.post(client, category=refunds.pk, active=None).status_code == 302
        page = client.get(LIST).content.decode()
        assert "Taxes › Refunds" in " ".join(page.replace("</small>", "").split())
        assert "out of use: the wider row holds again" in page

    def test_begins_with_the_figures_of_a_row(self, client: Client) -> None:
        row = standard(days=7, type="complaint", basis="Decision 1")
        page = client.get(f"{NEW}?row={row.pk}").content.decode()
        assert '<option value="complaint" selected>' in page
        assert 'value="7"' in page
        assert "Decision 1" not in page
        assert f'value="{local_day() + timedelta(days=1)}"' in page
        for odd in ("0", "x", "9" * 30):
            assert client.get(f"{NEW}?row={odd}").status_code == 200

    def test_counting(self, client: Client) -> None:
        tomorrow = local_day() + timedelta(days=1)
        given = {"receipt_counts": "on", "extensions": 2, "longest_extension": 10, "furthest_new_date": 1, "basis": "D"}
        assert client.post(COUNTING, {**given, "valid_from": tomorrow.isoformat()}).url == LIST
        page = client.get(LIST).content.decode()
        assert "The day of receipt does not count; the next working day is the first." in page
        assert "The day of receipt is the first day" in page
        assert "extend a request 2 times" in page
        assert "renewed for a day within 60 working days" in page
        assert "renewed for the next working day only" in page
        again = client.post(COUNTING, {**given, "valid_from": local_day().isoformat()}).content.decode()
        assert "The past stays as it was" in again

    @pytest.mark.parametrize("role", ["steward", "leader", "auditor"])
    def test_for_others_there_is_no_table(self, as_user: AsUser, role: str) -> None:
        client = as_user(UserFactory(roles=[role]))
        assert {client.get(url).status_code for url in (LIST, NEW, COUNTING)} == {404}
        assert self.post(client).status_code == 404

    def test_a_constant_number_of_queries(self, client: Client, taxes: Any, django_assert_num_queries: Any) -> None:
        client.get(LIST)
        for days in (3, 30):
            ServiceStandard.objects.bulk_create(
                ServiceStandard(type="help", category=taxes, days=2, valid_from=date(2025, 1, 1) + timedelta(days=n))
                for n in range(days, 2 * days)
            )
            with django_assert_num_queries(5):  # session, person, rows, counting, what comes
                client.get(LIST)
