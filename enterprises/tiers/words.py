"""A round's rules and an enterprise's reasons in words of the active language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from enterprises.enums import Change, RoundState, Standing, Tier
from enterprises.models import Title
from enterprises.tiers.ranking import TIERS, asked
from portal.core.templatetags.ui import cny, number

TONES = {
    RoundState.OPEN: "info", RoundState.IN_REVIEW: "warn", RoundState.APPROVED: "ok", RoundState.EFFECTIVE: "ok",
    RoundState.DROPPED: "quiet",
}  # fmt: skip
CHANGE_TONES = {
    Change.ENTERS: "ok", Change.UP: "ok", Change.DOWN: "warn", Change.LEAVES: "bad", Change.STAYS: "quiet",
}  # fmt: skip
STATUS: Mapping[int, Any] = {
    1: ("ok", pgettext_lazy("condition", "met")),
    0: ("quiet", pgettext_lazy("condition", "unknown")),
    -1: ("bad", pgettext_lazy("condition", "not met")),
}
GONE = {
    "left": Standing.LEFT.label,
    "closed": Standing.CLOSED.label,
    "merged": pgettext_lazy("standing", "merged into another record"),
}
NOT_KNOWN = gettext_lazy("not known")


@dataclass(frozen=True, slots=True)
class Line:
    """One condition of a tier, and how it stands."""

    words: str
    tone: str = ""
    status: str = ""
    fact: str = ""


def title_names() -> dict[str, str]:
    return {row.code: row.name for row in Title.objects.all()}


def rules_of(rules: Mapping[str, Any], titles: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Each tier with what it asks for."""
    return [
        (str(tier.label), [_condition(name, rule[name], titles) for name in asked(rule)])
        for tier in TIERS
        if (rule := rules.get(tier, {}))
    ]


def reasons_of(rules: Mapping[str, Any], reasons: Mapping[str, Any], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each tier with its verdict and lines, from the top."""
    gone = GONE.get(reasons.get("facts", {}).get("gone", ""))
    found: list[dict[str, Any]] = (
        [{"tier": _("Standing"), "tone": "bad", "status": str(gone), "lines": []}] if gone else []
    )
    for tier in TIERS:
        statuses = reasons.get(tier, {})
        lines = [_line(name, rules, tier, reasons, titles) for name in asked(rules.get(tier, {})) if name in statuses]
        if lines:
            tone, words = STATUS[min(statuses.values())]
            found.append({"tier": tier.label, "tone": tone, "status": words, "lines": lines})
    return found


def _line(
    name: str, rules: Mapping[str, Any], tier: str, reasons: Mapping[str, Any], titles: Mapping[str, str]
) -> Line:
    tone, words = STATUS[reasons[tier][name]]
    fact = reasons.get("facts", {}).get({"industries": "industry"}.get(name, name))
    return Line(_condition(name, rules[tier][name], titles), tone, str(words), _fact(name, fact))


def _condition(name: str, value: Any, titles: Mapping[str, str]) -> str:
    if name == "revenue":
        return _("annual revenue from %(amount)s") % {"amount": cny(value)}
    if name == "employees":
        return _("employees from %(count)s") % {"count": number(value)}
    if name == "titles":
        return _("holds one of: %(titles)s") % {"titles": _("; ").join(titles.get(each, each) for each in value)}
    return _("industry one of: %(codes)s") % {"codes": ", ".join(value)}


def _fact(name: str, value: Any) -> str:
    if name == "titles":
        return ""
    if value is None:
        return str(NOT_KNOWN)
    if name == "revenue":
        return cny(value)
    return number(value) if name == "employees" else str(value)


def in_one_line(rules: Mapping[str, Any], reasons: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """For a table: “District key enterprise: annual revenue from …: met (CNY …); …”."""
    colon = pgettext("between a name and what is said of it", "%(name)s: %(said)s")
    parts = []
    for each in reasons_of(rules, reasons, titles):
        said = [colon % {"name": line.words, "said": line.status} for line in each["lines"]]
        lines = _("; ").join(said) or each["status"]
        parts.append(colon % {"name": each["tier"], "said": lines})
    return " / ".join(parts)


def label_of(tier: str) -> str:
    return str(Tier(tier).label)
