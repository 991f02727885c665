"""Whether a message is mailed, kept in the portal, or waits until a person's quiet hours are over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.utils import timezone

from notices.models import GROUPS, GroupRule, State, Wish, group_of


class Outgoing(Protocol):
    """A message that is about to be stored: a model instance, or a row of notices/bulk.py."""

    state: Any
    next_attempt_at: Any

    @property
    def uuid(self) -> Any: ...
    @property
    def kind(self) -> Any: ...
    @property
    def email(self) -> Any: ...
    @property
    def recipient(self) -> Any: ...
    @property
    def recipient_id(self) -> Any: ...
    @property
    def is_private(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the district allows for a group of messages."""

    may_keep: bool
    messenger: bool


# Reminders and news of one's own requests are duties or answers: they are mailed to everybody.
STARTING: Mapping[str, Allowed] = {
    "reminder": Allowed(may_keep=False, messenger=True),
    "request": Allowed(may_keep=False, messenger=True),
    "visit": Allowed(may_keep=False, messenger=True),
    "policy": Allowed(may_keep=True, messenger=False),
    "package": Allowed(may_keep=True, messenger=False),
    "event": Allowed(may_keep=True, messenger=False),
    "bulletin": Allowed(may_keep=True, messenger=False),
    "partner": Allowed(may_keep=False, messenger=False),
    "observer": Allowed(may_keep=False, messenger=False),
    "other": Allowed(may_keep=True, messenger=True),
}


def allowed() -> dict[str, Allowed]:
    """By group; one query."""
    changed = {rule.group: Allowed(rule.may_keep, rule.messenger) for rule in GroupRule.objects.all()}
    return {name: changed.get(name, STARTING[name]) for name in GROUPS}


def wishes_of(people: Iterable[int | None]) -> dict[int, Wish]:
    return {wish.user_id: wish for wish in Wish.objects.filter(user__in={who for who in people if who})}


def quiet_end(wish: Wish, now: datetime) -> datetime | None:
    """When the person's quiet hours end that we are in; None outside them. They may go over midnight."""
    begins, ends = wish.quiet_from, wish.quiet_until
    if begins is None or ends is None:
        return None
    local = timezone.localtime(now)
    quiet = begins <= local.hour < ends if begins < ends else local.hour >= begins or local.hour < ends
    if not quiet:
        return None
    end = local.replace(hour=ends, minute=0, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)


def apply(messages: Sequence[Outgoing]) -> dict[int, Wish]:
    """Change messages that are not stored yet to what their receivers wish; the wishes, by person. Two queries at most.

    Account mail is as its sender made it: a person waits for it.
    """
    found = wishes_of(message.recipient_id for message in messages if not message.is_private)
    if not found:
        return found
    rules, now = allowed(), timezone.now()
    for message in messages:
        wish = found.get(message.recipient_id or 0)
        if wish is None or message.is_private:
            continue
        if message.state == State.HELD and _kept(message, wish, rules):
            message.state = State.KEPT
        elif message.state == State.QUEUED:
            message.next_attempt_at = quiet_end(wish, now) or message.next_attempt_at
    return found


def _kept(message: Outgoing, wish: Wish, rules: Mapping[str, Allowed]) -> bool:
    group = group_of(message.kind)
    return group in wish.kept and rules[group].may_keep
