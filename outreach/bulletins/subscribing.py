"""Who gets the bulletin by mail: asked for, confirmed by the address's owner, ended with one click."""

from collections.abc import Callable
from functools import cache, partial

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from notices.delivery import absolute
from notices.models import GUEST, Message
from notices.workflow import Text, write_to
from outreach import pieces
from outreach.enums import BulletinKind, Publication
from outreach.guests.upkeep import CONFIRM_WITHIN
from outreach.models import Bulletin, Subscriber
from portal.core import bilingual

BATCH = 500


def ask(email: str, language: str) -> None:
    """Writes to the address, whatever it is: the page never tells who has subscribed. At most one letter an hour."""
    with transaction.atomic():
        row = Subscriber.objects.filter(email__iexact=email, ended_at=None).first()
        if row is None:
            try:
                with transaction.atomic():
                    row = Subscriber.objects.create(email=email, language=language)
            except IntegrityError:  # somebody else in the same moment
                row = Subscriber.objects.get(email__iexact=email, ended_at=None)
        if row.confirmed_at is None:
            subscriber = row
            key = f"subscribe:{row.pk}:{timezone.now():%Y%m%d%H}"
            write_to(row.email, language=row.language, key=key, kind="bulletin", text=lambda: _confirm(subscriber))


def confirm(subscriber: Subscriber) -> Subscriber:
    """The owner says yes; a second time changes nothing."""
    with transaction.atomic():
        row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        if row.ended_at is None and row.confirmed_at is None:
            row.confirmed_at = timezone.now()
            row.save(update_fields=["confirmed_at"])
    return row


def end(subscriber: Subscriber) -> Subscriber:
    """No more mail; the address is forgotten at once."""
    with transaction.atomic():
        row = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        if row.ended_at is None:
            row.ended_at, row.email = timezone.now(), f"ended-{row.pk}@subscriber.invalid"
            row.save(update_fields=["ended_at", "email"])
    return row


def drop_unconfirmed() -> int:
    """Addresses that nobody confirmed within two days: they may be a stranger's."""
    old = timezone.now() - CONFIRM_WITHIN
    return Subscriber.objects.filter(confirmed_at=None, ended_at=None, asked_at__lt=old).delete()[0]


def send_due() -> int:
    """Published issues to everybody who subscribed before they appeared; once each, however often this is run."""
    sent = 0
    due = Bulletin.objects.filter(
        state=Publication.PUBLISHED, kind=BulletinKind.BULLETIN, source_url="", sent_at=None, published_at__isnull=False
    )
    for pk in due.values_list("pk", flat=True):
        while (done := _batch(pk)) is not None:
            sent += done
    return sent


def _batch(pk: int) -> int | None:
    """One transaction: the next subscribers in their order; None when the issue has reached all."""
    with transaction.atomic():
        issue = Bulletin.objects.select_for_update().get(pk=pk)
        if issue.sent_at is not None or issue.published_at is None:
            return None
        people = Subscriber.objects.current().filter(confirmed_at__lte=issue.published_at).order_by("key")
        if issue.sent_to is not None:
            people = people.filter(key__gt=issue.sent_to)
        rows, titles = list(people[:BATCH]), cache(lambda _language: _titles(issue))
        for row in rows:
            key, text = f"bulletin:{issue.pk}:{row.pk}", partial(_issue, issue, row, titles)
            write_to(row.email, language=row.language, key=key, kind="bulletin", text=text)
        if rows:
            issue.sent_to = rows[-1].key
        if len(rows) < BATCH:
            issue.sent_at = timezone.now()
        issue.save(update_fields=["sent_to", "sent_at"])
        return len(rows) if rows else None


def reached(issue: Bulletin) -> int:
    """To how many addresses it was written."""
    return Message.objects.filter(key__startswith=f"{GUEST}bulletin:{issue.pk}:").count()


def _confirm(row: Subscriber) -> Text:
    body = _(
        "Somebody, probably you, would like to get the government bulletin at this address. Open the page below and "
        "confirm. If it was not you, do nothing: nothing more is sent."
    )
    return Text(_("Please confirm your subscription"), body, reverse("bulletins:subscription", args=[row.key]))


def _titles(issue: Bulletin) -> str:
    """What is in it, a line each, in the active language."""
    return "\n".join(f"· {pieces.shown(each).title}" for each in pieces.loaded(issue.pieces.all()))


def _issue(issue: Bulletin, row: Subscriber, titles: Callable[[str], str]) -> Text:
    ending = _("To end this subscription with one click: %(address)s") % {
        "address": absolute(reverse("bulletins:subscription", args=[row.key]))
    }
    body = f"{issue.words}\n\n{titles(bilingual.current())}\n\n{ending}"
    return Text(issue.title, body, reverse("bulletins:issue", args=[issue.slug]))
