"""Reads of consultations and comments with more than one caller."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQueryField
from django.db.models import BooleanField, Count, F, Func, Q, QuerySet, Value
from django.db.models.functions import Cast

from policies.consultation.enums import Aside, Stage
from policies.models import CommentGroup, Consultation, ConsultationComment, ConsultationQuerySet
from policies.models.consultation import RUNNING
from portal.core.keyset import Order
from portal.core.search import MAX_QUERY, tsquery_text

TABS = ("open", "evaluated", "closed")
ORDERS = {
    "open": [Order("closes_on", nulls_last=True), Order("id")],
    "evaluated": [Order("closes_on", desc=True, nulls_last=True), Order("id", desc=True)],
    "closed": [Order("closes_on", desc=True, nulls_last=True), Order("id", desc=True)],
}
UNSORTED, SET_ASIDE, WHOLE = "none", "aside", "whole"


def on_tab(tab: str, day: date) -> ConsultationQuerySet:
    """What the public list shows: open (or to open), closed and not answered, answered or withdrawn."""
    public = Consultation.objects.public()
    if tab == "open":
        return public.filter(stage=Stage.RELEASED, closes_on__gte=day)
    if tab == "evaluated":
        return public.filter(stage__in=RUNNING, closes_on__lt=day)
    return public.filter(stage__in=(Stage.ANSWERED, Stage.WITHDRAWN))


def newest_open(day: date) -> Consultation | None:
    """The open one that closes first, for the front page."""
    return Consultation.objects.open_on(day).order_by("closes_on", "pk").first()


def of_policy(policy_id: int) -> Consultation | None:
    """The answered consultation that a policy came out of."""
    answered = Consultation.objects.public().filter(outcome=policy_id).exclude(stage=Stage.WITHDRAWN)
    return answered.order_by("-closes_on", "-pk").first()


def groups_of(consultation: Consultation) -> list[CommentGroup]:
    """With how many comments stand behind each; by article, the whole first. One query."""
    counted = consultation.groups.select_related("clause").annotate(size=Count("comments"))
    return list(counted.order_by(F("clause__number").asc(nulls_first=True), "pk"))


@dataclass(frozen=True)
class Chosen:
    """Which comments an official looks at; what the address says wrongly is as if it said nothing."""

    words: str = ""
    clause: str = ""
    group: str = ""

    @property
    def filtered(self) -> bool:
        return bool(self.words or self.clause or self.group)


def chosen_from(params: Any) -> Chosen:
    def key(name: str, *words: str) -> str:
        value = params.get(name, "")
        return value if value in words or (value.isascii() and value.isdigit() and len(value) < 16) else ""

    words = " ".join(params.get("q", "").split())[:MAX_QUERY]
    return Chosen(words, key("clause", WHOLE), key("group", UNSORTED, SET_ASIDE))


def comments_of(consultation: Consultation, chosen: Chosen) -> QuerySet[ConsultationComment]:
    """With what a row shows of them. Words without a letter or digit find nothing."""
    rows = ConsultationComment.objects.filter(*_conditions(chosen), consultation=consultation)
    rows = rows.select_related("submission__enterprise", "clause", "group").defer("search")
    if not chosen.words:
        return rows
    asked = tsquery_text(chosen.words)
    return rows.filter(_Matches(F("search"), Cast(Value(asked), SearchQueryField()))) if asked else rows.none()


class _Matches(Func):
    template, arg_joiner = "(%(expressions)s)", " @@ "
    output_field = BooleanField()


def _conditions(chosen: Chosen) -> list[Q]:
    found = []
    if chosen.clause:
        found.append(Q(clause=None) if chosen.clause == WHOLE else Q(clause=int(chosen.clause)))
    if chosen.group == UNSORTED:
        found.append(Q(group=None, set_aside=Aside.NONE))
    elif chosen.group == SET_ASIDE:
        found.append(~Q(set_aside=Aside.NONE))
    elif chosen.group:
        found.append(Q(group=int(chosen.group)))
    return found
