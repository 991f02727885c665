"""Consultations in each of their states, made as rows; the way there is the verbs' own test."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils import timezone

from policies.models import CommentGroup, Consultation, ConsultationClause, ConsultationComment, Submission
from portal.core.calendar import local_day
from portal.core.search import tsvector_text
from tests.factories.accounts import DepartmentFactory, UserFactory

TEXTS = {
    "title_zh_hans": "虚构办法（征求意见稿）",
    "title_en": "Fictional measures (draft for comment)",
    "reason_zh_hans": "说明虚构的理由。",
    "reason_en": "A fictional reason.",
}
GROUP = {
    "title_zh_hans": "期限",
    "title_en": "Time limits",
    "kind": "partly",
    "summary_zh_hans": "期限太短。",
    "summary_en": "The time is too short.",
    "answer_zh_hans": "延长至十日。",
    "answer_en": "It is now ten days.",
}


def consultation(
    stage: str = "draft", opens: int = 0, closes: int = 40, clauses: int = 2, **fields: Any
) -> Consultation:
    """Complete in both languages; `opens`, `closes`: in so many days."""
    today = local_day()
    made = {
        "slug": f"c-{uuid.uuid4().hex[:12]}",
        "stage": stage,
        "opens_on": today + timedelta(days=opens),
        "closes_on": today + timedelta(days=closes),
        "published_at": None if stage in ("draft", "in_review") else timezone.now(),
        **TEXTS,
        **fields,
    }
    if "department" not in made:
        made["department"] = DepartmentFactory(code="fictional")
    made["author"] = made.get("author") or UserFactory(roles=["editor"])
    made.setdefault("writers", [made["author"].pk])
    row = Consultation.objects.create(**made)
    ConsultationClause.objects.bulk_create(
        ConsultationClause(
            consultation=row, number=n, text_zh_hans=f"虚构条文之{n}。", text_en=f"Fictional text number {n}."
        )
        for n in range(1, clauses + 1)
    )
    return row


def opened(**fields: Any) -> Consultation:
    return consultation("released", opens=-1, **fields)


def closed(**fields: Any) -> Consultation:
    """Since yesterday."""
    return consultation("released", opens=-40, closes=-1, **fields)


def answered(**fields: Any) -> Consultation:
    return consultation("answered", opens=-40, closes=-1, answered_at=timezone.now(), **fields)


def say(
    row: Consultation, *texts: str, clause: int | None = None, group: Any = None, set_aside: str = "", **sender: Any
) -> Submission:
    """One submission with comments, past the form."""
    sent = Submission.objects.create(consultation=row, form_key=uuid.uuid4(), **{"language": "en", **sender})
    place = row.clauses.get(number=clause) if clause else None
    ConsultationComment.objects.bulk_create(
        ConsultationComment(
            submission=sent,
            consultation=row,
            clause=place,
            text=text,
            digest=uuid.uuid4().hex,
            group=group,
            set_aside=set_aside,
            search=Cast(Value(tsvector_text({"A": text})), SearchVectorField()),
        )
        for text in texts
    )
    return sent


def group(row: Consultation, **fields: Any) -> CommentGroup:
    made: CommentGroup = row.groups.create(**{**GROUP, **fields})
    return made


def evaluated(**fields: Any) -> Consultation:
    """Closed, its only comment sorted and answered."""
    row = closed(**fields)
    say(row, "Ten days, please", group=group(row))
    return row


def addresses(row: Consultation) -> dict[str, list[Any]]:
    """What the addresses of one consultation take."""
    clause, first = row.clauses.first(), row.groups.first()
    assert clause
    assert first
    names = (
        "",
        "-paste",
        "-comments",
        "-export",
        "-clause-new",
        "-group-new",
        "-act",
        "-withdraw",
        "-outcome",
        "-sort",
    )
    return {
        "consultations:detail": [row.slug],
        **{f"publishing:consultation{name}": [row.pk] for name in names},
        **{f"publishing:consultation-clause{name}": [row.pk, clause.pk] for name in ("", "-remove")},
        **{f"publishing:consultation-group{name}": [row.pk, first.pk] for name in ("", "-remove")},
    }
