"""Claiming, verifying, describing an enterprise, and asking colleagues in."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import User
from enterprises import size
from enterprises.enums import MemberRole, MembershipState
from enterprises.models import Enterprise, Invitation, Membership, TitleGrant
from enterprises.rules import may_claim_more, may_decide_claims, may_edit, may_end, may_invite, may_last_until
from notices.workflow import Text, notify, send_account_mail
from portal.core import bilingual
from portal.core.access import Refused, require
from portal.core.calendar import local_day
from portal.core.templatetags.ui import day_plain

INVITATION_DAYS = 14


@transaction.atomic
def claim(*, by: User, credit_code: str, names: Mapping[str, str], evidence: str) -> Membership:
    """Say that one acts for an enterprise; unknown codes make a new record. An admin has to verify it.

    `names` maps 'name_zh_hans' / 'name_en'; used only when the code is new. Refused for a second claim.
    """
    require(may_claim_more(by, timezone.now()))
    enterprise, _created = Enterprise.objects.get_or_create(
        credit_code=credit_code, defaults={**names, "sources": _declared(names)}
    )
    enterprise = Enterprise.objects.of_code(credit_code) or enterprise  # that of a merged record leads to the kept one
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                enterprise=enterprise, user=by, role=MemberRole.OWNER, evidence=evidence
            )
    except IntegrityError:
        membership = Membership.objects.select_for_update().get(enterprise=enterprise, user=by)
        if membership.state in {MembershipState.CLAIMED, MembershipState.ACTIVE}:
            raise Refused(_("You have already claimed this enterprise.")) from None
        membership.state, membership.evidence, membership.created_at = MembershipState.CLAIMED, evidence, timezone.now()
        membership.save(update_fields=["state", "evidence", "created_at"])
    for admin in User.objects.with_role(Role.ADMIN):
        notify(
            admin,
            key=f"claim:{membership.pk}:{membership.created_at.timestamp()}:{admin.pk}",
            kind="claim",
            text=lambda: Text(
                _("An enterprise was claimed: %(name)s") % {"name": membership.enterprise},
                _("Please verify whether this person acts for the enterprise."),
                reverse("claims:detail", args=[membership.pk]),
            ),
        )
    return membership


@transaction.atomic
def decide(membership: Membership, *, by: User, confirm: bool, note: str = "") -> Membership:
    """Confirm or reject a claim; the claimant is told at once. Refused when somebody else decided already."""
    require(may_decide_claims(by))
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("user", "enterprise").get(pk=membership.pk)
    )
    if membership.state != MembershipState.CLAIMED:
        raise Refused(_("%(name)s has already decided this claim.") % {"name": membership.decided_by or _("Somebody")})
    if not confirm and not note.strip():
        raise Refused(_("Say why the claim is not confirmed, so that the person can put it right."))
    membership.state = MembershipState.ACTIVE if confirm else MembershipState.REJECTED
    membership.decided_by, membership.decided_at, membership.decision_note = by, timezone.now(), note.strip()
    membership.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    if confirm:
        Enterprise.objects.filter(pk=membership.enterprise_id, verified_at__isnull=True).update(
            verified_at=timezone.now()
        )
    notify(
        membership.user,
        key=f"claim-decided:{membership.pk}:{membership.decided_at.timestamp()}",
        kind="claim-decided",
        urgent=True,
        text=lambda: _decision_text(membership),
    )
    return membership


def _decision_text(membership: Membership) -> Text:
    if membership.state == MembershipState.ACTIVE:
        return Text(
            _("You now act for %(name)s") % {"name": membership.enterprise},
            _("The service centre has verified your claim. Your service package is ready."),
            reverse("home:package"),
        )
    return Text(
        _("Your claim of %(name)s could not be confirmed") % {"name": membership.enterprise},
        membership.decision_note,
        reverse("enterprises:claim"),
    )


def _declared(fields: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    today = local_day().isoformat()
    return {name: {"source": "declared", "on": today} for name, value in fields.items() if value not in (None, "")}


@transaction.atomic
def describe(enterprise: Enterprise, *, by: User, facts: Mapping[str, Any]) -> Enterprise:
    """Save facts of the record as declared today, with the size class they give (2011 standard)."""
    require(may_edit(by, enterprise))
    row = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    for name, value in changed.items():
        row.sources.pop(name, None)
        row.sources.update(_declared({name: value}))
    row.size = size.size_class(row.industry_id, row.employees, row.annual_revenue_cny, row.assets_cny) or ""
    row.save(update_fields=[*changed, "sources", "size"])
    return row


@transaction.atomic
def set_titles(enterprise: Enterprise, *, by: User, grants: Mapping[str, Mapping[str, Any]], complete: bool) -> None:
    """Replace the record's titles. `grants` maps a title's code to granted_on / expires_on; `complete` says that
    the enterprise holds no other, which turns “unknown” into “not met” for the rest."""
    require(may_edit(by, enterprise))
    row = Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    row.title_grants.exclude(title__in=list(grants)).delete()
    for code, dates in grants.items():
        TitleGrant.objects.update_or_create(enterprise=row, title_id=code, defaults=dict(dates))
    row.titles_known = complete
    row.sources.update(_declared({"titles": True}))
    row.save(update_fields=["titles_known", "sources"])


@transaction.atomic
def invite(enterprise: Enterprise, *, by: User, email: str, until: date | None = None) -> Invitation:
    """Ask a colleague in by e-mail, for 14 days. Refused while an invitation to that address is open.

    With `until` an agent, whose mandate ends with that day; who has one already is asked in again to prolong it."""
    require(may_invite(by, enterprise))
    if until is not None:
        require(may_last_until(until, local_day()))
    email = email.lower()
    now = timezone.now()
    Enterprise.objects.select_for_update(of=("self",)).get(pk=enterprise.pk)
    active = Membership.objects.active().filter(enterprise=enterprise, user__email__iexact=email)
    if active.exclude(role=MemberRole.AGENT).exists():
        raise Refused(_("This person already acts for the enterprise."))
    open_ones = enterprise.invitations.filter(email=email, accepted_by__isnull=True, revoked_at__isnull=True)
    if open_ones.filter(expires_at__gt=now).exists():
        raise Refused(_("An invitation to this address is still open."))
    open_ones.update(revoked_at=now)
    invitation = Invitation.objects.create(
        enterprise=enterprise,
        email=email,
        invited_by=by,
        expires_at=now + timedelta(days=INVITATION_DAYS),
        until=until,
    )
    receiver = User.objects.filter(email__iexact=email).first()
    with bilingual.speaking(receiver.language if receiver else bilingual.current()):
        send_account_mail(email=email, kind="invitation", **_invitation_mail(invitation))
    return invitation


def _invitation_mail(invitation: Invitation) -> dict[str, str]:
    link = settings.SITE_URL + reverse("enterprises:invitation", args=[invitation.token])
    values = {
        "name": invitation.invited_by.name,
        "enterprise": invitation.enterprise.name,
        "link": link,
        "days": INVITATION_DAYS,
    }
    return {
        "subject": _("%(name)s invites you to act for %(enterprise)s") % values,
        "body": _(
            "%(name)s invites you to act for %(enterprise)s in the enterprise service portal.\n\n"
            "Open this link, sign in or register with this e-mail address, and confirm:\n%(link)s\n\n"
            "The invitation ends after %(days)s days. If you do not know the sender, you need do nothing."
        )
        % values,
    }


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by: User) -> Membership:
    """Join the enterprise. Refused when used, revoked, over, or meant for another address."""
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("enterprise").get(pk=invitation.pk)
    gone = invitation.enterprise.merged_into_id  # the same address has an invitation of the record that was kept
    if invitation.accepted_by_id or invitation.revoked_at or invitation.expires_at < timezone.now() or gone:
        raise Refused(_("This invitation is no longer valid. Ask your colleague for a new one."))
    if invitation.email != by.email.lower():
        raise Refused(_("This invitation was sent to another e-mail address. Sign in with that address."))
    if invitation.until and invitation.until < local_day():
        raise Refused(_("The mandate of this invitation has ended. Ask for a new one."))
    role = MemberRole.AGENT if invitation.until else MemberRole.MEMBER
    facts = {"state": MembershipState.ACTIVE, "role": role, "until": invitation.until}
    membership, created = Membership.objects.get_or_create(
        enterprise=invitation.enterprise, user=by, defaults=facts if invitation.until else {"state": facts["state"]}
    )
    if not created and (membership.state != MembershipState.ACTIVE or membership.role == MemberRole.AGENT):
        for name, value in facts.items():
            setattr(membership, name, value)
        membership.save(update_fields=list(facts))
    invitation.accepted_by = by
    invitation.save(update_fields=["accepted_by"])
    return membership


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by: User) -> None:
    """Take an open invitation back. Refused when it was used or taken back meanwhile."""
    require(may_invite(by, invitation.enterprise))
    still_open = Invitation.objects.filter(pk=invitation.pk, accepted_by__isnull=True, revoked_at__isnull=True)
    if not still_open.update(revoked_at=timezone.now()):
        raise Refused(_("This invitation is no longer open: it was accepted or taken back."))


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """A colleague stops acting for the enterprise, or the person leaves; the last owner stays, so that somebody can
    let others in."""
    require(may_end(by, membership))
    Enterprise.objects.select_for_update(of=("self",)).get(pk=membership.enterprise_id)
    membership = Membership.objects.get(pk=membership.pk)
    owners = Membership.objects.filter(
        enterprise=membership.enterprise_id, role=MemberRole.OWNER, state=MembershipState.ACTIVE
    )
    if membership.role == MemberRole.OWNER and owners.count() <= 1:
        raise Refused(_("An enterprise keeps at least one owner."))
    membership.state = MembershipState.ENDED
    membership.save(update_fields=["state"])


def end_mandates() -> int:
    """End the memberships of agents whose last day is over, and tell them and the owners; returns how many."""
    over = Membership.objects.filter(state=MembershipState.ACTIVE, until__lt=local_day()).order_by("pk")
    ended = 0
    for pk in list(over.values_list("pk", flat=True)):
        with transaction.atomic():
            locked = over.select_for_update(of=("self",), skip_locked=True).filter(pk=pk)
            membership = locked.select_related("user", "enterprise").first()
            if membership is not None:
                membership.state = MembershipState.ENDED
                membership.save(update_fields=["state"])
                _tell_mandate_over(membership)
                ended += 1
    return ended


def _tell_mandate_over(membership: Membership) -> None:
    owners = User.objects.filter(
        is_active=True,
        memberships__enterprise=membership.enterprise_id,
        memberships__role=MemberRole.OWNER,
        memberships__state=MembershipState.ACTIVE,
    )
    facts = {"name": membership.user, "enterprise": membership.enterprise, "day": membership.until}
    for person in {membership.user, *owners}:
        notify(
            person,
            key=f"mandate:{membership.pk}:{membership.until}:{person.pk}",
            kind="mandate",
            text=lambda: Text(
                _("A mandate has ended: %(enterprise)s") % facts,
                _("%(name)s acted for %(enterprise)s until %(day)s. An owner can prolong it by a new invitation.")
                % {**facts, "day": day_plain(membership.until)},
                reverse("home:front"),
            ),
        )
