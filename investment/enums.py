from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    PREMISES = "premises", _("Premises")
    INCUBATOR = "incubator", _("Incubator")
    FUND = "fund", _("Industrial fund")
    LOAN = "loan", _("Loan")
    TALENT = "talent", _("Talent service")
    RND = "rnd", _("R&D service")


SPACE = (Kind.PREMISES, Kind.INCUBATOR)
MONEY = (Kind.FUND, Kind.LOAN)
SERVICE = (Kind.TALENT, Kind.RND)


class ProviderKind(models.TextChoices):
    PARK = "park", _("Park or building management")
    FUND = "fund", _("Fund or bank")
    INCUBATOR = "incubator", _("Incubator operator")
    SERVICE = "service", _("Service provider")


class State(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("resource", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("resource", "In review")
    PUBLISHED = "published", pgettext_lazy("resource", "Published")
    STALE = "stale", pgettext_lazy("resource", "Hidden: not confirmed for too long")
    WITHDRAWN = "withdrawn", pgettext_lazy("resource", "No longer available")


class RentUnit(models.TextChoices):
    DAY = "day", _("CNY per m² and day")
    MONTH = "month", _("CNY per m² and month")


class Fitout(models.TextChoices):
    BARE = "bare", _("Shell, without fit-out")
    BASIC = "basic", _("Basic fit-out")
    FURNISHED = "furnished", _("Fitted and furnished")


class Stage(models.TextChoices):
    SEED = "seed", _("Seed")
    EARLY = "early", _("Start-up")
    GROWTH = "growth", _("Growth")
    MATURE = "mature", _("Mature")


class FileKind(models.TextChoices):
    PICTURE = "picture", _("Picture")
    PLAN = "plan", _("Floor plan")


class Why(models.TextChoices):
    """Why something was declined: what is learnt from it is about this alone."""

    PRICE = "price", _("Too expensive")
    PLACE = "place", _("Not the right place")
    FITOUT = "fitout", _("Not the right fit-out")
    PROVIDER = "provider", _("Not this provider")
    OTHER = "other", _("Another reason")


class ViewingState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("viewing", "Times proposed by the enterprise")
    OFFERED = "offered", pgettext_lazy("viewing", "Other times offered")
    AGREED = "agreed", pgettext_lazy("viewing", "Agreed")
    HELD = "held", pgettext_lazy("viewing", "Took place")
    CANCELLED = "cancelled", pgettext_lazy("viewing", "Called off")


COMING = (ViewingState.ASKED, ViewingState.OFFERED, ViewingState.AGREED)
