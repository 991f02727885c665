from django.db import models
from django.utils.translation import gettext_lazy as _


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


class MemberRole(models.TextChoices):
    OWNER = "owner", _("Owner")
    MEMBER = "member", _("Member")
    AGENT = "agent", _("Agent with a mandate")


class MembershipState(models.TextChoices):
    CLAIMED = "claimed", _("waiting for verification")
    ACTIVE = "active", _("active")
    REJECTED = "rejected", _("not confirmed")
    ENDED = "ended", _("ended")
