"""Who looks after whom, what enterprises ask, what happened since, and which reminders went out: a file an area."""

from stewards.models.category import RequestCategory
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
from stewards.models.standard import ServiceStandard
from stewards.models.stewardship import Stewardship

__all__ = [
    "Attachment",
    "HelpRequest",
    "HelpRequestQuerySet",
    "NumberSeries",
    "Rating",
    "Reminder",
    "ReminderRule",
    "RequestCategory",
    "RequestEvent",
    "ServiceStandard",
    "Stewardship",
    "attachment_path",
]
