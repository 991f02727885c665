"""Which pages are measured, as whom they are opened, and what they may cost."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from enterprises.enums import MembershipState
from policies.models import Policy
from portal.core import calendar
from portal.core.keyset import paginate
from stewards.desk.queue import TABS, Viewer, tabs_for
from stewards.desk.rows import with_places
from stewards.enums import OPEN_STATES
from stewards.models import HelpRequest

HELLO, BARE, FULL = FLOORS = "hello", "BARE floor", "FULL floor"


@dataclass(frozen=True)
class Page:
    """One address opened by one person; `most` is how many times the FULL floor it may cost.

    beside: the page with the bare SQL that belongs to the floor too; then clock times are compared, not CPU.
    by_clock: clock times are compared, where PostgreSQL's share counts as much as the web server's.
    """

    name: str
    path: str
    cookie: str = ""
    most: float | None = None
    beside: str = ""
    by_clock: bool = False


def pages(language: str) -> list[Page]:
    """The floors first, then the pages in that language."""
    with translation.override(language):
        return [*floors(), *_desk(), *_policies(), *_enterprise()]


def floors() -> list[Page]:
    cookie = cookie_of(steward())
    return [
        Page(HELLO, "/bench/hello/"),
        Page(BARE, "/bench/bare/"),
        Page(FULL, reverse("bench:full"), cookie),
    ]


def _desk() -> list[Page]:
    """Every tab of a steward's queue and of the service centre's, its first page and one in the middle."""
    found: list[Page] = []
    queue = reverse("desk:queue")
    for who, user in (("steward", steward()), ("service centre", admin())):
        cookie = cookie_of(user)
        found += [Page(f"queue of the {who}: {tab}", f"{queue}?tab={tab}", cookie, 2.0) for tab in tabs_for(user)]
        own = tabs_for(user)[0]
        found.append(Page(f"queue of the {who}: deep page", f"{queue}?tab={own}&cursor={deep(user, own)}", cookie, 2.0))
    person = steward()
    mine = HelpRequest.objects.all().open().filter(steward=person).order_by("pk").first()
    assert mine is not None
    found.append(Page("request page on the desk", reverse("desk:request", args=[mine.number]), cookie_of(person)))
    return found


def _policies() -> list[Page]:
    listed = reverse("policies:list")
    policy = Policy.objects.filter(published_at__isnull=False).order_by("pk").first()
    assert policy is not None
    cookie = cookie_of(owner())
    return [
        Page("policy list", listed, cookie, 2.0),
        Page("policy list, visitor", listed, "", 2.0),
        Page("policy search, most policies found", f"{listed}?q=fictional", "", 2.0),
        Page("policy search, few found", f"{listed}?q=fictional+measure+7", "", 2.0),
        Page("policy page", reverse("policies:detail", args=[policy.slug]), cookie),
    ]


def _enterprise() -> list[Page]:
    person = owner()
    cookie = cookie_of(person)
    asked = HelpRequest.objects.of_member(person).submitted().order_by("pk").first()
    found = [
        Page("package page", reverse("home:package"), cookie, 3.0),
        Page("check-up page", reverse("policies:check-up"), cookie, 3.0),
        Page("own requests", reverse("requests:list"), cookie),
    ]
    if asked is not None:
        found.append(Page("request page of the enterprise", reverse("requests:detail", args=[asked.number]), cookie))
    return found


def deep(user: User, tab: str) -> str:
    """A cursor in the middle of the list."""
    today = date.today()
    viewer = Viewer.on(user, today, calendar.current())
    requests = with_places(TABS[tab].select(viewer))
    middle = requests.order_by("due_on", "id")[requests.count() // 2]
    page = paginate(requests.filter(due_on__gte=middle.due_on), order=TABS[tab].order, size=1)
    return page.next_cursor or ""


def steward() -> User:
    """The steward who holds most."""
    held = Count("requests_steward", filter=Q(requests_steward__state__in=OPEN_STATES))
    found = User.objects.with_role(Role.STEWARD).annotate(held=held).order_by("-held", "pk").first()
    if found is None:
        raise SystemExit("There is no steward in this database. Without --as-is it is filled first.")
    return found


def admin() -> User:
    found = User.objects.with_role(Role.ADMIN).order_by("pk").first()
    return found or User.objects.create_user("bench-admin@example.org", roles=[Role.ADMIN], name_en="Bench Admin")


def owner() -> User:
    """The owner whose enterprise asked most."""
    active = Q(memberships__state=MembershipState.ACTIVE, memberships__role="owner", roles=[])
    asked = Count("memberships__enterprise__requests", distinct=True)
    return User.objects.filter(active).annotate(asked=asked).order_by("-asked", "pk")[0]


def cookie_of(user: Any) -> str:
    """A session of the person, as the browser sends it back."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
