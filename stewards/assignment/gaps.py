"""Gaps of the coverage board: the service centre hears of each once, when it opens, and again only after it was closed.

`watch` may run late, twice, or in two workers at once: what is new is written and told in one transaction, and a gap
stands open in one row alone.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from accounts.enums import Role
from accounts.models import User
from enterprises.models import Subdistrict
from notices.workflow import notify
from stewards.assignment import messages
from stewards.assignment.choosing import Wanted, unfit
from stewards.assignment.coverage import columns_of
from stewards.assignment.forms import sections
from stewards.assignment.queries import candidates
from stewards.enums import Scope
from stewards.models import CoverageGap
from stewards.queries import current_stewardships

Place = tuple[str, str, str]  # subject, subdistrict, industry


def watch() -> int:
    """Close what is covered again, tell the service centre what is not covered any more; returns how many are new."""
    there = set(gaps())
    now = timezone.now()
    with transaction.atomic():
        standing = CoverageGap.objects.filter(closed_at__isnull=True).select_for_update().order_by("pk")
        known = {_place(each): each.pk for each in standing}
        over = [pk for place, pk in known.items() if place not in there]
        CoverageGap.objects.filter(pk__in=over).update(closed_at=now)
        new = sorted(there - set(known))
        rows = [CoverageGap(subject=one, place=two, industry=three, opened_at=now) for one, two, three in new]
        CoverageGap.objects.bulk_create(rows, ignore_conflicts=True)
        opened = list(CoverageGap.objects.filter(opened_at=now))  # not what another worker has just written and told
        if opened:
            _tell(opened)
    return len(opened)


def gaps() -> list[Place]:
    """Where no steward is named for the place and nobody in the rotation takes the subject for the industry; who is
    away today still covers it."""
    people = candidates()
    named = current_stewardships().filter(scope=Scope.SUBDISTRICT, subdistrict__isnull=False)
    looked_after = set(named.values_list("subdistrict", flat=True))
    industries = [code for code, _name in sections()] or [""]
    found = []
    for place in Subdistrict.objects.exclude(pk__in=looked_after).values_list("pk", flat=True):
        for subject, _label, wanted in columns_of(""):
            able = [each for each in people if not unfit(each, Wanted(type=wanted.type, subdistrict=place))]
            for industry in industries:
                if all(unfit(each, Wanted(industry=industry)) for each in able):
                    found.append((subject, place, industry))
    return found


def _place(gap: CoverageGap) -> Place:
    return gap.subject, gap.place, gap.industry


def _tell(opened: Sequence[CoverageGap]) -> None:
    """One message to each of the service centre's people, however many opened together."""
    for admin in User.objects.with_role(Role.ADMIN):
        key = f"gaps:{min(each.pk for each in opened)}:{admin.pk}"
        notify(admin, key=key, kind="stewardship.gaps", text=lambda: messages.gaps_opened(lines(opened)))


def lines(opened: Iterable[CoverageGap]) -> list[tuple[Subdistrict, str | Promise, list[str]]]:
    """By place and subject, with the industries; none where it is all of them."""
    places = Subdistrict.objects.in_bulk()
    labels = {key: label for key, label, _wanted in columns_of("")}
    names = dict(sections())
    told = []
    ordered = sorted(opened, key=lambda each: (each.place, each.subject, each.industry))
    for (place, subject), group in groupby(ordered, key=lambda each: (each.place, each.subject)):
        codes = [each.industry for each in group]
        every = len(codes) >= len(names)
        told.append((places[place], labels[subject], [] if every else [names[code] for code in codes]))
    return told
