"""One digest a person and day: everything that could wait, in one message at the person's hour.

Digests go out on working days only, to staff and enterprises alike: what waits for a digest is by definition not
urgent, and a portal that writes on a holiday disturbs (无事不扰). What is held on a day off is in the next
digest. A digest is *due and not yet sent*: a missed hour or day is made up for by the next run.
"""

from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from notices import wishes
from notices.delivery import absolute
from notices.models import DIGEST, GROUPS, Message, State, group_of
from notices.tasks import deliver_due
from portal.core import bilingual, calendar
from portal.core.queue import enqueue

MOST_LISTED = 40


def compose(now: datetime | None = None) -> int:
    """Write the digests that are due; returns how many. Harmless to run twice or by two workers at once."""
    moment = timezone.localtime(now)
    if not calendar.current().is_working(moment.date()):
        return 0
    written = sum(_compose_for(person, moment) for person in _people_waiting(moment))
    if written:
        enqueue(deliver_due)
    return written


def digest_key(person: User, moment: datetime) -> str:
    """Unique for a person and a day of the district: the reason why there is never a second one."""
    return f"digest:{person.pk}:{timezone.localdate(moment).isoformat()}"


def _people_waiting(moment: datetime) -> list[User]:
    held = Message.objects.filter(recipient=OuterRef("pk"), state=State.HELD)
    people = User.objects.filter(Exists(held), is_active=True, digest_hour__lte=moment.hour)
    keys = {digest_key(person, moment): person for person in people.order_by("pk")}
    done = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
    return [person for key, person in keys.items() if key not in done]


def _compose_for(person: User, moment: datetime) -> int:
    with transaction.atomic():
        held = list(
            Message.objects.filter(recipient=person, state=State.HELD).select_for_update(no_key=True).order_by("pk")
        )
        if not held:
            return 0
        with bilingual.speaking(person.language):
            digest = _write(person, held, digest_key(person, moment))
        wishes.apply([digest])  # the person's quiet hours hold for it too
        Message.objects.bulk_create([digest], ignore_conflicts=True)
        posted = Message.objects.filter(uuid=digest.uuid).first()
        if posted is None:
            return 0
        Message.objects.filter(pk__in=[m.pk for m in held]).update(state=State.IN_DIGEST, digest=posted)
    return 1


def _write(person: User, held: list[Message], key: str) -> Message:
    """The digest's text in the active language; each message in it keeps its own words."""
    count = len(held)
    subject = ngettext("One message from the portal today", "%(count)d messages from the portal today", count)
    parts = [_("Hello %(name)s,") % {"name": person.name}]
    order = list(GROUPS)
    listed = sorted(held[:MOST_LISTED], key=lambda m: order.index(group_of(m.kind)))
    for name, messages in groupby(listed, key=lambda m: group_of(m.kind)):
        parts.append(f"== {GROUPS[name]} ==")
        parts.extend(_entry(message) for message in messages)
    if count > MOST_LISTED:
        rest = ngettext("And one more in the portal.", "And %(count)d more in the portal.", count - MOST_LISTED)
        parts.append(rest % {"count": count - MOST_LISTED})
    parts.append(_("All your messages:"))
    return Message(
        key=key,
        recipient=person,
        email=person.email,
        kind=DIGEST,
        language=person.language,
        subject=subject % {"count": count},
        body="\n\n".join(parts),
        url=reverse("messages:inbox"),
        state=State.QUEUED,
    )


def _entry(message: Message) -> str:
    lines = [f"* {message.subject}", *(f"  {line}".rstrip() for line in message.body.strip().splitlines())]
    if message.url:
        lines.append(f"  {absolute(message.url)}")
    return "\n".join(lines)
