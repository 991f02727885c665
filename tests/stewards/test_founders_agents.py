"""Founders without a credit code and agents whose mandate has ended: what they see, can do and are told, everywhere."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.core.access import Refused
from stewards import rules, workflow
from stewards.asking import verbs as asking
from stewards.asking.forms import AskForm
from stewards.models import HelpRequest
from stewards.queries import asked_by, asking_people
from stewards.relations import merging
from stewards.transitions import TRANSITIONS, Verb
from tests.factories.accounts import StewardFactory, UserFactory
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import HelpRequestFactory, accepted
from tests.stewards.scene import uploads

pytestmark = pytest.mark.django_db
WORDS = {"type": "help", "subject": "Rent", "body": "How do we apply?", "language": "en"}
ASKING = (Verb.REPLY, Verb.WITHDRAW, Verb.RATE, Verb.REOPEN, Verb.UNHEARD, Verb.LASTED)


def agent(enterprise: Any = None, days: int = 30, user: Any = None, **fields: Any) -> Any:
    """An accountant whose mandate ends in so many days (or has ended)."""
    facts = {"role": "agent", "until": timezone.localdate() + timedelta(days=days), **fields}
    return MembershipFactory(enterprise=enterprise or EnterpriseFactory(), user=user or UserFactory(), **facts)


def url(request: HelpRequest, page: str = "") -> str:
    return f"/en/requests/{request.number}/{page}"


@pytest.fixture
def founder(db: None) -> Any:
    return UserFactory(name_en="Fiona Founder")


@pytest.fixture
def steward(db: None) -> Any:
    return StewardFactory(name_en="Stella")


# --- agents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "sees"), [(30, True), (0, True), (-1, False), (-400, False)])
def test_the_last_day_is_a_day_of_the_mandate(days: int, sees: bool, steward: Any, as_user: Any) -> None:
    """Rights end with the day itself, whether or not a task has ended the membership."""
    mandate = agent(days=days)
    asked = accepted(steward, enterprise=mandate.enterprise, asker=mandate.user)
    client = as_user(mandate.user)
    assert client.get(url(asked)).status_code == (200 if sees else 404)
    assert (asked.number in client.get("/en/requests/?show=all").content.decode()) is sees
    assert asked_by(mandate.user).filter(pk=asked.pk).exists() is sees
    assert bool(rules.may(mandate.user, Verb.REPLY, HelpRequest.objects.get(pk=asked.pk))) is sees
    assert bool(rules.may_write_for(mandate.user, mandate.enterprise)) is sees
    assert (mandate.user in asking_people(asked)) is sees


@pytest.mark.parametrize("verb", ASKING)
def test_no_verb_is_left_to_them(verb: Verb, steward: Any) -> None:
    mandate = agent(days=-1)
    for state in TRANSITIONS[verb]:
        asked = HelpRequestFactory.build(
            enterprise=mandate.enterprise, asker=mandate.user, state=state, steward=steward
        )
        verdict = rules.may(mandate.user, verb, asked)
        assert not verdict
        assert str(verdict.reason) == "Only the enterprise that asked can do this."


def test_no_form_of_theirs_is_taken(steward: Any, as_user: Any) -> None:
    mandate = agent(days=-1)
    asked = accepted(steward, enterprise=mandate.enterprise, asker=mandate.user)
    client = as_user(mandate.user)
    for act in ("reply", "withdraw", "rate", "reopen", "unheard"):
        sent = {"act": act, "seen": 0, "text": "Still here.", "reason": "x", "score": 1, "solved": "no"}
        assert client.post(url(asked), sent).status_code == 404
    assert client.post(url(asked, "link/"), {"enterprise": mandate.enterprise_id}).status_code == 404
    asked.refresh_from_db()
    assert (asked.state, asked.events.count()) == ("accepted", 0)


def test_the_answer_reaches_the_owner_instead(steward: Any) -> None:
    mandate = agent()
    owner = MembershipFactory(enterprise=mandate.enterprise).user
    asked = accepted(steward, enterprise=mandate.enterprise, asker=mandate.user)
    mandate.until = timezone.localdate() - timedelta(days=1)
    mandate.save()
    workflow.answer(asked, by=steward, text="Apply online.")
    assert not mandate.user.messages_received.exists()
    assert owner.messages_received.get().kind == "request.answered"


def test_files_are_not_theirs_any_more(steward: Any, as_user: Any) -> None:
    mandate = agent()
    asked = accepted(steward, enterprise=mandate.enterprise, asker=mandate.user)
    workflow.contact(HelpRequest.objects.get(pk=asked.pk), by=steward, text="See.", files=uploads("answer.pdf"))
    address = f"/en/requests/files/{asked.attachments.latest('pk').key}/"
    client = as_user(mandate.user)
    assert client.get(address).status_code == 200
    mandate.until = timezone.localdate() - timedelta(days=1)
    mandate.save()
    assert client.get(address).status_code == 404


def test_of_two_mandates_one_goes_on(steward: Any, as_user: Any) -> None:
    first = agent(days=-1)
    second = agent(user=first.user)
    one = accepted(steward, enterprise=first.enterprise, asker=first.user)
    other = accepted(steward, enterprise=second.enterprise, asker=first.user)
    client = as_user(first.user)
    assert [client.get(url(each)).status_code for each in (one, other)] == [404, 200]
    with pytest.raises(Refused, match="do not act for this enterprise"):
        asking.save_draft(by=first.user, enterprise=first.enterprise, **WORDS)


# --- a draft that outlives the mandate -----------------------------------------------------------------------------


def draft_of(mandate: Any, **words: Any) -> HelpRequest:
    """Written in the last days of the mandate, which is over now."""
    draft = asking.save_draft(by=mandate.user, enterprise=mandate.enterprise, **(WORDS | words))
    mandate.until = timezone.localdate() - timedelta(days=1)
    mandate.save()
    return HelpRequest.objects.select_related("enterprise").get(pk=draft.pk)


def test_it_does_not_go_to_another_client_unasked(as_user: Any) -> None:
    """What was written for one client is no business of the next one."""
    mandate = agent()
    draft = draft_of(mandate)
    other = agent(user=mandate.user).enterprise
    client, page = as_user(mandate.user), f"/en/requests/drafts/{draft.pk}/"
    words = client.get(page).content.decode()
    assert "You no longer act for" in words
    assert 'name="enterprise"' in words
    response = client.post(page, {**WORDS, "action": "send"})
    assert response.status_code == 200
    assert response.context["form"].errors["enterprise"]
    assert HelpRequest.objects.get().state == "draft"
    for kept in ("keep", "autosave"):
        client.post(page, {**WORDS, "subject": "Rents", "action": kept})
        assert HelpRequest.objects.values_list("enterprise", "subject").get() == (mandate.enterprise_id, "Rents")
    client.post(page, {**WORDS, "action": "send", "enterprise": other.pk})  # said in so many words it goes there
    sent = HelpRequest.objects.get()
    assert (sent.enterprise, bool(sent.number)) == (other, True)


def test_it_does_not_become_a_founder_s(as_user: Any) -> None:
    """Without any client left it can be read, copied, kept and discarded, and not sent in the person's own name."""
    mandate = agent()
    draft = draft_of(mandate)
    client, page = as_user(mandate.user), f"/en/requests/drafts/{draft.pk}/"
    words = " ".join(client.get(page).content.decode().split())
    assert "this draft cannot be sent" in words
    assert "You are not linked to an enterprise yet" not in words
    assert 'value="send"' not in words
    assert 'value="keep"' in words
    response = client.post(page, {**WORDS, "action": "send", "body": "Changed words."})
    assert "You do not act for this enterprise." in response.content.decode()
    assert "Changed words." in response.content.decode()
    assert HelpRequest.objects.values_list("enterprise", "state").get() == (mandate.enterprise_id, "draft")
    assert client.post(f"{page}discard/").status_code == 302
    assert not HelpRequest.objects.exists()


