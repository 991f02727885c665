"""An approved round takes effect on its day, a batch a transaction: what was done stays done, whatever happens next."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import F, Func, JSONField, Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.enums import Change, MemberRole, RoundState, Tier
from enterprises.models import Enterprise, Membership, TierProposal, TierRound
from notices.models import Message
from notices.workflow import Text, compose, post_all
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

BATCH = 500
Tell = Callable[[TierRound, list[TierProposal]], None]
Finish = Callable[[TierRound], None]


def carry_out(*, tell: Tell, finish: Finish) -> int:
    """Every approved round whose day has come; returns how many enterprises changed their tier.

    tell: called in the transaction of each batch; finish: in the one that ends the round. So whoever stands above can
    tell others of it exactly once.
    """
    due = TierRound.objects.filter(state=RoundState.APPROVED, effective_on__lte=local_day()).order_by("pk")
    changed = 0
    for pk in list(due.values_list("pk", flat=True)):
        while done := _batch(pk, tell, finish):
            changed += done
    return changed


def to_do(row: TierRound) -> QuerySet[TierProposal]:
    return row.proposals.filter(done_at__isnull=True).exclude(change=Change.STAYS).order_by("pk")


@transaction.atomic
def _batch(pk: int, tell: Tell, finish: Finish) -> int:
    """The next few; nothing while somebody else is at it, or once there is no more to do, which ends the round."""
    free = TierRound.objects.select_for_update(skip_locked=True)
    row = free.filter(pk=pk, state=RoundState.APPROVED, effective_on__lte=local_day()).first()
    if row is None:
        return 0
    rows = list(to_do(row).select_related("enterprise")[:BATCH])
    if not rows:
        row.state, row.done_at = RoundState.EFFECTIVE, timezone.now()
        row.save(update_fields=["state", "done_at"])
        finish(row)
        return 0
    _set(row, rows)
    TierProposal.objects.filter(pk__in=[each.pk for each in rows]).update(done_at=timezone.now())
    post_all(_messages(row, rows))
    tell(row, rows)
    return len(rows)


def _set(row: TierRound, rows: Iterable[TierProposal]) -> None:
    """The tier and where it comes from; the enterprises locked in the order of their keys, as everywhere."""
    by_tier: dict[str, list[int]] = {}
    for each in rows:
        by_tier.setdefault(each.proposed, []).append(each.enterprise_id)
    keys = [key for found in by_tier.values() for key in found]
    list(Enterprise.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
    fact = {"tier": {"source": "verified", "on": row.effective_on.isoformat() if row.effective_on else ""}}
    added = Func(F("sources"), Value(fact, JSONField()), template="%(expressions)s", arg_joiner=" || ")
    for tier, found in by_tier.items():
        Enterprise.objects.filter(pk__in=found).update(tier=tier, sources=added)


def _messages(row: TierRound, rows: list[TierProposal]) -> list[Message]:
    """To the owners, in their digest."""
    by_enterprise = {each.enterprise_id: each for each in rows}
    active = Membership.objects.active().filter(Q(role=MemberRole.OWNER), user__is_active=True)
    owners = active.filter(enterprise__in=by_enterprise).select_related("user").order_by("pk")
    return [_message(row, by_enterprise[owner.enterprise_id], owner.user) for owner in owners]


def _message(row: TierRound, proposal: TierProposal, user: Any) -> Message:
    return compose(
        user,
        key=f"tier:{proposal.pk}:{user.pk}",
        kind="other.tier",
        text=lambda: _text(row, proposal),
    )


def _text(row: TierRound, proposal: TierProposal) -> Text:
    day = day_plain(row.effective_on)
    facts = {"enterprise": proposal.enterprise, "day": day, "tier": Tier(proposal.proposed).label, "year": row.year}
    if proposal.proposed:
        title = _("%(enterprise)s: %(tier)s from %(day)s") % facts
    else:
        title = _("%(enterprise)s is no longer a key enterprise from %(day)s") % facts
    lines = [
        _("This follows from the re-adjustment of the tiers of %(year)s, which looks at the facts of your record.")
        % facts,
        _(
            "You can ask for help as before, and your service package stays. If a fact of your record is out of "
            "date, please correct it."
        ),
    ]
    return Text(str(title), "\n\n".join(lines), reverse("enterprises:profile"))
