"""Which partners, memoranda and tasks somebody sees."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, Prefetch, Q, QuerySet

from outreach.enums import MemorandumState
from outreach.models import JointTask, Memorandum, Partner, PartnerContact
from portal.core.calendar import local_day

AGREED = (MemorandumState.SIGNED, MemorandumState.ENDED)
RUNS = Q(memoranda__state=MemorandumState.SIGNED, memoranda__public=True)


def listed() -> QuerySet[Partner]:
    """The public list, with how many memoranda hold now."""
    partners = Partner.objects.filter(public=True, active=True).select_related("logo", "park")
    return partners.annotate(signed=Count("memoranda", filter=RUNS))


def public_memoranda(partner: Partner) -> QuerySet[Memorandum]:
    """Signed or ended, and meant for the public; with their reviews and the other partners."""
    shown = partner.memoranda.filter(public=True, state__in=AGREED)
    others = Prefetch("parties", Partner.objects.filter(public=True, active=True))
    return shown.prefetch_related("reviews", "amendments", others)


def found(words: str, kind: str = "") -> QuerySet[Partner]:
    """For the desk: by a word of either name, and by kind; with what there is of each."""
    partners = Partner.objects.annotate(
        signed=Count("memoranda", filter=Q(memoranda__state=MemorandumState.SIGNED), distinct=True),
        people=Count("contacts", filter=_still(), distinct=True),
    )
    if words:
        partners = partners.filter(Q(name_zh_hans__icontains=words) | Q(name_en__icontains=words))
    return partners.filter(kind=kind) if kind else partners


def own_memoranda(user: Any) -> QuerySet[Memorandum]:
    """What a contact reads: agreed memoranda of the partners that they act for."""
    mine = Memorandum.parties.through.objects.filter(partner__in=Partner.objects.of_contact(user))
    return Memorandum.objects.filter(state__in=AGREED, pk__in=mine.values("memorandum"))


def own_tasks(user: Any) -> QuerySet[JointTask]:
    return JointTask.objects.filter(memorandum__in=own_memoranda(user))


def waiting_contacts(user: Any) -> QuerySet[PartnerContact]:
    """Invitations to an address that the person has shown to be theirs."""
    verified = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    asked = Q(pk__in=())
    for email in verified:
        asked |= Q(email__iexact=email)
    return PartnerContact.objects.active().filter(asked, user__isnull=True).select_related("partner")


def contacts_of(memorandum: Memorandum) -> QuerySet[PartnerContact]:
    """Everybody with an account who speaks for one of the partners, each person once."""
    known = PartnerContact.objects.active().filter(partner__memoranda=memorandum, user__is_active=True)
    return known.select_related("user").order_by("user", "pk").distinct("user")


def is_contact(user: Any) -> bool:
    """Whether the room of partners' contacts has anything for the person: one query."""
    return bool(user.is_authenticated and PartnerContact.objects.active().filter(user=user).exists())


def _still() -> Q:
    return Q(contacts__until__isnull=True) | Q(contacts__until__gte=local_day())
