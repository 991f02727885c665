"""Who may do what, and the reason when not."""

import pytest

from portal.core.access import Allowed, Denied
from stewards import rules, workflow
from stewards.enums import RequestState
from stewards.models import HelpRequest
from stewards.transitions import TRANSITIONS, Verb
from tests.factories.accounts import DepartmentFactory, HandlerFactory, StewardFactory, UserFactory
from tests.factories.enterprises import MembershipFactory
from tests.stewards.scene import Scene

PEOPLE = ("owner", "colleague", "steward", "second", "handler", "admin", "outsider")


def allowed(scene: Scene, request: HelpRequest, verb: str) -> set[str]:
    return {who for who in PEOPLE if rules.may(getattr(scene, who), verb, request)}


@pytest.mark.parametrize(
    ("state", "verb", "who"),
    [
        ("draft", Verb.SUBMIT, {"owner"}),
        ("submitted", Verb.ASSIGN, {"admin"}),
        ("submitted", Verb.ACCEPT, {"steward", "second"}),
        ("submitted", Verb.DECLINE, {"steward", "second", "admin"}),
        ("submitted", Verb.NOTE, {"steward", "second", "admin"}),
        ("assigned", Verb.ACCEPT, {"steward", "second"}),
        ("assigned", Verb.DECLINE, {"steward", "admin"}),
        ("assigned", Verb.REFER, {"steward"}),
        ("accepted", Verb.ACCEPT, set()),
        ("accepted", Verb.CONTACT, {"steward"}),
        ("accepted", Verb.ASK_BACK, {"steward"}),
        ("accepted", Verb.ANSWER, {"steward"}),
        ("accepted", Verb.NOTE, {"steward", "second", "admin"}),
        ("accepted", Verb.REPLY, {"owner", "colleague"}),
        ("waiting", Verb.REPLY, {"owner", "colleague"}),
        ("waiting", Verb.WITHDRAW, {"owner", "colleague"}),
        ("answered", Verb.RATE, {"owner", "colleague"}),
        ("answered", Verb.REOPEN, {"owner", "colleague"}),
        ("answered", Verb.CLOSE, {"steward", "admin"}),
        ("closed", Verb.REOPEN, {"owner", "colleague"}),
    ],
)
def test_who(scene: Scene, state: str, verb: str, who: set[str]) -> None:
    assert allowed(scene, scene.request(state), verb) == who


def test_a_referred_request_is_the_department_s_and_its_steward_s(scene: Scene) -> None:
    asked = workflow.refer(scene.request("accepted"), by=scene.steward, department=scene.tax, reason="Tax.")
    assert allowed(scene, asked, Verb.ACCEPT) == {"steward", "handler"}
    assert allowed(scene, asked, Verb.NOTE) == {"steward", "handler", "admin"}
    asked = workflow.accept(asked, by=scene.handler)
    assert allowed(scene, asked, Verb.ANSWER) == {"steward", "handler"}
    assert allowed(scene, asked, Verb.ACCEPT) == {"steward"}
    asked = workflow.ask_back(asked, by=scene.handler, text="Which year?")
    assert allowed(scene, asked, Verb.ACCEPT) == set()
    asked = workflow.answer(asked, by=scene.handler, text="Done.")
    assert allowed(scene, asked, Verb.CLOSE) == {"steward", "admin"}


def test_a_claim_that_nobody_verified_opens_nothing(scene: Scene) -> None:
    for state in ("claimed", "rejected", "ended"):
        person = UserFactory()
        MembershipFactory(user=person, enterprise=scene.enterprise, state=state)
        assert not rules.may(person, Verb.REPLY, scene.request())


def test_the_asker_of_a_request_without_enterprise(scene: Scene) -> None:
    draft = workflow.save_draft(by=scene.outsider, enterprise=None, subject="s", body="b")
    asked = workflow.submit(draft, by=scene.outsider)
    assert allowed(scene, asked, Verb.REPLY) == {"outsider"}


