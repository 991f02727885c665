from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Level(models.TextChoices):
    NATIONAL = "national", _("National")
    MUNICIPAL = "municipal", _("Municipal")
    DISTRICT = "district", _("District")
    PARK = "park", _("Park")


class Category(models.TextChoices):
    TECHNOLOGY_INNOVATION = "technology_innovation", _("Technology and innovation")
    FINANCE = "finance", _("Finance")
    SHIPPING_TRADE = "shipping_trade", _("Shipping and trade")
    TALENT = "talent", _("Talent")
    MARKET_REGULATION = "market_regulation", _("Market regulation")
    FOREIGN_INVESTMENT = "foreign_investment", _("Foreign investment")
    RENT_SPACE = "rent_space", _("Premises and rent")
    CONSUMPTION_CULTURE = "consumption_culture", _("Consumption and culture")
    GREEN = "green", _("Green development")
    ENTREPRENEURSHIP = "entrepreneurship", _("Entrepreneurship")
    DIGITAL = "digital", _("Digital transformation")
    EMPLOYMENT_TRAINING = "employment_training", _("Employment and training")


class SupportType(models.TextChoices):
    SERVICE = "service", _("Service")
    SUBSIDY = "subsidy", _("Subsidy")
    RECOGNITION = "recognition", _("Recognition")
    HOUSING = "housing", _("Housing")
    LOAN = "loan", _("Loan")
    PERMIT = "permit", _("Permit")
    TAX = "tax", _("Tax")


class Mode(models.TextChoices):
    """How an enterprise gets it."""

    UNKNOWN = "", _("not stated")
    NO_APPLICATION = "no_application", _("Enjoyed without application")
    FAST = "fast", _("Fast track")
    NORMAL = "normal", _("By application")


class Repeat(models.TextChoices):
    """How often one enterprise can have it."""

    UNKNOWN = "", _("not stated")
    ONCE = "once", _("once only")
    YEARLY = "yearly", _("once a year")
    PER_PROJECT = "per_project", _("once for each project")
    UNLIMITED = "unlimited", _("as often as the conditions are met")


class Confidence(models.TextChoices):
    HIGH = "high", _("read on the source page")
    LOW = "low", _("partly inferred")


class Validity(models.TextChoices):
    IN_FORCE = "in_force", _("In force")
    NOT_YET = "not_yet", _("Not yet in force")
    EXPIRED = "expired", _("Expired")
    REPEALED = "repealed", _("Repealed")
    REPLACED = "replaced", _("Replaced")


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    RETURNED = "returned", _("Returned with comments")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")


class Theme(models.TextChoices):
    """Special feature packages exist by theme (domain.md, seed system 1)."""

    FINANCE = "finance", _("Finance")
    INVESTMENT_PROMOTION = "investment_promotion", _("Investment promotion")
    HUMAN_RESOURCES = "human_resources", _("Human resources")
    INCUBATION = "incubation", _("Incubation")
    DIGITAL = "digital", _("Digital transformation")


class PackageState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    HANDED_OVER = "handed_over", _("Handed over")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Act(models.TextChoices):
    """What was done to a revision or its policy; the rows of RevisionComment."""

    CREATED = "created", _("Begun")
    SAVED = "saved", _("Saved")
    IMPORTED = "imported", _("Taken from a file")
    SENT = "sent", _("Sent to review")
    TAKEN_BACK = "taken_back", _("Taken back from review")
    RETURNED = "returned", _("Returned with comments")
    SCHEDULED = "scheduled", _("Publication scheduled")
    CALLED_OFF = "called_off", _("Scheduled publication called off")
    PUBLISHED = "published", _("Published")
    DISCARDED = "discarded", _("Discarded")
    REPEALED = "repealed", _("Marked as no longer valid")
    REINSTATED = "reinstated", _("Marked as valid again")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CONFIRMED = "confirmed", _("Checked against the policy as it is now")


class InterpretationKind(models.TextChoices):
    TEXT = "text", _("Text")
    PICTURE = "picture", _("Picture")
    VIDEO = "video", _("Video")
    SUMMARY = "summary", _("Policy in short")


class InterpretationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    RETURNED = "returned", _("Returned with comments")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    DISCARDED = "discarded", _("Discarded")


class ImportRowKind(models.TextChoices):
    """What a row of an imported file would do."""

    NEW = "new", pgettext_lazy("row of an import", "New")
    CHANGED = "changed", pgettext_lazy("row of an import", "Changed")
    UNCHANGED = "unchanged", pgettext_lazy("row of an import", "Unchanged")
    BUSY = "busy", pgettext_lazy("row of an import", "Being worked on")
    WRONG = "wrong", pgettext_lazy("row of an import", "Wrong")


class ImportOutcome(models.TextChoices):
    """What became of a row that was confirmed."""

    WAITING = "waiting", pgettext_lazy("row of an import", "In line")
    REVIEW = "review", pgettext_lazy("row of an import", "In review")
    DRAFT = "draft", pgettext_lazy("row of an import", "Draft with gaps")
    REFUSED = "refused", pgettext_lazy("row of an import", "Not taken over")


class TaskKind(models.TextChoices):
    """What falls due on a policy (domain.md, "Policy" and "Law and convention")."""

    REVIEW = "review", _("Review before it ends")
    ENDED = "ended", _("Say what follows its end")
    DISCLOSURE = "disclosure", _("Make it public")


class TaskOutcome(models.TextChoices):
    RENEW = "renew", _("It is to be renewed or amended")
    LAPSE = "lapse", _("It ends as written")
    REPEAL = "repeal", _("It is to be repealed earlier")
    DONE = "done", _("Done")
    MOOT = "moot", _("No longer called for")
