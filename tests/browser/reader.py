"""A person at a browser: goes to pages, reads, fills in; each page reached is scanned."""

import re
from collections import defaultdict
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
# The kinds of elements on a page: where every kind has been scanned in this language and width, once is enough.
KINDS = """() => [...new Set([...document.querySelectorAll("body *")].map(e => [e.tagName, e.className, e.type,
    e.getAttribute("role"), e.hasAttribute("aria-invalid"), e.parentElement.tagName].join("|")))]"""
scanned: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Reader:
    """One window; collects console errors, scans with axe, and looks for words of the other language."""

    def __init__(self, page: Page, base: str, language: str) -> None:
        self.page, self.base, self.language = page, base, language
        self.problems: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"{message.text} ({self.page.url})")

    def expect_quiet_console(self) -> None:
        assert self.problems == []

    def go(self, path: str) -> "Reader":
        """Open a page by its path below the language, and scan it."""
        response = self.page.goto(f"{self.base}/{self.language}/{path}")
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        return self.scan()

    def scan(self) -> "Reader":
        """Accessibility, one heading of the first level, nothing wider than the screen."""
        page = self.page
        assert page.locator("h1").count() == 1, page.url
        kinds = set(page.evaluate(KINDS))
        known = scanned[self.language, page.viewport_size["width"]]  # type: ignore[index]
        if not kinds <= known:
            self.scan_closely()
            known |= kinds
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the screen"
        return self

    def scan_closely(self) -> None:
        """Let axe look at the page as it is."""
        page = self.page
        found: Any = Axe().run(page, options=AXE_OPTIONS).response["violations"]
        told = [
            f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0].get('failureSummary', '')[:200]}" for v in found
        ]
        assert told == [], f"{page.url}: {told}"

    def sign_in(self, email: str, password: str) -> None:
        self.go("accounts/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        self.press("main form[action*=login] button[type=submit], main form:has(input[name=password]) button")

    def press(self, selector: str) -> "Reader":
        """Press a button or link, wait for the next page, and scan it."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self.scan()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def expect(self, *words: str) -> "Reader":
        shown = self.text()
        for word in words:
            assert word in shown, f"“{word}” not on {self.page.url}:\n{shown[:3000]}"
        return self

    def frame_is_in_one_language(self) -> bool:
        """Whether the frame (header, navigation, footer), the switch apart, shows only the page's language."""
        shown = self.page.locator("header nav").first.inner_text()
        return bool(_CHINESE.search(shown)) == (self.language == "zh-hans")
