"""Run by test_demo.py in the demo's mode on a copy of its database; prints what was seen as JSON."""

import json
import re
import sys
import time
from collections import Counter
from io import StringIO
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db.models import F
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from enterprises.models import Enterprise, Membership
from notices.delivery import deliver
from notices.models import Message
from policies.eligibility.matching import match
from policies.models import Package, Policy, Revision
from portal.core import calendar
from portal.core.calendar import local_day
from portal.demo.cast import seeded
from stewards.models import HelpRequest, Reminder, RequestEvent, Stewardship
from stewards.reminding.due import reminder_day

LANGUAGES = ("zh-hans", "en")
PUBLIC = ("", "policies/", "demo/", "demo/mail/", "accounts/login/", "accounts/signup/", "accessibility/")


def command(name: str) -> str:
    out = StringIO()
    call_command(name, stdout=out, verbosity=0)
    return out.getvalue()


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def seeding() -> dict[str, Any]:
    facts: dict[str, Any] = {"rows": rows()}
    began = time.monotonic()
    facts |= {"again": command("seed"), "seconds": time.monotonic() - began}
    return facts | {"rows_after": rows(), "table": command("demo_people")}


def landing(person: User, language: str) -> dict[str, Any]:
    client = Client(raise_request_exception=False)
    response = client.post(f"/{language}/demo/sign-in/", {"user": person.pk}, follow=True)
    path = response.redirect_chain[-1][0] if response.redirect_chain else ""
    signed_in = client.session.get("_auth_user_id") == str(person.pk)
    nav = re.search(r'<nav class="site-nav".*?</nav>', response.content.decode(), re.DOTALL)
    links = set(re.findall(r'href="([^"]+)"', nav[0])) if nav else set()
    broken = [link for link in links if client.get(link, follow=True).status_code != 200]
    facts = {"status": response.status_code, "path": path, "signed_in": signed_in}
    return facts | {"links": len(links), "broken": broken}


def people() -> list[dict[str, Any]]:
    return [
        {
            "email": person.email,
            "roles": person.roles,
            "language": person.language,
            "password": person.has_usable_password(),
            "landing": {language: landing(person, language) for language in LANGUAGES},
        }
        for person in seeded().order_by("pk")
    ]


def refusals() -> dict[str, int]:
    client = Client()
    registered = User.objects.create_user("me@demo.example", "a long password")
    gone = seeded().get(email="fang.yuan@demo.example")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    chosen = {"somebody who registered": registered.pk, "nobody": 10**9, "no number": "lin", "a huge number": "9" * 40}
    facts = {"by get": client.get("/en/demo/sign-in/").status_code}
    for name, value in (chosen | {"an inactive person": gone.pk}).items():
        facts[name] = client.post("/en/demo/sign-in/", {"user": value}).status_code
    User.objects.filter(pk=gone.pk).update(is_active=True)
    return facts


def pages() -> dict[str, Any]:
    client = Client()
    paths = [f"/{language}/{page}" for language in LANGUAGES for page in PUBLIC]
    return {
        "pages": {path: client.get(path).status_code for path in paths},
        "picker": {language: client.get(f"/{language}/demo/").content.decode() for language in LANGUAGES},
        "sign_in_page": client.get("/en/accounts/login/").content.decode(),
    }


def newcomer() -> dict[str, Any]:
    """Registers with a made-up address, finds the mail in the mailbox and follows the link in it."""
    client, address = Client(), "newcomer@made-up.example"
    words = {"password1": "a quite long phrase", "password2": "a quite long phrase", "name_en": "New Comer"}
    signed_up = client.post("/en/accounts/signup/", {"email": address, "name": "New Comer", **words}, follow=True)
    deliver()
    box = client.get("/en/demo/mail/", {"to": address}).content.decode()
    mails = re.findall(r'href="(/en/demo/mail/[0-9a-f-]{36}/)"', box)
    mail = client.get(mails[0]).content.decode() if mails else ""
    links = re.findall(r'href="(/en/accounts/confirm-email/[^"]+)"', mail)
    if links:
        client.post(links[0], follow=True)
    confirmed = User.objects.filter(email=address, emailaddress__verified=True).exists()
    found = {"mails_found": len(mails), "link": links[0] if links else "", "confirmed": confirmed}
    return {"signed_up": signed_up.status_code, **found}


