"""Two records made one at a desk, read on a phone; a person asks to be forgotten."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.enums import Role
from accounts.models import ErasureRequest
from enterprises.models import Enterprise
from portal.core.calendar import local_day
from tests.browser.reader import Reader
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, TitleGrantFactory
from tests.factories.policies import PolicyFactory
from tests.factories.records import merged
from tests.factories.stewards import accepted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
OpenAs = Callable[..., Reader]


def test_two_records_are_merged_one_leaves_and_the_merge_is_undone(open_as: OpenAs, db: Any) -> None:
    keep = EnterpriseFactory(name_en="Stars Fictional Ltd", employees=10)
    drop = EnterpriseFactory(name_en="Stars Fictional Shanghai Ltd", employees=12)
    accepted(enterprise=drop)
    reader = open_as(UserFactory(roles=[Role.ADMIN], language="en"), first="centre/records/")
    page = reader.page
    page.fill("[name=q]", "stars")
    reader.press("form.filters button").scan().expect("Stars Fictional Ltd", "Stars Fictional Shanghai Ltd")
    reader.press(f"a[href$='/records/{keep.pk}/']").expect("History of the record", "stands alone")
    reader.press("a[href$='/merge/']").expect("stays. Choose the record")
    reader.go(f"centre/records/{keep.pk}/merge/?q=shanghai").press(f"a[href$='/merge/{drop.pk}/']")
    reader.expect("What moves", "Requests", "Which facts hold")
    page.locator("[name=fact-employees][value=drop]").check()
    page.fill("[name=reason]", "One business licence")
    reader.press("main form button.button").expect("One business licence", "Undo the merge")
    assert Enterprise.objects.get(pk=keep.pk).employees == 12
    reader.go(f"centre/records/{keep.pk}/standing/")
    page.locator("[name=standing][value=left]").check()
    page.fill("[name=reason]", "Lease ended")
    reader.press("main form button.button").expect("moved away", "Lease ended")
    reader.press("form[action$='/undo/'] button").expect("Undone by")
    assert Enterprise.objects.get(pk=drop.pk).merged_into is None


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_on_a_phone(open_as: OpenAs, db: Any, language: str) -> None:
    admin = UserFactory(roles=[Role.ADMIN], language=language)
    record = merged(by=admin)
    TitleGrantFactory(enterprise=record.keep, expires_on=local_day())
    MembershipFactory(enterprise=record.keep)
    other = EnterpriseFactory(employees=3)
    asked = ErasureRequest.objects.create(person=UserFactory())
    reader = open_as(admin, language=language, size="phone", first="centre/records/")
    for path in (
        *(f"{record.keep_id}/", f"{record.drop_id}/", f"{other.pk}/standing/", f"{other.pk}/head/"),
        *(f"{record.keep_id}/merge/", f"{record.keep_id}/merge/{other.pk}/"),
    ):
        reader.go(f"centre/records/{path}")
    for path in ("centre/erasures/", f"centre/erasures/{asked.pk}/", "my-data/"):
        reader.go(path)


def test_the_profile_loads_what_each_fact_would_bring(open_as: OpenAs, db: Any) -> None:
    PolicyFactory(criteria=[{"field": "employees", "op": "gte", "value": 10}])
    member = MembershipFactory(user=UserFactory(language="en"))
    reader = open_as(member.user, first="enterprise/")
    reader.page.wait_for_selector("#missing ul li")
    reader.expect("settles conditions of 1 policy").scan()
    reader.press("#missing a[href*='/profile/size/']").expect("Number of employees")


def test_a_person_asks_to_be_forgotten_and_is(open_as: OpenAs, db: Any) -> None:
    person = UserFactory(language="en", name_en="Olive Fictional")
    reader = open_as(person, first="accounts/settings/")
    reader.press("a[href$='/my-data/']").expect("Olive Fictional", "Have your data erased")
    with reader.page.expect_download() as download:
        reader.page.click("form[action$='/file/'] button")
    assert download.value.suggested_filename == "my-data.json"
    reader.page.check("[name=sure]")
    reader.press("main form:has([name=sure]) button").expect("is with the service centre")
    desk = open_as(UserFactory(roles=[Role.ADMIN], language="en"), first="centre/erasures/")
    desk.press("main table a").expect("it can be carried out")
    desk.press("button[name=carry_out]").expect("Nobody waits")
    reader.go("my-data/")
    assert "Olive Fictional" not in reader.text()
