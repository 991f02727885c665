"""Who looks after whom, what enterprises ask, what happened since, and which reminders went out: a file an area."""

from stewards.models.assignment import CoverageGap, Leave, StandIn, StewardProfile
from stewards.models.category import RequestCategory
from stewards.models.deskwork import BulkAct, BulkItem, CannedAnswer, QuestionHint, SavedView
from stewards.models.escalation import Instruction, LeaderLink, LeaderLinkQuerySet, Supervision
from stewards.models.part import PartState, RequestPart, RequestPartQuerySet
from stewards.models.rating import (
    CallBack,
    ChangedDay,
    DayFigures,
    FiguresCounted,
    MonthFigures,
    Obstacle,
    ObstacleRequest,
    ObstacleState,
    Rectification,
)
from stewards.models.relation import RequestLink, RequestTag, Step, Tag, UsualSteps, Watch
from stewards.models.reminder import Reminder, ReminderRule
from stewards.models.request import (
    Attachment,
    HelpRequest,
    HelpRequestQuerySet,
    NumberSeries,
    Rating,
    RequestEvent,
    attachment_path,
)
from stewards.models.standard import (
    CalendarLoad,
    CountingRule,
    RecomputedDue,
    ServiceStandard,
    TimeAsk,
    TimeAskQuerySet,
)
from stewards.models.stewardship import Stewardship

__all__ = [
    "Attachment",
    "BulkAct",
    "BulkItem",
    "CalendarLoad",
    "CallBack",
    "CannedAnswer",
    "ChangedDay",
    "CountingRule",
    "CoverageGap",
    "DayFigures",
    "FiguresCounted",
    "HelpRequest",
    "HelpRequestQuerySet",
    "Instruction",
    "LeaderLink",
    "LeaderLinkQuerySet",
    "Leave",
    "MonthFigures",
    "NumberSeries",
    "Obstacle",
    "ObstacleRequest",
    "ObstacleState",
    "PartState",
    "QuestionHint",
    "Rating",
    "RecomputedDue",
    "Rectification",
    "Reminder",
    "ReminderRule",
    "RequestCategory",
    "RequestEvent",
    "RequestLink",
    "RequestPart",
    "RequestPartQuerySet",
    "RequestTag",
    "SavedView",
    "ServiceStandard",
    "StandIn",
    "Step",
    "StewardProfile",
    "Stewardship",
    "Supervision",
    "Tag",
    "TimeAsk",
    "TimeAskQuerySet",
    "UsualSteps",
    "Watch",
    "attachment_path",
]
