"""Who may do what with a package for partners, and when."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from outreach.enums import Publication
from outreach.models import PackageVersion
from outreach.rules import may_organise
from outreach.rules import may_publish as four_eyes
from portal.core.access import Allowed, Denied, Verdict

OPEN = (Publication.DRAFT, Publication.IN_REVIEW)


def may_compose(user: Any, version: PackageVersion) -> Verdict:
    """Change a draft; what is in review, published or over stays as it was read."""
    verdict = may_organise(user)
    if verdict and version.state != Publication.DRAFT:
        return Denied(_("Only a draft can be changed."))
    return verdict


def may_take_back(user: Any, version: PackageVersion) -> Verdict:
    """Out of review, to be changed again."""
    verdict = may_organise(user)
    return verdict if not verdict or version.state == Publication.IN_REVIEW else Denied(_("It is not in review."))


def may_publish(user: Any, version: PackageVersion) -> Verdict:
    verdict = four_eyes(user, version.author_id)
    return verdict if not verdict or version.state == Publication.IN_REVIEW else Denied(_("It is not in review."))


def may_hand_over(user: Any, version: PackageVersion) -> Verdict:
    verdict = may_organise(user)
    if verdict and version.state != Publication.PUBLISHED:
        return Denied(_("Only a published version can be handed over."))
    return verdict


def may_withdraw(user: Any, version: PackageVersion) -> Verdict:
    """The author too: what is wrong has to come off at once."""
    verdict = may_organise(user)
    if verdict and version.state != Publication.PUBLISHED:
        return Denied(_("Only a published version can be withdrawn."))
    return verdict


def may_renew(user: Any, version: PackageVersion) -> Verdict:
    """A new version from the last one; there is one draft of a package at a time."""
    verdict = may_organise(user)
    if not verdict:
        return verdict
    if version.package.versions.filter(state__in=OPEN).exists():
        return Denied(_("A new version is being written already."))
    return Allowed() if version.state not in OPEN else Denied(_("This version is not published yet."))
