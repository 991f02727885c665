"""Invitations: of enterprises that an event's policies fit, or of a segment, as far as the contact guard lets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Case, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from engagement.booking import books_of
from engagement.enums import Contact
from engagement.guard import Book, judge, monday
from engagement.surveys.choosing import NOBODY, WEEK, sending_day, why_words
from enterprises.enums import MemberRole, Tier
from enterprises.models import Enterprise, Membership, Segment
from enterprises.segments.conditions import Conditions
from notices.workflow import Text, compose, post_all
from outreach.enums import OccasionState
from outreach.models import Event, Invitation, Occasion
from outreach.rules import may_organise
from outreach.timewords import when_plain
from policies.eligibility.sql import matching
from policies.models import Policy
from portal.core.access import Refused, require
from portal.core.calendar import local_day

MOST = 200
QUIET = (
    "gone",
    "not_now",
    "declined",
    "quiet",
)  # what speaks against the event's own day, which may well be a Saturday
TIERS = Case(
    When(tier=Tier.MUNICIPAL, then=Value(0)),
    When(tier=Tier.DISTRICT, then=Value(1)),
    When(tier=Tier.SUBDISTRICT, then=Value(2)),
    default=Value(3),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enterprise that could be invited; held_back: the code of why not, or nothing."""

    enterprise: Enterprise
    because: Policy | None
    held_back: str = ""

    @property
    def why(self) -> str:
        return why_words(self.held_back) if self.held_back else ""


def candidates(event: Event, segment: Segment | None = None) -> list[Candidate]:
    """Not invited yet; key enterprises first, as many as can be invited at once. A fixed number of queries a policy.

    segment: those who fulfil its conditions now, in place of those whom the event's policies fit.
    """
    if segment is not None:
        theirs = Conditions.of(segment.conditions).rows().exclude(pk__in=event.invitations.values("enterprise"))
        return _judged([(each, None) for each in theirs.order_by(TIERS, "pk")[:MOST]], event.occasion.day)
    found: dict[int, tuple[Enterprise, Policy]] = {}
    invited = event.invitations.values("enterprise")
    day = local_day()
    for policy in event.policies.filter(published_at__isnull=False).exclude(criteria=[]).defer("search").order_by("pk"):
        rows = matching(policy.criteria, day).exclude(pk__in=invited).order_by(TIERS, "pk")
        for enterprise in rows[:MOST]:
            found.setdefault(enterprise.pk, (enterprise, policy))
    rank = {Tier.MUNICIPAL: 0, Tier.DISTRICT: 1, Tier.SUBDISTRICT: 2}
    first = sorted(found.values(), key=lambda pair: (rank.get(Tier(pair[0].tier), 3), pair[0].pk))[:MOST]
    return _judged(first, event.occasion.day)


def _judged(pairs: Sequence[tuple[Enterprise, Policy | None]], day: date) -> list[Candidate]:
    enterprises = [enterprise for enterprise, _policy in pairs]
    books = books_of(enterprises) if enterprises else {}
    read = {owner.enterprise_id for owner in _owners(enterprises)}
    judged = []
    for enterprise, policy in pairs:
        book = books[enterprise.pk]
        held = _against(book, day) or ("" if policy else _this_week(book)) or ("" if enterprise.pk in read else NOBODY)
        judged.append(Candidate(enterprise, policy, held))
    return judged


def _against(book: Book, day: date) -> str:
    """Why not, by the day on which the letter is read, then by the day of the event: quiet holds on both."""
    today = local_day()
    for on, codes in ((sending_day(), None), (day, QUIET)):
        verdict = judge(Contact.EVENT, on, book, today, search=False)
        against = [] if verdict else [each.code for each in verdict.reasons]
        if found := next((code for code in against if codes is None or code in codes), ""):
            return found
    return ""


def _this_week(book: Book) -> str:
    """An invitation for which no policy speaks is one contact more: not in a week in which there is one already."""
    week = monday(sending_day())
    asked = (Contact.GOVERNMENT, Contact.SURVEY)
    return WEEK if any(each.contact in asked and monday(each.day) == week for each in book.booked) else ""


