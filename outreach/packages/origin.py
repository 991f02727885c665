"""“We came by this partner”: said by the owner of an enterprise, taken back as easily. Until then nothing is kept but
the link's code in the visitor's own session."""

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.enums import MemberRole
from enterprises.models import Enterprise, Membership
from outreach.models import EnterpriseOrigin, Partner, ShareLink
from portal.core.access import Refused

SESSION = "came_by"


def owned(user: User) -> Enterprise | None:
    """The enterprise of which the person is an owner."""
    rows = Membership.objects.active().select_related("enterprise").order_by("pk")
    found = rows.filter(user=user, role=MemberRole.OWNER).first()
    return found.enterprise if found else None


def remember(request: HttpRequest, code: str) -> None:
    """Which link somebody came by: in their session only, and only one that there is."""
    if code and ShareLink.objects.filter(code=code, partner__active=True).exists():
        request.session[SESSION] = code


def remembered(request: HttpRequest) -> Partner | None:
    """The partner by whose link this session began."""
    code = request.session.get(SESSION, "")
    return Partner.objects.filter(links__code=code, active=True).first() if code else None


def say(partner: Partner, *, by: User) -> None:
    """The owner alone speaks for the enterprise here; said again of another partner, the last word counts."""
    with transaction.atomic():
        enterprise = _locked(by)
        EnterpriseOrigin.objects.update_or_create(
            enterprise=enterprise, defaults={"partner": partner, "at": timezone.now()}
        )


def take_back(*, by: User) -> None:
    with transaction.atomic():
        EnterpriseOrigin.objects.filter(enterprise=_locked(by)).delete()


def _locked(by: User) -> Enterprise:
    enterprise = owned(by)
    if enterprise is None:
        raise Refused(_("Only the owner of an enterprise can say this."))
    return Enterprise.objects.select_for_update().get(pk=enterprise.pk)
