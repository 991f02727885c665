"""The keys of a request's page in a real browser: what they reach, and when they keep still."""

from collections.abc import Callable

import pytest

from stewards.models import HelpRequest
from tests.browser.reader import Reader
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.stewards import HelpRequestFactory
from tests.signing import with_password

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_request_from_accepting_to_answering_by_its_keys(open_as: Callable[..., Reader]) -> None:
    steward = with_password(UserFactory(roles=["steward"], department=DepartmentFactory(code="centre")))
    asked = HelpRequestFactory(subject="Rent", type="help")
    reader = open_as(steward).go(f"desk/{asked.number}/")
    page, keys = reader.page, reader.page.keyboard
    focus = "document.activeElement.id || document.activeElement.textContent"

    keys.press("?")
    assert page.locator("#keys").get_attribute("open") is not None
    assert page.locator("#keys div[data-of=a]").is_visible()
    assert not page.locator("#keys div[data-of=r]").is_visible(), "nothing to answer yet"
    keys.press("r")
    keys.press("Control+a")
    assert page.evaluate("document.activeElement === document.body")
    keys.press("a")
    assert page.evaluate(focus) == "Accept the request"
    assert HelpRequest.objects.get().state == "submitted", "a key alone does nothing"
    with page.expect_navigation():
        keys.press("Enter")

    for pressed, reached in (
        ("n", "note-text"),
        ("t", "refer-department"),
        ("m", "contact-text"),
        ("q", "ask_back-text"),
    ):
        page.evaluate("document.activeElement.blur()")
        keys.press(pressed)
        assert page.evaluate(focus) in (reached, reached.replace("-text", "-canned"))
    keys.type("r n ? u")
    assert page.locator("#ask_back-text").input_value() == "r n ? u", "whoever types is left alone"
    assert page.url.endswith(f"/desk/{asked.number}/")
    for pressed, heading in (("h", "history"), ("a", "acts"), ("d", "promise")):
        page.evaluate("document.activeElement.blur()")
        keys.press("g")
        keys.press(pressed)
        assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == heading
    page.evaluate("document.querySelector('[data-keys]').click()")
    keys.press("r")
    assert page.locator("#act-answer").get_attribute("open") is None, "switched off"
    page.evaluate("document.querySelector('[data-keys]').click()")
    keys.press("r")
    assert page.evaluate(focus) == "answer-text"
    keys.type("Apply online.")
    with page.expect_navigation():
        page.locator("#act-answer button.button:not([name])").press("Enter")
    assert HelpRequest.objects.get().state == "answered"
    keys.press("u")
    page.wait_for_url("**/desk/")
