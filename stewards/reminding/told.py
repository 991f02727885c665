"""What of a request a reminder speaks of: a plain row, since a model instance for each of thousands costs more than
finding them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from portal.core import bilingual


class _Row(NamedTuple):
    pk: int
    number: str
    subject: str
    round: int
    due_on: date
    renewed_due_on: date | None
    submitted_at: datetime
    assigned_at: datetime | None
    attention_at: datetime | None
    waiting_since: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    enterprise__name_zh_hans: str | None
    enterprise__name_en: str | None
    steward_id: int | None
    steward__name_zh: str
    steward__name_en: str
    steward__email: str
    steward__phone: str
    cycle: str
    receiver: int
    part_key: int | None
    entry: int
    message: int


@dataclass(frozen=True, slots=True)
class Responsible:
    """The steward."""

    name: str
    phone: str


class Told(_Row):
    """A request with what `due` and the ledger add to it, read like the model where the texts are concerned."""

    late_part: Any = None

    @property
    def enterprise(self) -> str:
        return _either(self.enterprise__name_zh_hans, self.enterprise__name_en)

    @property
    def steward(self) -> Responsible | None:
        if self.steward_id is None:
            return None
        name = _either(self.steward__name_zh, self.steward__name_en) or self.steward__email.partition("@")[0]
        return Responsible(name, self.steward__phone)


LEDGERS = ("entry", "message")  # what the ledger adds: ids of its row and of the message that is to be written
DUE = tuple(name for name in Told._fields if name not in LEDGERS)


def _either(zh: str | None, en: str | None) -> str:
    return (zh or en if bilingual.current() == "zh-hans" else en or zh) or ""
