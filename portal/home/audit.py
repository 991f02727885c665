"""The audit trail for those who read it: who changed what and when, from the rows that the database's triggers keep."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.functional import Promise
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import ErasureRequest, User
from engagement.models import CalendarFeed, GuardLimit, NotNow, Participant, QuietPeriod, Visit
from engagement.models import Promise as VisitPromise
from engagement.surveys.models import Survey, SurveyQuestion
from enterprises.models import Enterprise, Invitation, Membership, MergeRecord, TitleGrant
from notices.models import Endpoint, GroupRule
from policies.models import (
    Attachment,
    CommentGroup,
    Consultation,
    ConsultationComment,
    Interpretation,
    InterpretationFile,
    InterpretedPolicy,
    Package,
    PackageItem,
    Policy,
    PolicyImport,
    PolicyQuestion,
    Revision,
    SynonymGroup,
)
from portal.core.templatetags.ui import day_plain, moment
from stewards.models import (
    CalendarLoad,
    CallBack,
    CannedAnswer,
    CountingRule,
    HelpRequest,
    Instruction,
    LeaderLink,
    Leave,
    Obstacle,
    QuestionHint,
    Rating,
    Rectification,
    ReminderRule,
    RequestCategory,
    RequestEvent,
    RequestPart,
    ServiceStandard,
    Step,
    StewardProfile,
    Stewardship,
    Supervision,
    Tag,
    TimeAsk,
    UsualSteps,
)

PAGE_SIZE = 50
LONGEST = 120  # characters of a value that are shown
SOURCES: Mapping[str, tuple[str | Promise, type[models.Model]]] = {
    "policies": (_("Policies"), Policy),
    "revisions": (_("Revisions of policies"), Revision),
    "attachments": (_("Attachments of policies"), Attachment),
    "interpretations": (_("Interpretations"), Interpretation),
    "interpretation-policies": (_("Policies of interpretations"), InterpretedPolicy),
    "interpretation-files": (_("Files of interpretations"), InterpretationFile),
    "questions": (_("Questions and answers"), PolicyQuestion),
    "consultations": (_("Draft consultations"), Consultation),
    "comment-groups": (_("Groups of comments"), CommentGroup),
    "comments": (_("Sorting of comments"), ConsultationComment),
    "packages": (_("Packages"), Package),
    "package-items": (_("Policies in packages"), PackageItem),
    "imports": (_("Imports of policies"), PolicyImport),
    "synonyms": (_("Words with the same meaning"), SynonymGroup),
    "enterprises": (_("Enterprises"), Enterprise),
    "titles": (_("Titles of enterprises"), TitleGrant),
    "memberships": (_("Memberships"), Membership),
    "invitations": (_("Invitations"), Invitation),
    "people": (_("People"), User),
    "erasures": (_("Erasure of data"), ErasureRequest),
    "merges": (_("Merged records"), MergeRecord),
    "requests": (_("Requests"), HelpRequest),
    "notes": (_("Notes taken back"), RequestEvent),
    "parts": (_("Parts for departments"), RequestPart),
    "ratings": (_("Ratings"), Rating),
    "rectifications": (_("Ratings to be put right"), Rectification),
    "call-backs": (_("Calls to enterprises"), CallBack),
    "obstacles": (_("Obstacles that recur"), Obstacle),
    "stewardships": (_("Stewardships"), Stewardship),
    "steward-profiles": (_("Profiles of stewards"), StewardProfile),
    "leaves": (_("Leave"), Leave),
    "leader-links": (_("Linked leaders"), LeaderLink),
    "instructions": (_("Instructions of leaders"), Instruction),
    "supervisions": (_("Supervised handling"), Supervision),
    "standards": (_("Service standards"), ServiceStandard),
    "canned-answers": (_("Canned answers"), CannedAnswer),
    "question-hints": (_("What to tell us"), QuestionHint),
    "counting": (_("Counting of days"), CountingRule),
    "more-time": (_("More time for requests"), TimeAsk),
    "calendars": (_("Official calendars"), CalendarLoad),
    "reminder-rules": (_("Reminder rules"), ReminderRule),
    "categories": (_("Categories of requests"), RequestCategory),
    "tags": (_("Tags of requests"), Tag),
    "steps": (_("Checklists"), Step),
    "usual-steps": (_("Usual steps"), UsualSteps),
    "endpoints": (_("Addresses of the messenger"), Endpoint),
    "message-rules": (_("What people may choose of messages"), GroupRule),
    "visits": (_("Visits"), Visit),
    "visit-participants": (_("People who come along on visits"), Participant),
    "visit-promises": (_("Promises of visits"), VisitPromise),
    "guard-limits": (_("Numbers of the contact guard"), GuardLimit),
    "quiet-periods": (_("Quiet periods"), QuietPeriod),
    "not-now": (_("“Not now” of enterprises"), NotNow),
    "surveys": (_("Surveys"), Survey),
    "survey-questions": (_("Questions of surveys"), SurveyQuestion),
    "calendar-feeds": (_("Calendar addresses"), CalendarFeed),
}
ACTS = {
    "insert": _("created"),
    "update": _("changed"),
    "delete": _("deleted"),
    "redacted": _("personal data removed"),
    "taken_back": _("taken back"),
}
NAMES = ("number", "slug", "code", "title_zh_hans", "name_zh_hans", "subject", "email", "type", "text")
EMPTY = (None, "")
TECHNICAL = ("pgh_", "search", "changed_at", "lock_version")


@dataclass(frozen=True, slots=True)
class Change:
    """One column before and after, shortened. label: "" for a column that has no name for people."""

    column: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the trail. who: None when the portal itself did it."""

    at: datetime
    act: str
    who: User | None
    object_id: Any
    name: str
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class Trail:
    entries: list[Entry]
    before: int | None


