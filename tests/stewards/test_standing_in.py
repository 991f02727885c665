"""Who stands in for a steward does everything with the request but give it another responsible steward."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal.core.access import Denied, Refused
from stewards import rules, workflow
from stewards.models import HelpRequest, StandIn
from stewards.parts import dates, standing
from stewards.parts import verbs as parts
from stewards.relations import mentions, merging
from stewards.transitions import Verb
from tests.factories.accounts import HandlerFactory, StewardFactory
from tests.factories.assignment import LeaveFactory
from tests.factories.parts import done
from tests.factories.stewards import accepted
from tests.stewards.scene import Scene

AsUser = Callable[[Any], Client]
pytestmark = pytest.mark.django_db
STEWARDS = (  # what the responsible steward may, and nobody else of the desk
    *(Verb.CLOSE, Verb.DECLINE, Verb.ADD_PART, Verb.SEND_PART_BACK, Verb.WITHDRAW_PART, Verb.MOVE_PART, Verb.MERGE),
)
WORK = (Verb.CONTACT, Verb.ASK_BACK, Verb.ANSWER, Verb.REFER, Verb.ASK_TIME)


def stood_in(scene: Scene, state: str = "accepted", **fields: Any) -> HelpRequest:
    """The second steward answers while the first is away."""
    found = accepted(scene.steward, enterprise=scene.enterprise, asker=scene.owner, **fields)
    HelpRequest.objects.filter(pk=found.pk).update(
        handler=scene.second, department=scene.second.department, state=state
    )
    leave = LeaveFactory(person=scene.steward, substitute=scene.second)
    StandIn.objects.create(request=found, leave=leave, person=scene.second)
    return HelpRequest.objects.get(pk=found.pk)


def allowed(user: Any, request: HelpRequest, *verbs: Verb) -> list[bool]:
    """As a fresh page asks."""
    found = HelpRequest.objects.get(pk=request.pk)
    return [bool(rules.may(user, verb, found)) for verb in verbs]


@pytest.mark.parametrize(("who", "may"), [("second", True), ("steward", True), ("third", False), ("mate", False)])
def test_the_substitute_may_what_the_steward_may(scene: Scene, who: str, may: bool) -> None:
    asked = stood_in(scene)
    people = {"third": StewardFactory, "mate": lambda: HandlerFactory(department=scene.second.department)}
    person = people[who]() if who in people else getattr(scene, who)
    assert allowed(person, asked, *STEWARDS[1:], *WORK) == [may] * (len(STEWARDS) + len(WORK) - 1)
    HelpRequest.objects.filter(pk=asked.pk).update(state="answered")
    assert allowed(person, asked, Verb.CLOSE) == [may]


def test_the_reason_names_who_accepted_it(scene: Scene) -> None:
    """The steward did, not who stands in since; and the substitute is not told that they had."""
    asked = scene.request("accepted")
    leave = LeaveFactory(person=scene.steward, substitute=scene.second)
    StandIn.objects.create(request=asked, leave=leave, person=scene.second)
    HelpRequest.objects.filter(pk=asked.pk).update(handler=scene.second)
    for person, words in (
        (scene.second, "Stella Steward has already accepted this request"),
        (StewardFactory(department=scene.steward.department), "Stella Steward has already accepted this request"),
        (scene.steward, "You have already accepted this request."),
    ):
        verdict = rules.may(person, Verb.ACCEPT, HelpRequest.objects.get(pk=asked.pk))
        assert isinstance(verdict, Denied)
        assert str(verdict.reason).startswith(words)


def test_but_never_who_is_responsible(scene: Scene) -> None:
    verbs = (Verb.ASSIGN, Verb.DECIDE, Verb.GRANT_TIME, Verb.RELEASE)
    assert not any(allowed(scene.second, stood_in(scene, "assigned"), *verbs))


@pytest.mark.parametrize(
    "ended",
    [
        lambda a: StandIn.objects.update(until=a.submitted_at),
        lambda a: HelpRequest.objects.update(handler=a.steward),
        lambda a: StandIn.objects.update(person=StewardFactory()),
        lambda a: StandIn.objects.all().delete(),
        lambda a: HelpRequest.objects.update(steward=StewardFactory()),
    ],
    ids=["handed back", "taken back", "somebody else's", "never was", "another steward's"],
)
def test_only_as_long_as_they_do(scene: Scene, ended: Any) -> None:
    asked = stood_in(scene)
    assert all(allowed(scene.second, asked, *STEWARDS[1:]))
    ended(asked)
    assert not any(allowed(scene.second, asked, *STEWARDS[1:]))


def test_a_colleague_with_the_handlers_role_alone_does_not(scene: Scene) -> None:
    """Whoever lost the steward's role meanwhile goes on answering, and no more."""
    asked = stood_in(scene)
    scene.second.roles = ["handler"]
    assert allowed(scene.second, asked, Verb.ANSWER, *STEWARDS[1:]) == [True] + [False] * 6


