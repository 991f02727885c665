"""The preview of reach as the review page shows it, for those who decide whether a version is published."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from policies import rules
from policies.eligibility.reach import MOST_RIVALS, Reach, reach_of, rivals_of
from policies.models import Policy, Revision
from policies.publishing.differences import Mark
from portal.core import bilingual
from portal.core.calendar import local_day
from portal.core.templatetags.ui import number

FEW = 5  # fewer enterprises than these could be recognised


@dataclass(frozen=True, slots=True)
class Line:
    """One condition in words, with how many enterprises stand how."""

    text: str
    met: str
    unmet: str
    unknown: str
    alone: str
    hardest: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything in words. rows: (label, count). rivals: (policy, how many enterprises meet both)."""

    total: str
    rounded: bool
    rows: list[tuple[str, str]]
    lines: list[Line]
    rivals: list[tuple[Policy, str]]
    more_rivals: bool


def preview(user: User, revision: Revision, said: Mapping[str, Sequence[Sequence[Mark]]]) -> Preview | None:
    """What the version would reach today; None once it is decided. said: the conditions in words, by language.

    Who may see every enterprise's record is told exact counts; others, rounded ones. Two queries at most.
    """
    if revision.state not in rules.OPEN:
        return None
    criteria = revision.content.get("criteria") or []
    day = local_day()
    rivals = rivals_of(revision, day)
    policy = revision.policy
    previous = policy.criteria if policy.published_at and policy.criteria != criteria else None
    reach = reach_of(criteria, day, previous=previous, rivals=rivals[:MOST_RIVALS])
    exact = user.has_role(*rules.COMPOSERS)
    shown = number if exact else rounded
    lines = said[bilingual.current()][: len(criteria)]  # what is gone comes last
    texts = ["".join(mark.text for mark in marks if mark.kind != "del") for marks in lines]
    return Preview(
        total=shown(reach.total),
        rounded=not exact,
        rows=_rows(reach, shown, changed=previous is not None),
        lines=_lines(reach, texts, shown),
        rivals=[(rival, shown(count)) for rival, count in zip(rivals, reach.both, strict=False)],
        more_rivals=len(rivals) > MOST_RIVALS,
    )


def rounded(count: int) -> str:
    """Down to fives; so what is "fewer than 5" can't be found by subtraction either."""
    return _("fewer than %(count)s") % {"count": FEW} if 0 < count < FEW else number(count - count % FEW)


def _rows(reach: Reach, shown: Callable[[int], str], *, changed: bool) -> list[tuple[str, str]]:
    rows = [
        (_("Match"), reach.met),
        (_("Nearly match"), reach.nearly),
        (_("Unknown"), reach.unclear),
        (_("Do not match"), reach.unmet),
    ]
    if changed:
        rows.append((_("Newly reached"), reach.met - reach.stay))
        rows.append((_("No longer reached"), reach.before - reach.stay))
    return [(label, shown(count)) for label, count in rows]


def _lines(reach: Reach, texts: list[str], shown: Callable[[int], str]) -> list[Line]:
    return [
        Line(text, shown(each.met), shown(each.unmet), shown(each.unknown), shown(each.alone), n == reach.hardest)
        for n, (text, each) in enumerate(zip(texts, reach.tallies, strict=True))
    ]
