"""Who keeps segments and tags."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from portal.core.access import Allowed, Denied, Verdict

KEEPERS = (Role.ADMIN, Role.EDITOR)
READERS = (*KEEPERS, Role.REVIEWER)


def may_keep(user: Any) -> Verdict:
    """Those who choose whom an invitation, a survey or a package is for."""
    if user.has_role(*KEEPERS):
        return Allowed()
    return Denied(_("Only the service centre and policy editors keep segments."))


def may_tag(user: Any) -> Verdict:
    """Tags say something about enterprises: the service centre answers for them."""
    return Allowed() if user.has_role(Role.ADMIN) else Denied(_("Only the service centre tags enterprises."))
