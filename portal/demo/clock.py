"""The demo's clock: its history is made by the real verbs, each at the moment at which it is said to have happened.

The verbs ask django.utils.timezone.now() for the time; inside `Clock.at` that answers the moment given. What the
models' defaults and the database stamp by themselves is corrected afterwards, for the rows that are new.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Model
from django.utils import timezone

from engagement.models import Visit
from engagement.surveys.models import Survey
from enterprises.models import (
    Enterprise,
    Invitation,
    Membership,
    MergeRecord,
    RegistryImport,
    Segment,
    Tagging,
    TierRound,
)
from insights.models import Report
from investment.models import Need
from notices.models import Message, State
from outreach.models import Invitation as EventInvitation
from outreach.models import Question, Registration
from policies.models import (
    Attachment,
    Consultation,
    Following,
    Interpretation,
    InterpretationComment,
    InterpretationFile,
    NewMatch,
    Package,
    PolicyQuestion,
    PolicyTask,
    QuestionEvent,
    Revision,
    RevisionComment,
    Submission,
)
from portal.core import calendar
from portal.core.calendar import local_day
from stewards.models import (
    CalendarLoad,
    CallBack,
    HelpRequest,
    Obstacle,
    ObstacleRequest,
    Rating,
    Reminder,
    RequestPart,
    SavedView,
)

STAMPED: dict[type[Model], tuple[str, ...]] = {
    Enterprise: ("created_at",),
    Report: ("composed_at",),
    RegistryImport: ("created_at",),
    MergeRecord: ("at",),
    Segment: ("created_at",),
    Tagging: ("at",),
    TierRound: ("opened_at",),
    Membership: ("created_at",),
    Invitation: ("created_at",),
    Revision: ("created_at", "changed_at"),
    RevisionComment: ("created_at",),
    Attachment: ("created_at", "text_at"),
    Package: ("created_at",),
    Following: ("since",),
    NewMatch: ("found_at",),
    Consultation: ("created_at", "changed_at"),
    Submission: ("created_at",),
    Interpretation: ("created_at", "changed_at"),
    InterpretationComment: ("created_at",),
    InterpretationFile: ("created_at",),
    PolicyQuestion: ("created_at", "changed_at"),
    PolicyTask: ("created_at",),
    QuestionEvent: ("created_at",),
    HelpRequest: ("created_at",),
    CalendarLoad: ("created_at",),
    RequestPart: ("created_at",),
    Rating: ("created_at",),
    CallBack: ("called_at", "created_at"),
    Obstacle: ("created_at", "changed_at"),
    ObstacleRequest: ("added_at",),
    Reminder: ("created_at",),
    SavedView: ("created_at",),
    Survey: ("created_at",),
    Visit: ("created_at", "changed_at"),
    Registration: ("created_at",),
    Question: ("asked_at",),
    EventInvitation: ("at",),
    Need: ("created_at",),
    Message: ("created_at", "next_attempt_at"),
}


class Clock:
    """Working days counted back from the last one that has begun; nothing ever happens in the future."""

    def __init__(self) -> None:
        self.now = timezone.now()
        local = timezone.localtime(self.now)
        self._base = self._working(local.date() if local.hour >= 10 else local.date() - timedelta(days=1))
        self._last = self.now - timedelta(days=3650)
        self._seen = _highest_keys()

    def day(self, ago: int) -> date:
        """The day so many working days before the last one."""
        day = self._base
        for _step in range(ago):
            day = self._working(day - timedelta(days=1))
        return day

    def moment(self, ago: int, clock: str) -> datetime:
        """That day at "09:30", district time."""
        return timezone.make_aware(datetime.combine(self.day(ago), time.fromisoformat(clock)))

    @contextmanager
    def at(self, moment: datetime) -> Iterator[datetime]:
        """What happens inside happens at that moment; moments must be given in order."""
        moment = self._last = max(min(moment, self.now), self._last + timedelta(microseconds=1))
        real, timezone.now = timezone.now, lambda: moment
        try:
            yield moment
        finally:
            timezone.now = real
        self._stamp(moment)

    def _stamp(self, moment: datetime) -> None:
        """Give the rows that are new since the last time their moment; what was to be sent has been sent."""
        before, self._seen = self._seen, _highest_keys()
        for model, columns in STAMPED.items():
            if self._seen[model] > before[model]:
                model._default_manager.filter(pk__gt=before[model]).update(**dict.fromkeys(columns, moment))
        if self._seen[Message] > before[Message]:
            new = Message.objects.filter(state=State.QUEUED, pk__gt=before[Message])
            new.update(state=State.SENT, sent_at=moment)

    def _working(self, day: date) -> date:
        while not calendar.current().is_working(day):
            day -= timedelta(days=1)
        return day


def months_from(moment: datetime, months: str | None) -> date | None:
    """About so many months away: "-20", "+16"."""
    return local_day(moment) + timedelta(days=30 * int(months)) if months else None


def _highest_keys() -> dict[type[Model], int]:
    """The last key of each table, in one query."""
    tables = [f'"{model._meta.db_table}"' for model in STAMPED]
    lasts = ", ".join(f"(SELECT max(id) FROM {table})" for table in tables)  # noqa: S608 - our own tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lasts}")
        return {model: last or 0 for model, last in zip(STAMPED, cursor.fetchone(), strict=True)}
