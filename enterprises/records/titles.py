"""Telling the owners, in their digest, that a title ends: 90 and 30 days before, once each."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.enums import MemberRole
from enterprises.models import Enterprise, Membership, TitleGrant, TitleNotice
from notices.workflow import Text, notify
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

DAYS = (30, 90)  # the nearer one first: who is told of the last month need not hear of the last quarter


def remind(today: date | None = None) -> int:
    """Whatever is due and not yet told; returns how many titles were told of. May run late: nothing is lost."""
    today, told = today or local_day(), 0
    for days in DAYS:
        for pk in list(due(today, days).order_by("pk").values_list("pk", flat=True)):
            told += _tell(pk, today, days)
    return told


def due(today: date, days: int) -> "QuerySet[TitleGrant]":
    """Titles that end within so many days, of which neither that nor a nearer day was told."""
    said = TitleNotice.objects.filter(grant=OuterRef("pk"), ends_on=OuterRef("expires_on"), days__lte=days)
    ending = TitleGrant.objects.filter(expires_on__range=(today, today + timedelta(days=days)))
    return ending.filter(~Exists(said), enterprise__in=Enterprise.objects.operating().values("pk"))


@transaction.atomic
def _tell(pk: int, today: date, days: int) -> bool:
    """One title, under its lock: another worker finds it told."""
    grant = due(today, days).select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if grant is None or grant.expires_on is None:
        return False
    owners = Membership.objects.active(today).filter(enterprise=grant.enterprise_id, role=MemberRole.OWNER)
    people = list(User.objects.filter(is_active=True, pk__in=owners.values("user")).order_by("pk"))
    if not people:
        return False  # told as soon as there is somebody
    _new, made = TitleNotice.objects.get_or_create(grant=grant, ends_on=grant.expires_on, days=days)
    for person in people if made else []:
        notify(person, key=f"title:{grant.pk}:{grant.expires_on}:{days}:{person.pk}", kind="title", text=_text(grant))
    return made


def _text(grant: TitleGrant) -> Callable[[], Text]:
    def text() -> Text:
        facts = {"title": grant.title, "enterprise": grant.enterprise, "day": day_plain(grant.expires_on)}
        return Text(
            _("A title ends soon: %(title)s") % facts,
            _(
                "“%(title)s” of %(enterprise)s is valid until %(day)s. If it was renewed, please enter the new date: "
                "policies that need the title fit only while it is valid."
            )
            % facts,
            f"{reverse('enterprises:step', args=['titles'])}?enterprise={grant.enterprise_id}",
        )

    return text
