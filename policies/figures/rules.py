"""Who reads how policies are read."""

from typing import Any

from accounts.enums import Role
from policies.rules import READERS

FIGURE_READERS = (*READERS, Role.LEADER, Role.AUDITOR)


def sees_figures(user: Any) -> bool:
    return bool(user.is_authenticated and user.has_role(*FIGURE_READERS))
