"""The states of a request and what leads from one to the next, as data.

For each verb: in which states it may be used, and the state it leads to. `submit`
alone decides more closely: it ends in SUBMITTED when no steward is responsible for the enterprise.
"""

from enum import StrEnum

from stewards.enums import RequestState as S


class Verb(StrEnum):
    """What people do with a request."""

    SUBMIT = "submit"
    ASSIGN = "assign"
    ACCEPT = "accept"
    CONTACT = "contact"
    ASK_BACK = "ask_back"
    REPLY = "reply"
    NOTE = "note"
    REFER = "refer"
    ANSWER = "answer"
    RATE = "rate"
    CLOSE = "close"
    REOPEN = "reopen"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


def _same(*states: S) -> dict[S, S]:
    return {state: state for state in states}


def _to(target: S, *states: S) -> dict[S, S]:
    return dict.fromkeys(states, target)


TRANSITIONS: dict[Verb, dict[S, S]] = {
    Verb.SUBMIT: _to(S.ASSIGNED, S.DRAFT),
    Verb.ASSIGN: {
        **_to(S.ASSIGNED, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
        **_same(S.WAITING),  # the enterprise's turn stays the enterprise's turn
    },
    Verb.ACCEPT: {
        **_to(S.ACCEPTED, S.SUBMITTED, S.ASSIGNED),
        **_same(S.ACCEPTED, S.IN_PROGRESS),  # the steward takes it back from a department
    },
    Verb.CONTACT: {**_to(S.IN_PROGRESS, S.ACCEPTED, S.IN_PROGRESS), **_same(S.WAITING)},
    Verb.ASK_BACK: _to(S.WAITING, S.ACCEPTED, S.IN_PROGRESS),
    Verb.REPLY: {
        **_to(S.IN_PROGRESS, S.WAITING, S.IN_PROGRESS),
        **_same(S.SUBMITTED, S.ASSIGNED, S.ACCEPTED),
    },
    Verb.NOTE: _same(*(state for state in S if state != S.DRAFT)),
    Verb.REFER: _to(S.ASSIGNED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
    Verb.ANSWER: _to(S.ANSWERED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING),
    Verb.RATE: {**_to(S.RATED, S.ANSWERED), **_same(S.CLOSED)},
    Verb.CLOSE: _to(S.CLOSED, S.ANSWERED, S.RATED),
    Verb.REOPEN: _to(S.IN_PROGRESS, S.ANSWERED, S.RATED, S.CLOSED),
    Verb.DECLINE: _to(S.NOT_ACCEPTED, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
    Verb.WITHDRAW: _to(S.WITHDRAWN, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING),
}
