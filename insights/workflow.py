"""What the service centre does with chains, their steps, and the outlines of the map; the audit trail keeps it all."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Industry
from insights import shapes
from insights.models import Chain, ChainStep, Outline
from insights.rules import may_keep
from portal.core.access import Refused, require

MOST_STEPS = 40


def keep_chain(chain: Chain, *, by: Any) -> Chain:
    """A new chain, or other words for one; in both languages."""
    require(may_keep(by))
    _require_both(chain, "name")
    _both_or_none(chain, "about")
    with transaction.atomic():
        if chain.pk:
            _locked(chain.pk)
        chain.save()
    return chain


def keep_step(step: ChainStep, divisions: Iterable[Industry], *, by: Any) -> ChainStep:
    require(may_keep(by))
    _require_both(step, "name")
    wanted = list(divisions)
    if not wanted or any(len(each.code) < 3 for each in wanted):
        raise Refused(_("Choose the industries of this step."))
    with transaction.atomic():
        _locked(step.chain_id)
        if step.pk and not ChainStep.objects.filter(pk=step.pk, chain=step.chain_id).exists():
            raise Refused(_("This step was removed meanwhile."))
        if not step.pk and ChainStep.objects.filter(chain=step.chain_id).count() >= MOST_STEPS:
            raise Refused(_("A chain has at most %(most)s steps.") % {"most": MOST_STEPS})
        step.save()
        step.divisions.set(wanted)
    return step


def drop_step(step: ChainStep, *, by: Any) -> None:
    """A second click finds nothing more to do."""
    require(may_keep(by))
    with transaction.atomic():
        _locked(step.chain_id)
        ChainStep.objects.filter(pk=step.pk).delete()


def drop_chain(chain: Chain, *, by: Any) -> None:
    """With its steps."""
    require(may_keep(by))
    with transaction.atomic():
        row = Chain.objects.select_for_update().filter(pk=chain.pk).first()
        if row is not None:
            row.delete()


def place_outline(data: bytes, *, source: str, review_number: str, by: Any = None) -> Outline:
    """An official boundary file with its review number; `by` nobody: by the command, at the machine itself."""
    if by is not None:
        require(may_keep(by))
    if not source.strip() or not review_number.strip():
        raise Refused(_("An official map has a source and a review number."))
    drawn = shapes.drawn(data)
    with transaction.atomic():
        return Outline.objects.create(shapes=drawn, source=source.strip(), review_number=review_number.strip())


def _locked(pk: int) -> Chain:
    found = Chain.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Refused(_("This chain was removed meanwhile."))
    return found


def _require_both(row: Any, field: str) -> None:
    if not all((getattr(row, f"{field}_{language}") or "").strip() for language in ("zh_hans", "en")):
        raise Refused(_("Write it in both languages."))


def _both_or_none(row: Any, field: str) -> None:
    if len({bool((getattr(row, f"{field}_{language}") or "").strip()) for language in ("zh_hans", "en")}) > 1:
        raise Refused(_("Write what it is about in both languages, or leave it out."))
