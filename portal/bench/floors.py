"""The floors: what any page of this kind must cost, written the plain way, over the same table as the queue.

hello: an answer without database or template. bare: one keyset query by the ORM and 30 rows in a template.
full: the same with session, signed-in person, choices, translated words, links, local dates and due words: 4 queries.
"""

import time
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.backends.django import DjangoTemplates
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from policies.search.meanings import meanings
from portal.core.keyset import Order, capped_count, paginate
from stewards.models import HelpRequest

ROWS = 30
RANKED = """
SELECT * FROM policies_policy WHERE id IN (
    SELECT id FROM policies_policy WHERE published_at IS NOT NULL AND search @@ %s::tsquery AND category LIKE %s
    ORDER BY published_at DESC, id DESC LIMIT 1000
) ORDER BY ts_rank(search, %s::tsquery) DESC, id DESC LIMIT 30
"""


@cache
def engine() -> DjangoTemplates:
    """Django's own template engine as it comes, without the portal's frame around the page."""
    options = {
        "context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
        ]
    }
    return DjangoTemplates(
        {"NAME": "bench", "DIRS": [Path(__file__).parent / "templates"], "APP_DIRS": False, "OPTIONS": options}
    )


def _page(cursor: str | None) -> Any:
    requests = HelpRequest.objects.all().open().defer("body", "search")
    return paginate(requests, order=[Order("due_on", nulls_last=True), Order("id")], cursor=cursor, size=ROWS)


@login_not_required
def cpu(request: HttpRequest) -> HttpResponse:
    """CPU seconds that this worker has used so far, all threads together."""
    return HttpResponse(repr(time.process_time()), content_type="text/plain")


@login_not_required
def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


@login_not_required
def bare(request: HttpRequest) -> HttpResponse:
    page = _page(request.GET.get("cursor"))
    return HttpResponse(engine().get_template("bench/bare.html").render({"page": page}, None))


@login_not_required
def ranked(request: HttpRequest) -> HttpResponse:
    """The bare SQL of a search's first page: the newest thousand of what is found, the best first, nothing else."""
    query = meanings().tsquery(request.GET["q"])
    with connection.cursor() as cursor:
        cursor.execute(RANKED, [query, request.GET.get("category", "%"), query])
        return HttpResponse(str(len(cursor.fetchall())), content_type="text/plain")


def full(request: HttpRequest) -> HttpResponse:
    """Four queries: session, person, rows, a capped count."""
    page = _page(request.GET.get("cursor"))
    today = timezone.localdate()
    for row in page:
        row.due_words = due_words(row.due_on, today)
    number, more = capped_count(HelpRequest.objects.all().open())
    context = {"page": page, "number": number, "more": more}
    return HttpResponse(engine().get_template("bench/full.html").render(context, request))


def due_words(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return ngettext("%(n)d working day overdue", "%(n)d working days overdue", -days) % {"n": -days}
    if days == 0:
        return _("due today")
    return ngettext("due in %(n)d working day", "due in %(n)d working days", days) % {"n": days}
