"""The filters of the policy list in words: their choices with counts, and addresses with one of them taken away."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.search.facets import Counts
from policies.search.queries import OPTIONS, Page, Wanted
from portal.core.templatetags.ui import cny, number

CHECKS = ("open", "soon", "free")


def labels() -> dict[str, tuple[str, str]]:
    """Filter → its name and the word for no choice, in the order of the page."""
    return {
        "category": (_("Category"), _("All")),
        "level": (_("Level"), _("All")),
        "support": (_("Support type"), _("All")),
        "industry": (_("Industry"), _("All")),
        "size": (_("Enterprise size"), _("All")),
        "amount": (_("Highest amount"), _("Any")),
        "validity": (_("Validity"), _("In force")),
    }


def choice_word(name: str, value: str) -> str:
    """A choice as people read it."""
    label = next((label for key, label in OPTIONS[name] if key == value), "")
    return str(label) or _("%(amount)s or more") % {"amount": cny(int(value))}


def filters(wanted: Wanted, counts: Counts) -> dict[str, Any]:
    """What the filter form shows: drop-downs, check boxes, orders."""
    counted = _("%(choice)s (%(count)s)")

    def option(name: str, value: str, word: str) -> tuple[str, str, bool]:
        text = counted % {"choice": word, "count": number(counts[name].get(value, 0))}
        return value, text, wanted.values.get(name, "") == value

    return {
        "selects": [
            {
                "name": name,
                "label": label,
                "options": [
                    option(name, "", empty),
                    *(option(name, v, choice_word(name, v)) for v, _l in OPTIONS[name]),
                ],
            }
            for name, (label, empty) in labels().items()
        ],
        "checks": [{"name": name, "option": option(name, "1", choice_word(name, "1"))} for name in CHECKS],
        "sorts": [
            (value, str(label), value == wanted.sort)
            for value, label in OPTIONS["sort"]
            if value != "relevance" or wanted.words
        ],
    }


@dataclass(frozen=True, slots=True)
class Way:
    """A link that helps on: its words, its address, and how many policies stand there."""

    text: str
    url: str
    count: int


def address(words: str, values: dict[str, str]) -> str:
    asked = {"q": words, **values} if words else values
    return reverse("policies:list") + (f"?{urlencode(asked)}" if asked else "")


def without_one(wanted: Wanted, page: Page) -> list[Way]:
    """The same list with one filter, or the words, taken away: those that show something, the most first."""
    names = labels()
    ways = []
    for name, value in wanted.values.items():
        if name == "sort" or name == "validity":
            continue
        rest = {key: each for key, each in wanted.values.items() if key != name}
        word = choice_word(name, value)
        text = word if name in CHECKS else _("%(filter)s: %(choice)s") % {"filter": names[name][0], "choice": word}
        ways.append(Way(text, address(wanted.words, rest), page.facets.left(rest, page.found)))
    if wanted.words and set(wanted.values) - {"sort"}:
        text = _("the words “%(words)s”") % {"words": wanted.words}
        ways.append(Way(text, address("", wanted.values), page.facets.left(wanted.values)))
    return sorted((way for way in ways if way.count), key=lambda way: -way.count)
