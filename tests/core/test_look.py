"""What the look promises: contrast in every theme, a light page, no inline code, components that explain themselves."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

CSS = Path(settings.BASE_DIR) / "static" / "css"
JS = Path(settings.BASE_DIR) / "static" / "js"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
TEXT = [
    (ink, paper)
    for paper in ("paper", "surface", "sunken")
    for ink in ("ink", "ink-soft", "link", "link-strong", "bad")
] + [
    ("on-brand", "brand"), ("on-brand", "brand-strong"), ("on-danger", "danger"), ("on-deep", "deep"),
    ("on-deep-soft", "deep"), ("ok", "ok-tint"), ("warn", "warn-tint"), ("bad", "bad-tint"),
    ("link-strong", "brand-tint"), ("ink", "quiet-tint"), ("ink", "mark"), ("ink", "brand-tint"),
    ("ink", "warn-tint"), ("ink", "bad-tint"), ("ink", "ok-tint"), ("link", "brand-tint"),
]  # fmt: skip
CONTROLS = [("line-strong", "surface"), ("line-strong", "paper"), ("focus", "paper"), ("focus", "surface"),
            ("focus-deep", "deep"), ("accent", "surface"), ("brand", "surface")]  # fmt: skip


def _themes() -> dict[str, dict[str, str]]:
    css = (CSS / "tokens.css").read_text()

    def block(selector: str) -> dict[str, str]:
        body = css.split(selector + " {", 1)[1].split("}", 1)[0]
        return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", body))

    light = block("  :root")
    return {
        "light": light,
        "dark": light | block('[data-theme="dark"]'),
        "dark of the device": light
        | block(':root:not([data-theme="light"], [data-theme="dark"], [data-theme="contrast"])'),
        "contrast": light | block('[data-theme="contrast"]'),
    }


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, two: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "dark of the device", "contrast"])
def test_text_and_controls_have_enough_contrast(theme: str) -> None:
    colours = _themes()[theme]
    least = 7.0 if theme == "contrast" else 4.5
    poor = [f"{a} on {b}: {c:.2f}" for a, b in TEXT if (c := _contrast(colours[a], colours[b])) < least]
    poor += [f"{a} on {b}: {c:.2f}" for a, b in CONTROLS if (c := _contrast(colours[a], colours[b])) < 3.0]
    assert poor == []


def test_the_two_ways_into_the_dark_are_the_same_dark() -> None:
    themes = _themes()
    assert themes["dark"] == themes["dark of the device"]


def test_styles_and_modules_stay_small() -> None:
    """Styles as they travel, compressed one by one."""
    of_every_page = re.findall(r"css/(\w+\.css)", (TEMPLATES / "partials" / "assets.html").read_text())
    travels = {f.name: len(gzip.compress(f.read_bytes())) for f in CSS.glob("*.css")}
    assert sum(travels[name] for name in of_every_page) < 10_500
    assert max(size for name, size in travels.items() if name not in of_every_page) < 2_500
    assert sum(travels.values()) < 20_000
    assert sum(len(f.read_text().splitlines()) for f in JS.glob("*.js")) <= 500


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda p: p.name)
def test_every_rule_lives_in_a_layer_and_nothing_comes_from_outside(path: Path) -> None:
    css = path.read_text()
    assert re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL).lstrip().startswith("@layer")
    assert "http" not in css.replace('[href^="http"]', "")
    assert "@import" not in css
    assert "font-style: italic" not in re.sub(r":lang\(en\)[^}]*}", "", css), "no italics outside English"


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_inline_code_or_style_in_templates(path: Path) -> None:
    html = re.sub(r"{#.*?#}", "", path.read_text())
    assert not re.search(r"\sstyle=", html)
    assert not re.search(r"<style\b", html)
    assert not re.search(r"<[^>]*\son(click|change|submit|input|load|error|focus|blur|key\w+)=", html)
    assert not re.search(r"javascript:", html)
    assert not re.search(r"\|\s*safe\b", html)
    for script in re.findall(r"<script\b[^>]*>", html):
        assert " src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize("path", sorted((TEMPLATES / "components").glob("*.html")), ids=lambda p: p.name)
def test_each_component_opens_with_its_parameters(path: Path) -> None:
    assert re.match(r"{# .{20,} #}\n", path.read_text())


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_last_resort_pages_need_nothing_at_all(name: str, language: str) -> None:
    with translation.override(language):
        html = render_to_string(name)
    assert html.count("<h1") == 1
    assert f'<html lang="{language}">' in html
    assert bool(re.search(r"[\u4e00-\u9fff]", html)) is (language == "zh-hans")


def test_status_is_a_word_and_a_tone() -> None:
    html = render_to_string("components/status.html", {"tone": "warn", "text": "Overdue <b>"})
    assert 'class="status status-warn"' in html
    assert "Overdue &lt;b&gt;" in html


def test_an_empty_list_leads_on_only_when_there_is_somewhere_to_go() -> None:
    assert "<a " not in render_to_string("components/empty.html", {"title": "None yet", "text": "They come here."})
    html = render_to_string("components/empty.html", {"title": "None yet", "text": "", "url": "/new", "action": "Ask"})
    assert '<a class="button" href="/new">Ask</a>' in html


def test_the_pager_keeps_the_filters(rf: RequestFactory) -> None:
    page = {"next_cursor": "n1", "prev_cursor": None}
    html = render_to_string("components/pager.html", {"page": page}, rf.get("/", {"state": "open", "cursor": "old"}))
    assert "?state=open&amp;cursor=n1" in html
    assert "Previous" not in html
    empty = {"next_cursor": None, "prev_cursor": None}
    assert "<nav" not in render_to_string("components/pager.html", {"page": empty}, rf.get("/"))


def test_tabs_mark_the_current_one_and_show_a_count_of_zero() -> None:
    tabs = [
        {"label": "Mine", "url": "?q=mine", "current": True, "count": 0},
        {"label": "All", "url": "?q=all", "current": False, "count": None},
    ]
    html = render_to_string("components/tabs.html", {"tabs": tabs, "label": "Queues"})
    assert html.count('aria-current="page"') == 1
    assert '<span class="number">0</span>' in html
    assert html.count('class="number"') == 1


def test_a_person_card_shows_only_what_is_known() -> None:
    html = render_to_string("components/person.html", {"name": "沈雨桐", "phone": "021-5555"})
    assert 'href="tel:021-5555"' in html
    assert "mailto:" not in html
    assert '<span class="person-mark" aria-hidden="true">沈</span>' in html


def test_an_internal_step_says_so() -> None:
    at = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    html = render_to_string(
        "components/timeline_item.html", {"title": "Note", "at": at, "text": "<i>x", "internal": True}
    )
    assert "Internal" in html
    assert "&lt;i&gt;x" in html
    plain = render_to_string("components/timeline_item.html", {"title": "Accepted", "at": at, "tone": "ok"})
    assert 'class="timeline-ok"' in plain
    assert "Internal" not in plain
    assert "timeline-body" not in plain


def test_crumbs_are_a_named_list_of_links() -> None:
    html = render_to_string("components/crumbs.html", {"crumbs": [("Front page", "/"), ("Policies", "/p/")]})
    assert 'aria-label="You are here"' in html
    assert re.findall(r'<a href="([^"]+)">', html) == ["/", "/p/"]
