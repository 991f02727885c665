"""What can be put into a package or an issue of the bulletin: found by the words of its title."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.enums import OccasionState
from outreach.models import Bulletin, Material, Occasion, PackageVersion
from policies.interpretation.naming import title_of
from policies.models import Interpretation, Policy
from portal.core import bilingual

FOUND = 6
MODELS = {"policy": Policy, "interpretation": Interpretation, "material": Material, "event": Occasion}
LABELS = {
    "policy": _("Policy"),
    "interpretation": pgettext_lazy("piece", "Interpretation"),
    "material": _("Material"),
    "event": _("Event"),
}


def to_add(words: str, composed: PackageVersion | Bulletin) -> list[dict[str, Any]]:
    """What is published and called so, by kind; the newest when nothing was asked for."""
    held = list(composed.pieces.values_list("policy", "interpretation", "material", "event"))
    policies, interpretations, materials, events = ({row[n] for row in held} - {None} for n in range(4))
    rows: list[tuple[str, Any]] = [
        ("policy", Policy.objects.in_force().filter(_called(words)).exclude(pk__in=policies).order_by("-changed_at")),
        ("material", Material.objects.filter(_called(words), withdrawn_at=None).exclude(pk__in=materials)),
        ("event", _events(words).exclude(pk__in=events)),
    ]
    found = [(kind, row, row.title) for kind, some in rows for row in some[:FOUND]]
    readable = Interpretation.objects.published().exclude(pk__in=interpretations).prefetch_related("links__policy")
    if words:
        policy_called = Q(links__policy__title_en__icontains=words)
        policy_called |= Q(links__policy__title_zh_hans__icontains=words)
        readable = readable.filter(policy_called | Q(content__icontains=words)).distinct()
    found += [("interpretation", row, title_of(row)) for row in readable.order_by("-pk")[:FOUND]]
    return [{"kind": kind, "label": LABELS[kind], "pk": row.pk, "title": title} for kind, row, title in found]


def _events(words: str) -> QuerySet[Occasion]:
    rows = Occasion.objects.filter(_called(words), kind="event", state=OccasionState.PUBLISHED)
    return rows.order_by("-day", "-pk")


def _called(words: str) -> Q:
    if not words:
        return Q()
    columns = bilingual.columns("title")
    return Q(**{f"{columns[0]}__icontains": words}) | Q(**{f"{columns[1]}__icontains": words})
