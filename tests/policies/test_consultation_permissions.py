"""Every rule in every state for every role, and days at their edges; on rows that were never stored."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Department, User
from policies.consultation import rules
from policies.consultation.desk_views import TONES, state_of, tone_of
from policies.consultation.enums import Stage, Standing
from policies.consultation.views import TONES as PUBLIC_TONES
from policies.models import Consultation, ConsultationClause
from policies.models.consultation import PUBLIC, RUNNING
from portal.core.calendar import local_day
from tests.factories.consultations import TEXTS

WRITERS, BOTH, DECIDERS = {"editor", "translator"}, {"editor", "reviewer"}, {"reviewer"}
NOBODY: set[str] = set()
MINE = 9


def row(stage: str, *, opens: int = -40, closes: int = -1, **fields: Any) -> Consultation:
    today = local_day()
    days = {"opens_on": today + timedelta(days=opens), "closes_on": today + timedelta(days=closes)}
    public = None if stage in ("draft", "in_review") else timezone.now()
    return Consultation(**{"pk": 1, "stage": stage, "author_id": 1, "published_at": public, **days, **fields})


def person(*roles: str) -> User:
    return User(pk=MINE, roles=list(roles))


def whole(*clauses: ConsultationClause, **fields: Any) -> Consultation:
    """A draft with everything that a review needs, and with these articles, as if they had been read."""
    draft = row("draft", opens=0, closes=29, **{**TEXTS, "department": Department(pk=1), **fields})
    draft._prefetched_objects_cache = {"clauses": list(clauses)}  # type: ignore[attr-defined]
    return draft


def article(number: int = 1, zh: str | None = "条文。", en: str | None = "Text.") -> ConsultationClause:
    return ConsultationClause(number=number, text_zh_hans=zh, text_en=en)


# --- who may do what, in which state ----------------------------------------------------------------------------------

# rule → who may in: draft, in review, released and closed, answers in review, answered, withdrawn
TABLE: dict[Callable[[User, Consultation], Any], tuple[set[str], ...]] = {
    rules.may_write: (WRITERS, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    rules.may_take_back: (NOBODY, WRITERS, NOBODY, WRITERS, NOBODY, NOBODY),
    rules.may_decide: (NOBODY, DECIDERS, NOBODY, DECIDERS, NOBODY, NOBODY),
    rules.may_withdraw: (BOTH, BOTH, BOTH, BOTH, NOBODY, NOBODY),
    rules.may_evaluate: (NOBODY, NOBODY, WRITERS, NOBODY, NOBODY, NOBODY),
    rules.may_name_outcome: (NOBODY, NOBODY, BOTH, BOTH, BOTH, NOBODY),
}


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize(("place", "stage"), list(enumerate(Stage.values)))
def test_who_may(rule: Callable[[User, Consultation], Any], place: int, stage: str) -> None:
    """One role at a time; and every refusal is a whole sentence."""
    verdicts = {role: rule(person(role), row(stage)) for role in Role.values}
    assert {role for role, verdict in verdicts.items() if verdict} == TABLE[rule][place]
    assert [str(each.reason) for each in verdicts.values() if not each and not str(each.reason).endswith(".")] == []
    assert not rule(person(), row(stage))


@pytest.mark.parametrize("rule", TABLE, ids=lambda rule: rule.__name__)
def test_roles_add_up(rule: Callable[[User, Consultation], Any]) -> None:
    """Who has several roles may what each of them may."""
    for stage in Stage.values:
        apart = {role for role in Role.values if rule(person(role), row(stage))}
        assert bool(rule(person(*Role.values), row(stage))) is bool(apart)


@pytest.mark.parametrize(
    ("days", "evaluate", "outcome"),
    [
        ({"opens": 1, "closes": 30}, False, False),  # announced
        ({"opens": 0, "closes": 30}, False, False),  # its first day
        ({"opens": -30, "closes": 0}, False, False),  # its last day
        ({"opens": -30, "closes": -1}, True, True),
    ],
)
def test_nothing_is_evaluated_before_the_last_day_has_passed(
    days: dict[str, int], evaluate: bool, outcome: bool
) -> None:
    released = row("released", **days)
    assert bool(rules.may_evaluate(person("editor"), released)) is evaluate
    assert bool(rules.may_name_outcome(person("editor"), released)) is outcome


@pytest.mark.parametrize("stage", ["in_review", "answers_in_review"])
@pytest.mark.parametrize(
    ("field", "counts"),
    [("author_id", "in_review"), ("writers", "in_review"), ("answerers", "answers_in_review")],
)
def test_a_part_of_ones_own_is_not_reviewed(stage: str, field: str, counts: str) -> None:
    """Of the draft, who wrote the draft; of the answers, who wrote those."""
    mine = row(stage, **{field: MINE if field == "author_id" else [3, MINE]})
    verdict = rules.may_decide(person("editor", "reviewer"), mine)
    assert bool(verdict) is (stage != counts)
    assert verdict or "yourself" in str(verdict.reason)


@pytest.mark.parametrize("stage", sorted(set(Stage.values) - {"in_review", "answers_in_review"}))
def test_nothing_is_published_that_is_not_in_review(stage: str) -> None:
    assert not rules.may_publish(person("reviewer"), row(stage))


@pytest.mark.parametrize("role", sorted(set(Role.values) - {"editor"}))
def test_only_editors_send_drafts_and_answers(role: str) -> None:
    assert not rules.may_send(person(role), whole(article()))
    assert not rules.may_send_answers(person(role), row("released"))
    assert not rules.may_begin(person(role))


@pytest.mark.parametrize("role", Role.values)
def test_no_official_comments(role: str) -> None:
    opened, today = row("released", closes=1), local_day()
    assert "staff of the district" in str(rules.may_comment(person(role), opened, today).reason)


@pytest.mark.parametrize("user", [AnonymousUser(), User(pk=MINE)])
@pytest.mark.parametrize(
    ("stage", "days", "may"),
    [
        ("draft", (-1, 1), False),
        ("in_review", (-1, 1), False),
        ("released", (0, 0), True),
        ("released", (-1, 0), True),
        ("released", (0, 1), True),
        ("released", (1, 2), False),
        ("released", (-2, -1), False),
        ("answers_in_review", (-1, 1), False),
        ("answered", (-1, 1), False),
        ("withdrawn", (-1, 1), False),
    ],
)
def test_when_everybody_else_comments(user: Any, stage: str, days: tuple[int, int], may: bool) -> None:
    verdict = rules.may_comment(user, row(stage, opens=days[0], closes=days[1]), local_day())
    assert bool(verdict) is may


# --- what a draft needs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"title_zh_hans": ""}, "both: title."),
        ({"title_en": None}, "both: title."),
        ({"reason_en": "\n \t"}, "both: why we ask."),
        ({"title_en": "", "reason_zh_hans": ""}, "both: title, why we ask."),
        ({"department": None}, "department"),
        ({"opens_on": None}, "first and the last day"),
        ({"closes_on": None}, "first and the last day"),
    ],
)
def test_what_a_draft_needs(fields: dict[str, Any], said: str) -> None:
    verdict = rules.is_complete(whole(article(), **fields))
    assert bool(verdict) is (not said)
    assert said in str(verdict.reason)


@pytest.mark.parametrize(
    ("clauses", "said"),
    [
        ([], "The draft has no article yet."),
        ([article(3, zh="")], "In one language only: Article 3."),
        ([article(1), article(2, en=None), article(4, en=" \u3000")], "In one language only: Article 2, Article 4."),
        ([article(n, en="") for n in range(1, 15)], ", ".join(f"Article {n}" for n in range(1, 11)) + "."),
    ],
)
def test_what_its_articles_need(clauses: list[ConsultationClause], said: str) -> None:
    assert str(rules.is_complete(whole(*clauses)).reason).endswith(said)


# --- days at their edges ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opens", "closes", "days"),
    [
        ("2027-02-28", "2027-03-01", 2),
        ("2028-02-28", "2028-03-01", 3),  # a leap year
        ("2028-02-29", "2028-02-29", 1),
        ("2026-12-31", "2027-01-01", 2),
        ("2026-12-02", "2026-12-31", 30),
        ("2026-12-03", "2027-01-01", 30),
        ("2027-03-13", "2027-03-29", 17),  # no summer time in Shanghai
        ("2027-01-01", "2027-12-31", 365),
        ("2028-01-01", "2028-12-31", 366),
        ("2028-01-01", "2029-01-01", 367),
    ],
)
def test_how_long_it_is_open(opens: str, closes: str, days: int) -> None:
    first, last = date.fromisoformat(opens), date.fromisoformat(closes)
    made = row("released", opens_on=first, closes_on=last)
    assert made.days == days
    stands = {day: made.standing_on(first + timedelta(days=day)) for day in (-1, 0, days - 1, days)}
    assert stands == {-1: "announced", 0: "open", days - 1: "open", days: "evaluated"}
    assert bool(rules.has_time(made, first)) is (30 <= days <= 366)


@pytest.mark.parametrize(("stage", "standing"), [("released", Standing.OPEN), ("withdrawn", Standing.WITHDRAWN)])
def test_without_days_or_publication_it_stands_nowhere(stage: str, standing: Standing) -> None:
    today = local_day()
    assert row(stage, closes=0).standing_on(today) == standing
    for lacking in ("opens_on", "closes_on", "published_at"):
        assert row(stage, **{"closes": 0, lacking: None}).standing_on(today) is None


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        ("2026-12-31T15:59:59", Standing.ANNOUNCED),  # one second before midnight in Shanghai
        ("2026-12-31T16:00:00", Standing.OPEN),  # 1 January 2027, 00:00
        ("2027-01-30T15:59:59", Standing.OPEN),
        ("2027-01-30T16:00:00", Standing.EVALUATED),
    ],
)
def test_its_days_begin_and_end_at_midnight_in_shanghai(
    moment: str, standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    made = row("released", opens_on=date(2027, 1, 1), closes_on=date(2027, 1, 30))
    assert made.standing == standing


@pytest.mark.parametrize(("first", "may"), [(-1, False), (0, True), (1, True), (400, True)])
def test_a_draft_that_waited_too_long_in_review_has_no_time_left(first: int, may: bool) -> None:
    today = date(2027, 1, 1)
    waited = row("in_review", opens_on=today + timedelta(days=first), closes_on=today + timedelta(days=first + 29))
    assert bool(rules.has_time(waited, today)) is may


@pytest.mark.parametrize(
    ("days", "zh", "en", "may"),
    [
        (7, "紧急", "Urgent", True),
        (29, "紧急", "Urgent", True),
        (29, "紧急", "", False),
        (29, "", "Urgent", False),
        (29, None, None, False),
        (30, "", "", True),
        (6, "紧急", "Urgent", False),
        (1, "紧急", "Urgent", False),
    ],
)
def test_how_short_it_can_be(days: int, zh: str | None, en: str | None, may: bool) -> None:
    today = local_day()
    short = row("draft", opens=0, closes=days - 1, short_reason_zh_hans=zh, short_reason_en=en)
    assert bool(rules.has_time(short, today)) is may


# --- how it is shown --------------------------------------------------------------------------------------------------


def test_every_state_has_a_look_and_a_word() -> None:
    assert set(TONES) == set(Stage)
    assert set(PUBLIC_TONES) == set(Standing)
    assert set(RUNNING) < set(PUBLIC) < set(Stage)


@pytest.mark.parametrize(
    ("stage", "days", "word", "tone"),
    [
        ("draft", (1, 30), "Draft", "quiet"),
        ("in_review", (1, 30), "In review", "info"),
        ("released", (1, 30), "Opens soon", "ok"),
        ("released", (0, 30), "Open for comment", "ok"),
        ("released", (-30, -1), "Closed, being evaluated", "ok"),
        ("answers_in_review", (-30, -1), "Answers in review", "info"),
        ("answered", (-30, -1), "Answered", "quiet"),
        ("withdrawn", (0, 30), "Withdrawn", "warn"),
    ],
)
def test_how_officials_see_it(stage: str, days: tuple[int, int], word: str, tone: str) -> None:
    made = row(stage, opens=days[0], closes=days[1])
    assert (str(state_of(made)), tone_of(made)) == (word, tone)
