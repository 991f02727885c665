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


class Scope(models.TextChoices):
    """What a stewardship covers; the narrower one wins."""

    ENTERPRISE = "enterprise", _("Enterprise")
    PARK = "park", _("Park or building")
    SUBDISTRICT = "subdistrict", _("Subdistrict")


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
    ANSWERED = "answered", _("Answered")
    RATED = "rated", _("Rated")
    REOPENED = "reopened", _("Re-opened")
    CLOSED = "closed", _("Closed")
    NOT_ACCEPTED = "not_accepted", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    RECOMPUTED = "recomputed", _("Due date computed anew")


class Audience(models.TextChoices):
    """To whom a reminder goes."""

    STEWARD = "steward", _("Service steward")
    HANDLER = "handler", _("Handler and steward")
    ADMIN = "admin", _("Service-centre admin")
    LEADER = "leader", _("Linked leader")
    ENTERPRISE = "enterprise", _("Enterprise")
