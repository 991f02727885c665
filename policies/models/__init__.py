"""Policies as the public sees them, the revisions officials write, and service packages.

A Policy row holds what is published and nothing else; every change is written in a Revision first and copied over
when somebody other than its author publishes it. So no draft can leak, and every published version stays readable.
"""

from policies.models.following import Following, SavedSearch
from policies.models.package import Package, PackageItem, PackageQuerySet
from policies.models.policy import Policy, PolicyQuerySet
from policies.models.revision import Announcement, AnnouncementQuerySet, Revision, RevisionComment
from policies.models.search import MissedSearch, SynonymGroup

__all__ = [
    "Announcement",
    "AnnouncementQuerySet",
    "Following",
    "MissedSearch",
    "Package",
    "PackageItem",
    "PackageQuerySet",
    "Policy",
    "PolicyQuerySet",
    "Revision",
    "RevisionComment",
    "SavedSearch",
    "SynonymGroup",
]
