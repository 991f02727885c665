"""Policies as the public sees them, the revisions officials write, and service packages.

A Policy row holds what is published and nothing else; every change is written in a Revision first and copied over
when somebody other than its author publishes it. So no draft can leak, and every published version stays readable.
"""

from policies.models.attachment import Attachment, TextState
from policies.models.consultation import (
    CommentGroup,
    Consultation,
    ConsultationClause,
    ConsultationComment,
    ConsultationQuerySet,
    Submission,
)
from policies.models.figures import ViewCount
from policies.models.following import Following, SavedSearch
from policies.models.imports import ImportRow, PolicyImport
from policies.models.interpretation import (
    Interpretation,
    InterpretationComment,
    InterpretationFile,
    InterpretationQuerySet,
    InterpretedPolicy,
)
from policies.models.match import MatchShard, NewMatch, PolicyMatch, ProfileChange
from policies.models.package import Package, PackageItem, PackageQuerySet
from policies.models.policy import Policy, PolicyQuerySet
from policies.models.question import PolicyQuestion, PolicyQuestionQuerySet, QuestionEvent
from policies.models.revision import Announcement, AnnouncementQuerySet, Revision, RevisionComment
from policies.models.search import MissedSearch, SynonymGroup
from policies.models.upkeep import GlossaryTerm, PolicyTask, PolicyTaskQuerySet

__all__ = [
    "Announcement",
    "AnnouncementQuerySet",
    "Attachment",
    "CommentGroup",
    "Consultation",
    "ConsultationClause",
    "ConsultationComment",
    "ConsultationQuerySet",
    "Following",
    "GlossaryTerm",
    "ImportRow",
    "Interpretation",
    "InterpretationComment",
    "InterpretationFile",
    "InterpretationQuerySet",
    "InterpretedPolicy",
    "MatchShard",
    "MissedSearch",
    "NewMatch",
    "Package",
    "PackageItem",
    "PackageQuerySet",
    "Policy",
    "PolicyImport",
    "PolicyMatch",
    "PolicyQuerySet",
    "PolicyQuestion",
    "PolicyQuestionQuerySet",
    "PolicyTask",
    "PolicyTaskQuerySet",
    "ProfileChange",
    "QuestionEvent",
    "Revision",
    "RevisionComment",
    "SavedSearch",
    "Submission",
    "SynonymGroup",
    "TextState",
    "ViewCount",
]
