"""What is done with partners and those who speak for them."""

from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from outreach.files import checked, keep
from outreach.models import Partner, PartnerContact
from outreach.partners import messages
from outreach.partners.queries import waiting_contacts
from outreach.rules import may_organise
from portal.core.access import Refused, require
from portal.core.calendar import local_day

FACTS = (
    *("name_zh_hans", "name_en", "about_zh_hans", "about_en", "address_zh_hans", "address_en"),
    *("kind", "website", "phone", "park", "public", "active"),
)


def write(partner: Partner | None, *, by: Any, facts: dict[str, Any], logo: UploadedFile | None = None) -> Partner:
    """A new partner, or other facts about one; named in both languages."""
    require(may_organise(by))
    if not (facts.get("name_zh_hans") and facts.get("name_en")):
        raise Refused(_("A partner needs its name in both languages."))
    picture = checked(logo) if logo else None
    with transaction.atomic():
        row = Partner.objects.select_for_update().get(pk=partner.pk) if partner else Partner()
        changed = [name for name in FACTS if name in facts]
        for name in changed:
            setattr(row, name, facts[name])
        if logo and picture:
            row.logo = keep(logo, picture, by=by, public=True)
            changed.append("logo")
        if partner is None:
            row.slug = _free_slug(row.name_en)  # type: ignore[attr-defined]
            row.save()
        else:
            row.save(update_fields=changed)
    return row


def _free_slug(name: str) -> str:
    base = slugify(name)[:70] or "partner"
    slug, number = base, 1
    while Partner.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def invite(partner: Partner, *, by: Any, email: str, name: str, position: str = "", phone: str = "") -> PartnerContact:
    """Somebody who speaks for the partner. Whoever has shown that the address is theirs is let in at once; everybody
    else is written to, and let in when they have. Somebody who had left is asked again.
    """
    require(may_organise(by))
    with transaction.atomic():
        if not Partner.objects.select_for_update().get(pk=partner.pk).active:
            raise Refused(_("The cooperation with %(partner)s has ended.") % {"partner": partner.name})
        contact = partner.contacts.filter(email__iexact=email).first() or PartnerContact(partner=partner)
        if contact.pk and (contact.until is None or contact.until >= local_day()):
            raise Refused(_("This address is a contact of the partner already."))
        contact.name, contact.position, contact.phone = name, position, phone
        contact.email, contact.until, contact.user = email.lower(), None, _owner_of(email)
        contact.save()
        messages.invited(contact, asked_at=timezone.now())
    return contact


def end_contact(contact: PartnerContact, *, by: Any) -> None:
    """From now on the person no longer speaks for the partner, and sees nothing more of it. Twice is once."""
    require(may_organise(by))
    with transaction.atomic():
        row = PartnerContact.objects.select_for_update().get(pk=contact.pk)
        last = local_day() - timedelta(days=1)
        if row.until is None or row.until > last:
            row.until = last
            row.save(update_fields=["until"])


def join(user: User) -> int:
    """Accept the invitations to the person's own addresses; returns how many were waiting."""
    with transaction.atomic():
        waiting = list(waiting_contacts(user).select_for_update(of=("self",)))
        for contact in waiting:
            contact.user = user
            contact.save(update_fields=["user"])
    return len(waiting)


def link_known() -> int:
    """Let in everybody who was invited and has shown since that the address is theirs; returns how many."""
    joined = 0
    for contact in PartnerContact.objects.active().filter(user__isnull=True):
        owner = _owner_of(contact.email)
        joined += join(owner) if owner else 0
    return joined


def _owner_of(email: str) -> User | None:
    """Who has shown that the address is theirs."""
    rows = EmailAddress.objects.filter(email__iexact=email, verified=True, user__is_active=True)
    found = rows.select_related("user").first()
    return found.user if found else None
