"""The industry map by keyboard: from a tile to the park to the industry, and back up."""

from collections.abc import Callable

import pytest

from insights import rollups
from tests.browser.reader import Reader
from tests.factories.insights import many, taxonomies

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.browser
def test_down_by_keyboard_and_up_by_links(open_as: Callable[..., Reader]) -> None:
    areas, industries, park = taxonomies()
    many(7, subdistrict=areas["310109018"], park=park, industry=industries["I65"], employees=20)
    rollups.refresh()
    reader = open_as(size="desktop").go("map/")
    page = reader.page
    tile = page.locator('svg a[href="?area=310109018"]')
    tile.focus()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Area 1 Subdistrict: 7"
    page.keyboard.press("Enter")
    page.wait_for_url("**/map/?area=310109018")
    reader.scan()
    page.get_by_role("link", name="The Tower").press("Enter")
    page.wait_for_url("**park=tower**")
    page.get_by_role("link", name="Industry I", exact=True).press("Enter")
    page.wait_for_url("**industry=I")
    reader.scan()
    page.get_by_role("navigation", name="Place").get_by_role("link", name="Hongkou District").click()
    page.wait_for_url("**/map/?industry=I")
    assert page.locator("svg .tile").count() > 0
    reader.expect_quiet_console()
