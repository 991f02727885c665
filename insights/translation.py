"""Which texts exist in both languages; the audit trail is set here, so that it has both columns."""

import pghistory
from modeltranslation.translator import TranslationOptions, register

from insights.models import Chain, ChainStep, Outline, Report


@register(Chain)
class ChainTranslation(TranslationOptions):
    fields = ("name", "about")


@register(ChainStep)
class ChainStepTranslation(TranslationOptions):
    fields = ("name",)


@register(Report)
class ReportTranslation(TranslationOptions):
    fields = ("words", "remarks", "changes")


for model in (Chain, ChainStep, ChainStep.divisions.through, Outline, Report):
    pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())(model)
