"""The signed address by which a survey is answered without signing in: one invitation, one person, while it is open."""

from dataclasses import dataclass
from enum import StrEnum

from django.core import signing
from django.urls import reverse

from accounts.models import User
from engagement.rules import acts_for
from engagement.surveys.models import SurveyInvitation, SurveyState
from notices.delivery import absolute

SALT = "engagement.survey.link"
LONGEST = 200


class Why(StrEnum):
    """Why a link opens nothing any more."""

    WRONG = "wrong"
    USED = "used"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Opened:
    invitation: SurveyInvitation
    person: User


def address_of(invitation: SurveyInvitation, person: User) -> str:
    """Absolute, in the active language."""
    token = signing.dumps([invitation.pk, person.pk], salt=SALT)
    return absolute(reverse("surveys:answer", args=[token]))


def open_link(token: str) -> Opened | Why:
    """What the link stands for, or why it no longer does. Reads only."""
    try:
        if len(token) > LONGEST:
            return Why.WRONG
        pk, who = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return Why.WRONG
    found = SurveyInvitation.objects.select_related("survey", "enterprise").filter(pk=pk).first()
    person = User.objects.filter(pk=who, is_active=True).first()
    if found is None or person is None or not acts_for(person, found.enterprise):
        return Why.PAST
    if found.answered_at is not None:
        return Why.USED
    return Opened(found, person) if found.survey.state == SurveyState.OPEN else Why.PAST
