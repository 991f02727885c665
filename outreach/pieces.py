"""Composing from pieces: packages for partners and issues of the bulletin alike.

A piece is a policy, an interpretation, a material, an event, or the editor's own words. What is wrong with one is told
while it is composed, and again whenever it is shown.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from outreach.enums import OccasionState
from outreach.explained import captions_of, still_of
from outreach.models import Piece
from outreach.timewords import when_plain
from policies.enums import InterpretationState, Validity
from policies.interpretation.content import gaps
from policies.interpretation.naming import title_of
from policies.models import Policy
from portal.core import bilingual
from portal.core.access import Refused
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

MOST = 60
TEXTS = ("title", "summary")  # of a policy, as far as a piece shows them
THINGS = ("policy", "interpretation", "material", "event")
OF_WORDS = Q(**dict.fromkeys(THINGS))  # nothing but the editor's own words
DEAD = (Validity.REPEALED, Validity.REPLACED, Validity.EXPIRED)


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece in the active language. `url` is empty where nothing can be read; `meta`: date, kind, number;
    `still`: a picture of it."""

    piece: Any
    kind: str
    title: str
    text: str = ""
    url: str = ""
    meta: str = ""
    still: Any = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What speaks against publishing a piece. is_grave: it must be mended first; mend: the page on which it is."""

    code: str
    text: str
    is_grave: bool = True
    mend: str = ""


def loaded(pieces: Any) -> Any:
    """A queryset of pieces with all that showing them asks for: a constant number of queries."""
    related = ("policy", "policy__replaced_by", "interpretation", "material", "event", "event__event", "event__place")
    prefetched = ("interpretation__links__policy", "interpretation__files", "material__editions")
    return pieces.select_related(*related).prefetch_related(*prefetched)


def shown(piece: Any) -> Shown:
    """The piece as a reader sees it."""
    if piece.policy is not None:
        policy = piece.policy
        return Shown(
            piece,
            _("Policy"),
            policy.title,
            policy.summary,
            reverse("policies:detail", args=[policy.slug]),
            " · ".join(part for part in (policy.document_number, day_plain(policy.issued_on)) if part),
        )
    if piece.interpretation is not None:
        found = piece.interpretation
        said = captions_of(found)
        return Shown(piece, found.get_kind_display(), title_of(found), "", _address(found), said, still_of(found))
    if piece.material is not None:
        row = piece.material
        url = reverse("points:material", args=[row.slug])
        return Shown(piece, row.get_kind_display(), row.title, row.summary, url)
    if piece.event is not None:
        row = piece.event
        detail = getattr(row, "event", None)
        url = reverse("events:detail", args=[detail.slug]) if detail else ""
        return Shown(piece, _("Event"), row.title, detail.theme if detail else "", url, when_plain(row))
    return Shown(piece, "", getattr(piece, "heading", ""), getattr(piece, "words", ""))


def problems(piece: Any, day: date | None = None) -> list[Problem]:
    """What is wrong with the piece today: withdrawn, over, changed since, missing or outdated in one language."""
    day = day or local_day()
    if piece.policy is not None:
        return _of_policy(piece, day)
    if piece.interpretation is not None:
        return _of_interpretation(piece)
    if piece.material is not None and piece.material.withdrawn_at is not None:
        return [Problem("withdrawn", _("This material was withdrawn."))]
    if piece.event is not None and piece.event.state != OccasionState.PUBLISHED:
        return [Problem("withdrawn", _("This event is not published, or was cancelled."))]
    if piece.event is None and piece.material is None:
        return _of_words(piece)
    return []


def add(pieces: Any, **what: Any) -> Any:
    """Put something at the end; the same thing twice is there once. `pieces`: the related manager."""
    known = pieces.filter(**what).first() if _is_thing(what) else None
    if known is not None:
        return known
    if pieces.count() >= MOST:
        raise Refused(_("There are as many pieces as there can be: %(most)s.") % {"most": MOST})
    last = pieces.aggregate(last=Max("position"))["last"] or 0
    policy = what.get("policy")
    version = policy.version if isinstance(policy, Policy) else None
    return pieces.create(position=last + 1, version=version, **what)


def move(pieces: Any, pk: int, *, up: bool) -> None:
    """One place up or down; at the end nothing happens."""
    rows = list(pieces.select_for_update())
    place = next((n for n, row in enumerate(rows) if row.pk == pk), None)
    if place is None:
        raise Refused(_("This piece is no longer there."))
    target = place - 1 if up else place + 1
    if not 0 <= target < len(rows):
        return
    rows.insert(target, rows.pop(place))
    for position, row in enumerate(rows, start=1):
        row.position = position
    pieces.bulk_update(rows, ["position"])


def copy(pieces: Iterable[Piece], into: Any, names: Iterable[str]) -> None:
    """The same pieces in a new version, each policy as it is now; `names`: own texts of the piece that go along."""
    for piece in pieces:
        texts = {name: getattr(piece, name) for name in names}
        policy = piece.policy
        into.create(
            position=piece.position,
            policy=policy,
            version=policy.version if policy else None,
            interpretation_id=piece.interpretation_id,
            material_id=piece.material_id,
            event_id=piece.event_id,
            **texts,
        )


def holding(model: Any, **what: Any) -> QuerySet[Any]:
    """Pieces of that model that hold the thing; for whoever has to know that it has changed."""
    rows: QuerySet[Any] = model._default_manager.filter(**what)
    return rows


def _is_thing(what: dict[str, Any]) -> bool:
    return any(what.get(name) is not None for name in THINGS)


def _of_policy(piece: Any, day: date) -> list[Problem]:
    policy, found = piece.policy, []
    mend = reverse("publishing:validity", args=[policy.slug])
    if policy.published_at is None:
        found.append(Problem("withdrawn", _("This policy is not published.")))
    if policy.validity_on(day) in DEAD:
        found.append(Problem("dead", _("This policy no longer applies.")))
    if piece.version is not None and piece.version < policy.version:
        found.append(Problem("changed", _("This policy has been amended since it was put in."), is_grave=False))
    for name in TEXTS:
        missing = [column for column in bilingual.columns(name) if not getattr(policy, column)]
        if 0 < len(missing) < len(bilingual.columns(name)) or (missing and name == "title"):
            found.append(Problem("missing", _("Its text is missing in one language."), mend=mend))
            break
    shown_columns = {column for name in TEXTS for column in bilingual.columns(name)}
    return found + [Problem("stale", text, mend=mend) for text in _outdated(shown_columns.intersection(policy.stale))]


def _of_interpretation(piece: Any) -> list[Problem]:
    row = piece.interpretation
    if row.state != InterpretationState.PUBLISHED:
        return [Problem("withdrawn", _("This interpretation is not published any more."))]
    mend = reverse("publishing:interpretation-review", args=[row.pk])
    texts = _outdated(row.stale)
    if any(link.is_outdated for link in row.links.all()):
        texts.append(_("The policy that it explains has changed since."))
    found = [Problem("stale", text, mend=mend) for text in texts]
    if gaps(row.kind, row.content, {file.slot for file in row.files.all()}):
        found.append(Problem("missing", _("It is not complete in both languages."), mend=mend))
    return found


def _outdated(columns: Collection[str]) -> list[str]:
    """A sentence for each language that was written before the other one changed."""
    found = []
    if any(not column.endswith("_en") for column in columns):
        found.append(_("Its Chinese text is outdated: the English one has changed since."))
    if any(column.endswith("_en") for column in columns):
        found.append(_("Its English text is outdated: the Chinese one has changed since."))
    return found


def _of_words(piece: Any) -> list[Problem]:
    columns = [column for name in ("heading", "words") for column in bilingual.columns(name)]
    if all(getattr(piece, column, "") for column in columns):
        return []
    return [Problem("missing", _("Heading and text are needed in both languages."))]


def _address(found: Any) -> str:
    link = next(iter(found.links.all()), None)
    return reverse("policies:interpretation", args=[link.policy.slug, found.pk]) if link else ""
