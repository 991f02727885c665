from django.db import models
from django.utils.translation import gettext_lazy as _


class Contact(models.TextChoices):
    """In what way the district would get in touch with an enterprise."""

    GOVERNMENT = "government", _("Visit that the government asks for")
    ENTERPRISE = "enterprise", _("Visit that the enterprise asked for")
    ENFORCEMENT = "enforcement", _("Law enforcement")
    EVENT = "event", _("Invitation to an event")
    SURVEY = "survey", _("Survey")


VISITS = (Contact.GOVERNMENT, Contact.ENTERPRISE, Contact.ENFORCEMENT)


class VisitState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    REQUESTED = "requested", _("Asked for")
    MOVED = "moved", _("Another time proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    HELD = "held", _("Held")
    WRITTEN_UP = "written_up", _("Written up")
    DECLINED = "declined", _("Declined")
    MERGED = "merged", _("Merged into another visit")
    CANCELLED = "cancelled", _("Cancelled")


S = VisitState
AHEAD = (S.PLANNED, S.REQUESTED, S.MOVED, S.CONFIRMED)
UNSETTLED = (S.PLANNED, S.REQUESTED, S.MOVED)  # once the day is over, nothing came of it
DONE = (S.HELD, S.WRITTEN_UP)
BOOKED = (*AHEAD, *DONE)  # what occupies the enterprise's week


class Side(models.TextChoices):
    """Whose turn it is."""

    NOBODY = "", _("Nobody")
    GOVERNMENT = "government", _("The government")
    ENTERPRISE = "enterprise", _("The enterprise")


class Verb(models.TextChoices):
    """What people do with a visit; each leaves an entry in its timeline."""

    PLAN = "plan", _("Planned")
    REQUEST = "request", _("Asked for")
    CONFIRM = "confirm", _("Confirmed")
    DECLINE = "decline", _("Declined")
    MOVE = "move", _("Another time proposed")
    MERGE = "merge", _("Merged into another visit")
    JOIN = "join", _("Another department joins")
    HOLD = "hold", _("Held")
    WRITE_UP = "write_up", _("Written up")
    PROMISE = "promise", _("Promise made a request")
    CANCEL = "cancel", _("Cancelled")
    PAUSE = "pause", _("Put on hold")


class Limit(models.TextChoices):
    """The numbers of the contact guard that the service centre sets."""

    A_WEEK = "a_week", _("Visits a week")
    A_YEAR = "a_year", _("Visits a year")
    DAYS_BETWEEN = "days_between", _("Quiet days after a visit")
    DAYS_AFTER_NO = "days_after_no", _("Quiet days after the enterprise has declined")
    NOT_NOW_DAYS = "not_now_days", _("Longest “not now” in days")
    SURVEYS_A_YEAR = "surveys_a_year", _("Surveys a year")
    CONTACT_DAYS = "contact_days", _("Days after which a key enterprise without contact is listed")


STARTING = {
    Limit.A_WEEK: 1,
    Limit.A_YEAR: 6,
    Limit.DAYS_BETWEEN: 14,
    Limit.DAYS_AFTER_NO: 14,
    Limit.NOT_NOW_DAYS: 90,
    Limit.SURVEYS_A_YEAR: 2,
    Limit.CONTACT_DAYS: 90,
}  # until the service centre has set a number of its own
OURS = _("A starting value, from no document: the district decides.")
STARTING_WHY = dict.fromkeys(Limit, OURS) | {
    Limit.A_WEEK: _("From the district's founding documents: one visit a week, further ones are merged."),
    Limit.CONTACT_DAYS: _("From the reminders of the founding documents: key enterprises after 90 days."),
}
