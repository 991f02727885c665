"""Tells people what their saved searches have found since they were looked at last."""

from datetime import datetime, time, timedelta
from functools import partial

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.workflow import Text, compose, post_all
from policies.alerts.saved_searches import address_of, called, each_of, found_by, new_since
from policies.models import Policy, SavedSearch
from policies.search.meanings import meanings
from portal.core.calendar import local_day

BATCH = 20
MOST_TITLES = 5
MOST_COUNTED = 100  # of the new policies of one search; who has more reads the list
LONGEST_ADDRESS = 300  # what a message keeps
SETTLED = timedelta(seconds=10)  # what is published is looked at when transactions begun before it have ended


def latest_news(until: datetime) -> datetime | None:
    """When a policy last was published or came into force; a search that was looked at since has nothing new."""
    published = Policy.objects.published().filter(published_at__lte=until)
    begun = Max("effective_from", filter=Q(effective_from__lte=local_day(until)))
    latest = published.aggregate(published=Max("published_at"), begun=begun)
    moments = [latest["published"]] if latest["published"] else []
    if latest["begun"]:
        moments.append(timezone.make_aware(datetime.combine(latest["begun"], time.min)))
    return max(moments, default=None)


def tell_searches(newest: datetime, until: datetime) -> tuple[int, int]:
    """One batch of searches not looked at since the newest policy; → rows taken, messages posted."""
    due = SavedSearch.objects.filter(checked_at__lt=newest, person__is_active=True)
    locked = due.select_related("person").select_for_update(of=("self",), skip_locked=True, no_key=True)
    rows = list(locked.order_by("pk")[:BATCH])
    found = _new_titles(rows, until) if rows else {}
    messages = []
    for row in rows:
        if titles := found.get(row.pk):
            key = f"policy:search:{row.pk}:{row.checked_at:%Y%m%d%H%M%S%f}"
            messages.append(compose(row.person, key=key, kind="policy_search", text=partial(_text, row, titles)))
            row.told_at = until
        row.checked_at = until
    post_all(messages)
    SavedSearch.objects.bulk_update(rows, ["checked_at", "told_at"])
    return len(rows), len(messages)


def _new_titles(rows: list[SavedSearch], until: datetime) -> dict[int, list[str]]:
    """Search → titles of what it newly finds, in its person's language; one query for all."""
    day, known = local_day(until), meanings()
    parts = [
        (row.pk, found_by(row, day, known).filter(new_since(row.checked_at, day, until)).order_by("-pk")[:MOST_COUNTED])
        for row in rows
    ]
    languages = {row.pk: row.person.language for row in rows}
    found: dict[int, list[str]] = {}
    for which, chinese, english in each_of(parts, "title_zh_hans", "title_en"):
        titles = (english or chinese) if languages[which] == "en" else (chinese or english)
        found.setdefault(which, []).append(titles)
    return found


def _text(search: SavedSearch, titles: list[str]) -> Text:
    count = len(titles)
    subject = ngettext(
        "%(count)s new policy for your search “%(name)s”", "%(count)s new policies for your search “%(name)s”", count
    )
    number = _("more than %(count)d") % {"count": MOST_COUNTED - 1} if count == MOST_COUNTED else str(count)
    lines = [f"– {title}" for title in titles[:MOST_TITLES]]
    if (rest := count - MOST_TITLES) > 0:
        lines.append(ngettext("And one more.", "And %(count)d more.", rest) % {"count": rest})
    address = address_of(search.query)
    url = address if len(address) <= LONGEST_ADDRESS else reverse("policies:following")
    return Text(subject % {"name": called(search), "count": number}, "\n".join(lines), url)
