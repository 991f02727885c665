"""The reasons of a verdict, as sentences in the active language."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from investment.enums import Stage
from investment.ranking import WEIGHTS, Reason
from portal.core.templatetags.ui import cny, day_plain, number

WORDS = {
    "rent_within": gettext_lazy("The rent is within your budget."),
    "rent_below": gettext_lazy("The rent is %(percent)s%% below your budget."),
    "rent_over": gettext_lazy("The rent is above your budget by %(percent)s%%."),
    "rent_unknown": gettext_lazy("The rent is not stated."),
    "area_fits": gettext_lazy("The area of %(area)s m² is what you need."),
    "area_divided": gettext_lazy("%(area)s m² in all; parts from %(smallest)s m² can be rented."),
    "area_bit_small": gettext_lazy("With %(area)s m² it is %(percent)s%% smaller than you need."),
    "area_bit_large": gettext_lazy("With at least %(area)s m² it is %(percent)s%% larger than you need."),
    "area_small": gettext_lazy("It has only %(area)s m²; you need %(wanted)s m²."),
    "area_large": gettext_lazy("No part of it is smaller than %(area)s m²; you need at most %(wanted)s m²."),
    "area_unknown": gettext_lazy("The area is not stated."),
    "place_wanted": gettext_lazy("It is where you want to be: %(place)s."),
    "place_other": gettext_lazy("It is in another place: %(place)s."),
    "place_unknown": gettext_lazy("The subdistrict is not stated."),
    "time_now": gettext_lazy("It can be had at once."),
    "time_fits": gettext_lazy("It is delivered in time: on %(day)s."),
    "time_bit_late": "",
    "time_late": gettext_lazy("It is delivered too late for you: on %(day)s."),
    "industry_wanted": gettext_lazy("It is meant for your industry."),
    "industry_some": gettext_lazy("It is open to some industries only: %(sections)s."),
    "industry_not": gettext_lazy("It is not open to your industry, only to: %(sections)s."),
    "stage_fits": gettext_lazy("It is meant for companies at your stage."),
    "stage_some": gettext_lazy("It is for companies at certain stages only: %(stages)s."),
    "stage_not": gettext_lazy("It is not for your stage, only for: %(stages)s."),
    "ticket_fits": gettext_lazy("The amount you need is within what it gives."),
    "ticket_part": gettext_lazy("It gives at most %(amount)s: %(percent)s%% of what you need."),
    "ticket_above": gettext_lazy("It gives no less than %(amount)s, and you need less."),
    "ticket_unknown": gettext_lazy("How much it gives is not stated."),
    "fee_within": gettext_lazy("The fee is within what you want to spend."),
    "fee_over": gettext_lazy("The fee is above what you want to spend by %(percent)s%%."),
    "fee_unknown": gettext_lazy("The fee is not stated."),
    "fresh": "",
    "liked": gettext_lazy("You liked something like it (%(features)s), so it stands higher."),
    "declined": gettext_lazy("You declined something like it (%(features)s), so it stands lower."),
    "declined_price": gettext_lazy("You declined one with this rent or less as too expensive, so it stands lower."),
}


FEATURES = {
    "place": gettext_lazy("same subdistrict"),
    "park": gettext_lazy("same park or building"),
    "fitout": gettext_lazy("same fit-out"),
    "provider": gettext_lazy("same provider"),
}


PARTS = {
    "rent": pgettext_lazy("weight", "rent"),
    "area": pgettext_lazy("weight", "area"),
    "place": pgettext_lazy("weight", "subdistrict"),
    "time": pgettext_lazy("weight", "delivery date"),
    "industry": pgettext_lazy("weight", "industry"),
    "stage": pgettext_lazy("weight", "stage"),
    "amount": pgettext_lazy("weight", "amount"),
    "fresh": pgettext_lazy("weight", "how recently it was confirmed"),
}


def weights(kind: str) -> str:
    """How much each part counts, the most first: “rent 32%, area 22%, …”."""
    ordered = sorted(WEIGHTS[kind].items(), key=lambda pair: -pair[1])
    return _listed(f"{PARTS[name]} {weight:.0%}" for name, weight in ordered)


def sentence(reason: Reason, names: Mapping[str, str]) -> str:
    """names: of subdistricts and sections, by their codes."""
    facts = dict(reason.facts)
    if reason.code == "time_bit_late":
        days = facts["days"]
        text = ngettext(
            "It is delivered %(days)s day later than you need it: on %(day)s.",
            "It is delivered %(days)s days later than you need it: on %(day)s.",
            int(str(days)),
        )
        return text % {"days": days, "day": day_plain(facts["day"])}  # type: ignore[arg-type]
    if reason.code == "fresh":
        return _("The provider has confirmed it within the last two weeks.")
    return str(WORDS[_code(reason)]) % {name: _said(name, value, names) for name, value in facts.items()}


def _code(reason: Reason) -> str:
    if reason.code == "rent_within" and reason.facts.get("percent"):
        return "rent_below"
    if reason.code == "time_fits" and reason.facts.get("day") is None:
        return "time_now"
    return reason.code


def _said(name: str, value: object, names: Mapping[str, str]) -> str:
    if name == "amount":
        return cny(value)  # type: ignore[arg-type]
    if name == "day":
        return day_plain(value)  # type: ignore[arg-type]
    if name == "place":
        return names.get(str(value), str(value))
    if name == "sections":
        return _listed(names.get(each, each) for each in value)  # type: ignore[attr-defined]
    if name == "features":
        return _listed(str(FEATURES[each]) for each in value)  # type: ignore[attr-defined]
    if name == "stages":
        return _listed(str(Stage(each).label) for each in value)  # type: ignore[attr-defined]
    return number(value) if isinstance(value, int) else str(value)


def _listed(words: Iterable[str]) -> str:
    return _(", ").join(words)
