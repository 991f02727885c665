"""What is wrong with a row as a whole, beside what is already there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from policies.content import content_of
from policies.eligibility.fields import FIELDS
from policies.eligibility.naming import codes_in, missing_codes
from policies.exchange.columns import TITLE
from policies.exchange.recognising import Known
from policies.exchange.tables import Line
from policies.models import Policy
from portal.core import bilingual

PAIRS = {"effective_to": "effective_from", "window_closes": "window_opens"}
TITLES = bilingual.columns("title")
Content = dict[str, Any]
Fault = tuple[str, str]  # column and words


class Surroundings:
    """What the rows of one handful are compared with: policies, and the names and codes they speak of."""

    def __init__(self, contents: Sequence[Content], slugs: set[str]) -> None:
        """`slugs`: the short names in the file itself."""
        self.known = Known(contents)
        wanted = {slug for content in contents for slug in content.get("excludes") or []} - slugs
        found = Policy.objects.filter(slug__in=wanted).values_list("slug", flat=True) if wanted else []
        self.slugs = {*found, *slugs}
        named = [each for content in contents for each in content.get("criteria") or []]
        self.missing = set(missing_codes(named)) if named else set()

    def base_of(self, policy: Policy | None) -> Content | None:
        """What a row about the policy is compared with: what is published, else the draft of it."""
        if policy is None:
            return None
        return content_of(policy) if policy.published_at else self.known.open[policy.pk].content

    def faults(self, policy: Policy | None, line: Line, content: Content) -> Iterator[Fault]:
        base = self.base_of(policy) or {}
        whole = {**base, **content}
        yield from _reversed(whole, content)
        unread = any(line.cells.get(column) for column in TITLES if column not in content)
        if not unread and not any(whole.get(column) for column in TITLES):
            yield TITLE, _("is missing: give a title in at least one language")
        for slug in content.get("excludes") or []:
            if slug not in self.slugs and slug not in (base.get("excludes") or []):
                yield "excludes", _("no policy has the short name “%(value)s”") % {"value": slug}
        if self.missing:
            codes = codes_in(content.get("criteria") or []) - codes_in(base.get("criteria") or [])
            for name, code in sorted(codes & self.missing):
                words = {"field": FIELDS[name].label, "value": code}
                yield "criteria", _("%(field)s: “%(value)s” is not on the portal's list.") % words


def _reversed(whole: Mapping[str, Any], content: Content) -> Iterator[Fault]:
    for last, first in PAIRS.items():
        begin, end = whole.get(first), whole.get(last)
        if begin and end and end < begin:
            said = _("the end %(end)s lies before the beginning %(begin)s") % {"end": end, "begin": begin}
            yield last if last in content else first, said
