"""What the notices about a request say: each kind, in both languages, composed without a single query."""

import re
from datetime import date
from typing import Any

import pytest
from django.utils import translation

from accounts.models import Department, User
from enterprises.models import Enterprise
from stewards import messages, timeline
from stewards.models import HelpRequest, RequestEvent

LANGUAGES = ("en", "zh-hans")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PLACEHOLDER = re.compile(r"%\(\w+\)|\{\w+\}|None|object at")


def person(zh: str, en: str, **fields: Any) -> User:
    return User(name_zh=zh, name_en=en, email=f"{en.split()[0].lower()}@example.org", **fields)


STEWARD = person("陈静", "Chen Jing", phone="021-5555 0101")
OWNER = person("林晓", "Lin Xiao")
BOTH = {"zh-hans": "虚构部门", "en": "Fictional Department"}


def asked(**change: Any) -> HelpRequest:
    fields: dict[str, Any] = {
        "number": "HK-2026-000042",
        "subject": "租房补贴 rent",
        "type": "help",
        "asker": OWNER,
        "enterprise": Enterprise(name_zh_hans="虚构企业", name_en="Fictional Ltd"),
        "steward": STEWARD,
        "department": Department(code="d", name_zh_hans="虚构部门", name_en="Fictional Department"),
        "due_on": date(2026, 11, 27),
        "promised_days": 5,
        "state": "accepted",
    }
    return HelpRequest(**{**fields, **change})


def event(kind: str, actor: User | None = STEWARD, text: str = "", **data: Any) -> RequestEvent:
    return RequestEvent(kind=kind, actor=actor, text=text, data=data)


# name of the notice: (event, to whom, words of the English text, words of the Chinese text)
KINDS: dict[str, tuple[RequestEvent, str, list[str], list[str]]] = {
    "received": (
        event("submitted", OWNER),
        "requests",
        ["Your steward is Chen Jing, telephone 021-5555 0101.", "Friday 27 November 2026", "5 working days"],
        ["陈静", "021-5555 0101", "2026年11月27日", "星期五"],
    ),
    "new_on_desk": (
        event("submitted", OWNER),
        "desk",
        ["Help, from Fictional Ltd (Lin Xiao)", "within one working day"],
        ["求助", "虚构企业", "林晓", "一个工作日内"],
    ),
    "unassigned": (event("submitted", OWNER), "desk", ["No steward is responsible"], ["虚构企业"]),
    "assigned": (event("assigned", steward=BOTH), "requests", ["Chen Jing is your steward"], ["陈静"]),
    "taken_away": (
        event("assigned", steward={"zh-hans": "李娜", "en": "Li Na"}),
        "desk",
        ["Assigned to Li Na"],
        ["李娜"],
    ),
    "accepted": (event("accepted"), "requests", ["Chen Jing accepted the request", "27 November"], ["陈静受理了诉求"]),
    "contacted": (
        event("contacted", text="Call me."),
        "requests",
        ["Chen Jing writes:", "Call me."],
        ["陈静", "Call me."],
    ),
    "asked_back": (
        event("asked_back", text="Since when?"),
        "requests",
        ["Chen Jing writes:", "Since when?", "the clock for the answer stands still"],
        ["陈静", "Since when?"],
    ),
    "replied": (
        event("replied", OWNER, "Since May."),
        "desk",
        ["Lin Xiao writes:", "Since May."],
        ["林晓", "Since May."],
    ),
    "referred_to_you": (
        event("referred", text="Tax matter.", department=BOTH),
        "desk",
        ["referred the request to Fictional Department", "Tax matter.", "27 November"],
        ["虚构部门", "Tax matter."],
    ),
    "referred": (
        event("referred", text="Tax matter.", department=BOTH),
        "requests",
        ["Fictional Department", "Chen Jing stays responsible"],
        ["虚构部门", "陈静"],
    ),
    "answered": (
        event("answered", text="Apply online."),
        "requests",
        ["Apply online.", "rate the answer"],
        ["Apply online."],
    ),
    "answered_for_steward": (
        event("answered", person("赵强", "Zhao Qiang"), "Apply online."),
        "desk",
        ["Zhao Qiang answered the request", "Apply online."],
        ["赵强作出答复"],
    ),
    "rated": (
        event("rated", OWNER, "Thanks.", score=4, solved=True),
        "desk",
        ["Lin Xiao rated the answer: Satisfied", "Solved", "Thanks."],
        ["林晓", "Thanks."],
    ),
    "rated_badly": (
        event("rated", OWNER, "No use.", score=1, solved=False),
        "desk",
        ["Very dissatisfied", "No use.", "call the enterprise back"],
        ["林晓", "No use."],
    ),
    "closed": (event("closed"), "requests", ["open the request again at any time"], ["诉求"]),
    "reopened": (event("reopened", OWNER, "It is back."), "desk", ["Lin Xiao writes:", "It is back."], ["It is back."]),
    "declined": (
        event("not_accepted", text="The court, 1 Court Road", ground="court"),
        "requests",
        ["Ground: ", "Where to go instead: The court, 1 Court Road"],
        ["The court, 1 Court Road"],
    ),
    "withdrawn": (
        event("withdrawn", OWNER, "Settled."),
        "desk",
        ["Lin Xiao withdrew the request", "Settled."],
        ["林晓"],
    ),
    "recomputed": (event("recomputed", None), "requests", ["calendar was published", "27 November 2026"], ["11月27日"]),
}


