"""Two people, or one with two clicks, at the same moment; each with a connection of their own."""

from datetime import date
from typing import Any

import pytest

from enterprises import workflow
from enterprises.models import Enterprise, Invitation, Membership, TitleGrant
from notices.models import Message
from portal.core.access import Refused
from tests.factories.accounts import UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory, TitleFactory
from tests.stewards.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CODE = "91350100M000100Y43"
NAMES = {"name_zh_hans": "虚构星辰", "name_en": "Stars"}


def split(results: list[Any], kind: type) -> tuple[list[Any], list[str]]:
    """Those that came through, and what the others were told; anything else is a failure of the test."""
    done = [result for result in results if isinstance(result, kind)]
    told = [str(result) for result in results if isinstance(result, Refused)]
    assert len(done) + len(told) == len(results), results
    return done, told


def claim(by: Any) -> Membership:
    return workflow.claim(by=by, credit_code=CODE, names=NAMES, evidence="Legal representative")


def test_a_claim_clicked_twice_is_one_claim_and_one_message() -> None:
    person = UserFactory()
    admin = UserFactory(roles=["admin"])
    done, told = split(at_once(*[lambda: claim(person)] * 4), Membership)
    assert (len(done), told) == (1, ["You have already claimed this enterprise."] * 3)
    assert (Enterprise.objects.count(), Membership.objects.count()) == (1, 1)
    assert Message.objects.filter(recipient=admin, kind="claim").count() == 1


def test_two_people_claiming_a_new_code_make_one_enterprise() -> None:
    people = UserFactory.create_batch(3)
    done, told = split(at_once(*[lambda who=who: claim(who) for who in people]), Membership)
    assert told == []
    assert {membership.enterprise_id for membership in done} == {Enterprise.objects.get().pk}


def test_a_rejected_claim_made_again_twice_waits_once() -> None:
    person = UserFactory()
    MembershipFactory(user=person, enterprise=EnterpriseFactory(credit_code=CODE), state="rejected")
    done, told = split(at_once(lambda: claim(person), lambda: claim(person)), Membership)
    assert (len(done), len(told)) == (1, 1)
    assert Membership.objects.get().state == "claimed"


@pytest.mark.parametrize("choices", [(True, True), (True, False), (False, False)])
def test_two_admins_decide_and_the_second_is_told_who_was_first(choices: tuple[bool, bool]) -> None:
    membership = MembershipFactory(state="claimed")
    admins = [UserFactory(roles=["admin"], name_en=name) for name in ("Ada", "Bo")]
    acts = [
        lambda who=who, yes=yes: workflow.decide(membership, by=who, confirm=yes, note="Reason")
        for who, yes in zip(admins, choices, strict=True)
    ]
    done, told = split(at_once(*acts), Membership)
    assert len(done) == 1
    stored = Membership.objects.select_related("decided_by").get()
    assert stored.decided_by
    assert told == [f"{stored.decided_by.name} has already decided this claim."]
    assert stored.state == ("active" if choices[admins.index(stored.decided_by)] else "rejected")
    assert Message.objects.filter(recipient=membership.user, kind="claim-decided").count() == 1


def test_an_invitation_clicked_twice_goes_out_once() -> None:
    owner = MembershipFactory()
    acts = [lambda: workflow.invite(owner.enterprise, by=owner.user, email="new@example.org")] * 3
    done, told = split(at_once(*acts), Invitation)
    assert (len(done), told) == (1, ["An invitation to this address is still open."] * 2)
    assert Message.objects.filter(email="new@example.org").count() == 1


def test_two_owners_inviting_the_same_colleague_send_one_invitation() -> None:
    first = MembershipFactory()
    second = MembershipFactory(enterprise=first.enterprise)
    acts = [
        lambda who=who: workflow.invite(first.enterprise, by=who.user, email="new@example.org")
        for who in (first, second)
    ]
    done, told = split(at_once(*acts), Invitation)
    assert (len(done), len(told)) == (1, 1)


def test_accepting_twice_joins_once() -> None:
    owner = MembershipFactory()
    colleague = UserFactory(email="new@example.org")
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=colleague.email)
    acts = [lambda: workflow.accept_invitation(invitation, by=colleague)] * 3
    done, told = split(at_once(*acts), Membership)
    assert (len(done), len(told)) == (1, 2)
    assert Membership.objects.filter(user=colleague).count() == 1


def test_taking_back_what_is_being_accepted_has_one_outcome() -> None:
    owner = MembershipFactory()
    colleague = UserFactory(email="new@example.org")
    invitation = workflow.invite(owner.enterprise, by=owner.user, email=colleague.email)
    results = at_once(
        lambda: workflow.accept_invitation(invitation, by=colleague) and "joined",
        lambda: workflow.revoke_invitation(invitation, by=owner.user) or "revoked",
    )
    done, told = split(results, str)
    assert (len(done), len(told)) == (1, 1)
    stored = Invitation.objects.get()
    joined = Membership.objects.filter(user=colleague).exists()
    assert joined == (stored.accepted_by_id is not None) == (stored.revoked_at is None) == (done == ["joined"])


def test_two_owners_removing_each_other_leave_one() -> None:
    first = MembershipFactory()
    second = MembershipFactory(enterprise=first.enterprise)
    at_once(
        lambda: workflow.end_membership(second, by=first.user),
        lambda: workflow.end_membership(first, by=second.user),
    )
    assert Membership.objects.filter(state="active", role="owner").count() == 1


def test_facts_of_two_tabs_are_both_kept_with_their_sources() -> None:
    member = MembershipFactory()
    at_once(
        lambda: workflow.describe(member.enterprise, by=member.user, facts={"employees": 12}),
        lambda: workflow.describe(member.enterprise, by=member.user, facts={"listed": False}),
    )
    stored = Enterprise.objects.get()
    assert (stored.employees, stored.listed) == (12, False)
    assert {"employees", "listed"} <= set(stored.sources)


def test_titles_saved_twice_at_once_are_held_once() -> None:
    member = MembershipFactory()
    TitleFactory(code="srdi")
    grant = {"granted_on": date(2025, 1, 1), "expires_on": None}
    acts = [lambda: workflow.set_titles(member.enterprise, by=member.user, grants={"srdi": grant}, complete=True)] * 3
    assert at_once(*acts) == [None] * 3
    assert TitleGrant.objects.count() == 1
