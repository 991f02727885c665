"""Who may see and change what of the map."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from portal.core.access import Allowed, Denied, Verdict

LISTERS = (Role.ADMIN, Role.EDITOR, Role.REVIEWER)  # whom Enterprise.visible_to shows all records


def sees_all(user: Any) -> bool:
    """Small counts are for the service centre alone, exact figures too."""
    return user.is_authenticated and user.has_role(Role.ADMIN)


def may_keep(user: Any) -> Verdict:
    """Chains and outlines."""
    if sees_all(user):
        return Allowed()
    return Denied(_("Only the service centre can do this."))
