"""From a need to an agreed time: the enterprise on a phone in English, the keeper at a desk in Chinese."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from investment.models import Need, Viewing
from stewards.models import HelpRequest
from tests.browser.reader import Reader
from tests.factories import investment as make
from tests.factories.enterprises import SubdistrictFactory

OpenAs = Callable[..., Reader]


@pytest.mark.django_db(transaction=True)
def test_from_a_need_to_an_agreed_time(open_as: OpenAs) -> None:
    place = SubdistrictFactory()
    fits = make.resource(subdistrict=place, rent=5.6, rent_day=5.6, **make.both(title="Fits well", about="№"))
    make.resource(area_m2=20, **make.both(title="Far too small", about="№"))
    make.picture_of(fits)
    keeper, person = make.keeper(fits.provider), make.member()
    reader = open_as(person, size="phone").go("needs/new/?kind=premises")
    page = reader.page
    page.fill("#id_area_from", "150")
    page.fill("#id_area_to", "250")
    page.fill("#id_budget", "5")
    page.check(f"input[name=subdistricts][value='{place.pk}']")
    reader.press("main form .actions button").expect("Fits well", "The rent is above your budget by 12%.")
    reader.expect("Not recommended, and why", "It has only 20 m²; you need 150 m².")
    reader.press("form[action$='/shortlist/'] button").expect("Short list")
    reader.press(f"a[href*='/resources/{fits.pk}/?need=']").expect("How it goes with what you need")
    reader.press("a[href*='/interest/']")
    at = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT10:30")
    page.fill("#id_slot_1", at)
    page.fill("#id_words", "Is there a lift?")
    reader.press("main form .actions button").expect(
        HelpRequest.objects.get().number, "Times proposed by the enterprise"
    )
    reader.expect_quiet_console()

    desk = open_as(keeper, language="zh-hans").go("resource-room/").press("main .panel .list a")
    desk.expect(person.enterprise.name_zh_hans)
    assert "lift" not in desk.text()
    desk.page.check("input[name=at]")
    desk.press("form[action$='/agree/'] button").expect("已约定")
    desk.expect_quiet_console()
    assert Viewing.objects.get().state == "agreed"
    reader.go(f"needs/{Need.objects.get().pk}/").expect("Agreed")
