"""From a tile of the map to a list, to a segment, to invitations: the contact guard holds one of them back."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.enums import Role
from engagement.surveys.choosing import sending_day
from enterprises.models import Segment
from insights import rollups
from outreach.models import Invitation
from tests.browser.reader import Reader
from tests.factories import outreach as make
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.engagement import visit
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.insights import many, taxonomies

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
OpenAs = Callable[..., Reader]


def test_map_list_segment_and_an_invitation_held_back(open_as: OpenAs, db: Any) -> None:
    areas, industries, park = taxonomies()
    there = {"subdistrict": areas["310109018"], "park": park, "industry": industries["I65"]}
    many(5, **there, employees=20)
    free = MembershipFactory(enterprise=EnterpriseFactory(name_en="Free Fictional Ltd", **there, tier="district"))
    busy = MembershipFactory(enterprise=EnterpriseFactory(name_en="Busy Fictional Ltd", **there, tier="district"))
    visit(busy.enterprise, StewardFactory(), "confirmed", day=sending_day())
    event = make.event(event=make.both(about="Rents explained", host="Service Centre"), title_en="Rents explained")
    rollups.refresh()

    reader = open_as(UserFactory(roles=[Role.EDITOR], language="en"), first="map/?area=310109018&industry=I")
    page = reader.page
    page.locator("a[href*='map/enterprises/']").first.click()
    page.wait_for_url("**/map/enterprises/**")
    reader.scan().expect("Busy Fictional Ltd", "Free Fictional Ltd")
    reader.press("a[href*='/centre/segments/new/']").expect("7 enterprises fulfil this now.", "Free Fictional Ltd")
    assert page.locator("[name=subdistricts][value='310109018']").is_checked()
    assert page.input_value("[name=industries]") == "I"
    page.locator("[name=tiers][value=district]").check()
    reader.press("button[name=show]").expect("2 enterprises fulfil this now.")
    page.fill("[name=name]", "Key enterprises of Area 1")
    reader.press("button[name=keep]").expect("Key enterprises of Area 1", "2 enterprises fulfil this now.")
    segment = Segment.objects.get()

    reader.go(f"outreach/events/{event.pk}/invitations/")
    page.select_option("#segment", str(segment.pk))
    reader.press("form.filters button").expect("Can be invited", "Spared: has been contacted this week already")
    reader.press("form[action$='/invite/'] button")
    assert "1 enterprise is invited. Spared: 1." in page.inner_text("body")
    held = {row.enterprise_id: row.held_back for row in Invitation.objects.all()}
    assert held == {free.enterprise_id: "", busy.enterprise_id: "week"}
    reader.go(f"outreach/events/{event.pk}/invitations/").expect("Spared: has been contacted this week already")
    reader.go(f"centre/segments/{segment.pk}/uses/").expect("Rents explained", "invited: 1, spared: 1")

    guest = open_as(free.user, language="en", first=f"events/{event.slug}/").expect("Your enterprise is invited")
    assert "Key enterprises of Area 1" not in guest.text()
    spared = open_as(busy.user, language="en", first=f"events/{event.slug}/")
    assert "Your enterprise is invited" not in spared.text()


def test_on_a_phone_in_chinese(open_as: OpenAs, db: Any) -> None:
    """The pages of segments and tags at 390 px."""
    admin = UserFactory(roles=[Role.ADMIN], language="zh-hans")
    EnterpriseFactory(tier="district")
    reader = open_as(admin, language="zh-hans", size="phone", first="centre/segments/new/")
    reader.page.locator("[name=tiers][value=district]").check()
    reader.page.fill("[name=name]", "重点企业")
    reader.press("button[name=keep]").expect("重点企业")
    for path in ("centre/segments/", "centre/segments/tags/", "centre/tiers/", "centre/tiers/new/"):
        reader.go(path)
