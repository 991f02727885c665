"""Callers without an account: whose request it is then, and how word reaches them.

The `asker` of such a request is one account for all of them that nobody can sign in with (`no_account`).
"""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import User
from enterprises.enums import MemberRole, MembershipState
from enterprises.models import Enterprise
from stewards.models import HelpRequest

NO_ACCOUNT = "no-account@portal.invalid"
_EMAIL = re.compile(r"[^\s·,，;；:：<>()（）]+@[^\s·,，;；:：<>()（）]+")


def owner_of(enterprise: Enterprise | None) -> User | None:
    """The longest-standing owner with an account, who is told of everything."""
    if enterprise is None:
        return None
    owners = enterprise.memberships.filter(role=MemberRole.OWNER, state=MembershipState.ACTIVE, user__is_active=True)
    first = owners.select_related("user").order_by("pk").first()
    return first.user if first else None


def no_account() -> User:
    """Stands for everybody who asked without an account; switched off, without a password or a role."""
    names = {"name_zh": "来电来访者（无账号）", "name_en": "Caller without an account"}
    found, _created = User.objects.get_or_create(
        email=NO_ACCOUNT, defaults={**names, "is_active": False, "password": "!"}
    )
    return found


def is_out_of_reach(request: HelpRequest) -> bool:
    """Whether no message of the portal reaches whoever asked, so that somebody has to call."""
    if request.recorded_by_id is None or request.asker.email != NO_ACCOUNT:
        return False
    return owner_of(request.enterprise) is None


def address_of(request: HelpRequest) -> str:
    """The e-mail address that a caller without an account left, as long as it is kept; or nothing."""
    found = _EMAIL.search(request.caller) if request.caller and is_out_of_reach(request) else None
    if found is None:
        return ""
    try:
        validate_email(found[0])
    except ValidationError:
        return ""
    return found[0]
