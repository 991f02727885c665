"""Who may do what with messages."""

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from notices.models import Endpoint, Message, State
from portal.core.access import Allowed, Denied, Verdict

_ADMINS_ONLY = _("Only the service centre sends messages again.")


def may_resend(user: User, message: Message) -> Verdict:
    """Only what was given up, and only by the service centre: everything else is on its way or has arrived."""
    if not user.has_role(Role.ADMIN):
        return Denied(_ADMINS_ONLY)
    if message.state != State.FAILED:
        return Denied(_("This message is not given up: it is on its way or has been sent."))
    return Allowed()


def may_resend_all(user: User, given_up: bool) -> Verdict:
    """As for one message: what is on its way or has arrived is not sent again."""
    if not user.has_role(Role.ADMIN):
        return Denied(_ADMINS_ONLY)
    return Allowed() if given_up else Denied(_("Nothing is given up here: it is on its way or has been sent."))


def may_resend_delivery(user: User, endpoint: Endpoint, given_up: bool) -> Verdict:
    """Not to an address that is out of use: it would wait there for ever."""
    verdict = may_resend_all(user, given_up)
    return _in_use(endpoint) if verdict else verdict


def may_test(user: User, endpoint: Endpoint) -> Verdict:
    verdict = may_run_channels(user)
    return _in_use(endpoint) if verdict else verdict


def _in_use(endpoint: Endpoint) -> Verdict:
    return Allowed() if endpoint.active else Denied(_("This address is not in use: nothing would leave for it."))


def may_run_channels(user: User) -> Verdict:
    """Who names the addresses that messages go to, and what people may choose."""
    if user.has_role(Role.ADMIN):
        return Allowed()
    return Denied(_("Only the service centre decides on channels."))