def test_a_new_mandate_makes_it_possible_again(as_user: Any) -> None:
    mandate = agent()
    draft = draft_of(mandate)
    mandate.until = timezone.localdate()
    mandate.save()
    as_user(mandate.user).post(f"/en/requests/drafts/{draft.pk}/", {**WORDS, "action": "send"})
    assert HelpRequest.objects.get().enterprise == mandate.enterprise


@pytest.mark.parametrize("clients", [0, 1, 3])
def test_what_the_form_asks(clients: int) -> None:
    """Without a client: nothing. With one: only where it is not the draft's own."""
    enterprises = [EnterpriseFactory() for _n in range(clients)]
    own = HelpRequest(enterprise=enterprises[0] if enterprises else None)
    left = HelpRequest(enterprise=EnterpriseFactory())
    for draft, asks in ((None, clients > 1), (own, clients > 1), (left, clients > 0)):
        if draft:
            draft.pk = 1
        form = AskForm(enterprises=enterprises, draft=draft, sending=True)
        assert ("enterprise" in form.fields) is asks
        assert (form.left is not None) is (draft is left)


def test_an_agent_with_very_many_clients_still_has_the_draft_s(as_user: Any) -> None:
    """The choice offers fifty; the one that the draft is for is among them all the same."""
    user = UserFactory()
    mandates = [agent(user=user) for _n in range(51)]
    draft = asking.save_draft(by=user, enterprise=mandates[-1].enterprise, **WORDS)
    form = as_user(user).get(f"/en/requests/drafts/{draft.pk}/").context["form"]
    assert form.left is None
    assert form.fields["enterprise"].queryset.count() == 51


