"""A round of re-adjustment: opened, worked on, sent to review, approved by somebody else or sent back."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enterprises.enums import Change, RoundState, Tier
from enterprises.models import TierProposal, TierRound
from enterprises.tiers import rules as who
from enterprises.tiers.composing import compose
from enterprises.tiers.ranking import change_sql
from notices.workflow import Text, notify
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

LATEST = timedelta(days=366)


def open_round(*, by: User, year: int, rules: Mapping[str, Any]) -> TierRound:
    """Begin the round of a year, with the list that its rules give. Refused while another one runs."""
    require(who.may_prepare(by))
    try:
        with transaction.atomic():
            row = TierRound.objects.create(year=year, rules=dict(rules), opened_by=by)
            _compose(row)
    except IntegrityError as error:
        if "one_round_of_tiers_at_a_time" not in str(error):
            raise
        raise Refused(_("Another round is not finished yet: there is one at a time.")) from None
    return row


def rewrite(row: TierRound, *, by: User, rules: Mapping[str, Any], seen: int | None = None) -> TierRound:
    """Other rules, and the list anew; what was decided by hand stays."""
    with transaction.atomic():
        locked = _locked(row, by, "rewrite", seen)
        locked.rules = dict(rules)
        _compose(locked)
    return locked


def _compose(row: TierRound) -> None:
    compose(row)
    row.composed_at = timezone.now()
    row.lock_version += 1
    row.save(update_fields=["rules", "stayed", "composed_at", "lock_version"])


def propose(proposal: TierProposal, *, by: User, tier: str, note: str) -> TierProposal:
    """Another tier for one enterprise, or the one it has: then it is kept out. Says why."""
    with transaction.atomic():
        _locked(proposal.round, by, "propose")
        _change(TierProposal.objects.filter(pk=proposal.pk), by=by, tier=tier, note=note)
    proposal.refresh_from_db()
    return proposal


def propose_all(row: TierRound, found: QuerySet[TierProposal], *, by: User, what: str, note: str) -> int:
    """The same for all that a filter shows. what: "keep" as they are, "rules" for what the rules give, or a tier."""
    with transaction.atomic():
        locked = _locked(row, by, "propose")
        chosen = TierProposal.objects.filter(round=locked, pk__in=found.order_by().values("pk"))
        return _change(chosen, by=by, tier=what, note=note)


def _change(rows: QuerySet[TierProposal], *, by: User, tier: str, note: str) -> int:
    note = note.strip()
    if tier == "rules":
        return rows.update(proposed=F("computed"), change=_becomes("computed"), note="", by=None)
    if tier != "keep" and tier not in Tier.values:
        raise Refused(_("There is no such tier."))
    if not note:
        raise Refused(_("Say why, so that whoever reviews it understands."))
    if tier == "keep":
        return rows.update(proposed=F("was"), change=_becomes("was"), note=note, by=by)
    return rows.update(proposed=Value(tier), change=_becomes("%s::text", tier), note=note, by=by)


def _becomes(to: str, *value: str) -> RawSQL:
    """What becomes of the tier that it was; `to`: a column, or a place for the value."""
    statement = change_sql("was", to)
    return RawSQL(statement, value * statement.count("%s"))  # noqa: S611 - names of our own


def send(row: TierRound, *, by: User, seen: int | None = None) -> TierRound:
    """To review; the list is fixed until somebody has decided."""
    with transaction.atomic():
        locked = _locked(row, by, "send", seen)
        if not locked.proposals.exclude(change=Change.STAYS).exists():
            raise Refused(_("Nothing would change: there is nothing to review."))
        locked.state, locked.sent_at, locked.reason = RoundState.IN_REVIEW, timezone.now(), ""
        _save(locked, "state", "sent_at", "reason")
        for person in User.objects.with_role(*who.REVIEWERS).exclude(pk=locked.opened_by_id):
            _tell(locked, person, _to_review)
    return locked


def approve(row: TierRound, *, by: User, day: date, seen: int | None = None) -> TierRound:
    """It takes effect on the day, which may be today."""
    with transaction.atomic():
        locked = _locked(row, by, "approve", seen)
        if not local_day() <= day <= local_day() + LATEST:
            raise Refused(_("Choose today or a day within a year."))
        locked.state, locked.effective_on = RoundState.APPROVED, day
        locked.decided_by, locked.decided_at = by, timezone.now()
        _save(locked, "state", "effective_on", "decided_by", "decided_at")
        _tell(locked, locked.opened_by, _approved)
    return locked


def send_back(row: TierRound, *, by: User, reason: str, seen: int | None = None) -> TierRound:
    """With what is to be put right; an approval is taken back as long as nothing has taken effect."""
    with transaction.atomic():
        locked = _locked(row, by, "return", seen)
        if not reason.strip():
            raise Refused(_("Say what is to be put right."))
        locked.state, locked.reason, locked.effective_on = RoundState.OPEN, reason.strip(), None
        locked.decided_by, locked.decided_at = by, timezone.now()
        _save(locked, "state", "reason", "effective_on", "decided_by", "decided_at")
        _tell(locked, locked.opened_by, _sent_back)
    return locked


def drop(row: TierRound, *, by: User, seen: int | None = None) -> TierRound:
    """Nothing of it takes effect; it stays readable."""
    with transaction.atomic():
        locked = _locked(row, by, "drop", seen)
        locked.state = RoundState.DROPPED
        _save(locked, "state")
    return locked


def _save(row: TierRound, *fields: str) -> None:
    row.lock_version += 1
    row.save(update_fields=[*fields, "lock_version"])


def _locked(row: TierRound, by: User, verb: str, seen: int | None = None) -> TierRound:
    locked = TierRound.objects.select_for_update(of=("self",)).select_related("opened_by").get(pk=row.pk)
    require(who.may(by, verb, locked))
    if seen is not None and seen != locked.lock_version:
        raise Refused(_("Somebody has worked on this meanwhile. Please look again and decide anew."))
    return locked


def _tell(row: TierRound, person: User, text: Callable[[TierRound], Text]) -> None:
    notify(person, key=f"tiers:{row.pk}:{row.lock_version}:{person.pk}", kind="other.tiers", text=lambda: text(row))


def _to_review(row: TierRound) -> Text:
    title = _("To review: tiers of key enterprises %(year)s") % {"year": row.year}
    body = _("%(name)s has prepared the list. It takes effect once you or a colleague have approved it.")
    return Text(title, body % {"name": row.opened_by}, reverse("tiers:round", args=[row.pk]))


def _approved(row: TierRound) -> Text:
    title = _("Approved: tiers of key enterprises %(year)s") % {"year": row.year}
    body = _("%(name)s has approved the list. It takes effect on %(day)s.")
    facts = {"name": row.decided_by, "day": day_plain(row.effective_on)}
    return Text(title, body % facts, reverse("tiers:round", args=[row.pk]))


def _sent_back(row: TierRound) -> Text:
    title = _("Sent back: tiers of key enterprises %(year)s") % {"year": row.year}
    return Text(title, row.reason, reverse("tiers:round", args=[row.pk]))
