"""What authors, reviewers and partners are told of a package."""

from collections.abc import Callable, Iterable
from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from notices.workflow import Text, notify, write_to
from outreach.models import HandOver, PackageVersion, PartnerContact
from outreach.packages.naming import named

KIND = "package.partner"
Say = Callable[[], Text]


def handed(handed_over: HandOver) -> None:
    """A package for the partner, or a new version of one that it has."""
    version = handed_over.version
    key = f"package-handed:{handed_over.pk}"

    def say() -> Text:
        facts = {"package": named(version)}
        if version.number > 1:
            subject, said = _("A new version for you to pass on: %(package)s") % facts, version.why
            body = _("What you have printed leads to it from now on. Please confirm that you have received it.")
            return Text(subject, f"{said}\n\n{body}".strip(), _own(handed_over))
        body = _("It is yours to pass on: a page with your name, a short link, a QR code and a list for your website.")
        return Text(_("A policy service package for you: %(package)s") % facts, body, _own(handed_over))

    tell([handed_over], key, say)


def withdrawn(version: PackageVersion) -> None:
    """Every partner that has it, with the reason."""
    for handed_over in version.hand_overs.select_related("partner"):
        tell([handed_over], f"package-withdrawn:{handed_over.pk}", partial(_withdrawn, version, handed_over))


def _withdrawn(version: PackageVersion, handed_over: HandOver) -> Text:
    body = _("Please pass it on no longer. Whoever opens your link or printed code reads that it was withdrawn.")
    subject = _("Withdrawn: %(package)s") % {"package": named(version)}
    return Text(subject, f"{version.why}\n\n{body}", _own(handed_over))


def sent_back(version: PackageVersion) -> None:
    """To the author, with the reviewer's remark."""

    def say() -> Text:
        subject = _("Back to you: %(package)s") % {"package": named(version)}
        return Text(subject, version.remark, reverse("packs:version", args=[version.pk]))

    notify(version.author, key=f"package-back:{version.pk}:{version.lock_version}", kind=KIND, text=say)


def tell(hand_overs: Iterable[HandOver], key: str, say: Say) -> int:
    """The active contacts of each partner: in the portal if they have an account, else a letter in Chinese."""
    told = 0
    contacts = PartnerContact.objects.active().select_related("user")
    for contact in contacts.filter(partner__in=[each.partner_id for each in hand_overs]).order_by("pk"):
        if contact.user is not None:
            told += notify(contact.user, key=f"{key}:{contact.pk}", kind=KIND, text=say) is not None
        elif contact.email:
            sent = write_to(contact.email, language="zh-hans", key=f"{key}:{contact.pk}", kind=KIND, text=say)
            told += sent is not None
    return told


def tell_author(author: User, key: str, say: Say) -> int:
    return int(notify(author, key=f"{key}:author", kind=KIND, text=say) is not None)


def _own(handed_over: HandOver) -> str:
    return reverse("packs:own", args=[handed_over.pk])
