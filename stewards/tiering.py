"""A round of tiers takes effect: stewards hear of their enterprises, the service centre of who is left without one."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.enums import Role
from accounts.models import User
from enterprises.enums import Tier
from enterprises.models import Enterprise, TierProposal, TierRound
from enterprises.tiers import effect
from notices.workflow import Text, compose, notify, post_all
from portal.core.keyset import capped_count
from portal.core.templatetags.ui import day_plain
from stewards.centre.overview import CAP, Figure, key_enterprises, with_steward_ids, without_steward

NAMED = 20  # enterprises in one message


def take_effect() -> int:
    """Carry out what is due; returns how many enterprises changed their tier."""
    return effect.carry_out(tell=tell_stewards, finish=tell_centre)


def tell_stewards(row: TierRound, changed: list[TierProposal]) -> None:
    """One message a steward and batch: whoever looks after a subdistrict may have hundreds."""
    by_key = {each.enterprise_id: each for each in changed}
    covered: Any = with_steward_ids(Enterprise.objects.filter(pk__in=by_key)).order_by("pk")
    theirs: dict[int, list[TierProposal]] = {}
    for each in covered:
        if each.steward_pk:
            theirs.setdefault(each.steward_pk, []).append(by_key[each.pk])
    people = User.objects.in_bulk(list(theirs))
    first = min(each.pk for each in changed)
    post_all(
        [
            compose(
                people[key],
                key=f"tiers-of:{row.pk}:{first}:{key}",
                kind="other.tiers",
                text=lambda: _to_steward(row, theirs[key]),  # noqa: B023 - composed at once
            )
            for key in theirs
        ]
    )


def _to_steward(row: TierRound, changed: list[TierProposal]) -> Text:
    lines = [
        _("%(enterprise)s: %(was)s → %(tier)s")
        % {"enterprise": each.enterprise, "was": Tier(each.was).label, "tier": Tier(each.proposed).label}
        for each in changed[:NAMED]
    ]
    if more := len(changed) - NAMED:
        lines += [ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}] if more > 0 else []
    title = ngettext(
        "The tier of an enterprise that you look after changes on %(day)s",
        "The tiers of %(count)s enterprises that you look after change on %(day)s",
        len(changed),
    )
    facts = {"count": len(changed), "day": day_plain(row.effective_on)}
    return Text(title % facts, "\n".join(lines), "")


def tell_centre(row: TierRound) -> None:
    """Each admin once: it is in effect, and how many key enterprises have nobody who looks after them."""
    missing = Figure(*capped_count(key_enterprises().filter(without_steward()), CAP))
    for admin in User.objects.with_role(Role.ADMIN):
        key = f"tiers-done:{row.pk}:{admin.pk}"
        notify(admin, key=key, kind="other.tiers", text=lambda: _to_centre(row, missing))


def _to_centre(row: TierRound, missing: Figure) -> Text:
    title = _("In effect: tiers of key enterprises %(year)s") % {"year": row.year}
    if not missing:
        return Text(title, _("Every key enterprise has a steward."), reverse("tiers:round", args=[row.pk]))
    body = _("Key enterprises without a steward now: %(count)s. They are listed under “Stewards”.")
    return Text(title, body % {"count": missing}, f"{reverse('centre:stewards')}?show=missing")
