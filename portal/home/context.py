"""What the page frame needs on every page; no query of its own."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import gettext as _

from accounts.enums import DESK_ROLES, PUBLISHING_ROLES, Role
from outreach.rules import READERS
from portal.core import bilingual
from portal.home.doors import OBSERVER, PARTNER, known

SIZES = ("small", "normal", "large", "x-large")
THEMES = ("auto", "light", "dark", "contrast")


def page(request: HttpRequest) -> dict[str, Any]:
    """Language, navigation by role, display settings."""
    language = bilingual.current()
    other = bilingual.other(language)
    url = translate_url(request.get_full_path(), other)
    size, _sep, theme = request.COOKIES.get("display", "").partition(".")
    return {
        "LANG": language,
        "other_language": {
            "code": other,
            "label": "中文" if other == "zh-hans" else "English",
            "url": url,
            "path": url.partition("?")[0],
        },
        "nav": navigation(request),
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "display": {
            "size": size if size in SIZES else "normal",
            "theme": theme if theme in THEMES else "auto",
        },
    }


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The main links of the person's roles, the current one marked."""
    user = getattr(request, "user", None)
    entries: list[tuple[str, str]] = []
    if user is None or not user.is_authenticated:
        entries = [
            ("policies:list", _("Policies")),
            ("home:package", _("Service package")),
            ("requests:new", _("Ask for help")),
            ("outreach:hub", _("Open government")),
        ]
    elif not user.is_official:
        entries = [
            ("home:package", _("Our service package")),
            ("policies:list", _("Policies")),
            ("requests:list", _("Our requests")),
            ("enterprises:profile", _("Our enterprise")),
            *((name, label) for name, label in _own_rooms().items() if name in known(request)),
            ("outreach:hub", _("Open government")),
        ]
    else:
        if user.has_role(Role.ADMIN):
            entries.append(("centre:overview", _("Service centre")))
        if user.has_role(*DESK_ROLES):
            entries.append(("desk:queue", _("Request desk")))
            entries.append(("visits:list", _("Visits")))
        if user.has_role(*PUBLISHING_ROLES, Role.ADMIN):
            entries.append(("publishing:desk", _("Publishing")))
        if user.has_role(Role.EDITOR, Role.REVIEWER) and not user.has_role(Role.ADMIN):
            entries.append(("rating:obstacles", _("Obstacles")))
        if user.has_role(Role.AUDITOR, Role.ADMIN):
            entries.append(("home:audit", _("Audit trail")))
        if user.has_role(Role.LEADER, Role.AUDITOR) and not user.has_role(Role.ADMIN):
            entries.append(("rating:figures", _("Figures")))
        if user.has_role(*READERS):
            entries.append(("outreach:desk", _("Open government")))
        entries.append(("policies:list", _("Policies")))
    return [_entry(request.path, name, label) for name, label in entries]


def _own_rooms() -> dict[str, str]:
    return {PARTNER: _("Partner room"), OBSERVER: _("Observer room")}


def _entry(path: str, name: str, label: str) -> dict[str, Any]:
    url = reverse(name)
    return {"label": label, "url": url, "current": path == url or path.startswith(url)}
