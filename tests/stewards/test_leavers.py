"""Whoever no longer acts for an enterprise has nothing to do with its requests any more, even those they wrote."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.core.access import Refused
from stewards import rules, workflow
from stewards.models import Attachment, HelpRequest
from stewards.transitions import Verb
from tests.factories.stewards import HelpRequestFactory
from tests.stewards.scene import Scene, mails, uploads

AsUser = Callable[[Any], Client]


@pytest.fixture
def gone(scene: Scene) -> HelpRequest:
    """A request in progress whose writer has left since; a colleague is still there."""
    asked = scene.request("in_progress")
    workflow.reply(asked, by=scene.owner, text="Here.", files=uploads("plan.pdf"))
    scene.enterprise.memberships.filter(user=scene.owner).update(state="ended")
    return HelpRequest.objects.get(pk=asked.pk)


def test_the_page_and_the_files_are_gone(scene: Scene, gone: HelpRequest, as_user: AsUser) -> None:
    for person, code in ((scene.owner, 404), (scene.colleague, 200)):
        client = as_user(person)
        assert client.get(f"/en/requests/{gone.number}/").status_code == code
        assert client.get(f"/en/requests/files/{Attachment.objects.get().key}/").status_code == code
        assert (gone.number in client.get("/en/requests/?show=all").content.decode()) is (code == 200)


def test_no_form_is_taken_from_them(scene: Scene, gone: HelpRequest, as_user: AsUser) -> None:
    sent = {"act": "withdraw", "seen": gone.lock_version, "reason": "Out of spite."}
    assert as_user(scene.owner).post(f"/en/requests/{gone.number}/", sent).status_code == 404
    gone.refresh_from_db()
    assert gone.state == "in_progress"


def test_no_verb_is_theirs_under_the_lock_either(scene: Scene, gone: HelpRequest) -> None:
    with pytest.raises(Refused, match="Only the enterprise that asked"):
        workflow.withdraw(gone, by=scene.owner)
    with pytest.raises(Refused, match="Only the enterprise that asked"):
        workflow.reply(gone, by=scene.owner, text="Still here.")
    assert rules.may(scene.colleague, Verb.REPLY, gone)


def test_the_answer_goes_to_those_who_stayed(scene: Scene, gone: HelpRequest) -> None:
    scene.enterprise.memberships.filter(user=scene.colleague).update(role="owner")
    before = mails(scene.owner)
    workflow.answer(gone, by=scene.steward, text="Apply online.")
    assert mails(scene.owner) == before
    assert ("request.answered", "queued") in mails(scene.colleague)


def test_their_drafts_stay_theirs_and_cannot_be_sent_for_the_enterprise(scene: Scene) -> None:
    draft = scene.draft()
    scene.enterprise.memberships.filter(user=scene.owner).update(state="ended")
    assert list(HelpRequest.objects.of_member(scene.owner)) == [draft]
    with pytest.raises(Refused, match="You do not act for this enterprise"):
        workflow.submit(draft, by=scene.owner)


@pytest.mark.parametrize("state", ["accepted", "waiting", "answered", "closed"])
def test_who_came_back_sees_it_again(scene: Scene, state: str) -> None:
    asked = scene.request(state)
    memberships = scene.enterprise.memberships.filter(user=scene.owner)
    memberships.update(state="ended")
    assert not HelpRequest.objects.of_member(scene.owner).exists()
    memberships.update(state="active")
    assert list(HelpRequest.objects.of_member(scene.owner)) == [asked]


def test_page_and_rules_agree_on_everybody(scene: Scene) -> None:
    """Who can load a request on the asking side may write on it, and nobody else."""
    scene.enterprise.memberships.filter(user=scene.colleague).update(state="rejected")
    enterprises = (scene.enterprise, None)
    rows = [HelpRequestFactory(asker=who, enterprise=of) for who in (scene.owner, scene.outsider) for of in enterprises]
    for person in (scene.owner, scene.colleague, scene.outsider, scene.steward):
        seen = set(HelpRequest.objects.of_member(person))
        assert seen == {row for row in rows if rules.may(person, Verb.REPLY, row)}, person
