"""A person's own data handed out, and the wish to be forgotten: asked, taken back, refused or carried out."""

from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import ErasureState, Role
from accounts.models import DataAccess, ErasureRequest, User
from notices.workflow import Text, notify
from portal.core.access import Refused, require
from portal.home.personal.erasing import erase
from portal.home.personal.rules import may_be_forgotten, may_decide
from portal.home.personal.sections import file_of


@transaction.atomic
def hand_out(person: User, *, by: User) -> dict[str, Any]:
    """All that is kept of the person, to that person; who took it and when is kept as well."""
    if person.pk != by.pk:
        raise Refused(_("What is kept of a person is handed out to that person alone."))
    DataAccess.objects.create(person=person, by=by)
    return file_of(person)


@transaction.atomic
def ask(*, by: User, note: str = "") -> ErasureRequest:
    """Ask to be forgotten. Refused while somebody waits for an answer."""
    require(may_be_forgotten(by))
    try:
        with transaction.atomic():
            row = ErasureRequest.objects.create(person=by, note=note.strip())
    except IntegrityError:
        raise Refused(_("Your request is with the service centre already.")) from None
    for admin in User.objects.with_role(Role.ADMIN).exclude(pk=by.pk):
        notify(
            admin,
            key=f"erasure:{row.pk}:{admin.pk}",
            kind="erasure",
            text=lambda: Text(
                _("Somebody asks to be forgotten"),
                _("Please check whether it can be carried out."),
                reverse("home:erasure", args=[row.pk]),
            ),
        )
    return row


@transaction.atomic
def take_back(*, by: User) -> None:
    waiting = ErasureRequest.objects.filter(person=by, state=ErasureState.WAITING)
    if not waiting.update(state=ErasureState.WITHDRAWN, decided_at=timezone.now()):
        raise Refused(_("There is no request to take back: it may be decided already."))


@transaction.atomic
def refuse(row: ErasureRequest, *, by: User, reason: str) -> ErasureRequest:
    """Not carried out; the person reads why."""
    row = _locked(row, by)
    if not reason.strip():
        raise Refused(_("Say why it is not carried out, so that the person can put it right."))
    _decide(row, by, ErasureState.REFUSED, reason.strip())
    notify(
        row.person,
        key=f"erasure:{row.pk}:refused",
        kind="erasure",
        urgent=True,
        text=lambda: Text(_("Your data could not be erased yet"), row.reason, reverse("home:my-data")),
    )
    return row


@transaction.atomic
def carry_out(row: ErasureRequest, *, by: User) -> ErasureRequest:
    """Forget the person. Checked once more under the lock: what was free when it was asked need not be now."""
    row = _locked(row, by)
    person = User.objects.select_for_update(of=("self",)).get(pk=row.person_id)
    require(may_be_forgotten(person))
    _decide(row, by, ErasureState.DONE, "")
    ErasureRequest.objects.filter(person=person).exclude(note="").update(note="")
    erase(person)
    return row


def _locked(row: ErasureRequest, by: User) -> ErasureRequest:
    found = ErasureRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=row.pk)
    require(may_decide(by, found))
    return found


def _decide(row: ErasureRequest, by: User, state: str, reason: str) -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, by, timezone.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