def trail(source: str, before: str = "", object_id: str = "") -> Trail:
    """The latest rows of one kind, or those before a row; of one object when asked. Three queries."""
    event_model: Any = SOURCES[source][1]._meta.get_field("audit_rows").related_model
    earlier = event_model.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
    rows = event_model.objects.select_related("pgh_context").annotate(
        previous=Subquery(earlier.order_by("-pgh_id").values("pgh_id")[:1])
    )
    if _is_key(before):
        rows = rows.filter(pgh_id__lt=int(before))
    if _is_key(object_id):
        rows = rows.filter(pgh_obj_id=int(object_id))
    shown = list(rows.order_by("-pgh_id")[: PAGE_SIZE + 1])
    more = len(shown) > PAGE_SIZE
    shown = shown[:PAGE_SIZE]
    known = event_model.objects.in_bulk([row.previous for row in shown if row.previous])
    people = User.objects.in_bulk({_person(row) for row in shown} - {None})
    entries = [_entry(row, known.get(row.previous), people.get(_person(row))) for row in shown]
    return Trail(entries, shown[-1].pgh_id if more else None)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:12]) < 2**31 and len(text) < 12


def _person(row: Any) -> Any:
    return (row.pgh_context.metadata or {}).get("user") if row.pgh_context else None


def _entry(row: Any, previous: Any, who: User | None) -> Entry:
    name = next((str(value) for field in NAMES if (value := getattr(row, field, None))), "")
    act = str(ACTS.get(row.pgh_label, row.pgh_label))
    changes = list(_changes(row, previous)) if previous else []
    return Entry(row.pgh_created_at, act, who, row.pgh_obj_id, Truncator(name).chars(LONGEST), changes)


def _changes(row: Any, previous: Any) -> Iterable[Change]:
    for field in row._meta.concrete_fields:
        if field.name.startswith(TECHNICAL):
            continue
        old, new = getattr(previous, field.attname), getattr(row, field.attname)
        if old != new and (old not in EMPTY or new not in EMPTY):
            yield Change(field.name, _label(field), _short(field, old), _short(field, new))


def _label(field: Any) -> str:
    language = _("in Chinese") if field.name.endswith("_zh_hans") else _("in English")
    plain = field.name.removesuffix("_zh_hans").removesuffix("_en")
    if not isinstance(field.verbose_name, Promise):
        return ""
    label = str(capfirst(str(field.verbose_name)))
    return (
        label if plain == field.name else gettext("%(label)s (%(language)s)") % {"label": label, "language": language}
    )


def _short(field: Any, value: Any) -> str:
    """A value as a reader of the page knows it: the word of a choice, a local day and time, yes or no."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day_plain(value)
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        value = ", ".join(value)
    word = dict(field.flatchoices).get(value, value) if isinstance(value, str) else value
    return "" if value is None else Truncator(str(word)).chars(LONGEST)
