"""What waits for a translator, wherever it lies: a text in one language only, or whose other language has changed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from policies.attachments.names import that_lack_names
from policies.consultation.enums import Stage
from policies.content import TEXT_COLUMNS
from policies.enums import InterpretationState, PackageState
from policies.interpretation import content as interpretation
from policies.interpretation.naming import title_of as title_of_interpretation
from policies.labels import listed
from policies.models import Consultation, Interpretation, Package, Policy, PolicyQuestion, Revision
from policies.notices import title_of
from policies.publishing.staleness import missing_in
from policies.publishing.worklists import lacking
from policies.questions.enums import QuestionState
from policies.rules import WRITABLE
from portal.core import bilingual

LONGEST = 120  # characters of a text that serves as a title
SHOWN = 30  # of each kind; those that have waited longest come first


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to translate. missing: texts in one language only; stale: the other language changed since."""

    title: str
    url: str
    missing: str
    stale: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Heap:
    """All work of one kind: the first of it, and whether there is more."""

    label: str | Promise
    works: list[Work]
    more: bool


def heaps() -> list[Heap]:
    """Kinds that have work, in a fixed order; one query or two each, however much there is."""
    found = []
    for label, source in SOURCES:
        works = []
        for work in source():
            works.append(work)
            if len(works) > SHOWN:
                break
        if works:
            found.append(Heap(label, works[:SHOWN], len(works) > SHOWN))
    return found


def _drafts() -> Iterator[Work]:
    rows = Revision.objects.annotate(unnamed=that_lack_names("content__attachments")).filter(state__in=WRITABLE)
    rows = rows.filter(lacking("content__") | Q(unnamed=True) | ~Q(stale=[]))
    for row in rows.select_related("policy").order_by("changed_at", "pk")[: SHOWN + 1]:
        url = reverse("publishing:edit", args=[row.pk])
        missing = listed([*missing_in(row.content), *["attachment_names"] * row.unnamed])
        yield Work(title_of(row), url, missing, listed(row.stale), row.changed_at)


def _published() -> Iterator[Work]:
    """Gaps in what is public and not already being mended in a draft."""
    rows = Policy.objects.published().filter(lacking() | ~Q(stale=[])).exclude(revisions__state__in=WRITABLE)
    for row in rows.only("slug", "stale", "changed_at", *TEXT_COLUMNS).order_by("changed_at", "pk")[: SHOWN + 1]:
        texts = {column: getattr(row, column) or "" for column in TEXT_COLUMNS}
        url = reverse("publishing:validity", args=[row.slug])
        yield Work(row.title, url, listed(missing_in(texts)), listed(row.stale), row.changed_at)


def _packages() -> Iterator[Work]:
    for row in Package.objects.filter(state=PackageState.DRAFT).prefetch_related("items").order_by("created_at", "pk"):
        missing = [*_one_sided(row, "title", "introduction")]
        missing += [name for item in row.items.all() for name in _one_sided(item, "note")]
        if missing:
            yield Work(row.title, reverse("publishing:package", args=[row.pk]), _joined(missing), "", row.created_at)


def _interpretations() -> Iterator[Work]:
    rows = Interpretation.objects.filter(state__in=(InterpretationState.DRAFT, InterpretationState.RETURNED))
    for row in rows.prefetch_related("links__policy").order_by("changed_at", "pk"):
        missing = missing_in(row.content, interpretation.FIELDS[row.kind])
        if missing or row.stale:
            url = reverse("publishing:interpretation-edit", args=[row.pk])
            lacks, old = interpretation.listed(missing), interpretation.listed(row.stale)
            yield Work(title_of_interpretation(row), url, lacks, old, row.changed_at)


def _questions() -> Iterator[Work]:
    rows = PolicyQuestion.objects.filter(state__in=(QuestionState.DRAFT, QuestionState.RETURNED))
    for row in rows.order_by("changed_at", "pk"):
        if missing := [*_one_sided(row, "question", "answer")]:
            url = reverse("publishing:question", args=[row.pk])
            yield Work(row.question[:LONGEST], url, _joined(missing), "", row.changed_at)


def _consultations() -> Iterator[Work]:
    rows = Consultation.objects.filter(stage__in=(Stage.DRAFT, Stage.RELEASED)).prefetch_related("clauses", "groups")
    for row in rows.order_by("changed_at", "pk"):
        missing = [*_one_sided(row, "title", "reason", "short_reason")]
        for part in row.clauses.all():
            missing += (f"{part} · {name}" for name in _one_sided(part, "text"))
        for group in row.groups.all():
            missing += _one_sided(group, "title", "summary", "answer")
        if missing:
            url = reverse("publishing:consultation", args=[row.pk])
            yield Work(row.title, url, _joined(missing), "", row.changed_at)


def _one_sided(row: Any, *fields: str) -> Iterator[str]:
    """The names of the languages that are missing where there is one only."""
    for field in fields:
        chinese, english = (getattr(row, column) for column in bilingual.columns(field))
        if bool(chinese) != bool(english):
            form = _("%(field)s (English)") if chinese else _("%(field)s (Chinese)")
            yield str(form) % {"field": capfirst(str(row._meta.get_field(field).verbose_name))}


def _joined(names: Iterable[str]) -> str:
    return pgettext("between names in a list", ", ").join(dict.fromkeys(names))


SOURCES: tuple[tuple[str | Promise, Callable[[], Iterator[Work]]], ...] = (
    (_("Policies being written"), _drafts),
    (_("Published policies"), _published),
    (_("Interpretations"), _interpretations),
    (_("Questions and answers"), _questions),
    (_("Draft consultations"), _consultations),
    (_("Service packages"), _packages),
)
