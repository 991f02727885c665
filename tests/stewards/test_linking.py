"""A founder asks without an enterprise and says later to which one the request belongs."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from notices.models import Message
from portal.core.access import Refused
from stewards import rules, workflow
from stewards.asking import verbs as asking
from stewards.models import HelpRequest
from stewards.transitions import Verb
from tests.factories.enterprises import EnterpriseFactory, MembershipFactory
from tests.factories.stewards import StewardshipFactory
from tests.stewards.scene import Scene

AsUser = Callable[[Any], Client]


@pytest.fixture
def alone(scene: Scene) -> HelpRequest:
    """What the outsider sent before anybody knew their enterprise."""
    draft = workflow.save_draft(by=scene.outsider, enterprise=None, subject="Licence", body="Where do we begin?")
    return workflow.submit(draft, by=scene.outsider)


def founds(scene: Scene, **fields: Any) -> Any:
    """The outsider's enterprise, once it is verified."""
    return MembershipFactory(user=scene.outsider, **fields).enterprise


def page(client: Client, asked: HelpRequest) -> str:
    return str(client.get(f"/en/requests/{asked.number}/").content.decode())


def test_from_then_on_it_is_the_enterprises(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    enterprise = founds(scene)
    partner = MembershipFactory(enterprise=enterprise).user
    client = as_user(scene.outsider)
    assert "To which does it belong?" in page(client, alone)
    assert not HelpRequest.objects.of_member(partner).exists()
    response = client.post(f"/en/requests/{alone.number}/link/", {"enterprise": enterprise.pk}, follow=True)
    assert f"The request now belongs to {enterprise.name_en}." in response.content.decode()
    assert "To which does it belong?" not in page(client, alone)
    assert list(HelpRequest.objects.of_member(partner)) == [alone]
    alone.refresh_from_db()
    assert (alone.enterprise, alone.state, alone.number) == (enterprise, "submitted", alone.number)


def test_it_goes_to_the_steward_of_the_enterprise(scene: Scene, alone: HelpRequest) -> None:
    enterprise = founds(scene)
    StewardshipFactory(enterprise=enterprise, steward=scene.steward)
    linked = asking.link(alone, by=scene.outsider, enterprise=enterprise)
    linked.refresh_from_db()
    assert (linked.state, linked.steward, linked.handler) == ("assigned", scene.steward, scene.steward)
    assert linked.due_on == alone.due_on
    assert linked.events.last().kind == "assigned"
    told = Message.objects.filter(key__startswith=f"request:{linked.pk}:{linked.events.last().pk}:")
    assert {message.recipient for message in told} == {scene.steward, scene.outsider}


def test_a_steward_who_has_accepted_it_keeps_it(scene: Scene, alone: HelpRequest) -> None:
    workflow.accept(alone, by=scene.steward)
    enterprise = founds(scene)
    StewardshipFactory(enterprise=enterprise)
    assert asking.link(alone, by=scene.outsider, enterprise=enterprise).steward == scene.steward


def test_the_desk_decides_on_what_it_has_seen(scene: Scene, alone: HelpRequest) -> None:
    """A steward whose page still says “no enterprise” is told that the request has changed."""
    seen = alone.lock_version
    asking.link(alone, by=scene.outsider, enterprise=founds(scene))
    with pytest.raises(Refused, match="has changed since"):
        workflow.accept(alone, by=scene.steward, seen=seen)
    assert workflow.accept(alone, by=scene.steward, seen=seen + 1).steward == scene.steward


def test_nothing_is_offered_without_a_verified_enterprise(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    founds(scene, state="claimed")
    assert "To which does it belong?" not in page(as_user(scene.outsider), alone)


def test_each_of_several_is_offered(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    names = [founds(scene).name_en for _n in range(2)]
    shown = page(as_user(scene.outsider), alone)
    assert all(f">{name}</button>" in shown for name in names)


@pytest.mark.parametrize("value", ["", "0", "x", "-1", "9" * 30, "１"])
def test_bad_values_do_not_exist(scene: Scene, alone: HelpRequest, as_user: AsUser, value: str) -> None:
    founds(scene)
    response = as_user(scene.outsider).post(f"/en/requests/{alone.number}/link/", {"enterprise": value})
    assert response.status_code == 404


def test_not_to_somebody_elses_enterprise(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    client = as_user(scene.outsider)
    url = f"/en/requests/{alone.number}/link/"
    for enterprise in (scene.enterprise, founds(scene, state="claimed"), founds(scene, state="ended")):
        assert client.post(url, {"enterprise": enterprise.pk}).status_code == 404
        with pytest.raises(Refused, match="You do not act for this enterprise"):
            asking.link(alone, by=scene.outsider, enterprise=enterprise)
    alone.refresh_from_db()
    assert alone.enterprise is None


def test_not_somebody_elses_request(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    url = f"/en/requests/{alone.number}/link/"
    for person in (scene.owner, scene.steward, scene.admin):
        assert as_user(person).post(url, {"enterprise": scene.enterprise.pk}).status_code == 404
    with pytest.raises(Refused, match="Only the person who sent"):
        asking.link(alone, by=scene.owner, enterprise=scene.enterprise)


def test_only_once(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    first, second = founds(scene), founds(scene)
    client, url = as_user(scene.outsider), f"/en/requests/{alone.number}/link/"
    client.post(url, {"enterprise": first.pk})
    response = client.post(url, {"enterprise": second.pk}, follow=True)
    assert "already linked to an enterprise" in response.content.decode()
    alone.refresh_from_db()
    assert alone.enterprise == first


def test_a_draft_chooses_its_enterprise_in_its_form(scene: Scene) -> None:
    draft = workflow.save_draft(by=scene.outsider, enterprise=None, subject="s", body="b")
    with pytest.raises(Refused, match="Only the person who sent"):
        asking.link(draft, by=scene.outsider, enterprise=founds(scene))


def test_reading_links_nothing(scene: Scene, alone: HelpRequest, as_user: AsUser) -> None:
    assert as_user(scene.outsider).get(f"/en/requests/{alone.number}/link/").status_code == 405


def test_after_linking_the_colleagues_answer_back(scene: Scene, alone: HelpRequest) -> None:
    enterprise = EnterpriseFactory()
    MembershipFactory(user=scene.outsider, enterprise=enterprise)
    colleague = MembershipFactory(enterprise=enterprise, role="member").user
    assert not rules.may(colleague, Verb.REPLY, alone)
    linked = asking.link(alone, by=scene.outsider, enterprise=enterprise)
    assert rules.may(colleague, Verb.REPLY, linked)
