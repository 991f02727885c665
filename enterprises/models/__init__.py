"""What the app keeps; each room's models in a file of their own."""

from enterprises.models.base import (
    Enterprise,
    EnterpriseQuerySet,
    Industry,
    Invitation,
    Membership,
    MembershipQuerySet,
    Park,
    Subdistrict,
    Title,
    TitleGrant,
    invitation_token,
)

__all__ = [
    "Enterprise",
    "EnterpriseQuerySet",
    "Industry",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "Park",
    "Subdistrict",
    "Title",
    "TitleGrant",
    "invitation_token",
]
