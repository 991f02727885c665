"""The facts of resources and needs, in words: for a page, side by side, and for what a change would change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from investment.enums import RentUnit, Stage, State, ViewingState
from investment.models import Need, Resource
from portal.core import bilingual
from portal.core.templatetags.ui import cny, day_plain, number

Names = Mapping[str, str]
TONES = {State.PUBLISHED: "ok", State.STALE: "bad", State.IN_REVIEW: "info", State.DRAFT: "quiet"}
VIEWING_TONES = {ViewingState.AGREED: "ok", ViewingState.CANCELLED: "quiet", ViewingState.HELD: "quiet"}


@dataclass(frozen=True, slots=True)
class Fact:
    label: str | Promise
    text: Callable[[Resource, Names], str]


def area(row: Resource) -> str:
    if row.area_m2 is None:
        return ""
    if row.area_min_m2 and row.area_min_m2 < row.area_m2:
        facts = {"area": number(row.area_m2), "least": number(row.area_min_m2)}
        return _("%(area)s m², in parts from %(least)s m²") % facts
    return _("%(area)s m²") % {"area": number(row.area_m2)}


def rent(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    text = _("CNY %(rent)s per m² and month") if unit == RentUnit.MONTH else _("CNY %(rent)s per m² and day")
    return text % {"rent": f"{value:,.2f}"}


def _delivery(row: Resource) -> str:
    if not row.is_space:
        return ""
    return day_plain(row.available_on) if row.available_on else pgettext("delivery", "at once")


def _ticket(row: Resource) -> str:
    facts = {"least": cny(row.ticket_min), "most": cny(row.ticket_max)}
    if row.ticket_min is not None and row.ticket_max is not None:
        return _("%(least)s to %(most)s") % facts
    if row.ticket_min is not None:
        return _("from %(least)s") % facts
    return _("up to %(most)s") % facts if row.ticket_max is not None else ""


def _sections(row: Resource, names: Names) -> str:
    return listed(names.get(code, code) for code in row.sections) if row.sections else _("all industries")


def listed(words: Iterable[str]) -> str:
    return _(", ").join(words)


def _stages(codes: Iterable[str]) -> str:
    return listed(str(Stage(code).label) for code in codes if code in Stage.values)


FACTS: tuple[Fact, ...] = (
    Fact(gettext_lazy("Kind"), lambda row, names: str(row.get_kind_display())),
    Fact(gettext_lazy("Provider"), lambda row, names: row.provider.name),
    Fact(gettext_lazy("Park or building"), lambda row, names: row.park.name if row.park else ""),
    Fact(gettext_lazy("Subdistrict"), lambda row, names: row.subdistrict.name if row.subdistrict else ""),
    Fact(gettext_lazy("Address"), lambda row, names: row.address or ""),
    Fact(pgettext_lazy("size", "Area"), lambda row, names: area(row)),
    Fact(gettext_lazy("Floor"), lambda row, names: row.floor),
    Fact(gettext_lazy("Rent"), lambda row, names: rent(row.rent, row.rent_unit)),
    Fact(gettext_lazy("Fit-out"), lambda row, names: str(row.get_fitout_display()) if row.fitout else ""),
    Fact(gettext_lazy("Delivery date"), lambda row, names: _delivery(row)),
    Fact(gettext_lazy("Amount"), lambda row, names: _ticket(row)),
    Fact(gettext_lazy("Interest a year, from"), lambda row, names: f"{row.rate}%" if row.rate is not None else ""),
    Fact(gettext_lazy("Fee, from"), lambda row, names: cny(row.fee)),
    Fact(gettext_lazy("Stages"), lambda row, names: _stages(row.stages)),
    Fact(gettext_lazy("Open to industries"), _sections),
)


def facts_of(row: Resource, names: Names) -> list[tuple[str, str]]:
    """What is stated, in the order of the table."""
    told = ((str(fact.label), fact.text(row, names)) for fact in FACTS)
    return [(label, text) for label, text in told if text]


def in_short(row: Resource) -> list[str]:
    """A row of a list: how much, from which rent, from when."""
    parts = [area(row), rent(row.rent, row.rent_unit), _ticket(row), cny(row.fee)]
    if row.available_on and row.is_space:
        parts.append(_("from %(day)s") % {"day": day_plain(row.available_on)})
    return [part for part in parts if part]


def side_by_side(rows: Sequence[Resource], names: Names) -> list[tuple[str, list[str]]]:
    """One line for each fact that any of them states."""
    told = ((str(fact.label), [fact.text(row, names) for row in rows]) for fact in FACTS)
    return [(label, texts) for label, texts in told if any(texts)]


def changes(now: Resource, then: Resource, names: Names) -> list[tuple[str, str, str]]:
    """Label, as it is, as it would be; in both languages where a text has both."""
    found = []
    for fact in FACTS:
        before, after = fact.text(now, names), fact.text(then, names)
        if before != after:
            found.append((str(fact.label), before, after))
    labels = {"title": _("Title"), "about": _("Description"), "address": _("Address")}
    tongues = {"zh_hans": _("Chinese"), "en": _("English")}
    for field, label in labels.items():
        for column in bilingual.columns(field):
            before, after = getattr(now, column) or "", getattr(then, column) or ""
            if before != after:
                tongue = tongues[column.removeprefix(f"{field}_")]
                found.append((_("%(what)s (%(language)s)") % {"what": label, "language": tongue}, before, after))
    return [each for each in found if each[0] != str(FACTS[4].label)]


def wanted(need: Need, names: Names) -> list[str]:
    """A need in a few words."""
    parts = [_wanted_area(need), _up_to(need), cny(need.amount)]
    if need.wanted_by:
        parts.append(_("by %(day)s") % {"day": day_plain(need.wanted_by)})
    if need.stage:
        parts.append(str(need.get_stage_display()))
    if need.subdistricts:
        parts.append(listed(names.get(code, code) for code in need.subdistricts))
    if need.section:
        parts.append(names.get(need.section, need.section))
    return [part for part in parts if part]


def _wanted_area(need: Need) -> str:
    facts = {"least": number(need.area_from), "most": number(need.area_to)}
    if need.area_from and need.area_to:
        return _("%(least)s to %(most)s m²") % facts
    if need.area_from:
        return _("from %(least)s m²") % facts
    return _("up to %(most)s m²") % facts if need.area_to else ""


def _up_to(need: Need) -> str:
    words = rent(need.budget, need.budget_unit)
    return _("up to %(most)s") % {"most": words} if words else ""
