"""What a policy's rules give for figures that somebody names. Pure, in Decimal, and always rounded down to a fen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext

from policies.checkup.terms import Term

FEN = Decimal("0.01")
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """One rule worked out. figure: what it was applied to; full: before the rule's own cap; amount: after it."""

    term: Term
    figure: Decimal
    full: Decimal
    amount: Decimal

    @property
    def capped(self) -> bool:
        return self.amount < self.full


@dataclass(frozen=True, slots=True)
class Estimate:
    """steps: the rules that apply; added: what they give together; total: after the cap over all of them."""

    steps: Sequence[Step]
    added: Decimal
    total: Decimal

    @property
    def capped(self) -> bool:
        return self.total < self.added

    @property
    def up_to(self) -> bool:
        """Whether a rule that gave something says "up to": then the total is a most."""
        return any(step.term.get("up_to") for step in self.steps if step.amount)


def estimate(terms: Sequence[Term], figures: Mapping[int, Decimal], cap: int | None = None) -> Estimate:
    """figures: by the rule's place in the list; a fixed amount applies (once) when its figure is above 0.

    Rules without a figure are left out. Figures below 0 count as 0. cap: None or 0 where the policy states none.
    """
    with localcontext(prec=60):
        steps = [_step(terms[place], max(figure, NOTHING)) for place, figure in sorted(figures.items())]
        added = sum((step.amount for step in steps), NOTHING)
    return Estimate(steps, added, min(added, Decimal(cap)) if cap else added)


def _step(term: Term, figure: Decimal) -> Step:
    if term["kind"] == "fixed":
        figure = Decimal(1) if figure else NOTHING
    full = (_rate(term) * figure).quantize(FEN, ROUND_DOWN)
    most = term.get("cap")
    return Step(term, figure, full, full if most is None else min(full, Decimal(most)))


def _rate(term: Term) -> Decimal:
    """What one yuan, or one unit, gives."""
    return Decimal(str(term["percent"])) / 100 if term["kind"] == "ratio" else Decimal(term["amount"])
