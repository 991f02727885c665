"""Nobody floods the desk or the service centre; what was written is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from enterprises.models import Enterprise, Membership
from enterprises.rules import MAX_CLAIMS
from stewards.models import HelpRequest
from stewards.rules import MAX_A_DAY
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory

pytestmark = pytest.mark.django_db
AsUser = Callable[[Any], Client]
WORDS = {"type": "help", "subject": "Number 31", "body": "One more.", "language": "en", "action": "send"}


@pytest.fixture
def asker() -> Any:
    """Somebody who has sent all but one of a day's requests."""
    owner, now = MembershipFactory(), timezone.now()
    HelpRequest.objects.bulk_create(
        HelpRequestFactory.build(
            state="submitted",
            asker=owner.user,
            enterprise=owner.enterprise,
            submitted_at=now - timedelta(minutes=n),
        )
        for n in range(MAX_A_DAY - 1)
    )
    return owner.user


def test_the_last_of_a_day_is_sent_and_the_next_is_kept_as_a_draft(as_user: AsUser, asker: Any) -> None:
    client = as_user(asker)
    assert client.post("/en/requests/new/", WORDS | {"subject": "Number 30"}).status_code == 302
    refused = client.post("/en/requests/new/", WORDS)
    assert f"You have sent {MAX_A_DAY} requests in 24 hours." in refused.content.decode()
    assert "Number 31" in refused.content.decode()
    assert HelpRequest.objects.get(subject="Number 31").state == "draft"
    oldest = HelpRequest.objects.filter(asker=asker).exclude(number=None).order_by("submitted_at")[:1]
    HelpRequest.objects.filter(pk__in=oldest.values("pk")).update(submitted_at=timezone.now() - timedelta(hours=25))
    draft = HelpRequest.objects.get(subject="Number 31")
    assert client.post(f"/en/requests/drafts/{draft.pk}/", WORDS).status_code == 302
    draft.refresh_from_db()
    assert draft.state in ("submitted", "assigned")


def test_what_others_send_does_not_count(as_user: AsUser, asker: Any) -> None:
    HelpRequest.objects.update(asker=UserFactory())
    assert as_user(asker).post("/en/requests/new/", WORDS).status_code == 302


def test_claims_that_wait_are_limited(as_user: AsUser) -> None:
    person, target = UserFactory(), EnterpriseFactory(credit_code="91310109KJJCL55G70")
    for _n in range(MAX_CLAIMS):
        MembershipFactory(user=person, state="claimed")
    form = {"credit_code": target.credit_code, "name_en": "x", "evidence": "Director"}
    answer = as_user(person).post("/en/enterprise/claim/", form)
    assert f"{MAX_CLAIMS} of your claims are waiting" in answer.content.decode()
    assert "Director" in answer.content.decode()
    assert not Enterprise.objects.get(pk=target.pk).memberships.exists()
    decided = Membership.objects.filter(user=person).order_by("pk")[:1]
    Membership.objects.filter(pk__in=decided.values("pk")).update(state="rejected")
    assert as_user(person).post("/en/enterprise/claim/", form).status_code == 302
