"""What the public reads afterwards: you said, we did, and who was consulted; without small numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies.consultation.enums import Aside, Outcome
from policies.consultation.figures import SMALLEST, Shares, shares_of, small
from policies.consultation.queries import groups_of
from policies.models import CommentGroup, Consultation, ConsultationClause

TONES = {
    Outcome.ADOPTED: "ok",
    Outcome.PARTLY: "info",
    Outcome.NOT_ADOPTED: "warn",
    Outcome.COVERED: "quiet",
    Outcome.OUTSIDE: "quiet",
}


@dataclass(frozen=True)
class Answer:
    """A group, and how many comments stand behind it; None: not told."""

    group: CommentGroup
    tone: str
    count: int | None


@dataclass(frozen=True)
class Section:
    """The answers on one article, or on the whole (clause None)."""

    clause: ConsultationClause | None
    answers: list[Answer]


@dataclass(frozen=True)
class Results:
    """total, aside: None where not told. any: whether there was a comment at all; aside_any: or one set aside."""

    sections: list[Section]
    shares: Shares
    total: int | None
    aside: int | None
    any: bool
    aside_any: bool
    hidden: bool


def results_of(consultation: Consultation) -> Results:
    """Three queries."""
    groups = groups_of(consultation)
    aside = consultation.comments.exclude(set_aside=Aside.NONE).count()
    sizes = [group.size for group in groups]  # type: ignore[attr-defined] # annotated
    every = [*sizes, aside]
    *counts, told_aside = kept = told(every)
    total = total_told(every, kept)
    answers = [Answer(group, TONES[Outcome(group.kind)], count) for group, count in zip(groups, counts, strict=True)]
    return Results(
        sections=list(_sections(answers)),
        shares=shares_of(consultation),
        total=total,
        aside=told_aside,
        any=any(every),
        aside_any=bool(aside),
        hidden=None in (*kept, total),
    )


def told(counts: Sequence[int]) -> list[int | None]:
    """The numbers that the public may know: no small one, and none from which a small one could be worked out.

    Which others are hidden goes by their place and never by their size, or the choice itself would tell something.
    """
    kept: list[int | None] = [None if small(count) else count for count in counts]
    others = [place for place, count in enumerate(counts) if count >= SMALLEST]
    while others and _tells(counts, kept):
        kept[others.pop(0)] = None
    return kept


def total_told(counts: Sequence[int], kept: Sequence[int | None]) -> int | None:
    """How many there are in all, unless that is a small number or would tell a hidden one."""
    return None if small(sum(counts)) or _tells(counts, kept) else sum(counts)


def _tells(counts: Sequence[int], kept: Sequence[int | None]) -> bool:
    """Whether the total, less what is shown, leaves a small number only one value that it can have."""
    hidden = [count for count, shown in zip(counts, kept, strict=True) if shown is None]
    few = [count for count in hidden if small(count)]
    if len(few) < len(hidden):
        return sum(hidden) <= SMALLEST * (len(hidden) - len(few)) + len(few)
    return bool(few) and (len(few) == 1 or small(sum(few)) or set(few) in ({1}, {SMALLEST - 1}))


def _sections(answers: Sequence[Answer]) -> Iterator[Section]:
    places: dict[int | None, Section] = {}
    for answer in answers:
        section = places.setdefault(answer.group.clause_id, Section(answer.group.clause, []))
        section.answers.append(answer)
    yield from places.values()
