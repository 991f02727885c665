"""Consultations from draft to publication: who may do what, in which state, and what is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from notices.models import Message
from policies.consultation import answering, notices, rules, workflow
from policies.consultation.enums import Stage, Standing
from policies.models import Consultation, ConsultationClause
from portal.core.access import Refused
from portal.core.calendar import local_day
from tests.factories import consultations as made
from tests.factories.accounts import DepartmentFactory, UserFactory
from tests.factories.policies import PolicyFactory
from tests.factories.publishing import editor, reviewer, translator

pytestmark = pytest.mark.django_db
BOTH = {"text_zh_hans": "新的条文。", "text_en": "A new text."}
WHY = {"reason_zh_hans": "另行起草。", "reason_en": "It is drafted anew."}


def content(**fields: Any) -> dict[str, Any]:
    today = local_day()
    days = {"opens_on": today + timedelta(days=1), "closes_on": today + timedelta(days=30)}
    plain = {"short_reason_zh_hans": "", "short_reason_en": "", "policy": None, "inclusive": True}
    return {**made.TEXTS, **plain, **days, "department": DepartmentFactory(code="fictional"), **fields}


def test_the_whole_way(subtests: Any) -> None:
    author, second, judge = editor(), translator(), reviewer(language="zh-hans")
    draft = workflow.begin(by=author, content=content())
    article = workflow.save_clause(draft, by=author, number=1, content=BOTH | {"text_en": ""})
    with subtests.test("an article in one language keeps it from review"), pytest.raises(Refused, match="Article 1"):
        workflow.send(draft, by=author)
    workflow.save_clause(draft, by=second, number=1, content=BOTH, clause=article.pk, seen=article.lock_version)
    sent = workflow.send(draft, by=author)
    with subtests.test("reviewers hear of it in their own language"):
        assert Message.objects.get(recipient=judge).state == "held"
        assert "征求意见" in Message.objects.get(recipient=judge).subject or "虚构办法" in Message.objects.get().subject
    back = workflow.send_back(sent, by=judge, text="Say it in plainer words.")
    with subtests.test("a remark brings it back to those who write it"):
        assert (back.stage, back.remark) == (Stage.DRAFT, "Say it in plainer words.")
        assert "plainer" in Message.objects.get(recipient=author).body
    sent = workflow.send(back, by=author)
    with subtests.test("nobody publishes what they have not read"), pytest.raises(Refused, match="read it again"):
        workflow.publish(sent, by=judge, seen=0)
    public = workflow.publish(sent, by=judge, seen=sent.lock_version)
    assert (public.stage, public.slug) == (Stage.RELEASED, "fictional-measures-draft-for-comment")
    assert (public.standing, public.days) == (Standing.ANNOUNCED, 30)
    with subtests.test("its way is in the audit trail"):
        stages = public.audit_rows.order_by("pgh_id").values_list("stage", flat=True)
        assert list(dict.fromkeys(stages)) == ["draft", "in_review", "released"]
    with subtests.test("a second one of the same name has an address of its own"):
        other = made.consultation("in_review")
        assert workflow.publish(other, by=judge, seen=0).slug == "fictional-measures-draft-for-comment-2"


VERBS: dict[str, tuple[str, Callable[[Consultation, Any], object]]] = {
    "save": ("draft", lambda c, by: workflow.save(c, by=by, content=content(), seen=0)),
    "save_clause": ("draft", lambda c, by: workflow.save_clause(c, by=by, number=9, content=BOTH)),
    "remove_clause": ("draft", lambda c, by: workflow.remove_clause(c, 1, by=by)),
    "paste": ("draft", lambda c, by: workflow.paste_clauses(c, by=by, texts={"text_en": {1: "One"}}, seen=0)),
    "send": ("draft", lambda c, by: workflow.send(c, by=by)),
    "take_back": ("in_review answers_in_review", lambda c, by: workflow.take_back(c, by=by)),
    "send_back": ("in_review answers_in_review", lambda c, by: workflow.send_back(c, by=by, text="Why?")),
    "publish": ("in_review", lambda c, by: workflow.publish(c, by=by, seen=0)),
    "withdraw": (
        "draft in_review released answers_in_review",
        lambda c, by: workflow.withdraw(c, by=by, **WHY),
    ),
    "name_outcome": ("released answers_in_review answered", lambda c, by: workflow.name_outcome(c, by=by, policy=None)),
    "save_group": ("released", lambda c, by: answering.save_group(c, by=by, content={**made.GROUP, "clause": None})),
    "remove_group": ("released", lambda c, by: answering.remove_group(c, 1, by=by)),
    "sort": ("released", lambda c, by: answering.sort(c, list(c.comments.values_list("pk", flat=True)), by=by)),
    "send_answers": ("released", lambda c, by: answering.send_answers(c, by=by)),
    "publish_answers": ("answers_in_review", lambda c, by: answering.publish_answers(c, by=by, seen=0)),
}


@pytest.mark.parametrize("stage", Stage.values)
def test_each_verb_in_a_state(stage: str, subtests: Any) -> None:
    """Allowed to a person with every role who wrote nothing of it; else refused with a reason, changing nothing."""
    past = {"opens": -40, "closes": -1} if stage in ("released", "answers_in_review", "answered", "withdrawn") else {}
    row = made.consultation(stage, **past)
    if past:
        made.say(row, "Ten days, please", group=made.group(row))
    person = UserFactory(roles=["editor", "reviewer"])
    for name, (stages, verb) in VERBS.items():
        with subtests.test(verb=name), transaction.atomic():
            fresh = Consultation.objects.get(pk=row.pk)
            if stage in stages.split():
                verb(fresh, person)
            else:
                with pytest.raises(Refused) as refused:
                    verb(fresh, person)
                assert len(str(refused.value)) > 15
                assert Consultation.objects.get(pk=row.pk).lock_version == row.lock_version
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_without_the_role_does_nothing(verb: str) -> None:
    stages, call = VERBS[verb]
    past = {} if stages.split()[0] in ("draft", "in_review") else {"opens": -40, "closes": -1}
    row = made.consultation(stages.split()[0], **past)
    with pytest.raises(Refused) as refused:
        call(row, UserFactory(roles=["steward", "admin"]))
    assert "Only policy" in str(refused.value) or "A policy editor" in str(refused.value)


def test_nobody_reviews_what_they_wrote() -> None:
    both = UserFactory(roles=["editor", "reviewer"])
    row = made.consultation("in_review", author=both)
    part = made.consultation("in_review", writers=[both.pk])
    answers = made.consultation("answers_in_review", opens=-40, closes=-1, answerers=[both.pk])
    for verb, each in ((workflow.publish, row), (workflow.publish, part), (answering.publish_answers, answers)):
        with pytest.raises(Refused, match="yourself"):
            verb(each, by=both, seen=0)
    other = UserFactory(roles=["editor", "reviewer"])
    assert workflow.publish(row, by=other, seen=0).stage == Stage.RELEASED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title_en": ""}, "title"),
        ({"reason_zh_hans": "  "}, "why we ask"),
        ({"department": None}, "department"),
        ({"clauses": 0}, "no article"),
        ({"opens_on": None}, "first and the last day"),
        ({"opens": -1}, "has passed"),
        ({"closes": 28}, "30 days: say why"),
        ({"closes": 28, "short_reason_en": "Urgent"}, "30 days: say why"),
        ({"closes": 5, "short_reason_en": "Urgent", "short_reason_zh_hans": "紧急"}, "at least 7 days"),
        ({"closes": 400}, "a year at most"),
    ],
)
def test_what_keeps_a_draft_from_review(fields: dict[str, Any], said: str) -> None:
    assert said in str(rules.is_complete(made.consultation(**fields)).reason)


def test_a_shorter_time_needs_a_reason_in_both_languages(settings: Any) -> None:
    assert rules.is_complete(made.consultation(closes=29))
    assert rules.is_complete(made.consultation(closes=6, short_reason_zh_hans="紧急", short_reason_en="Urgent"))
    settings.CONSULTATION_DAYS = 10
    assert rules.is_complete(made.consultation(closes=9))


def test_open_is_told_by_the_days_alone() -> None:
    """No task opens or closes anything."""
    today = local_day()
    row = made.consultation("released", opens=0, closes=0)
    told = {days: row.standing_on(today + timedelta(days=days)) for days in (-1, 0, 1)}
    assert told == {-1: Standing.ANNOUNCED, 0: Standing.OPEN, 1: Standing.EVALUATED}
    for queried, days in ((0, -1), (1, 0), (0, 1)):
        assert Consultation.objects.open_on(today + timedelta(days=days)).count() == queried
    assert made.consultation("draft").standing is None


def test_two_people_at_the_same_draft(subtests: Any) -> None:
    author, second = editor(), editor()
    row = made.consultation(author=author)
    first = workflow.save(row, by=second, content=content(title_en="Second title"), seen=0)
    with subtests.test("the later one is told, and nothing is lost"), pytest.raises(workflow.Overtaken) as overtaken:
        workflow.save(row, by=author, content=content(title_en="Third title"), seen=0)
    assert overtaken.value.current.title_en == "Second title"  # type: ignore[attr-defined]
    with subtests.test("the same words once more are no conflict"):
        workflow.save(row, by=author, content=content(title_en="Second title"), seen=0)
    with subtests.test("who wrote is kept"):
        assert Consultation.objects.get(pk=row.pk).writers == [author.pk, second.pk]
    clause = row.clauses.get(number=1)
    workflow.save_clause(row, by=second, number=1, content=BOTH, clause=clause.pk, seen=0)
    with subtests.test("so with an article"), pytest.raises(workflow.Overtaken):
        workflow.save_clause(row, by=author, number=1, content=BOTH | {"text_en": "Mine"}, clause=clause.pk, seen=0)
    with subtests.test("an article that is gone"):
        workflow.remove_clause(row, clause.pk, by=author)
        workflow.remove_clause(row, clause.pk, by=author)
        with pytest.raises(Refused, match="removed"):
            workflow.save_clause(row, by=second, number=1, content=BOTH, clause=clause.pk)
    assert first.lock_version == 1


def test_articles_have_numbers_of_their_own(monkeypatch: Any) -> None:
    author = editor()
    row = made.consultation(author=author)
    for number, text, said in ((2, "x", "already"), (3, "x" * 5_001, "5000")):
        with pytest.raises(Refused, match=said):
            workflow.save_clause(row, by=author, number=number, content={"text_zh_hans": "", "text_en": text})
    monkeypatch.setattr(workflow, "MOST_CLAUSES", 2)
    with pytest.raises(Refused, match="at most 2"):
        workflow.save_clause(row, by=author, number=3, content=BOTH)


def test_addresses_end_with_a_whole_word() -> None:
    for title, slug in (
        ("Measures " * 20, "-".join(["measures"] * 7)),
        ("x" * 90, "x" * 70),
        ("条例 2026", "2026"),
        ("条例", "consultation"),
    ):
        row = made.consultation("in_review", title_en=title)
        assert workflow.publish(row, by=reviewer(), seen=0).slug == slug


def test_pasted_articles_replace_their_language_only() -> None:
    author = editor()
    row = made.consultation(author=author)
    workflow.paste_clauses(row, by=author, texts={"text_en": {1: "First", 3: "Third"}}, seen=0)
    kept = list(row.clauses.values_list("number", "text_zh_hans", "text_en"))
    assert kept == [(1, "虚构条文之1。", "First"), (2, "虚构条文之2。", ""), (3, None, "Third")]
    with pytest.raises(Refused, match="meanwhile"):
        workflow.paste_clauses(row, by=author, texts={"text_en": {1: "Late"}}, seen=0)
    both = {"text_en": {5: "Fifth"}, "text_zh_hans": {5: "五"}}
    workflow.paste_clauses(row, by=author, texts=both, seen=1)
    assert [clause.number for clause in row.clauses.all()] == [5]


def test_a_withdrawn_one_says_why_and_stays_when_it_was_public() -> None:
    row, draft, by = made.opened(), made.consultation(), reviewer()
    with pytest.raises(Refused, match="both languages"):
        workflow.withdraw(row, by=by, reason_zh_hans="", reason_en="Because.")
    assert workflow.withdraw(row, by=by, **WHY).standing == Standing.WITHDRAWN
    workflow.withdraw(draft, by=by, **WHY)
    assert list(Consultation.objects.public()) == [row]


def test_the_outcome_is_a_published_policy() -> None:
    row, by = made.answered(), editor()
    with pytest.raises(Refused, match="not been published"):
        workflow.name_outcome(row, by=by, policy=PolicyFactory(published_at=None))
    policy = PolicyFactory()
    assert workflow.name_outcome(row, by=by, policy=policy).outcome == policy
    assert list(policy.consultations.all()) == [row]


def test_the_database_keeps_the_rules_too() -> None:
    for fields in ({"opens": 2, "closes": 1}, {"stage": "released", "published_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            made.consultation(**fields)
    row = made.closed()
    with pytest.raises(IntegrityError), transaction.atomic():
        made.say(row, "x", group=made.group(row), set_aside="abuse")
    with pytest.raises(IntegrityError), transaction.atomic():
        made.say(row, "x", speaks_for="resident", size="micro")
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationClause.objects.create(consultation=row, number=1)
    with pytest.raises(ValidationError):
        Consultation(stage="galactic", title="x").full_clean()


def test_what_is_told_is_told_in_the_readers_language() -> None:
    row = made.answered(author=UserFactory(roles=["editor"], language="zh-hans"))
    with translation.override("en"):
        notices.tell_author(row, reviewer(), "answered")
    assert "虚构办法" in Message.objects.get().subject