def mail() -> dict[str, Any]:
    client = Client()
    states = {state: Message.objects.filter(state=state).first() for state in ("sent", "held")}
    codes = {state: client.get(f"/en/demo/mail/{m.uuid}/").status_code for state, m in states.items() if m}
    nothing = client.get("/en/demo/mail/", {"to": "nobody@nowhere.example"}).content.decode()
    return codes | {
        "other_address": "No message found" if "No message found" in nothing else nothing,
        "odd_cursor": client.get("/en/demo/mail/", {"cursor": "%%%"}).status_code,
    }


def history() -> dict[str, int]:
    today, requests = local_day(), HelpRequest.objects.all()
    next_day = calendar.current().add_working_days(reminder_day(), 1)
    events = RequestEvent.objects.all()
    return {
        "overdue": requests.filter(due_on__lt=today, state__in=["accepted", "in_progress"]).count(),
        "due next": requests.filter(due_on__in=[today, next_day], state__in=["accepted", "in_progress"]).count(),
        "waiting": requests.filter(state="waiting").count(),
        "unrated": requests.filter(state="answered").count(),
        "rated badly": requests.filter(ratings__score__lte=2).count(),
        "reopened": requests.filter(round__gt=1).count(),
        "referred": events.filter(kind="referred").count(),
        "unassigned": requests.filter(state="submitted", steward=None).count(),
        "in English": requests.filter(language="en").count(),
        "in Chinese": requests.filter(language="zh-hans").count(),
        "with a policy": requests.exclude(policy=None).count(),
        "without an enterprise": requests.filter(enterprise=None).count(),
        "internal notes": events.filter(internal=True).count(),
    }


def untrue() -> dict[str, Any]:
    """What cannot be; empty when the history holds together."""
    now, working, found = timezone.now(), calendar.current(), {}
    for request in HelpRequest.objects.exclude(state="draft").prefetch_related("events"):
        moments = [event.at for event in request.events.all()]
        if moments != sorted(moments) or moments[-1] > now or moments[0] != request.submitted_at:
            found[request.number] = "moments"
        plain = request.round == 1 and not request.events.filter(data__has_key="paused_from").exists()
        due = working.add_working_days(local_day(moments[0]), request.promised_days)
        if plain and due != request.due_on:
            found[request.number] = f"due {request.due_on}, not {due}"
        if request.created_at > moments[0]:
            found[request.number] = "written after it was sent"
    by_time = list(
        HelpRequest.objects.exclude(number=None).order_by("submitted_at", "number").values_list("number", flat=True)
    )
    if by_time != sorted(by_time):
        found["numbers"] = "not in the order of time"
    late = Message.objects.filter(sent_at__lt=F("created_at")).count()
    return found | ({"messages": late} if late else {})


def outcomes() -> dict[str, int]:
    """How the policies stand for the demo's enterprises, all together."""
    found: Counter[str] = Counter()
    for enterprise in Enterprise.objects.all():
        matches = match(enterprise, local_day())
        found["met"] += len(matches.met)
        found["unmet"] += matches.unmet.total()
        found["unknown"] += len(matches.nearly) + len(matches.unclear)
    return {name: count for name, count in found.items() if count}


def contents() -> dict[str, Any]:
    written = Revision.objects.exclude(author=None)
    stewarded = Stewardship.objects.exclude(enterprise=None).values("enterprise")
    return {
        "states": dict(Counter(HelpRequest.objects.values_list("state", flat=True))),
        "reminders": dict(Counter(Reminder.objects.values_list("rule__code", flat=True))),
        "digests": Message.objects.filter(kind="digest", state="sent").count(),
        "queued": Message.objects.filter(state="queued").count(),
        "revisions": dict(Counter(written.values_list("state", flat=True))),
        "stale": written.exclude(stale=[]).count(),
        "packages": sorted(
            "enterprise" if package.enterprise else "segment" if package.segment else "theme"
            for package in Package.objects.all()
        ),
        "claims": Membership.objects.filter(state="claimed").count(),
        "without_steward": Enterprise.objects.exclude(pk__in=stewarded).filter(park=None).count(),
        "published": Policy.objects.published().count(),
        "published_fictional": Policy.objects.published().filter(slug__startswith="demo-").count(),
    }


with translation.override("en"):
    facts = seeding() | contents() | {"history": history(), "untrue": untrue(), "outcomes": outcomes()}
facts |= {"people": people(), "mail": mail(), **pages(), "newcomer": newcomer(), "refusals": refusals()}
sys.stdout.write(json.dumps(facts, default=str))
