"""Forgetting a person: what each app keeps of them is emptied; what happened stays, without the name.

The account's row stays too, since requests and the audit trail point to it: it is called “erased person” from then on,
and nobody can sign in with it. The trail's own copies of name and address are emptied with it.
"""

import uuid
from typing import Any

import pgtrigger
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import User
from engagement.models import CalendarFeed
from enterprises.enums import MembershipState
from enterprises.models import Invitation, Membership
from notices.models import Message, State
from outreach.models import Candidate, Registration, Subscriber
from policies.models import Following, SavedSearch, Submission

NAMES = {"name_zh": "已注销人员", "name_en": "Erased person"}
EMPTY = {"title_zh": "", "title_en": "", "phone": ""}


def erase(person: User) -> None:
    """In the transaction of the verb that calls it; the row is locked."""
    was, email = person.email, f"erased-{person.pk}-{uuid.uuid4().hex[:12]}@erased.invalid"
    _leave(person)
    _forget_ways_in(person)
    _forget_contacts(person, was)
    _forget_invitations(was, email)
    for name, value in {**NAMES, **EMPTY, "email": email, "is_active": False, "roles": []}.items():
        setattr(person, name, value)
    person.set_unusable_password()  # every session is signed with the password: all of them end
    person.save(update_fields=[*NAMES, *EMPTY, "email", "is_active", "roles", "password"])
    _forget_in_trail(person, email)


def _leave(person: User) -> None:
    acting = (MembershipState.ACTIVE, MembershipState.CLAIMED)
    Membership.objects.filter(user=person, state__in=acting).update(state=MembershipState.ENDED)
    Membership.objects.filter(user=person).update(evidence="")
    CalendarFeed.objects.filter(person=person, revoked_at=None).update(revoked_at=timezone.now())


def _forget_ways_in(person: User) -> None:
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()


def _forget_contacts(person: User, was: str) -> None:
    """What was written to them, and what they left at events, drafts and searches."""
    messages = Message.objects.filter(recipient=person) | Message.objects.filter(email__iexact=was)
    messages.filter(state__in=(State.HELD, State.QUEUED)).update(state=State.KEPT)
    messages.update(email="", subject="", body="", url="")
    gone = timezone.now()
    blank = dict.fromkeys(("name", "email", "phone", "needs", "matter", "note"), "")
    Registration.objects.filter(user=person).update(**blank, forgotten_at=gone)
    Candidate.objects.filter(user=person).update(
        **dict.fromkeys(("name", "phone", "languages", "background", "motivation"), "")
    )
    Subscriber.objects.filter(email__iexact=was).delete()
    Submission.objects.filter(author=person).update(author=None)
    Following.objects.filter(person=person).delete()
    SavedSearch.objects.filter(person=person).delete()


def _forget_in_trail(person: User, email: str) -> None:
    """The trail says still who did what and when; its copies of the person's own row are emptied."""
    trails: dict[Any, dict[str, str]] = {
        User: {**NAMES, **EMPTY, "email": email},
        Membership: {"evidence": ""},
    }
    for model, facts in trails.items():
        trail: Any = model._meta.get_field("audit_rows").related_model
        with pgtrigger.ignore(f"{trail._meta.label}:append_only"):
            of_person = {"pgh_obj_id": person.pk} if model is User else {"user_id": person.pk}
            trail.objects.filter(**of_person).update(**facts)


def _forget_invitations(was: str, email: str) -> None:
    """The address to which colleagues wrote, in their invitations and in the trail's copies of them."""
    rows = Invitation.objects.filter(email__iexact=was)
    rows.filter(accepted_by=None, revoked_at=None).update(revoked_at=timezone.now())
    keys = list(rows.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=keys).update(email=email)
    trail: Any = Invitation._meta.get_field("audit_rows").related_model
    with pgtrigger.ignore(f"{trail._meta.label}:append_only"):
        trail.objects.filter(pgh_obj_id__in=keys).update(email=email)
