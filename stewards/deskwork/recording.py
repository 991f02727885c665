"""Requests taken down for somebody else: by telephone, at the window, on a visit.

Whoever asked without an account gives the request a name and perhaps a telephone number (`caller`), nothing more: its
`asker` is then one account for all of them that nobody can sign in with, so that nobody gets rights by it, the member
of staff who wrote it down least of all. If the enterprise has an owner with an account, that is the asker.
"""

import uuid
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.models import Enterprise
from policies.models import Policy
from portal.core import bilingual
from portal.core.access import Refused, require
from stewards import rules
from stewards.acts import acting, lock, needed
from stewards.asking.verbs import MAX_BODY, MAX_SUBJECT, receive
from stewards.deskwork import messages
from stewards.deskwork.callers import NO_ACCOUNT, is_out_of_reach, no_account, owner_of
from stewards.enums import OPEN_STATES, Channel, RequestState, RequestType
from stewards.models import HelpRequest
from stewards.transitions import Verb

__all__ = ["NO_ACCOUNT", "forget_callers", "is_out_of_reach", "language_of", "no_account", "owner_of", "record"]

SPOKEN = (Channel.PHONE, Channel.WINDOW, Channel.VISIT, Channel.EVENT)
BATCH = 1_000


def record(
    *,
    by: User,
    enterprise: Enterprise | None,
    channel: str,
    subject: str,
    body: str,
    type: str = RequestType.CONSULTATION,
    caller: str = "",
    language: str = "zh-hans",
    policy: Policy | None = None,
    form_key: uuid.UUID | None = None,
    due_on: date | None = None,
) -> HelpRequest:
    """Send a request on behalf of whoever asked; the same `form_key` gives the same request back."""
    require(rules.may_record(by))
    subject, body = needed(subject, _("Write a subject.")), needed(body, _("Write what is needed."))
    _check(channel, type, subject, body)
    asker = owner_of(enterprise) or no_account()
    if asker.email == NO_ACCOUNT and not caller.strip():
        raise Refused(_("Say who asked and how to reach them: nobody there has an account."))
    with transaction.atomic():
        draft = _draft(by, asker, form_key)
        if draft.state != RequestState.DRAFT:
            return draft
        with acting(Verb.RECORD, draft, by=by) as act:
            act.change(enterprise=enterprise, policy=policy, type=type, language=language)
            act.change(channel=channel, caller=caller.strip())
            receive(act, subject, body, due_on=due_on, channel=channel)
            if asker.email != NO_ACCOUNT:
                act.tell([asker], messages.recorded, urgent=True)
    return act.request


def forget_callers() -> int:
    """Take away names and telephone numbers of callers once the matter has been settled for some time."""
    since = timezone.now() - timedelta(days=settings.CALLER_KEEP_DAYS)
    settled = ~Q(state__in=[*OPEN_STATES, RequestState.DRAFT]) & Q(changed_at__lt=since)
    known = HelpRequest.objects.filter(settled).exclude(caller="").order_by("pk").defer("search")
    forgotten = 0
    while count := _forget(known):
        forgotten += count
    return forgotten


def _forget(known: QuerySet[HelpRequest]) -> int:
    """A batch of them; the audit trail, which never had the name, gets a row that says so for each request."""
    trail: Any = HelpRequest._meta.get_field("audit_rows").related_model
    columns = [field.attname for field in trail._meta.concrete_fields if not field.name.startswith("pgh_")]
    with transaction.atomic():
        batch = list(known.select_for_update(no_key=True)[:BATCH])
        HelpRequest.objects.filter(pk__in=[each.pk for each in batch]).update(caller="")
        trail.objects.bulk_create(
            trail(pgh_label="redacted", pgh_obj_id=each.pk, **{name: getattr(each, name) for name in columns})
            for each in batch
        )
    return len(batch)


def _check(channel: str, type: str, subject: str, body: str) -> None:
    if channel not in SPOKEN:
        raise Refused(_("Choose how the request came: by telephone, at the window, on a visit or at an event."))
    if type not in RequestType.values or len(subject) > MAX_SUBJECT or len(body) > MAX_BODY:
        raise Refused(_("The request cannot be recorded as it is: its subject or text is too long."))


def _draft(by: User, asker: User, form_key: uuid.UUID | None) -> HelpRequest:
    """A new row for this form, or the one that it made before."""
    key = form_key or uuid.uuid4()
    HelpRequest.objects.bulk_create([HelpRequest(asker=asker, recorded_by=by, form_key=key)], ignore_conflicts=True)
    found = lock(HelpRequest.objects.get(form_key=key))
    if found.recorded_by_id != by.pk:
        raise Refused(_("This form was used already. Please open a new one."))
    return found


def language_of(enterprise: Enterprise | None) -> str:
    """The language that the enterprise's owner reads, else the page's."""
    owner = owner_of(enterprise)
    return owner.language if owner else bilingual.current()