def written(kind: str, language: str, **change: Any) -> Any:
    request = asked(**({"ground": "court"} if kind == "declined" else {}), **change)
    with translation.override(language):
        return getattr(messages, kind)(request, KINDS[kind][0])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_notice_says_what_it_is_about_and_leads_there(kind: str, language: str) -> None:
    _event, side, english, chinese = KINDS[kind]
    text = written(kind, language)
    for words in english if language == "en" else chinese:
        assert words in text.body, text.body
    assert "HK-2026-000042" in text.subject
    assert "HK-2026-000042" in text.body
    assert "租房补贴 rent" in text.body
    assert text.url == f"/{language}/{side}/HK-2026-000042/"
    assert not _PLACEHOLDER.search(text.subject + text.body)


@pytest.mark.parametrize("kind", KINDS)
def test_each_notice_is_wholly_in_the_receivers_language(kind: str) -> None:
    english, chinese = written(kind, "en"), written(kind, "zh-hans")
    own = "租房补贴 rent"
    assert not _HAN.search((english.subject + english.body).replace(own, ""))
    assert _HAN.search(chinese.subject)
    typed = KINDS[kind][0].text
    frame = chinese.body.replace(own, "").replace(typed, "").replace("HK-2026-000042", "")
    assert not re.search(r"[A-Za-z]{3,}", frame), frame


@pytest.mark.parametrize("kind", KINDS)
def test_paragraphs_are_never_empty(kind: str) -> None:
    assert all(part.strip() for part in written(kind, "en").body.split("\n\n"))


def test_no_two_notices_have_the_same_subject() -> None:
    for language in LANGUAGES:
        subjects = [written(kind, language).subject for kind in KINDS]
        assert len(set(subjects)) == len(KINDS)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steward": None}, "The service centre names a steward for you"),
        ({"steward": person("王磊", "Wang Lei")}, "Your steward is Wang Lei."),
        ({"steward": STEWARD}, "Your steward is Chen Jing, telephone 021-5555 0101."),
    ],
)
def test_the_confirmation_names_the_person_as_far_as_known(change: dict[str, Any], words: str) -> None:
    assert words in written("received", "en", **change).body


@pytest.mark.parametrize("kind", ["new_on_desk", "unassigned"])
def test_a_founder_without_an_enterprise_is_named_in_person(kind: str) -> None:
    body = written(kind, "en", enterprise=None).body
    assert "Help, from Lin Xiao" in body
    assert "()" not in body


@pytest.mark.parametrize("type", ["consultation", "help", "complaint", "report", "suggestion"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_type_is_said_in_words(type: str, language: str) -> None:
    body = written("new_on_desk", language, type=type).body
    assert type not in body
    with translation.override(language):
        assert str(asked(type=type).get_type_display()) in body


@pytest.mark.parametrize("kind", ["received", "new_on_desk", "accepted", "recomputed"])
def test_a_provisional_due_date_says_so(kind: str) -> None:
    firm, open_ = written(kind, "en"), written(kind, "en", due_on=date(2031, 1, 8), due_provisional=True)
    assert "provisional" not in firm.body.lower()
    assert "2031" in open_.body
    assert len(open_.body) > len(firm.body) + 20


def test_a_referral_without_a_steward_promises_nobody() -> None:
    assert "stays responsible" not in written("referred", "en", steward=None).body


@pytest.mark.parametrize("score", [score for score, _words in timeline.SCORES])
def test_every_score_is_said_in_words(score: int) -> None:
    rating = event("rated", OWNER, score=score, solved=score > 3)
    body = messages.rated(asked(), rating).body
    assert f"rated the answer: {dict(timeline.SCORES)[score]}" in body
    assert ("Not solved" in body) == (score <= 3)


def test_what_the_portal_did_itself_is_told_as_such() -> None:
    assert "The portal writes:" in messages.contacted(asked(), event("contacted", None, "Hello.")).body


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "100% %(name)s %s {0}", "\u202eabc\u202c 😀", "长" * 5_000]
)
def test_typed_words_arrive_as_they_were_typed(hostile: str) -> None:
    text = messages.asked_back(asked(subject=hostile[:200]), event("asked_back", text=hostile))
    assert hostile in text.body
    assert hostile[:200] in text.body.split("\n\n")[0]
