"""Thousands of messages at once: plain rows by COPY, since a model instance for each costs more than storing them.

The same rules as `notify`: in the receiver's language, as they wish it, in the transaction of the act it tells of.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, NamedTuple, TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from accounts.models import User
from notices.models import State
from notices.workflow import Text, store_as_wished
from portal.core import bilingual

T = TypeVar("T")
_COPY = """
COPY notices_message (id, uuid, key, recipient_id, email, kind, language, subject, body, url, state, created_at,
                      next_attempt_at, attempts, last_error) FROM STDIN
"""


class Receiver(NamedTuple):
    """What of a person a message goes by."""

    pk: int
    email: str
    language: str
    roles: list[str]

    @property
    def is_official(self) -> bool:
        return bool(self.roles)


@dataclass(slots=True)
class Row:
    """A message that is not stored yet, under the id that it will have (a number of the table's own sequence)."""

    pk: int
    key: str
    recipient: Receiver
    kind: str
    text: Text
    state: str
    next_attempt_at: datetime
    uuid: UUID = field(default_factory=uuid4)
    is_private: ClassVar[bool] = False

    @property
    def recipient_id(self) -> int:
        return self.recipient.pk

    @property
    def email(self) -> str:
        return self.recipient.email


def receivers(people: Collection[int]) -> dict[int, Receiver]:
    """By their ids. One query."""
    found = User.objects.filter(pk__in=people).order_by().values_list(*Receiver._fields)
    return {each.pk: each for each in map(Receiver._make, found)}


def by_language(told: Sequence[tuple[Receiver, T]]) -> Iterator[tuple[Receiver, T]]:
    """Each with its receiver's language active; a language is made active once."""
    for language in sorted({receiver.language for receiver, _what in told}):
        with bilingual.speaking(language):
            yield from (each for each in told if each[0].language == language)


def post_rows(
    told: Sequence[tuple[Receiver, T]], *, kind: str, urgent: bool, text: Callable[[Receiver, T], Text],
    number: Callable[[T], tuple[int, str]],
) -> None:  # fmt: skip
    """Post a message of one kind about each; `number` gives its id and its key, which nobody has posted before."""
    now, state = timezone.now(), State.QUEUED if urgent else State.HELD
    rows = [Row(*number(what), to, kind, text(to, what), state, now) for to, what in by_language(told)]
    store_as_wished(rows, lambda: _store(rows, now))


def _store(rows: Sequence[Row], now: datetime) -> None:
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for row in rows:
            to, said = row.recipient, row.text
            copy.write_row((
                row.pk, str(row.uuid), row.key, to.pk, to.email, row.kind, to.language, said.subject[:300], said.body,
                said.url[:300], row.state, now, row.next_attempt_at, 0, "",
            ))  # fmt: skip
