"""The search box by keyboard alone, with its list open for axe."""

from collections.abc import Callable

import pytest

from policies.models import SynonymGroup
from tests.browser.reader import Reader
from tests.factories.accounts import UserFactory
from tests.factories.policies import PolicyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_suggestions_are_chosen_by_keyboard(open_as: Callable[..., Reader]) -> None:
    SynonymGroup.objects.all().delete()
    for title in ("Rent relief", "Rent of laboratories", "Talent"):
        PolicyFactory(title_en=title, title_zh_hans="房租", slug=title.split()[-1].lower())
    reader = open_as(UserFactory(), language="en", size="phone").go("policies/")
    box = reader.page.get_by_role("combobox", name="Words in the policy")
    box.press_sequentially("rent")
    options = reader.page.locator("#suggestions [role=option]")
    options.nth(1).wait_for()
    assert options.count() == 2
    reader.scan_closely()
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("ArrowUp")
    chosen = reader.page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    assert chosen.get_attribute("aria-selected") == "true"
    with reader.page.expect_navigation():
        box.press("Enter")
    reader.expect("Rent relief")  # the older of the two, the last of the list
    reader.go("policies/")
    box.fill("talent")
    with reader.page.expect_navigation():
        box.press("Enter")
    assert "q=talent" in reader.page.url
    reader.expect_quiet_console()
