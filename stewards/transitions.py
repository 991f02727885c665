"""The states of a request and what leads from one to the next, as data.

For each verb: in which states it may be used, and the state it leads to. `submit`
alone decides more closely: it ends in SUBMITTED when no steward is responsible for the enterprise.
"""

from enum import StrEnum

from stewards.enums import DONE_STATES, OPEN_STATES
from stewards.enums import RequestState as S


class Verb(StrEnum):
    """What people do with a request."""

    SUBMIT = "submit"
    RECORD = "record"
    UNDO = "undo"
    ASSIGN = "assign"
    ACCEPT = "accept"
    CONTACT = "contact"
    ASK_BACK = "ask_back"
    REPLY = "reply"
    NOTE = "note"
    REFER = "refer"
    HAND_OVER = "hand_over"
    HAND_BACK = "hand_back"
    GIVE_BACK = "give_back"
    DECIDE = "decide"
    ADD_PART = "add_part"
    ACCEPT_PART = "accept_part"
    ANSWER_PART = "answer_part"
    RETURN_PART = "return_part"
    TRANSFER_PART = "transfer_part"
    SEND_PART_BACK = "send_part_back"
    WITHDRAW_PART = "withdraw_part"
    DECIDE_PART = "decide_part"
    MOVE_PART = "move_part"
    HAND_PART = "hand_part"
    ANSWER = "answer"
    RATE = "rate"
    WRITE_RATING = "write_rating"
    CLOSE = "close"
    REOPEN = "reopen"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    INSTRUCT = "instruct"
    REPORT = "report"
    SUPERVISE = "supervise"
    RELEASE = "release"
    RENEW = "renew"
    UNHEARD = "unheard"
    LASTED = "lasted"
    ASK_TIME = "ask_time"
    GRANT_TIME = "grant_time"
    REFUSE_TIME = "refuse_time"
    MERGE = "merge"
    UNMERGE = "unmerge"
    LINK = "link"
    UNLINK = "unlink"


PART_VERBS = frozenset(
    {
        *(Verb.ACCEPT_PART, Verb.ANSWER_PART, Verb.RETURN_PART, Verb.TRANSFER_PART),
        *(Verb.SEND_PART_BACK, Verb.WITHDRAW_PART, Verb.DECIDE_PART, Verb.MOVE_PART, Verb.HAND_PART),
    }
)  # what is done to one part; ADD_PART makes one
QUIET_VERBS = PART_VERBS | {Verb.NOTE, Verb.ASK_TIME, Verb.REFUSE_TIME}
TIME_VERBS = (Verb.ASK_TIME, Verb.GRANT_TIME, Verb.REFUSE_TIME)


def _same(*states: S) -> dict[S, S]:
    return {state: state for state in states}


def _to(target: S, *states: S) -> dict[S, S]:
    return dict.fromkeys(states, target)


_KNOWN = tuple(S(state) for state in (*OPEN_STATES, *DONE_STATES))

TRANSITIONS: dict[Verb, dict[S, S]] = {
    Verb.SUBMIT: _to(S.ASSIGNED, S.DRAFT),
    Verb.RECORD: _to(S.ASSIGNED, S.DRAFT),  # on behalf of whoever asked by telephone, at the window, on a visit
    Verb.ASSIGN: {
        **_to(S.ASSIGNED, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
        **_same(S.WAITING),  # the enterprise's turn stays the enterprise's turn
    },
    Verb.ACCEPT: {
        **_to(S.ACCEPTED, S.SUBMITTED, S.ASSIGNED),
        **_same(S.ACCEPTED, S.IN_PROGRESS),  # the steward takes it back from a department
    },
    Verb.UNDO: _same(S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING, S.CLOSED),  # and on to the state before
    Verb.CONTACT: {**_to(S.IN_PROGRESS, S.ACCEPTED, S.IN_PROGRESS), **_same(S.WAITING)},
    Verb.ASK_BACK: _to(S.WAITING, S.ACCEPTED, S.IN_PROGRESS),
    Verb.REPLY: {
        **_to(S.IN_PROGRESS, S.WAITING, S.IN_PROGRESS),
        **_same(S.SUBMITTED, S.ASSIGNED, S.ACCEPTED),
    },
    Verb.NOTE: _same(*(state for state in S if state != S.DRAFT)),
    Verb.REFER: _to(S.ASSIGNED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
    Verb.HAND_OVER: _same(S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING),
    Verb.HAND_BACK: _same(*(state for state in _KNOWN if state != S.SUBMITTED)),
    Verb.GIVE_BACK: _to(S.ASSIGNED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
    Verb.DECIDE: _same(S.ASSIGNED),
    Verb.ADD_PART: _to(S.IN_PROGRESS, S.ACCEPTED, S.IN_PROGRESS),
    **dict.fromkeys(PART_VERBS, _same(S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING)),
    Verb.ANSWER: _to(S.ANSWERED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING),
    **dict.fromkeys(TIME_VERBS, _same(S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING)),
    **{verb: {**_to(S.RATED, S.ANSWERED), **_same(S.CLOSED)} for verb in (Verb.RATE, Verb.WRITE_RATING)},
    Verb.CLOSE: _to(S.CLOSED, S.ANSWERED, S.RATED),
    Verb.REOPEN: _to(S.IN_PROGRESS, S.ANSWERED, S.RATED, S.CLOSED),
    Verb.DECLINE: _to(S.NOT_ACCEPTED, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
    Verb.MERGE: _to(S.MERGED, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING),
    Verb.UNMERGE: _same(S.MERGED),  # back to whatever it was: stewards/relations/merging.py
    **dict.fromkeys((Verb.LINK, Verb.UNLINK), _same(*_KNOWN)),
    Verb.WITHDRAW: _to(S.WITHDRAWN, S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS, S.WAITING),
    **dict.fromkeys((Verb.INSTRUCT, Verb.REPORT, Verb.RELEASE), _same(*_KNOWN)),
    **dict.fromkeys((Verb.SUPERVISE, Verb.RENEW), _same(S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS)),
    Verb.UNHEARD: {
        **_same(S.SUBMITTED, S.ASSIGNED, S.ACCEPTED, S.IN_PROGRESS),
        **_to(S.IN_PROGRESS, S.ANSWERED, S.RATED, S.CLOSED),
    },
    Verb.LASTED: _same(S.CLOSED),
}
