"""A person at a browser: goes to pages, reads, fills in; each page reached is scanned."""

import re
from collections import defaultdict
from itertools import pairwise
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page

AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
KIND = """const kind = e => [e.tagName, e.className, e.type, e.getAttribute("role"), e.hasAttribute("aria-invalid"),
    e.parentElement.tagName].join("|"); const all = [...document.querySelectorAll("body *")];"""
# What is quickly seen on every page. `kinds`: the kinds of elements; where one of a kind has been scanned in this
# language and width, axe need not look at the next. `faults`: what has no name, whatever its kind.
LOOK = f"""() => {{
    {KIND}
    const page = document.documentElement, named = e => e.textContent.trim() || e.title || e.getAttribute("aria-label")
        || e.getAttribute("aria-labelledby") || e.querySelector("img[alt]:not([alt=''])")
    const fields = all.filter(e => e.matches("input:not([type=hidden]), select, textarea") && !e.labels.length
        && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby"))
    const links = all.filter(e => e.matches("a[href], button, summary, h1, h2, h3, h4, h5") && !named(e))
    return {{
        kinds: [...new Set(all.map(kind))],
        levels: all.filter(e => /^H[1-6]$/.test(e.tagName)).map(e => Number(e.tagName[1])),
        faults: [...fields, ...links].map(e => e.outerHTML.slice(0, 160)),
        wider: page.scrollWidth - page.clientWidth,
        title: document.title,
    }}
}}"""
MARK = f"""fresh => {{
    {KIND} const left = new Set(fresh)
    for (const e of all) if (left.delete(kind(e))) e.dataset.fresh = ""
}}"""
# Puts a page into the window that is open, with its styles and without its scripts.
LAY = """async url => {
    const answer = await fetch(url), page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const wanted = new Set([...page.querySelectorAll("link[rel=stylesheet]")].map(each => each.href))
    const links = [...document.querySelectorAll("link[rel=stylesheet]")]
    for (const { sheet } of links) sheet.disabled = !wanted.delete(sheet.href)
    await Promise.all([...wanted].map(href => new Promise(done => document.head.append(
        Object.assign(document.createElement("link"), {rel: "stylesheet", href, onload: done})))))
    Object.assign(document, {title: page.title}).documentElement.lang = page.documentElement.lang
    document.body.replaceWith(page.body)
    return answer.status
}"""
UNFOLD = "document.querySelectorAll('main details:not([open])').forEach(each => { each.open = true })"
scanned: defaultdict[tuple[str, int, bool], set[str]] = defaultdict(set)
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

    def go(self, path: str, *, unfolded: bool = False) -> "Reader":
        """Open a page by its path below the language, and scan it; `unfolded`: with all that can be opened on it."""
        response = self.page.goto(f"{self.base}/{self.language}/{path}")
        assert response is not None
        assert response.ok, f"{path}: {response.status}"
        if unfolded:
            self.page.evaluate(UNFOLD)
        return self.scan(unfolded=unfolded)

    def lay(self, path: str) -> "Reader":
        """Scan a page with all that can be opened on it, without opening it as such: a third of the work."""
        status = self.page.evaluate(LAY, f"{self.base}/{self.language}/{path}")
        assert status == 200, f"{path}: {status}"
        self.page.evaluate(UNFOLD)
        return self.scan(unfolded=True)

    def scan(self, *, unfolded: bool = False) -> "Reader":
        """Accessibility, one heading of the first level and none skipped, a title, nothing wider than the screen."""
        page = self.page
        seen: dict[str, Any] = page.evaluate(LOOK)
        levels = seen["levels"]
        assert levels.count(1) == 1, page.url
        below = levels[levels.index(1) :]
        assert all(after <= before + 1 for before, after in pairwise(below)), f"{page.url} skips a heading: {levels}"
        assert seen["title"].split("·")[0].strip(), f"{page.url} has no title"
        assert seen["faults"] == [], page.url
        assert seen["wider"] <= 0, f"{page.url} is {seen['wider']} px wider than the screen"
        width = page.viewport_size["width"]  # type: ignore[index]
        known = scanned[self.language, width, unfolded]
        fresh = set(seen["kinds"]) - known - scanned[self.language, width, True]
        if fresh:
            page.evaluate(MARK, list(fresh))
            self.scan_closely("[data-fresh]" if known else None)
            known |= fresh
        return self

    def expect_to_fit(self) -> None:
        """Nothing wider than the screen, at the width the window has now."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than a screen of {self.page.viewport_size}"

    def scan_closely(self, part: str | None = None) -> None:
        """Let axe look at the page as it is, or at a part of it."""
        page = self.page
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(Axe().axe_script)
        run = "([part, options]) => axe.run(part || document, options)"
        found: Any = page.evaluate(run, [part, AXE_OPTIONS])["violations"]
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
