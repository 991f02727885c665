"""What observers found, as a group of the page “You said, we did”."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from outreach.models import Observation
from outreach.observers import queries
from stewards.rating.told import Group, Told


def _tell(row: Observation) -> Told:
    given = row.assignment
    assert row.published_at
    return Told(
        f"f{row.pk}",
        given.task,
        row.said,
        row.did,
        row.published_at,
        note=f"{given.department.name} · {given.observer.batch.name}",
        pictures=tuple(reverse("observers:picture", args=[each.file.key]) for each in row.pictures.all()),
    )


GROUP = Group(
    "observers",
    _("From public observers"),
    _("What public observers saw at the places and services they were asked to look at. No observer is named."),
    queries.replies,
    _tell,
)