def invite(row: Occasion, *, by: Any, segment: Segment | None = None) -> list[Invitation]:
    """Invite everybody who can be; who is spared is kept with the reason. Nobody is invited twice."""
    require(may_organise(by))
    with transaction.atomic():
        occasion = Occasion.objects.select_for_update(of=("self",)).select_related("event").get(pk=row.pk)
        event: Any = occasion.event
        if occasion.state != OccasionState.PUBLISHED or occasion.starts_at is None or occasion.is_over:
            raise Refused(_("Invitations go out for a published event that is still to come."))
        chosen = candidates(event, segment)
        if not chosen and segment is not None:
            raise Refused(_("Everybody of this segment is invited already, or nobody is in it."))
        if not chosen:
            raise Refused(_("There is no enterprise left that its policies fit."))
        keys = [each.enterprise.pk for each in chosen]
        list(Enterprise.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))
        made = Invitation.objects.bulk_create(
            Invitation(
                event=event, enterprise=c.enterprise, because=c.because, segment=segment, by=by, held_back=c.held_back
            )
            for c in chosen
        )
        _tell(occasion, [each for each in made if not each.held_back])
    return made


def decline(event: Event, *, by: Any) -> Invitation:
    """One click of somebody of the enterprise; a second one changes nothing."""
    with transaction.atomic():
        own = of_user(event, by)
        if own is None:
            raise Refused(_("Your enterprise is not invited to this event."))
        row = Invitation.objects.select_for_update().get(pk=own.pk)
        if row.declined_at is None:
            row.declined_at = timezone.now()
            row.save(update_fields=["declined_at"])
    return row


def of_user(event: Event, user: Any) -> Invitation | None:
    """The invitation of an enterprise that the person acts for."""
    if not user.is_authenticated:
        return None
    own = Membership.objects.active().filter(user=user).values("enterprise")
    return event.invitations.filter(enterprise__in=own, held_back="").select_related("because", "enterprise").first()


def _owners(enterprises: list[Enterprise]) -> Any:
    active = Membership.objects.active().filter(enterprise__in=enterprises, user__is_active=True)
    return active.filter(role=MemberRole.OWNER).select_related("user").order_by("pk")


def _tell(occasion: Occasion, invitations: list[Invitation]) -> None:
    by_enterprise = {each.enterprise_id: each for each in invitations}
    owners = _owners([each.enterprise for each in invitations])
    post_all([_message(occasion, by_enterprise[owner.enterprise_id], owner.user) for owner in owners])


def _message(occasion: Occasion, invitation: Invitation, user: Any) -> Any:
    return compose(
        user,
        key=f"event-invitation:{invitation.pk}:{user.pk}",
        kind="event.invitation",
        text=lambda: _text(occasion, invitation),
    )


def _text(occasion: Occasion, invitation: Invitation) -> Text:
    lines = [
        _("%(enterprise)s is invited: %(when)s.") % {"enterprise": invitation.enterprise, "when": when_plain(occasion)},
        *_because(invitation),
        _("Register on its page, decline there with one click, or leave it: nobody reminds you, nothing is counted."),
    ]
    slug = occasion.event.slug
    title = _("Invitation: %(title)s") % {"title": occasion.title}
    return Text(title, "\n\n".join(lines), reverse("events:detail", args=[slug]))


def _because(invitation: Invitation) -> list[str]:
    """The policy that fits; that an enterprise is in a segment is our own affair."""
    policy = invitation.because
    return (
        [_("It is about a policy that fits your enterprise: %(policy)s") % {"policy": policy.title}] if policy else []
    )


def done_words(made: list[Invitation]) -> str:
    """How many were invited and how many spared."""
    going = sum(not each.held_back for each in made)
    words = ngettext("%(count)s enterprise is invited.", "%(count)s enterprises are invited.", going) % {"count": going}
    spared = len(made) - going
    return f"{words} {_('Spared: %(count)s.') % {'count': spared}}" if spared else words
