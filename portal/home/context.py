"""What the page frame needs on every page; no query of its own."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.enums import DESK_ROLES, PUBLISHING_ROLES, Role
from investment.models import OFFICIALS
from outreach.rules import READERS
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.home.doors import KEEPER, OBSERVER, PARTNER, known

SIZES = ("small", "normal", "large", "x-large")
THEMES = ("auto", "light", "dark", "contrast")


def page(request: HttpRequest) -> dict[str, Any]:
    """Language, navigation by role, display settings."""
    language = bilingual.current()
    other = bilingual.other(language)
    url = translate_url(_page(request), other)
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
        "area": _area(request.path),
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL,
        "printed_on": local_day(),
        "display": {
            "size": size if size in SIZES else "normal",
            "theme": theme if theme in THEMES else "auto",
        },
    }


def _page(request: HttpRequest) -> str:
    """The page to read; a form that came back stands at an address that may only be sent to, so the one it was on."""
    came = urlsplit(request.headers.get("Referer", ""))
    if request.method != "POST" or came.netloc != _host(request):
        return request.get_full_path()
    return urlunsplit(("", "", came.path, came.query, ""))


def _host(request: HttpRequest) -> str | None:
    """None: not one of ours; the page that says so is made all the same."""
    try:
        return request.get_host()
    except DisallowedHost:
        return None


# Address, label, whose, and not of those who have it another way.
OFFICIAL: tuple[tuple[str, Any, tuple[Role, ...], tuple[Role, ...]], ...] = (
    ("centre:overview", gettext_lazy("Service centre"), (Role.ADMIN,), ()),
    ("desk:queue", gettext_lazy("Request desk"), DESK_ROLES, ()),
    ("visits:list", gettext_lazy("Visits"), DESK_ROLES, ()),
    ("home:today", pgettext_lazy("navigation", "Today"), PUBLISHING_ROLES, (Role.ADMIN,)),
    ("publishing:desk", gettext_lazy("Publishing"), (*PUBLISHING_ROLES, Role.ADMIN), ()),
    ("rating:obstacles", gettext_lazy("Obstacles"), (Role.EDITOR, Role.REVIEWER), (Role.ADMIN,)),
    ("home:audit", gettext_lazy("Audit trail"), (Role.AUDITOR, Role.ADMIN), ()),
    ("insights:district", pgettext_lazy("navigation", "At a glance"), (Role.LEADER, Role.AUDITOR), (Role.ADMIN,)),
    ("rating:figures", gettext_lazy("Figures"), (Role.LEADER, Role.AUDITOR), (Role.ADMIN,)),
    ("tiers:list", gettext_lazy("Tiers"), (Role.REVIEWER, Role.LEADER, Role.AUDITOR), (Role.ADMIN,)),
    ("outreach:desk", gettext_lazy("Open government"), READERS, ()),
    ("reception:desk", gettext_lazy("Reception room"), (Role.STEWARD, Role.HANDLER), READERS),
    ("investment:room", gettext_lazy("Resource room"), OFFICIALS, ()),
    ("insights:map", gettext_lazy("Industry map"), tuple(Role), (Role.ADMIN,)),
    ("policies:list", gettext_lazy("Policies"), tuple(Role), ()),
)


def _is_one_of(user: Any, who: Iterable[Role], not_who: Iterable[Role]) -> bool:
    return user.has_role(*who) and not user.has_role(*not_who)


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The main links of the person's roles, the current one marked."""
    user = getattr(request, "user", None)
    entries: list[tuple[str, str]] = []
    if user is None or not user.is_authenticated:
        entries = [
            ("policies:list", _("Policies")),
            ("home:package", _("Service package")),
            ("requests:new", _("Ask for help")),
            ("investment:list", _("Investment resources")),
            ("insights:map", _("Industry map")),
            ("outreach:hub", _("Open government")),
        ]
    elif not user.is_official:
        entries = [
            ("home:package", _("Our service package")),
            ("policies:list", _("Policies")),
            ("requests:list", _("Our requests")),
            ("enterprises:profile", _("Our enterprise")),
            ("investment:list", _("Investment resources")),
            *((name, label) for name, label in _own_rooms().items() if name in known(request)),
            ("outreach:hub", _("Open government")),
        ]
    else:
        entries = [(name, str(label)) for name, label, who, not_who in OFFICIAL if _is_one_of(user, who, not_who)]
    return [_entry(request.path, name, label) for name, label in entries]


def _area(path: str) -> str:
    """What the titles of pages behind the scenes say after their own: many have a public page of the same name."""
    _slash, _language, first, *rest = [*path.split("/"), "", "", ""][:6]
    areas = {"publishing": _("Publishing"), "outreach": _("Open government: desk")}
    areas |= {"partner": _own_rooms()[PARTNER], "observer": _own_rooms()[OBSERVER]}
    areas["resource-room"] = _own_rooms()[KEEPER]
    areas["reports"] = _("Monthly reports: desk")
    return areas.get(first, "") if any(rest) else ""  # not the first page itself, which bears that name


def _own_rooms() -> dict[str, str]:
    return {PARTNER: _("Partner room"), OBSERVER: _("Observer room"), KEEPER: _("Resource room")}


def _entry(path: str, name: str, label: str) -> dict[str, Any]:
    url = reverse(name)
    return {"label": label, "url": url, "current": path == url or path.startswith(url)}
