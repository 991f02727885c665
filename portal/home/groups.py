"""The groups of the search, in the order of the page: what everybody may read of each, and how it is told."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from investment.models import Resource
from outreach.enums import OccasionKind, Publication
from outreach.models import Bulletin, Material, MaterialEdition, Occasion, Partner, PublicityPoint, Topic
from outreach.newest import address_of, explained, is_open
from outreach.timewords import known_day, when_plain
from policies.interpretation.naming import title_of
from policies.models import Consultation, Interpretation, PolicyQuestion
from portal.core.templatetags.ui import day_plain
from portal.home.finding import Kind, Told

POLICIES = _("Policies")


def _interpretation(row: Interpretation) -> Told:
    return Told(address_of(row), title_of(row), meta=str(row.get_kind_display()))


def _questions(_day: date) -> Any:
    rows = PolicyQuestion.objects.published().filter(policy__published_at__isnull=False)
    return rows.select_related("policy")


def _question(row: PolicyQuestion) -> Told:
    url = reverse("policies:questions", args=[row.policy.slug])
    return Told(url, row.question, row.answer, row.policy.title)


def _consultation(row: Consultation) -> Told:
    meta = day_plain(row.closes_on) if row.closes_on else ""
    return Told(reverse("consultations:detail", args=[row.slug]), row.title, row.reason, meta)


def _events(_day: date) -> Any:
    rows = Occasion.objects.shown().filter(kind=OccasionKind.EVENT, event__isnull=False)
    return rows.select_related("event", "place").order_by("-day", "-pk")


def _event(row: Any) -> Told:
    return Told(reverse("events:detail", args=[row.event.slug]), row.title, row.event.theme, when_plain(row))


def _bulletin(row: Bulletin) -> Told:
    return Told(reverse("bulletins:issue", args=[row.slug]), row.title, row.words, known_day(row.day, row.precision))


def _partner(row: Partner) -> Told:
    return Told(reverse("partners:detail", args=[row.slug]), row.name, row.about, str(row.get_kind_display()))


def _points(_day: date) -> Any:
    open_ = PublicityPoint.objects.filter(closed_on__isnull=True, place__active=True)
    return open_.select_related("place").order_by("place__slug")


def _point(row: PublicityPoint) -> Told:
    return Told(reverse("points:point", args=[row.place.slug]), row.place.name, row.about, row.place.address)


def _material(row: Material) -> Told:
    url = reverse("points:material", args=[row.slug])
    return Told(url, row.title, row.summary, str(row.get_kind_display()))


def _resource(row: Resource) -> Told:
    return Told(reverse("investment:resource", args=[row.pk]), row.title, row.about, str(row.get_kind_display()))


def _topic(row: Topic) -> Told:
    return Told(reverse("reception:times", args=[row.pk]), row.name, row.about)


_KINDS: tuple[Kind, ...] = (
    Kind("interpretations", _("Policies explained"), lambda day: explained(), ("content__title",), _interpretation),
    Kind("questions", _("Questions and answers"), _questions, ("question", "answer"), _question),
    Kind(
        "consultations",
        _("Draft consultations"),
        lambda day: Consultation.objects.public().order_by("-closes_on", "-pk"),
        ("title", "reason"),
        _consultation,
    ),
    Kind(
        "events", _("Events"), _events, ("title", "event__theme", "event__about", "event__host"), _event, "events:list"
    ),
    Kind(
        "bulletins",
        _("Bulletins"),
        lambda day: Bulletin.objects.filter(state=Publication.PUBLISHED).order_by("-day", "-pk"),
        ("title", "words"),
        _bulletin,
        "bulletins:list",
    ),
    Kind(
        "partners",
        _("Partners"),
        lambda day: Partner.objects.filter(public=True, active=True).order_by("slug"),
        ("name", "about"),
        _partner,
        "partners:list",
    ),
    Kind("points", _("Publicity points"), _points, ("place__name", "place__address", "about"), _point, "points:list"),
    Kind(
        "materials",
        _("Guides and leaflets"),
        lambda day: Material.objects.filter(
            withdrawn_at__isnull=True, pk__in=MaterialEdition.objects.values("material")
        ),
        ("title", "summary"),
        _material,
        "points:list",
    ),
    Kind(
        "resources",
        _("Investment resources"),
        lambda day: Resource.objects.shown().order_by("-published_at", "-pk"),
        ("title", "about"),
        _resource,
    ),
    Kind(
        "topics",
        _("Topics of the reception room"),
        lambda day: Topic.objects.filter(active=True).order_by("position", "pk"),
        ("name", "about"),
        _topic,
        "reception:room",
    ),
)
KINDS = tuple(kind for kind in _KINDS if not kind.room or is_open(kind.room))
