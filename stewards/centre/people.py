"""The district's staff: who is added, which roles they hold, when they leave."""

from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import send_account_mail
from portal.core import bilingual
from portal.core.access import Refused, require
from stewards.centre.rules import may_change_person, may_run_centre

FIELDS = ("name_zh", "name_en", "title_zh", "title_en", "phone", "language", "department", "roles")


def add_person(*, by: User, email: str, **facts: Any) -> User:
    """Add a member of staff and send them the link with which they set a password."""
    require(may_run_centre(by))
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, None, **{name: facts[name] for name in FIELDS})
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
            _invite(person)
    except IntegrityError:
        reason = _("There is an account with this e-mail address already. Staff need an address of their own.")
        raise Refused(reason) from None
    return person


def change_person(person: User, *, by: User, is_active: bool, **facts: Any) -> User:
    """Change names, roles and department, or switch the account off."""
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
        require(may_change_person(by, locked, roles=facts["roles"], is_active=is_active))
        for name in FIELDS:
            setattr(locked, name, facts[name])
        locked.is_active = is_active
        locked.save(update_fields=[*FIELDS, "is_active"])
    return locked


def invite_again(person: User, *, by: User) -> None:
    """A fresh link for somebody who has not set a password yet."""
    require(may_run_centre(by))
    if person.has_usable_password() or not person.is_active:
        raise Refused(_("%(name)s has set a password already, or the account is switched off.") % {"name": person.name})
    _invite(person)


def _invite(person: User) -> None:
    where = {"uidb36": user_pk_to_url_str(person), "key": default_token_generator.make_token(person)}
    with bilingual.speaking(person.language):
        link = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=where)
        body = _(
            "Hello %(name)s,\n\nthe service centre has made an account for you in the Hongkou Enterprise Service "
            "Portal. Please set your password here:\n\n%(link)s\n\nThe link works for three days; after that, "
            "“Forgot your password?” on the sign-in page sends you a new one."
        )
        send_account_mail(
            email=person.email,
            kind="staff_invitation",
            subject=_("Your account in the Hongkou Enterprise Service Portal"),
            body=body % {"name": person.name, "link": link},
        )
