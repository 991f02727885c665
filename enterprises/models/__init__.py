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
from enterprises.models.records import MergeRecord, TitleNotice
from enterprises.models.registry import RegistryImport, RegistryRow
from enterprises.models.tiers import EnterpriseTag, Segment, Tagging, TierProposal, TierRound

__all__ = [
    "Enterprise",
    "EnterpriseQuerySet",
    "EnterpriseTag",
    "Industry",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "MergeRecord",
    "Park",
    "RegistryImport",
    "RegistryRow",
    "Segment",
    "Subdistrict",
    "Tagging",
    "TierProposal",
    "TierRound",
    "Title",
    "TitleGrant",
    "TitleNotice",
    "invitation_token",
]
