"""Packages in the hands of partners: handed over, received, and the short link by which each is shared."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from outreach.enums import Publication
from outreach.models import HandOver, PackageVersion, Partner, ShareLink
from outreach.packages import messages
from outreach.rules import may_speak_for
from portal.core.access import Refused, require


def give(version: PackageVersion, partner: Partner, *, by: User | None) -> bool:
    """One hand-over and one link, once; the partner's contacts are told. Inside the transaction of the act."""
    if not partner.active:
        raise Refused(_("The cooperation with %(partner)s has ended.") % {"partner": partner.name})
    handed, is_new = HandOver.objects.get_or_create(
        version=version, partner=partner, defaults={"by": by, "at": timezone.now()}
    )
    ShareLink.objects.get_or_create(version=version, partner=partner)
    if is_new:
        messages.handed(handed)
    return is_new


def hand_on(version: PackageVersion, *, by: User) -> None:
    """Whoever has an earlier version gets this one by itself."""
    earlier = HandOver.objects.filter(version__package_id=version.package_id).values("partner")
    for partner in Partner.objects.filter(pk__in=earlier, active=True):
        give(version, partner, by=by)


def receive(handed: HandOver, *, by: User) -> None:
    """The partner's contact says that it has arrived; the first receipt stays."""
    with transaction.atomic():
        locked = HandOver.objects.select_for_update(of=("self",)).select_related("partner").get(pk=handed.pk)
        require(may_speak_for(by, locked.partner))
        if locked.received_at is None:
            locked.received_at, locked.received_by = timezone.now(), by
            locked.save(update_fields=["received_at", "received_by"])


def successor(link: ShareLink) -> ShareLink | None:
    """The same partner's link to the version that holds now."""
    rows = ShareLink.objects.select_related("version__package", "partner__logo")
    return (
        rows.filter(
            partner_id=link.partner_id,
            version__package_id=link.version.package_id,
            version__state=Publication.PUBLISHED,
        )
        .exclude(pk=link.pk)
        .first()
    )
