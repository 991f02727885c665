"""What the demo's history is made of: acts in the order of time, and who and what they are about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Department, User
from enterprises.models import Enterprise


@dataclass(frozen=True)
class Act:
    """Something that happens at a moment; `by` is whom the audit trail names."""

    moment: datetime
    happen: Callable[[], object]
    by: str = ""


@dataclass
class Story:
    """The people and things by the names the data files call them."""

    people: dict[str, User] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)
    enterprises: dict[str, Enterprise] = field(default_factory=dict)
