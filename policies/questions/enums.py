"""Words of public questions and answers."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class QuestionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned with comments")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("question", "Withdrawn")


class QuestionAct(models.TextChoices):
    """What was done to a question; the rows of QuestionEvent."""

    PROPOSED = "proposed", _("Proposed from a request")
    SAVED = "saved", _("Saved")
    SENT = "sent", _("Sent to review")
    TAKEN_BACK = "taken_back", _("Taken back from review")
    RETURNED = "returned", _("Returned with comments")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("question", "Withdrawn")
    TAKEN_UP = "taken_up", _("Taken up again")


class Check(models.TextChoices):
    """What the person says who sends a question to review."""

    NOBODY = "nobody", _("No person and no enterprise can be recognised from the texts.")
    GENERAL = "general", _("The answer holds for every enterprise in the same position, not only for the asker.")
    SAME = "same", _("Both languages say the same.")
