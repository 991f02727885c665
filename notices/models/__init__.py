"""Every message that leaves the portal is a row here first; beside it the other ways that messages take."""

from notices.models.channel import Delivery, Endpoint, GroupRule, Wish
from notices.models.message import ACCOUNT, DIGEST, GROUPS, GUEST, TONES, Message, MessageQuerySet, State, group_of

__all__ = [
    "ACCOUNT",
    "DIGEST",
    "GROUPS",
    "GUEST",
    "TONES",
    "Delivery",
    "Endpoint",
    "GroupRule",
    "Message",
    "MessageQuerySet",
    "State",
    "Wish",
    "group_of",
]