def test_roles_without_a_desk_may_nothing(scene: Scene) -> None:
    asked = scene.request("accepted")
    for role in ("editor", "reviewer", "translator", "auditor"):
        person = UserFactory(roles=[role], department=asked.department)
        assert not any(rules.verdicts(person, asked).values()), role
    leader = UserFactory(roles=["leader"], department=asked.department)
    assert {verb for verb, verdict in rules.verdicts(leader, asked).items() if verdict} == {"grant_time", "refuse_time"}


def test_the_role_counts_as_well_as_the_name(scene: Scene) -> None:
    """A steward who has left the office keeps the name on old requests and may no longer act."""
    asked = scene.request("accepted")
    scene.steward.roles = []
    for verb in (Verb.ANSWER, Verb.CONTACT, Verb.REFER, Verb.NOTE, Verb.DECLINE):
        assert not rules.may(scene.steward, verb, asked)
    scene.steward.roles, scene.steward.is_active = ["steward"], False
    assert not rules.may(scene.steward, Verb.ANSWER, asked)


@pytest.mark.parametrize(("same", "may"), [(True, True), (False, False)])
def test_notes_within_the_department(scene: Scene, same: bool, may: bool) -> None:
    asked = scene.request("accepted")
    department = asked.department if same else DepartmentFactory()
    for factory in (HandlerFactory, StewardFactory):
        assert bool(rules.may(factory(department=department), Verb.NOTE, asked)) is may


def test_without_a_department_nobody_shares_one(scene: Scene) -> None:
    asked = scene.request("accepted")
    asked.department = None
    assert not rules.may(HandlerFactory(department=None), Verb.NOTE, asked)


def test_desk_and_note_agree(scene: Scene) -> None:
    """Who sees a request on the desk may write a note on it, and nobody else."""
    for state in ("submitted", "assigned", "answered"):
        asked = scene.request(state)
        for who in PEOPLE:
            person = getattr(scene, who)
            sees = HelpRequest.objects.on_desk_of(person).filter(pk=asked.pk).exists()
            assert sees is bool(rules.may(person, Verb.NOTE, asked)), (state, who)


def test_writing_for_an_enterprise(scene: Scene) -> None:
    assert rules.may_write_for(scene.owner, scene.enterprise) == Allowed()
    assert rules.may_write_for(scene.outsider, None)
    assert rules.may_write_for(scene.steward, scene.enterprise) == Denied("You do not act for this enterprise.")


def test_reasons_name_the_state(scene: Scene) -> None:
    reasons = {
        "draft": "This is a draft",
        "submitted": "No steward has accepted",
        "waiting": "waiting for the enterprise",
        "answered": "already answered",
        "closed": "already closed",
        "not_accepted": "was not accepted",
        "withdrawn": "was withdrawn",
    }
    for state, words in reasons.items():
        verdict = rules.may(scene.steward, Verb.ASK_BACK, HelpRequest(state=state, steward=scene.steward))
        assert words in verdict.reason


def test_every_verb_leads_somewhere_and_every_state_is_reached() -> None:
    assert set(TRANSITIONS) == set(Verb)
    reached = {target for ways in TRANSITIONS.values() for target in ways.values()}
    assert reached | {RequestState.DRAFT} == set(RequestState)


def test_verdicts_ask_the_database_at_most_once_a_verb(scene: Scene, django_assert_num_queries: object) -> None:
    asked = HelpRequest.objects.select_related("handler").get(pk=scene.request("answered").pk)
    with django_assert_num_queries(1):  # type: ignore[operator]  # who accepted it
        rules.verdicts(scene.steward, asked, [Verb.CLOSE, Verb.NOTE, Verb.ACCEPT, Verb.ASSIGN])
    with django_assert_num_queries(2):  # type: ignore[operator]
        rules.verdicts(scene.colleague, asked, [Verb.RATE, Verb.REOPEN])