# --- founders ------------------------------------------------------------------------------------------------------


def test_a_founder_asks_follows_and_rates(founder: Any, steward: Any, as_user: Any) -> None:
    client = as_user(founder)
    page = client.get("/en/requests/new/").content.decode()
    assert "You are not linked to an enterprise yet. You can ask all the same" in page
    client.post("/en/requests/new/", {**WORDS, "action": "send"})
    asked = HelpRequest.objects.get()
    assert (asked.enterprise, asked.state) == (None, "submitted")
    workflow.accept(asked, by=steward)
    workflow.answer(asked, by=steward, text="Apply online.")
    assert "Apply online." in client.get(url(asked)).content.decode()
    sent = {"act": "rate", "score": 5, "solved": "yes", "seen": HelpRequest.objects.get().lock_version}
    assert client.post(url(asked), sent).status_code == 302
    assert HelpRequest.objects.get().state == "rated"
    assert {each.kind for each in founder.messages_received.all()} >= {"request.submitted", "request.answered"}


def test_nobody_else_s_founder_request_is_to_be_seen(founder: Any, as_user: Any) -> None:
    """Two founders have no enterprise in common, not even “none”."""
    asked = HelpRequestFactory(asker=founder, enterprise=None)
    for person in (UserFactory(), MembershipFactory().user, UserFactory(roles=["editor"])):
        assert as_user(person).get(url(asked)).status_code == 404
        assert not rules.may(person, Verb.REPLY, asked)


def test_pages_of_the_desk_do_without_an_enterprise(founder: Any, steward: Any, as_user: Any) -> None:
    asked = accepted(steward, enterprise=None, asker=founder)
    client = as_user(steward)
    for page in ("arrange/", "merge/", "parts/"):
        assert client.get(f"/zh-hans/desk/{asked.number}/{page}").status_code == 200
    assert "Fiona Founder" in client.get(f"/en/desk/{asked.number}/").content.decode()


def test_what_continues_in_it_goes_to_the_enterprise_with_it(founder: Any, steward: Any, as_user: Any) -> None:
    one, other = (accepted(steward, enterprise=None, asker=founder) for _n in range(2))
    merging.merge(one, into=other, by=steward)
    enterprise = MembershipFactory(user=founder).enterprise
    colleague = MembershipFactory(enterprise=enterprise).user
    client = as_user(founder)
    response = client.post(url(one, "link/"), {"enterprise": enterprise.pk}, follow=True)
    assert f"This request continues in {other.number}: link that one" in response.content.decode()
    assert client.post(url(other, "link/"), {"enterprise": enterprise.pk}).status_code == 302
    assert set(HelpRequest.objects.filter(enterprise=enterprise)) == {one, other}
    assert as_user(colleague).get(url(one)).status_code == 200
    assert merging.unmerge(HelpRequest.objects.get(pk=one.pk), by=steward).enterprise == enterprise


def test_a_founder_cannot_give_it_away(founder: Any, steward: Any, as_user: Any) -> None:
    asked = accepted(steward, enterprise=None, asker=founder)
    for enterprise in (EnterpriseFactory(), agent(user=founder, days=-1).enterprise):
        assert as_user(founder).post(url(asked, "link/"), {"enterprise": enterprise.pk}).status_code == 404
        with pytest.raises(Refused, match="do not act for this enterprise"):
            asking.link(asked, by=founder, enterprise=enterprise)


def test_no_page_of_theirs_fails(founder: Any, steward: Any, as_user: Any) -> None:
    """Front page, list, form, request, inbox: without an enterprise nothing is missing that is asked for."""
    asked = accepted(steward, enterprise=None, asker=founder)
    client = as_user(founder)
    for page in ("", "requests/", "requests/new/", f"requests/{asked.number}/", "messages/"):
        assert client.get(f"/zh-hans/{page}", follow=True).status_code == 200, page
