"""What search engines are told: every public page in both languages, and what not to look at."""

from collections.abc import Iterator
from html import escape

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from policies.models import Policy
from policies.opendata.data import TAGS
from portal.core import bilingual

MOST = 24_000  # policies: a sitemap may hold 50,000 addresses
PAGES = (
    *("home:front", "policies:list", "open-data", "home:accessibility", "home:for-you", "outreach:hub"),
    *("partners:list", "events:list", "reception:room", "points:list", "observers:list", "bulletins:list"),
)
HIDDEN = (
    *("accounts", "centre", "desk", "enterprise", "guest", "messages", "observer", "outreach", "partner", "publishing"),
    *("policies/embed", "requests", "search"),
)
ROBOTS = "".join(["User-agent: *\n", *(f"Disallow: /*/{path}/\n" for path in HIDDEN)])


def sitemap_of() -> str:
    """Public pages and all published policies, each with its other language; one query."""
    newest = Policy.objects.published().order_by("-changed_at", "-pk").values_list("slug", "changed_at")[:MOST]
    lists, parts = dict(_of_both("policies:list")), list[str]()
    for name in PAGES:
        parts += _page(dict(_of_both(name)), "")
    for slug, changed in newest.iterator(chunk_size=2000):
        paths = {tag: f"{path}{slug}/" for tag, path in lists.items()}
        parts += _page(paths, f"<lastmod>{timezone.localtime(changed):%Y-%m-%d}</lastmod>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{"".join(parts)}</urlset>\n'
    )


def _of_both(name: str) -> Iterator[tuple[str, str]]:
    for language, tag in TAGS.items():
        with bilingual.speaking(language):
            yield tag, reverse(name)


def _page(paths: dict[str, str], more: str) -> Iterator[str]:
    """The page's entry in each language; all of them name all."""
    site = escape(settings.SITE_URL)
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href="{site}{path}"/>' for tag, path in paths.items()
    )
    for path in paths.values():
        yield f"<url><loc>{site}{path}</loc>{more}{others}</url>\n"
