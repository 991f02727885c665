from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """What officials have done; whether a released one is open is told by its days, never stored."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    RELEASED = "released", _("Published for comment")
    ANSWERS_IN_REVIEW = "answers_in_review", _("Answers in review")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Standing(models.TextChoices):
    """How a consultation stands on a day, as the public sees it."""

    ANNOUNCED = "announced", _("Opens soon")
    OPEN = "open", _("Open for comment")
    EVALUATED = "evaluated", _("Closed, being evaluated")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Speaks(models.TextChoices):
    """For whom somebody comments."""

    UNKNOWN = "", _("not stated")
    ENTERPRISE = "enterprise", _("An enterprise")
    ASSOCIATION = "association", _("An association")
    RESIDENT = "resident", _("A resident")
    OTHER = "other", _("Others")


class Outcome(models.TextChoices):
    """What became of the comments of a group."""

    ADOPTED = "adopted", _("Adopted")
    PARTLY = "partly", _("Partly adopted")
    NOT_ADOPTED = "not_adopted", _("Not adopted")
    COVERED = "covered", _("Already covered")
    OUTSIDE = "outside", _("Outside this draft")


class Aside(models.TextChoices):
    """Why a comment is not answered."""

    NONE = "", "—"
    OFF_TOPIC = "off_topic", pgettext_lazy("comment set aside", "Off topic")
    ABUSE = "abuse", pgettext_lazy("comment set aside", "Abuse or advertising")
    EMPTY = "empty", pgettext_lazy("comment set aside", "Says nothing that could be answered")
