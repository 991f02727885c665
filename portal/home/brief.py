"""What a leader should know before visiting an enterprise: one sheet, each language once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncDate

from accounts.models import User
from engagement.enums import DONE
from engagement.models import Promise, Visit
from enterprises.models import Enterprise
from policies.eligibility.matching import facts_of, match_facts
from policies.models import Policy
from portal.home.story import Reader
from stewards.enums import DONE_STATES, OPEN_STATES
from stewards.models import HelpRequest, Rating
from stewards.queries import steward_of

MONTHS_BACK = timedelta(days=365)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Year:
    """The last twelve months of its requests; rates are of those answered, ratings of those rated."""

    asked: int
    answered: int
    in_time: int
    satisfaction: float | None
    rated: int


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything on the sheet that is the same in both languages."""

    steward: User | None
    year: Year
    open: list[HelpRequest]
    open_count: int
    visits: list[Visit]
    promises: list[Promise]
    fitting: int
    policies: list[Policy]


def brief(enterprise: Enterprise, reader: Reader, day: date, now: datetime) -> Brief:
    """Of what the reader may see; a fixed number of queries."""
    stewardship = steward_of(enterprise, day)
    still = reader.requests.open().order_by("due_on", "pk")
    met = match_facts(facts_of(enterprise, day), day).met
    loaded = Policy.objects.only("slug", "title_zh_hans", "title_en", "max_amount_cny").in_bulk(met[:SHOWN])
    held = reader.visits.filter(state__in=DONE).order_by("-starts_at", "-pk")
    waiting = Promise.objects.filter(visit__in=reader.visits.values("pk"))
    waiting = waiting.filter(Q(request__isnull=True) | Q(request__state__in=OPEN_STATES)).select_related("request")
    return Brief(
        steward=stewardship.steward if stewardship else None,
        year=_year(reader, now),
        open=list(still[:SHOWN]),
        open_count=still.count(),
        visits=list(held.select_related("department")[:SHOWN]),
        promises=list(waiting.order_by("due_on", "pk")[:SHOWN]),
        fitting=len(met),
        policies=[loaded[pk] for pk in met[:SHOWN] if pk in loaded],
    )


def _year(reader: Reader, now: datetime) -> Year:
    since = reader.requests.filter(submitted_at__gt=now - MONTHS_BACK)
    done = Q(state__in=DONE_STATES, answered_at__isnull=False)
    counts: dict[str, Any] = since.annotate(answered_on=TruncDate("answered_at")).aggregate(
        asked=Count("pk"),
        answered=Count("pk", filter=done),
        in_time=Count("pk", filter=done & Q(answered_on__lte=F("due_on"))),
    )
    own = Rating.objects.filter(request__in=since.values("pk"), written_by=None)
    ratings = own.aggregate(mean=Avg("score"), count=Count("pk"))
    return Year(counts["asked"], counts["answered"], counts["in_time"], ratings["mean"], ratings["count"])
