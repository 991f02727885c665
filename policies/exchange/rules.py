"""Who may bring policies in from a file, and take them out."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from policies.models import PolicyImport
from portal.core.access import Allowed, Denied, Verdict

IMPORTERS = (Role.EDITOR,)  # what comes in becomes drafts, and editors write those
MOST_OPEN = 10  # previews of one person


def may_import(user: User) -> Verdict:
    return Allowed() if user.has_role(*IMPORTERS) else Denied(_("Only policy editors bring policies in from a file."))


def may_upload(user: User, open_previews: int) -> Verdict:
    if open_previews >= MOST_OPEN:
        said = _("You have %(count)s previews that are not confirmed. Please discard one first.")
        return Denied(said % {"count": open_previews})
    return may_import(user)


def may_confirm(user: User, batch: PolicyImport, now: datetime) -> Verdict:
    if batch.uploader_id != user.pk:
        return Denied(_("Only the person who uploaded the file confirms it."))
    if batch.expires_at <= now:
        return Denied(_("This preview is past its time. Please upload the file again."))
    return may_import(user)


def may_discard(user: User, batch: PolicyImport) -> Verdict:
    if batch.confirmed_at:
        return Denied(_("Rows of this file have been taken over already; it stays on record."))
    return may_import(user)
