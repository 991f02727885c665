"""Who may do what with entries, needs and viewings: every verb, every side, every state; a refusal writes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from investment import rules, viewings, wanting, workflow
from investment.enums import State, ViewingState
from investment.models import Keeper, Resource
from portal.core.access import Refused
from tests.factories import investment as make
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.interpretations import picture

pytestmark = pytest.mark.django_db
WRITES = ("INSERT", "UPDATE", "DELETE")
Act = Callable[[Any], Any]
AHEAD = timezone.now() + timedelta(days=3)


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def refuses(act: Act, person: Any) -> str:
    """The reason; nothing was written on the way to it."""
    with CaptureQueriesContext(connection) as asked, pytest.raises(Refused) as refused:
        act(person)
    written = [query["sql"] for query in asked if (query["sql"] or "").lstrip().upper().startswith(WRITES)]
    assert written == []
    return str(refused.value)


def outsiders() -> dict[str, Any]:
    """People of the portal who neither keep the entry nor run the resources."""
    return {
        "enterprise": make.member(),
        "other keeper": make.keeper(make.provider()),
        "steward": UserFactory(roles=["steward"]),
        "handler": UserFactory(roles=["handler"], department=DepartmentFactory()),
        "translator": UserFactory(roles=["translator"]),
        "leader": UserFactory(roles=["leader"]),
        "auditor": UserFactory(roles=["auditor"]),
    }


# --- entries --------------------------------------------------------------------------------------------------------


def of_entry(act: Callable[[Resource, Any], Any], state: str = State.DRAFT) -> Act:
    row = make.resource(state=state)
    return lambda by: act(row, by)


def dismissing() -> Act:
    of = make.provider()
    make.keeper(of)
    row = Keeper.objects.get(provider=of)
    return lambda by: workflow.dismiss(row, by=by)


def dropping() -> Act:
    row = make.resource()
    key = make.picture_of(row).pk
    return lambda by: workflow.drop_file(row, by=by, key=key)


def adding(row: Resource, by: Any) -> Any:
    file = SimpleUploadedFile("a.png", picture().read(), content_type="image/png")
    return workflow.add_file(row, by=by, file=file, kind="picture", about=make.both(about="Front"))


ENTRY: dict[str, Callable[[], Act]] = {
    "write a provider": lambda: (
        lambda by: workflow.write_provider(None, by=by, facts={"kind": "park", **make.both(name="New")})
    ),
    "appoint a keeper": lambda: (
        lambda of: lambda by: workflow.appoint(of, by=by, email="new@example.com", name="New")
    )(make.provider()),
    "dismiss a keeper": dismissing,
    "begin": lambda: (
        lambda of: lambda by: workflow.begin(of, by=by, kind="premises", facts=make.both(title="New", about="Bright"))
    )(make.provider()),
    "rewrite": lambda: of_entry(lambda row, by: workflow.rewrite(row, by=by, facts={"area_m2": 5})),
    "send": lambda: of_entry(lambda row, by: workflow.send(row, by=by)),
    "take back": lambda: of_entry(lambda row, by: workflow.take_back(row, by=by), State.IN_REVIEW),
    "publish": lambda: of_entry(lambda row, by: workflow.publish(row, by=by), State.IN_REVIEW),
    "confirm": lambda: of_entry(lambda row, by: workflow.confirm(row, by=by), State.PUBLISHED),
    "withdraw": lambda: of_entry(lambda row, by: workflow.withdraw(row, by=by), State.PUBLISHED),
    "add a picture": lambda: of_entry(adding),
    "drop a picture": dropping,
}


@pytest.mark.parametrize("name", ENTRY)
def test_who_neither_keeps_it_nor_runs_the_resources_is_refused(name: str) -> None:
    act = ENTRY[name]()
    for who, person in outsiders().items():
        assert refuses(act, person), who


# Rule → the states in which the entry's keeper is allowed.
KEEPERS = {
    "may_write": {State.DRAFT, State.PUBLISHED, State.STALE, State.WITHDRAWN},
    "may_send": {State.DRAFT, State.WITHDRAWN},
    "may_take_back": {State.IN_REVIEW},
    "may_confirm": {State.PUBLISHED, State.STALE},
    "may_withdraw": {State.PUBLISHED, State.STALE},
}


@pytest.mark.parametrize("name", KEEPERS)
def test_a_keeper_by_the_state_of_the_entry(name: str) -> None:
    of = make.provider()
    keeper, rule = make.keeper(of), getattr(rules, name)
    rows = {state: make.resource(of, state=state) for state in State}
    assert {state for state, row in rows.items() if rule(keeper, row)} == KEEPERS[name]
    assert {state for state, row in rows.items() if rule(make.official("admin"), row)} == KEEPERS[name]
    assert not any(rule(make.keeper(make.provider()), row) for row in rows.values())
    for state in set(State) - KEEPERS[name]:
        assert str(rule(keeper, rows[state]).reason)


def test_who_kept_it_once_keeps_it_no_longer() -> None:
    of = make.provider()
    former, row = make.keeper(of, ended_on=timezone.localdate()), make.resource(of)
    assert not any(getattr(rules, name)(former, row) for name in KEEPERS)
    assert rules.sides(former, make.viewing(row, make.member())) == set()


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(("role", "publishes"), [("reviewer", True), ("admin", True), ("editor", False), (None, False)])
def test_published_by_a_reviewer_who_did_not_write_it(state: State, role: str | None, publishes: bool) -> None:
    person = UserFactory(roles=[role] if role else [])
    theirs, own = make.resource(state=state), make.resource(state=state, author=person)
    assert bool(rules.may_publish(person, theirs)) is (publishes and state == State.IN_REVIEW)
    assert not rules.may_publish(person, own)


def test_a_change_that_waits_beside_a_published_entry_is_reviewed_as_well() -> None:
    row = make.resource(proposal={"area_m2": 300})
    assert rules.may_publish(make.official(), row)
    assert rules.may_take_back(make.keeper(row.provider), row)


# --- needs ----------------------------------------------------------------------------------------------------------

NEED: dict[str, Callable[[Any, Any], Act]] = {
    "change": lambda need, _row: lambda by: wanting.change(need, by=by, facts={"budget": 9}),
    "close": lambda need, _row: lambda by: wanting.close(need, by=by),
    "shortlist": lambda need, row: lambda by: wanting.shortlist(need, row, by=by),
    "unlist": lambda need, row: lambda by: wanting.unlist(need, row, by=by),
    "decline": lambda need, row: lambda by: wanting.decline(need, row, by=by, why="price"),
    "undecline": lambda need, row: lambda by: wanting.undecline(need, row, by=by),
}


@pytest.mark.parametrize("name", NEED)
def test_a_need_is_its_enterprises_alone(name: str) -> None:
    row = make.resource()
    act = NEED[name](make.need(), row)
    strangers = outsiders() | {"its own provider": make.keeper(row.provider), "centre": make.official("admin")}
    for who, person in strangers.items():
        assert refuses(act, person), who


@pytest.mark.parametrize("name", [name for name in NEED if name != "close"])
def test_a_closed_need_stays_as_it_was(name: str) -> None:
    mine = make.member()
    need = make.need(mine, closed_at=timezone.now())
    assert refuses(NEED[name](need, make.resource()), mine) == "This need was closed."


def test_a_need_is_stated_for_ones_own_enterprise() -> None:
    enterprise = make.member().enterprise
    state = lambda by: wanting.state_need(enterprise, by=by, kind="premises", facts={"budget": 5})  # noqa: E731
    for who, person in outsiders().items():
        assert refuses(state, person), who


# --- viewings -------------------------------------------------------------------------------------------------------

STATES = tuple(ViewingState)
# Verb → per side, the states in which it is allowed.
COMING = {"asked", "offered", "agreed"}
VIEWING = {
    "may_propose": {"enterprise": COMING, "provider": COMING},
    "may_cancel": {"enterprise": COMING, "provider": COMING},
    "may_agree": {"enterprise": {"offered"}, "provider": {"asked"}},
    "may_hold": {"enterprise": {"agreed"}, "provider": {"agreed"}},
}


@pytest.mark.parametrize("side", ["enterprise", "provider"])
@pytest.mark.parametrize("name", VIEWING)
def test_a_viewing_by_side_and_state(name: str, side: str) -> None:
    mine, row, now = make.member(), make.resource(), timezone.now()
    found = {state: make.viewing(make.resource(row.provider), mine, state=state, at=now) for state in STATES}
    rule = getattr(rules, name)
    assert {str(state) for state, each in found.items() if rule(side, each)} == VIEWING[name][side]


@pytest.mark.parametrize(("days", "held"), [(-1, True), (0, True), (1, False)])
def test_it_took_place_on_its_day_or_after(days: int, held: bool) -> None:
    row = make.viewing(make.resource(), make.member(), state="agreed", at=timezone.now() + timedelta(days=days))
    assert bool(rules.may_hold("provider", row)) is held


def test_on_which_side_somebody_stands() -> None:
    mine, row = make.member(), make.resource()
    keeper, viewing = make.keeper(row.provider), make.viewing(row, mine)
    both = make.keeper(row.provider, user=make.member(mine.enterprise))
    assert rules.sides(mine, viewing) == {"enterprise"}
    assert rules.sides(keeper, viewing) == {"provider"}
    assert rules.sides(both, viewing) == {"enterprise", "provider"}
    for who, person in outsiders().items():
        assert rules.sides(person, viewing) == set(), who


@pytest.mark.parametrize("side", ["enterprise", "provider"])
def test_nobody_acts_for_a_side_that_is_not_theirs(side: str) -> None:
    row = make.viewing(make.resource(), make.member())
    other = make.keeper(row.resource.provider) if side == "enterprise" else row.asked_by
    acts: list[Act] = [
        lambda by: viewings.propose(row, by=by, side=side, slots=[AHEAD]),
        lambda by: viewings.agree(row, by=by, side=side, at=row.slots[0]),
        lambda by: viewings.cancel(row, by=by, side=side),
        lambda by: viewings.hold(row, by=by, side=side),
    ]
    for act in acts:
        for person in (other, *outsiders().values()):
            with pytest.raises(Refused):
                act(person)
    row.refresh_from_db()
    assert row.state == "asked"
