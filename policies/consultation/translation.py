"""Columns in both languages, and what the audit trail keeps of consultations: never what people sent in."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from policies.models import CommentGroup, Consultation, ConsultationClause, ConsultationComment


@register(Consultation)
class ConsultationTranslation(TranslationOptions):
    fields = ("title", "reason", "short_reason", "withdrawn_reason")


@register(ConsultationClause)
class ConsultationClauseTranslation(TranslationOptions):
    fields = ("text",)


@register(CommentGroup)
class CommentGroupTranslation(TranslationOptions):
    fields = ("title", "summary", "answer")


pghistory.track()(Consultation)
for model in (ConsultationClause, CommentGroup):
    pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)
pghistory.track(
    fields=["id", "consultation", "clause", "group", "set_aside", "sorted_by"], model_name="CommentSortingEvent"
)(ConsultationComment)
