"""Chromium for the journeys: Debian's, found on the path; both widths; every page scanned."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from accounts.models import User
from tests.browser.reader import SIZES, Reader
from tests.signing import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one process: one Chromium, one live server."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session", autouse=True)
def _sync_database_calls() -> Iterator[None]:
    """Playwright keeps an event loop in this thread; our queries are still synchronous."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    names = (os.environ.get("PORTAL_CHROMIUM") or "chromium-headless-shell", "chromium", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if os.environ.get("PORTAL_SKIP_BROWSER") == "1":
        pytest.skip("PORTAL_SKIP_BROWSER=1")
    if found is None:
        pytest.fail("No Chromium found. On Debian: apt-get install chromium-headless-shell fonts-noto-cjk")
    return {"executable_path": found, "args": FLAGS, "headless": True}


@pytest.fixture
def open_as(browser: Browser, live_server: Any) -> Iterator[Callable[..., Reader]]:
    """`open_as(user, language="en", size="phone")`: a window in which that person is signed in, on the page that
    `first` says; "start/" leads everybody to their own.

    With `by_form=True` they sign in as people do; elsewhere the cookie is laid in, which is quicker.
    """
    readers: list[Reader] = []

    def open_window(
        user: User | None = None,
        *,
        language: str = "en",
        size: str = "desktop",
        by_form: bool = False,
        first: str | None = None,
    ) -> Reader:
        context = browser.new_context(viewport=SIZES[size], locale="en-GB" if language == "en" else "zh-CN")
        context.set_default_timeout(10_000)
        reader = Reader(context.new_page(), live_server.url, language)
        readers.append(reader)
        if by_form and user is not None:
            reader.sign_in(user.email, PASSWORD)
        elif user is not None:
            client = Client()
            client.force_login(user)
            reader.become(client)
            if first is not None:
                reader.go(first)
        return reader

    yield open_window
    for reader in readers:
        reader.page.context.close()
    for reader in readers:
        reader.expect_quiet_console()
