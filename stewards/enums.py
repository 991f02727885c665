from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestType(models.TextChoices):
    CONSULTATION = "consultation", _("Consultation")
    HELP = "help", _("Help")
    COMPLAINT = "complaint", _("Complaint")
    REPORT = "report", _("Report of a violation")
    SUGGESTION = "suggestion", _("Suggestion")


class RequestState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ASSIGNED = "assigned", _("Assigned")
    ACCEPTED = "accepted", _("Accepted")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting for the enterprise")
    ANSWERED = "answered", _("Answered")
    RATED = "rated", _("Rated")
    CLOSED = "closed", _("Closed")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged into another request")


OPEN_STATES = ("submitted", "assigned", "accepted", "in_progress", "waiting")
WORKING_STATES = ("submitted", "assigned", "accepted", "in_progress")  # the clock runs
DONE_STATES = ("answered", "rated", "closed")


class Ground(models.TextChoices):
    """The only grounds on which a request may not be accepted (domain.md)."""

    JURISDICTION = "jurisdiction", _("Outside our jurisdiction")
    COURT = "court", _("Before a court or in administrative review")
    PETITION = "petition", _("Already handled as a petition")
    SECRECY = "secrecy", _("Concerns secrets or privacy")
    UNLAWFUL = "unlawful", _("Unlawful or abusive")
    DUPLICATE = "duplicate", _("Duplicate of another request")
    OTHER_LEGAL = "other_legal", _("Other legal ground")


class Channel(models.TextChoices):
    """How a request came to us."""

    ONLINE = "online", _("In this portal")
    PHONE = "phone", _("By telephone")
    WINDOW = "window", _("At the window")
    VISIT = "visit", _("On a visit")
    EVENT = "event", _("At an event")


class Scope(models.TextChoices):
    """What a stewardship covers; the narrower one wins."""

    ENTERPRISE = "enterprise", _("Enterprise")
    PARK = "park", _("Park or building")
    SUBDISTRICT = "subdistrict", _("Subdistrict")


class LinkScope(models.TextChoices):
    """What a leader is linked to."""

    ENTERPRISE = "enterprise", _("One enterprise")
    TIER = "tier", _("A tier of key enterprises")
    SUBDISTRICT = "subdistrict", _("A subdistrict")


class EventKind(models.TextChoices):
    """What happened on a request; each has a sentence in the timeline."""

    SUBMITTED = "submitted", _("Submitted")
    ASSIGNED = "assigned", _("Assigned")
    ACCEPTED = "accepted", _("Accepted")
    CONTACTED = "contacted", _("Message to the enterprise")
    ASKED_BACK = "asked_back", _("Question to the enterprise")
    REPLIED = "replied", _("Reply of the enterprise")
    NOTE = "note", _("Internal note")
    REFERRED = "referred", _("Referred to a department")
    HANDED_OVER = "handed_over", _("Handed over for a leave")
    HANDED_BACK = "handed_back", _("Handed back after a leave")
    GIVEN_BACK = "given_back", _("Returned by a department")
    DECIDED = "decided", _("Department decided by the service centre")
    PART_ADDED = "part_added", _("Part for a department")
    PART_TAKEN = "part_taken", _("Part accepted")
    PART_ANSWER = "part_answer", _("Part done")
    PART_RETURN = "part_return", _("Part returned")
    PART_PASSED = "part_passed", _("Part passed on")
    PART_BACK = "part_back", _("Part sent back for more")
    PART_GONE = "part_gone", _("Part no longer needed")
    PART_GIVEN = "part_given", _("Part given by the service centre")
    PART_DUE = "part_due", _("New due date of a part")
    ANSWERED = "answered", _("Answered")
    RATED = "rated", _("Rated")
    REOPENED = "reopened", _("Re-opened")
    CLOSED = "closed", _("Closed")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    UNDONE = "undone", _("Taken back")
    RECOMPUTED = "recomputed", _("Due date computed anew")
    TIME_ASKED = "time_asked", _("More time asked for")
    TIME_REFUSED = "time_refused", _("More time refused")
    EXTENDED = "extended", _("Due date extended")
    COMPLEX = "complex", _("Approved as complex")
    MERGED = "merged", _("Merged into another request")
    JOINED = "joined", _("Another request merged into this one")
    UNMERGED = "unmerged", _("Merge undone")
    PARTED = "parted", _("Merge of another request undone")
    LINKED = "linked", _("Linked to another request")
    UNLINKED = "unlinked", _("Link removed")
    SORTED = "sorted", _("Category changed")
    INSTRUCTED = "instructed", _("Instruction of a leader")
    REPORTED = "reported", _("Report on an instruction")
    SUPERVISED = "supervised", _("Supervised handling")
    RELEASED = "released", _("Supervised handling ended")
    RENEWED = "renewed", _("New date")
    UNHEARD = "unheard", _("Nobody has contacted me")
    LASTED = "lasted", _("Whether it lasted")
    RECTIFYING = "rectifying", _("Rating to be put right")
    CALLED_BACK = "called_back", _("Called back")
    IDENTIFIED = "identified", _("Linked to whoever asked")
    MISTAKEN = "mistaken", _("Link to whoever asked taken back")
    RECTIFIED = "rectified", _("Rating put right")


BEGINNINGS = ("submitted", "reopened", "unheard")  # of a round; the last only where it opened the request again
# A person of the district was in touch with the enterprise: the first of these is the first contact.
IN_TOUCH = ("contacted", "asked_back", "answered")


class Audience(models.TextChoices):
    """To whom a reminder goes."""

    STEWARD = "steward", _("Service steward")
    HANDLER = "handler", _("Handler and steward")
    ADMIN = "admin", _("Service-centre admin")
    LEADER = "leader", _("Linked leader")
    ENTERPRISE = "enterprise", _("Enterprise")
