"""Who may do what with messages."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from notices.models import Message, State
from portal.core.access import Allowed, Denied, Verdict


def may_resend(user: User, message: Message) -> Verdict:
    """Only what was given up, and only by the service centre: everything else is on its way or has arrived."""
    if not user.has_role(Role.ADMIN):
        return Denied(_("Only the service centre sends messages again."))
    if message.state != State.FAILED:
        return Denied(_("This message is not given up: it is on its way or has been sent."))
    return Allowed()
