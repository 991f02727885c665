"""All models of outreach; the shared parts first, then one file a room."""

from outreach.models.bulletin import Bulletin, BulletinPiece, Correction, Subscriber
from outreach.models.event import Event, EventPartner, Invitation, Question, Speaker
from outreach.models.material import Feedback, Material, MaterialEdition, OccasionMaterial, Piece
from outreach.models.observer import (
    Assignment,
    Candidate,
    Observation,
    ObservationPicture,
    Observer,
    ObserverBatch,
)
from outreach.models.package import (
    EnterpriseOrigin,
    HandOver,
    PackagePiece,
    PackageVersion,
    PartnerPackage,
    ShareLink,
    ShareUse,
)
from outreach.models.partner import Amendment, JointTask, Memorandum, Partner, PartnerContact, YearlyReview
from outreach.models.point import PublicityPoint, Stock
from outreach.models.reception import Sitting, SittingStaff, Topic, Zone
from outreach.models.shared import (
    Occasion,
    OpeningHours,
    Place,
    Registration,
    StoredFile,
)

__all__ = [
    "Amendment",
    "Assignment",
    "Bulletin",
    "BulletinPiece",
    "Candidate",
    "Correction",
    "EnterpriseOrigin",
    "Event",
    "EventPartner",
    "Feedback",
    "HandOver",
    "Invitation",
    "JointTask",
    "Material",
    "MaterialEdition",
    "Memorandum",
    "Observation",
    "ObservationPicture",
    "Observer",
    "ObserverBatch",
    "Occasion",
    "OccasionMaterial",
    "OpeningHours",
    "PackagePiece",
    "PackageVersion",
    "Partner",
    "PartnerContact",
    "PartnerPackage",
    "Piece",
    "Place",
    "PublicityPoint",
    "Question",
    "Registration",
    "ShareLink",
    "ShareUse",
    "Sitting",
    "SittingStaff",
    "Speaker",
    "Stock",
    "StoredFile",
    "Subscriber",
    "Topic",
    "YearlyReview",
    "Zone",
]
