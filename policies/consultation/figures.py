"""Who was consulted: counted by voices, not by comments, and told to the public without small numbers.

An enterprise is one voice however many of its people write, and a person signed in is one. Visitors cannot be told
apart: what one sends in one go is a voice. A voice whose comments were all set aside does not count.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, Max, OuterRef, Value, When
from django.db.models.functions import Cast, Concat

from enterprises.enums import SizeClass
from policies.models import Consultation, ConsultationComment

SMALLEST = 5  # smaller numbers of people are not told to the public
SMES = (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM)


@dataclass(frozen=True)
class Shares:
    """Voices by size class, and how many did not say theirs."""

    sizes: dict[str, int]
    silent: int

    @property
    def said(self) -> int:
        return sum(self.sizes.values())

    @property
    def smes(self) -> int:
        return sum(self.sizes.get(size, 0) for size in SMES)

    @property
    def large(self) -> int:
        return self.said - self.smes

    @property
    def percent(self) -> int | None:
        """Of those who said their size; rounded down, so that a half that is not reached never looks like one."""
        return self.smes * 100 // self.said if self.said else None

    @property
    def half(self) -> bool:
        """Whether at least half of those who said their size are SMEs."""
        return bool(self.said) and self.smes * 2 >= self.said

    @property
    def enough(self) -> bool:
        """Whether enough said their size for the public to be told anything about it."""
        return self.said >= SMALLEST

    @property
    def silent_told(self) -> int | None:
        """How many did not say, as the public may know it."""
        return None if small(self.silent) else self.silent

    @property
    def exact(self) -> bool:
        """Whether neither side is so small that a number would point at somebody."""
        return self.enough and not (small(self.smes) or small(self.large))


def small(count: int) -> bool:
    return 0 < count < SMALLEST


def shares_of(consultation: Consultation) -> Shares:
    """One query. A voice that said a size once counts with it, also when it said none another time."""
    counted = ConsultationComment.objects.filter(submission=OuterRef("pk"), set_aside="")
    voice = Case(
        When(enterprise__isnull=False, then=_key("e", "enterprise_id")),
        When(author__isnull=False, then=_key("p", "author_id")),
        default=_key("s", "pk"),
    )
    rows = consultation.submissions.filter(Exists(counted)).annotate(voice=voice).order_by()
    counts = Counter(rows.values("voice").annotate(told=Max("size")).values_list("told", flat=True))
    silent = counts.pop("", 0)
    return Shares(dict(counts), silent)


def _key(kind: str, column: str) -> Concat:
    return Concat(Value(kind), Cast(F(column), CharField()), output_field=CharField())


def comment_counts(consultations: Collection[Consultation]) -> dict[int, int]:
    """How many comments each has; one query."""
    rows = ConsultationComment.objects.filter(consultation__in=[each.pk for each in consultations])
    return dict(rows.order_by().values_list("consultation").annotate(count=Count("pk")))
