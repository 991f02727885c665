"""How much at most: the known highest amounts of policies; of several that exclude each other the best. Pure."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

Conflicts = Mapping[int, frozenset[int]]
EXACT = 18  # as many policies that hang together by exclusions are worked out exactly; of more, the largest go first


@dataclass(frozen=True, slots=True)
class Totals:
    """count: policies; most: CNY; named: how many state an amount that can still be had.

    left_out: amounts not counted for a conflict; closed: amounts that can't be applied for any more.
    """

    count: int
    most: int
    named: int
    left_out: int
    closed: int = 0

    @property
    def unnamed(self) -> int:
        return self.count - self.named - self.closed


def totals_of(amounts: Mapping[int, int | None], conflicts: Conflicts, closed: Container[int] = ()) -> Totals:
    """amounts: the highest amount of each policy; None or 0 where it states none. closed: no longer open."""
    stated = {policy: amount for policy, amount in amounts.items() if amount}
    known = {policy: amount for policy, amount in stated.items() if policy not in closed}
    clashing = {policy for policy in known if not conflicts.get(policy, frozenset()).isdisjoint(known)}
    chosen: set[int] = set(known) - clashing
    for group in _groups(clashing, conflicts):
        chosen |= _best(group, known, conflicts) if len(group) <= EXACT else _greedy(group, known, conflicts)
    most, left_out = sum(known[policy] for policy in chosen), len(known) - len(chosen)
    return Totals(len(amounts), most, len(known), left_out, len(stated) - len(known))


def _groups(policies: Iterable[int], conflicts: Conflicts) -> Iterable[frozenset[int]]:
    """Policies that hang together by exclusions, however many steps apart."""
    left = set(policies)
    while left:
        group, edge = set(), {left.pop()}
        while edge:
            group |= edge
            edge = set().union(*(conflicts[policy] for policy in edge)) & left
            left -= edge
        yield frozenset(group)


def _best(group: frozenset[int], amounts: Mapping[int, int], conflicts: Conflicts) -> set[int]:
    """The policies that can be had together and give the most: with or without the one that excludes most."""
    if not group:
        return set()
    one = max(group, key=lambda policy: (len(conflicts[policy] & group), -policy))
    if not conflicts[one] & group:
        return set(group)
    with_it = {one} | _best(group - conflicts[one] - {one}, amounts, conflicts)
    without = _best(group - {one}, amounts, conflicts)
    return max(with_it, without, key=lambda chosen: sum(amounts[policy] for policy in chosen))


def _greedy(group: frozenset[int], amounts: Mapping[int, int], conflicts: Conflicts) -> set[int]:
    chosen: set[int] = set()
    for policy in sorted(group, key=lambda policy: (-amounts[policy], policy)):
        if conflicts[policy].isdisjoint(chosen):
            chosen.add(policy)
    return chosen
