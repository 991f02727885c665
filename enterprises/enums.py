from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Ownership(models.TextChoices):
    DOMESTIC = "domestic", _("Domestic")
    FOREIGN = "foreign", _("Foreign-invested")
    JOINT = "joint", _("Joint venture")


class SizeClass(models.TextChoices):
    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium-sized")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class Tier(models.TextChoices):
    NONE = "", _("not a key enterprise")
    MUNICIPAL = "municipal", _("Municipal key enterprise")
    DISTRICT = "district", _("District key enterprise")
    SUBDISTRICT = "subdistrict", _("Subdistrict key enterprise")


class Standing(models.TextChoices):
    """Whether an enterprise is still one of the district's."""

    ACTIVE = "active", pgettext_lazy("standing", "operating")
    LEAVING = "leaving", pgettext_lazy("standing", "planning to move away")
    LEFT = "left", pgettext_lazy("standing", "moved away")
    CLOSED = "closed", pgettext_lazy("standing", "closed")


class HeadAs(models.TextChoices):
    """What an enterprise is of its head."""

    BRANCH = "branch", _("Branch")
    SUBSIDIARY = "subsidiary", _("Subsidiary")


class MemberRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
    AGENT = "agent", _("Agent with a mandate")


class MembershipState(models.TextChoices):
    CLAIMED = "claimed", _("waiting for verification")
    ACTIVE = "active", _("active")
    REJECTED = "rejected", _("not confirmed")
    ENDED = "ended", _("ended")


class RoundState(models.TextChoices):
    """Of a yearly re-adjustment of the tiers."""

    OPEN = "open", pgettext_lazy("tiers", "Being prepared")
    IN_REVIEW = "in_review", pgettext_lazy("tiers", "In review")
    APPROVED = "approved", pgettext_lazy("tiers", "Approved")
    EFFECTIVE = "effective", pgettext_lazy("tiers", "In effect")
    DROPPED = "dropped", pgettext_lazy("tiers", "Dropped")


class Change(models.TextChoices):
    """What becomes of an enterprise's tier."""

    ENTERS = "enters", pgettext_lazy("tiers", "New")
    UP = "up", pgettext_lazy("tiers", "Up")
    DOWN = "down", pgettext_lazy("tiers", "Down")
    LEAVES = "leaves", pgettext_lazy("tiers", "Leaves")
    STAYS = "stays", pgettext_lazy("tiers", "Stays, by hand")
