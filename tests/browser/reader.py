"""A person at a browser: goes to pages, reads, fills in; each page reached is scanned."""

import re
from itertools import pairwise
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page

SIZES: dict[str, Any] = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_OPTIONS: dict[str, Any] = {"runOnly": TAGS, "resultTypes": ["violations"]}
# Contrast costs three quarters of axe's time, and is decided by colours and size alone.
AXE_KINDS = AXE_OPTIONS | {"rules": {"color-contrast": {"enabled": False}}}
# A kind of element, by what axe's other rules look at, is scanned where it is first seen; what is pressed, once at
# each width.
KIND = """const all = [...document.querySelectorAll("body *")].filter(e => e.checkVisibility())
    const pressed = "a[class], nav a, button, input, select, summary", within = "ul, ol, dl, table, tr, fieldset, body"
    const kind = e => [e.tagName, e.getAttribute("type"), e.getAttribute("role"), e.matches(pressed) && e.className,
        e.matches(pressed) && innerWidth, e.parentElement.matches(within) && e.parentElement.tagName,
        ...e.getAttributeNames().filter(name => name.startsWith("aria-"))].join("|")
    const grounds = new Map(), clear = /^(transparent|rgba\\(.*, 0\\))$/
    const ground = e => {
        if (!grounds.has(e)) {
            const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e)
            const own = clear.test(backgroundColor) && backgroundImage === "none"
            const below = e.parentElement && (own || opacity !== "1") ? ground(e.parentElement) : ""
            grounds.set(e, own && opacity === "1" ? below : [backgroundColor, backgroundImage, opacity, below].join())
        }
        return grounds.get(e)
    }
    const tint = e => {
        const { color, fontSize, fontWeight } = getComputedStyle(e)
        return [color, fontSize, fontWeight, ground(e)].join("|")
    }
    const tinted = all.filter(e => [...e.childNodes].some(each => each.nodeType === 3 && each.data.trim()));"""
# What is quickly seen on every page. `kinds`: the kinds of elements; where one of a kind has been scanned, axe need
# not look at the next. `tints`: the same for the colours of its words and of what is behind them.
# `faults`: what has no name, a language that is none of ours, or stands within another link or button.
LOOK = f"""() => {{
    {KIND}
    const page = document.documentElement, named = e => e.textContent.trim() || e.title || e.getAttribute("aria-label")
        || e.getAttribute("aria-labelledby") || e.querySelector("img[alt]:not([alt=''])")
    const fields = all.filter(e => e.matches("input:not([type=hidden]), select, textarea") && !e.labels.length
        && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby"))
    const links = all.filter(e => e.matches("a[href], button, summary, h1, h2, h3, h4, h5") && !named(e))
    const odd = all.filter(e => e.lang && !/^(en|zh-hans)$/i.test(e.lang)
        || e.matches("a *, button *") && e.matches("a, button, input, select, textarea"))
    return {{
        kinds: [...new Set(all.map(kind))],
        tints: [...new Set(tinted.map(tint))],
        levels: all.filter(e => /^H[1-6]$/.test(e.tagName)).map(e => Number(e.tagName[1])),
        faults: [...fields, ...links, ...odd].map(e => e.outerHTML.slice(0, 160)),
        wider: page.scrollWidth - page.clientWidth,
        title: document.title,
    }}
}}"""
MARK = f"""([kinds, tints]) => {{
    {KIND} const fresh = new Set(kinds), colours = new Set(tints)
    for (const e of all) if (fresh.delete(kind(e))) e.dataset.fresh = ""
    for (const e of tinted) if (colours.delete(tint(e))) e.dataset.fresh = ""
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
    document.querySelectorAll("main details:not([open])").forEach(each => { each.open = true })
    return answer.status
}"""
UNFOLD = "document.querySelectorAll('main details:not([open])').forEach(each => { each.open = true })"
kinds: set[str] = set()
tints: set[str] = set()
whole: set[tuple[str, int]] = set()  # languages and widths in which axe has seen a page from top to bottom
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
        return self.scan()

    def lay(self, path: str) -> "Reader":
        """Scan a page with all that can be opened on it, without opening it as such: a third of the work."""
        status = self.page.evaluate(LAY, f"{self.base}/{self.language}/{path}")
        assert status == 200, f"{path}: {status}"
        return self.scan()

    def scan(self) -> "Reader":
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
        fresh, new = set(seen["kinds"]) - kinds, set(seen["tints"]) - tints
        if (self.language, width) not in whole:
            self.scan_closely()
        elif fresh or new:
            page.evaluate(MARK, [list(fresh), list(new)])
            self.scan_closely("[data-fresh]", AXE_OPTIONS if new else AXE_KINDS)
        whole.add((self.language, width))
        kinds.update(fresh)
        tints.update(new)
        return self

    def resize(self, size: str) -> "Reader":
        if self.page.viewport_size != SIZES[size]:
            self.page.set_viewport_size(SIZES[size])
        return self

    def become(self, client: Client) -> "Reader":
        """Who is signed in there is signed in here."""
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.base}])
        return self

    def expect_to_fit(self) -> None:
        """Nothing wider than the screen, at the width the window has now."""
        wider = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{self.page.url} is {wider} px wider than a screen of {self.page.viewport_size}"

    def scan_closely(self, part: str | None = None, options: dict[str, Any] = AXE_OPTIONS) -> None:
        """Let axe look at the page as it is, or at parts of it."""
        page = self.page
        if not page.evaluate("Boolean(window.axe)"):
            page.evaluate(Axe().axe_script)
        run = "([part, options]) => axe.run(part || document, options)"
        found: Any = page.evaluate(run, [part, options])["violations"]
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
