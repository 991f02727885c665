"""What the rooms of outreach choose from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Language(models.TextChoices):
    """Spoken at a place or an event."""

    ZH = "zh", _("Chinese")
    EN = "en", pgettext_lazy("language", "English")
    JA = "ja", _("Japanese")
    KO = "ko", _("Korean")
    FR = "fr", _("French")
    DE = "de", _("German")
    ES = "es", _("Spanish")
    RU = "ru", _("Russian")


class Confidence(models.TextChoices):
    """How sure a fact from elsewhere is."""

    HIGH = "high", _("Read at the source")
    LOW = "low", _("Partly inferred")


class Precision(models.TextChoices):
    """How exactly a day in the past is known."""

    DAY = "day", _("The day is known")
    MONTH = "month", _("Only the month is known")
    YEAR = "year", _("Only the year is known")


class PlaceKind(models.TextChoices):
    OFFICE = "office", _("Office building")
    PARK = "park", _("Park")
    SERVICE_POINT = "service_point", _("Service point")
    COMMUNITY = "community", _("Neighbourhood")
    CULTURE = "culture", _("Museum, library or venue")
    OTHER = "other", pgettext_lazy("place", "Other place")


class Access(models.TextChoices):
    """What makes a place easy to reach and to use."""

    STEP_FREE = "step_free", _("Step-free entrance")
    LIFT = "lift", _("Lift")
    TOILET = "toilet", _("Accessible toilet")
    HEARING = "hearing", _("Hearing loop")
    SIGN = "sign", _("Sign language on request")
    LARGE_PRINT = "large_print", _("Large print")


class Publication(models.TextChoices):
    """Drafted by one person, published by another; what is replaced stays readable."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class OccasionKind(models.TextChoices):
    EVENT = "event", pgettext_lazy("occasion", "Event")
    SITTING = "sitting", _("Session of the reception room")


class OccasionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", _("Cancelled")


class EventKind(models.TextChoices):
    OPEN_MONTH = "open_month", _("Government Open Month")
    POLICY_SESSION = "policy_session", _("Policy session")
    SEMINAR = "seminar", _("Seminar")
    VISIT = "visit", _("Guided visit")
    TRAINING = "training", _("Training")
    OTHER = "other", pgettext_lazy("event", "Other event")


class EventFormat(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    BOTH = "both", _("On site and online")


class RegistrationState(models.TextChoices):
    UNVERIFIED = "unverified", _("E-mail address not confirmed yet")
    WAITING = "waiting", _("On the waiting list")
    CONFIRMED = "confirmed", _("Place reserved")
    ATTENDED = "attended", _("Was there")
    MISSED = "missed", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")


class MaterialKind(models.TextChoices):
    GUIDE = "guide", _("Service guide")
    LEAFLET = "leaflet", _("Leaflet")
    SLIDES = "slides", _("Slides")
    FORM = "form", pgettext_lazy("material", "Form")
    OTHER = "other", pgettext_lazy("material", "Other material")


class PartnerKind(models.TextChoices):
    CHAMBER = "chamber", _("Chamber of commerce")
    INDUSTRY = "industry_association", _("Industry association")
    ALLIANCE = "alliance", _("Alliance")
    PARK = "park", pgettext_lazy("partner", "Park or building")
    SERVICE = "service", _("Service organisation")
    OTHER = "other", pgettext_lazy("partner", "Other partner")


class Area(models.TextChoices):
    """What a memorandum is about."""

    POLICY = "policy", _("Spreading policies")
    TALENT = "talent", _("Talent services")
    INVESTMENT = "investment", _("Investment promotion")
    PARKS = "parks", _("Industrial policy in parks")
    FOREIGN = "foreign", _("Services for foreign companies and residents")
    RESEARCH = "research", _("Research and consultation")
    TRAINING = "training", pgettext_lazy("area of cooperation", "Training and events")


class MemorandumState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", pgettext_lazy("memorandum", "Signed")
    ENDED = "ended", pgettext_lazy("memorandum", "Ended")


class TaskState(models.TextChoices):
    OPEN = "open", pgettext_lazy("joint task", "Open")
    DONE = "done", pgettext_lazy("joint task", "Done")
    DROPPED = "dropped", pgettext_lazy("joint task", "Dropped")


class BulletinKind(models.TextChoices):
    BULLETIN = "bulletin", _("Government bulletin")
    ROOM = "reception_room", _("From the reception room")
    VIDEO = "interpretation_video", _("Interpretation video")
    OTHER = "other", pgettext_lazy("bulletin", "Other publication")


class ZoneKind(models.TextChoices):
    EXPERIENCE = "experience", _("Experience")
    INFORMATION = "information", _("Information")
    INTERACTION = "interaction", _("Interaction")
    INTERPRETATION = "interpretation", _("Interpretation")
    STUDIO = "studio", _("Live studio")


class CandidateState(models.TextChoices):
    APPLIED = "applied", _("Applied")
    APPOINTED = "appointed", _("Appointed")
    DECLINED = "declined", pgettext_lazy("candidate", "Not chosen")
    WITHDRAWN = "withdrawn", pgettext_lazy("candidate", "Withdrawn")


class TermEnd(models.TextChoices):
    """How an observer's term ended before that of the batch."""

    RESIGNED = "resigned", pgettext_lazy("observer", "Resigned")
    REMOVED = "removed", pgettext_lazy("observer", "Removed by the district")


class ObservationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", pgettext_lazy("observation", "Sent in")
    ANSWERED = "answered", _("Answered")
    PUBLISHED = "published", _("Reply published")


class Aspect(models.TextChoices):
    """What an observer gives one to five points for."""

    CLEAR = "clear", _("Easy to understand")
    BILINGUAL = "bilingual", _("Same in both languages")
    QUICK = "quick", _("Quick")
    FRIENDLY = "friendly", _("Friendly")
    ACCESSIBLE = "accessible", _("Easy to reach")