def test_from_accepting_to_closing(scene: Scene) -> None:
    LeaveFactory(person=scene.steward, substitute=scene.second)
    asked = workflow.submit(scene.draft(), by=scene.owner)
    asked = workflow.accept(asked, by=scene.second)
    handler = HandlerFactory()
    part = parts.add(asked, by=scene.second, department=handler.department, asked="Taxes?", due_on=dates.earliest())
    parts.withdraw(part, by=scene.second, reason="No longer needed.")
    asked = workflow.answer(part.request, by=scene.second, text="Apply online.")
    closed = workflow.close(asked, by=scene.second)
    assert (closed.state, closed.steward, closed.handler) == ("closed", scene.steward, scene.second)
    assert closed.events.latest("pk").actor == scene.second


def test_declining(scene: Scene) -> None:
    LeaveFactory(person=scene.steward, substitute=scene.second)
    asked = workflow.submit(scene.draft(), by=scene.owner)
    done_ = workflow.decline(asked, by=scene.second, ground="court", where_instead="The court.")
    assert (done_.state, done_.steward) == ("not_accepted", scene.steward)


def test_merging_needs_both(scene: Scene) -> None:
    first = stood_in(scene)
    other = accepted(StewardFactory(), enterprise=scene.enterprise, asker=scene.owner)
    with pytest.raises(Refused, match="Only the steward of"):
        merging.merge(first, by=scene.second, into=other)
    HelpRequest.objects.filter(pk=other.pk).update(steward=scene.second, handler=scene.second)
    assert merging.merge(first, by=scene.second, into=other).state == "merged"


def test_a_part_that_is_done_is_sent_back(scene: Scene) -> None:
    part = done(stood_in(scene), HandlerFactory())
    back = parts.send_back(part, by=scene.second, reason="Since when?", due_on=dates.earliest())
    assert back.state == "accepted"


def test_the_page_offers_it(scene: Scene, as_user: AsUser) -> None:
    asked = stood_in(scene)
    page = as_user(scene.second).get(f"/en/desk/{asked.number}/").content.decode()
    assert "act-decline" in page
    assert "act-assign" not in page


@pytest.mark.parametrize(("who", "queries"), [("steward", 0), ("second", 1)])
def test_it_costs_one_query_and_only_the_substitute(
    scene: Scene, who: str, queries: int, django_assert_num_queries: Any
) -> None:
    asked, person = stood_in(scene), getattr(scene, who)
    with django_assert_num_queries(queries):
        for _n in range(3):
            assert rules.is_steward(person, asked)


# --- who refers it on ----------------------------------------------------------------------------------------------


def test_who_refers_it_on_reads_it_as_long_as_they_stand_in(scene: Scene, as_user: AsUser) -> None:
    """The steward whose place they take reads it too; the page, the lists and the rule say the same."""
    asked, handler = stood_in(scene), HandlerFactory()
    workflow.refer(asked, by=scene.second, department=handler.department, reason="It is theirs.")
    assert sees(scene.second, asked, as_user) == {True}
    assert not any(allowed(scene.second, asked, *STEWARDS[1:], Verb.ANSWER))  # they read and note, no more
    parts_of = done(asked, scene.second)  # a part beside takes nothing of it away
    assert standing.has_whole(scene.second, parts_of.request)
    StandIn.objects.update(until=asked.submitted_at)
    parts_of.delete()
    assert sees(scene.second, asked, as_user) == {False}


@pytest.mark.parametrize(
    "other",
    [
        lambda a: HelpRequest.objects.update(steward=StewardFactory()),
        lambda a: StandIn.objects.update(person=StewardFactory()),
        lambda a: StandIn.objects.update(part=done(a, HandlerFactory())),
        lambda a: type(a.steward).objects.filter(pk=StandIn.objects.get().person_id).update(roles=["handler"]),
    ],
    ids=["for another steward", "somebody else", "for a part alone", "no steward any more"],
)
def test_nobody_else_does(scene: Scene, as_user: AsUser, other: Any) -> None:
    asked = stood_in(scene)
    workflow.refer(asked, by=scene.second, department=HandlerFactory().department, reason="It is theirs.")
    other(asked)
    assert sees(type(scene.second).objects.get(pk=scene.second.pk), asked, as_user) == {False}


def sees(person: Any, asked: HelpRequest, as_user: AsUser) -> set[bool]:
    """As the loader, the queue, the page, the rule and those who can be told of a note have it."""
    client, found = as_user(person), HelpRequest.objects.get(pk=asked.pk)
    return {
        HelpRequest.objects.readable_by(person).filter(pk=asked.pk).exists(),
        asked.subject in client.get("/en/desk/?tab=all").content.decode(),
        client.get(f"/en/desk/{asked.number}/").status_code == 200,
        bool(rules.may(person, Verb.NOTE, found)),
        mentions.who_may_see(found).filter(pk=person.pk).exists(),
    }
