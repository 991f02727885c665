"""“I am interested”: it opens a request and a viewing, on whose time both sides agree."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from investment import messages, rules, wanting
from investment.enums import ViewingState
from investment.models import Need, Resource, Viewing
from portal.core import bilingual
from portal.core.access import Refused, require
from stewards.asking.verbs import MAX_SUBJECT, save_draft, submit
from stewards.enums import RequestType
from stewards.models import HelpRequest

NAMESPACE = uuid.UUID("0b8f3d2e-7c41-4a39-9a51-2f0c7c5f6b10")
MOST_SLOTS, FARTHEST = 3, timedelta(days=60)


def ask(
    resource: Resource, *, by: User, enterprise: Enterprise, slots: Sequence[datetime], words: str, need: Need | None
) -> Viewing:
    """A request to the district's own people, who see it through, and times for the provider to choose from.
    While one is coming, asking again gives the same one."""
    require(rules.may_act_for(by, enterprise))
    if need is not None and need.enterprise_id != enterprise.pk:
        raise Refused(_("This need is another enterprise's."))
    with transaction.atomic():
        row = Resource.objects.select_for_update(of=("self",)).select_related("provider").get(pk=resource.pk)
        known = Viewing.objects.filter(resource=row, enterprise=enterprise)
        coming = known.coming().first()
        if coming is not None:
            return coming
        if not Resource.objects.shown().filter(pk=row.pk).exists():
            raise Refused(_("This is no longer available."))
        times = _times(slots)
        request = _request(row, by, enterprise, words, known.count())
        facts: dict[str, Any] = {"asked_by": by, "need": need, "request": request, "slots": times}
        viewing = Viewing.objects.create(resource=row, enterprise=enterprise, **facts)
        if need is not None and need.closed_at is None:
            wanting.shortlist(need, row, by=by)
        messages.asked(viewing)
    return viewing


def _request(resource: Resource, by: User, enterprise: Enterprise, words: str, number: int) -> HelpRequest:
    """The same for a second click: its key is the resource, the enterprise, and which time it is."""
    subject = _("Interest in: %(title)s") % {"title": resource.title}
    facts = {"title": resource.title, "provider": resource.provider.name}
    body = _("We are interested in “%(title)s” of %(provider)s and would like to see it.") % facts
    text = "\n\n".join(part for part in (body, words.strip()) if part)
    draft = save_draft(
        by=by,
        enterprise=enterprise,
        type=RequestType.HELP,
        subject=subject[:MAX_SUBJECT],
        body=text,
        language=bilingual.current(),
        form_key=uuid.uuid5(NAMESPACE, f"{resource.pk}:{enterprise.pk}:{number}:{by.pk}"),
    )
    return submit(draft, by=by)


def _times(slots: Sequence[datetime]) -> list[datetime]:
    found = sorted(set(slots))
    if not 1 <= len(found) <= MOST_SLOTS:
        raise Refused(_("Propose one to three different times."))
    now = timezone.now()
    if found[0] <= now:
        raise Refused(_("This time is over already: choose another one."))
    if found[-1] > now + FARTHEST:
        raise Refused(_("Propose times within the next 60 days."))
    return found


def propose(viewing: Viewing, *, by: User, side: str, slots: Sequence[datetime], seen: int | None = None) -> None:
    """Other times, for the other side to choose from; what had been agreed is so no longer."""
    with transaction.atomic():
        row = _locked(viewing, by, side, seen)
        require(rules.may_propose(side, row))
        state = ViewingState.ASKED if side == "enterprise" else ViewingState.OFFERED
        _save(row, state=state, slots=_times(slots), at=None)
        (messages.asked if side == "enterprise" else messages.offered)(row)


def agree(viewing: Viewing, *, by: User, side: str, at: datetime, seen: int | None = None) -> None:
    """One of the proposed times. A second click changes nothing."""
    with transaction.atomic():
        row = _locked(viewing, by, side)
        if row.state == ViewingState.AGREED and row.at == at:
            return
        _require_seen(row, seen)
        require(rules.may_agree(side, row))
        if at not in row.slots:
            raise Refused(_("Choose one of the proposed times."))
        if at <= timezone.now():
            raise Refused(_("This time is over already: choose another one."))
        _save(row, state=ViewingState.AGREED, at=at)
        messages.agreed(row)


def cancel(viewing: Viewing, *, by: User, side: str, note: str = "", seen: int | None = None) -> None:
    """By either side; the other one is told why. The request stays with the district's people."""
    with transaction.atomic():
        row = _locked(viewing, by, side)
        if row.state == ViewingState.CANCELLED:
            return
        _require_seen(row, seen)
        require(rules.may_cancel(side, row))
        _save(row, state=ViewingState.CANCELLED, note=note.strip()[:500])
        others = messages.provider_side(row.resource.provider) if side == "enterprise" else messages.people_of(row)
        messages.called_off(row, to=others)


def hold(viewing: Viewing, *, by: User, side: str) -> None:
    """It took place: what was seen counts as visited for its need. Twice is once."""
    with transaction.atomic():
        row = _locked(viewing, by, side)
        if row.state == ViewingState.HELD:
            return
        require(rules.may_hold(side, row))
        _save(row, state=ViewingState.HELD)
        if row.need is not None:
            wanting.visited(row.need, row.resource)


def _locked(viewing: Viewing, by: User, side: str, seen: int | None = None) -> Viewing:
    rows = Viewing.objects.select_for_update(of=("self",))
    row = rows.select_related("resource__provider", "enterprise", "need").get(pk=viewing.pk)
    if side not in rules.sides(by, row):
        raise Refused(_("Only the two sides of a viewing can do this."))
    _require_seen(row, seen)
    return row


def _require_seen(row: Viewing, seen: int | None) -> None:
    if seen is not None and seen != row.lock_version:
        raise Refused(_("Somebody has changed this since you opened it. Read it once more."))


def _save(row: Viewing, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.lock_version += 1
    row.save(update_fields=[*values, "lock_version"])
