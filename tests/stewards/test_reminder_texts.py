"""What each reminder says and why, in both languages; and the rules in words."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from enterprises.models import Enterprise
from stewards.models import HelpRequest, ReminderRule
from stewards.reminding import rules as reminder_rules
from stewards.reminding import texts as reminder_texts
from stewards.reminding.texts import WORDINGS

LANGUAGES = ("en", "zh-hans")
CODES = list(WORDINGS)
DESK = {"unaccepted", "due-tomorrow", "overdue", "overdue-admin", "overdue-leader", "part-overdue"}
DESK |= {"renewed", "unreported"}
DATED = {"unaccepted", "unreported", "renewed-enterprise", "waiting", "waiting-again", "unrated", "lasting"}
_HAN = re.compile(r"[\u4e00-\u9fff]")


def at(day: int) -> datetime:
    return datetime(2026, 11, day, 20, 30, tzinfo=UTC)  # half past four next morning in Shanghai


def asked(**change: Any) -> HelpRequest:
    fields: dict[str, Any] = {
        "number": "HK-2026-000042",
        "subject": "Rent",
        "enterprise": Enterprise(name_zh_hans="虚构企业", name_en="Fictional Ltd"),
        "steward": User(name_zh="陈静", name_en="Chen Jing", phone="021-5555 0101"),
        "due_on": date(2026, 11, 20),
        "renewed_due_on": date(2026, 11, 27),
        "attention_at": at(6),
        "submitted_at": at(1),
        "assigned_at": at(2),
        "waiting_since": at(3),
        "answered_at": at(4),
        "closed_at": at(5),
    }
    return HelpRequest(**{**fields, **change})


def text(code: str, language: str = "en", **change: Any) -> Any:
    with translation.override(language):
        return reminder_texts.text(code, asked(**change))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_it_names_the_request_says_why_and_leads_to_it(code: str, language: str) -> None:
    said = text(code, language)
    assert "HK-2026-000042" in said.subject
    assert "Rent" in said.subject
    side = "desk" if code in DESK else "requests"
    assert said.url == f"/{language}/{side}/HK-2026-000042/"
    with translation.override(language):
        assert said.body.split("\n\n")[-1].endswith(str(WORDINGS[code].why))
    assert "%(" not in said.subject + said.body
    assert "None" not in said.body


@pytest.mark.parametrize("code", CODES)
def test_each_language_stands_alone(code: str) -> None:
    english, chinese = text(code), text(code, "zh-hans")
    assert not _HAN.search(english.subject + english.body)
    rest = (chinese.subject + chinese.body).replace("HK-2026-000042", "").replace("Rent", "")
    assert _HAN.search(chinese.subject)
    assert not re.search(r"[A-Za-z]{3,}", rest), rest


@pytest.mark.parametrize(
    ("code", "day"), [("unaccepted", 3), ("waiting", 4), ("waiting-again", 4), ("unrated", 5), ("lasting", 6)]
)
def test_since_when_is_the_day_in_shanghai(code: str, day: int) -> None:
    assert f"{day} November 2026" in text(code).body
    assert f"2026年11月{day}日" in text(code, "zh-hans").body


@pytest.mark.parametrize("code", sorted(set(CODES) - DATED))
def test_promises_name_their_day(code: str) -> None:
    said = text(code)
    assert "20 November 2026" in said.subject + said.body
    said = text(code, "zh-hans")
    assert "2026年11月20日" in said.subject + said.body


def test_a_request_nobody_was_given_counts_from_its_receipt() -> None:
    assert "2 November 2026" in text("unaccepted", assigned_at=None, steward=None).body


@pytest.mark.parametrize("code", ["overdue-admin", "overdue-leader", "overdue-enterprise"])
@pytest.mark.parametrize(
    ("steward", "words"),
    [
        (None, "the service centre"),
        (User(name_en="Wang Lei"), "Wang Lei"),
        (User(name_en="Chen Jing", phone="021-5555 0101"), "Chen Jing 021-5555 0101"),
    ],
)
def test_who_is_responsible_and_how_to_reach_them(code: str, steward: User | None, words: str) -> None:
    assert words in text(code, steward=steward).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_founder_without_an_enterprise(language: str) -> None:
    said = text("unaccepted", language, enterprise=None).body
    assert ("A founder whose enterprise is not registered yet" in said) == (language == "en")


@pytest.mark.parametrize("code", sorted(set(CODES) - DESK))
def test_the_enterprise_is_never_spoken_of_to_itself(code: str) -> None:
    assert "Fictional Ltd" not in text(code).body


def test_we_say_sorry_when_we_are_late_and_ask_once_only_for_a_rating() -> None:
    assert "We are sorry" in text("overdue-enterprise").body
    assert "once only" in text("unrated").body
    assert "last reminder" in text("waiting-again").body


@pytest.mark.parametrize("hostile", ["100% %(due)s", "<script>alert(1)</script>", "\u202ereversed\u202c", "标" * 200])
@pytest.mark.parametrize("code", CODES)
def test_any_subject_is_told_as_it_is(code: str, hostile: str) -> None:
    assert hostile in text(code, subject=hostile).subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_reasons_differ_from_each_other(language: str) -> None:
    with translation.override(language):
        assert len({str(wording.name) for wording in WORDINGS.values()}) == len(WORDINGS)
        assert len({str(wording.why) for wording in WORDINGS.values()}) == len(WORDINGS)


def rule(basis: str, days: int, *, working: bool = True) -> ReminderRule:
    return ReminderRule(code="x", basis=basis, days=days, working_days=working)


@pytest.mark.parametrize(
    ("made", "english", "chinese"),
    [
        (rule("due", -1), "1 working day before the due date", "办理期限前1个工作日"),
        (rule("due", -3), "3 working days before the due date", "办理期限前3个工作日"),
        (rule("due", 1), "1 working day after the due date", "办理期限后1个工作日"),
        (rule("due", 7), "7 working days after the due date", "办理期限后7个工作日"),
        (rule("assigned", 1), "1 working day after the assignment", "分派后1个工作日"),
        (rule("assigned", 2), "2 working days after the assignment", "分派后2个工作日"),
        (rule("waiting", 1), "1 working day after our question", "提问后1个工作日"),
        (rule("waiting", 7), "7 working days after our question", "提问后7个工作日"),
        (rule("answered", 1), "1 working day after the answer", "答复后1个工作日"),
        (rule("answered", 5), "5 working days after the answer", "答复后5个工作日"),
        (rule("closed", 1, working=False), "1 day after closing", "办结后1天"),
        (rule("closed", 10, working=False), "10 days after closing", "办结后10天"),
    ],
)
def test_when_a_rule_fires_in_words(made: ReminderRule, english: str, chinese: str) -> None:
    assert reminder_rules.when(made) == english
    with translation.override("zh-hans"):
        assert reminder_rules.when(made) == chinese


@pytest.mark.django_db
@pytest.mark.parametrize(("code", "stored"), [("due-tomorrow", -4), ("overdue", 4), ("lasting", 4)])
def test_changing_the_days_keeps_before_and_after(admin_user: Any, code: str, stored: int) -> None:
    found = ReminderRule.objects.get(code=code)
    reminder_rules.change(found, by=admin_user, days=4, active=False)
    found.refresh_from_db()
    assert (found.days, found.active) == (stored, False)
